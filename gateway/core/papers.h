/*
 * What the office sends around a meeting in its own words, sealed to each who
 * may have it and kept nowhere: the agenda to who comes (T22), anonymous
 * minutes of one case to who was there for it (T23, R43), an action to who took
 * it (T24).
 */
#ifndef GW_CORE_PAPERS_H
#define GW_CORE_PAPERS_H

#include "core/way.h"

/* DOCUMENT_PAPERS; there is nothing to write but the mails. */
enum gw_err papers_step(struct travel *t);

#endif
