#define _GNU_SOURCE
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/timex.h>
#include <time.h>

int64_t
clock_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec;
}

static int64_t
in_ms(clockid_t id)
{
	struct timespec ts;

	(void)clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
clock_mono_ms(void)
{
	return in_ms(CLOCK_MONOTONIC);
}

int64_t
clock_boot_ms(void)
{
	return in_ms(CLOCK_BOOTTIME);
}

bool
clock_synchronised(void)
{
	struct timex t = { .modes = 0 };

	return adjtimex(&t) != -1 && (t.status & STA_UNSYNC) == 0;
}

void
clock_rfc5322(int64_t t, char out[CLOCK_RFC5322_LEN])
{
	static const char day[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	static const char month[12][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t tt = (time_t)t;
	struct tm tm;

	/* Not strftime(): the names must not follow the locale. */
	(void)gmtime_r(&tt, &tm);
	(void)snprintf(out, CLOCK_RFC5322_LEN,
	    "%s, %02d %s %d %02d:%02d:%02d +0000", day[tm.tm_wday],
	    tm.tm_mday, month[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour,
	    tm.tm_min, tm.tm_sec);
}

void
clock_iso(int64_t t, char out[CLOCK_ISO_LEN])
{
	time_t tt = (time_t)t;
	struct tm tm;

	(void)gmtime_r(&tt, &tm);
	if (strftime(out, CLOCK_ISO_LEN, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		out[0] = '\0';
}

/* The last Sunday of a 31-day month, as day of the month. */
static int
last_sunday(int year, int month0)
{
	struct tm tm = { .tm_year = year - 1900, .tm_mon = month0,
		.tm_mday = 31, .tm_hour = 12 };
	time_t t = timegm(&tm);

	(void)gmtime_r(&t, &tm);
	return 31 - tm.tm_wday;
}

/*
 * Offset of Europe/Brussels in seconds: summer time runs from the last Sunday
 * of March to that of October, 01:00 UTC (Directive 2000/84/EC). Reckoned
 * here and not by tzset(), because a confined role has no /usr/share/zoneinfo.
 */
static int
brussels_offset(int64_t t)
{
	time_t tt = (time_t)t;
	struct tm tm, edge;
	int64_t from, to;
	int year;

	(void)gmtime_r(&tt, &tm);
	year = tm.tm_year + 1900;
	edge = (struct tm){ .tm_year = tm.tm_year, .tm_mon = 2,
		.tm_mday = last_sunday(year, 2), .tm_hour = 1 };
	from = timegm(&edge);
	edge = (struct tm){ .tm_year = tm.tm_year, .tm_mon = 9,
		.tm_mday = last_sunday(year, 9), .tm_hour = 1 };
	to = timegm(&edge);
	return t >= from && t < to ? 7200 : 3600;
}

/* The same moment by a clock in Brussels. */
static void
brussels(int64_t t, struct tm *tm)
{
	time_t tt = (time_t)(t + brussels_offset(t));

	(void)gmtime_r(&tt, tm);
}

void
clock_dutch(int64_t t, char out[CLOCK_DUTCH_LEN])
{
	struct tm tm;

	brussels(t, &tm);
	if (strftime(out, CLOCK_DUTCH_LEN, "%d/%m/%Y om %H:%M", &tm) == 0)
		out[0] = '\0';
}

void
clock_dutch_day(int64_t t, char out[CLOCK_DUTCH_LEN])
{
	struct tm tm;

	brussels(t, &tm);
	if (strftime(out, CLOCK_DUTCH_LEN, "%d/%m/%Y", &tm) == 0)
		out[0] = '\0';
}

void
clock_dutch_hour(int64_t t, char out[CLOCK_DUTCH_LEN])
{
	struct tm tm;

	brussels(t, &tm);
	if (strftime(out, CLOCK_DUTCH_LEN, "%H:%M", &tm) == 0)
		out[0] = '\0';
}

/* The first second of a day as if it were in UTC; 0 for what is none. */
static int64_t
read_day(const char *text)
{
	struct tm tm = { .tm_hour = 0 }, back;
	int day, month, year, used = 0;
	char sign[2];
	time_t t;

	if (sscanf(text, "%2d%c%2d%c%4d%n", &day, &sign[0], &month, &sign[1],
	    &year, &used) != 5 || text[used] != '\0' || year < 2000 ||
	    sign[0] != sign[1] || memchr("/-.", sign[0], 3) == NULL)
		return 0;
	tm.tm_mday = day;
	tm.tm_mon = month - 1;
	tm.tm_year = year - 1900;
	t = timegm(&tm);
	(void)gmtime_r(&t, &back);
	/* The 31st of February would silently be another day. */
	return back.tm_mday == day && back.tm_mon == month - 1 ? t : 0;
}

int64_t
clock_end_of_day(const char *text)
{
	int64_t t = read_day(text);

	if (t == 0)
		return 0;
	t += 86400;
	return t - brussels_offset(t);
}

/* Takes "uur" or a shorter word for it, and blanks around it. */
static bool
take_unit(char **at)
{
	static const char *const units[] = { "uur", "u", "h" };
	char *word = *at + strspn(*at, " ");
	size_t i, n;

	*at = word;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		n = strlen(units[i]);
		if (strncasecmp(word, units[i], n) == 0) {
			word += n;
			*at = word + strspn(word, " ");
			return true;
		}
	}
	return false;
}

/* Seconds of "14:00", "14.30 uur", "14u30", "14 u"; -1 for what is no hour. */
static int64_t
read_hour(const char *text)
{
	long hour, minute = 0;
	char *end;
	bool unit;

	if (text[0] < '0' || text[0] > '9')
		return -1;
	hour = strtol(text, &end, 10);
	unit = take_unit(&end);
	if (!unit && *end != ':' && *end != '.')
		return -1;
	if (!unit)
		end++;
	end += strspn(end, " ");
	if (*end >= '0' && *end <= '9') {
		minute = strtol(end, &end, 10);
		end += strspn(end, " ");
		if (!unit)
			(void)take_unit(&end);
	}
	if (*end != '\0' || hour > 23 || minute > 59)
		return -1;
	return hour * 3600 + minute * 60;
}

int64_t
clock_moment(const char *day, const char *hour)
{
	int64_t t = read_day(day), h = read_hour(hour);

	if (t == 0 || h < 0)
		return 0;
	t += h;
	/* The offset is that of the moment itself, which is an hour or two
	 * before what it reads as if it were in UTC. */
	return t - brussels_offset(t - 3600);
}

int64_t
clock_day(int64_t t)
{
	int64_t local = t + brussels_offset(t);

	return local / 86400 - (local % 86400 < 0);
}

int64_t
clock_day_start(int64_t day)
{
	/* Summer time begins and ends in the night, after midnight. */
	return day * 86400 - brussels_offset(day * 86400 - 3600);
}

int64_t
clock_add_months(int64_t day, int months)
{
	time_t t = (time_t)(day * 86400);
	struct tm tm, first;
	int month_days;

	(void)gmtime_r(&t, &tm);
	first = (struct tm){ .tm_year = tm.tm_year,
		.tm_mon = tm.tm_mon + months + 1, .tm_mday = 0 };
	/* Day 0 of the month behind is the last of this one. */
	t = timegm(&first);
	(void)gmtime_r(&t, &first);
	month_days = first.tm_mday;
	first.tm_mday = tm.tm_mday < month_days ? tm.tm_mday : month_days;
	return timegm(&first) / 86400;
}

int64_t
clock_add_years(int64_t day, int years)
{
	return clock_add_months(day, 12 * years);
}
