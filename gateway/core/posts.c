#include "core/posts.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memfd.h"
#include "core/notice.h"
#include "core/post.h"
#include "core/sealing.h"

/* ---- rows ---- */

int64_t
posts_tick(const struct core *c, int64_t now)
{
	int64_t tick = c->conf->mail_receipt_tick;
	uint32_t jitter = (uint32_t)c->conf->mail_receipt_jitter;

	return (now / tick + 1) * tick + crypto_random_below(jitter + 1);
}

void
outbox_row(struct core *c, struct outbox *row, enum mail_kind kind,
    const char *section, int64_t correspondent, const char *ref, int64_t now)
{
	uint8_t secret[HASH_BYTES];
	char hex[HASH_HEX + 1];

	memset(row, 0, sizeof(*row));
	row->kind = kind;
	row->state = OUTBOX_WAITING;
	row->correspondent = correspondent;
	row->made = row->not_before = now;
	(void)snprintf(row->ref, sizeof(row->ref), "%s", ref);
	(void)snprintf(row->section, sizeof(row->section), "%s", section);
	compose_message_id(c->conf->instance_address, row->message_id);
	if (!post_wants_dsn(kind))
		return;
	crypto_random(secret, sizeof(secret));
	crypto_hex(secret, hex);
	memcpy(row->envid, hex, LIM_ENVID);
	row->envid[LIM_ENVID] = '\0';
}

enum gw_err
outbox_queue(struct core *c, struct outbox *row)
{
	struct correspondent to;
	enum gw_err r;

	/* Who takes part in a round or a case is known from a blob, which does
	 * not change when somebody is removed. */
	r = correspondent_by_id(c->store, row->correspondent, &to);
	if (r != GW_OK)
		return r == GW_MISSING ? GW_OK : r;
	r = outbox_add(c->store, row);
	return r == GW_OK ? audit_add(c->store, row->made, AUDIT_MAIL_QUEUED,
	    row->ref, mail_kind_name(row->kind), NULL) : r;
}

void
posts_begin(struct posts *p, struct core *c, int64_t now, bool dry)
{
	p->core = c;
	p->now = now;
	p->dry = dry;
	p->n = 0;
}

void
posts_end(struct posts *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (p->p[i].sealed >= 0)
			close(p->p[i].sealed);
	}
	p->n = 0;
}

struct post *
posts_intent(struct posts *p, enum mail_kind kind, const char *section,
    int64_t correspondent, const char *ref)
{
	struct post *one;

	if (p->n == POSTS_MOST)
		return NULL;
	one = &p->p[p->n++];
	*one = (struct post){ .sealed = -1 };
	outbox_row(p->core, &one->row, kind, section, correspondent, ref,
	    p->now);
	return one;
}

/* ---- letters that are sealed at once ---- */

/* What of a letter differs from one to the next. */
struct saying {
	const struct var *vars;
	size_t nvars;
	const struct letter_file *files;
	size_t nfiles;
};

static enum gw_err
seal(struct posts *p, struct post *one, const char *to, const char *fpr,
    int key, const struct saying *what)
{
	struct letter letter = {
		.kind = one->row.kind,
		.section = one->row.section,
		.to = to,
		.ref = one->row.ref,
		.message_id = one->row.message_id,
		.date = one->row.made,
		.vars = what->vars,
		.nvars = what->nvars,
		.files = what->files,
		.nfiles = what->nfiles,
	};
	struct sealing how = { .fpr = fpr, .plain = -1, .guest = key };

	if (p->dry)
		return GW_OK;
	return seal_letter(p->core, &letter, &how, &one->sealed);
}

enum gw_err
posts_files(struct posts *p, enum mail_kind kind, const char *section,
    const struct correspondent *to, const char *ref, const struct var *vars,
    size_t nvars, const struct letter_file *files, size_t nfiles)
{
	const struct saying what = { vars, nvars, files, nfiles };
	struct post *one = posts_intent(p, kind, section, to->id, ref);
	enum gw_err r;

	if (one == NULL)
		return GW_LIMIT;
	r = seal(p, one, to->address, to->fpr, -1, &what);
	if (r != GW_OK)
		p->n--;
	return r;
}

enum gw_err
posts_letter(struct posts *p, enum mail_kind kind, const char *section,
    const struct correspondent *to, const char *ref, const struct var *vars,
    size_t nvars)
{
	return posts_files(p, kind, section, to, ref, vars, nvars, NULL, 0);
}

enum gw_err
posts_guest(struct posts *p, enum mail_kind kind, const char *section,
    const char *address, const char *fpr, int key, const char *ref,
    const struct var *vars, size_t nvars)
{
	const struct saying what = { vars, nvars, NULL, 0 };
	struct post *one = posts_intent(p, kind, section, 0, ref);
	enum gw_err r;

	if (one == NULL)
		return GW_LIMIT;
	one->row.guest = true;
	(void)snprintf(one->address, sizeof(one->address), "%s", address);
	r = seal(p, one, address, fpr, key, &what);
	if (r != GW_OK)
		p->n--;
	return r;
}

/* ---- into the outbox ---- */

/* A guest's blob: the address, LF, the mail. */
static enum gw_err
put_guest(struct store *s, const struct post *one, struct map mail,
    int64_t *blob)
{
	struct buf b;
	enum gw_err r;

	buf_init(&b, 2 * (size_t)LIM_LETTER_BYTES + LIM_KEYFILE * 2);
	buf_printf(&b, "%s\n", one->address);
	buf_add(&b, mail.p, mail.len);
	r = buf_error(&b);
	if (r == GW_OK)
		r = blob_put(s, b.p, b.len, blob);
	buf_free(&b);
	return r;
}

enum gw_err
posts_open_guest(int blob, char address[LIM_ADDR + 1], int *rest)
{
	const uint8_t *end;
	struct map map;
	enum gw_err r;
	size_t n;

	*rest = -1;
	r = memfd_map(blob, 2 * (size_t)LIM_PLAIN_BYTES, &map);
	if (r != GW_OK)
		return r;
	end = memchr(map.p, '\n', map.len < LIM_ADDR + 1 ? map.len :
	    LIM_ADDR + 1);
	r = GW_FORMAT;
	if (end != NULL) {
		n = (size_t)(end - map.p);
		memcpy(address, map.p, n);
		address[n] = '\0';
		r = memfd_from(end + 1, map.len - n - 1, rest);
	}
	memfd_unmap(&map);
	return r;
}

static enum gw_err
put_content(struct store *s, struct post *one)
{
	struct map map;
	enum gw_err r;

	if (one->sealed < 0)
		return GW_OK;
	r = memfd_map(one->sealed, 2 * (size_t)LIM_PLAIN_BYTES, &map);
	if (r != GW_OK)
		return r;
	r = one->row.guest ? put_guest(s, one, map, &one->row.blob) :
	    blob_put(s, map.p, map.len, &one->row.blob);
	memfd_unmap(&map);
	return r;
}

static enum gw_err
commit_one(struct posts *p, struct post *one)
{
	struct store *s = p->core->store;
	struct outbox *row = &one->row;
	bool held = row->state == OUTBOX_HELD;
	enum gw_err r;

	r = put_content(s, one);
	if (r == GW_OK)
		r = outbox_add(s, row);
	if (r == GW_OK)
		r = audit_add(s, p->now, held ? AUDIT_MAIL_HELD :
		    AUDIT_MAIL_QUEUED, row->ref, mail_kind_name(row->kind),
		    NULL);
	if (r == GW_OK && held)
		r = notify(p->core, "vastgehouden", row->ref, p->now);
	return r;
}

enum gw_err
posts_commit(struct posts *p, int64_t newcomer)
{
	enum gw_err r = GW_OK;
	size_t i;

	for (i = 0; r == GW_OK && i < p->n; i++) {
		if (p->p[i].newcomer)
			p->p[i].row.correspondent = newcomer;
		r = commit_one(p, &p->p[i]);
	}
	return r;
}
