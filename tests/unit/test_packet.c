/*
 * The parts of keys/ that need no gpg: armor on and off, packet frames,
 * streams, pins, names. Every refusal here is a byte that gpg never sees.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "keys/armor.h"
#include "keys/packet.h"
#include "keys/pins.h"
#include "keys/stream.h"
#include "keys/wkd_name.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* Reads `s` to its end in pieces of `step`: length, or -1. */
static ssize_t
drain(struct source *s, uint8_t *out, size_t room, size_t step)
{
	size_t len = 0;
	ssize_t n;

	for (;;) {
		assert_true(len + step <= room);
		n = s->read(s, out + len, step);
		if (n <= 0)
			return n < 0 ? -1 : (ssize_t)len;
		assert_true((size_t)n <= step);
		len += (size_t)n;
	}
}

/* ---- armor ---- */

/* The armor of `n` bytes, written `step` at a time, malloc'd. */
static char *
put_armor(const uint8_t *p, size_t n, size_t step, size_t *len)
{
	static struct writer w;
	struct armor_out a;
	struct map m;
	char *out;
	size_t at, part;
	int fd;

	assert_int_equal(memfd_new(&fd), GW_OK);
	writer_init(&w, fd);
	armor_out_init(&a, &w, ARMOR_MESSAGE);
	for (at = 0; at < n; at += part) {
		part = n - at < step ? n - at : step;
		assert_true(a.sink.write(&a.sink, p + at, part));
	}
	armor_out_end(&a);
	assert_int_equal(writer_end(&w), GW_OK);
	assert_int_equal(memfd_freeze(fd), GW_OK);
	assert_int_equal(memfd_map(fd, SIZE_MAX, &m), GW_OK);
	assert_int_equal(m.len, w.total);
	out = malloc(m.len + 1);
	assert_non_null(out);
	memcpy(out, m.p, m.len);
	out[m.len] = '\0';
	*len = m.len;
	memfd_unmap(&m);
	close(fd);
	return out;
}

static void
armor_comes_off_as_it_went_on(void **state)
{
	static const size_t steps[] = { 1, 3, 47, 48, 49, 100, 100000 };
	uint8_t in[5000], out[6000];
	struct armor_in a;
	size_t n, i, len, got;
	ssize_t r;
	char *text;

	(void)state;
	for (i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 7 + i / 251);
	for (n = 0; n < sizeof(in); n += n < 200 ? 1 : 397) {
		text = put_armor(in, n, steps[n % N(steps)], &len);
		assert_int_equal(len, armor_size(ARMOR_MESSAGE, n));
		assert_true(armor_in_open(&a, (uint8_t *)text, len,
		    ARMOR_MESSAGE));
		for (got = 0; (r = armor_in_read(&a, out + got,
		    3 + n % 100)) > 0; got += (size_t)r)
			assert_true(got + 103 < sizeof(out));
		assert_int_equal(r, 0);
		assert_int_equal(got, n);
		assert_memory_equal(in, out, n);
		free(text);
	}
}

static void
armor_is_what_gpg_writes(void **state)
{
	size_t len;
	char *text = put_armor((const uint8_t *)"INSECURE test\n", 14, 100,
	    &len);

	(void)state;
	/* gpg --enarmor, with the head of a message. */
	assert_string_equal(text, "-----BEGIN PGP MESSAGE-----\r\n\r\n"
	    "SU5TRUNVUkUgdGVzdAo=\r\n=+UbA\r\n-----END PGP MESSAGE-----");
	free(text);
}

static void
what_fits_fits(void **state)
{
	uint64_t room, n;

	(void)state;
	assert_int_equal(armor_fits(ARMOR_MESSAGE, 10), 0);
	for (room = 100; room < 5000; room++) {
		n = armor_fits(ARMOR_MESSAGE, room);
		assert_int_equal(n % ARMOR_LINE, 0);
		assert_true(n == 0 || armor_size(ARMOR_MESSAGE, n) <= room);
		assert_true(armor_size(ARMOR_MESSAGE, n + ARMOR_LINE) > room);
	}
}

#define HEAD	"-----BEGIN PGP MESSAGE-----\n"
#define TAIL	"-----END PGP MESSAGE-----\n"

static void
armor_has_one_form(void **state)
{
	static const struct {
		const char *name, *text;
		ssize_t len;	/* of "INSECURE" and so on, -1: refused */
	} rows[] = {
		{ "plain", HEAD "\nSU5T\n=abcd\n" TAIL, 3 },
		{ "no checksum", HEAD "\nSU5T\n" TAIL, 3 },
		{ "CRLF", "-----BEGIN PGP MESSAGE-----\r\n\r\nSU5T\r\n=abcd\r\n"
		    "-----END PGP MESSAGE-----\r\n", 3 },
		{ "no last line end", HEAD "\nSU5T\n-----END PGP MESSAGE-----",
		    3 },
		{ "headers", HEAD "Version: x\nComment: y\n\nSU5T\n" TAIL, 3 },
		{ "white space around", " \r\n\n" HEAD " \t\nSU5T\n" TAIL
		    " \n\r\n", 3 },
		{ "short lines", HEAD "\nS\nU\n5\nT\n" TAIL, 3 },
		{ "padding of one", HEAD "\nSU4=\n" TAIL, 2 },
		{ "padding of two", HEAD "\nSU5TSQ==\n=abcd\n" TAIL, 4 },
		{ "nothing", HEAD "\n" TAIL, 0 },
		{ "empty", "", -1 },
		{ "no head", "SU5T\n" TAIL, -1 },
		{ "text before", "x\n" HEAD "\nSU5T\n" TAIL, -1 },
		{ "another head", "-----BEGIN PGP SIGNATURE-----\n\nSU5T\n"
		    "-----END PGP SIGNATURE-----\n", -1 },
		{ "T16: a clear signature", "-----BEGIN PGP SIGNED MESSAGE-----"
		    "\nHash: SHA256\n\nSU5T\n", -1 },
		{ "words behind the head", "-----BEGIN PGP MESSAGE----- x\n\n"
		    "SU5T\n" TAIL, -1 },
		{ "no empty line", HEAD "SU5T\n" TAIL, -1 },
		{ "headers only", HEAD "Version: x\n", -1 },
		{ "no tail", HEAD "\nSU5T\n", -1 },
		{ "another tail", HEAD "\nSU5T\n-----END PGP SIGNATURE-----\n",
		    -1 },
		{ "text after", HEAD "\nSU5T\n" TAIL "x", -1 },
		{ "twice", HEAD "\nSU5T\n" TAIL HEAD "\nSU5T\n" TAIL, -1 },
		{ "half a group", HEAD "\nSU5\n" TAIL, -1 },
		{ "too much padding", HEAD "\nSU5T====\n" TAIL, -1 },
		{ "padding, then more", HEAD "\nSU4=SU5T\n" TAIL, -1 },
		{ "short checksum", HEAD "\nSU5T\n=abc\n" TAIL, -1 },
		{ "long checksum", HEAD "\nSU5T\n=abcde\n" TAIL, -1 },
		{ "no base64", HEAD "\nSU5T\n!!!!\n" TAIL, -1 },
		{ "8 bit", HEAD "\nSU5T\n\xc3\xa9\n" TAIL, -1 },
		{ "binary", "\x99\x01\x02", 3 },
	};
	struct armor_in a;
	uint8_t out[64];
	ssize_t r, len;
	size_t i;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		len = -1;
		if (armor_in_open(&a, (const uint8_t *)rows[i].text,
		    strlen(rows[i].text), ARMOR_MESSAGE)) {
			for (len = 0; (r = armor_in_read(&a, out, 64)) > 0;)
				len += r;
			len = r < 0 ? -1 : len;
		}
		if (len != rows[i].len)
			fail_msg("%s: %zd", rows[i].name, len);
	}
}

/* ---- packets ---- */

/* A session key for key 1, 10 bytes of body; the same, hidden; data. */
#define SESSION	"\x84\x0a\x03\0\0\0\0\0\0\0\1\x12"
#define HIDDEN	"\x84\x0a\x03\0\0\0\0\0\0\0\0\x12"
#define DATA	"\xd2\x03\1xy"
#define UID	"\xcd\x01u"
#define SIG	"\xc2\x01s"

static void
only_whole_objects_pass(void **state)
{
#define ROW(name, kind, bytes, fault) \
	{ name, kind, bytes, sizeof(bytes) - 1, fault }
	static const struct {
		const char *name;
		enum armor_kind kind;
		const char *bytes;
		size_t n;
		enum packet_fault fault;
	} rows[] = {
		ROW("one recipient", ARMOR_MESSAGE, SESSION DATA, PACKET_FINE),
		ROW("two recipients", ARMOR_MESSAGE, SESSION SESSION DATA,
		    PACKET_FINE),
		ROW("new format", ARMOR_MESSAGE,
		    "\xc1\x0a\x03\0\0\0\0\0\0\0\1\x12" DATA, PACKET_FINE),
		ROW("two-byte length", ARMOR_MESSAGE, "\x85\x00\x0a\x03"
		    "\0\0\0\0\0\0\0\1\x12" DATA, PACKET_FINE),
		ROW("five-byte length", ARMOR_MESSAGE, SESSION
		    "\xd2\xff\0\0\0\x03\1xy", PACKET_FINE),
		ROW("partial lengths", ARMOR_MESSAGE, SESSION
		    "\xd2\xe1\1x\xe0y\x02zz", PACKET_FINE),
		ROW("AEAD", ARMOR_MESSAGE, SESSION "\xd4\x03\1xy",
		    PACKET_FINE),
		ROW("nothing", ARMOR_MESSAGE, "", PACKET_WRONG),
		ROW("no data", ARMOR_MESSAGE, SESSION, PACKET_WRONG),
		ROW("no session key", ARMOR_MESSAGE, DATA, PACKET_WRONG),
		ROW("a password", ARMOR_MESSAGE, "\xc3\x04\4\7\3\x0a" DATA,
		    PACKET_WRONG),
		ROW("a password too", ARMOR_MESSAGE, SESSION
		    "\xc3\x04\4\7\3\x0a" DATA, PACKET_WRONG),
		ROW("hidden recipient", ARMOR_MESSAGE, HIDDEN DATA,
		    PACKET_WRONG),
		ROW("hidden recipient among others", ARMOR_MESSAGE,
		    SESSION HIDDEN DATA, PACKET_WRONG),
		ROW("short session key", ARMOR_MESSAGE, "\x84\x09\x03\0\0\0\0"
		    "\0\0\0\1" DATA, PACKET_WRONG),
		ROW("empty session key", ARMOR_MESSAGE, "\x84\0" DATA,
		    PACKET_WRONG),
		ROW("a later session key", ARMOR_MESSAGE,
		    "\x84\x0a\x06\0\0\0\0\0\0\0\1\x12" DATA,
		    PACKET_UNSUPPORTED),
		ROW("later data", ARMOR_MESSAGE, SESSION "\xd2\x03\2xy",
		    PACKET_UNSUPPORTED),
		ROW("empty data", ARMOR_MESSAGE, SESSION "\xd2\0",
		    PACKET_UNSUPPORTED),
		ROW("T6: no MDC", ARMOR_MESSAGE, SESSION "\xc9\x03\1xy",
		    PACKET_NO_INTEGRITY),
		ROW("T6: no MDC, old format", ARMOR_MESSAGE,
		    SESSION "\xa4\x03\1xy", PACKET_NO_INTEGRITY),
		ROW("data twice", ARMOR_MESSAGE, SESSION DATA DATA,
		    PACKET_WRONG),
		ROW("a message behind it", ARMOR_MESSAGE, SESSION DATA SESSION
		    DATA, PACKET_WRONG),
		ROW("one byte behind it", ARMOR_MESSAGE, SESSION DATA "\n",
		    PACKET_WRONG),
		ROW("cut off", ARMOR_MESSAGE, SESSION "\xd2\x03\1x",
		    PACKET_WRONG),
		ROW("cut off in a length", ARMOR_MESSAGE, SESSION "\xd2\xff\0",
		    PACKET_WRONG),
		ROW("cut off after a partial run", ARMOR_MESSAGE, SESSION
		    "\xd2\xe1\1x", PACKET_WRONG),
		ROW("a partial session key", ARMOR_MESSAGE, "\xc1\xe3\x03\0\0"
		    "\0\0\0\0\0\x01\1" DATA, PACKET_WRONG),
		ROW("no frame", ARMOR_MESSAGE, "\x87\x03\0\0", PACKET_WRONG),
		ROW("signed only", ARMOR_MESSAGE, "\xc4\x01x", PACKET_WRONG),
		ROW("a literal text", ARMOR_MESSAGE, "\xcb\x01x",
		    PACKET_WRONG),
		ROW("compressed", ARMOR_MESSAGE, "\xc8\x01x", PACKET_WRONG),
		ROW("a signature for a message", ARMOR_MESSAGE, SIG,
		    PACKET_WRONG),

		ROW("a signature", ARMOR_SIGNATURE, SIG, PACKET_FINE),
		ROW("two: gpg counts them", ARMOR_SIGNATURE, SIG SIG,
		    PACKET_FINE),
		ROW("a message for a signature", ARMOR_SIGNATURE, SESSION DATA,
		    PACKET_WRONG),
		ROW("a signature and a text", ARMOR_SIGNATURE,
		    SIG "\xcb\x01x", PACKET_WRONG),

		ROW("a key", ARMOR_KEY, "\xc6\x01k" UID SIG "\xce\x01k" SIG,
		    PACKET_FINE),
		ROW("with a picture", ARMOR_KEY, "\xc6\x01k" UID SIG
		    "\xd1\x01p" SIG, PACKET_FINE),
		ROW("two keys", ARMOR_KEY, "\xc6\x01k" UID "\xc6\x01k" UID,
		    PACKET_WRONG),
		ROW("no primary", ARMOR_KEY, "\xce\x01k" SIG, PACKET_WRONG),
		ROW("a user id first", ARMOR_KEY, UID "\xc6\x01k",
		    PACKET_WRONG),
		ROW("a secret key", ARMOR_KEY, "\xc5\x01k" UID, PACKET_WRONG),
		ROW("a secret subkey", ARMOR_KEY, "\xc6\x01k" UID "\xc7\x01k",
		    PACKET_WRONG),
		ROW("no key", ARMOR_KEY, "", PACKET_WRONG),
	};
	uint8_t out[256];
	struct packets k;
	size_t i, step;
	ssize_t r;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		for (step = 3; step < 40; step += 36) {
			r = -1;
			if (packets_open(&k, (const uint8_t *)rows[i].bytes,
			    rows[i].n, rows[i].kind))
				r = drain(&k.source, out, sizeof(out), step);
			if (k.fault != rows[i].fault ||
			    (r >= 0) != (k.fault == PACKET_FINE))
				fail_msg("%s: %d", rows[i].name, k.fault);
			if (r >= 0)
				assert_memory_equal(out, rows[i].bytes,
				    (size_t)r);
		}
	}
}

/* What was inside an encrypted message: one signed message, and no more. */
static void
only_one_signed_message_passes(void **state)
{
#define ONE	"\xc4\x01x"
#define LIT	"\xcb\x01x"
#define ROW2(name, bytes, fault) { name, bytes, sizeof(bytes) - 1, fault }
	static const struct {
		const char *name;
		const char *bytes;
		size_t n;
		enum packet_fault fault;
	} rows[] = {
		ROW2("signed", ONE LIT SIG, PACKET_FINE),
		ROW2("a text in pieces", ONE "\xcb\xe1tx\x01x" SIG,
		    PACKET_FINE),
		ROW2("compressed", "\xc8\x01x", PACKET_FINE),
		ROW2("compressed, without an end", "\xa3\x01x" ONE LIT SIG,
		    PACKET_FINE),
		ROW2("compressed, in pieces", "\xc8\xe1tx\x01x", PACKET_FINE),
		ROW2("nothing", "", PACKET_WRONG),
		ROW2("text", "abc", PACKET_WRONG),
		ROW2("a text", LIT, PACKET_WRONG),
		ROW2("a text, then signed", LIT ONE LIT SIG, PACKET_WRONG),
		ROW2("signed, then a text", ONE LIT SIG LIT, PACKET_WRONG),
		ROW2("signed twice", ONE ONE LIT SIG SIG, PACKET_WRONG),
		ROW2("two signatures", ONE LIT SIG SIG, PACKET_WRONG),
		ROW2("no signature", ONE LIT, PACKET_WRONG),
		ROW2("an old signature in front", SIG LIT, PACKET_WRONG),
		ROW2("compressed twice", "\xc8\x01x\xc8\x01x",
		    PACKET_WRONG),
		ROW2("a text behind compressed", "\xc8\x01x" LIT,
		    PACKET_WRONG),
		ROW2("a text without an end", ONE "\xaftx" SIG, PACKET_WRONG),
		ROW2("encrypted", SESSION DATA, PACKET_WRONG),
		ROW2("encrypted, signed", ONE DATA SIG, PACKET_WRONG),
		ROW2("a key", "\xc6\x01k" UID SIG, PACKET_WRONG),
		ROW2("cut off", ONE LIT "\xc2\x02s", PACKET_WRONG),
		ROW2("armored", HEAD "\nxAF4\n" TAIL, PACKET_WRONG),
	};
	uint8_t out[256];
	struct packets k;
	size_t i;
	ssize_t r;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		r = -1;
		if (packets_open_signed(&k, (const uint8_t *)rows[i].bytes,
		    rows[i].n))
			r = drain(&k.source, out, sizeof(out), 5);
		if (k.fault != rows[i].fault ||
		    (r >= 0) != (k.fault == PACKET_FINE))
			fail_msg("%s: %d", rows[i].name, k.fault);
	}
}

/* What comes before the fault may have gone out; not one byte after it. */
static void
no_byte_passes_after_a_fault(void **state)
{
	static const char bytes[] = SESSION DATA "\x99";
	uint8_t out[64];
	struct packets k;

	(void)state;
	assert_true(packets_open(&k, (const uint8_t *)bytes,
	    sizeof(bytes) - 1, ARMOR_MESSAGE));
	assert_int_equal(k.source.read(&k.source, out, sizeof(out)), -1);
	assert_int_equal(k.source.read(&k.source, out, sizeof(out)), -1);
}

static void
recipients_are_limited(void **state)
{
	size_t n = sizeof(SESSION) - 1, i;
	uint8_t in[(LIM_RECIPIENTS + 1) * 12 + 5], out[2000];
	struct packets k;

	(void)state;
	for (i = 0; i <= LIM_RECIPIENTS; i++)
		memcpy(in + i * n, SESSION, n);
	memcpy(in + i * n, DATA, sizeof(DATA) - 1);
	assert_true(packets_open(&k, in + n, i * n - n + sizeof(DATA) - 1,
	    ARMOR_MESSAGE));
	assert_true(drain(&k.source, out, sizeof(out), 64) > 0);
	assert_true(packets_open(&k, in, i * n + sizeof(DATA) - 1,
	    ARMOR_MESSAGE));
	assert_int_equal(drain(&k.source, out, sizeof(out), 64), -1);
}

/* Whatever the bytes, it ends, in bounds (the sanitizers look on). */
static void
chance_does_no_harm(void **state)
{
	static const char good[] = HEAD "\nhAoDAAAAAAAAAAES0gMBeHk=\n=abcd\n"
	    TAIL;
	uint8_t in[sizeof(good)], out[512];
	struct packets k;
	unsigned seed = 1, i, fine = 0;

	(void)state;
	for (i = 0; i < 20000; i++) {
		memcpy(in, good, sizeof(good));
		seed = seed * 1103515245 + 12345;
		if (i > 0)
			in[(seed >> 8) % (sizeof(good) - 1)] =
			    (uint8_t)(seed >> 24);
		if (packets_open(&k, in, sizeof(good) - 1, ARMOR_MESSAGE) &&
		    drain(&k.source, out, sizeof(out), 16) >= 0)
			fine++;
	}
	assert_in_range(fine, 1, 19999);
}

/* ---- streams ---- */

static void
a_feed_is_its_pieces(void **state)
{
	struct feed f, again;
	uint8_t a[1000], b[1000];
	size_t fill, step;
	ssize_t n;

	(void)state;
	for (fill = 0; fill < 400; fill++) {
		feed_init(&f, false);
		feed_add(&f, "abc", 3);
		feed_add(&f, NULL, 0);
		feed_add(&f, "defg", 4);
		feed_filler(&f, fill);
		assert_int_equal(f.size, 7 + fill);
		again = f;
		n = drain(&f.source, a, sizeof(a), 500);
		assert_int_equal(n, 7 + fill);
		assert_memory_equal(a, "abcdefg", 7);
		if (fill > 2)
			assert_memory_equal(a + n - 2, "\r\n", 2);
		/* The same, however it is cut. */
		step = 3 + fill % 77;
		assert_int_equal(drain(&again.source, b, sizeof(b), step), n);
		assert_memory_equal(a, b, (size_t)n);
		/* No lone LF, no line longer than mail may have. */
		while (n-- > 7) {
			if (a[n] == '\n')
				assert_int_equal(a[n - 1], '\r');
		}
	}
}

static void
a_lone_lf_becomes_crlf(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "a\nb\n", "a\r\nb\r\n" },
		{ "a\r\nb\r\n", "a\r\nb\r\n" },
		{ "\n\n", "\r\n\r\n" },
		{ "\r\r\n", "\r\r\n" },
		{ "a\r", "a\r" },
		{ "", "" },
	};
	uint8_t out[64];
	struct feed f;
	size_t i, step, half;
	ssize_t n;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		for (step = 3; step < 12; step += 8) {
			/* CR and LF may fall into two pieces. */
			half = strlen(rows[i].in) / 2;
			feed_init(&f, true);
			feed_add(&f, rows[i].in, half);
			feed_add(&f, rows[i].in + half,
			    strlen(rows[i].in) - half);
			n = drain(&f.source, out, sizeof(out), step);
			assert_int_equal(n, strlen(rows[i].out));
			assert_memory_equal(out, rows[i].out, (size_t)n);
		}
	}
}

static void
a_secret_takes_no_more_than_its_cap(void **state)
{
	struct secret_sink sink;
	struct secret s;

	(void)state;
	assert_int_equal(secret_new(&s, 4), GW_OK);
	secret_sink_init(&sink, &s);
	assert_true(sink.sink.write(&sink.sink, (const uint8_t *)"abc", 3));
	assert_false(sink.sink.write(&sink.sink, (const uint8_t *)"de", 2));
	assert_int_equal(sink.err, GW_LIMIT);
	/* And nothing after a refusal, even if it would fit. */
	assert_false(sink.sink.write(&sink.sink, (const uint8_t *)"d", 1));
	assert_int_equal(s.len, 3);
	secret_wipe(&s);
}

/* ---- pins ---- */

static void
pins_are_a_set(void **state)
{
	struct pins p = { NULL, 0, 0 };
	char fpr[LIM_FPR + 1];
	unsigned i, at;

	(void)state;
	for (i = 0; i < 1000; i++) {
		at = i * 617 % 1000;
		(void)snprintf(fpr, sizeof(fpr), "%040X", at);
		assert_false(pins_has(&p, fpr));
		assert_int_equal(pins_set(&p, fpr, true), GW_OK);
		assert_int_equal(pins_set(&p, fpr, true), GW_OK);
		assert_true(pins_has(&p, fpr));
		assert_int_equal(p.n, i + 1);
	}
	for (i = 0; i < 1000; i += 2) {
		(void)snprintf(fpr, sizeof(fpr), "%040X", i);
		assert_int_equal(pins_set(&p, fpr, false), GW_OK);
		assert_int_equal(pins_set(&p, fpr, false), GW_OK);
	}
	for (i = 0; i < 1000; i++) {
		(void)snprintf(fpr, sizeof(fpr), "%040X", i);
		assert_int_equal(pins_has(&p, fpr), i % 2);
	}
	pins_free(&p);
}

static void
pins_are_fingerprints(void **state)
{
	static const char *const wrong[] = { "", "ABCD",
	    "0123456789abcdef0123456789abcdef01234567",
	    "0123456789ABCDEF0123456789ABCDEF0123456",
	    "0123456789ABCDEF0123456789ABCDEF0123456G" };
	struct pins p = { NULL, 0, 0 };
	size_t i;

	(void)state;
	for (i = 0; i < N(wrong); i++)
		assert_int_equal(pins_set(&p, wrong[i], true), GW_FORMAT);
	assert_int_equal(p.n, 0);
}

/* ---- the Web Key Directory ---- */

static void
names_are_those_of_the_draft(void **state)
{
	char name[LIM_WKD + 1], address[128];

	(void)state;
	assert_true(wkd_name("Joe.Doe@example.org", name));
	assert_string_equal(name, "iy9q119eutrkn8s1mk4r39qejnbu3n5q");
	assert_true(wkd_name("joe.doe@Example.ORG", name));
	assert_string_equal(name, "iy9q119eutrkn8s1mk4r39qejnbu3n5q");
	assert_false(wkd_name("", name));
	assert_string_equal(name, "");
	assert_false(wkd_name("@example.org", name));
	assert_false(wkd_name("joe", name));
	(void)snprintf(address, sizeof(address), "%0*d@example.org",
	    LIM_LOCALPART, 0);
	assert_true(wkd_name(address, name));
	(void)snprintf(address, sizeof(address), "%0*d@example.org",
	    LIM_LOCALPART + 1, 0);
	assert_false(wkd_name(address, name));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(armor_comes_off_as_it_went_on),
		cmocka_unit_test(armor_is_what_gpg_writes),
		cmocka_unit_test(what_fits_fits),
		cmocka_unit_test(armor_has_one_form),
		cmocka_unit_test(only_whole_objects_pass),
		cmocka_unit_test(only_one_signed_message_passes),
		cmocka_unit_test(no_byte_passes_after_a_fault),
		cmocka_unit_test(recipients_are_limited),
		cmocka_unit_test(chance_does_no_harm),
		cmocka_unit_test(a_feed_is_its_pieces),
		cmocka_unit_test(a_lone_lf_becomes_crlf),
		cmocka_unit_test(a_secret_takes_no_more_than_its_cap),
		cmocka_unit_test(pins_are_a_set),
		cmocka_unit_test(pins_are_fingerprints),
		cmocka_unit_test(names_are_those_of_the_draft),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
