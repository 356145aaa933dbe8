#include "core/longer.h"

#include <unistd.h>

#include "base/clock.h"
#include "core/newcomer.h"
#include "core/refuse.h"
#include "core/stranger.h"

static enum gw_err
say_no(struct travel *t, enum reason reason, const char *told)
{
	t->told = told;
	return refuse(t, reason);
}

static enum gw_err
tell(struct travel *t)
{
	const struct correspondent *p = &t->signer;
	char day[CLOCK_DUTCH_LEN], fpr[FPR_GROUPS];
	const struct var vars[] = { { "fingerprint", fpr },
		{ "date", p->key_expires == 0 ? "geen" : day } };
	enum gw_err r;

	clock_dutch_day(p->key_expires, day);
	fpr_groups(p->fpr, fpr);
	r = posts_letter(&t->posts, MAIL_T39, "verlengd", p, "", vars, 2);
	/* The key counts for longer, whoever hears of it. */
	return r == GW_KEY ? GW_OK : r;
}

/* A new date is what it is about: a key that ends as before was not
 * prolonged, or the old one was sent. */
static bool
is_longer(int64_t before, int64_t expires)
{
	return before != 0 && (expires == 0 || expires > before);
}

static enum gw_err
take(struct travel *t, const struct msg_imported *key)
{
	enum gw_err r = newcomer_taken(key);

	if (r == GW_KEY)
		return say_no(t, REASON_FINGERPRINT_DIFFERS, "sleutel-andere");
	if (r != GW_OK)
		return r;
	if (!is_longer(t->signer.key_expires, key->expires))
		return say_no(t, REASON_WRONG_STATE, "sleutel-niet-langer");
	t->signer.key_expires = key->expires;
	t->mail.correspondent = t->signer.id;
	return tell(t);
}

enum gw_err
longer_step(struct travel *t)
{
	struct msg_imported key;
	enum gw_err r;
	int file;

	if (t->inner.key.len == 0)
		return say_no(t, REASON_UNREADABLE_ANSWER, "sleutel-geen");
	if (t->dry)
		return GW_OK;
	r = stranger_key(t, &file);
	if (r != GW_OK)
		return r;
	r = newcomer_import(t->core, t->signer.fpr, t->signer.address, file,
	    &key);
	close(file);
	return r == GW_OK ? take(t, &key) : r;
}

enum gw_err
longer_commit(struct travel *t)
{
	struct store *s = t->core->store;
	unsigned released;
	enum gw_err r = correspondent_renew(s, &t->signer);

	if (r == GW_OK)
		r = audit_add(s, t->now, AUDIT_CORRESPONDENT_RENEWED, "",
		    person_role_name(t->signer.role), t->fpr);
	/* What was held for want of a part to encrypt to may leave. */
	return r == GW_OK ? outbox_release_held(s, &released) : r;
}
