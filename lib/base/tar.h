#ifndef BASE_TAR_H
#define BASE_TAR_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/instant.h"
#include "lib/base/text.h"

/* Archives of plain files as POSIX.1 has them (ustar): a block that tells of the file, its bytes, zero
 * bytes up to the next block; and two blocks of zeros at the end. */

#define TAR_BLOCK 512
#define TAR_NAME_MAX 99 /* bytes */
#define TAR_END (2 * TAR_BLOCK)

/* The block before a file of that name and size, which is below 8 GiB. */
void tar_header(const char *name, int64_t size, instant at, char ret[static TAR_BLOCK]);

/* How many zero bytes follow a file. */
size_t tar_padding(int64_t size);

enum tar_block {
    TAR_FILE,
    TAR_ZEROS, /* the end, if there is another one */
    TAR_OTHER  /* damaged, or of something that is no plain file, or oddly named */
};

/* Reads such a block. Of a file fills name, zero-terminated, printable ASCII without blanks, and
 * *ret_size. */
enum tar_block tar_read(const char block[static TAR_BLOCK], char ret_name[static TAR_NAME_MAX + 1],
                        int64_t *ret_size);

#endif
