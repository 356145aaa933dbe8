/*
 * meldpost.conf: what is read, what each role is told, and that every mistake
 * gets its own line with its place and what would be right.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "conf/conf.h"
#include "conf/conf_read.h"
#include "conf/option.h"
#include "conf/value.h"

#define INSTANCE "instance: { name = \"Mechelen\"; address = "		\
	"\"livc@Mechelen.Example\"; contact = \"An\"; phone = \"015 1\"; };\n"
#define SOURCE	"source: { path = \"/tmp/in\"; };\n"
#define SINK	"sink: { type = \"maildir\"; path = \"/tmp/out\"; };\n"
#define GOOD	INSTANCE SOURCE SINK
#define IMAP(host) "source: { type = \"imap\"; user = \"u\"; "		\
	"password_file = \"pw\"; host = \"" host "\";"
#define FPR	"0123456789abcdef0123 4567 89abcdef01234567"

static char dir[64], file[96];

static int
make_dir(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/confXXXXXX");
	assert_non_null(mkdtemp(dir));
	(void)snprintf(file, sizeof(file), "%s/meldpost.conf", dir);
	return 0;
}

static int
remove_dir(void **state)
{
	char command[160];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static void
write_bytes(const char *name, const void *p, size_t n, mode_t mode)
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void
write_text(const char *name, const char *text, mode_t mode)
{
	write_bytes(name, text, strlen(text), mode);
}

/* Reads `text` as the configuration; the complaints are left in `why`. */
static enum gw_err
read_text(const char *text, struct conf *c, struct buf *why)
{
	write_text("meldpost.conf", text, 0600);
	buf_reset(why);
	return conf_read(file, c, why);
}

static size_t
count_lines(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += *s == '\n';
	return n;
}

static void
the_example_is_read(void **state)
{
	struct conf c;
	struct buf why;

	(void)state;
	buf_init(&why, 65536);
	write_text("imap.pw", "s3cret w\303\251\r\nnot this\n", 0400);
	assert_int_equal(read_text(INSTANCE SINK "source: { type = \"imap\";"
	    " host = \"mail.example\"; user = \"livc\"; password_file ="
	    " \"imap.pw\"; poll = 0x10; idle = 600L; };"
	    " log = { level = \"debug\" }", &c, &why), GW_OK);
	assert_string_equal(buf_str(&why), "");
	assert_string_equal(c.instance_name, "Mechelen");
	/* The domain in lower case, as every other address (T18). */
	assert_string_equal(c.instance_address, "livc@mechelen.example");
	assert_string_equal(c.source_password_file, "s3cret w\303\251");
	assert_int_equal(c.source_poll, 16);
	assert_int_equal(c.source_idle, 600);
	assert_string_equal(c.log_level, "debug");
	/* Not set: the default. */
	assert_string_equal(c.state_dir, "/var/lib/meldpost");
	assert_int_equal(c.mail_quarantine_days, 14);
	assert_int_equal(c.confine, 1);
	buf_free(&why);
}

/* What looks odd and works all the same is no mistake. */
static void
odd_values_that_work_are_read(void **state)
{
	struct conf c;
	struct buf why;

	(void)state;
	buf_init(&why, 65536);
	write_text("pw", "secret\n", 0600);
	/* Else no mail would be known as one to it (T18). */
	assert_int_equal(read_text(SOURCE SINK "instance: { name = \"M\"; "
	    "address = \"a@b.example\"; contact = \"A\"; phone = \"1\"; "
	    "practice = \"Oefen@B.Example\"; };", &c, &why), GW_OK);
	assert_string_equal(c.instance_practice, "Oefen@b.example");
	/* A directory may have any name, an IMAP folder not. */
	assert_int_equal(read_text(INSTANCE SINK "source: { path = \"/a\"; "
	    "side = \"Caf\303\251\"; };", &c, &why), GW_OK);
	assert_int_equal(read_text(INSTANCE SINK IMAP("2001:db8::1")
	    " mailbox = \"Lijst/&AOk-\"; side = \"a\\\"b\"; };", &c, &why),
	    GW_OK);
	buf_free(&why);
}

/* R101: one address, one key, as every other address and key is written. */
static void
an_ltf_is_whole_or_not_there(void **state)
{
	struct conf c;
	struct buf why;

	(void)state;
	buf_init(&why, 65536);
	assert_int_equal(read_text(GOOD, &c, &why), GW_OK);
	assert_string_equal(c.ltf_address, "");
	assert_string_equal(c.ltf_fingerprint, "");
	assert_int_equal(read_text(GOOD "ltf: { address = \"Ltf@Politie."
	    "Example\"; fingerprint = \"" FPR "\"; };", &c, &why), GW_OK);
	assert_string_equal(c.ltf_address, "Ltf@politie.example");
	assert_string_equal(c.ltf_fingerprint,
	    "0123456789ABCDEF0123456789ABCDEF01234567");
	buf_free(&why);
}

static void
included_files_count_and_are_blamed(void **state)
{
	char place[128];
	struct conf c;
	struct buf why;

	(void)state;
	buf_init(&why, 65536);
	(void)snprintf(place, sizeof(place), "%s/more.inc:3: mail.retry_days",
	    dir);
	write_text("more.inc", "# one\nmail: { retry_days = 7; };\n", 0600);
	assert_int_equal(read_text(GOOD "@include \"more.inc\"\n", &c, &why),
	    GW_OK);
	assert_int_equal(c.mail_retry_days, 7);
	write_text("more.inc", "# one\nmail:\n{ retry_days = 5000000000; };\n",
	    0600);
	assert_int_equal(read_text(GOOD "@include \"more.inc\"\n", &c, &why),
	    GW_FORMAT);
	assert_non_null(strstr(buf_str(&why), place));
	assert_non_null(strstr(buf_str(&why), "too large; allowed: 1 to 10 d"));
	assert_int_equal(read_text(GOOD "@include \"gone.inc\"\n", &c, &why),
	    GW_FORMAT);
	assert_non_null(strstr(buf_str(&why), "meldpost.conf:4: "));
	buf_free(&why);
}

/* One mistake each: exactly one line, at this line, with these words. */
static const struct mistake {
	const char *what, *text;
	unsigned line;
	const char *words[2];
} mistakes[] = {
	{ "unknown group", GOOD "sauce: { };", 4,
	    { "no group \"sauce\"", "did you mean \"source\"?" } },
	{ "unknown group, nothing near", GOOD "\nweather: { };", 5,
	    { "no group \"weather\"", "known: instance, state, source" } },
	{ "an LTF without a key", GOOD "ltf: {\n address = "
	    "\"ltf@example.org\"; };", 5,
	    { "ltf.address and ltf.fingerprint", "both or neither" } },
	{ "a key without an LTF", GOOD "ltf: {\n fingerprint = \"" FPR "\"; };",
	    5, { "ltf.address and ltf.fingerprint", "both or neither" } },
	{ "an LTF with a name", GOOD "ltf: {\n address = \"LTF <ltf@example."
	    "org>\";\n fingerprint = \"" FPR "\"; };", 5,
	    { "ltf.address must be one plain", "no name" } },
	{ "two LTFs", GOOD "ltf: {\n address = \"a@example.org,b@example.org"
	    "\";\n fingerprint = \"" FPR "\"; };", 5,
	    { "ltf.address must be one plain", "no name" } },
	{ "an LTF that is ourselves", GOOD "ltf: {\n address = "
	    "\"LIVC@Mechelen.Example\";\n fingerprint = \"" FPR "\"; };", 5,
	    { "ltf.address must be another", "instance.address" } },
	{ "a short fingerprint", GOOD "ltf: {\n address = \"a@example.org\";"
	    "\n fingerprint = \"0123456789ABCDEF\"; };", 6,
	    { "ltf.fingerprint must be a whole", "40" } },
	{ "no fingerprint", GOOD "ltf: {\n address = \"a@example.org\";"
	    "\n fingerprint = \"" FPR "x\"; };", 6,
	    { "ltf.fingerprint must be a whole", "40" } },
	{ "unknown option", INSTANCE SINK "source: {\n path = \"/a\";\n"
	    " pol = 5; };", 5,
	    { "source has no option \"pol\"", "did you mean \"poll\"?" } },
	{ "unknown option, nothing near", GOOD "log: { colour = 1; };", 4,
	    { "log has no option \"colour\"", "known: level" } },
	{ "option of another group", GOOD "log: { retry_days = 1; };", 4,
	    { "retry_days", "it belongs in mail: { }" } },
	{ "option outside any group", GOOD "mailbox = \"INBOX\";", 4,
	    { "no group \"mailbox\"", "it belongs in source: { }" } },
	{ "group that is none", GOOD "log = \"debug\";", 4,
	    { "log must be a group", "log: { ... };" } },
	{ "number in quotes", GOOD "mail: { retry_days = \"5\"; };", 4,
	    { "mail.retry_days", "without quotes; allowed: 1 to 10 d" } },
	{ "fraction", GOOD "mail: { retry_days = 5.0; };", 4,
	    { "mail.retry_days", "not a whole number" } },
	{ "boolean", GOOD "mail: { retry_days = true; };", 4,
	    { "mail.retry_days", "not a whole number" } },
	{ "text without quotes", GOOD "log: { level = 6; };", 4,
	    { "log.level", "text in double quotes" } },
	{ "list for a text", GOOD "log: { level = ( \"info\" ); };", 4,
	    { "log.level", "text in double quotes" } },
	{ "below the range", GOOD "mail: { retry_days = 0; };", 4,
	    { "out of range", "1 to 10 d" } },
	{ "above the range", GOOD "mail: { retry_days = 11; };", 4,
	    { "out of range", "1 to 10 d" } },
	{ "negative", GOOD "mail: { retry_days = -1; };", 4,
	    { "out of range", "1 to 10 d" } },
	/* 2^32 + 5: libconfig 1.5 makes 5 of it. */
	{ "33 bits", GOOD "mail: { retry_days = 4294967301; };", 4,
	    { "mail.retry_days is too large", "1 to 10 d" } },
	{ "33 bits on the next line", GOOD "mail: { retry_days =\n # x\n"
	    "4294967301; };", 4, { "too large", "1 to 10 d" } },
	{ "33 bits in hex", GOOD "mail: { retry_days = 0x100000005; };", 4,
	    { "too large", "1 to 10 d" } },
	{ "64 bits", GOOD "mail: { retry_days = 4294967301L; };", 4,
	    { "out of range", "1 to 10 d" } },
	{ "word not in the list", GOOD "log: { level = \"loud\"; };", 4,
	    { "log.level is \"loud\"", "error|warn|note|info|debug" } },
	{ "part of a word in the list", GOOD "log: { level = \"inf\"; };", 4,
	    { "log.level is \"inf\"", "error|warn|note|info|debug" } },
	{ "text too long", GOOD "state: { language = \"nld\"; };", 4,
	    { "state.language has 3 bytes", "2 are allowed" } },
	{ "line end in a text", INSTANCE SINK "source: { path = \"/a\";"
	    " side = \"a\\nb\"; };", 3,
	    { "source.side", "without control characters" } },
	{ "Latin-1", INSTANCE SINK "source: { path = \"/a\";"
	    " side = \"caf\351\"; };", 3, { "source.side", "UTF-8" } },
	{ "over-long UTF-8", INSTANCE SINK "source: { path = \"/a\";"
	    " side = \"\300\257\"; };", 3, { "source.side", "UTF-8" } },
	{ "surrogate in UTF-8", INSTANCE SINK "source: { path = \"/a\";"
	    " side = \"\355\240\200\"; };", 3, { "source.side", "UTF-8" } },
	{ "C1 control", INSTANCE SINK "source: { path = \"/a\";"
	    " side = \"\302\233\"; };", 3, { "source.side", "control" } },
	{ "set twice", GOOD "log: { level = \"info\";\nlevel = \"info\"; };",
	    5, { "duplicate setting name", "meldpost.conf(5)" } },
	{ "open comment", GOOD "/* log: { level = \"info\"; };", 1,
	    { "comment", "never closed" } },
	/* No text here: libconfig 1.5 leaks one in front of the mistake. */
	{ "syntax", GOOD "log: { level 6; };", 4,
	    { "syntax error", "meldpost.conf(5)" } },
	{ "no name", SOURCE SINK "instance:\n{ address = \"a@b.example\";"
	    " contact = \"An\"; phone = \"1\"; };", 3,
	    { "instance.name must be set", "Mechelen" } },
	{ "name that is empty", SOURCE SINK "instance: { name = \"\";"
	    " address = \"a@b.example\"; contact = \"An\"; phone = \"1\"; };",
	    3, { "instance.name must be set", "" } },
	{ "address with a name", SOURCE SINK "instance: { name = \"M\";"
	    " address = \"M <a@b.example>\"; contact = \"A\"; phone = \"1\";"
	    " };", 3, { "instance.address", "one plain address" } },
	{ "practice address with a name", SOURCE SINK "instance: {\n name = "
	    "\"M\"; address = \"a@b.example\"; contact = \"A\"; phone = "
	    "\"1\";\n practice = \"Oefen <o@b.example>\"; };", 5,
	    { "instance.practice", "one plain address" } },
	{ "maildir without path", INSTANCE SINK "source: { };", 3,
	    { "source.path must be set", "source.type is \"maildir\"" } },
	{ "imap without host", INSTANCE SINK "source: { type = \"imap\";"
	    " user = \"u\"; password_file = \"pw\"; };", 3,
	    { "source.host must be set", "source.type is \"imap\"" } },
	{ "imap without user", INSTANCE SINK "source: { type = \"imap\";"
	    " host = \"h\"; password_file = \"pw\"; };", 3,
	    { "source.user must be set", "imap" } },
	{ "imap without password", INSTANCE SINK "source: { type = \"imap\";"
	    " host = \"h\"; user = \"u\"; };", 3,
	    { "source.password_file must be set", "imap" } },
	{ "smtp without host", INSTANCE SOURCE "sink: { };", 3,
	    { "sink.host must be set", "sink.type is \"smtp\"" } },
	{ "smtp: user without password", INSTANCE SOURCE "sink: { host ="
	    " \"h\"; user = \"u\"; };", 3,
	    { "sink.password_file must be set", "sink.user is set" } },
	{ "smtp: password without user", INSTANCE SOURCE "sink: { host ="
	    " \"h\"; password_file = \"pw\"; };", 3,
	    { "sink.user must be set", "sink.password_file is set" } },
	{ "maildir sink without path", INSTANCE SOURCE
	    "sink: { type = \"maildir\"; };", 3,
	    { "sink.path must be set", "sink.type is \"maildir\"" } },
	{ "type refused: nothing asked for it", INSTANCE SINK
	    "source: { type = \"imaps\"; };", 3,
	    { "source.type is \"imaps\"", "maildir|imap" } },
	{ "relative path", INSTANCE SINK "source: { path = \"in\"; };", 3,
	    { "source.path", "absolute path" } },
	{ "relative state directory", GOOD "state: { dir = \"db\"; };", 4,
	    { "state.dir", "absolute path" } },
	{ "relative directory of own texts", GOOD "state: { overrides = "
	    "\"texts\"; };", 4, { "state.overrides", "absolute path" } },
	{ "state directory too long", GOOD "state: { dir = \"/xxxxxxxxxxxxxxxxx"
	    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\";"
	    " };", 4, { "state.dir has 80 bytes", "room for 79" } },
	{ "language that climbs", GOOD "state: { language = \"..\"; };", 4,
	    { "state.language", "two small letters" } },
	{ "side folder that climbs", INSTANCE SINK "source: { path = \"/a\";"
	    " side = \"../b\"; };", 3, { "source.side", "without /" } },
	{ "imap: host with a scheme", INSTANCE SINK IMAP("imaps://h") " };", 3,
	    { "source.host must be the name", "nothing else" } },
	{ "smtp: host with an accent", INSTANCE SOURCE "sink: { host = "
	    "\"caf\303\251.example\"; };", 3,
	    { "sink.host must be the name", "without accents" } },
	{ "imap: mailbox with an accent", INSTANCE SINK IMAP("h")
	    "\nmailbox = \"Caf\303\251\"; };", 4,
	    { "source.mailbox must be ASCII", "UTF-7" } },
	{ "imap: side folder with an accent", INSTANCE SINK IMAP("h")
	    "\nside = \"\303\211\303\251n\"; };", 4,
	    { "source.side must be ASCII", "UTF-7" } },
	{ "secret: no such file", INSTANCE SOURCE "sink: { host = \"h\"; user ="
	    " \"u\"; password_file = \"nopw\"; };", 3,
	    { "/nopw: ", "not found" } },
	{ "secret: a directory", INSTANCE SOURCE "sink: { host = \"h\"; user ="
	    " \"u\"; password_file = \".\"; };", 3,
	    { "not a regular file", "" } },
	{ "secret: empty first line", INSTANCE SOURCE "sink: { host = \"h\";"
	    " user = \"u\"; password_file = \"emptypw\"; };", 3,
	    { "sink.password_file", "line of 1 to 512 bytes" } },
	{ "secret: too long", INSTANCE SOURCE "sink: { host = \"h\"; user ="
	    " \"u\"; password_file = \"longpw\"; };", 3,
	    { "sink.password_file", "line of 1 to 512 bytes" } },
};

static void
every_mistake_is_told_with_its_place(void **state)
{
	char place[128], longpw[600];
	const struct mistake *m;
	struct conf c, fresh;
	struct buf why;
	size_t i;

	(void)state;
	buf_init(&why, 65536);
	memset(longpw, 'x', sizeof(longpw));
	write_text("pw", "secret\n", 0600);
	write_text("emptypw", "\nsecret\n", 0600);
	write_bytes("longpw", longpw, CONF_SECRET_MAX + 1, 0600);
	conf_defaults(&fresh);
	for (i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		m = &mistakes[i];
		if (read_text(m->text, &c, &why) != GW_FORMAT ||
		    count_lines(buf_str(&why)) != 1)
			fail_msg("%s: [%s]", m->what, buf_str(&why));
		(void)snprintf(place, sizeof(place), "%s:%u: ", file, m->line);
		if (strncmp(buf_str(&why), place, strlen(place)) != 0 ||
		    strstr(buf_str(&why), m->words[0]) == NULL ||
		    strstr(buf_str(&why), m->words[1]) == NULL)
			fail_msg("%s: [%s]", m->what, buf_str(&why));
		/* Nothing half-read is left. */
		assert_memory_equal(&c, &fresh, sizeof(c));
	}
	buf_free(&why);
}

static void
all_mistakes_are_told_at_once(void **state)
{
	struct conf c;
	struct buf why;

	(void)state;
	buf_init(&why, 65536);
	assert_int_equal(read_text("sauce: { };\nsource: { pol = 1;\n"
	    "port = 99999;\n type = \"pop3\"; };\n", &c, &why), GW_FORMAT);
	/* Group, option, range, word; four of instance; host of the sink. */
	assert_int_equal(count_lines(buf_str(&why)), 9);
	buf_free(&why);
}

static void
a_secret_others_can_read_is_denied(void **state)
{
	static const mode_t open_modes[] = { 0640, 0604, 0620, 0602, 0666 };
	const char *text = INSTANCE SOURCE
	    "sink: { host = \"h\"; user = \"u\"; password_file = \"pw\"; };";
	char command[160];
	struct conf c;
	struct buf why;
	size_t i;

	(void)state;
	buf_init(&why, 65536);
	(void)snprintf(command, sizeof(command), "chmod 600 %s/pw\n", dir);
	for (i = 0; i < sizeof(open_modes) / sizeof(open_modes[0]); i++) {
		write_text("pw", "secret\n", open_modes[i]);
		assert_int_equal(read_text(text, &c, &why), GW_DENIED);
		assert_int_equal(count_lines(buf_str(&why)), 1);
		assert_non_null(strstr(buf_str(&why), command));
		assert_null(strstr(buf_str(&why), "secret"));
		assert_string_equal(c.sink_password_file, "");
	}
	write_text("pw", "secret", 0600);
	assert_int_equal(read_text(text, &c, &why), GW_OK);
	assert_string_equal(c.sink_password_file, "secret");
	/* Wiping leaves the rest. */
	conf_wipe(&c);
	assert_string_equal(c.sink_password_file, "");
	assert_string_equal(c.sink_user, "u");
	buf_free(&why);
}

static void
a_file_that_cannot_be_read_is_named(void **state)
{
	struct conf c;
	struct buf why;

	(void)state;
	buf_init(&why, 65536);
	assert_int_equal(conf_read("/tmp/no/such/meldpost.conf", &c, &why),
	    GW_MISSING);
	assert_non_null(strstr(buf_str(&why), "/tmp/no/such/meldpost.conf: "));
	assert_non_null(strstr(buf_str(&why), "meldpost.conf(5)"));
	buf_reset(&why);
	assert_int_equal(conf_read(dir, &c, &why), GW_FORMAT);
	assert_non_null(strstr(buf_str(&why), "not a regular file"));
	/* What stands behind a NUL would be lost in silence. */
	write_bytes("meldpost.conf", GOOD "\0log: { level = 9 };",
	    sizeof(GOOD) + 20, 0600);
	buf_reset(&why);
	assert_int_equal(conf_read(file, &c, &why), GW_FORMAT);
	assert_non_null(strstr(buf_str(&why), "NUL"));
	assert_int_equal(read_text("\357\273\277" GOOD, &c, &why), GW_FORMAT);
	assert_non_null(strstr(buf_str(&why), "byte order mark"));
	buf_free(&why);
}

/* A value of its own for every option, valid or not. */
static void
fill(struct conf *c)
{
	const struct option_row *row;
	char *text;
	size_t n, i;

	conf_defaults(c);
	row = option_rows(&n);
	for (i = 0; i < n; i++, row++) {
		text = option_text(c, row);
		if (row->kind == OPTION_NUMBER) {
			*option_number(c, row) = (int64_t)i - 20;
		} else {
			text[0] = (char)('a' + i / 26);
			text[1] = (char)('a' + i % 26);
			text[2] = '\0';
		}
	}
	c->once = 1;
	c->private_run = 2;
	c->dry = 3;
	c->confine = 0;
}

static bool
same_option(struct conf *a, struct conf *b, const struct option_row *row)
{
	if (row->kind == OPTION_NUMBER)
		return *option_number(a, row) == *option_number(b, row);
	return strcmp(option_text(a, row), option_text(b, row)) == 0;
}

static void
a_role_is_told_its_own_options_only(void **state)
{
	struct conf full, got, blank;
	const struct option_row *row;
	struct buf b;
	size_t n, i;
	int role;

	(void)state;
	fill(&full);
	conf_defaults(&blank);
	buf_init(&b, LIM_CONF_VALUES);
	for (role = 0; role < ROLE_MAX; role++) {
		buf_reset(&b);
		assert_int_equal(conf_pack(&full, (enum role)role, &b), GW_OK);
		assert_int_equal(conf_unpack(&got, b.p, b.len), GW_OK);
		row = option_rows(&n);
		for (i = 0; i < n; i++, row++) {
			if (!same_option(&got, row->who & 1u << role ? &full :
			    &blank, row))
				fail_msg("%s: %s.%s", role_name(
				    (enum role)role), row->group, row->name);
		}
		assert_int_equal(got.once, 1);
		assert_int_equal(got.private_run, 2);
		assert_int_equal(got.dry, 3);
		assert_int_equal(got.confine, 0);
	}
	/* The wall this is about: one role each knows a password. */
	(void)strcpy(full.source_password_file, "imap-secret");
	(void)strcpy(full.sink_password_file, "smtp-secret");
	for (role = 0; role < ROLE_MAX; role++) {
		buf_reset(&b);
		assert_int_equal(conf_pack(&full, (enum role)role, &b), GW_OK);
		assert_int_equal(memmem(b.p, b.len, "imap-secret", 11) != NULL,
		    role == ROLE_FETCH);
		assert_int_equal(memmem(b.p, b.len, "smtp-secret", 11) != NULL,
		    role == ROLE_SUBMIT);
	}
	buf_free(&b);
}

static void
packed_bytes_of_another_length_are_refused(void **state)
{
	struct conf full, got, blank;
	uint8_t *copy;
	struct buf b;
	size_t n;

	(void)state;
	fill(&full);
	conf_defaults(&blank);
	buf_init(&b, LIM_CONF_VALUES);
	assert_int_equal(conf_pack(&full, ROLE_FETCH, &b), GW_OK);
	for (n = 0; n < b.len; n++) {
		/* Exactly n bytes, so that a sanitizer sees one too many. */
		copy = malloc(n + 1);
		assert_non_null(copy);
		memcpy(copy, b.p, n);
		assert_int_equal(conf_unpack(&got, copy, n), GW_FORMAT);
		assert_memory_equal(&got, &blank, sizeof(got));
		free(copy);
	}
	buf_putc(&b, '\0');
	assert_int_equal(conf_unpack(&got, b.p, b.len), GW_FORMAT);
	/* A role that there is not. */
	b.p[3] = ROLE_MAX;
	assert_int_equal(conf_unpack(&got, b.p, b.len - 1), GW_FORMAT);
	b.max = b.len;
	assert_int_equal(conf_pack(&full, ROLE_FETCH, &b), GW_LIMIT);
	buf_free(&b);
}

/* The dump of a configuration is a configuration, the same one. */
static void
a_dump_can_be_read_back(void **state)
{
	const struct option_row *row;
	struct conf c, again;
	struct buf why, text;
	size_t n, i;

	(void)state;
	buf_init(&why, 65536);
	buf_init(&text, 65536);
	assert_int_equal(read_text(GOOD "state: { templates = \"/a \\\"b\\\\\";"
	    " };", &c, &why), GW_OK);
	conf_dump(&c, &text);
	assert_int_equal(buf_error(&text), GW_OK);
	if (read_text(buf_str(&text), &again, &why) != GW_OK)
		fail_msg("%s", buf_str(&why));
	row = option_rows(&n);
	for (i = 0; i < n; i++, row++) {
		assert_true(same_option(&c, &again, row));
		assert_non_null(strstr(buf_str(&text), row->help));
	}
	/* Without its secrets. */
	(void)strcpy(c.sink_password_file, "smtp-secret");
	buf_reset(&text);
	conf_dump(&c, &text);
	assert_null(strstr(buf_str(&text), "smtp-secret"));
	assert_non_null(strstr(buf_str(&text), "\"(secret)\""));
	assert_non_null(strstr(buf_str(&text), "1 to 10 d; default 5\n"));
	buf_free(&text);
	buf_free(&why);
}

static void
distance_counts_letters(void **state)
{
	static const struct {
		const char *a, *b;
		size_t d;
	} rows[] = {
		{ "", "", 0 }, { "poll", "poll", 0 }, { "pol", "poll", 1 },
		{ "", "abc", 3 }, { "abc", "", 3 }, { "kitten", "sitting", 3 },
		{ "prot", "port", 2 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(value_distance(rows[i].a, rows[i].b),
		    rows[i].d);
}

/* Numbers in comments, texts and names do not count. */
static void
only_the_number_of_the_option_counts(void **state)
{
	static const struct {
		const char *text;
		bool wide;
	} rows[] = {
		{ "a = 2147483647;", false }, { "a = 2147483648;", true },
		{ "a = 0x7fffffff;", false }, { "a = 0x80000000;", true },
		{ "a = 99999999999999999999999;", true },
		{ "a = 9999999999L;", false }, { "a = 9999999999.0;", false },
		{ "a = \"9999999999\";", false },
		{ "b = 9999999999; a = 1;", false },
		{ "a = 1; b = 9999999999;", false },
		{ "/* a = 9999999999 */ a = 1;", false },
		{ "# a = 9999999999\na = 1;", false },
		{ "// a = 9999999999\na = 1;", false },
		{ "b = \"\\\"a = 9999999999\"; a = 1;", false },
		{ "a9 = 9999999999; a = 1;", false },
		{ "a /* 1 */ = # 2\n 9999999999;", true },
		{ "a = \"open", false }, { "/* open", false }, { "a =", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (value_is_wide(rows[i].text, 1, "a") != rows[i].wide)
			fail_msg("%s", rows[i].text);
	}
	assert_false(value_is_wide("a = 9999999999;\na = 1;", 2, "a"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_is_read),
		cmocka_unit_test(odd_values_that_work_are_read),
		cmocka_unit_test(an_ltf_is_whole_or_not_there),
		cmocka_unit_test(included_files_count_and_are_blamed),
		cmocka_unit_test(every_mistake_is_told_with_its_place),
		cmocka_unit_test(all_mistakes_are_told_at_once),
		cmocka_unit_test(a_secret_others_can_read_is_denied),
		cmocka_unit_test(a_file_that_cannot_be_read_is_named),
		cmocka_unit_test(a_role_is_told_its_own_options_only),
		cmocka_unit_test(packed_bytes_of_another_length_are_refused),
		cmocka_unit_test(a_dump_can_be_read_back),
		cmocka_unit_test(distance_counts_letters),
		cmocka_unit_test(only_the_number_of_the_option_counts),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
