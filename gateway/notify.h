/* Tells the service manager how we are: the only file that includes
 * libsystemd, and only where configure found it. */
#ifndef GW_NOTIFY_H
#define GW_NOTIFY_H

/* "READY=1", "STOPPING=1": see sd_notify(3). Does nothing elsewhere. */
void notify_service(const char *state);

#endif
