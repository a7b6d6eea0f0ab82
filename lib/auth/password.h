#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/text.h"

/* Passwords of staff, kept as argon2id in libsodium's string form. Both functions take some tens of
 * milliseconds and 19 MiB: never on a thread that serves requests. */

#define PASSWORD_HASH_SIZE 128 /* with the zero byte */
#define PASSWORD_BYTES_MAX 1024

/* Hashes a password with a salt of its own. The caller wipes the password.
 * Returns false and leaves *ret alone when it is empty or longer than PASSWORD_BYTES_MAX, or when
 * the memory cannot be had. */
bool password_hash(struct text password, char ret[static PASSWORD_HASH_SIZE]);

/* Whether the password gives the hash. hash: none for an unknown login or for staff without a
 * password; then a hash of nobody's is verified and the answer is false, so that the time taken
 * does not tell which logins exist. */
bool password_verify(struct text hash, struct text password);

/* The hash that stands in for a missing one; exposed so that a test can see it costs the same. */
extern const char password_nobody[PASSWORD_HASH_SIZE];

/* Whether a stored hash has the present cost; one of another cost is worth renewing. */
bool password_hash_current(struct text hash);

/* Overwrites memory that held a secret; the compiler cannot remove it. */
void password_wipe(void *secret, size_t size);

#endif
