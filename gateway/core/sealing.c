#include "core/sealing.h"

#include <stdio.h>
#include <unistd.h>

#include "base/memfd.h"
#include "core/peers.h"

/* What is composed may hold what a person wrote: it travels as a secret. */
static enum gw_err
pass_on(const struct buf *b, struct secret *s)
{
	enum gw_err r;

	r = secret_new(s, b->len);
	if (r == GW_OK)
		r = secret_add(s, b->p, b->len);
	if (r == GW_OK)
		r = secret_seal(s);
	return r;
}

enum gw_err
seal_letter(struct core *c, const struct letter *letter, const char *fpr,
    int plain, struct span body, int *mail)
{
	struct composed composed;
	struct secret head = { .fd = -1 };
	struct msg m;
	enum gw_err r;

	*mail = -1;
	r = compose(c->templates, &c->office, letter, &composed);
	if (r == GW_OK)
		r = pass_on(&composed.head, &head);
	if (r != GW_OK)
		goto out;
	msg_init(&m, MSG_seal);
	(void)snprintf(m.u.seal.fpr, sizeof(m.u.seal.fpr), "%s", fpr);
	m.u.seal.outer_len = composed.outer_len;
	m.u.seal.prefix_len = composed.prefix_len;
	m.u.seal.bucket = SEAL_BUCKET;
	m.u.seal.head = head.fd;
	if (letter->attach) {
		m.u.seal.plain = plain;
		m.u.seal.body = body;
	}
	r = peers_ask(c, ROLE_KEYS, &m, MSG_sealed, body.len);
	if (r != GW_OK)
		goto out;
	r = m.u.sealed.err < GW_ERR_MAX ? (enum gw_err)m.u.sealed.err :
	    GW_FORMAT;
	/* What is wrong over there says nothing of our own disk. */
	if (r == GW_IO || r == GW_INTERNAL)
		r = GW_AGAIN;
	if (r == GW_OK && m.u.sealed.mail < 0)
		r = GW_FORMAT;
	if (r == GW_OK)
		*mail = m.u.sealed.mail;
	else
		msg_close(&m);
out:
	secret_wipe(&head);
	buf_free(&composed.head);
	return r;
}
