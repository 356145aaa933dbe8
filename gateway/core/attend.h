/*
 * AANWEZIG: the chair closes the attendance (R89, design.md 10): who was there
 * and which cases were discussed, per case where lists were given.
 */
#ifndef GW_CORE_ATTEND_H
#define GW_CORE_ATTEND_H

#include "core/way.h"

/* DOCUMENT_ATTENDANCE; convene_commit() writes it. */
enum gw_err attend_step(struct travel *t);

#endif
