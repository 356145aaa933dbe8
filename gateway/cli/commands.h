/* The commands that do more than ask and show; each returns its exit status. */
#ifndef GW_CLI_COMMANDS_H
#define GW_CLI_COMMANDS_H

#include "cli/command.h"

/* correspondent.c */
int correspondent_enrol(const struct call *call);
int correspondent_drop(const struct call *call);

/* mail.c */
int mail_list(const struct call *call);

/* key.c */
int key_export(const struct call *call);

/* wkd.c */
int wkd_export(const struct call *call);

/* form.c */
int form_print(const struct call *call);

/* ltf.c */
int ltf_import(const struct call *call);
/* the security norms: figures.c, datamap.c, selfcheck.c */
int figures_print(const struct call *call);
int datamap_print(const struct call *call);
int selfcheck_print(const struct call *call);
int incident_report(const struct call *call);
/* audit.c */
int audit_export(const struct call *call);

/* verdict.c */
int verdict_of_mail(const struct call *call);

#endif
