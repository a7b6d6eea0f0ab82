#ifndef SERVER_KEYS_H
#define SERVER_KEYS_H

#include <sys/stat.h>

#include "lib/base/keyring.h"
#include "server/settings.h"

/* The keys of the settings, as the program's. */

/* Reads them and puts them to use. False: *ret_error says why, without a key in it. */
bool keys_load(struct arena *arena, const struct settings *settings, struct text *ret_error);

/* How a file was when it was read. */
struct key_file {
    struct timespec changed;
    ino_t inode;
};

/* Whether the file differs from *known, which is brought up to date; false when there is none. */
bool keys_changed(const struct settings *settings, struct key_file *known);

#endif
