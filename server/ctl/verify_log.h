#ifndef CTL_VERIFY_LOG_H
#define CTL_VERIFY_LOG_H

#include "lib/complaint/log_head.h"
#include "server/ctl/ctl.h"

#define VERIFY_FILES_MAX 16

/* What verify --log is given. */
struct verify_log {
    const char *log; /* the export; NULL: the database is verified */
    const char *head_files[VERIFY_FILES_MAX];
    size_t head_file_count;
    uint8_t keys[VERIFY_FILES_MAX][LOG_KEY_LENGTH];
    size_t key_count;
};

/* Adds a public key, as digits or as the name of a file that holds them. Returns an exit code. */
int verify_log_key(struct ctl *ctl, const char *given, struct verify_log *input);

/* Checks it and prints the first flaw. Returns an exit code. */
int verify_log(struct ctl *ctl, const struct verify_log *input);

#endif
