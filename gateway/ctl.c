/*
 * meldpost: the operator's command. It asks core and shows the answer; it
 * decides nothing, opens no database and touches no key.
 */
#include "config.h"

#include <locale.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/show.h"

static int help(const struct call *call);

static const struct command commands[] = {
	{ "correspondent add", "ADDRESS", "enrol a person and their key",
	    correspondent_enrol, SHAPE_TEXT,
	    OPT(ROLE) | OPT(ORGANISATION) | OPT(CLASS) | OPT(GROUND) |
	    OPT(KEY), OPT(LANGUAGE) | OPT(FINGERPRINT) | OPT(COMPARED) |
	    OPT(UNTIL) },
	{ "correspondent list", "", "all who are enrolled",
	    show_asked, SHAPE_LIST, 0, 0 },
	{ "correspondent show", "ADDRESS", "all that is kept of one person",
	    show_asked, SHAPE_ONE, 0, 0 },
	{ "correspondent suspend", "ADDRESS",
	    "quarantine one person's mail and hold what is for them",
	    show_asked, SHAPE_TEXT, 0, 0 },
	{ "correspondent resume", "ADDRESS", "end a suspension",
	    show_asked, SHAPE_TEXT, 0, 0 },
	{ "correspondent remove", "ADDRESS",
	    "remove a person and their key for good",
	    correspondent_drop, SHAPE_TEXT, 0, OPT(YES) },
	{ "bootstrap close", "", "from now on two officers enrol people",
	    show_asked, SHAPE_TEXT, 0, 0 },
	{ "enrolment list", "", "people who are proposed and not enrolled yet",
	    show_asked, SHAPE_LIST, 0, 0 },
	{ "case list", "", "references on the mayor's list",
	    show_asked, SHAPE_LIST, 0, 0 },
	{ "retention list", "", "how long each case may still be known, and"
	    " what comes next", show_asked, SHAPE_LIST, 0, 0 },
	{ "retention run", "", "do what is due of the terms of cases now",
	    show_asked, SHAPE_LIST, 0, OPT(DRY_RUN) },
	{ "meeting list", "", "meetings, and how far each is",
	    show_asked, SHAPE_LIST, 0, 0 },
	{ "meeting show", "REFERENCE", "one meeting, with how many are asked,"
	    " come or do not", show_asked, SHAPE_ONE, 0, 0 },
	{ "queue", "", "referrals at hand: reference, type, age, state",
	    show_asked, SHAPE_LIST, 0, 0 },
	{ "mail list", "", "mails that came in, and their verdicts",
	    mail_list, SHAPE_LIST, 0, OPT(LIMIT) },
	{ "mail show", "ID", "one mail that came in",
	    show_asked, SHAPE_ONE, 0, 0 },
	{ "outbox retry", "ID", "send a mail again that failed, is held or"
	    " uncertain", show_asked, SHAPE_TEXT, 0, 0 },
	{ "outbox", "", "mails that wait, are held or uncertain",
	    show_asked, SHAPE_LIST, 0, OPT(ALL) },
	{ "audit verify", "", "check the whole chain of the audit log",
	    show_asked, SHAPE_ONE, 0, OPT(HEAD) | OPT(ROWS) },
	{ "audit send", "", "mail the head of the chain to the DPO now",
	    show_asked, SHAPE_TEXT, 0, 0 },
	{ "audit export", "", "all rows of the audit log",
	    audit_export, SHAPE_TEXT, 0, OPT(CSV) },
	{ "audit who", "REFERENCE", "what was done about a reference, and in"
	    " which role", show_asked, SHAPE_LIST, 0, 0 },
	{ "key create", "", "make the gateway's own key, once",
	    show_asked, SHAPE_ONE, 0, 0 },
	{ "key show", "", "the gateway's own fingerprint, to be read out",
	    show_asked, SHAPE_ONE, 0, 0 },
	{ "key export", "[FILE]", "the gateway's own public key, armored",
	    key_export, SHAPE_TEXT, 0, 0 },
	{ "key rotate", "", "make a new encryption subkey and tell everybody",
	    show_asked, SHAPE_ONE, 0, 0 },
	{ "key prolong", "", "let the gateway's own key live longer",
	    show_asked, SHAPE_ONE, 0, OPT(DAYS) },
	{ "wkd export", "DIR", "write the tree of a web key directory",
	    wkd_export, SHAPE_TEXT, 0, 0 },
	{ "ltf import", "FILE", "bring the key of the LTF's contact, as"
	    " meldpost.conf names it", ltf_import, SHAPE_TEXT, 0, 0 },
	{ "ltf show", "", "the LTF's contact, and whether its key is there",
	    show_asked, SHAPE_ONE, 0, 0 },
	{ "form", "NAME", "print a blank: AANMELDING, INSCHRIJVING, AVG,"
	    " VERGADERING or FICHE",
	    form_print, SHAPE_TEXT, 0, 0 },
	{ "clock confirm", "", "say that the date of this machine is right",
	    show_asked, SHAPE_TEXT, 0, 0 },
	{ "figures", "[YEAR]",
	    "the figures of a year, never of a person or an organisation",
	    figures_print, SHAPE_LIST, 0, OPT(CSV) | OPT(HTML) },
	{ "persons", "", "who may create, consult, change and destroy",
	    show_asked, SHAPE_LIST, 0, 0 },
	{ "datamap", "", "each place that holds data, and what it may hold",
	    datamap_print, SHAPE_LIST, 0, 0 },
	{ "selfcheck", "", "what is wrong, and the cure; exit status 0, or 1"
	    " for warnings, 2 for faults", selfcheck_print, SHAPE_LIST, 0, 0 },
	{ "incident", "WORDS", "record an incident and tell the office"
	    "; - reads the words", incident_report, SHAPE_TEXT, 0, OPT(SINCE) },
	{ "statement", "", "the statement of security measures, to be"
	    " published", form_print, SHAPE_TEXT, 0, 0 },
	{ "status", "", "what the gateway is doing",
	    show_asked, SHAPE_LIST, 0, 0 },
	{ "verdict", "",
	    "say what would become of the mail on standard input; nothing is"
	    " changed",
	    verdict_of_mail, SHAPE_ONE, 0, 0 },
	{ "help", "[COMMAND] [WORD]", "this list, or more about one command",
	    help, SHAPE_TEXT, 0, 0 },
	{ 0 }
};

static int
help(const struct call *call)
{
	const struct command *c;
	int used;

	if (call->words == 0) {
		help_all(call->out, call->table);
		return EX_OK;
	}
	c = command_find(call->table, call->word, call->words, &used);
	if (c == NULL)
		return command_unknown(call, call->word, call->words);
	help_command(call->out, c);
	return EX_OK;
}

static int
run(const struct call *call)
{
	if (call->option[OPTION_VERSION] != NULL) {
		(void)fprintf(call->out, "meldpost %s\n", PACKAGE_VERSION);
		return EX_OK;
	}
	if (call->option[OPTION_HELP] == NULL)
		return call->command->run(call);
	if (call->command != NULL)
		help_command(call->out, call->command);
	else
		help_all(call->out, call->table);
	return EX_OK;
}

/* Names of organisations are UTF-8, whatever locale a bare root shell has. */
static void
speak_utf8(void)
{
	if (setlocale(LC_CTYPE, "") == NULL || MB_CUR_MAX == 1)
		(void)setlocale(LC_CTYPE, "C.UTF-8");
}

int
main(int argc, char *argv[])
{
	const char *config = getenv("MELDPOST_CONF");
	struct call call = {
		.table = commands,
		.config = config != NULL ? config : MELDPOST_CONF,
		.in = stdin, .out = stdout, .err = stderr,
		.person = isatty(STDIN_FILENO) && isatty(STDERR_FILENO),
	};
	int status;

	speak_utf8();
	status = call_read(&call, argc, argv);
	if (status == EX_OK)
		status = run(&call);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		if (status == EX_OK)
			status = fault(&call, EX_IOERR,
			    "standard output cannot be written");
	}
	return status;
}
