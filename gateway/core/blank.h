/* FORMULIER: a blank form goes back to whoever asks for one. */
#ifndef GW_CORE_BLANK_H
#define GW_CORE_BLANK_H

#include "core/way.h"

enum gw_err blank_step(struct travel *t);

/* The section of B03 for a form, and the form for a section. */
const char *blank_section(enum form_name f);
enum form_name blank_form(const char *section);

#endif
