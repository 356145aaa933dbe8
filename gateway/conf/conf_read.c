#include "conf/conf_read.h"

#include <ctype.h>
#include <inttypes.h>
#include <libconfig.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/address.h"
#include "base/limits.h"
#include "conf/option.h"
#include "conf/value.h"

#define FPR_DIGITS	40	/* of an OpenPGP key that gpg 2.2 knows */

/* A reading under way. */
struct reading {
	const char *path;
	char dir[LIM_CONF_PATH];	/* of `path`; secrets start there */
	struct conf *c;
	struct buf *why;
	enum gw_err r;
	uint64_t refused;		/* bit n: row n has its line of fault */
	struct buf text;		/* of the main file */
	config_t cfg;
};

/* One line of complaint; `at` NULL: about the file as a whole. */
static void fault(struct reading *rd, const config_setting_t *at,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void
complain(struct reading *rd, const char *file, unsigned line, const char *fmt,
    va_list ap)
{
	/* An included file is named as it was written: relative to ours. */
	if (file != NULL)
		buf_printf(rd->why, "%s/%s:%u: ", rd->dir, file, line);
	else
		buf_printf(rd->why, "%s:%u: ", rd->path, line > 0 ? line : 1);
	buf_vprintf(rd->why, fmt, ap);
	buf_putc(rd->why, '\n');
}

static void
fault(struct reading *rd, const config_setting_t *at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(rd, at == NULL ? NULL : config_setting_source_file(at),
	    at == NULL ? 1 : config_setting_source_line(at), fmt, ap);
	va_end(ap);
	rd->r = GW_FORMAT;
}

static void __attribute__((format(printf, 4, 5)))
fault_line(struct reading *rd, const char *file, unsigned line,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(rd, file, line, fmt, ap);
	va_end(ap);
	rd->r = GW_FORMAT;
}

/* Where `row` was set, or else its group; NULL when neither is there. */
static const config_setting_t *
place(const struct reading *rd, const struct option_row *row)
{
	config_setting_t *group, *s = NULL;

	group = config_setting_get_member(config_root_setting(&rd->cfg),
	    row->group);
	if (group != NULL && config_setting_is_group(group))
		s = config_setting_get_member(group, row->name);
	return s != NULL ? s : group;
}

static void
unknown(struct reading *rd, const config_setting_t *at, const char *group)
{
	const char *name = config_setting_name(at);
	const struct option_row *row = option_find(NULL, name);
	struct buf hint;

	buf_init(&hint, 4096);
	/* The right name in the wrong place beats a similar one. */
	if (row != NULL)
		buf_printf(&hint, "; it belongs in %s: { }", row->group);
	else
		option_suggest(group, name, &hint);
	if (group == NULL)
		fault(rd, at, "there is no group \"%s\"%s", name,
		    buf_str(&hint));
	else
		fault(rd, at, "%s has no option \"%s\"%s", group, name,
		    buf_str(&hint));
	buf_free(&hint);
}

/*
 * Values.
 */

/* Looks at the file again, since libconfig only has what was left. */
static bool
is_wide(struct reading *rd, const config_setting_t *s)
{
	const char *file = config_setting_source_file(s);
	char path[2 * LIM_CONF_PATH];
	struct buf text;
	bool wide;

	buf_init(&text, LIM_CONF_BYTES);
	if (file != NULL) {
		(void)snprintf(path, sizeof(path), "%s/%s", rd->dir, file);
		(void)value_file(path, LIM_CONF_BYTES, &text, NULL);
	}
	wide = value_is_wide(buf_str(file != NULL ? &text : &rd->text),
	    config_setting_source_line(s), config_setting_name(s));
	buf_free(&text);
	return wide;
}

static void
take_number(struct reading *rd, const config_setting_t *s,
    const struct option_row *row)
{
	int type = config_setting_type(s);
	const char *what = NULL;
	long long v = 0;

	if (type == CONFIG_TYPE_INT64)
		v = config_setting_get_int64(s);
	else if (type != CONFIG_TYPE_INT)
		what = "is not a whole number without quotes";
	else if (is_wide(rd, s))
		what = "is too large";
	else
		v = config_setting_get_int(s);
	if (what == NULL && (v < row->lo || v > row->hi))
		what = "is out of range";
	if (what == NULL)
		*option_number(rd->c, row) = v;
	else
		fault(rd, s, "%s.%s %s; allowed: %" PRId64 " to %" PRId64
		    "%s%s", row->group, row->name, what, row->lo, row->hi,
		    *row->unit ? " " : "", row->unit);
}

/* The first line of `text`, less its end, becomes the secret. */
static void
take_first_line(struct reading *rd, const config_setting_t *s,
    const struct option_row *row, struct buf *text)
{
	size_t n = strcspn(buf_str(text), "\r\n");
	char *out = option_text(rd->c, row);

	if (n == 0 || n > row->max || strlen(buf_str(text)) != text->len) {
		fault(rd, s, "the file that %s.%s names must begin with a line "
		    "of 1 to %zu bytes", row->group, row->name, row->max);
		return;
	}
	memcpy(out, text->p, n);
	out[n] = '\0';
	if (!value_is_text(out))
		fault(rd, s, "the first line of the file that %s.%s names must "
		    "be UTF-8 text without control characters", row->group,
		    row->name);
}

static void
take_secret(struct reading *rd, const config_setting_t *s,
    const struct option_row *row, const char *given)
{
	enum gw_err before = rd->r, r;
	char path[2 * LIM_CONF_PATH];
	unsigned mode = 0;
	struct buf text;

	if (strlen(given) >= LIM_CONF_PATH) {
		fault(rd, s, "%s.%s is longer than any path", row->group,
		    row->name);
		return;
	}
	(void)snprintf(path, sizeof(path), "%s%s%s",
	    *given == '/' ? "" : rd->dir, *given == '/' ? "" : "/", given);
	buf_init(&text, 4 * CONF_SECRET_MAX);
	r = value_file(path, 4 * CONF_SECRET_MAX, &text, &mode);
	if (r == GW_FORMAT) {
		fault(rd, s, "%s is not a regular file", path);
	} else if (r != GW_OK) {
		fault(rd, s, "cannot read %s: %s", path, gw_strerror(r));
	} else if ((mode & 077) != 0) {
		fault(rd, s, "%s can be read or changed by others; "
		    "run: chmod 600 %s", path, path);
		/* Nothing is wrong with what was written in the file. */
		rd->r = before == GW_OK ? GW_DENIED : before;
	} else {
		take_first_line(rd, s, row, &text);
	}
	buf_free(&text);
}

static void
take_text(struct reading *rd, const config_setting_t *s,
    const struct option_row *row)
{
	const char *v = config_setting_get_string(s);

	if (v == NULL)
		fault(rd, s, "%s.%s must be a text in double quotes",
		    row->group, row->name);
	else if (!value_is_text(v))
		fault(rd, s, "%s.%s must be UTF-8 text without control "
		    "characters", row->group, row->name);
	else if (row->kind == OPTION_CHOICE && !value_is_word(row->words, v))
		fault(rd, s, "%s.%s is \"%.40s\"; it must be one of %s",
		    row->group, row->name, v, row->words);
	else if (row->kind == OPTION_SECRET && *v != '\0')
		take_secret(rd, s, row, v);
	else if (strlen(v) > row->max)
		fault(rd, s, "%s.%s has %zu bytes; %zu are allowed", row->group,
		    row->name, strlen(v), row->max);
	else
		(void)snprintf(option_text(rd->c, row), row->max + 1, "%s", v);
}

static void
take(struct reading *rd, const config_setting_t *s,
    const struct option_row *row)
{
	size_t before = rd->why->len, n;

	if (row->kind == OPTION_NUMBER)
		take_number(rd, s, row);
	else
		take_text(rd, s, row);
	if (rd->why->len != before)
		rd->refused |= UINT64_C(1) << (row - option_rows(&n));
}

static void
walk_group(struct reading *rd, const config_setting_t *group)
{
	const char *name = config_setting_name(group);
	const struct option_row *row;
	const config_setting_t *s;
	int i;

	for (i = 0; i < config_setting_length(group); i++) {
		s = config_setting_get_elem(group, (unsigned)i);
		row = option_find(name, config_setting_name(s));
		if (row == NULL)
			unknown(rd, s, name);
		else
			take(rd, s, row);
	}
}

static void
walk(struct reading *rd)
{
	const config_setting_t *root = config_root_setting(&rd->cfg), *s;
	const char *name;
	int i;

	for (i = 0; i < config_setting_length(root); i++) {
		s = config_setting_get_elem(root, (unsigned)i);
		name = config_setting_name(s);
		if (!option_is_group(name))
			unknown(rd, s, NULL);
		else if (!config_setting_is_group(s))
			fault(rd, s, "%s must be a group: %s: { ... };", name,
			    name);
		else
			walk_group(rd, s);
	}
}

/*
 * What must hold between options and what the list cannot say.
 */

static bool
was_refused(const struct reading *rd, const struct option_row *row)
{
	size_t n;

	return (rd->refused & UINT64_C(1) << (row - option_rows(&n))) != 0;
}

/* Whether an option is "" though nobody has complained of it yet. */
static bool
is_blank(const struct reading *rd, const struct option_row *row)
{
	return option_text(rd->c, row)[0] == '\0' && !was_refused(rd, row);
}

static void
check_required(struct reading *rd)
{
	const struct option_row *row;
	size_t n;

	for (row = option_rows(&n); n > 0; n--, row++) {
		if (row->kind == OPTION_STRING && row->text == NULL &&
		    is_blank(rd, row))
			fault(rd, place(rd, row), "%s.%s must be set: %s",
			    row->group, row->name, row->help);
	}
}

/* False for every type after one that was refused. */
static bool
has_type(const struct reading *rd, const char *group, const char *type)
{
	const struct option_row *row = option_find(group, "type");

	return !was_refused(rd, row) &&
	    strcmp(option_text(rd->c, row), type) == 0;
}

/* Options that another option asks for. */
static void
check_needs(struct reading *rd)
{
	const struct conf *c = rd->c;
	const bool imap = has_type(rd, "source", "imap");
	const bool smtp = has_type(rd, "sink", "smtp");
	const struct {
		bool in_use;
		const char *group, *name, *because;
	} need[] = {
		{ true, "state", "dir", "everything is kept there" },
		{ true, "source", "side", "ignored mail is moved there" },
		{ has_type(rd, "source", "maildir"), "source", "path",
		    "source.type is \"maildir\"" },
		{ imap, "source", "host", "source.type is \"imap\"" },
		{ imap, "source", "user", "source.type is \"imap\"" },
		{ imap, "source", "password_file",
		    "source.type is \"imap\"" },
		{ imap, "source", "mailbox", "source.type is \"imap\"" },
		{ has_type(rd, "sink", "maildir"), "sink", "path",
		    "sink.type is \"maildir\"" },
		{ smtp, "sink", "host", "sink.type is \"smtp\"" },
		{ smtp && *c->sink_user != '\0', "sink", "password_file",
		    "sink.user is set" },
		{ smtp && *c->sink_password_file != '\0', "sink", "user",
		    "sink.password_file is set" },
	};
	const struct option_row *row;
	size_t i;

	for (i = 0; i < sizeof(need) / sizeof(need[0]); i++) {
		row = option_find(need[i].group, need[i].name);
		if (need[i].in_use && is_blank(rd, row))
			fault(rd, place(rd, row), "%s.%s must be set, because "
			    "%s", row->group, row->name, need[i].because);
	}
}

static void
check_ca(struct reading *rd, const char *group, const char *path)
{
	if (path[0] != '\0' && access(path, R_OK) < 0)
		fault(rd, place(rd, option_find(group, "ca_file")), "%s.ca_file"
		    " cannot be read; give the file with the certificate of "
		    "the authority, or leave it out for the system's", group);
}

/* The roles do not share the directory of whoever started us. */
static void
check_paths(struct reading *rd)
{
	static const char *const paths[][2] = {
		{ "state", "dir" }, { "state", "templates" },
		{ "state", "overrides" }, { "source", "path" },
		{ "source", "ca_file" }, { "sink", "path" },
		{ "sink", "ca_file" },
	};
	const struct option_row *row;
	const char *v;
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		row = option_find(paths[i][0], paths[i][1]);
		v = option_text(rd->c, row);
		if (*v != '\0' && *v != '/')
			fault(rd, place(rd, row), "%s.%s must be an absolute "
			    "path, one that begins with /", row->group,
			    row->name);
	}
}

/* An address of ours, in the form in which addresses are compared (T18). */
static void
check_address(struct reading *rd, const char *name, char *address)
{
	char canonical[LIM_ADDR + 1];

	if (*address == '\0')
		return;
	if (!address_canonical(address, canonical))
		fault(rd, place(rd, option_find("instance", name)),
		    "instance.%s must be one plain address such as "
		    "livc@mechelen.example: ASCII, no name, no quotes", name);
	else
		memcpy(address, canonical, strlen(canonical) + 1);
}

/* What transport/net_curl.c lets into a URL. */
static void
check_host(struct reading *rd, const char *group, const char *host)
{
	if (host[strspn(host, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:")] != '\0')
		fault(rd, place(rd, option_find(group, "host")), "%s.host must "
		    "be the name or the IP address of a server, and nothing "
		    "else: letters without accents, digits, dots, hyphens",
		    group);
}

/* What can stand in an IMAP command. */
static void
check_folder(struct reading *rd, const char *name, const char *folder)
{
	while (*folder >= ' ' && *folder <= '~')
		folder++;
	if (*folder != '\0')
		fault(rd, place(rd, option_find("source", name)), "source.%s "
		    "must be ASCII; write other letters as the server does, in "
		    "modified UTF-7 (RFC 3501 5.1.3)", name);
}

static void
check_forms(struct reading *rd)
{
	struct conf *c = rd->c;

	check_address(rd, "address", c->instance_address);
	check_address(rd, "practice", c->instance_practice);
	check_host(rd, "source", c->source_host);
	check_host(rd, "sink", c->sink_host);
	/* keys' home is in it, and gpg-agent's socket in that. */
	if (strlen(c->state_dir) + strlen("/gnupg") > LIM_HOME)
		fault(rd, place(rd, option_find("state", "dir")), "state.dir "
		    "has %zu bytes; gpg-agent's socket leaves room for %zu",
		    strlen(c->state_dir), LIM_HOME - strlen("/gnupg"));
	check_ca(rd, "source", c->source_ca_file);
	check_ca(rd, "sink", c->sink_ca_file);
	/* It becomes a name in a path: templates/nl, path/.Genegeerd. */
	if (strspn(c->state_language, "abcdefghijklmnopqrstuvwxyz") != 2)
		fault(rd, place(rd, option_find("state", "language")),
		    "state.language must be two small letters: nl");
	/* Its sweep erases what is old there: never the mailbox itself. */
	if (strcasecmp(c->source_side, c->source_mailbox) == 0)
		fault(rd, place(rd, option_find("source", "side")),
		    "source.side must be another folder than source.mailbox");
	if (has_type(rd, "source", "imap")) {
		check_folder(rd, "mailbox", c->source_mailbox);
		check_folder(rd, "side", c->source_side);
	}
	if (strcmp(c->source_type, "maildir") == 0 &&
	    (strchr(c->source_side, '/') != NULL || *c->source_side == '.'))
		fault(rd, place(rd, option_find("source", "side")),
		    "source.side must be a name without / and not begin with "
		    "a dot");
}

/* 40 digits in groups or not; `out` gets them in capitals. */
static bool
is_fingerprint(const char *in, char out[LIM_FPR + 1])
{
	size_t n = 0;

	for (; *in != '\0'; in++) {
		if (*in == ' ')
			continue;
		if (n == FPR_DIGITS || !isxdigit((unsigned char)*in))
			return false;
		out[n++] = (char)toupper((unsigned char)*in);
	}
	out[n] = '\0';
	return n == FPR_DIGITS;
}

/* The one address that a fiche may go to (R101): whole, or not at all. */
static void
check_ltf(struct reading *rd)
{
	const struct option_row *at = option_find("ltf", "address");
	const struct option_row *fpr = option_find("ltf", "fingerprint");
	char canonical[LIM_ADDR + 1], digits[LIM_FPR + 1];
	struct conf *c = rd->c;

	if (was_refused(rd, at) || was_refused(rd, fpr))
		return;
	if ((*c->ltf_address == '\0') != (*c->ltf_fingerprint == '\0')) {
		fault(rd, place(rd, *c->ltf_address == '\0' ? fpr : at),
		    "ltf.address and ltf.fingerprint belong together: set both "
		    "or neither");
		return;
	}
	if (*c->ltf_address == '\0')
		return;
	if (!address_canonical(c->ltf_address, canonical))
		fault(rd, place(rd, at), "ltf.address must be one plain "
		    "address such as ltf@politie.example: ASCII, no name, no "
		    "quotes");
	else if (address_alike(canonical, c->instance_address))
		fault(rd, place(rd, at), "ltf.address must be another than "
		    "instance.address");
	else
		memcpy(c->ltf_address, canonical, strlen(canonical) + 1);
	if (!is_fingerprint(c->ltf_fingerprint, digits))
		fault(rd, place(rd, fpr), "ltf.fingerprint must be a whole "
		    "fingerprint: 40 hexadecimal digits");
	else
		memcpy(c->ltf_fingerprint, digits, strlen(digits) + 1);
}

/*
 * The file.
 */

static bool
load_text(struct reading *rd)
{
	enum gw_err r = value_file(rd->path, LIM_CONF_BYTES, &rd->text, NULL);
	const uint8_t *nul;

	rd->r = r;
	if (r == GW_MISSING)
		buf_printf(rd->why, "%s: there is no such file; "
		    "meldpost.conf(5) tells what belongs in it\n", rd->path);
	else if (r == GW_FORMAT)
		buf_printf(rd->why, "%s: not a regular file\n", rd->path);
	else if (r != GW_OK)
		buf_printf(rd->why, "%s: cannot be read: %s\n", rd->path,
		    gw_strerror(r));
	if (r != GW_OK || rd->text.len == 0)
		return r == GW_OK;
	/* libconfig would silently end at a NUL. */
	nul = memchr(rd->text.p, '\0', rd->text.len);
	if (nul != NULL)
		fault(rd, NULL, "byte %zu of this file is NUL; "
		    "save it as UTF-8 text", (size_t)(nul - rd->text.p) + 1);
	else if (strncmp(buf_str(&rd->text), "\357\273\277", 3) == 0)
		fault(rd, NULL, "this file begins with a byte order mark; "
		    "save it as UTF-8 without one");
	/* And it takes an open comment for the end of the file. */
	else if (!value_is_closed(buf_str(&rd->text)))
		fault(rd, NULL, "a comment is opened with /* and never closed");
	return rd->r == GW_OK;
}

/* Up to the last slash; "." when there is none. */
static bool
find_dir(struct reading *rd)
{
	const char *slash = strrchr(rd->path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - rd->path) + 1;

	if (n >= sizeof(rd->dir)) {
		buf_puts(rd->why, "the path of the configuration file is too "
		    "long\n");
		rd->r = GW_FORMAT;
		return false;
	}
	if (n > 1)
		n--;
	(void)snprintf(rd->dir, sizeof(rd->dir), "%.*s",
	    n == 0 ? 1 : (int)n, n == 0 ? "." : rd->path);
	return true;
}

static void
read_all(struct reading *rd)
{
	if (!find_dir(rd) || !load_text(rd))
		return;
	config_set_include_dir(&rd->cfg, rd->dir);
	if (!config_read_string(&rd->cfg, buf_str(&rd->text))) {
		fault_line(rd, config_error_file(&rd->cfg),
		    (unsigned)config_error_line(&rd->cfg),
		    "%s; the form is group: { option = value; }; see "
		    "meldpost.conf(5)", config_error_text(&rd->cfg));
		return;
	}
	walk(rd);
	check_required(rd);
	check_needs(rd);
	check_paths(rd);
	check_forms(rd);
	check_ltf(rd);
}

enum gw_err
conf_read(const char *path, struct conf *c, struct buf *why)
{
	struct reading rd = { .path = path, .c = c, .why = why };

	conf_defaults(c);
	buf_init(&rd.text, LIM_CONF_BYTES);
	config_init(&rd.cfg);
	read_all(&rd);
	config_destroy(&rd.cfg);
	buf_free(&rd.text);
	if (rd.r != GW_OK) {
		conf_wipe(c);
		conf_defaults(c);
	}
	return rd.r;
}
