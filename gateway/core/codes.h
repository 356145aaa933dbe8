/*
 * Codes that the gateway issues and a person must repeat (design.md 6): 60
 * bits, made of what is agreed to and of who is asked. Nothing of it can
 * change, and nobody else can use it, without the code being another.
 */
#ifndef GW_CORE_CODES_H
#define GW_CORE_CODES_H

#include <stdbool.h>

#include "store/store.h"

/* The code by which correspondent `who` (0: the newcomer) agrees to `e` in the
 * state that it is in: "4F7K-29QD-XM3A". */
void code_of_enrolment(const struct enrolment *e, int64_t who,
    char out[LIM_CODE + 1]);

/* Whether `code`, as it was read, is that one; in constant time. */
bool code_fits_enrolment(const struct enrolment *e, int64_t who,
    const char *code);

/* The same of an extension of the case `ref` (R134), for a second officer. */
void code_of_extension(const char *ref, const struct case_extension *e,
    int64_t who, char out[LIM_CODE + 1]);
bool code_fits_extension(const char *ref, const struct case_extension *e,
    int64_t who, const char *code);

/* The same of a round about telling the person (R108), for who is asked. */
void code_of_informing(const char *ref, const struct informing *in,
    int64_t who, char out[LIM_CODE + 1]);
bool code_fits_informing(const char *ref, const struct informing *in,
    int64_t who, const char *code);

#endif
