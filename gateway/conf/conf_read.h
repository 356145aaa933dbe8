/* Reads meldpost.conf: the only file that includes libconfig. */
#ifndef GW_CONF_CONF_READ_H
#define GW_CONF_CONF_READ_H

#include "base/buf.h"
#include "base/err.h"
#include "conf/conf.h"

/*
 * Reads `path` into *c. On anything wrong returns GW_FORMAT (or GW_MISSING
 * when there is no such file, GW_DENIED when a secret's file can be read by
 * others) and appends to `why` one line for each fault, all of them:
 * "file:line: what is wrong; what is allowed". Unknown groups and options,
 * wrong types, numbers out of range and words not in the list are faults;
 * for an unknown name the nearest known one is offered.
 */
enum gw_err conf_read(const char *path, struct conf *c, struct buf *why);

#endif
