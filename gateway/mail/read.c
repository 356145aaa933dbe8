#include "mail/read.h"

#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "mail/content.h"
#include "mail/decode.h"
#include "mail/dsn.h"
#include "mail/scan.h"
#include "mail/structure.h"
#include "mail/text.h"
#include "mail/whom.h"

/*
 * The one mailbox of a From value. False when there are several, a group, or
 * readers could disagree (T4, T17); an address that is one but not in
 * canonical form (T18) gives "", which is nobody's.
 */
static bool
read_from(struct bytes value, char out[LIM_ADDR + 1])
{
	char raw[LIM_ADDR + 1];
	struct address_walk w;
	struct bytes spec, more;

	out[0] = '\0';
	if (value.n > LIM_FROM)
		return false;
	address_walk(&w, value);
	if (address_next(&w, &spec) != ADDRESS_ONE ||
	    address_next(&w, &more) != ADDRESS_END || w.group ||
	    !decode_agrees(value, spec))
		return false;
	if (bytes_string(spec, raw, sizeof(raw)))
		(void)address_canonical(raw, out);
	return true;
}

/* A machine's mail is ignored or matched by its envelope id, so it may have
 * any From; of all others it must be clear who says to have written them. */
static bool
needs_from(enum structure s)
{
	return s == STRUCTURE_PGP_MIME || s == STRUCTURE_SMIME_ENVELOPED ||
	    s == STRUCTURE_CLEAR;
}

static void
set_outer_from(const struct scan *s, struct msg_parsed *facts)
{
	struct field f;

	if (header_find(scan_header(s, 0), "From", &f) == 1 &&
	    read_from(f.value, facts->from))
		return;
	if (needs_from(facts->structure)) {
		facts->structure = STRUCTURE_MALFORMED;
		facts->reason = REASON_MALFORMED;
	}
}

static void
set_dsn(const struct scan *s, size_t part, struct msg_parsed *facts)
{
	struct dsn dsn;

	dsn_read(scan_body(s, part), &dsn);
	memcpy(facts->envid, dsn.envid, sizeof(facts->envid));
	memcpy(facts->dsn_status, dsn.status, sizeof(facts->dsn_status));
	facts->dsn_action = (uint32_t)dsn.action;
}

/* The ciphertext: where it stands, or decoded. */
static enum gw_err
set_cipher(const struct scan *s, size_t part, struct msg_parsed *facts,
    uint8_t **decoded, size_t *decoded_len)
{
	enum gw_err r;

	facts->payload = s->part[part].body;
	if (s->part[part].encoding == ENCODING_NONE)
		return GW_OK;
	r = decode_body(scan_body(s, part), s->part[part].encoding, decoded,
	    decoded_len);
	if (r == GW_FORMAT) {
		facts->structure = STRUCTURE_MALFORMED;
		facts->reason = REASON_MALFORMED;
		facts->payload = (struct span){ 0, 0 };
		return GW_OK;
	}
	if (r != GW_OK)
		return r;
	facts->flags |= MAIL_DECODED;
	facts->payload = (struct span){ 0, *decoded_len };
	return GW_OK;
}

static enum gw_err
read_outer(const struct scan *s, const struct mail_us *us,
    struct msg_parsed *facts, uint8_t **decoded, size_t *decoded_len)
{
	enum gw_err r = GW_OK;
	struct shape shape;
	bool armor = false;

	structure_outer(s, &shape);
	facts->structure = (uint32_t)shape.structure;
	facts->reason = (uint32_t)shape.reason;
	facts->flags = shape.flags;
	set_outer_from(s, facts);
	whom_outer(scan_header(s, 0), us->practice, &facts->flags);
	whom_answers(scan_header(s, 0), facts->answers);
	switch (facts->structure) {
	case STRUCTURE_PGP_MIME:
	case STRUCTURE_SMIME_ENVELOPED:
		return set_cipher(s, shape.payload, facts, decoded,
		    decoded_len);
	case STRUCTURE_DSN:
		set_dsn(s, shape.status, facts);
		break;
	case STRUCTURE_CLEAR:
		r = content_has_armor(s, &armor);
		if (armor)
			facts->flags |= MAIL_INLINE;
		break;
	default:
		break;
	}
	return r;
}

static void
read_subject(struct bytes value, struct msg_parsed *facts)
{
	struct bytes subject;
	struct buf words;

	buf_init(&words, LIM_HEADER_LINE);
	decode_words(value, &words);
	subject = (struct bytes){ words.p, words.len };
	(void)text_reference(subject, facts->subject_ref);
	if (text_is_classified(subject))
		facts->flags |= MAIL_CLASSIFIED;
	buf_free(&words);
}

/* RFC 9788, and the drafts before it. */
static bool
says_protected(const struct scan *s, size_t root)
{
	struct bytes value = scan_type_value(s, root);
	char v[LIM_PARAM + 1];

	return header_param(value, "hp", v) == PARAM_OK ||
	    header_param(value, "protected-headers", v) == PARAM_OK;
}

/*
 * The fields on the root of what is signed: protected by standing there, with
 * hp= (RFC 9788), with protected-headers= or with neither. Those of parts
 * below, and those beside a signature, count for nothing (T14).
 */
static void
read_protected(const struct scan *s, size_t root, const struct mail_us *us,
    struct msg_parsed *facts)
{
	struct bytes header = scan_header(s, root);
	struct field f;

	if (says_protected(s, root))
		facts->flags |= MAIL_PROTECTED;
	if (header_find(header, "From", &f) == 1) {
		facts->flags |= MAIL_FROM;
		if (!read_from(f.value, facts->from))
			facts->reason = REASON_MALFORMED;
	}
	if (!whom_protected(header, us, &facts->flags))
		facts->reason = REASON_MALFORMED;
	if (header_find(header, "Subject", &f) == 1)
		read_subject(f.value, facts);
	whom_answers(header, facts->answers);
}

static enum gw_err
read_inner(const struct scan *s, const struct mail_us *us,
    struct msg_parsed *facts, struct buf *out)
{
	struct shape shape;

	structure_inner(s, &shape);
	facts->structure = (uint32_t)shape.structure;
	facts->reason = (uint32_t)shape.reason;
	facts->flags = shape.flags;
	if (shape.reason != REASON_OK)
		return GW_OK;
	facts->payload = s->part[shape.payload].whole;
	if (shape.structure == STRUCTURE_SIGNED)
		facts->signature = s->part[shape.signature].body;
	read_protected(s, shape.payload, us, facts);
	return content_read(s, shape.payload, us, facts, out);
}

static enum gw_err
read_stage(enum stage stage, const struct scan *s, const struct mail_us *us,
    struct msg_parsed *facts, uint8_t **out, size_t *out_len)
{
	struct buf b;
	enum gw_err r;

	if (stage == STAGE_OUTER)
		return read_outer(s, us, facts, out, out_len);
	buf_init(&b, LIM_ASIDE);
	r = read_inner(s, us, facts, &b);
	if (r != GW_OK) {
		buf_free(&b);
		return r;
	}
	*out = b.p;
	*out_len = b.len;
	return GW_OK;
}

enum gw_err
mail_read(enum stage stage, const uint8_t *p, size_t n,
    const struct mail_us *us, struct msg_parsed *facts, uint8_t **out,
    size_t *out_len)
{
	const struct bytes in = { p, n };
	struct scan *s;
	enum gw_err r;

	memset(facts, 0, sizeof(*facts));
	*out = NULL;
	*out_len = 0;
	facts->structure = STRUCTURE_MALFORMED;
	facts->reason = REASON_TOO_BIG;
	if (n > (stage == STAGE_OUTER ? LIM_MAIL_BYTES : LIM_PLAIN_BYTES))
		return GW_OK;
	/* Not on the stack: of a tree that is mostly empty this touches only
	 * what is used, and each page costs a new process a fault. */
	s = malloc(sizeof(*s));
	if (s == NULL)
		return GW_NOMEM;
	scan_mail(s, in);
	r = read_stage(stage, s, us, facts, out, out_len);
	free(s);
	return r;
}
