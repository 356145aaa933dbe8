/* The two commands whose answer has a grammar: SEARCH and FETCH, read by
 * libetpan out of a bounded stream. */
#include "transport/imap_stream.h"

#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "base/memfd.h"

#define BODY_BYTES_PER_MS 50	/* the slowest server we put up with */

/* libetpan has read an answer: did it tell of mail? */
static void
note_news(struct imap *c)
{
	if (c->session->imap_selection_info->sel_has_exists)
		c->news = true;
}

/* The key of RFC 3501 6.4.4 "BEFORE". NULL: no memory. */
static struct mailimap_search_key *
key_before(int64_t before)
{
	struct mailimap_search_key *key;
	struct mailimap_date *date;
	time_t t = (time_t)before;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL)
		return NULL;
	date = mailimap_date_new(tm.tm_mday, tm.tm_mon + 1, tm.tm_year + 1900);
	if (date == NULL)
		return NULL;
	key = mailimap_search_key_new_before(date);
	if (key == NULL)
		mailimap_date_free(date);
	return key;
}

static struct mailimap_search_key *
key_new(enum imap_which which, int64_t before)
{
	switch (which) {
	case IMAP_ALL:
		return mailimap_search_key_new_all();
	case IMAP_BEFORE:
		return key_before(before);
	case IMAP_UNDELETED:
		break;
	}
	return mailimap_search_key_new(MAILIMAP_SEARCH_KEY_UNDELETED, NULL,
	    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
	    NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL,
	    NULL);
}

/* libetpan's list as an array of at most LIM_LISTED. */
static enum gw_err
to_array(clist *found, uint32_t **uids, size_t *n)
{
	size_t count = (size_t)clist_count(found);
	clistiter *at;

	if (count > LIM_LISTED)
		count = LIM_LISTED;
	*uids = calloc(count + 1, sizeof(**uids));
	if (*uids == NULL)
		return GW_NOMEM;
	for (at = clist_begin(found); at != NULL && *n < count;
	    at = clist_next(at))
		(*uids)[(*n)++] = *(uint32_t *)clist_content(at);
	return GW_OK;
}

enum gw_err
imap_search(struct imap *c, enum imap_which which, int64_t before,
    uint32_t **uids, size_t *n)
{
	struct mailimap_search_key *key;
	clist *found = NULL;
	enum gw_err r;

	*uids = NULL;
	*n = 0;
	key = key_new(which, before);
	if (key == NULL)
		return GW_NOMEM;
	c->news = false;
	c->session->imap_selection_info->sel_has_exists = 0;
	imap_allow(c, LIM_LIST_BYTES, IMAP_COMMAND_MS);
	r = imap_result(c, mailimap_uid_search(c->session, NULL, key, &found));
	note_news(c);
	mailimap_search_key_free(key);
	if (r == GW_OK)
		r = to_array(found, uids, n);
	if (found != NULL)
		mailimap_search_result_free(found);
	return r == GW_REFUSED ? GW_FORMAT : r;
}

/* One UID FETCH of one attribute, which it takes over. */
static enum gw_err
fetch(struct imap *c, uint32_t uid, struct mailimap_fetch_att *att,
    size_t bytes, clist **list)
{
	struct mailimap_set *set = mailimap_set_new_single(uid);
	struct mailimap_fetch_type *type =
	    mailimap_fetch_type_new_fetch_att_list_empty();
	enum gw_err r = GW_NOMEM;

	*list = NULL;
	if (set == NULL || type == NULL || att == NULL ||
	    mailimap_fetch_type_new_fetch_att_list_add(type, att) !=
	    MAILIMAP_NO_ERROR)
		goto out;
	att = NULL;
	imap_allow(c, LIM_REPLY + bytes,
	    IMAP_COMMAND_MS + (int)(bytes / BODY_BYTES_PER_MS));
	r = imap_result(c, mailimap_uid_fetch(c->session, set, type, list));
	note_news(c);
	/* libetpan has freed it, and says where it lay. */
	if (r != GW_OK)
		*list = NULL;
	/* One that is gone is answered with OK and nothing (RFC 3501 6.4.8);
	 * this server is not well. */
	if (r == GW_REFUSED)
		r = GW_AGAIN;
out:
	if (att != NULL)
		mailimap_fetch_att_free(att);
	if (type != NULL)
		mailimap_fetch_type_free(type);
	if (set != NULL)
		mailimap_set_free(set);
	return r;
}

/* What one message of a FETCH answer says of itself. */
struct answer {
	uint32_t uid;
	uint64_t size;
	bool has_size, has_body;
};

static void
read_answer(const struct mailimap_msg_att *msg, struct answer *a)
{
	struct mailimap_msg_att_static *st;
	struct mailimap_msg_att_item *item;
	clistiter *at;

	*a = (struct answer){ 0 };
	for (at = clist_begin(msg->att_list); at != NULL;
	    at = clist_next(at)) {
		item = clist_content(at);
		if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
			continue;
		st = item->att_data.att_static;
		if (st->att_type == MAILIMAP_MSG_ATT_UID) {
			a->uid = st->att_data.att_uid;
		} else if (st->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE) {
			a->size = st->att_data.att_rfc822_size;
			a->has_size = true;
		} else if (st->att_type == MAILIMAP_MSG_ATT_BODY_SECTION) {
			a->has_body = true;
		}
	}
}

enum gw_err
imap_fetch_size(struct imap *c, uint32_t uid, uint64_t *size)
{
	struct answer a;
	clistiter *at;
	clist *list;
	enum gw_err r;

	*size = 0;
	r = fetch(c, uid, mailimap_fetch_att_new_rfc822_size(), 0, &list);
	if (r != GW_OK)
		return r;
	r = GW_MISSING;
	for (at = clist_begin(list); at != NULL; at = clist_next(at)) {
		read_answer(clist_content(at), &a);
		if (a.uid == uid && a.has_size) {
			*size = a.size;
			r = GW_OK;
		}
	}
	mailimap_fetch_list_free(list);
	return r;
}

/* Where libetpan puts the bytes of a body while they come. */
struct body {
	int fd;
	uint64_t len;
	enum gw_err err;
};

static bool
on_body(int type, struct mailimap_msg_att_body_section *section,
    const char *p, size_t n, void *context)
{
	struct body *b = context;

	(void)type;
	(void)section;
	if (b->err == GW_OK)
		b->err = memfd_write(b->fd, p, n);
	b->len += n;
	return b->err == GW_OK;
}

/* Exactly one body, and that of `uid`: bodies that nobody asked for would
 * have been written into ours. */
static enum gw_err
check_bodies(const clist *list, uint32_t uid)
{
	unsigned bodies = 0, ours = 0;
	struct answer a;
	clistiter *at;

	for (at = clist_begin(list); at != NULL; at = clist_next(at)) {
		read_answer(clist_content(at), &a);
		bodies += a.has_body;
		ours += a.has_body && a.uid == uid;
	}
	if (bodies == 0)
		return GW_MISSING;
	return bodies == 1 && ours == 1 ? GW_OK : GW_FORMAT;
}

enum gw_err
imap_fetch_body(struct imap *c, uint32_t uid, uint32_t only, int fd,
    uint64_t *len)
{
	struct mailimap_section *section = mailimap_section_new(NULL);
	struct body b = { .fd = fd };
	struct mailimap_fetch_att *att;
	clist *list;
	enum gw_err r;

	*len = 0;
	if (section == NULL)
		return GW_NOMEM;
	if (only > 0)
		att = mailimap_fetch_att_new_body_peek_section_partial(section,
		    0, only);
	else
		att = mailimap_fetch_att_new_body_peek_section(section);
	if (att == NULL)
		mailimap_section_free(section);
	mailimap_set_msg_body_handler(c->session, on_body, &b);
	r = fetch(c, uid, att, only > 0 ? only : LIM_MAIL_BYTES, &list);
	mailimap_set_msg_body_handler(c->session, NULL, NULL);
	if (r == GW_OK)
		r = check_bodies(list, uid);
	if (list != NULL)
		mailimap_fetch_list_free(list);
	*len = b.len;
	return b.err != GW_OK ? b.err : r;
}
