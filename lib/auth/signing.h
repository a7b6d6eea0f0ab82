#ifndef AUTH_SIGNING_H
#define AUTH_SIGNING_H

#include <stdint.h>

/* The key by which the log's heads are signed: Ed25519, in a file of one line that holds its seed as
 * 64 hexadecimal digits. */

#define SIGNING_SECRET_LENGTH 64
#define SIGNING_SEED_TEXT (2 * 32)

/* Makes a key: the file's content, without a line's end, and the public key, both in hexadecimal and
 * with a zero byte behind. The caller wipes the seed. */
void signing_make(char seed[static SIGNING_SEED_TEXT + 1], char key[static SIGNING_SEED_TEXT + 1]);

/* Reads a key. Returns NULL, or why there is none: a sentence for people. The caller wipes it. */
const char *signing_load(const char *path, uint8_t ret_secret[static SIGNING_SECRET_LENGTH]);

#endif
