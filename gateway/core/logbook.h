/*
 * The audit chain leaves the house: once a day its length and its last hash go
 * to the DPO (B11), signed as every mail. Whoever can write the database can
 * cut the end off and mend what says where it ends, but not a mail that lies
 * elsewhere. And what tells whose acts they were is forgotten after a while.
 */
#ifndef GW_CORE_LOGBOOK_H
#define GW_CORE_LOGBOOK_H

#include "core/way.h"

/* Looks once an hour, and at the start. A date that is doubted keeps no head
 * back; nothing is forgotten by it. GW_IO: the disk. */
enum gw_err logbook_run(struct core *c);

/* The operator asks: queues B11 to every DPO, gives how many. */
enum gw_err logbook_send(struct core *c, const char *operator, unsigned *n);

/* LOGBOEK: B11 goes back to whoever asks. */
enum gw_err logbook_step(struct travel *t);

/* After the start: books a configuration that is not that of the last start.
 * `dump` is conf_dump() of all of it, without secrets. */
enum gw_err logbook_configured(struct core *c, const void *dump, size_t n);

#endif
