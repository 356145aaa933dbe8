#include "core/post.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memfd.h"
#include "core/fiching.h"
#include "core/intent.h"
#include "core/invite.h"
#include "core/ltf.h"
#include "core/peers.h"
#include "core/posts.h"

#define DAY_S		86400
#define BACKOFF_MOST_S	3600
#define AGAIN_MS	1000	/* after the disk refused a row */
#define FINISH_MS	8000	/* the parent's patience is longer */

/* What is known of each kind of mail; all else about it is its template. */
static const struct kind {
	bool once;	/* rather not at all than twice: receipts, RFC 1047 */
	bool dsn;	/* asks for delivery notices */
} kinds[MAIL_KIND_MAX] = {
	[MAIL_T01] = { .once = true },
	[MAIL_T02] = { .once = true },
	[MAIL_T06] = { .dsn = true },
	[MAIL_T12] = { .dsn = true },
	[MAIL_T13] = { .dsn = true },
	[MAIL_T18] = { .dsn = true },
	[MAIL_B04] = { .once = true },
	/* Its content goes with its outcome: the officer dispatches anew. */
	[MAIL_T28B] = { .once = true, .dsn = true },
};

bool
post_wants_dsn(enum mail_kind k)
{
	return kinds[k].dsn;
}

/* ---- booking ---- */

/* A mail that goes on waiting does so on the disk: the key that it is sealed
 * to may no longer be usable when it is its turn again. */
static enum gw_err
keep_copy(struct core *c, struct outbox *row)
{
	struct map map;
	enum gw_err r;
	int fd;

	if (row->blob != 0 || (row->state != OUTBOX_WAITING &&
	    row->state != OUTBOX_HELD))
		return GW_OK;
	r = copies_get(&c->copies, row->message_id, &fd);
	if (r != GW_OK)
		return r == GW_MISSING ? GW_OK : r;
	r = memfd_map(fd, 2 * (size_t)LIM_PLAIN_BYTES, &map);
	if (r == GW_OK)
		r = blob_put(c->store, map.p, map.len, &row->blob);
	memfd_unmap(&map);
	close(fd);
	return r;
}

/* Ends the transaction that put a row into its new state. */
static enum gw_err
end_row(struct core *c, struct outbox *row, int64_t blob, enum gw_err r)
{
	r = store_end(c->store, r);
	if (r != GW_OK)
		row->blob = blob;
	else if (row->state != OUTBOX_SENDING)
		copies_drop(&c->copies, row->message_id);
	return r;
}

/* Changes a row and writes it into the chain, in one transaction. */
static enum gw_err
book(struct core *c, struct outbox *row, enum outbox_state state,
    enum audit_event event)
{
	int64_t now = core_now(c), blob = row->blob;
	enum gw_err r;

	row->state = state;
	r = store_begin(c->store);
	if (r != GW_OK)
		return r;
	r = keep_copy(c, row);
	if (r == GW_OK)
		r = outbox_update(c->store, row);
	if (r == GW_OK)
		r = audit_add(c->store, now, event, row->ref,
		    mail_kind_name(row->kind), NULL);
	if (r == GW_OK && state == OUTBOX_SENT)
		r = invite_left(c, row, now);
	if (r == GW_OK && state == OUTBOX_UNCERTAIN)
		r = fiching_sent(c, row, FICHE_EV_LOST, now);
	if (r == GW_OK && state == OUTBOX_FAILED)
		r = row->kind == MAIL_T28B ? fiching_sent(c, row,
		    FICHE_EV_DSN_FAILED, now) : invite_undeliverable(c, row,
		    now);
	return end_row(c, row, blob, r);
}

/* Only the state; the chain tells how it ends. */
static enum gw_err
mark(struct core *c, struct outbox *row, enum outbox_state state)
{
	int64_t blob = row->blob;
	enum gw_err r;

	row->state = state;
	r = store_begin(c->store);
	if (r != GW_OK)
		return r;
	r = keep_copy(c, row);
	if (r == GW_OK)
		r = outbox_update(c->store, row);
	return end_row(c, row, blob, r);
}

static void
say(const struct outbox *row, const char *what)
{
	log_event(LOG_INFO, "outbox", "id=%lld mail=%s ref=%s %s code=%u",
	    (long long)row->id, mail_kind_name(row->kind), row->ref, what,
	    row->code);
}

/*
 * What a sent mail said is not kept any longer than it must be. The row names
 * the content until that is gone: a crash in between leaves nothing behind
 * that nobody knows of.
 */
static void
forget_content(struct core *c, struct outbox *row)
{
	enum gw_err r;

	if (row->blob == 0 || store_begin(c->store) != GW_OK)
		return;
	r = blob_erase(c->store, row->blob);
	row->blob = 0;
	if (r == GW_OK)
		r = outbox_update(c->store, row);
	(void)store_end(c->store, r);
}

/* Given up. A forward can still be sealed anew from the referral. */
static enum gw_err
give_up(struct core *c, struct outbox *row, const char *why)
{
	enum gw_err r = book(c, row, OUTBOX_FAILED, AUDIT_MAIL_FAILED);

	if (r != GW_OK)
		return r;
	say(row, why);
	forget_content(c, row);
	c->failed = true;
	return GW_OK;
}

/* Waits longer each time; after retry_days it is given up and told. */
static enum gw_err
try_later(struct core *c, struct outbox *row)
{
	int64_t now = core_now(c), wait = c->conf->mail_retry_first;
	enum gw_err r;
	int i;

	if (now - row->made > c->conf->mail_retry_days * DAY_S)
		return give_up(c, row, "given up");
	for (i = 0; i < row->tries && wait < BACKOFF_MOST_S; i++)
		wait *= 2;
	row->tries++;
	row->not_before = now + (wait > BACKOFF_MOST_S ? BACKOFF_MOST_S :
	    wait);
	r = mark(c, row, OUTBOX_WAITING);
	if (r == GW_OK)
		say(row, "try again later");
	c->failed = true;
	return r;
}

static enum gw_err
sent(struct core *c, struct outbox *row)
{
	enum gw_err r = book(c, row, OUTBOX_SENT, AUDIT_MAIL_SENT);

	if (r != GW_OK)
		return r;
	say(row, "sent");
	forget_content(c, row);
	/* One got through: so may those that wait because of an outage. */
	if (c->outage)
		(void)outbox_hurry(c->store, core_now(c));
	c->outage = false;
	return GW_OK;
}

/* Nobody knows whether it left (RFC 1047). The first time it goes again at
 * once: most often it was we who died, and not the server. */
static enum gw_err
unknown(struct core *c, struct outbox *row)
{
	enum gw_err r;

	if (!kinds[row->kind].once && row->tries == 0) {
		row->tries++;
		return mark(c, row, OUTBOX_WAITING);
	}
	if (!kinds[row->kind].once)
		return try_later(c, row);
	r = book(c, row, OUTBOX_UNCERTAIN, AUDIT_MAIL_UNCERTAIN);
	if (r != GW_OK)
		return r;
	say(row, "uncertain: not sent again");
	if (row->kind == MAIL_T28B)
		forget_content(c, row);
	return GW_OK;
}

/* ---- the mail of a row ---- */

/* To whom it goes, and the finished mail: kept sealed here or on the disk, or
 * sealed now. */
struct parcel {
	char address[LIM_ADDR + 1];
	int mail;
};

static enum gw_err
open_guest(struct core *c, const struct outbox *row, struct parcel *p)
{
	enum gw_err r;
	int blob;

	/* An intent to nobody on file cannot be made anew. */
	if (row->blob == 0)
		return GW_MISSING;
	r = blob_get(c->store, row->blob, &blob);
	if (r != GW_OK)
		return r;
	r = posts_open_guest(blob, p->address, &p->mail);
	close(blob);
	return r;
}

/* To the LTF, as it was sealed when the officer's order came: it is never an
 * intent, and cannot be made anew. One that was under way when the fiche went
 * on, and came back, was not recalled: it goes no more (R101). */
static enum gw_err
open_dispatch(struct core *c, const struct outbox *row, struct parcel *p)
{
	struct fiche f;
	enum gw_err r;

	if (row->guest || row->correspondent != 0)
		return GW_DENIED;
	if (row->blob == 0 || !ltf_address(c, p->address))
		return GW_MISSING;
	r = fiche_by_ref(c->store, row->ref, &f);
	if (r != GW_OK)
		return r;
	if (f.state != FICHE_DISPATCHED)
		return GW_MISSING;
	return blob_get(c->store, row->blob, &p->mail);
}

static enum gw_err
make_mail(struct core *c, const struct outbox *row, struct parcel *p)
{
	struct correspondent to;
	enum gw_err r;

	if (row->kind == MAIL_T28B)
		return open_dispatch(c, row, p);
	if (row->guest)
		return open_guest(c, row, p);
	r = correspondent_by_id(c->store, row->correspondent, &to);
	if (r != GW_OK)
		return r;
	/* A suspended person gets nothing; the row waits for a decision. Whose
	 * mandate is over gets nothing any more. */
	if (to.state != CORRESPONDENT_ACTIVE)
		return GW_KEY;
	if (!correspondent_serves(&to, core_now(c)))
		return GW_MISSING;
	memcpy(p->address, to.address, sizeof(p->address));
	if (row->blob != 0)
		return blob_get(c->store, row->blob, &p->mail);
	if (copies_has(&c->copies, row->message_id))
		return copies_get(&c->copies, row->message_id, &p->mail);
	return intent_seal(c, row, &to, &p->mail);
}

/* R101: whatever else is addressed to the LTF, however it came to be, does not
 * get as far as submit, which would refuse it. */
static enum gw_err
make(struct core *c, const struct outbox *row, struct parcel *p)
{
	enum gw_err r;

	*p = (struct parcel){ .mail = -1 };
	r = make_mail(c, row, p);
	if (r != GW_OK || row->kind == MAIL_T28B ||
	    !ltf_is_address(c, p->address))
		return r;
	close(p->mail);
	p->mail = -1;
	return GW_DENIED;
}

/* ---- handing over ---- */

/* What became of the row under way, where submit does not say it. */
static void
result_is(struct core *c, enum submit_result result)
{
	c->result = (struct msg_submitted){ .id = (uint64_t)c->posted.id,
		.result = result };
	c->has_result = true;
}

/* It never got to submit, so it certainly did not leave. What the disk does
 * not take now is booked like any other result. */
static void
take_back(struct core *c, struct outbox *row)
{
	if (mark(c, row, OUTBOX_WAITING) == GW_OK)
		return;
	c->posting = true;
	c->posted = *row;
	result_is(c, SUBMIT_LATER);
}

static enum gw_err
hand_over(struct core *c, struct outbox *row, const struct parcel *p)
{
	struct msg m;
	enum gw_err r;

	r = mark(c, row, OUTBOX_SENDING);
	if (r != GW_OK)
		return r;
	msg_init(&m, MSG_submit);
	m.u.submit.id = (uint64_t)row->id;
	m.u.submit.clear = intent_is_clear(row);
	m.u.submit.dsn = kinds[row->kind].dsn;
	m.u.submit.dispatch = row->kind == MAIL_T28B;
	/* Answers of a machine have no return path (RFC 3834 3.3). */
	if (kinds[row->kind].dsn)
		memcpy(m.u.submit.sender, c->conf->instance_address,
		    sizeof(m.u.submit.sender));
	memcpy(m.u.submit.rcpt, p->address, sizeof(m.u.submit.rcpt));
	memcpy(m.u.submit.envid, row->envid, sizeof(m.u.submit.envid));
	m.u.submit.mail = p->mail;
	r = chan_send(&c->peer[ROLE_SUBMIT], &m, LIM_DEADLINE_MS);
	if (r != GW_OK) {
		peers_lost(c, ROLE_SUBMIT);
		take_back(c, row);
		return r;
	}
	c->posting = true;
	c->posted = *row;
	return GW_OK;
}

/* A row that cannot be made now or ever. */
static enum gw_err
cannot_make(struct core *c, struct outbox *row, enum gw_err why)
{
	enum gw_err r;

	/* An invitation that waits for a key is none: the office can mend it
	 * and ask again. */
	if (why == GW_KEY && row->ref[0] == 'U' && invitation_asks(row->kind))
		return give_up(c, row, "failed: no usable key");
	if (why == GW_KEY) {
		r = book(c, row, OUTBOX_HELD, AUDIT_MAIL_HELD);
		if (r == GW_OK)
			log_event(LOG_ERROR, "outbox", "id=%lld mail=%s ref=%s "
			    "held: no usable key; see meldpost outbox",
			    (long long)row->id, mail_kind_name(row->kind),
			    row->ref);
		c->failed = true;
		return r;
	}
	if (gw_passes(why) || why == GW_NOMEM || why == GW_IO)
		return try_later(c, row);
	if (why == GW_DENIED)
		return give_up(c, row, "refused: only a dispatch goes there");
	/* GW_MISSING: its recipient or its content no longer exists. */
	return give_up(c, row, "dropped: its recipient or content is gone");
}

/* Seals and hands over the row that is due first. */
static enum gw_err
post_row(struct core *c, struct outbox *row)
{
	struct parcel p;
	enum gw_err r;

	r = make(c, row, &p);
	if (r != GW_OK)
		return cannot_make(c, row, r);
	r = hand_over(c, row, &p);
	close(p.mail);
	return r;
}

bool
post_next(struct core *c)
{
	struct outbox row;
	enum gw_err r;

	if (c->posting || c->peer[ROLE_SUBMIT].fd < 0 ||
	    c->peer[ROLE_KEYS].fd < 0)
		return false;
	r = outbox_due(c->store, core_now(c), &row);
	if (r == GW_OK)
		r = post_row(c, &row);
	/* What the disk did not take is not tried again in the same breath. */
	c->post_failed = r != GW_OK && r != GW_MISSING;
	return r == GW_OK;
}

/* What submit said, booked; the row is a copy, so that it can be redone. */
static enum gw_err
conclude(struct core *c, struct outbox row)
{
	const struct msg_submitted *m = &c->result;

	row.code = m->code;
	memcpy(row.status, m->status, sizeof(row.status));
	switch ((enum submit_result)m->result) {
	case SUBMIT_SENT:
		return sent(c, &row);
	case SUBMIT_LATER:
		/* No reply at all: it is the server, not this mail. */
		if (m->code == 0)
			c->outage = true;
		return try_later(c, &row);
	case SUBMIT_UNKNOWN:
		return unknown(c, &row);
	case SUBMIT_REFUSED:
		return give_up(c, &row, "refused by our own guard");
	case SUBMIT_FAILED:
	default:
		return give_up(c, &row, "failed");
	}
}

enum gw_err
post_conclude(struct core *c)
{
	enum gw_err r;

	if (!c->posting || !c->has_result)
		return GW_OK;
	r = conclude(c, c->posted);
	/* A full disk or a busy one: the result is kept until it is booked. */
	if (gw_passes(r) || r == GW_NOMEM)
		return r;
	c->posting = c->has_result = false;
	return r;
}

enum gw_err
post_result(struct core *c, const struct msg_submitted *m)
{
	if (!c->posting || c->has_result || (uint64_t)c->posted.id != m->id)
		return GW_OK;
	c->result = *m;
	c->has_result = true;
	return post_conclude(c);
}

void
post_lost(struct core *c)
{
	if (!c->posting || c->has_result)
		return;
	/* Nobody can say it any more. */
	result_is(c, SUBMIT_UNKNOWN);
	(void)post_conclude(c);
}

void
post_finish(struct core *c)
{
	struct msg m;

	if (!c->posting || c->has_result || chan_recv(&c->peer[ROLE_SUBMIT],
	    &m, FINISH_MS) != GW_OK)
		return;
	if (m.type == MSG_submitted)
		(void)post_result(c, &m.u.submitted);
	msg_close(&m);
}

struct rows {
	struct outbox row[64];
	size_t n;
};

static enum gw_err
collect(const struct outbox *row, struct rows *rows)
{
	if (rows->n < sizeof(rows->row) / sizeof(rows->row[0]))
		rows->row[rows->n++] = *row;
	return GW_OK;
}

static enum gw_err
collect_sending(const struct outbox *row, void *arg)
{
	return row->state == OUTBOX_SENDING ? collect(row, arg) : GW_OK;
}

static enum gw_err
collect_unforgotten(const struct outbox *row, void *arg)
{
	bool gone = row->state == OUTBOX_SENT ||
	    row->state == OUTBOX_DELIVERED || row->state == OUTBOX_FAILED ||
	    (row->state == OUTBOX_UNCERTAIN && row->kind == MAIL_T28B);

	return gone && row->blob != 0 ? collect(row, arg) : GW_OK;
}

struct copied_rows {
	const struct copies *copies;
	struct rows rows;
};

static enum gw_err
collect_copied(const struct outbox *row, void *arg)
{
	struct copied_rows *copied = arg;

	return copies_has(copied->copies, row->message_id) ?
	    collect(row, &copied->rows) : GW_OK;
}

void
post_keep(struct core *c)
{
	struct copied_rows copied = { .copies = &c->copies };
	struct rows *rows = &copied.rows;
	size_t i;

	if (c->store == NULL ||
	    outbox_each(c->store, false, collect_copied, &copied) != GW_OK)
		return;
	for (i = 0; i < rows->n; i++)
		(void)mark(c, &rows->row[i], rows->row[i].state);
}

enum gw_err
post_recover(struct core *c)
{
	struct rows sending = { .n = 0 }, left = { .n = 0 };
	unsigned released;
	enum gw_err r;
	size_t i;

	r = outbox_each(c->store, false, collect_sending, &sending);
	for (i = 0; r == GW_OK && i < sending.n; i++)
		r = unknown(c, &sending.row[i]);
	if (r == GW_OK)
		r = outbox_each(c->store, true, collect_unforgotten, &left);
	for (i = 0; r == GW_OK && i < left.n; i++)
		forget_content(c, &left.row[i]);
	if (r == GW_OK)
		r = outbox_release_held(c->store, &released);
	/* Somebody may have started us because the server is mended. */
	if (r == GW_OK)
		r = outbox_hurry(c->store, core_now(c));
	return r;
}

int
post_wait(struct core *c, int most)
{
	int64_t when, now;

	if (c->has_result || c->post_failed)
		return AGAIN_MS;
	if (c->posting || c->peer[ROLE_SUBMIT].fd < 0 ||
	    c->peer[ROLE_KEYS].fd < 0 ||
	    outbox_next_due(c->store, &when) != GW_OK)
		return most;
	now = core_now(c);
	if (when <= now)
		return 0;
	if (when - now > most / 1000)
		return most;
	return (int)(when - now) * 1000;
}
