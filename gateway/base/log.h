/*
 * Logs are events: an id, a noun and key=value, one line each, on standard
 * error (the service manager's journal reads the level from "<N>").
 *
 * Never a subject, an address, a file name of a partner, a key's user id or
 * any word of a mail (security.md T39): references, ids and codes only. The
 * line is escaped once, here: a control character or byte above 0x7e comes
 * out as \xNN.
 */
#ifndef GW_BASE_LOG_H
#define GW_BASE_LOG_H

enum log_level { LOG_ERROR = 3, LOG_WARN = 4, LOG_NOTE = 5, LOG_INFO = 6,
	LOG_DEBUG = 7 };

/* Names the role that speaks ("core") and the highest level printed. The
 * string must live on. Called once, at start. */
void log_open(const char *who, enum log_level up_to);

/* One event, e.g. log_event(LOG_INFO, "mail", "id=%s verdict=%s", ...). */
void log_event(enum log_level level, const char *noun, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
