/*
 * Content under lock and key. A blob is a header and chunks, sealed as one
 * stream (base/crypto.h) under a random key of its own. The key lies in
 * keys.db, a connection of its own: SQLite could commit both files at once
 * only with a rollback journal, and here the order is what counts.
 *
 *	put	key, commit; chunks, commit of the caller
 *	erase	key, commit, WAL cut; chunks
 *	drop	chunks, commit of the caller; key, commit, WAL cut
 *
 * Whatever dies in between, no blob is left that can be read and should not,
 * and none that should and cannot.
 */
#include <string.h>
#include <unistd.h>

#include "base/memfd.h"
#include "store/handle.h"

/* ---- keys ---- */

static enum gw_err
key_add(struct store *s, int64_t id, const uint8_t key[DATA_KEY_BYTES])
{
	struct query q;

	db_start(&q, s->keys, "INSERT INTO data_key (blob, key) VALUES (?, ?)");
	db_put_int(&q, id);
	db_put_blob(&q, key, DATA_KEY_BYTES);
	return db_run(&q);
}

static enum gw_err
key_get(struct store *s, int64_t id, uint8_t key[DATA_KEY_BYTES])
{
	struct query q;

	if (s->keys == NULL)
		return GW_MISSING;
	db_start(&q, s->keys, "SELECT key FROM data_key WHERE blob = ?");
	db_put_int(&q, id);
	if (db_step(&q))
		db_get_blob(&q, key, DATA_KEY_BYTES);
	return db_end_found(&q);
}

static enum gw_err
key_destroy(struct store *s, int64_t id)
{
	struct query q;

	db_start(&q, s->keys, "DELETE FROM data_key WHERE blob = ?");
	db_put_int(&q, id);
	return db_run(&q);
}

/* ---- put ---- */

/* Never 0, which means "none" to callers. */
static int64_t
fresh_id(void)
{
	uint64_t id;

	do {
		crypto_random(&id, sizeof(id));
		id &= INT64_MAX;
	} while (id == 0);
	return (int64_t)id;
}

static enum gw_err
add_head(struct store *s, int64_t id, size_t size,
    const uint8_t header[BLOB_HEADER])
{
	struct query q;

	db_start(&q, s->main,
	    "INSERT INTO blob (id, size, header) VALUES (?, ?, ?)");
	db_put_int(&q, id);
	db_put_int(&q, (int64_t)size);
	db_put_blob(&q, header, BLOB_HEADER);
	return db_run(&q);
}

static enum gw_err
add_chunk(struct store *s, int64_t id, int64_t n, size_t size)
{
	struct query q;

	db_start(&q, s->main,
	    "INSERT INTO blob_chunk (blob, n, bytes) VALUES (?, ?, ?)");
	db_put_int(&q, id);
	db_put_int(&q, n);
	db_put_blob(&q, s->chunk, size);
	return db_run(&q);
}

static enum gw_err
seal_all(struct store *s, int64_t id, const uint8_t key[DATA_KEY_BYTES],
    const uint8_t *p, size_t size)
{
	struct blob_stream stream;
	uint8_t header[BLOB_HEADER];
	size_t left = size, n;
	int64_t i = 0;
	enum gw_err r;

	blob_seal_start(&stream, key, header);
	r = add_head(s, id, size, header);
	/* An empty blob has one chunk too, which says that it is empty. */
	do {
		n = left < BLOB_CHUNK ? left : BLOB_CHUNK;
		if (r != GW_OK)
			break;
		blob_seal_chunk(&stream, p + (size - left), n, n == left,
		    s->chunk);
		r = add_chunk(s, id, i++, n + BLOB_EXTRA);
		left -= n;
	} while (left > 0);
	crypto_wipe(&stream, sizeof(stream));
	return r;
}

enum gw_err
blob_put(struct store *s, const void *p, size_t n, int64_t *id)
{
	uint8_t key[DATA_KEY_BYTES];
	int64_t new = fresh_id();
	enum gw_err r;

	*id = 0;
	/* A blob without the row that names it would be lost content. */
	if (!db_in_transaction(s->main))
		return GW_STATE;
	crypto_random(key, sizeof(key));
	r = key_add(s, new, key);
	if (r == GW_OK) {
		r = seal_all(s, new, key, p, n);
		if (r == GW_OK)
			*id = new;
		else
			(void)key_destroy(s, new);
	}
	crypto_wipe(key, sizeof(key));
	return r;
}

/* ---- get ---- */

static enum gw_err
get_head(struct store *s, int64_t id, size_t *size,
    uint8_t header[BLOB_HEADER])
{
	struct query q;

	*size = 0;
	db_start(&q, s->main, "SELECT size, header FROM blob WHERE id = ?");
	db_put_int(&q, id);
	if (db_step(&q)) {
		*size = (size_t)db_get_int(&q);
		db_get_blob(&q, header, BLOB_HEADER);
	}
	return db_end_found(&q);
}

/* Opens the chunk of the current row into `fd`. */
static enum gw_err
open_one(struct store *s, struct query *q, struct blob_stream *stream,
    size_t *left, int fd)
{
	const uint8_t *p;
	size_t n, want;
	enum gw_err r;

	want = *left < BLOB_CHUNK ? *left : BLOB_CHUNK;
	db_get_span(q, &p, &n);
	if (q->err != GW_OK)
		return q->err;
	if (p == NULL || n != want + BLOB_EXTRA)
		return GW_FORMAT;
	r = blob_open_chunk(stream, p, n, want == *left, s->chunk);
	if (r != GW_OK)
		return r;
	*left -= want;
	return memfd_write(fd, s->chunk, want);
}

static enum gw_err
open_all(struct store *s, int64_t id, struct blob_stream *stream,
    size_t left, int fd)
{
	struct query q;
	bool last = false;

	db_start(&q, s->main,
	    "SELECT bytes FROM blob_chunk WHERE blob = ? ORDER BY n");
	db_put_int(&q, id);
	while (!last && db_step(&q)) {
		last = left <= BLOB_CHUNK;
		db_fail(&q, open_one(s, &q, stream, &left, fd));
	}
	if (!last || db_step(&q))
		db_fail(&q, GW_FORMAT);
	return db_end(&q);
}

static enum gw_err
open_into(struct store *s, int64_t id, const uint8_t key[DATA_KEY_BYTES],
    int fd)
{
	struct blob_stream stream;
	uint8_t header[BLOB_HEADER];
	size_t size;
	enum gw_err r;

	r = get_head(s, id, &size, header);
	if (r == GW_OK)
		r = blob_open_start(&stream, key, header);
	if (r == GW_OK)
		r = open_all(s, id, &stream, size, fd);
	if (r == GW_OK)
		r = memfd_freeze(fd);
	crypto_wipe(&stream, sizeof(stream));
	return r;
}

enum gw_err
blob_get(struct store *s, int64_t id, int *fd)
{
	uint8_t key[DATA_KEY_BYTES];
	enum gw_err r;

	*fd = -1;
	r = key_get(s, id, key);
	if (r == GW_OK)
		r = memfd_new(fd);
	if (r == GW_OK)
		r = open_into(s, id, key, *fd);
	crypto_wipe(key, sizeof(key));
	crypto_wipe(s->chunk, sizeof(s->chunk));
	if (r != GW_OK && *fd >= 0) {
		close(*fd);
		*fd = -1;
	}
	return r;
}

enum gw_err
blob_read(struct store *s, int64_t id, void *out, size_t size, size_t *n)
{
	struct map map;
	enum gw_err r;
	int fd;

	*n = 0;
	r = blob_get(s, id, &fd);
	if (r != GW_OK)
		return r;
	r = memfd_map(fd, size, &map);
	if (r == GW_OK) {
		memcpy(out, map.p, map.len);
		*n = map.len;
		memfd_unmap(&map);
	}
	(void)close(fd);
	return r == GW_LIMIT ? GW_FORMAT : r;
}

enum gw_err
blob_keyed_hash(struct store *s, int64_t id, const struct piece *piece,
    size_t pieces, uint8_t out[HASH_BYTES])
{
	uint8_t key[DATA_KEY_BYTES];
	enum gw_err r;

	memset(out, 0, HASH_BYTES);
	r = key_get(s, id, key);
	if (r == GW_OK)
		crypto_keyed_hash(key, piece, pieces, out);
	crypto_wipe(key, sizeof(key));
	return r;
}

/* ---- erase ---- */

static enum gw_err
delete_blob(struct store *s, int64_t id)
{
	struct query q;

	/* Its chunks go with it (ON DELETE CASCADE). */
	db_start(&q, s->main, "DELETE FROM blob WHERE id = ?");
	db_put_int(&q, id);
	return db_run(&q);
}

enum gw_err
blob_erase(struct store *s, int64_t id)
{
	enum gw_err r;

	r = key_destroy(s, id);
	if (r != GW_OK)
		return r;
	/* The key goes from keys.db-wal now, whatever becomes of the
	 * transaction around us. */
	s->keys_erased = true;
	store_scrub(s);
	r = delete_blob(s, id);
	if (r == GW_OK)
		s->erased = true;
	store_scrub(s);
	return r;
}

enum gw_err
blob_drop(struct store *s, int64_t id)
{
	if (!db_in_transaction(s->main))
		return GW_STATE;
	/* A key without a blob is swept. */
	if (s->ndropped < STORE_DROPPED)
		s->dropped[s->ndropped++] = id;
	else
		s->unswept = true;
	return delete_blob(s, id);
}

void
blob_dropped(struct store *s)
{
	unsigned swept;
	size_t i;

	/* What an earlier commit could not destroy, and what it could not note. */
	if (s->unswept && blob_sweep(s, &swept) == GW_OK)
		s->unswept = false;
	for (i = 0; i < s->ndropped; i++) {
		if (key_destroy(s, s->dropped[i]) != GW_OK)
			s->unswept = true;
	}
	if (s->ndropped > 0)
		s->erased = s->keys_erased = true;
	s->ndropped = 0;
}

/* ---- sweep ---- */

static bool
blob_is_there(struct store *s, int64_t id, struct query *by)
{
	struct query q;

	db_start(&q, s->main, "SELECT 1 FROM blob WHERE id = ?");
	db_put_int(&q, id);
	(void)db_step(&q);
	db_fail(by, db_end(&q));
	return q.rows > 0;
}

static bool
key_is_there(struct store *s, int64_t id, struct query *by)
{
	struct query q;

	db_start(&q, s->keys, "SELECT 1 FROM data_key WHERE blob = ?");
	db_put_int(&q, id);
	(void)db_step(&q);
	db_fail(by, db_end(&q));
	return q.rows > 0;
}

static enum gw_err
sweep_keys(struct store *s, unsigned *swept)
{
	struct query q;
	int64_t id;

	db_start(&q, s->keys, "SELECT blob FROM data_key");
	while (db_step(&q)) {
		id = db_get_int(&q);
		if (blob_is_there(s, id, &q) || q.err != GW_OK)
			continue;
		db_fail(&q, key_destroy(s, id));
		s->keys_erased = true;
		(*swept)++;
	}
	return db_end(&q);
}

static enum gw_err
sweep_blobs(struct store *s, unsigned *swept)
{
	struct query q;
	int64_t id;

	db_start(&q, s->main, "SELECT id FROM blob");
	while (db_step(&q)) {
		id = db_get_int(&q);
		if (key_is_there(s, id, &q) || q.err != GW_OK)
			continue;
		db_fail(&q, delete_blob(s, id));
		s->erased = true;
		(*swept)++;
	}
	return db_end(&q);
}

/* Each side in one transaction: after a restore all blobs go at once. */
static enum gw_err
sweep_side(struct store *s, struct db *db,
    enum gw_err (*sweep)(struct store *, unsigned *), unsigned *swept)
{
	enum gw_err r;

	r = db_begin(db);
	if (r == GW_OK)
		r = sweep(s, swept);
	if (r == GW_OK)
		return db_commit(db);
	db_rollback(db);
	return r;
}

enum gw_err
blob_sweep(struct store *s, unsigned *swept)
{
	enum gw_err r;

	*swept = 0;
	/* A blob that is not committed yet is not to be taken for lost. */
	if (db_in_transaction(s->main))
		return GW_STATE;
	r = sweep_side(s, s->keys, sweep_keys, swept);
	if (r == GW_OK)
		r = sweep_side(s, s->main, sweep_blobs, swept);
	store_scrub(s);
	return r;
}
