/* Our own key, for those who open the ring and who renew it. */
#ifndef KEYS_OWN_H
#define KEYS_OWN_H

#include <stddef.h>

#include "base/err.h"

struct key;
struct keys;

/* GW_OK also while there is no usable key. GW_KEY: there is one, but it does
 * not open what is sealed to it (T34). GW_AGAIN, GW_TIMEOUT, GW_NOMEM, GW_FULL,
 * GW_IO: nobody can tell now. Logged. */
enum gw_err own_check(struct keys *k);

/*
 * Takes the public part of our key out of the ring and in again, less the
 * `dropped` subkeys that `drop` names (engine_refresh()), and reads the ring;
 * `own` is gone then. gpg checks the self-signatures of a key that it made or
 * changed itself again at every use, but those of one that it imported only
 * once: 6 ms a mail. Errors as engine_refresh() and ring_load().
 */
enum gw_err own_refresh(struct keys *k, const struct key *own, size_t dropped,
    const char *drop);

#endif
