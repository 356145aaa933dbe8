#include "mail/whom.h"

#include "base/address.h"
#include "base/reason.h"
#include "mail/header.h"

/*
 * Adds the flags for the addresses of one To or Cc. Like "Aan:", "is it us"
 * forgives the case of letters. False when the list cannot be read.
 */
static bool
name_recipients(struct bytes value, const struct mail_us *us, uint32_t *flags)
{
	char raw[LIM_ADDR + 1], canonical[LIM_ADDR + 1];
	enum address_step step;
	struct address_walk w;
	struct bytes spec;

	address_walk(&w, value);
	while ((step = address_next(&w, &spec)) == ADDRESS_ONE) {
		canonical[0] = '\0';
		if (bytes_string(spec, raw, sizeof(raw)))
			(void)address_canonical(raw, canonical);
		if (address_alike(canonical, us->own))
			*flags |= MAIL_TO_US;
		else if (address_alike(canonical, us->practice))
			*flags |= MAIL_TO_PRACTICE;
		else
			*flags |= MAIL_TO_OTHER;
	}
	return step != ADDRESS_BAD;
}

void
whom_answers(struct bytes header, char out[LIM_MSGID + 1])
{
	struct bytes id;
	struct field f;
	size_t i, ats = 0;

	if (header_find(header, "In-Reply-To", &f) != 1)
		return;
	id = bytes_trim(f.value);
	if (id.n < 5 || id.p[0] != '<' || id.p[id.n - 1] != '>')
		return;
	for (i = 1; i + 1 < id.n; i++) {
		if (id.p[i] <= ' ' || id.p[i] >= 0x7f || id.p[i] == '<' ||
		    id.p[i] == '>')
			return;
		ats += id.p[i] == '@';
	}
	if (ats == 1 && id.p[1] != '@' && id.p[id.n - 2] != '@')
		(void)bytes_string(id, out, LIM_MSGID + 1);
}

void
whom_outer(struct bytes header, const char *practice, uint32_t *flags)
{
	static const char *const names[] = { "To", "Cc", "Delivered-To",
		"X-Original-To" };
	struct bytes rest = header;
	uint32_t found = 0;
	struct field f;
	size_t i;

	while (header_next(&rest, &f)) {
		for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			if (bytes_same(f.name, names[i]))
				(void)name_recipients(f.value,
				    &(struct mail_us){ "", practice }, &found);
		}
	}
	*flags |= found & MAIL_TO_PRACTICE;
}

bool
whom_protected(struct bytes header, const struct mail_us *us,
    uint32_t *flags)
{
	struct bytes rest = header;
	uint32_t found = 0;
	bool readable = true;
	struct field f;

	while (header_next(&rest, &f) && readable) {
		if (bytes_same(f.name, "To") || bytes_same(f.name, "Cc"))
			readable = name_recipients(f.value, us, &found);
	}
	if ((found & MAIL_TO_US) != 0)
		found &= ~(uint32_t)MAIL_TO_OTHER;
	*flags |= found;
	return readable;
}
