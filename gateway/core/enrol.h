/*
 * Orders of officers about people (design.md 6 and 10): INSCHRIJVEN, AFWIJZEN,
 * BEVESTIG, SCHORSEN; and the newcomer's proof. Each is checked here and then
 * is a step of newcomer.c.
 */
#ifndef GW_CORE_ENROL_H
#define GW_CORE_ENROL_H

#include "core/way.h"

/* INSCHRIJVEN, AFWIJZEN, SCHORSEN. */
enum gw_err enrol_order(struct travel *t);

/* BEVESTIG by an officer. */
enum gw_err enrol_confirm(struct travel *t);

/* BEVESTIG by whoever holds the new key. */
enum gw_err enrol_prove(struct travel *t);

/* Writes what was decided; then, when that is committed, the rest. */
enum gw_err enrol_commit(struct travel *t);
void enrol_after(struct travel *t);

#endif
