#include "compose/record.h"

#include <stdio.h>
#include <string.h>

#include "compose/encode.h"
#include "flow/effect.h"

#define SENTENCE_MAX	1024

/* "8B66 16FC ...": groups of four, as people compare them. */
static void
group(const char *fpr, char out[LIM_FPR + LIM_FPR / 4 + 1])
{
	size_t i, n = 0;

	for (i = 0; fpr[i] != '\0' && i < LIM_FPR; i++) {
		if (i > 0 && i % 4 == 0)
			out[n++] = ' ';
		out[n++] = fpr[i];
	}
	out[n] = '\0';
}

/* "4, 7, 11" */
static void
list_fields(uint32_t missing, struct buf *out)
{
	unsigned i;

	for (i = 0; i < 32; i++) {
		if (missing >> i & 1)
			buf_printf(out, "%s%u", out->len > 0 ? ", " : "", i);
	}
}

static enum gw_err
sentence(const struct templates *t, const char *section, const char *fields,
    struct buf *out)
{
	const struct var v = { "fields", fields };

	return template_render(t, mail_kind_template(MAIL_T06), section, &v, 1,
	    out);
}

/* R14: the form is a help and no duty; what lacks is said, not refused. */
static enum gw_err
form_sentence(const struct templates *t, const struct findings *r,
    struct buf *out)
{
	struct buf fields;
	enum gw_err err;

	if (r->form == FORM_NONE)
		return sentence(t, "form-free", "", out);
	if (r->missing == 0)
		return sentence(t, "form-complete", "", out);
	buf_init(&fields, SENTENCE_MAX);
	list_fields(r->missing, &fields);
	err = buf_error(&fields);
	if (err == GW_OK)
		err = sentence(t, "form-missing", buf_str(&fields), out);
	buf_free(&fields);
	return err;
}

static bool
is_line(const char *s)
{
	return encode_is_clean(s, strlen(s), false);
}

/* A line break in a name could forge a line of the record. */
static bool
is_clean(const struct findings *r)
{
	return is_line(r->organisation) && is_line(r->sender) &&
	    is_line(r->fpr) && is_line(r->hash) && is_line(r->algo);
}

static void
set(struct record_text *out, const char *name, const char *value)
{
	out->vars[out->n++] = (struct var){ name, value };
}

static void
set_vars(const struct findings *r, struct record_text *out)
{
	set(out, "received", out->received);
	set(out, "kind", referral_type_dutch(r->type));
	set(out, "organisation", r->organisation);
	set(out, "role", person_role_dutch(r->role));
	set(out, "sender", r->sender);
	set(out, "fingerprint", out->fingerprint);
	set(out, "signed_at", out->signed_at);
	set(out, "hash", r->hash);
	set(out, "algorithm", r->algo);
	set(out, "digest", out->digest);
	set(out, "form", buf_str(&out->form));
	set(out, "binding", buf_str(&out->binding));
	set(out, "attachments", out->attachments);
	set(out, "shape", buf_str(&out->shape));
}

enum gw_err
record_text(const struct templates *t, const struct findings *r,
    struct record_text *out)
{
	enum gw_err err;

	memset(out, 0, sizeof(*out));
	buf_init(&out->form, SENTENCE_MAX);
	buf_init(&out->binding, SENTENCE_MAX);
	buf_init(&out->shape, SENTENCE_MAX);
	if (!is_clean(r))
		return GW_FORMAT;
	clock_dutch(r->received, out->received);
	(void)strcpy(out->signed_at, "?");
	if (r->signed_at != 0)
		clock_dutch(r->signed_at, out->signed_at);
	group(r->fpr, out->fingerprint);
	crypto_hex(r->digest, out->digest);
	(void)snprintf(out->attachments, sizeof(out->attachments), "%u",
	    (unsigned)r->attachments);
	err = form_sentence(t, r, &out->form);
	if (err == GW_OK)
		err = sentence(t, r->bound ? "bound" : "unbound", "",
		    &out->binding);
	if (err == GW_OK)
		err = sentence(t, r->combined ? "shape-combined" :
		    "shape-signed", "", &out->shape);
	if (err == GW_OK)
		set_vars(r, out);
	return err;
}

void
record_free(struct record_text *out)
{
	buf_free(&out->form);
	buf_free(&out->binding);
	buf_free(&out->shape);
	out->n = 0;
}
