#include "compose/calendar_write.h"

#include <libical/ical.h>
#include <string.h>
#include <time.h>

#include "base/address.h"
#include "base/calendar.h"
#include "base/limits.h"
#include "compose/encode.h"

/* R59: not the name of this program either, which tells what it is for. */
#define PRODID		"-//Overleg//NONSGML 1.0//NL"

/* 31 December 9999: what four digits of a year can say. */
#define LAST_SECOND	INT64_C(253402300799)

#define SCHEME		"mailto:"
#define URI_MAX		(sizeof(SCHEME) + 3 * LIM_ADDR)

/* What is being written, and whether memory ran out. */
struct writing {
	icalcomponent *calendar, *event;
	bool failed;
};

const char *
calendar_method_name(enum calendar_method m)
{
	return m == CALENDAR_CANCEL ? "CANCEL" : "REQUEST";
}

/* R59. Stems of words in the languages of the country. */
static bool
is_telling(const char *text)
{
	static const char *const stems[] = { "radicali", "extremis",
		"extr\303\251mis", "terroris", "livc", "csil" };
	struct bytes b = { (const uint8_t *)text, strlen(text) };
	size_t i;

	for (i = 0; i < sizeof(stems) / sizeof(stems[0]); i++) {
		if (bytes_contains(b, stems[i]))
			return true;
	}
	return false;
}

enum gw_err
calendar_may_say(const char *text, size_t most)
{
	size_t n = strlen(text);

	if (n > most)
		return GW_LIMIT;
	if (!encode_is_clean(text, n, true))
		return GW_FORMAT;
	return is_telling(text) ? GW_DENIED : GW_OK;
}

static bool
is_canonical(const char *address)
{
	char canonical[LIM_ADDR + 1];

	return address_canonical(address, canonical) &&
	    strcmp(address, canonical) == 0;
}

static bool
is_time(int64_t t)
{
	return t >= 0 && t <= LAST_SECOND;
}

static enum gw_err
check(const struct calendar_event *e)
{
	struct bytes uid = { (const uint8_t *)e->uid, strlen(e->uid) };
	char canonical[LIM_UID + 1];
	enum gw_err err;

	if (!calendar_uid(uid, canonical) || strcmp(e->uid, canonical) != 0 ||
	    e->sequence > LIM_SEQUENCE || !is_canonical(e->organiser) ||
	    !is_canonical(e->attendee))
		return GW_FORMAT;
	if (!is_time(e->start) || !is_time(e->end) || !is_time(e->stamp) ||
	    e->end <= e->start)
		return GW_FORMAT;
	if (e->summary[0] == '\0' || strchr(e->summary, '\n') != NULL)
		return GW_FORMAT;
	err = calendar_may_say(e->summary, LIM_SUMMARY);
	return err != GW_OK ? err :
	    calendar_may_say(e->location, LIM_LOCATION);
}

/* RFC 6068 2: what an address may hold and such a URI may not. */
static void
write_uri(const char *address, char out[URI_MAX])
{
	static const char hex[] = "0123456789ABCDEF";
	char *p = out + strlen(SCHEME);

	memcpy(out, SCHEME, strlen(SCHEME));
	for (; *address != '\0'; address++) {
		if (strchr("#%&/=?^`{|}", *address) == NULL) {
			*p++ = *address;
			continue;
		}
		*p++ = '%';
		*p++ = hex[(unsigned char)*address >> 4];
		*p++ = hex[(unsigned char)*address & 15];
	}
	*p = '\0';
}

static void
put(struct writing *w, icalcomponent *in, icalproperty *p)
{
	if (p == NULL)
		w->failed = true;
	else
		icalcomponent_add_property(in, p);
}

static void
set(struct writing *w, icalproperty *p, icalparameter *value)
{
	if (value == NULL)
		w->failed = true;
	else
		icalproperty_add_parameter(p, value);
}

/* libical looks for its list of time zones at the first one; where the walls
 * refuse that it goes on, for UTC needs none. */
static struct icaltimetype
utc(int64_t t)
{
	return icaltime_from_timet_with_zone((time_t)t, 0,
	    icaltimezone_get_utc_timezone());
}

/* R58: exactly one. R47: OPT-PARTICIPANT. */
static void
write_attendee(struct writing *w, const struct calendar_event *e)
{
	char uri[URI_MAX];
	icalproperty *p;

	write_uri(e->attendee, uri);
	p = icalproperty_new_attendee(uri);
	put(w, w->event, p);
	if (p == NULL)
		return;
	set(w, p, icalparameter_new_role(ICAL_ROLE_OPTPARTICIPANT));
	/* There is nothing to answer to a withdrawal. */
	if (e->method == CALENDAR_CANCEL)
		return;
	set(w, p, icalparameter_new_partstat(ICAL_PARTSTAT_NEEDSACTION));
	/* No program is asked to answer by itself: what it sends then is seldom
	 * sealed, and tells the world who comes. */
	set(w, p, icalparameter_new_rsvp(ICAL_RSVP_FALSE));
}

static void
write_event(struct writing *w, const struct calendar_event *e)
{
	icalcomponent *in = w->event;
	char uri[URI_MAX];

	put(w, in, icalproperty_new_uid(e->uid));
	put(w, in, icalproperty_new_sequence((int)e->sequence));
	put(w, in, icalproperty_new_dtstamp(utc(e->stamp)));
	put(w, in, icalproperty_new_dtstart(utc(e->start)));
	put(w, in, icalproperty_new_dtend(utc(e->end)));
	put(w, in, icalproperty_new_summary(e->summary));
	if (e->location[0] != '\0')
		put(w, in, icalproperty_new_location(e->location));
	put(w, in, icalproperty_new_class(ICAL_CLASS_PRIVATE));
	put(w, in, icalproperty_new_status(e->method == CALENDAR_CANCEL ?
	    ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED));
	write_uri(e->organiser, uri);
	put(w, in, icalproperty_new_organizer(uri));
	write_attendee(w, e);
}

static void
write_calendar(struct writing *w, const struct calendar_event *e)
{
	put(w, w->calendar, icalproperty_new_prodid(PRODID));
	put(w, w->calendar, icalproperty_new_version("2.0"));
	put(w, w->calendar, icalproperty_new_method(
	    e->method == CALENDAR_CANCEL ? ICAL_METHOD_CANCEL :
	    ICAL_METHOD_REQUEST));
	write_event(w, e);
}

/* With CRLF, whichever line end libical was built for. */
static void
add_lines(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\n')
			buf_puts(out, "\r\n");
		else if (*s != '\r')
			buf_putc(out, *s);
	}
}

enum gw_err
calendar_write(const struct calendar_event *e, struct buf *out)
{
	struct writing w = { .failed = false };
	enum gw_err err = check(e);
	char *text = NULL;

	if (err != GW_OK)
		return err;
	/* It may be built to abort on what it does not like. */
	icalerror_set_errors_are_fatal(false);
	w.calendar = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);
	w.event = icalcomponent_new(ICAL_VEVENT_COMPONENT);
	err = GW_NOMEM;
	if (w.calendar == NULL || w.event == NULL)
		goto out;
	write_calendar(&w, e);
	icalcomponent_add_component(w.calendar, w.event);
	w.event = NULL;
	if (!w.failed)
		text = icalcomponent_as_ical_string_r(w.calendar);
	if (text == NULL)
		goto out;
	add_lines(out, text);
	err = buf_error(out);
out:
	icalmemory_free_buffer(text);
	if (w.event != NULL)
		icalcomponent_free(w.event);
	if (w.calendar != NULL)
		icalcomponent_free(w.calendar);
	return err;
}
