/*
 * The inside of a struct store, for the files of store/ and their tests.
 */
#ifndef GW_STORE_HANDLE_H
#define GW_STORE_HANDLE_H

#include "store/db.h"
#include "store/store.h"

#define STORE_ID_BYTES	32

/* Blobs that one transaction may drop; what is more is swept. A meeting drops
 * the file of every case that it discussed. */
#define STORE_DROPPED	(2 * LIM_MEETING_CASES)

/* A condition: what is about the record ?1, or, where that is a meeting, about
 * an invitation to it. */
#define ABOUT								\
	"(ref = ?1 OR ref IN"						\
	" (SELECT i.ref FROM invitation AS i WHERE i.meeting = ?1))"

struct store {
	struct db *main;
	struct db *keys;	/* NULL: a reader found no keys.db */
	int dir;		/* also holds the lock of the only writer */
	bool read_only;
	bool erased;		/* main's WAL still holds an erased blob */
	bool keys_erased;	/* keys.db's WAL still holds an erased key */
	bool unswept;		/* a key is there whose blob is gone */
	int64_t dropped[STORE_DROPPED];	/* blobs that go with this commit */
	size_t ndropped;
	int64_t clock;		/* highest time seen */
	int64_t clock_saved;	/* what of it is in the database */
	uint8_t id[STORE_ID_BYTES];
	uint8_t replay[DATA_KEY_BYTES];
	uint8_t chunk[BLOB_CHUNK + BLOB_EXTRA];
};

/* For what needs a transaction whether the caller has one or not: joins his or
 * begins one; then leaves with `r`, committing or not what was begun. */
enum gw_err store_join(struct store *s, bool *own);
enum gw_err store_leave(struct store *s, bool own, enum gw_err r);

/* Overwrites in the files what was erased since the last time, if no reader
 * stands in the way; else at the next commit. */
void store_scrub(struct store *s);

/* The bytes of a small blob: at most `size`, more is GW_FORMAT. */
enum gw_err blob_read(struct store *s, int64_t id, void *out, size_t size,
    size_t *n);

/* A hash of `pieces` under the data key of a blob: to compare what nobody may
 * guess. It goes with the key. GW_MISSING: erased. */
enum gw_err blob_keyed_hash(struct store *s, int64_t id,
    const struct piece *piece, size_t pieces, uint8_t out[HASH_BYTES]);

/*
 * What stands in two blobs of a meeting and in that of a case (packed.c). Packing gives GW_LIMIT for
 * what has no room and GW_FORMAT for what is no reference of a case or no
 * number of a correspondent. Unpacking gives GW_FORMAT for all that packing
 * cannot have written, and then nothing of it.
 */
#define DETAIL_BYTES							\
	(4 + 8 + 4 + LIM_LOCATION + 4 + LIM_URGENCY + 4 +		\
	LIM_MEETING_CASES * LIM_REF)
#define ATTENDANCE_BYTES						\
	(4 + 4 + 8 * LIM_PRESENT + 4 +					\
	LIM_MEETING_CASES * (LIM_REF + (LIM_PRESENT + 7) / 8))

#define CASE_FILE_BYTES							\
	(4 + 4 + LIM_REF + 8 + 8 + 4 + LIM_REF + 8 + 4 + HASH_BYTES +	\
	4 + 8 * LIM_PRESENT +						\
	4 + 8 + 2 * HASH_BYTES + 4 + (8 + 8 + 4) * LIM_VOICES)

enum gw_err detail_pack(const struct meeting_detail *d, uint8_t *out,
    size_t *n);
enum gw_err detail_unpack(const uint8_t *p, size_t n,
    struct meeting_detail *d);
enum gw_err attendance_pack(const struct attendance *a, uint8_t *out,
    size_t *n);
enum gw_err attendance_unpack(const uint8_t *p, size_t n,
    struct attendance *a);
enum gw_err case_file_pack(const struct case_file *f, uint8_t *out,
    size_t *n);
enum gw_err case_file_unpack(const uint8_t *p, size_t n,
    struct case_file *f);

/*
 * The same of a fiche (fiche_packed.c). Unpacking leaves reference and version
 * of the head to the row.
 */
#define FICHE_DETAIL_BYTES						\
	(4 + 8 + 4 + LIM_TOWN + LIM_REF + FICHE_ELEMENTS *		\
	(4 + LIM_FICHE_ELEMENT + 4 + LIM_FICHE_SOURCES * (4 + LIM_ADDR)))
#define FICHE_BALLOT_BYTES						\
	(4 + DATA_KEY_BYTES + LIM_REF + 8 + 8 + 4 + HASH_BYTES + 4 +	\
	4 + LIM_FICHE_CONSENTS * (8 + 4) +				\
	4 + LIM_PRESENT * (8 + 4 + 4 + 8 + HASH_BYTES))

enum gw_err fiche_pack(const struct fiche_head *h,
    const struct fiche_content *f, uint8_t *out, size_t *n);
enum gw_err fiche_unpack(const uint8_t *p, size_t n, struct fiche_head *h,
    struct fiche_content *f);
enum gw_err ballot_pack(const struct fiche_ballot *b, uint8_t *out,
    size_t *n);
enum gw_err ballot_unpack(const uint8_t *p, size_t n,
    struct fiche_ballot *b);

/* The directory and the two files: who owns them, who can read them. A
 * sentence with the command that mends it is appended to `why`. */
enum gw_err rights_dir(struct store *s, const char *dir, struct buf *why);
enum gw_err rights_file(struct store *s, const char *dir, const char *name,
    struct buf *why);

#endif
