#include "mail/structure.h"

#include <string.h>

/* Fields by which a machine says that it is one: RFC 3834 5, RFC 2369, RFC
 * 2919 and what programs do. Without a word any value counts. */
static const struct {
	const char *field;
	const char *word;
	uint32_t flag;
} signs[] = {
	{ "X-Autoreply", NULL, MAIL_AUTO },
	{ "X-Auto-Reply", NULL, MAIL_AUTO },
	{ "X-Autorespond", NULL, MAIL_AUTO },
	{ "X-Autoresponder", NULL, MAIL_AUTO },
	{ "X-Failed-Recipients", NULL, MAIL_AUTO },
	{ "Precedence", "auto_reply", MAIL_AUTO },
	{ "Precedence", "bulk", MAIL_LIST },
	{ "Precedence", "junk", MAIL_LIST },
	{ "Precedence", "list", MAIL_LIST },
	{ "List-Id", NULL, MAIL_LIST },
	{ "List-Post", NULL, MAIL_LIST },
	{ "List-Help", NULL, MAIL_LIST },
	{ "List-Subscribe", NULL, MAIL_LIST },
	{ "List-Unsubscribe", NULL, MAIL_LIST },
	{ "Mailing-List", NULL, MAIL_LIST },
	{ "X-Meldpost-Loop", NULL, MAIL_LOOP },
};

static uint32_t
field_flags(const struct field *f)
{
	struct bytes word = header_token(f->value);
	uint32_t flags = 0;
	size_t i;

	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (bytes_same(f->name, signs[i].field) &&
		    (signs[i].word == NULL || bytes_same(word, signs[i].word)))
			flags |= signs[i].flag;
	}
	if (bytes_same(f->name, "Auto-Submitted") && !bytes_same(word, "no"))
		flags |= MAIL_AUTO;
	if (bytes_same(f->name, "Return-Path") &&
	    bytes_same(bytes_trim(f->value), "<>"))
		flags |= MAIL_NULL_PATH;
	/* Bounces of before RFC 3464 say no more than this. */
	if (bytes_same(f->name, "From") &&
	    bytes_contains(f->value, "mailer-daemon"))
		flags |= MAIL_AUTO;
	return flags;
}

/* Read also when the mail is malformed: a machine's mail is never answered. */
static uint32_t
machine_flags(const struct scan *s)
{
	struct bytes rest = scan_header(s, 0);
	uint32_t flags = 0;
	struct field f;

	while (header_next(&rest, &f))
		flags |= field_flags(&f);
	return flags;
}

static bool
param_is(const struct scan *s, size_t part, const char *name,
    const char *value)
{
	char have[LIM_PARAM + 1];

	if (header_param(scan_type_value(s, part), name, have) != PARAM_OK)
		return false;
	return bytes_same((struct bytes){ (const uint8_t *)have,
	    strlen(have) }, value);
}

static bool
is_pkcs7(const struct scan *s, size_t part)
{
	return scan_is(s, part, "application/pkcs7-mime") ||
	    scan_is(s, part, "application/x-pkcs7-mime");
}

/* RFC 8551 3.2; old programs give a file name and no smime-type. */
static bool
is_enveloped(const struct scan *s, size_t part)
{
	char type[LIM_PARAM + 1];
	struct field f;

	if (!is_pkcs7(s, part))
		return false;
	if (header_param(scan_type_value(s, part), "smime-type", type) !=
	    PARAM_NONE)
		return param_is(s, part, "smime-type", "enveloped-data") ||
		    param_is(s, part, "smime-type", "authEnveloped-data");
	if (param_is(s, part, "name", "smime.p7m"))
		return true;
	if (header_find(scan_header(s, part), "Content-Disposition", &f) == 0)
		return false;
	return header_param(f.value, "filename", type) == PARAM_OK &&
	    bytes_same((struct bytes){ (const uint8_t *)type, strlen(type) },
	    "smime.p7m");
}

bool
structure_is_envelope(const struct scan *s, size_t part)
{
	return scan_is(s, part, "multipart/encrypted") ||
	    scan_is(s, part, "application/pgp-encrypted") ||
	    is_enveloped(s, part);
}

static bool
is_control_part(const struct scan *s, size_t part)
{
	struct bytes body = bytes_trim(scan_body(s, part));

	if (!scan_is(s, part, "application/pgp-encrypted") ||
	    !bytes_begins(body, "Version:"))
		return false;
	return bytes_same(bytes_trim(bytes_skip(body, 8)), "1");
}

/* RFC 3156 4. A preamble is there for old programs and never data; what
 * follows or stands beside was added by somebody on the way (T2). */
static void
judge_pgp_mime(const struct scan *s, struct shape *out)
{
	out->structure = STRUCTURE_MALFORMED;
	out->reason = REASON_BAD_STRUCTURE;
	if (!param_is(s, 0, "protocol", "application/pgp-encrypted"))
		return;
	if (s->parts != 3 || s->part[0].children != 2)
		return;
	if (!is_control_part(s, 1) ||
	    !scan_is(s, 2, "application/octet-stream"))
		return;
	if (!bytes_blank(bytes_at(s->in, s->part[0].epilogue)) ||
	    bytes_blank(scan_body(s, 2)) ||
	    s->part[2].encoding == ENCODING_UNKNOWN)
		return;
	out->payload = 2;
	out->structure = STRUCTURE_PGP_MIME;
	out->reason = REASON_OK;
}

static void
judge_smime(const struct scan *s, struct shape *out)
{
	bool readable = s->part[0].encoding != ENCODING_UNKNOWN &&
	    !bytes_blank(scan_body(s, 0));

	out->structure = readable ? STRUCTURE_SMIME_ENVELOPED :
	    STRUCTURE_MALFORMED;
	out->reason = readable ? REASON_OK : REASON_BAD_STRUCTURE;
}

/* RFC 6522: a report of any kind was sent by a machine. */
static void
judge_report(const struct scan *s, struct shape *out)
{
	size_t i;

	if (param_is(s, 0, "report-type", "disposition-notification"))
		out->flags |= MAIL_MDN;
	else
		out->flags |= MAIL_AUTO;
	if (s->reason != REASON_OK ||
	    !param_is(s, 0, "report-type", "delivery-status"))
		return;
	for (i = 1; i < s->parts; i++) {
		if (s->part[i].depth == 1 &&
		    (scan_is(s, i, "message/delivery-status") ||
		    scan_is(s, i, "message/global-delivery-status"))) {
			out->structure = STRUCTURE_DSN;
			out->status = i;
			return;
		}
	}
}

void
structure_outer(const struct scan *s, struct shape *out)
{
	const uint32_t machine = MAIL_AUTO | MAIL_LIST | MAIL_NULL_PATH |
	    MAIL_MDN;
	size_t i;

	memset(out, 0, sizeof(*out));
	out->structure = s->reason == REASON_OK ? STRUCTURE_CLEAR :
	    STRUCTURE_MALFORMED;
	out->reason = s->reason;
	out->flags = machine_flags(s);
	if (scan_is(s, 0, "multipart/report"))
		judge_report(s, out);
	if (out->structure != STRUCTURE_CLEAR)
		return;
	if (scan_is(s, 0, "multipart/encrypted")) {
		judge_pgp_mime(s, out);
		return;
	}
	if (is_enveloped(s, 0)) {
		judge_smime(s, out);
		return;
	}
	/* An envelope below anything else is no envelope (T1, T11). */
	for (i = 0; i < s->parts; i++) {
		if (structure_is_envelope(s, i))
			out->flags |= MAIL_INLINE;
	}
	if (out->flags & machine)
		out->structure = STRUCTURE_AUTO;
}

/* Sentences that programs put where readers without MIME would see them. */
static bool
is_known_preamble(struct bytes b)
{
	static const char *const known[] = {
		"This is an OpenPGP/MIME signed message (RFC 4880 and 3156)",
		"This is an OpenPGP/MIME signed message (RFC 2440 and 3156)",
		"This is a multi-part message in MIME format.",
	};
	size_t i;

	b = bytes_trim(b);
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (bytes_same(b, known[i]))
			return true;
	}
	return b.n == 0;
}

/* RFC 3156 5 and nothing beside it (T15). */
static enum reason
judge_signed(const struct scan *s, struct shape *out)
{
	const struct part *root = &s->part[0];
	int payload = scan_child(s, 0, 0), signature = scan_child(s, 0, 1);

	if (param_is(s, 0, "protocol", "application/pkcs7-signature") ||
	    param_is(s, 0, "protocol", "application/x-pkcs7-signature"))
		return REASON_UNSUPPORTED_ALGORITHM;
	if (!param_is(s, 0, "protocol", "application/pgp-signature"))
		return REASON_BAD_STRUCTURE;
	if (root->children > 2 ||
	    !is_known_preamble(bytes_at(s->in, root->preamble)) ||
	    !bytes_blank(bytes_at(s->in, root->epilogue)))
		return REASON_PARTIAL_SIGNATURE;
	if (payload < 0 || signature < 0)
		return REASON_BAD_STRUCTURE;
	if (!scan_is(s, (size_t)signature, "application/pgp-signature") ||
	    s->part[signature].encoding != ENCODING_NONE)
		return REASON_BAD_STRUCTURE;
	out->payload = (size_t)payload;
	out->signature = (size_t)signature;
	return REASON_OK;
}

void
structure_inner(const struct scan *s, struct shape *out)
{
	size_t i;

	memset(out, 0, sizeof(*out));
	out->structure = STRUCTURE_MALFORMED;
	out->reason = s->reason;
	if (s->reason != REASON_OK)
		return;
	out->structure = STRUCTURE_PLAIN;
	if (scan_is(s, 0, "multipart/signed")) {
		out->structure = STRUCTURE_SIGNED;
		out->reason = judge_signed(s, out);
	}
	for (i = 0; i < s->parts; i++) {
		if (structure_is_envelope(s, i))
			out->flags |= MAIL_ENCRYPTED;
		/* Signed in part, or signed twice over. */
		if (i > 0 && scan_is(s, i, "multipart/signed") &&
		    out->reason == REASON_OK)
			out->reason = out->structure == STRUCTURE_SIGNED ?
			    REASON_SEVERAL_SIGNATURES :
			    REASON_PARTIAL_SIGNATURE;
	}
}
