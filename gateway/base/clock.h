/*
 * Time. Stored and passed on as seconds since 1970 in UTC (int64_t);
 * calendar rules are in Europe/Brussels and belong to the flows.
 */
#ifndef GW_BASE_CLOCK_H
#define GW_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Wall clock, seconds UTC. */
int64_t clock_now(void);

/* Milliseconds that never jump, for deadlines and back-off. */
int64_t clock_mono_ms(void);

/* The same with the time that the machine slept: how much time truly passed. */
int64_t clock_boot_ms(void);

/* Whether the kernel calls its clock synchronised (NTP). Asks by a system call
 * that no wall lets through: before confine_enter(). */
bool clock_synchronised(void);

/* RFC 5322 3.3 date in UTC, "Mon, 23 Nov 2026 04:29:16 +0000". */
#define CLOCK_RFC5322_LEN 40
void clock_rfc5322(int64_t t, char out[CLOCK_RFC5322_LEN]);

/* "2026-11-23T04:29:16Z", for logs and tables. */
#define CLOCK_ISO_LEN 24
void clock_iso(int64_t t, char out[CLOCK_ISO_LEN]);

/* "23/11/2026 om 05:29", Europe/Brussels, for people. */
#define CLOCK_DUTCH_LEN 32
void clock_dutch(int64_t t, char out[CLOCK_DUTCH_LEN]);

/* The first second after the day "31/12/2030" in Europe/Brussels; 0 for what
 * is no day of the calendar since 2000. */
int64_t clock_end_of_day(const char *text);

/* The two halves of it: "23/11/2026" and "05:29". */
void clock_dutch_day(int64_t t, char out[CLOCK_DUTCH_LEN]);
void clock_dutch_hour(int64_t t, char out[CLOCK_DUTCH_LEN]);

/* "15/01/2027", "15-01-2027" or "15.01.2027", and "14:00", "14.30 uur", "14u30"
 * or "14 u", in Europe/Brussels; 0 for what is no moment since 2000. */
int64_t clock_moment(const char *day, const char *hour);

/* The day of the calendar in Europe/Brussels that `t` lies in, numbered from
 * 1970: for terms that the law counts in days. */
int64_t clock_day(int64_t t);

/* The first second of such a day. */
int64_t clock_day_start(int64_t day);

/* The same day of a later month or year; where that has no such day, its last
 * one. Earlier is stricter: 29 February and a year is 28 February. */
int64_t clock_add_months(int64_t day, int months);
int64_t clock_add_years(int64_t day, int years);

#endif
