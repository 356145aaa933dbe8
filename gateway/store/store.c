#include "store/store.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "store/handle.h"
#include "store/schema.h"

/* The clock goes to disk once a minute, not at each event. */
#define CLOCK_STEP 60

static const char main_name[] = "meldpost.db";
static const char keys_name[] = "keys.db";

/* ---- open ---- */

static enum gw_err
open_path(struct store *s, struct db **db, const char *dir, const char *name,
    const struct schema *schema, struct buf *detail)
{
	struct buf path;
	enum gw_err r;

	buf_init(&path, 2 * LIM_CONF_PATH);
	buf_printf(&path, "%s/%s", dir, name);
	r = buf_error(&path);
	if (r == GW_OK)
		r = db_open(db, buf_str(&path), name, s->read_only);
	if (r == GW_OK && s->read_only)
		r = schema_check(*db, schema, detail);
	else if (r == GW_OK)
		r = schema_migrate(*db, schema, detail);
	buf_free(&path);
	return r;
}

/* Opens one file of the two; `why` gets one sentence when that fails. */
static enum gw_err
open_file(struct store *s, struct db **db, const char *dir, const char *name,
    const struct schema *schema, struct buf *why)
{
	struct buf detail;
	size_t said = why->len;
	enum gw_err r;

	buf_init(&detail, LIM_ROW);
	r = rights_file(s, dir, name, why);
	if (r == GW_OK)
		r = open_path(s, db, dir, name, schema, &detail);
	if (r == GW_FORMAT && detail.len == 0)
		buf_puts(&detail, "it is damaged or not a database; put the"
		    " last backup in its place");
	if (r != GW_OK && why->len == said)
		buf_printf(why, "%s/%s: %s", dir, name, detail.len > 0 ?
		    buf_str(&detail) : gw_strerror(r));
	buf_free(&detail);
	return r;
}

static enum gw_err
load_instance(struct store *s)
{
	struct query q;

	db_start(&q, s->main, "SELECT id, clock FROM instance WHERE one = 1");
	if (db_step(&q)) {
		db_get_blob(&q, s->id, sizeof(s->id));
		s->clock = s->clock_saved = db_get_int(&q);
	}
	return db_end_found(&q);
}

/* The audit chain starts from a value that no other instance has. */
static enum gw_err
make_instance(struct store *s)
{
	struct query q;

	crypto_random(s->id, sizeof(s->id));
	db_start(&q, s->main, "INSERT INTO instance"
	    " (one, id, clock, audit_rows, audit_head) VALUES (1, ?, 0, 0, ?)");
	db_put_blob(&q, s->id, sizeof(s->id));
	db_put_blob(&q, s->id, sizeof(s->id));
	return db_run(&q);
}

static enum gw_err
load_keyring(struct store *s, uint8_t instance[STORE_ID_BYTES])
{
	struct query q;

	db_start(&q, s->keys,
	    "SELECT instance, replay FROM keyring WHERE one = 1");
	if (db_step(&q)) {
		db_get_blob(&q, instance, STORE_ID_BYTES);
		db_get_blob(&q, s->replay, sizeof(s->replay));
	}
	return db_end_found(&q);
}

static enum gw_err
make_keyring(struct store *s)
{
	struct query q;

	crypto_random(s->replay, sizeof(s->replay));
	db_start(&q, s->keys, "INSERT INTO keyring (one, instance, replay)"
	    " VALUES (1, ?, ?)");
	db_put_blob(&q, s->id, sizeof(s->id));
	db_put_blob(&q, s->replay, sizeof(s->replay));
	return db_run(&q);
}

static enum gw_err
open_main(struct store *s, const char *dir, bool *fresh, struct buf *why)
{
	enum gw_err r;

	*fresh = false;
	r = open_file(s, &s->main, dir, main_name, &schema_main, why);
	if (r != GW_OK)
		return r;
	r = load_instance(s);
	if (r != GW_MISSING || s->read_only)
		return r;
	*fresh = true;
	return make_instance(s);
}

/*
 * Keys of another meldpost.db open nothing here, and blob_sweep() would destroy
 * them: somebody has put the wrong file in place, and may put it right.
 */
static enum gw_err
match_keys(struct store *s, const char *dir, const uint8_t *instance,
    struct buf *why)
{
	if (memcmp(instance, s->id, STORE_ID_BYTES) == 0)
		return GW_OK;
	buf_printf(why, "%s/%s belongs to another %s; put the right one back,"
	    " or remove %s to give up all content", dir, keys_name, main_name,
	    keys_name);
	return GW_FORMAT;
}

static enum gw_err
open_keys(struct store *s, const char *dir, bool fresh, struct buf *why)
{
	uint8_t instance[STORE_ID_BYTES];
	enum gw_err r;

	r = open_file(s, &s->keys, dir, keys_name, &schema_keys, why);
	if (r == GW_OK)
		r = load_keyring(s, instance);
	if (r == GW_OK)
		return match_keys(s, dir, instance, why);
	if (r == GW_MISSING && s->read_only) {
		db_close(s->keys);
		s->keys = NULL;
		return GW_OK;
	}
	if (r != GW_MISSING)
		return r;
	/* What a restored backup looks like (R140). */
	if (!fresh)
		log_event(LOG_WARN, "store", "keys=new content=lost");
	return make_keyring(s);
}

enum gw_err
store_open(struct store **out, const char *dir, bool read_only,
    struct buf *why)
{
	struct store *s;
	size_t said = why->len;
	bool fresh;
	enum gw_err r;

	*out = NULL;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return GW_NOMEM;
	s->dir = -1;
	s->read_only = read_only;
	r = rights_dir(s, dir, why);
	if (r == GW_OK)
		r = open_main(s, dir, &fresh, why);
	if (r == GW_OK)
		r = open_keys(s, dir, fresh, why);
	if (r != GW_OK && why->len == said)
		buf_printf(why, "%s: %s", dir, gw_strerror(r));
	if (r != GW_OK) {
		store_close(s);
		return r;
	}
	/* Whoever was killed in the middle of erasing left it in a WAL. */
	s->erased = s->keys_erased = !read_only;
	store_scrub(s);
	*out = s;
	return GW_OK;
}

static enum gw_err
save_clock(struct store *s)
{
	struct query q;
	enum gw_err r;

	db_start(&q, s->main,
	    "UPDATE instance SET clock = max(clock, ?) WHERE one = 1");
	db_put_int(&q, s->clock);
	r = db_run(&q);
	if (r == GW_OK)
		s->clock_saved = s->clock;
	return r;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	if (s->main != NULL && db_in_transaction(s->main))
		store_rollback(s);
	if (s->main != NULL && s->clock > s->clock_saved && !s->read_only)
		(void)save_clock(s);
	db_close(s->keys);
	db_close(s->main);
	if (s->dir >= 0)
		close(s->dir);
	crypto_wipe(s, sizeof(*s));
	free(s);
}

/* ---- transactions ---- */

enum gw_err
store_begin(struct store *s)
{
	return db_begin(s->main);
}

enum gw_err
store_commit(struct store *s)
{
	enum gw_err r;

	r = db_commit(s->main);
	if (r == GW_OK) {
		blob_dropped(s);
		store_scrub(s);
	} else {
		s->ndropped = 0;
		s->clock_saved = 0;
	}
	return r;
}

void
store_rollback(struct store *s)
{
	db_rollback(s->main);
	s->ndropped = 0;
	/* It may have been part of what was undone: write it again. */
	s->clock_saved = 0;
}

enum gw_err
store_end(struct store *s, enum gw_err r)
{
	if (r == GW_OK)
		return store_commit(s);
	store_rollback(s);
	return r;
}

enum gw_err
store_join(struct store *s, bool *own)
{
	*own = !db_in_transaction(s->main);
	return *own ? store_begin(s) : GW_OK;
}

enum gw_err
store_leave(struct store *s, bool own, enum gw_err r)
{
	if (own && r == GW_OK)
		return store_commit(s);
	if (own)
		store_rollback(s);
	return r;
}

void
store_scrub(struct store *s)
{
	if (s->keys_erased && db_empty_wal(s->keys) == GW_OK)
		s->keys_erased = false;
	if (s->erased && !db_in_transaction(s->main) &&
	    db_empty_wal(s->main) == GW_OK)
		s->erased = false;
}

enum gw_err
store_clock(struct store *s, int64_t now, int64_t *seen)
{
	if (now > s->clock)
		s->clock = now;
	*seen = s->clock;
	if (s->read_only || s->clock < s->clock_saved + CLOCK_STEP)
		return GW_OK;
	return save_clock(s);
}
