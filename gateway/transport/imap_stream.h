/* The inside of struct imap, for the three files that make it. */
#ifndef GW_TRANSPORT_IMAP_STREAM_H
#define GW_TRANSPORT_IMAP_STREAM_H

#include <libetpan/libetpan.h>

#include "transport/imap.h"

#define IMAP_COMMAND_MS	60000

struct imap {
	struct net *net;
	mailimap *session;
	MMAPString *line;	/* the last line of the plain dialogue */
	const char *greeting;	/* what is left of the one we make up */
	size_t budget;		/* bytes that may still come */
	int64_t deadline;
	enum gw_err broken;	/* GW_OK while the stream is sound */
	unsigned tag;
	bool news;		/* EXISTS since the last search was sent */
};

/* From now on the server may send `bytes` and take `ms`. */
void imap_allow(struct imap *c, size_t bytes, int ms);

/* What a result of libetpan means. */
enum gw_err imap_result(const struct imap *c, int code);

/* Asks for the capabilities. libetpan's own way crashes when the server
 * answers OK and tells none. */
enum gw_err imap_capability(struct imap *c, struct imap_able *able);

#endif
