/*
 * Drives one source or sink driver from standard input, so that tests can try
 * it without the house around it.
 *
 *   probe source|sink option=value ...     options as group_name
 *
 * Commands of a source, and what is answered, one line each:
 *   next FILE           "mail TOKEN SIZE BYTES" (raw into FILE) or an error
 *   settle TOKEN FATE   FATE is gone, side or keep
 *   wait MS             watches standard input as `also`
 *   sweep DAYS
 * Commands of a sink:
 *   send FILE SENDER RCPT ENVID DSN     "-" is ""; "RESULT CODE STATUS"
 *   guard FILE RCPT CLEAR               "yes" or "no"
 *   idle
 * Errors are "err CODE", CODE as in enum gw_err; all else is "ok".
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memfd.h"
#include "transport/net.h"
#include "transport/sink.h"
#include "transport/source.h"

#define WORDS 6

static void
usage(void)
{
	fputs("usage: probe source|sink option=value ...\n", stderr);
	exit(2);
}

/* Sets conf.group_name. */
static void
set_option(struct conf *c, const char *word)
{
	const char *value = strchr(word, '=');
	size_t n = value == NULL ? 0 : (size_t)(value - word);

	if (value++ == NULL)
		usage();
#define TEXT(g, o)							\
	if (n == strlen(#g "_" #o) && strncmp(word, #g "_" #o, n) == 0) { \
		(void)snprintf(c->g##_##o, sizeof(c->g##_##o), "%s", value); \
		return;							\
	}
#define STRING(g, o, def, max, who, help)	TEXT(g, o)
#define CHOICE(g, o, def, words, who, help)	TEXT(g, o)
#define SECRET(g, o, who, help)			TEXT(g, o)
#define NUMBER(g, o, def, lo, hi, who, unit, help)			\
	if (n == strlen(#g "_" #o) && strncmp(word, #g "_" #o, n) == 0) { \
		c->g##_##o = strtoll(value, NULL, 10);			\
		return;							\
	}
#include "conf/options.def"
	usage();
}

static void
answer(enum gw_err r)
{
	if (r == GW_OK)
		puts("ok");
	else
		printf("err %d %s; %s\n", (int)r, gw_strerror(r), net_why());
}

static const char *
dash(const char *word)
{
	return strcmp(word, "-") == 0 ? "" : word;
}

/* ---- source ---- */

static void
save(int raw, const char *path, size_t *n)
{
	struct map map;
	FILE *f;

	*n = 0;
	if (memfd_map(raw, LIM_MAIL_BYTES, &map) != GW_OK)
		return;
	f = fopen(path, "wb");
	if (f != NULL) {
		*n = fwrite(map.p, 1, map.len, f);
		(void)fclose(f);
	}
	memfd_unmap(&map);
}

static void
source_next(const struct source_driver *d, struct source *s, const char *path)
{
	struct source_mail m;
	enum gw_err r;
	size_t n;

	r = d->next(s, &m);
	if (r != GW_OK) {
		answer(r);
		return;
	}
	save(m.raw, path, &n);
	close(m.raw);
	printf("mail %s %llu %zu\n", m.token, (unsigned long long)m.size, n);
}

static void
source_command(const struct source_driver *d, struct source *s,
    char *w[WORDS], size_t n)
{
	enum fate fate;

	if (n == 2 && strcmp(w[0], "next") == 0) {
		source_next(d, s, w[1]);
	} else if (n == 3 && strcmp(w[0], "settle") == 0) {
		fate = strcmp(w[2], "gone") == 0 ? FATE_GONE :
		    strcmp(w[2], "side") == 0 ? FATE_SIDE : FATE_KEEP;
		answer(d->settle(s, w[1], fate));
	} else if (n == 2 && strcmp(w[0], "wait") == 0) {
		answer(d->wait(s, STDIN_FILENO, atoi(w[1])));
	} else if (n == 2 && strcmp(w[0], "sweep") == 0) {
		answer(d->sweep(s, clock_now() - atoi(w[1]) * 86400ll));
	} else {
		puts("what?");
	}
}

/* ---- sink ---- */

/* A file as a frozen memfd, or -1. */
static int
load(const char *path)
{
	int in = open(path, O_RDONLY | O_CLOEXEC), fd = -1;
	struct stat st;
	char *p = NULL;

	if (in >= 0 && fstat(in, &st) == 0)
		p = malloc((size_t)st.st_size + 1);
	if (p != NULL && read(in, p, (size_t)st.st_size) == st.st_size)
		(void)memfd_from(p, (size_t)st.st_size, &fd);
	free(p);
	if (in >= 0)
		close(in);
	return fd;
}

static void
sink_send_file(const struct sink_driver *d, struct sink *s, char *w[WORDS])
{
	static const char *const results[] = {
		[SUBMIT_SENT] = "sent", [SUBMIT_LATER] = "later",
		[SUBMIT_FAILED] = "failed", [SUBMIT_REFUSED] = "refused",
		[SUBMIT_UNKNOWN] = "unknown",
	};
	struct msg_submitted out;
	struct msg m;

	msg_init(&m, MSG_submit);
	m.u.submit.mail = load(w[1]);
	(void)snprintf(m.u.submit.sender, sizeof(m.u.submit.sender), "%s",
	    dash(w[2]));
	(void)snprintf(m.u.submit.rcpt, sizeof(m.u.submit.rcpt), "%s",
	    dash(w[3]));
	(void)snprintf(m.u.submit.envid, sizeof(m.u.submit.envid), "%s",
	    dash(w[4]));
	m.u.submit.dsn = w[5][0] == '1';
	d->send(s, &m.u.submit, &out);
	msg_close(&m);
	printf("%s %u %s\n", results[out.result], out.code, out.status);
}

static void
guard(char *w[WORDS])
{
	bool yes = false;
	struct map map;
	int fd = load(w[1]);

	if (fd >= 0 && memfd_map(fd, 2 * LIM_PLAIN_BYTES, &map) == GW_OK) {
		yes = sink_may_leave(map.p, map.len, w[2], w[3][0] == '1');
		memfd_unmap(&map);
	}
	if (fd >= 0)
		close(fd);
	puts(yes ? "yes" : "no");
}

static void
sink_command(const struct sink_driver *d, struct sink *s, char *w[WORDS],
    size_t n)
{
	if (n == 6 && strcmp(w[0], "send") == 0) {
		sink_send_file(d, s, w);
	} else if (n == 4 && strcmp(w[0], "guard") == 0) {
		guard(w);
	} else if (n == 1 && strcmp(w[0], "idle") == 0) {
		d->idle(s);
		answer(GW_OK);
	} else {
		puts("what?");
	}
}

/* ---- */

static size_t
split(char *line, char *w[WORDS])
{
	size_t n = 0;
	char *save_at = NULL, *p;

	for (p = strtok_r(line, " \n", &save_at); p != NULL && n < WORDS;
	    p = strtok_r(NULL, " \n", &save_at))
		w[n++] = p;
	return n;
}

static int
run_source(const struct conf *conf)
{
	const struct source_driver *d = source_find(conf);
	char line[1024], *w[WORDS];
	struct source *s;
	enum gw_err r;

	if (d == NULL)
		usage();
	r = d->open(conf, &s);
	answer(r);
	if (r != GW_OK)
		return 1;
	while (fgets(line, sizeof(line), stdin) != NULL)
		source_command(d, s, w, split(line, w));
	d->close(s);
	return 0;
}

static int
run_sink(const struct conf *conf)
{
	const struct sink_driver *d = sink_find(conf);
	char line[1024], *w[WORDS];
	struct sink *s;
	enum gw_err r;

	if (d == NULL)
		usage();
	r = d->open(conf, &s);
	answer(r);
	if (r != GW_OK)
		return 1;
	while (fgets(line, sizeof(line), stdin) != NULL)
		sink_command(d, s, w, split(line, w));
	d->close(s);
	return 0;
}

int
main(int argc, char **argv)
{
	static struct conf conf;
	int i;

	if (argc < 2)
		usage();
	log_open("probe", LOG_DEBUG);
	(void)setvbuf(stdin, NULL, _IONBF, 0);
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	conf_defaults(&conf);
	for (i = 2; i < argc; i++)
		set_option(&conf, argv[i]);
	if (strcmp(argv[1], "source") == 0)
		return run_source(&conf);
	if (strcmp(argv[1], "sink") == 0)
		return run_sink(&conf);
	usage();
}
