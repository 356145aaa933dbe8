#include "core/sealing.h"

#include <stdio.h>
#include <unistd.h>

#include "base/memfd.h"
#include "compose/letters.h"
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

/* Our own public key as it is now, mapped; *fd is the caller's. */
static enum gw_err
own_key(struct core *c, int *fd, struct map *map)
{
	struct msg m;
	enum gw_err r;

	*fd = -1;
	msg_init(&m, MSG_ask_own);
	m.u.ask_own.export = 1;
	r = peers_ask(c, ROLE_KEYS, &m, MSG_own, 0);
	if (r != GW_OK)
		return r;
	*fd = m.u.own.file;
	return *fd >= 0 ? memfd_map(*fd, LIM_KEYFILE, map) : GW_KEY;
}

static enum gw_err
write_letter(struct core *c, const struct letter *letter,
    struct composed *composed)
{
	const struct letter_row *row = letter_find(letter->kind,
	    letter->section);
	struct letter with_key = *letter;
	struct map map = { (const uint8_t *)"", 0 };
	enum gw_err r;
	int fd;

	if (row == NULL || (row->flags & LETTER_KEY) == 0)
		return compose(c->templates, &c->office, letter, composed);
	buf_init(&composed->head, 0);
	r = own_key(c, &fd, &map);
	with_key.key = map.p;
	with_key.key_len = map.len;
	if (r == GW_OK)
		r = compose(c->templates, &c->office, &with_key, composed);
	memfd_unmap(&map);
	if (fd >= 0)
		close(fd);
	return r;
}

enum gw_err
seal_letter(struct core *c, const struct letter *letter,
    const struct sealing *how, int *mail)
{
	struct composed composed;
	struct secret head = { .fd = -1 };
	struct msg m;
	enum gw_err r;

	*mail = -1;
	r = write_letter(c, letter, &composed);
	if (r == GW_OK)
		r = pass_on(&composed.head, &head);
	if (r != GW_OK)
		goto out;
	msg_init(&m, MSG_seal);
	(void)snprintf(m.u.seal.fpr, sizeof(m.u.seal.fpr), "%s", how->fpr);
	m.u.seal.outer_len = composed.outer_len;
	m.u.seal.prefix_len = composed.prefix_len;
	m.u.seal.bucket = SEAL_BUCKET;
	m.u.seal.head = head.fd;
	m.u.seal.guest = how->guest;
	if (letter->attach) {
		m.u.seal.plain = how->plain;
		m.u.seal.body = how->body;
	}
	r = peers_ask(c, ROLE_KEYS, &m, MSG_sealed, how->body.len);
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
