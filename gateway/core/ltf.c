#include "core/ltf.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/address.h"
#include "base/memfd.h"
#include "core/peers.h"

bool
ltf_address(const struct core *c, char address[LIM_ADDR + 1])
{
	(void)snprintf(address, LIM_ADDR + 1, "%s", c->conf->ltf_address);
	return address[0] != '\0';
}

const char *
ltf_fingerprint(const struct core *c)
{
	return c->conf->ltf_fingerprint;
}

bool
ltf_is_address(const struct core *c, const char *address)
{
	const char *ltf = c->conf->ltf_address;

	return ltf[0] != '\0' && address_alike(address, ltf);
}

bool
ltf_is_key(const struct core *c, const char *fpr)
{
	const char *ltf = c->conf->ltf_fingerprint;

	return ltf[0] != '\0' && strcmp(fpr, ltf) == 0;
}

/* ---- the key ---- */

enum gw_err
ltf_find_key(struct core *c, struct msg_imported *out)
{
	struct msg m;
	enum gw_err r;

	*out = (struct msg_imported){ .err = GW_MISSING };
	if (c->conf->ltf_address[0] == '\0')
		return GW_MISSING;
	msg_init(&m, MSG_find);
	memcpy(m.u.find.fpr, c->conf->ltf_fingerprint, sizeof(m.u.find.fpr));
	r = peers_ask(c, ROLE_KEYS, &m, MSG_imported, 0);
	if (r == GW_OK)
		*out = m.u.imported;
	return r;
}

enum gw_err
ltf_import_key(struct core *c, int file, struct msg_imported *out)
{
	struct msg m;
	enum gw_err r;

	*out = (struct msg_imported){ .err = GW_MISSING };
	if (c->conf->ltf_address[0] == '\0')
		return GW_MISSING;
	msg_init(&m, MSG_import);
	memcpy(m.u.import.fpr, c->conf->ltf_fingerprint,
	    sizeof(m.u.import.fpr));
	memcpy(m.u.import.address, c->conf->ltf_address,
	    sizeof(m.u.import.address));
	m.u.import.file = file;
	r = peers_ask(c, ROLE_KEYS, &m, MSG_imported, 0);
	if (r == GW_OK)
		*out = m.u.imported;
	return r;
}

/* ---- the relay ---- */

/* What stands outside: from us, to that contact, and no word of ours. */
static enum gw_err
make_head(const struct core *c, const struct outbox *row, int *fd)
{
	struct buf b;
	enum gw_err r;

	buf_init(&b, LIM_HEADER_BYTES);
	r = compose_outer(&c->office, c->conf->ltf_address, row->message_id,
	    row->made, &b);
	if (r == GW_OK)
		r = memfd_from(b.p, b.len, fd);
	buf_free(&b);
	return r;
}

static enum gw_err
ask_relay(struct core *c, int head, int mail, struct span cipher, int *sealed)
{
	struct msg m;
	enum gw_err r;

	msg_init(&m, MSG_relay);
	memcpy(m.u.relay.fpr, c->conf->ltf_fingerprint,
	    sizeof(m.u.relay.fpr));
	m.u.relay.cipher = cipher;
	m.u.relay.mail = mail;
	m.u.relay.head = head;
	r = peers_ask(c, ROLE_KEYS, &m, MSG_sealed, cipher.len);
	if (r != GW_OK)
		return r;
	r = m.u.sealed.err < GW_ERR_MAX ? (enum gw_err)m.u.sealed.err :
	    GW_FORMAT;
	/* What is wrong over there says nothing of our own disk. */
	if (r == GW_IO || r == GW_INTERNAL || r == GW_NOMEM)
		r = GW_AGAIN;
	if (r == GW_OK && m.u.sealed.mail < 0)
		r = GW_FORMAT;
	if (r == GW_OK)
		*sealed = m.u.sealed.mail;
	else
		msg_close(&m);
	return r;
}

enum gw_err
ltf_relay(struct posts *p, const char *ref, int mail, struct span cipher)
{
	struct core *c = p->core;
	struct post *one;
	enum gw_err r;
	int head = -1;

	if (c->conf->ltf_address[0] == '\0')
		return GW_MISSING;
	one = posts_intent(p, MAIL_T28B, "body", 0, ref);
	if (one == NULL)
		return GW_LIMIT;
	if (p->dry)
		return GW_OK;
	r = make_head(c, &one->row, &head);
	if (r == GW_OK)
		r = ask_relay(c, head, mail, cipher, &one->sealed);
	if (head >= 0)
		close(head);
	if (r != GW_OK)
		p->n--;
	return r;
}
