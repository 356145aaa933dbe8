#include "transport/sink.h"

#include <string.h>

const struct sink_driver *
sink_find(const struct conf *conf)
{
	static const struct sink_driver *const drivers[] = {
		&sink_smtp,
		&sink_maildir,
	};
	size_t i;

	for (i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		if (strcmp(drivers[i]->type, conf->sink_type) == 0)
			return drivers[i];
	}
	return NULL;
}
