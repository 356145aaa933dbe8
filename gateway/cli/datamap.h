/* The rights of a path as `meldpost datamap` and `selfcheck` tell them. */
#ifndef GW_CLI_DATAMAP_H
#define GW_CLI_DATAMAP_H

#include "cli/command.h"
#include "conf/conf.h"

/* Reads the configuration; EX_OK, or a status after lines on call->err. */
int datamap_conf(const struct call *call, struct conf *conf);

/* "0700 meldpost-core", "none yet", or why it cannot be seen. */
void datamap_rights(const char *path, char *out, size_t size);

#endif
