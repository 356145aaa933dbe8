#define _GNU_SOURCE
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int64_t
clock_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec;
}

int64_t
clock_mono_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
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

void
clock_dutch(int64_t t, char out[CLOCK_DUTCH_LEN])
{
	time_t tt = (time_t)(t + brussels_offset(t));
	struct tm tm;

	(void)gmtime_r(&tt, &tm);
	if (strftime(out, CLOCK_DUTCH_LEN, "%d/%m/%Y om %H:%M", &tm) == 0)
		out[0] = '\0';
}

int64_t
clock_end_of_day(const char *text)
{
	struct tm tm = { .tm_hour = 0 }, back;
	int day, month, year, used = 0;
	time_t t;

	if (sscanf(text, "%2d/%2d/%4d%n", &day, &month, &year, &used) != 3 ||
	    text[used] != '\0' || year < 2000)
		return 0;
	tm.tm_mday = day;
	tm.tm_mon = month - 1;
	tm.tm_year = year - 1900;
	t = timegm(&tm);
	(void)gmtime_r(&t, &back);
	/* The 31st of February would silently be another day. */
	if (back.tm_mday != day || back.tm_mon != month - 1)
		return 0;
	t += 86400;
	return t - brussels_offset(t);
}

int64_t
clock_day(int64_t t)
{
	int64_t local = t + brussels_offset(t);

	return local / 86400 - (local % 86400 < 0);
}
