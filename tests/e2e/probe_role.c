/*
 * Starts meldpost-fetch or meldpost-submit and plays both the parent and core,
 * so that tests can try a role, walls and all, without the house around it.
 *
 *   probe_role fetch|submit PROGRAM option=value ...
 *
 * Prints each message that comes:
 *   ready    mail SEQ SIZE TOKEN    drained ERR    submitted ID RESULT CODE
 * Reads what is to be said:
 *   done SEQ FATE WAIT_MS                 FATE as a number
 *   submit FILE SENDER RCPT CLEAR
 *   stop
 * Ends with the role; its exit status is the role's.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/memfd.h"
#include "conf/conf.h"
#include "wire/chan.h"

struct probe {
	enum role role;
	struct chan parent;	/* our ends: we are the parent ... */
	struct chan core;	/* ... and core */
	uint64_t id;
};

static void
die(const char *what)
{
	fprintf(stderr, "probe_role: %s\n", what);
	exit(2);
}

/* Sets conf.group_name. */
static void
set_option(struct conf *c, const char *word)
{
	const char *value = strchr(word, '=');
	size_t n = value == NULL ? 0 : (size_t)(value - word);

	if (value++ == NULL)
		die(word);
	if (strncmp(word, "once=", 5) == 0) {
		c->once = *value == '1';
		return;
	}
#define IS(g, o) (n == strlen(#g "_" #o) && strncmp(word, #g "_" #o, n) == 0)
#define TEXT(g, o)							\
	if (IS(g, o)) {							\
		(void)snprintf(c->g##_##o, sizeof(c->g##_##o), "%s", value); \
		return;							\
	}
#define STRING(g, o, def, max, who, help)	TEXT(g, o)
#define CHOICE(g, o, def, words, who, help)	TEXT(g, o)
#define SECRET(g, o, who, help)			TEXT(g, o)
#define NUMBER(g, o, def, lo, hi, who, unit, help)			\
	if (IS(g, o)) {							\
		c->g##_##o = strtoll(value, NULL, 10);			\
		return;							\
	}
#include "conf/options.def"
	die(word);
}

static pid_t
start(struct probe *p, const char *program)
{
	int parent[2], core[2];
	pid_t pid;

	if (chan_pair(parent) != GW_OK || chan_pair(core) != GW_OK)
		die("no channel");
	pid = fork();
	if (pid < 0)
		die("no process");
	if (pid == 0) {
		/* First out of the way of each other. */
		parent[1] = fcntl(parent[1], F_DUPFD, 10);
		core[1] = fcntl(core[1], F_DUPFD, 10);
		if (dup2(parent[1], 3) < 0 || dup2(core[1], 4) < 0)
			_exit(2);
		execl(program, program, (char *)NULL);
		_exit(2);
	}
	close(parent[1]);
	close(core[1]);
	chan_open(&p->parent, parent[0], ROLE_PARENT, p->role);
	chan_open(&p->core, core[0], ROLE_CORE, p->role);
	return pid;
}

static void
send_conf(struct probe *p, const struct conf *conf)
{
	struct buf b;
	struct msg m;

	buf_init(&b, LIM_MESSAGE);
	msg_init(&m, MSG_conf);
	if (conf_pack(conf, p->role, &b) != GW_OK ||
	    memfd_from(b.p, b.len, &m.u.conf.values) != GW_OK ||
	    chan_send(&p->parent, &m, 1000) != GW_OK)
		die("the configuration could not be sent");
	msg_close(&m);
	buf_free(&b);
}

/* False when the role is gone. */
static bool
show(struct chan *ch)
{
	struct msg m;

	if (chan_recv(ch, &m, 1000) != GW_OK)
		return false;
	if (m.type == MSG_mail)
		printf("mail %llu %llu %s\n",
		    (unsigned long long)m.u.mail.seq,
		    (unsigned long long)m.u.mail.size, m.u.mail.token);
	else if (m.type == MSG_drained)
		printf("drained %u\n", m.u.drained.err);
	else if (m.type == MSG_submitted)
		printf("submitted %llu %u %u\n",
		    (unsigned long long)m.u.submitted.id,
		    m.u.submitted.result, m.u.submitted.code);
	else
		printf("%s\n", msg_name(m.type));
	msg_close(&m);
	return true;
}

/* A file as a frozen memfd. */
static int
load(const char *path)
{
	int in = open(path, O_RDONLY | O_CLOEXEC), fd = -1;
	struct stat st;
	char *p = NULL;

	if (in >= 0 && fstat(in, &st) == 0)
		p = malloc((size_t)st.st_size + 1);
	if (p == NULL || read(in, p, (size_t)st.st_size) != st.st_size ||
	    memfd_from(p, (size_t)st.st_size, &fd) != GW_OK)
		die(path);
	free(p);
	close(in);
	return fd;
}

static void
say(struct probe *p, char *line)
{
	char file[200], sender[255], rcpt[255];
	unsigned long long seq;
	unsigned fate, wait, clear, dispatch = 0;
	struct msg m;

	if (sscanf(line, "done %llu %u %u", &seq, &fate, &wait) == 3) {
		msg_init(&m, MSG_done);
		m.u.done.seq = seq;
		m.u.done.fate = fate;
		m.u.done.wait_ms = wait;
		(void)chan_send(&p->core, &m, 1000);
	} else if (sscanf(line, "submit %199s %254s %254s %u %u", file, sender,
	    rcpt, &clear, &dispatch) >= 4) {
		msg_init(&m, MSG_submit);
		m.u.submit.id = ++p->id;
		m.u.submit.clear = clear;
		m.u.submit.dispatch = dispatch;
		(void)snprintf(m.u.submit.sender, sizeof(m.u.submit.sender),
		    "%s", sender);
		(void)snprintf(m.u.submit.rcpt, sizeof(m.u.submit.rcpt), "%s",
		    rcpt);
		m.u.submit.mail = load(file);
		(void)chan_send(&p->core, &m, 1000);
		msg_close(&m);
	} else if (strncmp(line, "stop", 4) == 0) {
		msg_init(&m, MSG_stop);
		(void)chan_send(&p->parent, &m, 1000);
	} else {
		puts("what?");
	}
}

static void
talk(struct probe *p)
{
	struct pollfd fds[3] = {
		{ .fd = p->parent.fd, .events = POLLIN },
		{ .fd = p->core.fd, .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
	};
	char line[1024];

	for (;;) {
		if (poll(fds, 3, -1) < 0)
			return;
		if (fds[0].revents != 0 && !show(&p->parent))
			return;
		if (fds[1].revents != 0 && !show(&p->core))
			return;
		if (fds[2].revents == 0)
			continue;
		if (fgets(line, sizeof(line), stdin) == NULL)
			return;
		say(p, line);
	}
}

int
main(int argc, char **argv)
{
	static struct conf conf;
	struct probe p = { .role = ROLE_FETCH };
	int i, status;
	pid_t pid;

	if (argc < 3)
		die("usage: probe_role fetch|submit PROGRAM option=value ...");
	if (strcmp(argv[1], "submit") == 0)
		p.role = ROLE_SUBMIT;
	(void)setvbuf(stdin, NULL, _IONBF, 0);
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	conf_defaults(&conf);
	conf.confine = 1;
	for (i = 3; i < argc; i++)
		set_option(&conf, argv[i]);
	pid = start(&p, argv[2]);
	send_conf(&p, &conf);
	talk(&p);
	chan_close(&p.parent);
	chan_close(&p.core);
	if (waitpid(pid, &status, 0) < 0)
		return 2;
	if (WIFSIGNALED(status)) {
		printf("killed %d\n", WTERMSIG(status));
		return 128 + WTERMSIG(status);
	}
	printf("exit %d\n", WEXITSTATUS(status));
	return WEXITSTATUS(status);
}
