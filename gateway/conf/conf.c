#include "conf/conf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "conf/option.h"
#include "wire/cursor.h"

/* Words of the `for` column. */
#define PARENT	(1u << ROLE_PARENT)
#define FETCH	(1u << ROLE_FETCH)
#define PARSE	(1u << ROLE_PARSE)
#define KEYS	(1u << ROLE_KEYS)
#define CORE	(1u << ROLE_CORE)
#define SUBMIT	(1u << ROLE_SUBMIT)

static const struct option_row rows[] = {
#define ROW(k, g, n, w, h)						\
	.kind = OPTION_##k, .group = #g, .name = #n, .who = (w),	\
	.at = offsetof(struct conf, g##_##n), .help = (h)
#define STRING(g, n, def, most, w, h)					\
	{ ROW(STRING, g, n, w, h), .max = (most), .text = (def) },
#define NUMBER(g, n, def, least, most, w, u, h)				\
	{ ROW(NUMBER, g, n, w, h), .number = (def), .lo = (least),	\
	    .hi = (most), .unit = (u) },
#define CHOICE(g, n, def, list, w, h)					\
	{ ROW(CHOICE, g, n, w, h), .max = sizeof(((struct conf *)0)->g##_##n) \
	    - 1, .text = (def), .words = (list) },
#define SECRET(g, n, w, h)						\
	{ ROW(SECRET, g, n, w, h), .max = CONF_SECRET_MAX, .text = "" },
#include "conf/options.def"
#undef STRING
#undef NUMBER
#undef CHOICE
#undef SECRET
#undef ROW
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

_Static_assert(ROWS <= 64, "conf_read.c keeps one bit for each row");

const struct option_row *
option_rows(size_t *n)
{
	*n = ROWS;
	return rows;
}

char *
option_text(struct conf *c, const struct option_row *row)
{
	return (char *)c + row->at;
}

int64_t *
option_number(struct conf *c, const struct option_row *row)
{
	return (void *)((char *)c + row->at);
}

static const char *
text_of(const struct conf *c, const struct option_row *row)
{
	return (const char *)c + row->at;
}

static int64_t
number_of(const struct conf *c, const struct option_row *row)
{
	int64_t v;

	memcpy(&v, (const char *)c + row->at, sizeof(v));
	return v;
}

void
conf_defaults(struct conf *c)
{
	const struct option_row *row;

	*c = (struct conf){ .confine = 1 };
	for (row = rows; row < rows + ROWS; row++) {
		if (row->kind == OPTION_NUMBER)
			*option_number(c, row) = row->number;
		else if (row->text != NULL)
			(void)snprintf(option_text(c, row), row->max + 1, "%s",
			    row->text);
	}
}

/* The role stands in front, so that the reader knows which rows follow. */
enum gw_err
conf_pack(const struct conf *c, enum role role, struct buf *out)
{
	/* A length and, for a text, less than its room in the struct. */
	uint8_t bytes[sizeof(*c) + 8 * ROWS + 64];
	const struct option_row *row;
	struct cursor cur;

	cursor_init(&cur, bytes, sizeof(bytes));
	cursor_put_u32(&cur, role);
	cursor_put_u32(&cur, c->once);
	cursor_put_u32(&cur, c->private_run);
	cursor_put_u32(&cur, c->dry);
	cursor_put_u32(&cur, c->confine);
	for (row = rows; row < rows + ROWS; row++) {
		if ((row->who & 1u << role) == 0)
			continue;
		if (row->kind == OPTION_NUMBER)
			cursor_put_u64(&cur, (uint64_t)number_of(c, row));
		else
			cursor_put_str(&cur, text_of(c, row));
	}
	if (!cur.bad)
		buf_add(out, bytes, cur.at);
	explicit_bzero(bytes, sizeof(bytes));
	return cur.bad ? GW_LIMIT : buf_error(out);
}

enum gw_err
conf_unpack(struct conf *c, uint8_t *p, size_t n)
{
	const struct option_row *row;
	struct cursor cur;
	uint32_t role;

	conf_defaults(c);
	cursor_init(&cur, p, n);
	role = cursor_get_u32(&cur);
	if (role >= ROLE_MAX)
		return GW_FORMAT;
	c->once = cursor_get_u32(&cur);
	c->private_run = cursor_get_u32(&cur);
	c->dry = cursor_get_u32(&cur);
	c->confine = cursor_get_u32(&cur);
	for (row = rows; row < rows + ROWS; row++) {
		if ((row->who & 1u << role) == 0)
			continue;
		if (row->kind == OPTION_NUMBER)
			*option_number(c, row) = (int64_t)cursor_get_u64(&cur);
		else
			cursor_get_str(&cur, option_text(c, row),
			    row->max + 1);
	}
	if (cursor_ok(&cur))
		return GW_OK;
	conf_wipe(c);
	conf_defaults(c);
	return GW_FORMAT;
}

void
conf_wipe(struct conf *c)
{
	const struct option_row *row;

	for (row = rows; row < rows + ROWS; row++) {
		if (row->kind == OPTION_SECRET)
			explicit_bzero(option_text(c, row), row->max + 1);
	}
}

/* A string as libconfig reads it; control characters cannot occur. */
static void
dump_string(struct buf *out, const char *s)
{
	buf_putc(out, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *s);
	}
	buf_putc(out, '"');
}

/* Help and default, as comment lines above the option. */
static void
dump_comment(struct buf *out, const struct option_row *row)
{
	buf_printf(out, "\n\t# %s\n\t# ", row->help);
	if (row->kind == OPTION_SECRET) {
		buf_puts(out, "(secret)\n");
	} else if (row->kind == OPTION_NUMBER) {
		buf_printf(out, "%" PRId64 " to %" PRId64 "%s%s; default %"
		    PRId64 "\n", row->lo, row->hi, *row->unit ? " " : "",
		    row->unit, row->number);
	} else if (row->text == NULL) {
		buf_puts(out, "must be set\n");
	} else {
		if (row->kind == OPTION_CHOICE)
			buf_printf(out, "one of %s; ", row->words);
		buf_puts(out, "default ");
		dump_string(out, row->text);
		buf_putc(out, '\n');
	}
}

static void
dump_value(struct buf *out, const struct conf *c, const struct option_row *row)
{
	const char *s;

	if (row->kind == OPTION_NUMBER) {
		buf_printf(out, "\t%s = %" PRId64 ";\n", row->name,
		    number_of(c, row));
		return;
	}
	s = text_of(c, row);
	/* A secret has lost its path, and what must be set may not be "". */
	if (row->kind == OPTION_SECRET || (row->text == NULL && *s == '\0'))
		buf_putc(out, '#');
	buf_printf(out, "\t%s = ", row->name);
	dump_string(out, row->kind == OPTION_SECRET ? "(secret)" : s);
	buf_puts(out, ";\n");
}

void
conf_dump(const struct conf *c, struct buf *out)
{
	const struct option_row *row;
	const char *group = "";

	for (row = rows; row < rows + ROWS; row++) {
		if (strcmp(group, row->group) != 0) {
			buf_printf(out, "%s%s:\n{", *group ? "};\n\n" : "",
			    row->group);
			group = row->group;
		}
		dump_comment(out, row);
		dump_value(out, c, row);
	}
	buf_puts(out, "};\n");
}
