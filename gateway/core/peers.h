/* Core's side of its edges: who is there, and questions to parse and keys. */
#ifndef GW_CORE_PEERS_H
#define GW_CORE_PEERS_H

#include "core/core.h"

/*
 * A role was started: `link` leads to it and is ours from now on. keys is told
 * whom we know, and asked for our own key.
 */
void peers_join(struct core *c, enum role role, int link);

/* The parent says that a role is at work, and what stands around it. */
void peers_walled(struct core *c, const struct msg_walls *walls);

/* Whether it said so of `role`, which was not lost since. */
bool peers_at_work(const struct core *c, enum role role);

/* A role is gone: its channel is closed until the parent sends another. */
void peers_lost(struct core *c, enum role role);

/*
 * Asks and waits. `m` is the question and becomes the answer, which owns its
 * descriptors; the question's stay the caller's. `bytes` is the size of the
 * mail it is about, for the deadline (2 s and 1 s per MB, design.md 3).
 * GW_AGAIN: the role is down, or died over this question. GW_FORMAT: it said
 * something else; it is gone now.
 */
enum gw_err peers_ask(struct core *c, enum role role, struct msg *m,
    enum msg_type answer, uint64_t bytes);

/* Sends what needs no answer. */
void peers_tell(struct core *c, enum role role, const struct msg *m);

/* Asks keys for our own key and keeps the answer in c->own. */
enum gw_err peers_ask_own_key(struct core *c);

/* Tells keys that a primary fingerprint is enrolled, or no longer. */
void peers_pin(struct core *c, const char *fpr, bool active);

#endif
