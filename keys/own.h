/* What keys_open() wants to know of our own key. */
#ifndef KEYS_OWN_H
#define KEYS_OWN_H

#include "base/err.h"

struct keys;

/* GW_OK also while there is no usable key. GW_KEY: there is one, but it does
 * not open what is sealed to it (T34); logged. */
enum gw_err own_check(struct keys *k, const char *address);

#endif
