#ifndef TESTS_HTTP_ATTACHED_H
#define TESTS_HTTP_ATTACHED_H

#include "tests/http/matter.h"

/* Files for complaints. */
struct file {
    const char *name; /* percent-encoded, as in a query */
    char *bytes;      /* see file_keep() */
    size_t length;
    char sha256[65];
};

/* Keeps what malloc() gave until the test's process ends, and returns it. */
void *file_keep(void *bytes);

/* A PDF by its first bytes, of that length in all, and like no other. */
struct file file_pdf(const char *name, size_t length);
/* Of these bytes; length 0: up to the zero byte. */
struct file file_of(const char *name, const char *bytes, size_t length);

/* POST …/attachments with the version last seen, remembering the new one; headers as in struct call. */
const struct reply *file_attach(struct matter *matter, const char *as, const struct file *file,
                                struct call call);
/* The same, wanting success. */
const struct reply *file_must(struct matter *matter, const char *as, const struct file *file);

/* GET …/attachments/{number}. */
const struct reply *file_get(const struct matter *matter, const char *as, int number,
                             struct call call);

/* The reply's body is this part of the file. */
void file_expect(const struct reply *reply, const struct file *file, size_t from, size_t length);

#endif
