#define _GNU_SOURCE
#include "base/memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

/* A sender that can neither shrink nor newly write is harmless to a map. */
static bool
is_sealed(int fd)
{
	int seals = fcntl(fd, F_GET_SEALS);

	if (seals < 0 || (seals & F_SEAL_SHRINK) == 0)
		return false;
	return (seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) != 0;
}

enum gw_err
memfd_new(int *fd)
{
	*fd = memfd_create("mail", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return *fd < 0 ? gw_from_errno(errno) : GW_OK;
}

enum gw_err
memfd_write(int fd, const void *p, size_t n)
{
	const uint8_t *at = p;
	ssize_t w;

	while (n > 0) {
		w = write(fd, at, n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return gw_from_errno(errno);
		at += w;
		n -= (size_t)w;
	}
	return GW_OK;
}

enum gw_err
memfd_freeze(int fd)
{
	int seals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;

	return fcntl(fd, F_ADD_SEALS, seals) < 0 ? gw_from_errno(errno) : GW_OK;
}

enum gw_err
memfd_from(const void *p, size_t n, int *fd)
{
	enum gw_err r;

	r = memfd_new(fd);
	if (r != GW_OK)
		return r;
	r = memfd_write(*fd, p, n);
	if (r == GW_OK)
		r = memfd_freeze(*fd);
	if (r != GW_OK) {
		close(*fd);
		*fd = -1;
	}
	return r;
}

enum gw_err
memfd_map(int fd, size_t max, struct map *m)
{
	struct stat st;
	void *p;

	*m = (struct map){ (const uint8_t *)"", 0 };
	if (!is_sealed(fd) || fstat(fd, &st) < 0 || st.st_size < 0)
		return GW_FORMAT;
	if ((uint64_t)st.st_size > max)
		return GW_LIMIT;
	if (st.st_size == 0)
		return GW_OK;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return gw_from_errno(errno);
	*m = (struct map){ p, (size_t)st.st_size };
	return GW_OK;
}

void
memfd_unmap(struct map *m)
{
	if (m->len > 0)
		(void)munmap((void *)(uintptr_t)m->p, m->len);
	*m = (struct map){ (const uint8_t *)"", 0 };
}

enum gw_err
secret_new(struct secret *s, size_t max)
{
	*s = (struct secret){ .fd = -1, .max = max };
	return memfd_new(&s->fd);
}

/* Through write(2), not through a mapping: a page fault for each page costs
 * more than all else that is done with it. */
enum gw_err
secret_add(struct secret *s, const void *p, size_t n)
{
	const uint8_t *at = p;
	size_t done = 0;
	ssize_t w;

	if (n > s->max || s->len > s->max - n)
		return GW_LIMIT;
	while (done < n) {
		w = pwrite(s->fd, at + done, n - done, (off_t)(s->len + done));
		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return gw_from_errno(errno);
		done += (size_t)w;
	}
	s->len += n;
	return GW_OK;
}

static enum gw_err
map_for_wiping(struct secret *s)
{
	void *p;

	if (s->len == 0)
		return GW_OK;
	p = mmap(NULL, s->len, PROT_READ | PROT_WRITE, MAP_SHARED, s->fd, 0);
	if (p == MAP_FAILED)
		return gw_from_errno(errno);
	s->p = p;
	return GW_OK;
}

enum gw_err
secret_seal(struct secret *s)
{
	int seals = F_SEAL_FUTURE_WRITE | F_SEAL_GROW | F_SEAL_SHRINK |
	    F_SEAL_SEAL;
	enum gw_err r;

	/* What a failed append left behind the end. */
	if (ftruncate(s->fd, (off_t)s->len) < 0)
		return gw_from_errno(errno);
	/* Once sealed, no new mapping could write. */
	r = map_for_wiping(s);
	if (r != GW_OK)
		return r;
	if (fcntl(s->fd, F_ADD_SEALS, seals) < 0)
		return gw_from_errno(errno);
	s->max = s->len;
	return GW_OK;
}

/* A secret that was never sealed can be written as it was. */
static void
overwrite(const struct secret *s)
{
	static const uint8_t zeros[4096];
	size_t at, n;

	for (at = 0; at < s->len; at += n) {
		n = s->len - at < sizeof(zeros) ? s->len - at : sizeof(zeros);
		if (pwrite(s->fd, zeros, n, (off_t)at) != (ssize_t)n)
			return;
	}
}

void
secret_wipe(struct secret *s)
{
	if (s->p != NULL) {
		/* All pages at once; where this is not known, one by one. */
		(void)madvise(s->p, s->len, MADV_POPULATE_WRITE);
		explicit_bzero(s->p, s->len);
		(void)munmap(s->p, s->len);
	} else if (s->fd >= 0) {
		overwrite(s);
	}
	if (s->fd >= 0)
		close(s->fd);
	*s = (struct secret){ .fd = -1, .max = s->max };
}
