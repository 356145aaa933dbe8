/*
 * A date that lies AHEAD seconds in front of the machine's, for the one process
 * that this is loaded into (LD_PRELOAD): a test of what happens in January
 * cannot wait for it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	static int (*real)(clockid_t, struct timespec *);
	const char *ahead = getenv("AHEAD");
	void *found;
	int r;

	if (real == NULL) {
		found = dlsym(RTLD_NEXT, "clock_gettime");
		memcpy(&real, &found, sizeof(real));
	}
	r = real(id, ts);
	if (r == 0 && id == CLOCK_REALTIME && ahead != NULL)
		ts->tv_sec += atol(ahead);
	return r;
}

time_t
time(time_t *out)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	if (out != NULL)
		*out = ts.tv_sec;
	return ts.tv_sec;
}
