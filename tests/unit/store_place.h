/*
 * A throw-away store for the tests of gateway/store: a directory, the open
 * store, and what several of them look at. Needs cmocka.h before it.
 */
#ifndef TESTS_STORE_PLACE_H
#define TESTS_STORE_PLACE_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/handle.h"
#include "store/schema.h"

#define NOW	INT64_C(1795000000)

struct place {
	char dir[64];
	struct store *s;
};

static inline void
place_reopen(struct place *p)
{
	struct buf why;

	store_close(p->s);
	p->s = NULL;
	buf_init(&why, 4096);
	if (store_open(&p->s, p->dir, false, &why) != GW_OK)
		fail_msg("store_open: %s", buf_str(&why));
	buf_free(&why);
}

static inline int
place_make(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	assert_int_equal(crypto_start(), GW_OK);
	(void)strcpy(p->dir, "/tmp/mp-store-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	place_reopen(p);
	*state = p;
	return 0;
}

static inline void
place_path(const struct place *p, const char *name, char out[256])
{
	(void)snprintf(out, 256, "%s/%s", p->dir, name);
}

static inline void
place_empty(const struct place *p)
{
	struct dirent *e;
	char path[512];
	DIR *d;

	d = opendir(p->dir);
	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		(void)snprintf(path, sizeof(path), "%s/%s", p->dir, e->d_name);
		if (e->d_name[0] != '.')
			assert_int_equal(unlink(path), 0);
	}
	closedir(d);
}

static inline int
place_drop(void **state)
{
	struct place *p = *state;

	store_close(p->s);
	place_empty(p);
	assert_int_equal(rmdir(p->dir), 0);
	free(p);
	return 0;
}

/* The whole of a file; the caller frees. An absent one is empty. */
static inline uint8_t *
slurp(const char *path, size_t *n)
{
	struct stat st;
	uint8_t *p;
	int fd;

	*n = 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	assert_int_equal(fstat(fd, &st), 0);
	p = malloc((size_t)st.st_size + 1);
	assert_non_null(p);
	assert_int_equal(read(fd, p, (size_t)st.st_size), st.st_size);
	*n = (size_t)st.st_size;
	close(fd);
	return p;
}

static inline void
spill(const char *path, const void *p, size_t n)
{
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, p, n), (ssize_t)n);
	close(fd);
}

/* Whether the bytes stand in any file of the place. */
static inline bool
place_holds(const struct place *p, const void *bytes, size_t n)
{
	struct dirent *e;
	char path[512];
	bool found = false;
	uint8_t *all;
	size_t len;
	DIR *d;

	d = opendir(p->dir);
	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", p->dir, e->d_name);
		all = slurp(path, &len);
		if (len > 0 && memmem(all, len, bytes, n) != NULL)
			found = true;
		free(all);
	}
	closedir(d);
	return found;
}

/* One number out of a database. */
static inline int64_t
number(struct db *db, const char *sql)
{
	struct query q;
	int64_t v = -1;

	db_start(&q, db, sql);
	if (db_step(&q))
		v = db_get_int(&q);
	assert_int_equal(db_end_found(&q), GW_OK);
	return v;
}

/*
 * Runs `body` in a child, which ends as by kill -9 when it returns: no close,
 * no rollback. The place must not be open, and is not afterwards. Gives
 * whether the body returned true.
 */
static inline bool
in_child(struct place *p, bool (*body)(struct place *))
{
	int status;
	pid_t pid;

	assert_null(p->s);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct buf why;
		bool good = false;

		buf_init(&why, 4096);
		if (store_open(&p->s, p->dir, false, &why) == GW_OK)
			good = body(p);
		_exit(good ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

#endif
