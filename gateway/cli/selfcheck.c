/*
 * meldpost selfcheck (R152): what core says of itself, and what can only be
 * seen from outside: the rights of files, the walls of the other roles, TLS.
 * The exit status is for monitoring: 0 good, 1 warnings, 2 faults.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli/commands.h"
#include "cli/datamap.h"
#include "cli/show.h"

enum level { GOOD, WARNING, FAULT };

static const char *const levels[] = { "good", "warning", "fault" };

static void
add(struct rows *rows, const char *what, enum level level, const char *found,
    const char *cure)
{
	struct buf b;

	if (rows->columns == 0)
		(void)rows_name(rows,
		    "check\x1f" "state\x1f" "found\x1f" "cure");
	buf_init(&b, LIM_ROW);
	buf_printf(&b, "%s\x1f%s\x1f%s\x1f%s", what, levels[level], found,
	    level == GOOD ? "" : cure);
	/* What cannot be said is missing from the list: seen at once. */
	if (buf_error(&b) == GW_OK)
		(void)rows_add(rows, buf_str(&b));
	buf_free(&b);
}

/* ---- rights ---- */

static void
check_rights(struct rows *rows, const char *path, bool through)
{
	mode_t open_to_others = through ? 066 : 077;
	char found[900], rights[128];
	struct stat st;
	bool good;

	datamap_rights(path, rights, sizeof(rights));
	(void)snprintf(found, sizeof(found), "%s: %s", path, rights);
	good = lstat(path, &st) == 0 && (st.st_mode & open_to_others) == 0;
	add(rows, "rights", good ? GOOD : FAULT, found,
	    "chmod go= on it; meldpostd names the exact command at its start");
}

/* Copies beside it are what a careless backup leaves (R140). */
static void
check_copies(struct rows *rows, const char *dir)
{
	static const char *const known[] = { "keys.db", "keys.db-wal",
		"keys.db-shm", "keys.db-journal" };
	const struct dirent *e;
	DIR *d = opendir(dir);
	bool mine;
	size_t i;
	unsigned strange = 0;

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (strncmp(e->d_name, "keys", 4) != 0)
			continue;
		mine = false;
		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			mine = mine || strcmp(e->d_name, known[i]) == 0;
		strange += !mine;
	}
	if (d != NULL)
		(void)closedir(d);
	add(rows, "data keys", d == NULL ? WARNING : strange > 0 ? FAULT :
	    GOOD, d == NULL ? "not visible to you" : strange > 0 ?
	    "a copy of keys.db lies beside it" : "no copy beside keys.db; "
	    "that none is in a backup cannot be seen from here",
	    d == NULL ? "run this as root" :
	    "destroy it: with it erased content can be read again");
}

static void
check_files(struct rows *rows, const struct conf *c)
{
	static const struct {
		const char *path;
		bool through;	/* others may walk through it */
	} places[] = { { "", true }, { "/db", false }, { "/gnupg", false },
		{ "/db/meldpost.db", false }, { "/db/keys.db", false } };
	char path[600];
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", c->state_dir,
		    places[i].path);
		check_rights(rows, path, places[i].through);
	}
	(void)snprintf(path, sizeof(path), "%s/db", c->state_dir);
	check_copies(rows, path);
}

/* ---- TLS ---- */

static void
check_tls(struct rows *rows, const char *what, bool local, const char *tls,
    const char *ca)
{
	char found[400];

	if (local) {
		add(rows, what, GOOD, "a local Maildir: nothing goes over the "
		    "network from here", "");
		return;
	}
	(void)snprintf(found, sizeof(found), "%s, always verified, by %s",
	    tls, ca[0] != '\0' ? ca : "the system's authorities");
	add(rows, what, ca[0] == '\0' || access(ca, R_OK) == 0 ? GOOD : FAULT,
	    found, "put the file of the authority there");
}

/* ---- walls ---- */

/* One line of /proc/N/status as a number; -1 without. */
static int
status_number(const char *status, const char *key)
{
	const char *at = strstr(status, key);

	return at == NULL ? -1 : atoi(at + strlen(key));
}

static bool
read_status(const char *pid, char *out, size_t size)
{
	char path[300];
	size_t n;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%s/status", pid);
	f = fopen(path, "r");
	if (f == NULL)
		return false;
	n = fread(out, 1, size - 1, f);
	out[n] = '\0';
	(void)fclose(f);
	return n > 0;
}

/* Of the daemon's children: how many, and how many behind a filter. */
static void
count_roles(int daemon, unsigned *roles, unsigned *walled)
{
	const struct dirent *e;
	DIR *d = opendir("/proc");
	char status[8192];

	*roles = *walled = 0;
	while (d != NULL && (e = readdir(d)) != NULL) {
		if (!isdigit((unsigned char)e->d_name[0]) ||
		    !read_status(e->d_name, status, sizeof(status)) ||
		    status_number(status, "\nPPid:") != daemon ||
		    strncmp(status, "Name:\tmeldpost-", 15) != 0)
			continue;
		++*roles;
		*walled += status_number(status, "\nSeccomp:") == 2;
	}
	if (d != NULL)
		(void)closedir(d);
}

static void
check_walls(struct rows *rows)
{
	const char *found = NULL;
	unsigned roles, walled;
	char text[64];
	size_t i;

	for (i = 0; i < rows->n; i++) {
		if (strcmp(rows_cell(rows, i, 0), "daemon") == 0)
			found = rows_cell(rows, i, 2);
	}
	if (found == NULL || strncmp(found, "process ", 8) != 0)
		return;
	count_roles(atoi(found + 8), &roles, &walled);
	(void)snprintf(text, sizeof(text), "%u of %u roles behind seccomp",
	    walled, roles);
	add(rows, "sandbox of roles", roles == 5 && walled == 5 ? GOOD : FAULT,
	    text, "start meldpostd without --no-confine; see the log for a "
	    "role that is down");
}

/* ---- all ---- */

static enum level
worst(const struct rows *rows)
{
	enum level worst = GOOD;
	size_t i;

	for (i = 0; i < rows->n; i++) {
		if (strcmp(rows_cell(rows, i, 1), levels[FAULT]) == 0)
			return FAULT;
		if (strcmp(rows_cell(rows, i, 1), levels[WARNING]) == 0)
			worst = WARNING;
	}
	return worst;
}

int
selfcheck_print(const struct call *call)
{
	struct answer answer = { .output = -1 };
	struct conf conf;
	struct ask a;
	int status = datamap_conf(call, &conf);

	if (status != EX_OK)
		goto out;
	ask_begin(&a, call);
	status = ask(&a, false, &answer);
	if (status != EX_OK || answer.rows.columns != 4)
		add(&answer.rows, "core", FAULT, "no answer",
		    "see the log of meldpostd");
	check_files(&answer.rows, &conf);
	check_tls(&answer.rows, "TLS in", strcmp(conf.source_type,
	    "maildir") == 0, conf.source_tls, conf.source_ca_file);
	check_tls(&answer.rows, "TLS out", strcmp(conf.sink_type,
	    "maildir") == 0, conf.sink_tls, conf.sink_ca_file);
	check_walls(&answer.rows);
	status = show(call, &answer, EX_OK);
	if (status == EX_OK)
		status = (int)worst(&answer.rows);
out:
	conf_wipe(&conf);
	answer_free(&answer);
	return status;
}
