#include "transport/source.h"

#include <string.h>

const struct source_driver *
source_find(const struct conf *conf)
{
	static const struct source_driver *const drivers[] = {
		&source_maildir,
		&source_imap,
	};
	size_t i;

	for (i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		if (strcmp(drivers[i]->type, conf->source_type) == 0)
			return drivers[i];
	}
	return NULL;
}
