#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct {
	const char *who;
	enum log_level up_to;
	int journal;	/* lines start with <level> for the journal */
} logger = { "meldpost", LOG_INFO, 0 };

void
log_open(const char *who, enum log_level up_to)
{
	logger.who = who;
	logger.up_to = up_to;
	logger.journal = getenv("JOURNAL_STREAM") != NULL;
}

static size_t
escape(const char *in, char *out, size_t size)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	for (; *in != '\0' && n + 5 < size; in++) {
		unsigned char c = (unsigned char)*in;

		if (c >= 0x20 && c < 0x7f) {
			out[n++] = (char)c;
			continue;
		}
		out[n++] = '\\';
		out[n++] = 'x';
		out[n++] = hex[c >> 4];
		out[n++] = hex[c & 15];
	}
	return n;
}

void
log_event(enum log_level level, const char *noun, const char *fmt, ...)
{
	int saved = errno;
	char text[1024], line[4096];
	va_list ap;
	size_t n = 0;
	int k;

	if (level > logger.up_to)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (logger.journal)
		k = snprintf(line, 64, "<%d>%s %s ", level, logger.who, noun);
	else
		k = snprintf(line, 64, "meldpost-%s: %s ", logger.who, noun);
	if (k > 0)
		n = (size_t)k < 63 ? (size_t)k : 63;
	n += escape(text, line + n, sizeof(line) - n - 1);
	line[n++] = '\n';
	/* One write, so that lines of several roles do not mix. */
	if (write(STDERR_FILENO, line, n) < 0)
		n = 0;
	errno = saved;
}
