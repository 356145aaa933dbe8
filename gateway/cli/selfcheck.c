/*
 * meldpost selfcheck (R152): what core says of itself, and what can only be
 * seen from outside: the rights of files, copies of them, TLS.
 * The exit status is for monitoring: 0 good, 1 warnings, 2 faults.
 */
#include <dirent.h>
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
	status = show(call, &answer, EX_OK);
	if (status == EX_OK)
		status = (int)worst(&answer.rows);
out:
	conf_wipe(&conf);
	answer_free(&answer);
	return status;
}
