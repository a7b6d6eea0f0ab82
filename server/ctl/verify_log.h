#ifndef CTL_VERIFY_LOG_H
#define CTL_VERIFY_LOG_H

#include "lib/complaint/log_head.h"
#include "server/ctl/ctl.h"

#define VERIFY_FILES_MAX 16

/* What verify --log is given. */
struct verify_log {
    const char *log;   /* the export; NULL: none */
    const char *proof; /* an answer of the API, instead; NULL: none */
    const char *head_files[VERIFY_FILES_MAX];
    size_t head_file_count;
    uint8_t keys[VERIFY_FILES_MAX][LOG_KEY_LENGTH];
    size_t key_count;
};

/* Checks the archive of a complaint with the keys given and names what is wrong. Returns an exit code. */
int verify_case_file(struct ctl *ctl, const char *name, const struct verify_log *input);

/* Adds a public key, as digits or as the name of a file that holds them. Returns an exit code. */
int verify_log_key(struct ctl *ctl, const char *given, struct verify_log *input);

/* Checks a proof against heads, in order of size, and prints what it proves. */
int verify_proof(struct ctl *ctl, const char *file, const struct log_head heads[], size_t count);

/* Checks it and prints the first flaw. Returns an exit code. */
int verify_log(struct ctl *ctl, const struct verify_log *input);

#endif
