/*
 * Where the key of a mailbox stands in its domain's Web Key Directory
 * (draft-koch-openpgp-webkey-service 3.1).
 */
#ifndef KEYS_WKD_NAME_H
#define KEYS_WKD_NAME_H

#include <stdbool.h>

#include "base/limits.h"

/* The file name for a canonical address: z-base-32 of the SHA-1 of its local
 * part in lower case. False and "" when it has none. */
bool wkd_name(const char *address, char out[LIM_WKD + 1]);

#endif
