/*
 * calendar_dump write METHOD LOCATION	an event, to stdout
 * calendar_dump mail METHOD LOCATION	a whole letter that brings it, unsealed
 * calendar_dump read			what is read from a reply on stdin
 *
 * For tests/check-calendar, which has Python read the same.
 */
#include "base/crypto.h"
#include "calendar_letter.h"
#include "mail/calendar_read.h"

static int
put(enum gw_err err, const struct buf *out)
{
	if (err != GW_OK) {
		printf("%s\n", gw_strerror(err));
		return 2;
	}
	return fwrite(out->p, 1, out->len, stdout) == out->len ? 0 : 1;
}

static int
dump_mail(const struct calendar_event *e)
{
	struct templates *t = load_texts();
	struct letter l = invitation;
	struct composed c;
	struct buf entity;
	enum gw_err err;
	int status;

	l.calendar = e;
	err = compose(t, &office, &l, &c);
	entity = c.head;
	if (err == GW_OK) {
		entity.p += c.outer_len;
		entity.len -= c.outer_len;
	}
	status = put(err, &entity);
	buf_free(&c.head);
	templates_free(t);
	return status;
}

static int
dump_event(const struct calendar_event *e)
{
	struct buf out;
	int status;

	buf_init(&out, LIM_CALENDAR);
	status = put(calendar_write(e, &out), &out);
	buf_free(&out);
	return status;
}

static int
dump_reply(void)
{
	static uint8_t in[LIM_CALENDAR + 1];
	struct bytes b = { in, fread(in, 1, sizeof(in), stdin) };
	struct calendar_reply r;
	struct buf words;

	buf_init(&words, LIM_WORDS);
	if (calendar_read(b, &r, &words) != GW_OK)
		return 1;
	if (r.calendar == CALENDAR_REPLY)
		printf("%s\n%u\n%s\n%s\n%s", r.uid, r.sequence, r.attendee,
		    partstat_name(r.partstat), buf_str(&words));
	else
		printf("unclear");
	buf_free(&words);
	return 0;
}

int
main(int argc, char **argv)
{
	struct calendar_event e = request;

	if (crypto_start() != GW_OK)
		return 1;
	if (argc == 2 && strcmp(argv[1], "read") == 0)
		return dump_reply();
	if (argc != 4)
		return 64;
	e.method = strcmp(argv[2], "CANCEL") == 0 ? CALENDAR_CANCEL :
	    CALENDAR_REQUEST;
	e.location = argv[3];
	return strcmp(argv[1], "mail") == 0 ? dump_mail(&e) : dump_event(&e);
}
