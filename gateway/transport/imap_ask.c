/*
 * The plain lines of an IMAP session: one command, its answer, no grammar
 * beyond "tag OK", "tag NO" and what little we look for in between.
 */
#include "transport/imap_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"

/* Sees each line of an answer, without its end; the tagged one too, less the
 * tag. */
typedef void line_fn(const char *line, void *context);

static enum gw_err
say(struct imap *c, const char *text)
{
	mailstream *stream = c->session->imap_stream;
	size_t n = strlen(text);

	if (mailstream_write(stream, text, n) != (ssize_t)n ||
	    mailstream_flush(stream) < 0)
		return c->broken != GW_OK ? c->broken : GW_NET;
	return GW_OK;
}

/* The next line into c->line. It goes through libetpan's buffer, which may
 * hold its beginning. Any line can tell that mail has come. */
static enum gw_err
hear(struct imap *c)
{
	char word[8];
	unsigned n;

	if (mailstream_read_line_remove_eol(c->session->imap_stream,
	    c->line) == NULL)
		return c->broken != GW_OK ? c->broken : GW_NET;
	if (sscanf(c->line->str, "* %u %7s", &n, word) == 2 &&
	    strcasecmp(word, "EXISTS") == 0)
		c->news = true;
	return GW_OK;
}

static bool
starts(const char *line, const char *with)
{
	return strncasecmp(line, with, strlen(with)) == 0;
}

/* If c->line is the answer to `tag`: what it says, behind the tag. */
static const char *
tagged(const struct imap *c, const char *tag)
{
	size_t n = strlen(tag);

	if (strncmp(c->line->str, tag, n) != 0 || c->line->str[n] != ' ')
		return NULL;
	return c->line->str + n + 1;
}

/* Reads up to and with the answer to `tag`. */
static enum gw_err
hear_answer(struct imap *c, const char *tag, line_fn *on_line,
    void *context)
{
	const char *text;
	enum gw_err r;

	for (;;) {
		r = hear(c);
		if (r != GW_OK)
			return r;
		text = tagged(c, tag);
		if (on_line != NULL)
			on_line(text != NULL ? text : c->line->str, context);
		if (text == NULL)
			continue;
		if (starts(text, "OK"))
			return GW_OK;
		return starts(text, "NO") ? GW_REFUSED : GW_FORMAT;
	}
}

/* Sends `command` under a new tag. */
static enum gw_err
command_start(struct imap *c, const char *command, char tag[16])
{
	char line[1024];
	int n;

	(void)snprintf(tag, 16, "m%u", ++c->tag);
	n = snprintf(line, sizeof(line), "%s %s\r\n", tag, command);
	if (n < 0 || (size_t)n >= sizeof(line))
		return GW_INTERNAL;
	imap_allow(c, LIM_REPLY, IMAP_COMMAND_MS);
	return say(c, line);
}

static enum gw_err
ask(struct imap *c, const char *command, line_fn *on_line, void *context)
{
	char tag[16];
	enum gw_err r;

	r = command_start(c, command, tag);
	if (r == GW_OK)
		r = hear_answer(c, tag, on_line, context);
	return r;
}

enum gw_err
imap_ask(struct imap *c, const char *command)
{
	return ask(c, command, NULL, NULL);
}

static void
on_capability(const char *line, void *context)
{
	struct imap_able *able = context;
	const char *word, *end;
	size_t i, n;
	const struct {
		const char *name;
		bool *have;
	} known[] = {
		{ "UIDPLUS", &able->uidplus },
		{ "MOVE", &able->move },
		{ "IDLE", &able->idle },
	};

	if (!starts(line, "* CAPABILITY "))
		return;
	for (word = line + 13; *word != '\0'; word = end + strspn(end, " ")) {
		n = strcspn(word, " ");
		end = word + n;
		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
			if (strlen(known[i].name) == n &&
			    strncasecmp(word, known[i].name, n) == 0)
				*known[i].have = true;
		}
	}
}

enum gw_err
imap_capability(struct imap *c, struct imap_able *able)
{
	*able = (struct imap_able){ 0 };
	return ask(c, "CAPABILITY", on_capability, able);
}

struct selected {
	uint32_t validity;
	bool read_only;
};

static void
on_select(const char *line, void *context)
{
	struct selected *sel = context;
	unsigned long v;
	char *end;

	if (starts(line, "* OK [UIDVALIDITY ")) {
		v = strtoul(line + 18, &end, 10);
		if (*end == ']' && v > 0 && v <= UINT32_MAX)
			sel->validity = (uint32_t)v;
	}
	if (starts(line, "OK [READ-ONLY]"))
		sel->read_only = true;
}

enum gw_err
imap_select(struct imap *c, const char *quoted, uint32_t *validity)
{
	struct selected sel = { 0 };
	char command[LIM_TOKEN * 2];
	enum gw_err r;

	*validity = 0;
	(void)snprintf(command, sizeof(command), "SELECT %s", quoted);
	r = ask(c, command, on_select, &sel);
	if (r != GW_OK)
		return r == GW_REFUSED ? GW_MISSING : r;
	/* libetpan has not seen this command: it must let FETCH pass, and it
	 * needs a place to note EXISTS. */
	c->session->imap_state = MAILIMAP_STATE_SELECTED;
	if (c->session->imap_selection_info == NULL)
		c->session->imap_selection_info = mailimap_selection_info_new();
	if (c->session->imap_selection_info == NULL)
		return GW_NOMEM;
	*validity = sel.validity;
	if (sel.read_only)
		return GW_DENIED;
	return sel.validity == 0 ? GW_FORMAT : GW_OK;
}

/* Reads up to the server's "+". GW_REFUSED: it does not want to idle. */
static enum gw_err
idle_start(struct imap *c, char tag[16])
{
	enum gw_err r;

	r = command_start(c, "IDLE", tag);
	while (r == GW_OK) {
		r = hear(c);
		if (r != GW_OK || c->line->str[0] == '+')
			return r;
		if (tagged(c, tag) != NULL)
			return GW_REFUSED;
	}
	return r;
}

/* Waits for one thing to happen and, when it is a line, reads it. */
static enum gw_err
idle_once(struct imap *c, int also, int timeout_ms, bool *other)
{
	bool readable = true;
	enum gw_err r;

	/* What libetpan has read already wakes no socket. */
	if (c->session->imap_stream->read_buffer_len == 0) {
		r = net_wait(c->net, also, timeout_ms, &readable);
		if (r != GW_OK)
			return r;
	}
	*other = !readable;
	if (*other)
		return GW_OK;
	imap_allow(c, LIM_REPLY, IMAP_COMMAND_MS);
	return hear(c);
}

enum gw_err
imap_idle(struct imap *c, int also, int timeout_ms, bool *woken)
{
	int64_t end = clock_mono_ms() + timeout_ms, left;
	bool other = false;
	char tag[16];
	enum gw_err r;

	*woken = c->news = false;
	r = idle_start(c, tag);
	if (r != GW_OK)
		return r;
	while (r == GW_OK && !c->news && !other) {
		left = end - clock_mono_ms();
		r = idle_once(c, also, left < 0 ? 0 : (int)left, &other);
	}
	/* The clock ended it, unless a line stood half finished. */
	if (r != GW_OK && (r != GW_TIMEOUT || c->broken != GW_OK))
		return r;
	imap_allow(c, LIM_REPLY, IMAP_COMMAND_MS);
	r = say(c, "DONE\r\n");
	if (r == GW_OK)
		r = hear_answer(c, tag, NULL, NULL);
	*woken = c->news || other;
	return r;
}

bool
imap_news(const struct imap *c)
{
	return c->news;
}

bool
imap_quote(const char *name, char *out, size_t size)
{
	size_t n = 0;

	if (size < 3)
		return false;
	out[n++] = '"';
	for (; *name != '\0'; name++) {
		if (*name < 0x20 || *name > 0x7e || n + 4 > size)
			return false;
		if (*name == '"' || *name == '\\')
			out[n++] = '\\';
		out[n++] = *name;
	}
	out[n++] = '"';
	out[n] = '\0';
	return true;
}
