/* What people write around a text out of courtesy, and what their programs
 * put below it. */
#ifndef GW_MAIL_COURTESY_H
#define GW_MAIL_COURTESY_H

#include <stdbool.h>

#include "base/bytes.h"

/* "Beste collega's,", "Dag An", "Bonjour": a line that only greets. */
bool courtesy_is_greeting(struct bytes line);

/* "Met vriendelijke groet", "-- ", "Verzonden vanaf mijn iPhone". */
bool courtesy_is_closing(struct bytes line);

#endif
