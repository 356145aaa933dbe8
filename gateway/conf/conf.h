/*
 * The configuration as a struct, made from options.def. One field for each
 * option: conf.instance_name, conf.source_port, ...
 */
#ifndef GW_CONF_CONF_H
#define GW_CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "wire/messages.h"

#define CONF_SECRET_MAX 512

struct conf {
#define STRING(g, n, def, max, who, help)	char g##_##n[(max) + 1];
#define NUMBER(g, n, def, lo, hi, who, unit, help) int64_t g##_##n;
#define CHOICE(g, n, def, words, who, help)	char g##_##n[16];
#define SECRET(g, n, who, help)		char g##_##n[CONF_SECRET_MAX + 1];
#include "conf/options.def"
#undef STRING
#undef NUMBER
#undef CHOICE
#undef SECRET
	/* How this run was asked for: meldpostd's own options. */
	uint32_t once;		/* --once: empty sources and outbox, end */
	uint32_t private_run;	/* serve one CLI, no fetch and no submit */
	uint32_t dry;		/* and write nothing: meldpost verdict */
	uint32_t confine;	/* 0 with --no-confine */
};

/* Sets every option to its default; those that must be set become "". */
void conf_defaults(struct conf *c);

/* The bytes that `role` may know, appended to `out`: the other options stay
 * at their defaults on its side. GW_LIMIT, GW_NOMEM. */
enum gw_err conf_pack(const struct conf *c, enum role role, struct buf *out);

/* The reverse, on the role's side. GW_FORMAT. */
enum gw_err conf_unpack(struct conf *c, uint8_t *p, size_t n);

/* Wipes the secrets in `c`. */
void conf_wipe(struct conf *c);

/* All options with value, default, unit and help, as a meldpost.conf that
 * could be read back; secrets as their path is not known here: "(secret)". */
void conf_dump(const struct conf *c, struct buf *out);

#endif
