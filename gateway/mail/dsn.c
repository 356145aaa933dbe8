#include "mail/dsn.h"

#include <string.h>

#include "mail/header.h"

/* From good to bad. */
static const struct {
	const char *word;
	enum dsn_action action;
} actions[] = {
	{ "delivered", DSN_DELIVERED },
	{ "expanded", DSN_EXPANDED },
	{ "relayed", DSN_RELAYED },
	{ "delayed", DSN_DELAYED },
	{ "failed", DSN_FAILED },
};

#define ACTIONS (sizeof(actions) / sizeof(actions[0]))

/* How bad the action of this group of fields is; 0 when it has none. */
static size_t
rank_of(struct bytes group)
{
	struct bytes word;
	struct field f;
	size_t i;

	if (header_find(group, "Action", &f) != 1)
		return 0;
	word = header_token(f.value);
	for (i = 0; i < ACTIONS; i++) {
		if (bytes_same(word, actions[i].word))
			return i + 1;
	}
	return 0;
}

/* RFC 3463 2: class "." subject "." detail. */
static bool
is_status(struct bytes b)
{
	size_t i = 0, digits, part;

	for (part = 0; part < 3; part++) {
		for (digits = 0; i < b.n && ascii_digit(b.p[i]); i++)
			digits++;
		if (digits == 0 || digits > 3 || (part == 0 && digits > 1))
			return false;
		if (part < 2 && (i == b.n || b.p[i++] != '.'))
			return false;
	}
	return i == b.n;
}

static void
read_status(struct bytes group, char out[LIM_STATUS + 1])
{
	struct bytes word;
	struct field f;

	out[0] = '\0';
	if (header_find(group, "Status", &f) != 1)
		return;
	word = header_token(f.value);
	if (is_status(word))
		(void)bytes_string(word, out, LIM_STATUS + 1);
}

/* Ours are letters and digits; a longer or stranger one is not ours. */
static void
read_envid(struct bytes group, char out[LIM_ENVID + 1])
{
	struct bytes id;
	struct field f;
	size_t i;

	if (header_find(group, "Original-Envelope-Id", &f) != 1)
		return;
	id = bytes_trim(f.value);
	for (i = 0; i < id.n; i++) {
		if (id.p[i] <= ' ' || id.p[i] >= 0x7f)
			return;
	}
	(void)bytes_string(id, out, LIM_ENVID + 1);
}

/* Groups of fields are separated by empty lines. */
static bool
next_group(struct bytes *rest, struct bytes *group)
{
	struct bytes line;

	*group = (struct bytes){ rest->p, 0 };
	while (bytes_line(rest, &line)) {
		if (!bytes_blank(line)) {
			group->n = (size_t)(rest->p - group->p);
			continue;
		}
		if (group->n > 0)
			return true;
		group->p = rest->p;
	}
	return group->n > 0;
}

void
dsn_read(struct bytes body, struct dsn *out)
{
	struct bytes rest = body, group;
	size_t rank, worst = 0;
	bool first = true;

	memset(out, 0, sizeof(*out));
	while (next_group(&rest, &group)) {
		if (first)
			read_envid(group, out->envid);
		first = false;
		rank = rank_of(group);
		if (rank <= worst)
			continue;
		worst = rank;
		out->action = actions[rank - 1].action;
		read_status(group, out->status);
	}
}
