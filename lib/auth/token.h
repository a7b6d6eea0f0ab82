#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/text.h"

/* Bearer tokens: 32 random bytes as base64url behind a prefix. The prefix lets scanners of source
 * code and logs recognise a leaked token, and people tell it from other secrets. Only the SHA-256
 * of the whole text is stored: with 256 random bits it needs no salt and no slow hash. */

#define TOKEN_PREFIX "cd_"
#define TOKEN_LENGTH 46 /* prefix and 43 characters */
#define TOKEN_HASH_LENGTH 32

/* Makes a token, with a zero byte behind it. The caller wipes it when it has been handed out. */
void token_make(char ret[static TOKEN_LENGTH + 1]);

/* The hash under which a token is known. Returns false and leaves *ret alone for a text that cannot
 * be a token: that needs no look-up. Takes the same time for all texts of a token's length. */
bool token_hash(struct text token, uint8_t ret[static TOKEN_HASH_LENGTH]);

/* Compares two hashes in constant time. */
bool token_hash_equal(const uint8_t a[static TOKEN_HASH_LENGTH],
                      const uint8_t b[static TOKEN_HASH_LENGTH]);

#endif
