#ifndef CTL_IMPORT_H
#define CTL_IMPORT_H

#include <jansson.h>

#include "server/ctl/ctl.h"

/* A JSON file that is checked completely before anything of it is used: every error is printed,
 * with the place it concerns. */
struct import {
    struct ctl *ctl;
    const char *file;
    json_t *root;
    size_t errors;
};

/* Reads a file of up to 8 MiB ("-": standard input) into the arena. Returns an exit code. */
int import_read(struct ctl *ctl, const char *file, struct text *ret);

/* Reads a file of up to 8 MiB ("-": standard input). Returns an exit code; on CTL_DONE the caller
 * releases with import_close(). */
int import_open(struct ctl *ctl, const char *file, struct import *ret);
void import_close(struct import *import);

/* Prints "FILE: place: message" and counts it. place: RFC 6901, made by import_place(). */
void import_refuse(struct import *import, const char *place, const char *message);
const char *import_place(struct import *import, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Refuses members of an object that are not among the names, which end with NULL. */
void import_refuse_others(struct import *import, const json_t *object, const char *place,
                          const char *const names[]);

/* A name of 1 to 100 characters; none after a refusal. */
struct text import_name(struct import *import, const json_t *value, const char *place);

#endif
