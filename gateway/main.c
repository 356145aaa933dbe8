/* meldpostd: options, configuration, start, wait. See meldpostd(8). */
#define _GNU_SOURCE
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "conf/conf_read.h"
#include "house.h"

struct choices {
	const char *config;
	int client;
	bool check;
	bool once;
	bool dry;
	bool confine;
};

static const char usage[] =
    "usage: meldpostd [-c FILE] [--once | --check] [--no-confine]\n"
    "  -c, --config FILE  read FILE instead of " MELDPOST_CONF "\n"
    "      --check        read the configuration, print all options, end\n"
    "      --once         empty the source and what is due to go out, end\n"
    "      --no-confine   no walls between the roles; for debuggers only\n"
    "      --private FD   serve one meldpost command on descriptor FD\n"
    "      --dry          with --private: write nothing\n"
    "      --version, --help\n"
    "See meldpostd(8) and meldpost.conf(5).\n";

enum { OPT_ONCE = 256, OPT_CHECK, OPT_NO_CONFINE, OPT_PRIVATE, OPT_DRY,
	OPT_VERSION, OPT_HELP };

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "once", no_argument, NULL, OPT_ONCE },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "no-confine", no_argument, NULL, OPT_NO_CONFINE },
	{ "private", required_argument, NULL, OPT_PRIVATE },
	{ "dry", no_argument, NULL, OPT_DRY },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 }
};

static void
wrong_usage(void)
{
	fputs(usage, stderr);
	exit(EX_USAGE);
}

static int
descriptor(const char *word)
{
	char *end;
	long n = strtol(word, &end, 10);

	if (end == word || *end != '\0' || n < 3 || n > 1023)
		wrong_usage();
	return (int)n;
}

static void
take_option(struct choices *ch, int c)
{
	switch (c) {
	case 'c':
		ch->config = optarg;
		break;
	case OPT_ONCE:
		ch->once = true;
		break;
	case OPT_CHECK:
		ch->check = true;
		break;
	case OPT_NO_CONFINE:
		ch->confine = false;
		break;
	case OPT_PRIVATE:
		ch->client = descriptor(optarg);
		break;
	case OPT_DRY:
		ch->dry = true;
		break;
	case OPT_VERSION:
		puts("meldpostd " PACKAGE_VERSION);
		exit(EX_OK);
	case OPT_HELP:
		fputs(usage, stdout);
		exit(EX_OK);
	default:
		wrong_usage();
	}
}

static struct choices
read_options(int argc, char **argv)
{
	struct choices ch = { .config = getenv("MELDPOST_CONF"), .client = -1,
		.confine = true };
	int c;

	if (ch.config == NULL)
		ch.config = MELDPOST_CONF;
	while ((c = getopt_long(argc, argv, "c:", options, NULL)) != -1)
		take_option(&ch, c);
	if (optind != argc || (ch.dry && ch.client < 0) ||
	    (ch.once && ch.client >= 0))
		wrong_usage();
	return ch;
}

/* Reads the configuration or explains, and gives up. */
static void
read_conf(const struct choices *ch, struct conf *conf)
{
	struct buf why;

	buf_init(&why, 64 * 1024);
	if (conf_read(ch->config, conf, &why) != GW_OK) {
		fputs(buf_str(&why), stderr);
		exit(EX_CONFIG);
	}
	buf_free(&why);
	conf->once = ch->once;
	conf->private_run = ch->client >= 0;
	conf->dry = ch->dry;
	conf->confine = ch->confine;
	if (conf->state_templates[0] == '\0') {
		const char *dir = getenv("MELDPOST_TEMPLATES");

		(void)snprintf(conf->state_templates,
		    sizeof(conf->state_templates), "%s",
		    dir != NULL ? dir : MELDPOST_TEMPLATES);
	}
}

static int
show_conf(const struct conf *conf)
{
	struct buf text;

	buf_init(&text, 256 * 1024);
	conf_dump(conf, &text);
	fputs(buf_str(&text), stdout);
	buf_free(&text);
	return EX_OK;
}

/* Users, directories, lock and socket; what went wrong was printed. */
static int
take_place(struct place *pl, const struct conf *conf)
{
	enum gw_err r;

	r = place_users(pl, conf);
	if (r != GW_OK)
		return EX_NOUSER;
	if (conf->dry)
		return EX_OK;
	r = place_directories(pl, conf);
	if (r != GW_OK)
		return EX_CONFIG;
	r = place_lock(pl, conf);
	if (r != GW_OK)
		return EX_TEMPFAIL;
	if (conf->private_run)
		return EX_OK;
	r = place_listen(pl, conf);
	if (r == GW_OK)
		return EX_OK;
	fprintf(stderr, "meldpostd: no control socket: %s\n", gw_strerror(r));
	return EX_OSERR;
}

int
main(int argc, char **argv)
{
	struct choices ch = read_options(argc, argv);
	static struct conf conf;
	struct place place;
	int status;

	(void)umask(077);
	(void)prctl(PR_SET_DUMPABLE, 0);
	log_open("parent", LOG_INFO);
	read_conf(&ch, &conf);
	if (ch.check)
		return show_conf(&conf);
	if (ch.client >= 0)
		log_open("parent", LOG_WARN);
	if (!ch.confine)
		log_event(LOG_WARN, "start", "--no-confine: there are no "
		    "walls between the roles; never use this with real mail");
	status = take_place(&place, &conf);
	if (status == EX_OK)
		status = house_run(&conf, &place, ch.client);
	place_leave(&place);
	conf_wipe(&conf);
	return status;
}
