/*
 * The operator's command against a core that is not one: what it asks for,
 * what it prints, and what it says when something is wrong.
 *
 * The fake core is this program itself. Started by `meldpost` in place of
 * meldpostd it serves a private run on a socketpair; forked by a test it
 * listens on the control socket as a daemon does. It writes down what it was
 * asked and answers from a table.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* The program's own table of commands. */
int program_main(int argc, char *argv[]);
#define main program_main
#include "ctl.c"
#undef main

#include "base/memfd.h"
#include "cli/input.h"
#include "cli/json.h"
#include "cli/table.h"
#include "cli/text.h"
#include "wire/chan.h"

#define ARGS	24
#define S	"\x1f"

#define FPR	"0123456789ABCDEF0123456789ABCDEF01234567"
#define KEY	"-----BEGIN PGP PUBLIC KEY BLOCK-----\n"

/* ---- the fake core ---- */

static const struct reply {
	const char *words;	/* how the question begins */
	const char *columns;	/* NULL: none are sent */
	const char *row[3];
	uint32_t status;
	const char *text;
	const char *output;
} replies[] = {
	{ "correspondent" S "add", NULL, { NULL }, 0, "enrolled", NULL },
	{ "correspondent" S "list", "address" S "organisation",
	    { "a@x.be" S "Caf\xc3\xa9", "b@x.be" S "" }, 0, "two", NULL },
	{ "correspondent" S "show" S "nobody@x.be", NULL, { NULL }, EX_NOUSER,
	    "nobody has this address", NULL },
	{ "correspondent" S "show", "address" S "state",
	    { "a@x.be" S "active" }, 0, "", NULL },
	{ "correspondent", NULL, { NULL }, 0, "done", NULL },
	{ "queue", "reference" S "state", { NULL }, 0, "", NULL },
	{ "mail" S "list", "id" S "reason", { "M-1" S "\x1b[31m" }, 0, "",
	    NULL },
	{ "mail" S "show", "id", { "M-1" S "one cell too many" }, 0, "", NULL },
	{ "key" S "export", NULL, { NULL }, 0, "", KEY },
	{ "key" S "create", NULL, { NULL }, EX_UNAVAILABLE,
	    "there is a key already", NULL },
	{ "verdict", "signer" S "more" S "verdict" S "reason" S
	    "correspondent" S "structure",
	    { "" S "x" S "refused" S "not-encrypted" S "a@x.be" S "clear" }, 0,
	    "", NULL },
	{ "outbox", "id", { "1" }, 0, "", NULL },
	{ NULL, NULL, { NULL }, EX_SOFTWARE, "not in the table", NULL },
};

static const struct reply *
find_reply(const char *words)
{
	const struct reply *r = replies;

	while (r->words != NULL && strncmp(words, r->words,
	    strlen(r->words)) != 0)
		r++;
	return r;
}

static void
send_text(struct chan *ch, enum msg_type type, const char *text)
{
	struct msg m;

	msg_init(&m, type);
	if (type == MSG_columns)
		(void)snprintf(m.u.columns.names, sizeof(m.u.columns.names),
		    "%s", text);
	else
		(void)snprintf(m.u.row.cells, sizeof(m.u.row.cells), "%s",
		    text);
	(void)chan_send(ch, &m, 1000);
}

static void
send_reply(struct chan *ch, const struct reply *r)
{
	struct msg m;
	size_t i;

	if (r->columns != NULL)
		send_text(ch, MSG_columns, r->columns);
	for (i = 0; i < 3 && r->row[i] != NULL; i++)
		send_text(ch, MSG_row, r->row[i]);
	msg_init(&m, MSG_answer);
	m.u.answer.status = r->status;
	(void)snprintf(m.u.answer.text, sizeof(m.u.answer.text), "%s",
	    r->text);
	if (r->output != NULL)
		(void)memfd_from(r->output, strlen(r->output),
		    &m.u.answer.output);
	(void)chan_send(ch, &m, 1000);
	msg_close(&m);
}

/* Notes one question as "how words..., NN bytes" and answers it. */
static int
fake_core(int fd, const char *log, const char *how)
{
	struct chan ch;
	struct msg m;
	struct stat st = { 0 };
	char *at;
	FILE *f;

	chan_open(&ch, fd, ROLE_CORE, ROLE_CTL);
	if (chan_recv(&ch, &m, 5000) != GW_OK || m.type != MSG_ask)
		return EX_SOFTWARE;
	for (at = m.u.ask.words; *at != '\0'; at++)
		*at = *at == S[0] ? '|' : *at;
	if (m.u.ask.input >= 0)
		(void)fstat(m.u.ask.input, &st);
	f = fopen(log, "w");
	if (f == NULL)
		return EX_SOFTWARE;
	(void)fprintf(f, "%s %s, %ld bytes", how, m.u.ask.words,
	    (long)st.st_size);
	(void)fclose(f);
	for (at = m.u.ask.words; *at != '\0'; at++)
		*at = *at == '|' ? S[0] : *at;
	if (getenv("FAKE_MUTE") == NULL)
		send_reply(&ch, find_reply(getenv("FAKE_AS") != NULL ?
		    getenv("FAKE_AS") : m.u.ask.words));
	msg_close(&m);
	chan_close(&ch);
	return getenv("FAKE_ENDS") == NULL ? EX_OK : atoi(getenv("FAKE_ENDS"));
}

/* As meldpostd: --config DIR/conf --private FD [--dry]. */
static int
fake_daemon(int argc, char *argv[])
{
	char log[256];

	if (argc < 5 || strcmp(argv[1], "--config") != 0 ||
	    strcmp(argv[3], "--private") != 0)
		return EX_USAGE;
	(void)snprintf(log, sizeof(log), "%.*slog",
	    (int)(strrchr(argv[2], '/') + 1 - argv[2]), argv[2]);
	return fake_core(atoi(argv[4]), log,
	    argc > 5 && strcmp(argv[5], "--dry") == 0 ? "dry" : "private");
}

/* ---- one call of the command ---- */

static char dir[32];		/* configuration, key file, log */
static char *out, *err;		/* what the last call printed */
static char heard[8192];	/* what the fake core wrote down */

static const char *
in_dir(const char *name)
{
	static char path[4][64];
	static int turn;

	turn = (turn + 1) % 4;
	(void)snprintf(path[turn], sizeof(path[0]), "%s/%s", dir, name);
	return path[turn];
}

static void
put(const char *name, const char *text)
{
	FILE *f = fopen(in_dir(name), "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
get(const char *name, char *text, size_t size)
{
	FILE *f = fopen(in_dir(name), "r");
	size_t n = 0;

	if (f != NULL) {
		n = fread(text, 1, size - 1, f);
		(void)fclose(f);
	}
	text[n] = '\0';
}

/* Runs `line`, cut at blanks; "%" in it stands for the directory. A person
 * types `typed`, or there is nobody (NULL). */
static int
run_with(const char *line, FILE *in, bool person)
{
	char text[1024], *argv[ARGS + 1] = { NULL }, *at = text, *rest;
	struct call call = { .table = commands, .config = in_dir("conf"),
		.in = in, .person = person };
	size_t nout, nerr, k = 0;
	int argc = 0, status;

	for (; *line != '\0' && k < sizeof(text) - 40; line++) {
		if (*line == '%')
			k += (size_t)snprintf(text + k, 40, "%s/", dir);
		else
			text[k++] = *line;
	}
	text[k] = '\0';
	argv[argc++] = (char *)(uintptr_t)"meldpost";
	while (argc < ARGS && (argv[argc] = strtok_r(at, " ", &rest)) != NULL) {
		at = NULL;
		argc++;
	}
	free(out);
	free(err);
	call.out = open_memstream(&out, &nout);
	call.err = open_memstream(&err, &nerr);
	(void)unlink(in_dir("log"));
	status = call_read(&call, argc, argv);
	if (status == EX_OK)
		status = run(&call);
	(void)fclose(call.out);
	(void)fclose(call.err);
	get("log", heard, sizeof(heard));
	return status;
}

static int
run_line(const char *line, const char *typed)
{
	FILE *in = tmpfile();
	int status;

	assert_non_null(in);
	if (typed != NULL)
		(void)fputs(typed, in);
	rewind(in);
	status = run_with(line, in, typed != NULL);
	(void)fclose(in);
	return status;
}

static const char conf_text[] =
    "instance: { name = \"Proef\"; address = \"livc@proef.be\";\n"
    "    contact = \"Dienst\"; phone = \"015 00 00 00\"; };\n"
    "state: { dir = \"%s\"; };\n"
    "source: { type = \"maildir\"; path = \"%s/in\"; };\n"
    "sink: { type = \"maildir\"; path = \"%s/out\"; };\n";

static int
set_up(void **state)
{
	char text[1024], self[256];
	ssize_t n;

	(void)state;
	(void)strcpy(dir, "/tmp/mctl-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(text, sizeof(text), conf_text, dir, dir, dir);
	put("conf", text);
	put("key", KEY);
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n < 0)
		return -1;
	self[n] = '\0';
	return setenv("MELDPOSTD", self, 1);
}

static int
tear_down(void **state)
{
	static const char *const names[] = { "conf", "key", "log", "big",
		"exported", "control", "fifo" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)unlink(in_dir(names[i]));
	free(out);
	free(err);
	out = err = NULL;
	return rmdir(dir);
}

/* A daemon on the control socket, for one question. */
static pid_t
start_daemon(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	pid_t pid;

	(void)snprintf(sun.sun_path, sizeof(sun.sun_path), "%s",
	    in_dir("control"));
	assert_return_code(bind(fd, (struct sockaddr *)&sun, sizeof(sun)),
	    errno);
	assert_return_code(listen(fd, 1), errno);
	pid = fork();
	assert_return_code(pid, errno);
	if (pid == 0)
		_exit(fake_core(accept(fd, NULL, NULL), in_dir("log"),
		    "daemon"));
	close(fd);
	return pid;
}

/* ---- what is asked ---- */

#define ADD	"correspondent add a@x.be --role participant "	\
	"--organisation=Huis --class caw --ground D3 --key %key "
#define ADDED	"private correspondent|add|address=a@x.be|role=participant|" \
	"organisation=Huis|class=caw|ground=D3|"

static const struct {
	const char *line, *typed, *heard;
} questions[] = {
	{ ADD "--fingerprint " FPR " --compared phone", NULL,
	    ADDED "language=nl|fpr=" FPR "|compared=phone, 37 bytes" },
	{ ADD "--language fr", "0x" FPR "\nby phone, number on file\n",
	    ADDED "language=fr|fpr=" FPR "|compared=by phone, number on file, "
	    "37 bytes" },
	{ "correspondent list", NULL, "private correspondent|list, 0 bytes" },
	{ "correspondent suspend a@x.be", NULL,
	    "private correspondent|suspend|a@x.be, 0 bytes" },
	{ "correspondent resume a@x.be", NULL,
	    "private correspondent|resume|a@x.be, 0 bytes" },
	{ "correspondent remove --yes a@x.be", NULL,
	    "private correspondent|remove|a@x.be, 0 bytes" },
	{ "correspondent remove a@x.be", "a@x.be\n",
	    "private correspondent|remove|a@x.be, 0 bytes" },
	{ "queue --json", NULL, "private queue, 0 bytes" },
	{ "mail list --limit 5", NULL, "private mail|list|limit=5, 0 bytes" },
	{ "outbox", NULL, "private outbox, 0 bytes" },
	{ "outbox --all", NULL, "private outbox|all=1, 0 bytes" },
	{ "key export %exported", NULL, "private key|export, 0 bytes" },
	{ "verdict", "mail\n", "dry verdict, 5 bytes" },
	{ "--json verdict", "", "dry verdict, 0 bytes" },
};

static void
words_go_to_core_as_agreed(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		assert_int_equal(run_line(questions[i].line,
		    questions[i].typed), EX_OK);
		assert_string_equal(heard, questions[i].heard);
	}
}

/* What is wrong on the line is told before core hears anything. */
static const struct {
	const char *line, *typed;
	int status;
	const char *said;
} slips[] = {
	{ "", NULL, EX_USAGE, "say what to do" },
	{ "quue", NULL, EX_USAGE, "did you mean \"queue\"?" },
	{ "mail lsit", NULL, EX_USAGE, "did you mean \"mail list\"?" },
	{ "correspondent", NULL, EX_USAGE,
	    "must follow: add, list, show, suspend, resume, remove" },
	{ "gibberish", NULL, EX_USAGE, "see meldpost help" },
	{ "help gibberish", NULL, EX_USAGE, "no command \"gibberish\"" },
	{ "queue now", NULL, EX_USAGE, "\"now\" is one word too many" },
	{ "mail show", NULL, EX_USAGE, "ID is missing" },
	{ "queue --rolle x", NULL, EX_USAGE, "did you mean --role?" },
	{ "queue -x", NULL, EX_USAGE, "no option -x" },
	{ "queue --unheard-of", NULL, EX_USAGE, "no option --unheard-of" },
	{ "queue --json=yes", NULL, EX_USAGE, "--json takes no value" },
	{ "queue --config", NULL, EX_USAGE, "--config needs a value" },
	{ "queue --json --json", NULL, EX_USAGE, "given twice" },
	{ "queue --role mayor", NULL, EX_USAGE, "--role means nothing here" },
	{ "mail list --limit 0", NULL, EX_USAGE, "--limit takes a number" },
	{ "mail list --limit 5x", NULL, EX_USAGE, "--limit takes a number" },
	{ "correspondent add a@x.be --role mayor", NULL, EX_USAGE,
	    "--organisation is missing" },
	{ "correspondent add a --role major --organisation o --class caw "
	    "--ground g --key %key", NULL, EX_USAGE,
	    "did you mean \"mayor\"?" },
	{ "correspondent add a --role mayor --organisation o --class zzzzzz "
	    "--ground g --key %key", NULL, EX_USAGE,
	    "does not know \"zzzzzz\"" },
	{ ADD, NULL, EX_USAGE, "no terminal to ask at; give --fingerprint" },
	{ ADD, "", EX_USAGE, "no answer" },
	{ ADD, "\n", EX_USAGE, "no answer" },
	{ ADD, "0123 4567\nphone\n", EX_DATAERR, "40 hexadecimal digits" },
	{ ADD "--compared=", FPR "\n", EX_USAGE, "--compared takes 1 to" },
	{ ADD "--fingerprint " FPR, "\n", EX_USAGE, "no answer" },
	{ ADD "--fingerprint " FPR " --compared \x1b[2J", NULL, EX_USAGE,
	    "compared holds a control character" },
	{ ADD "--fingerprint " FPR " --compared \xff", NULL, EX_USAGE,
	    "is no UTF-8" },
	{ "mail show M\x1fx", NULL, EX_USAGE, "a word holds a control" },
	{ "correspondent add a --role mayor --organisation o --class caw "
	    "--ground g --key %nokey", NULL, EX_NOINPUT, "No such file" },
	{ "correspondent add a --role mayor --organisation o --class caw "
	    "--ground g --key %fifo", NULL, EX_NOINPUT, "no regular file" },
	{ "correspondent add a --role mayor --organisation o --class caw "
	    "--ground g --key %big", NULL, EX_DATAERR, "larger than 65536" },
	{ "correspondent remove a@x.be", NULL, EX_USAGE, "give --yes" },
	{ "correspondent remove a@x.be", "b@x.be\n", EX_USAGE,
	    "another address; nothing was done" },
};

static void
slips_are_told_and_core_is_left_alone(void **state)
{
	char big[LIM_KEYFILE + 2];
	size_t i;

	(void)state;
	memset(big, 'k', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	put("big", big);
	assert_return_code(mkfifo(in_dir("fifo"), 0600), errno);
	for (i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
		assert_int_equal(run_line(slips[i].line, slips[i].typed),
		    slips[i].status);
		assert_non_null(strstr(err, slips[i].said));
		assert_string_equal(out, "");
		assert_string_equal(heard, "");
	}
}

static void
words_longer_than_a_message_are_refused(void **state)
{
	char line[600] = "mail show ";
	struct call call = { .table = commands, .err = stderr };
	struct ask a;
	int i;

	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	call.command = &commands[0];
	call.err = tmpfile();
	assert_non_null(call.err);
	ask_begin(&a, &call);
	for (i = 0; i < 6; i++)
		ask_word(&a, line);
	assert_null(a.fault);
	ask_word(&a, line);
	assert_non_null(a.fault);
	(void)fclose(call.err);
}

/* A fingerprint as people write and paste it; half of one is none (T32). */
static void
fingerprints_are_folded_whole_or_refused(void **state)
{
	static const struct {
		const char *typed, *fpr;
	} cases[] = {
		{ FPR, FPR },
		{ "0x" FPR, FPR },
		{ "  0X" FPR " ", FPR },
		{ "0123 4567 89ab cdef 0123  4567 89ab cdef 0123 4567", FPR },
		{ "01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67",
		    FPR },
		{ "0123\xc2\xa0""456789ABCDEF0123456789ABCDEF01234567", FPR },
		{ FPR "0123456789abcdef01234567",
		    FPR "0123456789ABCDEF01234567" },
		{ "", "" },
		{ "0x", "" },
		{ "89ABCDEF01234567", "" },
		{ FPR "0", "" },
		{ "0123456789ABCDEF0123456789ABCDEF0123456g", "" },
		{ "0x0x0123456789ABCDEF0123456789ABCDEF01234567", "" },
	};
	char fpr[LIM_FPR + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(input_fingerprint(cases[i].typed, fpr),
		    cases[i].fpr[0] != '\0');
		if (cases[i].fpr[0] != '\0')
			assert_string_equal(fpr, cases[i].fpr);
	}
}

/* ---- what is printed ---- */

static void
a_pipe_gets_tabs_and_json_an_array(void **state)
{
	(void)state;
	assert_int_equal(run_line("correspondent list", NULL), EX_OK);
	assert_string_equal(out, "a@x.be\tCaf\xc3\xa9\nb@x.be\t\n");
	assert_string_equal(err, "two\n");
	assert_int_equal(run_line("correspondent list --json", NULL), EX_OK);
	assert_string_equal(out, "[\n  {\n    \"address\": \"a@x.be\",\n"
	    "    \"organisation\": \"Caf\xc3\xa9\"\n  },\n  {\n"
	    "    \"address\": \"b@x.be\",\n    \"organisation\": null\n"
	    "  }\n]\n");
	assert_int_equal(run_line("queue --json", NULL), EX_OK);
	assert_string_equal(out, "[]\n");
	assert_int_equal(run_line("queue", NULL), EX_OK);
	assert_string_equal(out, "");
}

static void
one_thing_is_one_object(void **state)
{
	(void)state;
	assert_int_equal(run_line("correspondent show a@x.be", NULL), EX_OK);
	assert_string_equal(out, "address\ta@x.be\nstate\tactive\n");
	assert_int_equal(run_line("correspondent show a@x.be --json", NULL),
	    EX_OK);
	assert_string_equal(out, "{\n  \"address\": \"a@x.be\",\n"
	    "  \"state\": \"active\"\n}\n");
}

/* Whatever core adds to its row: exactly these five keys, empty is null. */
static void
a_verdict_has_five_keys(void **state)
{
	(void)state;
	assert_int_equal(run_line("verdict --json", "x"), EX_OK);
	assert_string_equal(out, "{\n  \"verdict\": \"refused\",\n"
	    "  \"reason\": \"not-encrypted\",\n"
	    "  \"structure\": \"clear\",\n  \"signer\": null,\n"
	    "  \"correspondent\": \"a@x.be\"\n}\n");
	assert_int_equal(run_line("verdict", "x"), EX_OK);
	assert_string_equal(out, "verdict\trefused\nreason\tnot-encrypted\n"
	    "structure\tclear\nsigner\t\ncorrespondent\ta@x.be\n"
	    "meaning\tthe mail is in clear text\n");
}

static void
core_says_no_on_standard_error_with_its_status(void **state)
{
	(void)state;
	assert_int_equal(run_line("correspondent show nobody@x.be --json",
	    NULL), EX_NOUSER);
	assert_string_equal(out, "");
	assert_string_equal(err, "meldpost: correspondent show: nobody has "
	    "this address\n");
	assert_int_equal(run_line("key create", NULL), EX_UNAVAILABLE);
	assert_int_equal(run_line("correspondent resume a@x.be", NULL), EX_OK);
	assert_string_equal(out, "done\n");
	assert_string_equal(err, "");
}

static void
our_key_goes_to_a_new_file_or_standard_output(void **state)
{
	char text[128];

	(void)state;
	assert_int_equal(run_line("key export", NULL), EX_OK);
	assert_string_equal(out, KEY);
	assert_int_equal(run_line("key export %exported", NULL), EX_OK);
	get("exported", text, sizeof(text));
	assert_string_equal(text, KEY);
	put("exported", "another");
	assert_int_equal(run_line("key export %exported", NULL), EX_CANTCREAT);
	get("exported", text, sizeof(text));
	assert_string_equal(text, "another");
}

/* What came in a mail cannot steer the terminal (T18). */
static void
cells_are_escaped(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "plain", "plain" },
		{ "\x1b[31m", "\\x1b[31m" },
		{ "a\tb\nc\x7f", "a\\x09b\\x0ac\\x7f" },
		{ "Co\xc3\xb6rdinator \xe2\x82\xac \xf0\x9f\x93\xae",
		    "Co\xc3\xb6rdinator \xe2\x82\xac \xf0\x9f\x93\xae" },
		{ "\xc2\x9b", "\\xc2\\x9b" },			/* C1 CSI */
		{ "\xe2\x80\xae", "\\xe2\\x80\\xae" },		/* RLO */
		{ "\xc0\x80", "\\xc0\\x80" },			/* overlong */
		{ "\xe0\x82\x80", "\\xe0\\x82\\x80" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },		/* surrogate */
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
		{ "\xc3", "\\xc3" },				/* cut off */
	};
	size_t i;
	char *got;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		got = text_clean(cases[i].in, strlen(cases[i].in));
		assert_string_equal(got, cases[i].out);
		assert_int_equal(text_is_clean(cases[i].in),
		    strcmp(cases[i].in, cases[i].out) == 0);
		free(got);
	}
	assert_int_equal(run_line("mail list", NULL), EX_OK);
	assert_string_equal(out, "M-1\t\\x1b[31m\n");
}

static void
check_aligned(const struct rows *r, bool heading, const char *expected)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	assert_int_equal(table_aligned(f, r, heading), GW_OK);
	(void)fclose(f);
	assert_string_equal(text, expected);
	free(text);
}

static void
a_terminal_gets_aligned_columns(void **state)
{
	struct rows r = { 0 };

	(void)state;
	assert_int_equal(rows_name(&r, "id" S "state"), GW_OK);
	assert_int_equal(rows_add(&r, "Caf\xc3\xa9" S ""), GW_OK);
	assert_int_equal(rows_add(&r, "longer" S "sent"), GW_OK);
	check_aligned(&r, true, "ID      STATE\n"
	    "Caf\xc3\xa9    -\nlonger  sent\n");
	check_aligned(&r, false, "Caf\xc3\xa9    -\nlonger  sent\n");
	rows_free(&r);
}

static void
rows_that_do_not_fit_are_refused(void **state)
{
	struct rows r = { 0 };

	(void)state;
	assert_int_equal(rows_add(&r, "1"), GW_FORMAT);
	assert_int_equal(rows_name(&r, "a" S "b"), GW_OK);
	assert_int_equal(rows_name(&r, "a" S "b"), GW_FORMAT);
	assert_int_equal(rows_add(&r, "1"), GW_FORMAT);
	assert_int_equal(rows_add(&r, "1" S "2" S "3"), GW_FORMAT);
	assert_int_equal(rows_add(&r, "1" S "2"), GW_OK);
	assert_int_equal(r.n, 1);
	assert_string_equal(rows_get(&r, 0, "b"), "2");
	assert_null(rows_get(&r, 0, "c"));
	rows_free(&r);
	assert_int_equal(rows_name(&r, "a" S ""), GW_FORMAT);
	rows_free(&r);
	assert_int_equal(run_line("mail show M-1", NULL), EX_SOFTWARE);
	assert_non_null(strstr(err, "the answer cannot be read: malformed"));
	assert_string_equal(out, "");
}

/* ---- the way to core ---- */

static void
a_daemon_is_asked_where_one_runs(void **state)
{
	pid_t pid = start_daemon();
	int how;

	(void)state;
	assert_int_equal(run_line("correspondent list", NULL), EX_OK);
	assert_string_equal(heard, "daemon correspondent|list, 0 bytes");
	assert_int_equal(waitpid(pid, &how, 0), pid);
	/* It is gone, its socket is not: a private run takes over. */
	assert_int_equal(run_line("correspondent list", NULL), EX_OK);
	assert_string_equal(heard, "private correspondent|list, 0 bytes");
}

/* design.md 10: the dry run is private, daemon or not. */
static void
a_verdict_never_asks_the_daemon(void **state)
{
	pid_t pid = start_daemon();

	(void)state;
	assert_int_equal(run_line("verdict", "x"), EX_OK);
	assert_string_equal(heard, "dry verdict, 1 bytes");
	(void)kill(pid, SIGTERM);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* Core is to say "too-big" of it: one byte more is enough. */
static void
a_verdict_reads_one_byte_more_than_is_allowed(void **state)
{
	char expected[64];
	FILE *in = tmpfile();

	(void)state;
	assert_non_null(in);
	assert_return_code(ftruncate(fileno(in), LIM_MAIL_BYTES + 4096), errno);
	assert_int_equal(run_with("verdict", in, false), EX_OK);
	(void)snprintf(expected, sizeof(expected), "dry verdict, %u bytes",
	    LIM_MAIL_BYTES + 1);
	assert_string_equal(heard, expected);
	(void)fclose(in);
}

static void
a_core_that_hangs_up_is_reported(void **state)
{
	(void)state;
	(void)setenv("FAKE_MUTE", "1", 1);
	assert_int_equal(run_line("queue", NULL), EX_UNAVAILABLE);
	assert_non_null(strstr(err, "hung up without an answer"));
	(void)setenv("FAKE_ENDS", "78", 1);
	assert_int_equal(run_line("queue", NULL), EX_CONFIG);
	(void)unsetenv("FAKE_MUTE");
	/* An answer whose run then failed is none. */
	assert_int_equal(run_line("queue", NULL), EX_CONFIG);
	assert_non_null(strstr(err, "ended with status 78"));
	(void)unsetenv("FAKE_ENDS");
}

/* A core that answers another question, or says no, is not taken at its
 * word by the commands that look into the answer. */
static void
an_answer_to_another_question_is_refused(void **state)
{
	(void)state;
	(void)setenv("FAKE_AS", "queue", 1);
	assert_int_equal(run_line("verdict --json", "x"), EX_SOFTWARE);
	assert_string_equal(out, "");
	assert_int_equal(run_line("key export", NULL), EX_SOFTWARE);
	(void)setenv("FAKE_AS", "key" S "create", 1);
	assert_int_equal(run_line("verdict", "x"), EX_UNAVAILABLE);
	assert_int_equal(run_line("key export %exported", NULL),
	    EX_UNAVAILABLE);
	assert_non_null(strstr(err, "there is a key already"));
	assert_int_equal(access(in_dir("exported"), F_OK), -1);
	(void)unsetenv("FAKE_AS");
}

static void
what_keeps_us_from_core_is_named(void **state)
{
	char text[1024], deep[128];

	(void)state;
	memset(deep, 'd', sizeof(deep) - 1);
	deep[0] = '/';
	deep[sizeof(deep) - 1] = '\0';
	(void)snprintf(text, sizeof(text), conf_text, deep, dir, dir);
	put("big", text);
	assert_int_equal(run_line("queue -c %big", NULL), EX_CONFIG);
	assert_non_null(strstr(err, "state.dir has"));
	assert_int_equal(run_line("queue --config %nothing", NULL), EX_CONFIG);
	assert_non_null(strstr(err, "meldpost.conf(5)"));
	assert_int_equal(run_line("queue --config %key", NULL), EX_CONFIG);
	assert_non_null(strstr(err, "/key:1:"));
	(void)setenv("MELDPOSTD", "/nonexistent/meldpostd", 1);
	assert_int_equal(run_line("queue", NULL), EX_UNAVAILABLE);
	assert_non_null(strstr(err, "/nonexistent/meldpostd cannot be "
	    "started"));
}

static void
help_lists_every_command(void **state)
{
	const struct command *c;
	char line[64];

	(void)state;
	assert_int_equal(run_line("help", NULL), EX_OK);
	for (c = commands; c->name != NULL; c++)
		assert_non_null(strstr(out, c->name));
	assert_int_equal(run_line("-h", NULL), EX_OK);
	for (c = commands; c->name != NULL; c++) {
		(void)snprintf(line, sizeof(line), "help %s", c->name);
		assert_int_equal(run_line(line, NULL), EX_OK);
		assert_non_null(strstr(out, c->help));
		(void)snprintf(line, sizeof(line), "%s --help", c->name);
		assert_int_equal(run_line(line, NULL), EX_OK);
		assert_non_null(strstr(out, c->name));
	}
	assert_int_equal(run_line("--version", NULL), EX_OK);
	assert_string_equal(out, "meldpost " PACKAGE_VERSION "\n");
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		T(words_go_to_core_as_agreed),
		T(slips_are_told_and_core_is_left_alone),
		T(words_longer_than_a_message_are_refused),
		T(fingerprints_are_folded_whole_or_refused),
		T(a_pipe_gets_tabs_and_json_an_array),
		T(one_thing_is_one_object),
		T(a_verdict_has_five_keys),
		T(core_says_no_on_standard_error_with_its_status),
		T(our_key_goes_to_a_new_file_or_standard_output),
		T(cells_are_escaped),
		T(a_terminal_gets_aligned_columns),
		T(rows_that_do_not_fit_are_refused),
		T(a_daemon_is_asked_where_one_runs),
		T(a_verdict_never_asks_the_daemon),
		T(a_verdict_reads_one_byte_more_than_is_allowed),
		T(a_core_that_hangs_up_is_reported),
		T(an_answer_to_another_question_is_refused),
		T(what_keeps_us_from_core_is_named),
		T(help_lists_every_command),
	};

	if (argc > 1)
		return fake_daemon(argc, argv);
	speak_utf8();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
