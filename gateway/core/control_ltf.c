/* meldpost ltf: the key of the one contact of the LTF. */
#include <sysexits.h>

#include "core/control.h"
#include "core/ltf.h"

static void
say_none(struct question *q)
{
	question_fail(q, EX_CONFIG, "no contact of the LTF is configured: set "
	    "ltf.address and ltf.fingerprint in meldpost.conf, or let the "
	    "information officer send by a channel of their own");
}

void
control_ltf_import(struct question *q)
{
	static const struct {
		enum gw_err err;
		const char *text;
	} why[] = {
		{ GW_FORMAT, "the file does not hold exactly one public key" },
		{ GW_MISSING, "the key in the file has another fingerprint "
		    "than ltf.fingerprint in meldpost.conf; call the contact "
		    "before you change either" },
		{ GW_KEY, "the key cannot be used: expired, revoked, too weak,"
		    " or it cannot sign and encrypt" },
		{ GW_LIMIT, "the key file is larger than 64 kB; export it "
		    "with --export-options export-minimal" },
		{ GW_STATE, "no user id of the key has ltf.address" },
	};
	struct core *c = q->core;
	struct msg_imported key;
	enum gw_err r;
	size_t i;

	if (q->input < 0) {
		question_fail(q, EX_USAGE, "a key file is missing");
		return;
	}
	r = ltf_import_key(c, q->input, &key);
	if (r == GW_MISSING) {
		say_none(q);
		return;
	}
	if (r != GW_OK) {
		question_fail(q, EX_TEMPFAIL, "the keys role is not at work; "
		    "try again");
		return;
	}
	for (i = 0; i < sizeof(why) / sizeof(why[0]); i++) {
		if (why[i].err == key.err) {
			question_fail(q, EX_DATAERR, "%s", why[i].text);
			return;
		}
	}
	if (key.err == GW_OK)
		r = audit_add(c->store, core_now(c), AUDIT_LTF_KEY, "", "",
		    key.fpr);
	if (key.err != GW_OK || r != GW_OK)
		question_fail(q, EX_SOFTWARE, "the key could not be imported "
		    "(%s)", gw_strerror(key.err != GW_OK ?
		    (enum gw_err)key.err : r));
	else
		question_say(q, "the key of the LTF's contact is there");
}

void
control_ltf_show(struct question *q)
{
	static const char *const columns[] = { "address", "fingerprint",
		"key", "key-expires" };
	char address[LIM_ADDR + 1];
	struct msg_imported key;
	enum gw_err r;

	if (!ltf_address(q->core, address)) {
		say_none(q);
		return;
	}
	r = ltf_find_key(q->core, &key);
	if (r != GW_OK) {
		question_fail(q, EX_TEMPFAIL, "the keys role is not at work; "
		    "try again");
		return;
	}
	question_columns(q, columns, sizeof(columns) / sizeof(columns[0]));
	question_cell(q, address);
	question_cell(q, ltf_fingerprint(q->core));
	question_cell(q, key.err == GW_OK ? "usable" :
	    key.err == GW_MISSING ? "missing" : "unusable");
	question_cell_time(q, key.expires);
	question_row_end(q);
	if (key.err == GW_MISSING)
		question_say(q, "meldpost ltf import FILE brings its key");
}
