#include <stdlib.h>
#include <string.h>

#include "flow/fiche_text.h"
#include "store/handle.h"

#define SELECT								\
	"SELECT ref, state, version, proposed, changed, digest, approvals" \
	" FROM fiche"

/* The blobs of a fiche by their columns; 0 for none. */
struct blobs {
	int64_t detail, ballot;
};

static void
get(struct query *q, struct fiche *f)
{
	db_get_text(q, f->ref, sizeof(f->ref));
	f->state = (enum fiche_state)db_get_code(q, &code_fiche_state);
	f->version = (uint32_t)db_get_int(q);
	f->proposed = db_get_int(q);
	f->changed = db_get_int(q);
	db_get_blob(q, f->digest, HASH_BYTES);
	f->approvals = db_get_int(q);
}

enum gw_err
fiche_by_ref(struct store *s, const char *ref, struct fiche *f)
{
	struct query q;
	bool there;

	db_start(&q, s->main, SELECT " WHERE ref = ?");
	db_put_text(&q, ref);
	there = db_step(&q);
	/* Not before: `ref` may be a member of what it asks for. */
	*f = (struct fiche){ .version = 0 };
	if (there)
		get(&q, f);
	return db_end_found(&q);
}

enum gw_err
fiche_each(struct store *s, fiche_fn each, void *arg)
{
	struct fiche f;
	struct query q;

	db_start(&q, s->main, SELECT " ORDER BY proposed, ref");
	while (db_step(&q)) {
		get(&q, &f);
		if (q.err == GW_OK)
			db_fail(&q, each(&f, arg));
	}
	return db_end(&q);
}

enum gw_err
fiche_set_state(struct store *s, const char *ref, enum fiche_state state,
    int64_t day)
{
	struct query q;

	db_start(&q, s->main,
	    "UPDATE fiche SET state = ?, changed = ? WHERE ref = ?");
	db_put_code(&q, &code_fiche_state, (int)state);
	db_put_int(&q, day);
	db_put_text(&q, ref);
	return db_run_found(&q);
}

static enum gw_err
get_blobs(struct store *s, const char *ref, struct blobs *b)
{
	struct query q;

	*b = (struct blobs){ 0, 0 };
	db_start(&q, s->main, "SELECT detail, ballot FROM fiche WHERE ref = ?");
	db_put_text(&q, ref);
	if (db_step(&q)) {
		b->detail = db_get_int(&q);
		b->ballot = db_get_int(&q);
	}
	return db_end_found(&q);
}

/* ---- digest ---- */

static enum gw_err
case_link(struct store *s, const char *ref, int64_t *link)
{
	struct query q;
	enum gw_err r;

	*link = 0;
	db_start(&q, s->main, "SELECT link FROM case_ref WHERE ref = ?");
	db_put_text(&q, ref);
	if (db_step(&q))
		*link = db_get_int(&q);
	r = db_end_found(&q);
	return r == GW_OK && *link == 0 ? GW_MISSING : r;
}

enum gw_err
fiche_keyed_digest(struct store *s, const char *case_ref,
    const uint8_t digest[HASH_BYTES], uint8_t out[HASH_BYTES])
{
	const struct piece pieces[] = { { "fiche digest", 12 },
		{ digest, HASH_BYTES } };
	enum gw_err r;
	int64_t link;

	memset(out, 0, HASH_BYTES);
	r = case_link(s, case_ref, &link);
	return r == GW_OK ? blob_keyed_hash(s, link, pieces, 2, out) : r;
}

static enum gw_err
digest_of(struct store *s, const struct fiche_head *h,
    const struct fiche_content *c, uint8_t out[HASH_BYTES])
{
	uint8_t digest[HASH_BYTES];
	enum gw_err r;

	r = fiche_digest(h, c, digest);
	if (r == GW_OK)
		r = fiche_keyed_digest(s, h->case_ref, digest, out);
	crypto_wipe(digest, sizeof(digest));
	return r;
}

/* ---- blobs ---- */

/* Something too large for the stack, wiped when it is done with. */
static void
wipe(void *p, size_t n)
{
	if (p != NULL)
		crypto_wipe(p, n);
	free(p);
}

static enum gw_err
put_detail(struct store *s, const struct fiche_head *h,
    const struct fiche_content *c, int64_t *blob)
{
	uint8_t *bytes = malloc(FICHE_DETAIL_BYTES);
	enum gw_err r;
	size_t n;

	*blob = 0;
	if (bytes == NULL)
		return GW_NOMEM;
	r = fiche_pack(h, c, bytes, &n);
	if (r == GW_OK)
		r = blob_put(s, bytes, n, blob);
	wipe(bytes, FICHE_DETAIL_BYTES);
	return r;
}

enum gw_err
fiche_detail_get(struct store *s, const char *ref, struct fiche_head *h,
    struct fiche_content *c)
{
	uint8_t *bytes = malloc(FICHE_DETAIL_BYTES);
	struct fiche f;
	struct blobs b;
	enum gw_err r;
	size_t n;

	memset(h, 0, sizeof(*h));
	memset(c, 0, sizeof(*c));
	if (bytes == NULL)
		return GW_NOMEM;
	r = fiche_by_ref(s, ref, &f);
	if (r == GW_OK)
		r = get_blobs(s, ref, &b);
	if (r == GW_OK && b.detail == 0)
		r = GW_MISSING;
	if (r == GW_OK)
		r = blob_read(s, b.detail, bytes, FICHE_DETAIL_BYTES, &n);
	if (r == GW_OK)
		r = fiche_unpack(bytes, n, h, c);
	if (r == GW_OK) {
		memcpy(h->ref, f.ref, sizeof(h->ref));
		h->version = f.version;
	}
	wipe(bytes, FICHE_DETAIL_BYTES);
	return r;
}

enum gw_err
fiche_add(struct store *s, const struct fiche_head *h,
    const struct fiche_content *c, int64_t day)
{
	uint8_t keyed[HASH_BYTES];
	struct query q;
	enum gw_err r;
	int64_t detail;

	if (h->version != 1)
		return GW_STATE;
	r = digest_of(s, h, c, keyed);
	if (r == GW_OK)
		r = put_detail(s, h, c, &detail);
	if (r != GW_OK)
		return r;
	db_start(&q, s->main, "INSERT INTO fiche (ref, state, version,"
	    " proposed, changed, digest, detail)"
	    " VALUES (?, 'DRAFT', 1, ?, ?, ?, ?)");
	db_put_text(&q, h->ref);
	db_put_int(&q, day);
	db_put_int(&q, day);
	db_put_blob(&q, keyed, HASH_BYTES);
	db_put_int(&q, detail);
	return db_run(&q);
}

/* Only over the version before, which is gone then: of two revisions at once
 * one would be lost. */
static enum gw_err
write_revision(struct store *s, const struct fiche_head *h, int64_t day,
    const uint8_t keyed[HASH_BYTES], int64_t detail)
{
	struct query q;
	enum gw_err r;

	db_start(&q, s->main, "UPDATE fiche SET version = ?, changed = ?,"
	    " digest = ?, detail = ? WHERE ref = ? AND version = ?"
	    " AND detail IS NOT NULL");
	db_put_int(&q, h->version);
	db_put_int(&q, day);
	db_put_blob(&q, keyed, HASH_BYTES);
	db_put_int(&q, detail);
	db_put_text(&q, h->ref);
	db_put_int(&q, (int64_t)h->version - 1);
	r = db_run_found(&q);
	return r == GW_MISSING ? GW_STATE : r;
}

static enum gw_err
each_mail(struct store *s, const char *ref,
    enum gw_err (*drop)(struct store *, int64_t))
{
	struct query q;
	enum gw_err r;

	db_start(&q, s->main, "SELECT blob FROM fiche_mail WHERE ref = ?");
	db_put_text(&q, ref);
	while (db_step(&q))
		db_fail(&q, drop(s, db_get_int(&q)));
	r = db_end(&q);
	if (r != GW_OK)
		return r;
	db_start(&q, s->main, "DELETE FROM fiche_mail WHERE ref = ?");
	db_put_text(&q, ref);
	return db_run(&q);
}

enum gw_err
fiche_revise(struct store *s, const struct fiche_head *h,
    const struct fiche_content *c, int64_t day)
{
	uint8_t keyed[HASH_BYTES];
	int64_t detail;
	struct blobs b;
	enum gw_err r;

	r = get_blobs(s, h->ref, &b);
	if (r == GW_OK)
		r = digest_of(s, h, c, keyed);
	if (r == GW_OK)
		r = put_detail(s, h, c, &detail);
	if (r == GW_OK)
		r = write_revision(s, h, day, keyed, detail);
	if (r == GW_OK)
		r = blob_drop(s, b.detail);
	/* R98: approvals of another text are of no use to anybody. */
	return r == GW_OK ? each_mail(s, h->ref, blob_drop) : r;
}

/* ---- the round ---- */

static enum gw_err
set_ballot(struct store *s, const char *ref, int64_t blob)
{
	struct query q;
	enum gw_err r;

	db_start(&q, s->main, "UPDATE fiche SET ballot = ? WHERE ref = ?"
	    " AND detail IS NOT NULL");
	db_put_int(&q, blob);
	db_put_text(&q, ref);
	r = db_run_found(&q);
	return r == GW_MISSING ? GW_STATE : r;
}

enum gw_err
fiche_ballot_put(struct store *s, const char *ref,
    const struct fiche_ballot *b)
{
	uint8_t *bytes = malloc(FICHE_BALLOT_BYTES);
	struct blobs old;
	enum gw_err r;
	int64_t blob;
	size_t n;

	if (bytes == NULL)
		return GW_NOMEM;
	r = get_blobs(s, ref, &old);
	if (r == GW_OK)
		r = ballot_pack(b, bytes, &n);
	if (r == GW_OK)
		r = blob_put(s, bytes, n, &blob);
	if (r == GW_OK)
		r = set_ballot(s, ref, blob);
	if (r == GW_OK && old.ballot != 0)
		r = blob_drop(s, old.ballot);
	wipe(bytes, FICHE_BALLOT_BYTES);
	return r;
}

enum gw_err
fiche_ballot_get(struct store *s, const char *ref, struct fiche_ballot *b)
{
	uint8_t *bytes = malloc(FICHE_BALLOT_BYTES);
	struct blobs blobs;
	enum gw_err r;
	size_t n;

	memset(b, 0, sizeof(*b));
	if (bytes == NULL)
		return GW_NOMEM;
	r = get_blobs(s, ref, &blobs);
	if (r == GW_OK && blobs.ballot == 0)
		r = GW_MISSING;
	if (r == GW_OK)
		r = blob_read(s, blobs.ballot, bytes, FICHE_BALLOT_BYTES, &n);
	if (r == GW_OK)
		r = ballot_unpack(bytes, n, b);
	wipe(bytes, FICHE_BALLOT_BYTES);
	return r;
}

enum gw_err
fiche_mail_put(struct store *s, const char *ref, const void *p, size_t n,
    int64_t *blob)
{
	struct query q;
	enum gw_err r;

	r = blob_put(s, p, n, blob);
	if (r != GW_OK)
		return r;
	db_start(&q, s->main,
	    "INSERT INTO fiche_mail (ref, blob) VALUES (?, ?)");
	db_put_text(&q, ref);
	db_put_int(&q, *blob);
	return db_run(&q);
}

enum gw_err
fiche_mail_drop(struct store *s, const char *ref, int64_t blob)
{
	struct query q;
	enum gw_err r;

	db_start(&q, s->main,
	    "DELETE FROM fiche_mail WHERE ref = ? AND blob = ?");
	db_put_text(&q, ref);
	db_put_int(&q, blob);
	r = db_run_found(&q);
	return r == GW_OK ? blob_drop(s, blob) : r;
}

/* ---- the end ---- */

/* What has no detail any more was erased, and counted, before. */
static enum gw_err
erase_row(struct store *s, const char *ref)
{
	struct query q;

	db_start(&q, s->main, "UPDATE fiche SET detail = NULL, ballot = NULL,"
	    " approvals = (SELECT count(*) FROM fiche_mail AS m"
	    "  WHERE m.ref = fiche.ref)"
	    " WHERE ref = ? AND detail IS NOT NULL");
	db_put_text(&q, ref);
	return db_run(&q);
}

enum gw_err
fiche_erase(struct store *s, const char *ref)
{
	struct blobs b;
	enum gw_err r;

	r = get_blobs(s, ref, &b);
	if (r == GW_OK && b.detail != 0)
		r = blob_erase(s, b.detail);
	if (r == GW_OK && b.ballot != 0)
		r = blob_erase(s, b.ballot);
	if (r == GW_OK)
		r = erase_row(s, ref);
	if (r == GW_OK)
		r = each_mail(s, ref, blob_erase);
	return r == GW_OK ? mail_sweep(s, ref, NULL) : r;
}
