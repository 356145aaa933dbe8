/*
 * meldpost datamap (R146): each place where the house keeps something, what it
 * may hold, and whether it may be backed up. Looked at from here and not by
 * core, which sees neither the keys' directory nor the mailbox.
 */
#include "cli/datamap.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "base/buf.h"
#include "cli/commands.h"
#include "cli/show.h"
#include "conf/conf_read.h"

#define CONF_FAULTS	(64u * 1024)

/* Below state.dir. */
static const struct {
	const char *path, *holds, *backup;
} places[] = {
	{ "", "directories only", "yes" },
	{ "/db", "directory of the two databases", "yes, without keys.db*" },
	{ "/db/meldpost.db", "references, states, codes, days; the register "
	    "of correspondents; the log; content as ciphertext", "yes" },
	{ "/db/meldpost.db-wal", "the last changes of meldpost.db; emptied "
	    "after erasure", "yes" },
	{ "/db/meldpost.db-shm", "an index of the one above", "no need" },
	{ "/db/keys.db", "the data keys of all content", "never: a copy "
	    "brings erased content back" },
	{ "/db/keys.db-wal", "the last changes of keys.db", "never" },
	{ "/db/keys.db-shm", "an index of the one above", "no need" },
	{ "/gnupg", "key ring of the gateway", "apart, sealed, by two people" },
	{ "/gnupg/pubring.kbx", "public keys of correspondents", "yes" },
	{ "/gnupg/private-keys-v1.d", "the gateway's own secret keys",
	    "apart, sealed, by two people; not beside meldpost.db" },
	{ "/control", "socket of this command; holds nothing", "no need" },
	{ "/lock", "nothing", "no need" },
};

int
datamap_conf(const struct call *call, struct conf *conf)
{
	struct buf why;
	int status = EX_OK;
	enum gw_err e;

	buf_init(&why, CONF_FAULTS);
	e = conf_read(call->config, conf, &why);
	if (e != GW_OK) {
		(void)fputs(buf_str(&why), call->err);
		status = fault(call, e == GW_DENIED ? EX_NOPERM : EX_CONFIG,
		    "the configuration %s cannot be used: %s", call->config,
		    gw_strerror(e));
	}
	buf_free(&why);
	return status;
}

void
datamap_rights(const char *path, char *out, size_t size)
{
	const struct passwd *pw;
	struct stat st;

	if (lstat(path, &st) < 0) {
		(void)snprintf(out, size, "%s", errno == ENOENT ? "none yet" :
		    errno == EACCES ? "not visible to you" : strerror(errno));
		return;
	}
	pw = getpwuid(st.st_uid);
	if (pw != NULL)
		(void)snprintf(out, size, "%04o %s",
		    (unsigned)st.st_mode & 07777, pw->pw_name);
	else
		(void)snprintf(out, size, "%04o %u",
		    (unsigned)st.st_mode & 07777, (unsigned)st.st_uid);
}

struct map_of {
	struct answer *answer;
	enum gw_err err;
};

static void
add(struct map_of *m, const char *path, const char *holds, const char *backup,
    const char *rights)
{
	struct buf b;

	if (m->err != GW_OK)
		return;
	buf_init(&b, LIM_ROW);
	buf_printf(&b, "%s\x1f%s\x1f%s\x1f%s", path, holds, backup, rights);
	m->err = buf_error(&b);
	if (m->err == GW_OK)
		m->err = rows_add(&m->answer->rows, buf_str(&b));
	buf_free(&b);
}

static void
add_path(struct map_of *m, const char *path, const char *holds,
    const char *backup)
{
	char rights[128];

	datamap_rights(path, rights, sizeof(rights));
	add(m, path, holds, backup, rights);
}

static void
add_source(struct map_of *m, const struct conf *c)
{
	static const char inbox[] = "mails until they are taken in: ciphertext,"
	    " and what strangers send in clear";
	static const char side[] = "what was ignored, also in clear, for "
	    "source.side_days";
	char path[600];

	if (strcmp(c->source_type, "maildir") == 0) {
		add_path(m, c->source_path, inbox, "never");
		(void)snprintf(path, sizeof(path), "%s/.%s", c->source_path,
		    c->source_side);
		add_path(m, path, side, "never");
		return;
	}
	(void)snprintf(path, sizeof(path), "imap %s %s", c->source_host,
	    c->source_mailbox);
	add(m, path, inbox, "never, nor its server's", "of the mail server");
	(void)snprintf(path, sizeof(path), "imap %s %s", c->source_host,
	    c->source_side);
	add(m, path, side, "never, nor its server's", "of the mail server");
}

static void
add_sink(struct map_of *m, const struct conf *c)
{
	static const char holds[] = "mails on their way: sealed, with the "
	    "addresses of correspondents outside";
	char path[600];

	if (strcmp(c->sink_type, "maildir") == 0) {
		add_path(m, c->sink_path, holds, "never");
		return;
	}
	(void)snprintf(path, sizeof(path), "smtp %s", c->sink_host);
	add(m, path, holds, "never, nor its server's", "of the mail server");
}

static void
add_all(struct map_of *m, const struct call *call, const struct conf *c)
{
	char path[600];
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", c->state_dir,
		    places[i].path);
		add_path(m, path, places[i].holds, places[i].backup);
	}
	add_source(m, c);
	add_sink(m, c);
	add_path(m, call->config, "the configuration; no secret, it names the"
	    " files that hold one", "yes");
	if (c->state_overrides[0] != '\0')
		add_path(m, c->state_overrides, "mail texts of the town's own",
		    "yes");
	add(m, "standard error of meldpostd", "the log: events, references, "
	    "codes; no address, no content", "at most 14 days", "of the "
	    "journal");
	add(m, "memory of the roles", "a mail while it is worked on; never "
	    "swapped where the unit of contrib/systemd is used", "never",
	    "no core files");
}

int
datamap_print(const struct call *call)
{
	struct answer answer = { .output = -1 };
	struct map_of m = { &answer, GW_OK };
	struct conf conf;
	int status = datamap_conf(call, &conf);

	if (status == EX_OK) {
		m.err = rows_name(&answer.rows,
		    "path\x1f" "holds\x1f" "backup\x1f" "rights");
		add_all(&m, call, &conf);
		status = m.err == GW_OK ? show(call, &answer, EX_OK) :
		    fault(call, EX_OSERR, "%s", gw_strerror(m.err));
	}
	conf_wipe(&conf);
	answer_free(&answer);
	return status;
}
