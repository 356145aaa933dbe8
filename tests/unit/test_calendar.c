/*
 * Invitations: what we write is read back by libical, carries one invitee
 * (R58), no names (R59) and no value that breaks out of its place; what
 * invitees' programs answer is one reply or unclear, and never another than
 * libical sees.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <libical/ical.h>

#include "base/crypto.h"
#include "calendar_letter.h"
#include "compose/calendar_write.h"
#include "compose/encode.h"
#include "confine/confine.h"
#include "mail/calendar_line.h"
#include "mail/calendar_read.h"
#include "mail/decode.h"
#include "mail/scan.h"

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))

static struct templates *texts;

static int
start(void **state)
{
	(void)state;
	assert_int_equal(crypto_start(), GW_OK);
	texts = load_texts();
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	templates_free(texts);
	return 0;
}

static struct bytes
bytes_of(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

static unsigned
occurrences(const char *s, const char *what)
{
	unsigned n = 0;

	for (; (s = strstr(s, what)) != NULL; s += strlen(what))
		n++;
	return n;
}

/* ---- behind the walls; first, while libical knows no time zone yet ---- */

static bool
core_can_write(void)
{
	struct buf out;

	buf_init(&out, LIM_CALENDAR);
	return confine_enter(ROLE_CORE, NULL, 0) == GW_OK &&
	    calendar_write(&request, &out) == GW_OK &&
	    strstr(buf_str(&out), "\r\nDTSTART:20261215T130000Z\r\n") != NULL;
}

/* The reader's wall kills for anything but reading, writing and memory. */
static bool
parse_can_read(void)
{
	struct calendar_reply r;
	struct buf in, words;
	char *method;

	buf_init(&in, LIM_CALENDAR);
	buf_init(&words, LIM_WORDS);
	if (calendar_write(&request, &in) != GW_OK)
		return false;
	method = strstr((char *)in.p, "METHOD:REQUEST");
	memcpy(method, "METHOD:REPLY\r\n", 14);
	return confine_enter(ROLE_PARSE, NULL, 0) == GW_OK &&
	    confine_parse_child() == GW_OK &&
	    calendar_read((struct bytes){ in.p, in.len }, &r, &words) ==
	    GW_OK && r.calendar == CALENDAR_REPLY;
}

static int
status_of(bool (*can)(void))
{
	int status;
	pid_t pid;

	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(can() ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
test_both_work_behind_their_walls(void **state)
{
	(void)state;
	assert_int_equal(status_of(core_can_write), 0);
	assert_int_equal(status_of(parse_can_read), 0);
}

/* ---- writing ---- */

/* Lines end in CRLF, are short enough and cut between characters. */
static void
assert_lines(const char *s)
{
	const char *end;

	for (; *s != '\0'; s = end + 2) {
		end = strstr(s, "\r\n");
		assert_non_null(end);
		assert_true(end > s && end - s <= 75);
		assert_true(encode_is_clean(s, (size_t)(end - s), false));
	}
}

/* As libical reads it; the caller frees. */
static icalcomponent *
written(const struct calendar_event *e, struct buf *out)
{
	icalcomponent *c;

	buf_init(out, LIM_CALENDAR);
	assert_int_equal(calendar_write(e, out), GW_OK);
	assert_lines(buf_str(out));
	c = icalparser_parse_string(buf_str(out));
	assert_non_null(c);
	assert_int_equal(icalcomponent_count_errors(c), 0);
	return c;
}

static void
assert_param(icalproperty *p, icalparameter_kind kind, const char *value)
{
	icalparameter *a = icalproperty_get_first_parameter(p, kind);
	char *s;

	assert_non_null(a);
	s = icalparameter_as_ical_string_r(a);
	assert_non_null(s);
	assert_string_equal(strchr(s, '=') + 1, value);
	icalmemory_free_buffer(s);
}

/* The properties of an event, and no others, each once. */
static void
assert_properties(icalcomponent *event, const icalproperty_kind *kinds,
    size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		assert_int_equal(icalcomponent_count_properties(event,
		    kinds[i]), 1);
	assert_int_equal(icalcomponent_count_properties(event,
	    ICAL_ANY_PROPERTY), n);
}

static const icalproperty_kind kinds[] = { ICAL_UID_PROPERTY,
	ICAL_SEQUENCE_PROPERTY, ICAL_DTSTAMP_PROPERTY, ICAL_DTSTART_PROPERTY,
	ICAL_DTEND_PROPERTY, ICAL_SUMMARY_PROPERTY, ICAL_CLASS_PROPERTY,
	ICAL_STATUS_PROPERTY, ICAL_ORGANIZER_PROPERTY, ICAL_ATTENDEE_PROPERTY,
	ICAL_LOCATION_PROPERTY };

static icalcomponent *
event_of(icalcomponent *c)
{
	assert_int_equal(icalcomponent_count_components(c, ICAL_ANY_COMPONENT),
	    1);
	return icalcomponent_get_first_component(c, ICAL_VEVENT_COMPONENT);
}

static icalproperty *
property(icalcomponent *event, icalproperty_kind kind)
{
	icalproperty *p = icalcomponent_get_first_property(event, kind);

	assert_non_null(p);
	return p;
}

static void
assert_time(struct icaltimetype t, int64_t want)
{
	assert_true(icaltime_is_utc(t));
	assert_int_equal(icaltime_as_timet(t), want);
}

static void
test_libical_reads_the_invitation_that_was_meant(void **state)
{
	struct calendar_event e = request;
	struct buf out;
	icalcomponent *c, *event;
	icalproperty *p;

	(void)state;
	e.sequence = 3;
	c = written(&e, &out);
	event = event_of(c);
	assert_int_equal(icalcomponent_get_method(c), ICAL_METHOD_REQUEST);
	assert_properties(event, kinds, NELEMS(kinds));
	assert_string_equal(icalcomponent_get_uid(event), UID);
	assert_int_equal(icalcomponent_get_sequence(event), 3);
	assert_string_equal(icalcomponent_get_summary(event), "Overleg");
	assert_string_equal(icalcomponent_get_location(event), e.location);
	assert_int_equal(icalcomponent_get_status(event),
	    ICAL_STATUS_CONFIRMED);
	assert_time(icalcomponent_get_dtstart(event), STARTS);
	assert_time(icalcomponent_get_dtend(event), ENDS);
	assert_time(icalcomponent_get_dtstamp(event), STAMP);
	p = property(event, ICAL_CLASS_PROPERTY);
	assert_int_equal(icalproperty_get_class(p), ICAL_CLASS_PRIVATE);
	p = property(event, ICAL_ORGANIZER_PROPERTY);
	assert_string_equal(icalproperty_get_organizer(p), "mailto:" US);
	/* R59: no names. */
	assert_int_equal(icalproperty_count_parameters(p), 0);
	p = property(event, ICAL_ATTENDEE_PROPERTY);
	assert_string_equal(icalproperty_get_attendee(p), "mailto:" TO);
	assert_int_equal(icalproperty_count_parameters(p), 3);
	/* R47 */
	assert_param(p, ICAL_ROLE_PARAMETER, "OPT-PARTICIPANT");
	assert_param(p, ICAL_PARTSTAT_PARAMETER, "NEEDS-ACTION");
	assert_param(p, ICAL_RSVP_PARAMETER, "FALSE");
	icalcomponent_free(c);
	buf_free(&out);
}

static void
test_a_withdrawal_asks_for_no_answer(void **state)
{
	struct calendar_event e = request;
	struct buf out;
	icalcomponent *c, *event;
	icalproperty *p;

	(void)state;
	e.method = CALENDAR_CANCEL;
	e.sequence = 1;
	c = written(&e, &out);
	event = event_of(c);
	assert_int_equal(icalcomponent_get_method(c), ICAL_METHOD_CANCEL);
	assert_properties(event, kinds, NELEMS(kinds));
	assert_string_equal(icalcomponent_get_uid(event), UID);
	assert_int_equal(icalcomponent_get_status(event),
	    ICAL_STATUS_CANCELLED);
	p = property(event, ICAL_ATTENDEE_PROPERTY);
	assert_int_equal(icalproperty_count_parameters(p), 1);
	assert_param(p, ICAL_ROLE_PARAMETER, "OPT-PARTICIPANT");
	icalcomponent_free(c);
	buf_free(&out);
}

/* R59: nothing but the two addresses says who or what this is about. */
static void
test_an_invitation_tells_nothing(void **state)
{
	static const char *const words[] = { "meldpost", "radicali", "LIVC",
		"Mechelen", "CN=", "DESCRIPTION", "COMMENT", "X-", "libical",
		"U-" };
	struct calendar_event e = request;
	struct buf out;
	size_t i;

	(void)state;
	e.location = "";
	icalcomponent_free(written(&e, &out));
	assert_null(strstr(buf_str(&out), "LOCATION"));
	for (i = 0; i < NELEMS(words); i++)
		assert_null(strstr(buf_str(&out), words[i]));
	assert_int_equal(occurrences(buf_str(&out), "\r\nATTENDEE"), 1);
	buf_free(&out);
}

static const char *const telling[] = { "Overleg radicalisering",
	"RADICALISME", "Cel extremisme", "extr\303\251misme", "LIVC R",
	"livc-r", "Terrorismecel", "CSIL R" };

static void
test_telling_words_are_refused(void **state)
{
	struct calendar_event e;
	struct buf out;
	size_t i;

	(void)state;
	buf_init(&out, LIM_CALENDAR);
	for (i = 0; i < NELEMS(telling); i++) {
		e = request;
		e.summary = telling[i];
		assert_int_equal(calendar_write(&e, &out), GW_DENIED);
		e = request;
		e.location = telling[i];
		assert_int_equal(calendar_write(&e, &out), GW_DENIED);
	}
	assert_int_equal(out.len, 0);
	buf_free(&out);
}

static void
test_odd_locations_come_back_whole(void **state)
{
	static const char *const odd[] = { ",", ";", "\\", "\\n", "\n",
		"a\nb", "a\\nb", "a\\\nb", "a,b;c\\d\"e'f:g",
		"Zaal \"De Brug\"",
		"\n\n", "a  b", "caf\303\251", "\303\251\303\251\303\251"
		"\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303"
		"\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251"
		"\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303"
		"\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251"
		"\303\251\303\251\303\251\303\251\303\251\303\251\303\251",
		"https://x.example/?a=b&c=d#e", "BEGIN:VEVENT", "%0D%0A", "^n",
		"a\nATTENDEE:mailto:x@y.example", "a\nEND:VEVENT\nBEGIN:VEVENT",
		"a\n DTSTART:20200101T000000Z", "\\;X=\"y", "\360\237\217\233",
		"=0D=0AATTENDEE:mailto:x@y.example", "x\\\\nATTENDEE:y",
		/* Cut at every column. */
		"Stadhuis van de stad, Grote Markt eenentwintig, achteraan, "
		"derde verdieping; \303\251\303\251n bel voor zaal zeven, twee "
		"bellen voor zaal acht, \342\202\254 5 voor wie parkeert" };
	struct calendar_event e = request;
	struct buf out;
	icalcomponent *c, *event;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(odd); i++) {
		e.location = odd[i];
		c = written(&e, &out);
		event = event_of(c);
		assert_properties(event, kinds, NELEMS(kinds));
		assert_string_equal(icalproperty_get_location(property(event,
		    ICAL_LOCATION_PROPERTY)), odd[i]);
		assert_string_equal(icalcomponent_get_uid(event), UID);
		icalcomponent_free(c);
		buf_free(&out);
	}
}

/* Any run of characters that mean something somewhere, of any length. */
static void
test_no_location_breaks_out(void **state)
{
	static const char *const unit[] = { ",", ";", ":", "\\", "\n", "\"",
		" ", "n", "x", "=", "\303\251", "\342\202\254",
		"BEGIN:VEVENT", "\nATTENDEE:mailto:x@y.example", "END:VEVENT",
		"\360\237\217\240", "^", "%" };
	struct calendar_event e = request;
	char location[LIM_LOCATION + 1];
	unsigned seed = 1;
	struct buf out;
	icalcomponent *c;
	const char *u;
	size_t n, round;

	(void)state;
	for (round = 0; round < 2000; round++) {
		location[0] = 'a';
		for (n = 1;; n += strlen(u)) {
			seed = seed * 1103515245u + 12345u;
			u = unit[(seed >> 16) % NELEMS(unit)];
			if (n + strlen(u) > 1 + round % (LIM_LOCATION - 1))
				break;
			memcpy(location + n, u, strlen(u));
		}
		/* libical drops blanks at the end when it reads. */
		memcpy(location + n, "z", 2);
		e.location = location;
		c = written(&e, &out);
		assert_properties(event_of(c), kinds, NELEMS(kinds));
		assert_string_equal(icalproperty_get_location(property(
		    event_of(c), ICAL_LOCATION_PROPERTY)), location);
		icalcomponent_free(c);
		buf_free(&out);
	}
}

static void
test_what_may_not_be_written_is_refused(void **state)
{
	static char longer[LIM_LOCATION + 2];
	const struct calendar_event row[] = {
		{ .uid = "" }, { .uid = "3F9C2B7E41D8A6059B7C1E2D4F60A8B3" },
		{ .uid = UID "0" }, { .uid = "x\r\nATTENDEE:mailto:a@b.c" },
		{ .sequence = LIM_SEQUENCE + 1 },
		{ .start = -1 }, { .start = ENDS }, { .end = STARTS - 1 },
		{ .end = INT64_MAX }, { .stamp = INT64_MIN },
		{ .attendee = "els" }, { .attendee = "els@CLB.example" },
		{ .attendee = "els@clb.example\r\nATTENDEE:mailto:a@b.c" },
		{ .attendee = "a@b.example,c@d.example" },
		{ .attendee = "els@clb.example;x=y" },
		{ .organiser = "x\ny@z.example" },
		{ .organiser = "\"x\"@y.example" },
		{ .summary = "a\nb" }, { .summary = "a\rb" },
		{ .location = "a\r\nATTENDEE:mailto:a@b.example" },
		{ .location = "a\tb" }, { .location = "\342\200\250" },
		{ .location = "\342\200\256x" }, { .location = "\303" },
		{ .location = "a\001b" }, { .location = longer }
	};
	struct calendar_event e;
	enum gw_err err;
	struct buf out;
	size_t i;

	(void)state;
	memset(longer, 'a', sizeof(longer) - 1);
	buf_init(&out, LIM_CALENDAR);
	for (i = 0; i < NELEMS(row); i++) {
		e = request;
		e.uid = row[i].uid != NULL ? row[i].uid : e.uid;
		e.sequence = row[i].sequence;
		e.start = row[i].start != 0 ? row[i].start : e.start;
		e.end = row[i].end != 0 ? row[i].end : e.end;
		e.stamp = row[i].stamp != 0 ? row[i].stamp : e.stamp;
		e.attendee = row[i].attendee != NULL ? row[i].attendee : TO;
		e.organiser = row[i].organiser != NULL ? row[i].organiser : US;
		e.summary = row[i].summary != NULL ? row[i].summary : "Overleg";
		e.location = row[i].location != NULL ? row[i].location : "";
		err = calendar_write(&e, &out);
		assert_int_equal(err, row[i].location == longer ? GW_LIMIT :
		    GW_FORMAT);
	}
	assert_int_equal(out.len, 0);
	buf_free(&out);
}

/* An answer to what we wrote is about what we wrote, also where an address
 * holds what a URI may not. */
static void
test_what_is_written_is_read_when_it_comes_back(void **state)
{
	static const char *const odd[] = { TO, "els+clb@clb.example",
		"a%b@c.example", "a?b#c&d=e/f@c.example", "o'hara@c.example",
		"`^{|}~!$*_-@c.example", "%41@c.example" };
	struct calendar_event e = request;
	struct calendar_reply r;
	struct buf out, words;
	char *method;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(odd); i++) {
		e.attendee = odd[i];
		e.sequence = (uint32_t)i;
		icalcomponent_free(written(&e, &out));
		method = strstr((char *)out.p, "METHOD:REQUEST");
		assert_non_null(method);
		memcpy(method, "METHOD:REPLY\r\n", 14);
		buf_init(&words, LIM_WORDS);
		assert_int_equal(calendar_read((struct bytes){ out.p, out.len },
		    &r, &words), GW_OK);
		assert_int_equal(r.calendar, CALENDAR_REPLY);
		assert_string_equal(r.attendee, odd[i]);
		assert_string_equal(r.uid, UID);
		assert_int_equal(r.sequence, i);
		assert_int_equal(r.partstat, PARTSTAT_NONE);
		buf_free(&words);
		buf_free(&out);
	}
}

/* ---- the letter ---- */

static void
test_a_letter_brings_the_event_beside_its_text(void **state)
{
	static const char *const types[] = { "multipart/mixed",
		"multipart/alternative", "text/plain", "text/calendar" };
	static struct scan s;
	struct letter l = invitation;
	struct composed c;
	struct bytes entity;
	struct buf event;
	uint8_t *decoded;
	size_t n, i;

	(void)state;
	assert_int_equal(compose(texts, &office, &l, &c), GW_OK);
	assert_null(strstr(buf_str(&c.head), "ATTENDEE:"));
	entity = (struct bytes){ c.head.p + c.outer_len,
		c.head.len - c.outer_len };
	scan_mail(&s, entity);
	assert_int_equal(s.reason, REASON_OK);
	assert_int_equal(s.parts, NELEMS(types));
	for (i = 0; i < NELEMS(types); i++) {
		assert_string_equal(s.part[i].type, types[i]);
		assert_int_equal(s.part[i].depth, i < 3 ? i : 2);
	}
	/* The ending alone stands behind what keys may attach to. */
	assert_int_equal(s.part[0].epilogue.len, 0);
	assert_true(c.prefix_len < entity.n);
	assert_int_equal(decode_body(scan_body(&s, 3), s.part[3].encoding,
	    &decoded, &n), GW_OK);
	buf_init(&event, LIM_CALENDAR);
	assert_int_equal(calendar_write(&request, &event), GW_OK);
	assert_true(n >= event.len - 2);
	assert_memory_equal(decoded, event.p, event.len - 2);
	free(decoded);
	buf_free(&event);
	buf_free(&c.head);
}

static void
test_the_part_says_what_it_is_for(void **state)
{
	struct calendar_event e = request;
	struct letter l = invitation;
	struct composed c;
	size_t i;

	(void)state;
	l.calendar = &e;
	for (i = 0; i < 2; i++) {
		e.method = i == 0 ? CALENDAR_REQUEST : CALENDAR_CANCEL;
		assert_int_equal(compose(texts, &office, &l, &c), GW_OK);
		assert_non_null(strstr(buf_str(&c.head), i == 0 ?
		    "\r\nContent-Type: text/calendar; charset=utf-8; "
		    "method=REQUEST;\r\n" :
		    "\r\nContent-Type: text/calendar; charset=utf-8; "
		    "method=CANCEL;\r\n"));
		assert_int_equal(occurrences(buf_str(&c.head), "METHOD:"), 1);
		/* RFC 9788 stands where it stood. */
		assert_non_null(strstr(buf_str(&c.head), "\r\n hp=\"cipher\";"
		    " protected-headers=\"v1\"\r\n\r\n--=_"));
		buf_free(&c.head);
	}
}

/* R58: the event is for whom the letter is for, and from us. */
static void
test_an_event_goes_to_its_invitee_only(void **state)
{
	struct calendar_event e = request;
	struct letter l = invitation;
	struct composed c;

	(void)state;
	l.calendar = &e;
	e.attendee = "jan@caw.example";
	assert_int_equal(compose(texts, &office, &l, &c), GW_FORMAT);
	e = request;
	e.organiser = "an@mechelen.example";
	assert_int_equal(compose(texts, &office, &l, &c), GW_FORMAT);
	e = request;
	e.summary = "Overleg LIVC R";
	assert_int_equal(compose(texts, &office, &l, &c), GW_DENIED);
	assert_int_equal(c.head.len, 0);
	l.calendar = NULL;
	assert_int_equal(compose(texts, &office, &l, &c), GW_FORMAT);
	brings_event = false;
	assert_int_equal(compose(texts, &office, &l, &c), GW_OK);
	assert_null(strstr(buf_str(&c.head), "alternative"));
	buf_free(&c.head);
	l.calendar = &request;
	assert_int_equal(compose(texts, &office, &l, &c), GW_DENIED);
	brings_event = true;
	l.clear = true;
	assert_int_equal(compose(texts, &office, &l, &c), GW_DENIED);
}

static void
test_a_uid_is_fresh_and_of_our_shape(void **state)
{
	char a[LIM_UID + 1], b[LIM_UID + 1], c[LIM_UID + 1];

	(void)state;
	compose_uid(a);
	compose_uid(b);
	assert_string_not_equal(a, b);
	assert_true(calendar_uid(bytes_of(a), c));
	assert_string_equal(a, c);
	assert_false(calendar_uid(bytes_of("x"), c));
	assert_false(calendar_uid(bytes_of("3f9c2b7e41d8a6059b7c1e2d4f60a8bg"),
	    c));
	assert_string_equal(c, "");
}

/* ---- reading ---- */

static void
read_text(struct bytes in, struct calendar_reply *r, struct buf *words)
{
	buf_init(words, LIM_WORDS);
	assert_int_equal(calendar_read(in, r, words), GW_OK);
}

static size_t
slurp(const char *name, uint8_t *out, size_t size)
{
	const char *top = getenv("srcdir");
	char path[512];
	size_t n;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/tests/corpus/calendar/%s",
	    top == NULL ? "." : top, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	n = fread(out, 1, size, f);
	fclose(f);
	return n;
}

static const struct {
	const char *file;
	enum partstat partstat;
	uint32_t sequence;
	const char *words;
} fixtures[] = {
	{ "thunderbird.ics", PARTSTAT_ACCEPTED, 0, "" },
	{ "outlook-desktop.ics", PARTSTAT_DECLINED, 1,
	    "Onze dienst begeleidt deze leerlingen niet. Wij delen daarom "
	    "niets en komen niet; bel gerust.\n\nMet vriendelijke groeten\n"
	    "Els" },
	{ "outlook-web.ics", PARTSTAT_TENTATIVE, 0, "" },
	{ "apple.ics", PARTSTAT_ACCEPTED, 0,
	    "Ik kom heel graag en te voet, maar ik b\303\251n er pas om 14 u. "
	    "30: \303\251\303\251n trein per uur\342\200\246" },
	{ "gmail.ics", PARTSTAT_DECLINED, 0,
	    "Niet onze leerling; zie \"brief\" van 3/11.\nGroeten, Els" },
	{ "korganizer.ics", PARTSTAT_DELEGATED, 2,
	    "Onze directeur komt.\nIk ben er niet bij." }
};

static void
test_replies_of_six_programs_are_read(void **state)
{
	uint8_t in[8192];
	struct calendar_reply r;
	struct buf words;
	size_t i, n;

	(void)state;
	for (i = 0; i < NELEMS(fixtures); i++) {
		n = slurp(fixtures[i].file, in, sizeof(in));
		read_text((struct bytes){ in, n }, &r, &words);
		assert_int_equal(r.calendar, CALENDAR_REPLY);
		assert_int_equal(r.partstat, fixtures[i].partstat);
		assert_int_equal(r.sequence, fixtures[i].sequence);
		assert_string_equal(r.uid, UID);
		assert_string_equal(r.attendee, TO);
		assert_string_equal(buf_str(&words), fixtures[i].words);
		buf_free(&words);
	}
}

/* The same reply in one place other; `with` replaces `line`. */
static void
read_changed(const char *line, const char *with, struct calendar_reply *r,
    struct buf *words)
{
	static const char *const lines[] = { "BEGIN:VCALENDAR", "VERSION:2.0",
		"METHOD:REPLY", "BEGIN:VEVENT", "UID:" UID, "SEQUENCE:4",
		"DTSTAMP:20261125T091431Z",
		"ATTENDEE;PARTSTAT=ACCEPTED:mailto:" TO, "END:VEVENT",
		"END:VCALENDAR" };
	bool found = false;
	struct buf in;
	size_t i;

	buf_init(&in, LIM_CALENDAR);
	for (i = 0; i < NELEMS(lines); i++) {
		if (strncmp(lines[i], line, strlen(line)) == 0 && !found) {
			buf_printf(&in, "%s\r\n", with);
			found = true;
		} else {
			buf_printf(&in, "%s\r\n", lines[i]);
		}
	}
	assert_true(found && buf_error(&in) == GW_OK);
	read_text((struct bytes){ in.p, in.len }, r, words);
	buf_free(&in);
}

#define ATTENDEE "ATTENDEE;PARTSTAT=ACCEPTED:mailto:" TO
#define EVENT "BEGIN:VEVENT\r\nUID:" UID "\r\n" ATTENDEE "\r\nEND:VEVENT"

/* Doubt is never consent (design.md 6). */
static void
test_whatever_is_no_single_reply_is_unclear(void **state)
{
	static const struct {
		const char *line, *with;
	} row[] = {
		{ "METHOD", "METHOD:REQUEST" }, { "METHOD", "METHOD:COUNTER" },
		{ "METHOD", "METHOD:PUBLISH" }, { "METHOD", "METHOD:" },
		{ "METHOD", "METHOD:REPLYX" }, { "METHOD", "X-M:REPLY" },
		{ "METHOD", "METHOD:REPLY\r\nMETHOD:REPLY" },
		{ "METHOD", "METHOD:REPLY\r\nMETHOD:CANCEL" },
		{ "VERSION", "VERSION:1.0" }, { "VERSION", "X:2.0" },
		{ "BEGIN:VCALENDAR", "METHOD:REPLY\r\nBEGIN:VCALENDAR" },
		{ "BEGIN:VCALENDAR", "BEGIN:VCALENDAR\r\nBEGIN:VCALENDAR" },
		{ "BEGIN:VCALENDAR", "X:y" },
		{ "END:VCALENDAR", "END:VCALENDAR\r\nBEGIN:VCALENDAR" },
		{ "END:VCALENDAR", "END:VCALENDAR\r\nX-A:b" },
		{ "END:VCALENDAR", "" }, { "END:VEVENT", "" },
		{ "END:VEVENT", "END:VTODO" },
		{ "END:VEVENT", "END:VCALENDAR" },
		{ "END:VEVENT", "END:VEVENT\r\n" EVENT },
		{ "BEGIN:VEVENT", EVENT "\r\nBEGIN:VEVENT" },
		{ "BEGIN:VEVENT", "BEGIN:VEVENT\r\n" EVENT },
		{ "BEGIN:VEVENT", "BEGIN:VTODO" },
		{ "BEGIN:VEVENT", "BEGIN:VTODO\r\nEND:VTODO\r\nBEGIN:VEVENT" },
		{ "BEGIN:VEVENT", "BEGIN:STANDARD\r\nEND:STANDARD\r\n"
		    "BEGIN:VEVENT" },
		{ "DTSTAMP", "BEGIN:VALARM\r\nBEGIN:VALARM\r\nEND:VALARM\r\n"
		    "END:VALARM" },
		{ "DTSTAMP", "BEGIN:X-A\r\nEND:X-A" },
		{ "UID", "X:y" }, { "UID", "UID:" }, { "UID", "UID:abc" },
		{ "UID", "UID:" UID "@google.com" },
		{ "UID", "UID:" UID "\r\nUID:" UID },
		{ "SEQUENCE", "SEQUENCE:" }, { "SEQUENCE", "SEQUENCE:-1" },
		{ "SEQUENCE", "SEQUENCE:1x" },
		{ "SEQUENCE", "SEQUENCE:1000001" },
		{ "SEQUENCE", "SEQUENCE:99999999999999999999" },
		{ "SEQUENCE", "SEQUENCE:1\r\nSEQUENCE:1" },
		{ "DTSTAMP", "RRULE:FREQ=DAILY" },
		{ "DTSTAMP", "RDATE:20261216T130000Z" },
		{ "DTSTAMP", "EXDATE:20261216T130000Z" },
		{ "DTSTAMP", "EXRULE:FREQ=DAILY" },
		{ "DTSTAMP", "recurrence-id;TZID=x:20261216T130000" },
		{ "DTSTAMP", "no line" }, { "DTSTAMP", ":x" },
		{ "DTSTAMP", ";x=y:z" }, { "DTSTAMP", "X;:y" },
		{ "DTSTAMP", "X;y:z" }, { "DTSTAMP", "X;y=\"z:a" },
		{ "DTSTAMP", "X;y=z\"a\":b" }, { "DTSTAMP", "X y:z" },
		{ "ATTENDEE", "X:y" }, { "ATTENDEE", ATTENDEE "\r\n" ATTENDEE },
		{ "ATTENDEE", "ATTENDEE;PARTSTAT=ACCEPTED:" TO },
		{ "ATTENDEE", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:" },
		{ "ATTENDEE", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:els" },
		{ "ATTENDEE", "ATTENDEE;PARTSTAT=ACCEPTED:urn:uuid:1" },
		{ "ATTENDEE", ATTENDEE ",mailto:jan@caw.example" },
		{ "ATTENDEE", ATTENDEE "?subject=x" },
		{ "ATTENDEE", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:e%00@c.d" },
		{ "ATTENDEE", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:e%zz@c.d" },
		{ "ATTENDEE", "ATTENDEE;PARTSTAT=COMPLETED:mailto:" TO },
		{ "ATTENDEE", "ATTENDEE;PARTSTAT=:mailto:" TO },
		{ "ATTENDEE", "ATTENDEE;PARTSTAT=YES:mailto:" TO },
		{ "ATTENDEE", "ATTENDEE;PARTSTAT=ACCEPTED,X:mailto:" TO },
		{ "ATTENDEE", "ATTENDEE;PARTSTAT=ACCEPTED;PARTSTAT=DECLINED:"
		    "mailto:" TO },
		{ "ATTENDEE", "ATTENDEE;CN=x:y;PARTSTAT=ACCEPTED:mailto:" TO }
	};
	struct calendar_reply r;
	struct buf words;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(row); i++) {
		read_changed(row[i].line, row[i].with, &r, &words);
		if (r.calendar != CALENDAR_UNCLEAR)
			fail_msg("%s is a reply", row[i].with);
		assert_string_equal(r.uid, "");
		assert_string_equal(r.attendee, "");
		assert_int_equal(r.partstat, PARTSTAT_NONE);
		assert_int_equal(r.sequence, 0);
		assert_int_equal(words.len, 0);
		buf_free(&words);
	}
}

static void
test_what_makes_no_difference(void **state)
{
	static const struct {
		const char *line, *with;
	} row[] = {
		{ "METHOD", "METHOD:REPLY" }, { "METHOD", "method: reply " },
		{ "METHOD", "METHOD;X-A=b:REPLY" },
		{ "BEGIN:VCALENDAR", "\357\273\277BEGIN:VCALENDAR" },
		{ "BEGIN:VCALENDAR", "\r\nbegin:vcalendar" },
		{ "END:VCALENDAR", "END:VCALENDAR\r\n\r\n \r\n" },
		{ "DTSTAMP", "DESCRIPTION:METHOD:CANCEL\\nEND:VEVENT" },
		{ "DTSTAMP", "X-A:b\r\n END:VEVENT" },
		{ "DTSTAMP", "BEGIN:VALARM\r\nATTENDEE:mailto:a@b.example\r\n"
		    "UID:x\r\nRRULE:x\r\nEND:VALARM" },
		{ "BEGIN:VEVENT", "BEGIN:VTIMEZONE\r\nBEGIN:DAYLIGHT\r\n"
		    "RRULE:x\r\nCOMMENT:y\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
		    "BEGIN:VEVENT" },
		{ "ATTENDEE", "ATTENDEE;X-A=\"PARTSTAT=DECLINED\";PARTSTAT="
		    "ACCEPTED;CN=\"a;b:c,d\":mailto:" TO },
		{ "ATTENDEE", "ATTENDEE;PARTSTAT=\"ACCEPTED\":MAILTO: els@CLB."
		    "example" },
		{ "ATTENDEE", "ATTENDEE;X=a,b,\"c\";PARTSTAT=accepted:mailto:"
		    "%65ls@clb.example" },
		{ "UID", "U\r\n I\n\tD:3f9c2b7e41d8a605\r\n 9b7c1e2d4f60a8b3" }
	};
	struct calendar_reply r;
	struct buf words;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(row); i++) {
		read_changed(row[i].line, row[i].with, &r, &words);
		if (r.calendar != CALENDAR_REPLY)
			fail_msg("%s is unclear", row[i].with);
		assert_string_equal(r.uid, UID);
		assert_string_equal(r.attendee, TO);
		assert_int_equal(r.partstat, PARTSTAT_ACCEPTED);
		assert_int_equal(r.sequence, 4);
		assert_int_equal(words.len, 0);
		buf_free(&words);
	}
	read_changed("SEQUENCE", "X:y", &r, &words);
	assert_int_equal(r.calendar, CALENDAR_REPLY);
	assert_int_equal(r.sequence, 0);
	buf_free(&words);
	read_changed("ATTENDEE", "ATTENDEE:mailto:" TO, &r, &words);
	assert_int_equal(r.calendar, CALENDAR_REPLY);
	assert_int_equal(r.partstat, PARTSTAT_NONE);
	buf_free(&words);
}

/* What goes on to the mayor is text, whatever was sent. */
static void
test_words_are_clean(void **state)
{
	static const struct {
		const char *with, *words;
	} row[] = {
		{ "COMMENT:a\\,b\\;c\\\\n\\Nd\\\"", "a,b;c\\n\nd\"" },
		{ "COMMENT:\\", "\\" }, { "COMMENT:", "" },
		{ "COMMENT: \\n\\n ", "" },
		{ "COMMENT:a\r\nCOMMENT:b", "a\nb" },
		{ "COMMENT;ALTREP=\"cid:x\";LANGUAGE=nl:a:b;c", "a:b;c" },
		{ "COMMENT:a\033[2J\177\013b", "a[2Jb" },
		{ "COMMENT:\342\200\256a\342\200\213\357\273\277", "a" },
		{ "COMMENT:caf\303\251", "caf\303\251" },
		{ "COMMENT:caf\351 \200", "caf\303\251 \342\202\254" },
		{ "COMMENT:a\tb\\n\r\n c", "a b\nc" },
		{ "X-COMMENT:a", "" }, { "DESCRIPTION:a", "" }
	};
	struct calendar_reply r;
	struct buf words;
	size_t i;

	(void)state;
	for (i = 0; i < NELEMS(row); i++) {
		read_changed("DTSTAMP", row[i].with, &r, &words);
		assert_int_equal(r.calendar, CALENDAR_REPLY);
		assert_string_equal(buf_str(&words), row[i].words);
		buf_free(&words);
	}
}

static void
test_too_much_is_unclear(void **state)
{
	static char in[LIM_CALENDAR + 2], with[LIM_WORDS + 64];
	struct calendar_reply r;
	struct buf words;
	size_t n;

	(void)state;
	for (n = LIM_WORDS - 1; n <= LIM_WORDS + 1; n++) {
		memset(with, 'a', sizeof(with));
		memcpy(with, "COMMENT:", 8);
		with[8 + n] = '\0';
		read_changed("DTSTAMP", with, &r, &words);
		assert_int_equal(r.calendar, n <= LIM_WORDS ? CALENDAR_REPLY :
		    CALENDAR_UNCLEAR);
		assert_int_equal(words.len, n <= LIM_WORDS ? n : 0);
		buf_free(&words);
	}
	n = slurp("thunderbird.ics", (uint8_t *)in, sizeof(in));
	memset(in + n, '\n', sizeof(in) - n);
	read_text((struct bytes){ (uint8_t *)in, LIM_CALENDAR }, &r, &words);
	assert_int_equal(r.calendar, CALENDAR_REPLY);
	read_text((struct bytes){ (uint8_t *)in, LIM_CALENDAR + 1 }, &r,
	    &words);
	assert_int_equal(r.calendar, CALENDAR_UNCLEAR);
	in[n] = '\0';
	read_text((struct bytes){ (uint8_t *)in, n + 1 }, &r, &words);
	assert_int_equal(r.calendar, CALENDAR_UNCLEAR);
	read_text((struct bytes){ NULL, 0 }, &r, &words);
	assert_int_equal(r.calendar, CALENDAR_UNCLEAR);
}

static void
test_half_a_reply_is_unclear(void **state)
{
	uint8_t in[8192];
	struct calendar_reply r;
	struct buf words;
	size_t i, n, cut;

	(void)state;
	for (i = 0; i < NELEMS(fixtures); i++) {
		n = slurp(fixtures[i].file, in, sizeof(in));
		while (in[n - 1] == '\n' || in[n - 1] == '\r')
			n--;
		for (cut = 0; cut < n; cut++) {
			read_text((struct bytes){ in, cut }, &r, &words);
			assert_int_equal(r.calendar, CALENDAR_UNCLEAR);
			assert_int_equal(words.len, 0);
		}
		read_text((struct bytes){ in, n }, &r, &words);
		assert_int_equal(r.calendar, CALENDAR_REPLY);
		buf_free(&words);
	}
}

/* ---- against libical, and against chance ---- */

/* libical must see one reply with the same UID and, but for the case of
 * letters and what a URI escapes, the same answer of the same invitee. */
static void
assert_libical_agrees(const uint8_t *in, size_t n,
    const struct calendar_reply *r)
{
	char *copy = calloc(1, n + 1);
	icalcomponent *c, *event;
	icalparameter *a;
	icalproperty *p;
	const char *v;

	assert_non_null(copy);
	memcpy(copy, in, n);
	c = icalparser_parse_string(copy + (memcmp(in, "\357\273\277", 3) == 0 ?
	    3 : 0));
	assert_non_null(c);
	assert_int_equal(icalcomponent_isa(c), ICAL_VCALENDAR_COMPONENT);
	assert_int_equal(icalcomponent_get_method(c), ICAL_METHOD_REPLY);
	assert_int_equal(icalcomponent_count_components(c,
	    ICAL_VEVENT_COMPONENT), 1);
	event = icalcomponent_get_first_component(c, ICAL_VEVENT_COMPONENT);
	v = icalcomponent_get_uid(event);
	assert_non_null(v);
	assert_true(bytes_same(bytes_trim(bytes_of(v)), r->uid));
	assert_int_equal(icalcomponent_count_properties(event,
	    ICAL_ATTENDEE_PROPERTY), 1);
	p = property(event, ICAL_ATTENDEE_PROPERTY);
	v = icalproperty_get_attendee(p);
	assert_true(strchr(v, '%') != NULL ||
	    bytes_same(bytes_trim(bytes_of(strchr(v, ':') + 1)), r->attendee));
	a = icalproperty_get_first_parameter(p, ICAL_PARTSTAT_PARAMETER);
	if (r->partstat == PARTSTAT_NONE)
		assert_true(a == NULL || icalparameter_get_partstat(a) ==
		    ICAL_PARTSTAT_NEEDSACTION);
	else
		assert_int_equal(icalparameter_get_partstat(a),
		    r->partstat == PARTSTAT_ACCEPTED ? ICAL_PARTSTAT_ACCEPTED :
		    r->partstat == PARTSTAT_DECLINED ? ICAL_PARTSTAT_DECLINED :
		    r->partstat == PARTSTAT_TENTATIVE ?
		    ICAL_PARTSTAT_TENTATIVE : ICAL_PARTSTAT_DELEGATED);
	icalcomponent_free(c);
	free(copy);
}

static void
test_libical_reads_the_same_from_each_reply(void **state)
{
	uint8_t in[8192];
	struct calendar_reply r;
	struct buf words;
	size_t i, n;

	(void)state;
	for (i = 0; i < NELEMS(fixtures); i++) {
		n = slurp(fixtures[i].file, in, sizeof(in));
		read_text((struct bytes){ in, n }, &r, &words);
		assert_libical_agrees(in, n, &r);
		buf_free(&words);
	}
}

static unsigned
chance(unsigned *seed, unsigned below)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % below;
}

/* One to four changes: a byte, a cut, a run from elsewhere, a sign. */
static size_t
mutate(unsigned *seed, uint8_t *p, size_t n)
{
	static const char signs[] = "\r\n ;:,=\"\\\tAz09\303\251^%";
	unsigned i, times = 1 + chance(seed, 4);
	size_t at, from, len;

	for (i = 0; i < times && n > 64; i++) {
		at = chance(seed, (unsigned)n - 32);
		from = chance(seed, (unsigned)n - 32);
		len = 1 + chance(seed, 31);
		switch (chance(seed, 4)) {
		case 0:
			p[at] = (uint8_t)chance(seed, 256);
			break;
		case 1:
			memmove(p + at, p + at + len, n - at - len);
			n -= len;
			break;
		case 2:
			memmove(p + at, p + from, len);
			break;
		default:
			p[at] = (uint8_t)signs[chance(seed,
			    sizeof(signs) - 1)];
		}
	}
	return n;
}

static void
test_mutated_replies_are_unclear_or_what_libical_reads(void **state)
{
	unsigned seed = 20261125, replies = 0, round;
	uint8_t in[8192];
	struct calendar_reply r;
	struct buf words;
	char uid[LIM_UID + 1];
	size_t n;

	(void)state;
	for (round = 0; round < 3000; round++) {
		n = slurp(fixtures[round % NELEMS(fixtures)].file, in,
		    sizeof(in));
		n = mutate(&seed, in, n);
		read_text((struct bytes){ in, n }, &r, &words);
		if (r.calendar == CALENDAR_REPLY) {
			replies++;
			assert_true(calendar_uid(bytes_of(r.uid), uid));
			assert_true(encode_is_clean(buf_str(&words), words.len,
			    true));
			assert_libical_agrees(in, n, &r);
		} else {
			assert_int_equal(words.len, 0);
		}
		buf_free(&words);
	}
	/* Most changes are somewhere else; some must be noticed. */
	assert_in_range(replies, 300, 2700);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_work_behind_their_walls),
		cmocka_unit_test(
		    test_libical_reads_the_invitation_that_was_meant),
		cmocka_unit_test(test_a_withdrawal_asks_for_no_answer),
		cmocka_unit_test(test_an_invitation_tells_nothing),
		cmocka_unit_test(test_telling_words_are_refused),
		cmocka_unit_test(test_odd_locations_come_back_whole),
		cmocka_unit_test(test_no_location_breaks_out),
		cmocka_unit_test(test_what_may_not_be_written_is_refused),
		cmocka_unit_test(
		    test_what_is_written_is_read_when_it_comes_back),
		cmocka_unit_test(
		    test_a_letter_brings_the_event_beside_its_text),
		cmocka_unit_test(test_the_part_says_what_it_is_for),
		cmocka_unit_test(test_an_event_goes_to_its_invitee_only),
		cmocka_unit_test(test_a_uid_is_fresh_and_of_our_shape),
		cmocka_unit_test(test_replies_of_six_programs_are_read),
		cmocka_unit_test(test_whatever_is_no_single_reply_is_unclear),
		cmocka_unit_test(test_what_makes_no_difference),
		cmocka_unit_test(test_words_are_clean),
		cmocka_unit_test(test_too_much_is_unclear),
		cmocka_unit_test(test_half_a_reply_is_unclear),
		cmocka_unit_test(test_libical_reads_the_same_from_each_reply),
		cmocka_unit_test(
		    test_mutated_replies_are_unclear_or_what_libical_reads)
	};

	return cmocka_run_group_tests(tests, start, stop);
}
