/*
 * No lists of persons (R29): every column of both databases is on the list
 * below, with the reason why it may be there in gateway/store/schema.c. A new
 * column fails here until somebody has thought about it.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "store_place.h"

/* "table.column", sorted by nothing but sense. */
static const char *const main_columns[] = {
	"instance.one", "instance.id", "instance.clock",
	"instance.audit_rows", "instance.audit_head",
	"instance.own_noticed", "instance.closed", "instance.announced",
	"instance.doubted",

	"correspondent.id", "correspondent.role", "correspondent.org_class",
	"correspondent.state", "correspondent.organisation",
	"correspondent.ground", "correspondent.language",
	"correspondent.address", "correspondent.fpr",
	"correspondent.compared", "correspondent.added",
	"correspondent.key_expires", "correspondent.until",
	"correspondent.noticed",

	"blob.id", "blob.size", "blob.header",
	"blob_chunk.id", "blob_chunk.blob", "blob_chunk.n",
	"blob_chunk.bytes",

	"mail.n", "mail.id", "mail.digest", "mail.received", "mail.size",
	"mail.structure", "mail.verdict", "mail.reason",
	"mail.correspondent", "mail.ref", "mail.blob",
	"mail_try.digest", "mail_try.tries",
	"replay.hash", "replay.day",

	"referral.n", "referral.ref", "referral.type", "referral.state",
	"referral.received", "referral.changed", "referral.blob",
	"referral.outcome", "referral.decided",
	"follow_up.ref", "follow_up.n", "follow_up.received",
	"follow_up.blob",
	"case_ref.ref", "case_ref.listed", "case_ref.link",
	/* The term: days and codes (domain.md 7). */
	"case_ref.state", "case_ref.below", "case_ref.last", "case_ref.due",
	"case_ref.criteria", "case_ref.meeting", "case_ref.closing",
	"case_ref.measures", "case_ref.closed",

	/* Whom an officer proposes: a partner in a function, for two weeks. */
	"enrolment.ref", "enrolment.state", "enrolment.made",
	"enrolment.proposer", "enrolment.second", "enrolment.renews",
	"enrolment.role", "enrolment.org_class", "enrolment.organisation",
	"enrolment.ground", "enrolment.language", "enrolment.address",
	"enrolment.fpr", "enrolment.compared", "enrolment.until",
	"enrolment.key", "enrolment.nonce",

	/* A meeting never names a case in clear; see schema.c. */
	"meeting.ref", "meeting.kind", "meeting.state", "meeting.starts",
	"meeting.ends", "meeting.sequence", "meeting.made", "meeting.detail",
	"meeting.stale", "meeting.attendance", "meeting.invited",
	"meeting.attended",
	/* Partners in their function, until 30 days after the meeting. */
	"invitation.ref", "invitation.meeting", "invitation.correspondent",
	"invitation.kind", "invitation.state", "invitation.changed",
	"invitation.sequence", "invitation.uid", "invitation.via",
	"invitation.answered",

	/* A fiche names neither a case nor a person; its digest is keyed. */
	"fiche.ref", "fiche.state", "fiche.version", "fiche.proposed",
	"fiche.changed", "fiche.digest", "fiche.detail", "fiche.ballot",
	"fiche.approvals",
	"fiche_mail.ref", "fiche_mail.blob",

	"timer.id", "timer.due", "timer.kind", "timer.event", "timer.ref",
	"timer.doubted",

	"outbox.id", "outbox.message_id", "outbox.envid", "outbox.kind",
	"outbox.state", "outbox.correspondent", "outbox.ref",
	"outbox.section", "outbox.made", "outbox.not_before", "outbox.blob",
	"outbox.tries", "outbox.code", "outbox.status",
	"outbox.arg", "outbox.guest",

	"audit.seq", "audit.at", "audit.event", "audit.ref", "audit.detail",
	"audit.actor", "audit.hash",
	"audit_salt.seq", "audit_salt.salt",

	/* SQLite's own, for AUTOINCREMENT: the name is that of a table. */
	"sqlite_sequence.name", "sqlite_sequence.seq",
	NULL
};

static const char *const keys_columns[] = {
	"keyring.one", "keyring.instance", "keyring.replay",
	"data_key.blob", "data_key.key",
	NULL
};

/* What a column about a person would be called, in three languages. Part of a
 * word is enough. */
static const char *const forbidden[] = {
	"name", "naam", "nom", "birth", "born", "geboor", "naissance", "dob",
	"age", "gender", "sex", "geslacht", "person", "subject", "onderwerp",
	"betrokken", "phone", "telefoon", "gsm", "mobile", "street", "straat",
	"city", "town", "national", "nationaal", "rijksregister", "rrn",
	"niss", "insz", "photo", "foto", "face", "handle", "nick", "alias",
	"text", "body", "content", "note", "remark", "comment", "opmerking",
	"file", "title", "header_from", "from", "to", "cc", "religi", "ethnic",
	"health", "risk", "score", "profile", "radical", "suspect", "family",
	"surname", "initial", "label", "tag", "identity", "passport", "eid",
	"ssn", "iban", "plate", "postcode", "zip", "location", "latitude",
	"longitude", "nationality", "country", "job", "employer", "mother",
	"father", "child", "brother", "sister", "minor", "client", "patient",
	"pupil", "student", "suspicion", "crime", "offence", "threat",
	"ideology", "belief", "mosque", "motive", "motivat", "excerpt",
	"summary", "description", "reden", "inhoud", "verslag", "search",
	"ngram", "soundex", "metaphone", "embedding", "ip_addr", "user_agent",
	NULL
};

/* The only ones that contain such a part and are something else. */
static const char *const harmless[] = {
	"sqlite_sequence.name",
	NULL
};

/* Where people type a text, about partners in their function: the register,
 * and whom an officer proposes for it. */
static const char *const typed[] = { "correspondent", "enrolment", NULL };

/* Codes of code.h and the like: the program writes names out of a list. */
static const char *const codes[] = {
	"state", "kind", "type", "event", "verdict", "reason", "structure",
	"outcome", "below", "closing", "measures",
	"outbox.message_id", "outbox.envid",
	NULL
};

/* What names a partner, and what counts. */
static const char *const who[] = { "correspondent", "organisation",
	"org_class", "address", "fpr", "via", "person", "proposer", "second",
	"actor", "sender", NULL };
static const char *const counts[] = { "count", "n", "total", "sum", "number",
	"times", "tries", "invited", "attended", "declined", "accepted",
	"refused", "referrals", "mails", "answers", "rate", "mean", "median",
	NULL };

/* Beside a partner and no count of what that one did. */
static const char *const harmless_counts[] = {
	"mail.n",			/* the key of the table */
	"outbox.tries",			/* to send this one mail */
	NULL
};

/* The only ones that have a partner beside a reference: until its content is
 * erased, and then it is NULL (R162); store.h says where that happens. */
static const char *const linking[] = { "mail", "outbox", "invitation",
	"enrolment", "audit", NULL };

static bool
listed(const char *const *list, const char *what)
{
	for (; *list != NULL; list++)
		if (strcmp(*list, what) == 0)
			return true;
	return false;
}

static bool
is_forbidden(const char *column)
{
	const char *const *word;

	for (word = forbidden; *word != NULL; word++)
		/* Short ones are part of half the language: alone only. */
		if (strlen(*word) > 3 ? strstr(column, *word) != NULL :
		    strcmp(column, *word) == 0)
			return true;
	return false;
}

/* Columns of tables and of what else can hold a value: hidden and generated
 * ones, shadow tables, expressions in an index. */
static void
check_columns(struct db *db, const char *const *allowed)
{
	char table[64], column[64], both[160];
	unsigned seen = 0, n = 0;
	struct query q;

	db_start(&q, db, "SELECT t.name, c.name FROM pragma_table_list AS t,"
	    " pragma_table_xinfo(t.name) AS c WHERE t.schema = 'main'"
	    " AND t.name <> 'sqlite_schema'");
	while (db_step(&q)) {
		db_get_text(&q, table, sizeof(table));
		db_get_text(&q, column, sizeof(column));
		(void)snprintf(both, sizeof(both), "%s.%s", table, column);
		if (!listed(allowed, both))
			fail_msg("R29: nobody has allowed the column %s", both);
		if (is_forbidden(column) && !listed(harmless, both))
			fail_msg("R29: %s sounds like a person", both);
		if (is_forbidden(table) && strncmp(table, "sqlite_", 7) != 0)
			fail_msg("R29: table %s sounds like a person", table);
		seen++;
	}
	assert_int_equal(db_end(&q), GW_OK);
	while (allowed[n] != NULL)
		n++;
	/* A list longer than the schema would allow what is gone. */
	assert_int_equal(seen, n);
}

static void
test_r29_every_column_is_allowed(void **state)
{
	struct place *p = *state;

	check_columns(p->s->main, main_columns);
	check_columns(p->s->keys, keys_columns);
}

static void
test_r29_names_of_persons_are_recognised(void **state)
{
	static const char *const bad[] = { "name", "voornaam", "birth_date",
		"subject", "rrn", "from", "person_hash", "phone2",
		"surname", "postcode", "mother", "threat_score", "excerpt",
		"motivation", "soundex", "tag", "eid", "description" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!is_forbidden(bad[i]))
			fail_msg("%s was let through", bad[i]);
	assert_false(is_forbidden("state"));
	assert_false(is_forbidden("envid"));
}

/* Calls `look` for each column of the main database. */
static void
each_column(struct db *db, void (*look)(struct db *, const char *table,
    const char *column, const char *type))
{
	char table[64], column[64], type[16];
	unsigned seen = 0;
	struct query q;

	db_start(&q, db, "SELECT t.name, c.name, c.type FROM"
	    " pragma_table_list AS t, pragma_table_xinfo(t.name) AS c"
	    " WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%'");
	while (db_step(&q)) {
		db_get_text(&q, table, sizeof(table));
		db_get_text(&q, column, sizeof(column));
		db_get_text(&q, type, sizeof(type));
		look(db, table, column, type);
		seen++;
	}
	assert_int_equal(db_end(&q), GW_OK);
	assert_true(seen > 50);
}

/* Whether `table` has one of `columns`. */
static bool
has_any(struct db *db, const char *table, const char *const *columns)
{
	char column[64];
	struct query q;
	bool has = false;

	db_start(&q, db, "SELECT name FROM pragma_table_xinfo(?)");
	db_put_text(&q, table);
	while (db_step(&q)) {
		db_get_text(&q, column, sizeof(column));
		has = has || listed(columns, column);
	}
	assert_int_equal(db_end(&q), GW_OK);
	return has;
}

/* Whether it is the key of another table. */
static bool
is_key(struct db *db, const char *table, const char *column)
{
	struct query q;
	int64_t n = 0;

	db_start(&q, db, "SELECT count(*) FROM pragma_foreign_key_list(?)"
	    " WHERE \"from\" = ?");
	db_put_text(&q, table);
	db_put_text(&q, column);
	if (db_step(&q))
		n = db_get_int(&q);
	assert_int_equal(db_end(&q), GW_OK);
	return n > 0;
}

/* Whether the schema itself checks this column: "CHECK (ref GLOB". */
static bool
is_checked(struct db *db, const char *table, const char *column)
{
	char sql[8192], want[2][96];
	struct query q;

	sql[0] = '\0';
	db_start(&q, db, "SELECT sql FROM sqlite_schema WHERE name = ?");
	db_put_text(&q, table);
	if (db_step(&q))
		db_get_text(&q, sql, sizeof(sql));
	assert_int_equal(db_end(&q), GW_OK);
	(void)snprintf(want[0], sizeof(want[0]), "CHECK (%s ", column);
	(void)snprintf(want[1], sizeof(want[1]), "CHECK (length(%s)", column);
	return strstr(sql, want[0]) != NULL || strstr(sql, want[1]) != NULL;
}

static bool
takes_any_text(struct db *db, const char *table, const char *column,
    const char *type)
{
	char both[160];

	(void)snprintf(both, sizeof(both), "%s.%s", table, column);
	return strcmp(type, "TEXT") == 0 && !listed(typed, table) &&
	    !listed(codes, column) && !listed(codes, both) &&
	    !is_checked(db, table, column) && !is_key(db, table, column);
}

static void
look_text(struct db *db, const char *table, const char *column,
    const char *type)
{
	if (takes_any_text(db, table, column, type))
		fail_msg("R29: %s.%s could hold any text", table, column);
}

/* A sentence fits nowhere but in the register: every other text is a code of
 * a list, or the schema checks what it looks like. */
static void
test_r29_no_column_takes_any_text(void **state)
{
	struct place *p = *state;

	each_column(p->s->main, look_text);
}

static bool
counts_partners(struct db *db, const char *table, const char *column)
{
	char both[160];

	(void)snprintf(both, sizeof(both), "%s.%s", table, column);
	return listed(counts, column) && !listed(harmless_counts, both) &&
	    has_any(db, table, who);
}

static void
look_counts(struct db *db, const char *table, const char *column,
    const char *type)
{
	(void)type;
	if (counts_partners(db, table, column))
		fail_msg("R50, R129: %s.%s counts beside a partner", table,
		    column);
}

/* No figure of a partner can be kept, so nobody can ask for one. */
static void
test_r129_no_table_counts_beside_a_partner(void **state)
{
	struct place *p = *state;

	each_column(p->s->main, look_counts);
}

static bool
links_partners(struct db *db, const char *table, const char *column)
{
	static const char *const refs[] = { "ref", "meeting", "case_ref",
		"referral", NULL };

	return listed(who, column) && !listed(linking, table) &&
	    has_any(db, table, refs);
}

static void
look_links(struct db *db, const char *table, const char *column,
    const char *type)
{
	(void)type;
	if (links_partners(db, table, column))
		fail_msg("R162: %s has %s beside a reference", table, column);
}

static void
test_r162_no_other_table_links_partners_to_cases(void **state)
{
	struct place *p = *state;

	each_column(p->s->main, look_links);
}

/* What the three look for, they find. */
static void
test_the_guards_can_fail(void **state)
{
	struct place *p = *state;
	struct db *db = p->s->main;

	assert_int_equal(db_script(db, "CREATE TABLE bad (ref TEXT CHECK"
	    " (ref GLOB 'A-*'), via INTEGER, declined INTEGER, words TEXT)"
	    " STRICT"), GW_OK);
	assert_true(takes_any_text(db, "bad", "words", "TEXT"));
	assert_false(takes_any_text(db, "bad", "ref", "TEXT"));
	assert_true(counts_partners(db, "bad", "declined"));
	assert_true(links_partners(db, "bad", "via"));
}

/* An index on an expression would be a column that no list shows. */
static void
test_r29_indices_hold_columns_only(void **state)
{
	struct place *p = *state;

	assert_int_equal(number(p->s->main, "SELECT count(*) FROM"
	    " pragma_index_list AS l, pragma_table_list AS t,"
	    " pragma_index_xinfo(l.name) AS i"
	    " WHERE l.arg = t.name AND i.cid = -2"), 0);
	/* That it looked at any. */
	assert_true(number(p->s->main, "SELECT count(*) FROM"
	    " pragma_index_list AS l, pragma_table_list AS t,"
	    " pragma_index_xinfo(l.name) AS i"
	    " WHERE l.arg = t.name AND i.cid >= 0") > 20);
}

/* Views and triggers could carry data elsewhere; two triggers guard the audit
 * chain, and that is all. */
static void
test_no_other_objects(void **state)
{
	struct place *p = *state;

	assert_int_equal(number(p->s->main, "SELECT count(*) FROM sqlite_schema"
	    " WHERE type NOT IN ('table', 'index')"), 2);
	assert_int_equal(number(p->s->main, "SELECT count(*) FROM sqlite_schema"
	    " WHERE name IN ('audit_no_update', 'audit_no_delete')"), 2);
	assert_int_equal(number(p->s->keys, "SELECT count(*) FROM sqlite_schema"
	    " WHERE type <> 'table'"), 0);
}

/* STRICT, or an INTEGER column would take a name without a word. */
static void
test_all_tables_are_strict(void **state)
{
	struct place *p = *state;

	assert_int_equal(number(p->s->main, "SELECT count(*) FROM"
	    " pragma_table_list WHERE schema = 'main' AND strict = 0"
	    " AND name NOT LIKE 'sqlite_%'"), 0);
	assert_int_equal(number(p->s->keys, "SELECT count(*) FROM"
	    " pragma_table_list WHERE schema = 'main' AND strict = 0"
	    " AND name NOT LIKE 'sqlite_%'"), 0);
}

/* What is free text elsewhere cannot get into the columns of codes. */
static void
test_r29_checks_keep_text_out(void **state)
{
	static const char *const bad[] = {
		"INSERT INTO referral VALUES (1, 'A-Jan Peeters 1990',"
		" 'member', 'RECEIVED', 1, 1, NULL, 'open', 0)",
		"INSERT INTO referral VALUES (1, 'Jan Peeters', 'member',"
		" 'RECEIVED', 1, 1, NULL, 'open', 0)",
		"INSERT INTO follow_up VALUES ('Jan Peeters', 1, 1, 1)",
		"INSERT INTO case_ref (ref, listed) VALUES ('Jan Peeters', 1)",
		"INSERT INTO case_ref (ref, listed, meeting) VALUES"
		" ('C-0123456789ABCDEF', 1, 'Jan Peeters')",
		"INSERT INTO case_ref (ref, listed, criteria) VALUES"
		" ('C-0123456789ABCDEF', 1, 8)",
		"INSERT INTO case_ref (ref, listed, last) VALUES"
		" ('C-0123456789ABCDEF', 1, 'Jan Peeters')",
		"INSERT INTO meeting VALUES ('Jan Peeters', 'operational',"
		" 'PLANNED', 1, 2, 0, 1, NULL, NULL, NULL, 0, 0)",
		"INSERT INTO meeting VALUES ('V-0123456789ABCDEF',"
		" 'operational', 'PLANNED', 1, 2, 0, 1, 'Jan Peeters', NULL,"
		" NULL, 0, 0)",
		"INSERT INTO invitation VALUES ('Jan Peeters',"
		" 'V-0000000000000000', NULL, 'fixed', 'SENT', 1, 0, NULL,"
		" NULL, NULL)",
		"INSERT INTO invitation VALUES ('U-0123456789ABCDEF',"
		" 'V-0000000000000000', NULL, 'fixed', 'SENT', 1, 0,"
		" 'Jan Peeters', NULL, NULL)",
		"INSERT INTO fiche VALUES ('Jan Peeters', 'DRAFT', 1, 1, 1,"
		" zeroblob(32), NULL, NULL, 0)",
		"INSERT INTO fiche VALUES ('F-0123456789ABCDEF', 'DRAFT', 1,"
		" 1, 1, 'Jan Peeters', NULL, NULL, 0)",
		"INSERT INTO fiche VALUES ('F-0123456789ABCDEF', 'DRAFT', 1,"
		" 1, 1, zeroblob(32), 'Jan Peeters', NULL, 0)",
		"INSERT INTO fiche_mail VALUES ('F-0000000000000000', 'Jan')",
		"INSERT INTO timer VALUES (1, 1, 'referral', 'VERIFIED', 'x',"
		" 0)",
		"INSERT INTO audit VALUES (1, 1, 'start', NULL, 'Jan Peeters',"
		" zeroblob(32), zeroblob(32))",
		"INSERT INTO outbox VALUES (1, 'm', NULL, 'T01', 'waiting',"
		" NULL, NULL, 'Jan Peeters', 1, 1, NULL, 0, 0, '', 0, 0)",
		"INSERT INTO outbox VALUES (1, 'm', NULL, 'T01', 'waiting',"
		" NULL, NULL, '', 1, 1, NULL, 0, 0, '550 Jan', 0, 0)",
		"INSERT INTO replay VALUES ('Jan Peeters', 1)",
		"INSERT INTO mail_try VALUES (X'00', 1)",
	};
	struct place *p = *state;
	size_t i;

	assert_int_equal(db_script(p->s->main, "INSERT INTO meeting VALUES ("
	    "'V-0000000000000000', 'operational', 'PLANNED', 1, 2, 0, 1,"
	    " NULL, NULL, NULL, 0, 0)"), GW_OK);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (db_script(p->s->main, bad[i]) == GW_OK)
			fail_msg("accepted: %s", bad[i]);
	assert_int_equal(db_script(p->s->main, "INSERT INTO referral VALUES (1,"
	    " 'A-0123456789ABCDEF', 'member', 'RECEIVED', 1, 1, NULL,"
	    " 'open', 0)"), GW_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_r29_every_column_is_allowed, place_make, place_drop),
		cmocka_unit_test(test_r29_names_of_persons_are_recognised),
		cmocka_unit_test_setup_teardown(
		    test_r29_indices_hold_columns_only, place_make,
		    place_drop),
		cmocka_unit_test_setup_teardown(
		    test_r29_no_column_takes_any_text, place_make,
		    place_drop),
		cmocka_unit_test_setup_teardown(
		    test_r129_no_table_counts_beside_a_partner, place_make,
		    place_drop),
		cmocka_unit_test_setup_teardown(
		    test_r162_no_other_table_links_partners_to_cases,
		    place_make, place_drop),
		cmocka_unit_test_setup_teardown(test_the_guards_can_fail,
		    place_make, place_drop),
		cmocka_unit_test_setup_teardown(test_no_other_objects,
		    place_make, place_drop),
		cmocka_unit_test_setup_teardown(test_all_tables_are_strict,
		    place_make, place_drop),
		cmocka_unit_test_setup_teardown(test_r29_checks_keep_text_out,
		    place_make, place_drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
