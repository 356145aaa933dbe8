#define _GNU_SOURCE
#include "wire/chan.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

/* A length stands in front of each string, and no NUL behind it. */
_Static_assert(sizeof(struct msg) + 512 <= LIM_MESSAGE,
    "a message may be longer than its bound");
_Static_assert(MSG_MAX <= 64, "chan.seen has one bit for each message");

enum gw_err
chan_pair(int fd[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) < 0)
		return gw_from_errno(errno);
	return GW_OK;
}

void
chan_open(struct chan *ch, int fd, enum role self, enum role peer)
{
	*ch = (struct chan){ .fd = fd, .self = self, .peer = peer };
}

void
chan_close(struct chan *ch)
{
	if (ch->fd >= 0)
		close(ch->fd);
	ch->fd = -1;
}

/* Waits for `events`; GW_OK, GW_TIMEOUT or GW_IO. */
static enum gw_err
wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd pfd = { .fd = fd, .events = events };
	int64_t left;
	int r;

	for (;;) {
		left = -1;
		if (deadline >= 0) {
			left = deadline - clock_mono_ms();
			left = left < 0 ? 0 : left;
		}
		r = poll(&pfd, 1, (int)left);
		if (r > 0)
			return GW_OK;
		if (r == 0)
			return GW_TIMEOUT;
		if (errno != EINTR)
			return gw_from_errno(errno);
	}
}

static int64_t
deadline_from(int timeout_ms)
{
	return timeout_ms < 0 ? -1 : clock_mono_ms() + timeout_ms;
}

/* One packet out without waiting. */
static enum gw_err
send_packet(int fd, const uint8_t *p, size_t n, const int *fds, size_t nfds)
{
	union {
		char space[CMSG_SPACE(sizeof(int) * LIM_FDS)];
		struct cmsghdr align;
	} control;
	struct iovec iov = { (void *)(uintptr_t)p, n };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cm;

	if (nfds > 0) {
		memset(&control, 0, sizeof(control));
		mh.msg_control = control.space;
		mh.msg_controllen = CMSG_SPACE(sizeof(int) * nfds);
		cm = CMSG_FIRSTHDR(&mh);
		cm->cmsg_level = SOL_SOCKET;
		cm->cmsg_type = SCM_RIGHTS;
		cm->cmsg_len = CMSG_LEN(sizeof(int) * nfds);
		memcpy(CMSG_DATA(cm), fds, sizeof(int) * nfds);
	}
	if (sendmsg(fd, &mh, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return gw_from_errno(errno);
	return GW_OK;
}

enum gw_err
chan_send(struct chan *ch, const struct msg *m, int timeout_ms)
{
	int64_t deadline = deadline_from(timeout_ms);
	uint8_t bytes[LIM_MESSAGE];
	int fds[LIM_FDS];
	size_t n, nfds;
	enum gw_err r;

	if (ch->fd < 0)
		return GW_EOF;
	if (!msg_allowed(m->type, ch->self, ch->peer))
		return GW_DENIED;
	r = msg_encode(m, bytes, sizeof(bytes), &n, fds, &nfds);
	while (r == GW_OK) {
		r = send_packet(ch->fd, bytes, n, fds, nfds);
		if (r != GW_AGAIN)
			return r;
		r = wait_for(ch->fd, POLLOUT, deadline);
	}
	return r;
}

/* Takes the descriptors out of a packet; closes those past LIM_FDS. */
static size_t
collect_fds(struct msghdr *mh, int fds[LIM_FDS])
{
	struct cmsghdr *cm;
	size_t have = 0, i, n;
	int fd;

	for (cm = CMSG_FIRSTHDR(mh); cm != NULL; cm = CMSG_NXTHDR(mh, cm)) {
		if (cm->cmsg_level != SOL_SOCKET || cm->cmsg_type != SCM_RIGHTS)
			continue;
		n = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < n; i++) {
			memcpy(&fd, CMSG_DATA(cm) + i * sizeof(int),
			    sizeof(fd));
			if (have < LIM_FDS)
				fds[have++] = fd;
			else
				close(fd);
		}
	}
	return have;
}

/* One packet in: bytes, length, descriptors. GW_LIMIT when it was cut. */
static enum gw_err
recv_packet(int fd, uint8_t *p, size_t size, size_t *n, int fds[LIM_FDS],
    size_t *nfds)
{
	union {
		char space[CMSG_SPACE(sizeof(int) * LIM_FDS)];
		struct cmsghdr align;
	} control;
	struct iovec iov = { p, size };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.space,
		.msg_controllen = sizeof(control.space) };
	ssize_t got;

	*nfds = 0;
	do {
		got = recvmsg(fd, &mh, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return gw_from_errno(errno);
	*nfds = collect_fds(&mh, fds);
	if (got == 0)
		return GW_EOF;
	if (mh.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
		return GW_LIMIT;
	*n = (size_t)got;
	return GW_OK;
}

static enum gw_err
accept_packet(struct chan *ch, struct msg *m, uint8_t *bytes, size_t n,
    const int *fds, size_t nfds)
{
	enum gw_err r = msg_decode(m, bytes, n, fds, nfds);

	if (r != GW_OK)
		return r;
	if (!msg_allowed(m->type, ch->peer, ch->self))
		return GW_DENIED;
	if (msg_is_once(m->type)) {
		if (ch->seen & (UINT64_C(1) << m->type))
			return GW_DENIED;
		ch->seen |= UINT64_C(1) << m->type;
	}
	return GW_OK;
}

enum gw_err
chan_recv(struct chan *ch, struct msg *m, int timeout_ms)
{
	int64_t deadline = deadline_from(timeout_ms);
	uint8_t bytes[LIM_MESSAGE];
	int fds[LIM_FDS];
	size_t n = 0, nfds, i;
	enum gw_err r;

	if (ch->fd < 0)
		return GW_EOF;
	for (;;) {
		r = recv_packet(ch->fd, bytes, sizeof(bytes), &n, fds, &nfds);
		if (r != GW_AGAIN)
			break;
		r = wait_for(ch->fd, POLLIN, deadline);
		if (r != GW_OK)
			return r;
	}
	if (r == GW_LIMIT)
		r = GW_FORMAT;
	if (r == GW_OK)
		r = accept_packet(ch, m, bytes, n, fds, nfds);
	/* A decoded message owns its descriptors, a refused one does not. */
	for (i = 0; r != GW_OK && i < nfds; i++)
		close(fds[i]);
	return r;
}
