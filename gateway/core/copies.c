#include "core/copies.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct copy *
find(const struct copies *c, const char *message_id)
{
	size_t i;

	for (i = 0; i < LIM_COPIES; i++) {
		if (c->copy[i].size > 0 &&
		    strcmp(c->copy[i].message_id, message_id) == 0)
			return &c->copy[i];
	}
	return NULL;
}

static struct copy *
free_place(struct copies *c)
{
	size_t i;

	for (i = 0; i < LIM_COPIES; i++) {
		if (c->copy[i].size == 0)
			return &c->copy[i];
	}
	return NULL;
}

bool
copies_add(struct copies *c, const char *message_id, int fd)
{
	struct copy *copy = free_place(c);
	struct stat st;

	if (copy == NULL || fstat(fd, &st) < 0 || st.st_size <= 0 ||
	    (uintmax_t)st.st_size > LIM_COPIES_BYTES - c->bytes)
		return false;
	(void)snprintf(copy->message_id, sizeof(copy->message_id), "%s",
	    message_id);
	copy->fd = fd;
	copy->size = (size_t)st.st_size;
	c->bytes += copy->size;
	return true;
}

bool
copies_has(const struct copies *c, const char *message_id)
{
	return find(c, message_id) != NULL;
}

enum gw_err
copies_get(const struct copies *c, const char *message_id, int *fd)
{
	const struct copy *copy = find(c, message_id);

	*fd = -1;
	if (copy == NULL)
		return GW_MISSING;
	*fd = fcntl(copy->fd, F_DUPFD_CLOEXEC, 0);
	return *fd < 0 ? GW_AGAIN : GW_OK;
}

void
copies_drop(struct copies *c, const char *message_id)
{
	const struct copy *found = find(c, message_id);
	struct copy *copy;

	if (found == NULL)
		return;
	copy = &c->copy[found - c->copy];
	close(copy->fd);
	c->bytes -= copy->size;
	*copy = (struct copy){ .size = 0 };
}
