#ifndef BASE_SEAL_H
#define BASE_SEAL_H

#include "lib/base/keyring.h"
#include "lib/base/uuid.h"

/* Encrypted bytes (XChaCha20-Poly1305, a random nonce before them), bound to a place: a number within
 * what an id names. So nobody who can write to where they are kept can put them elsewhere. */

#define SEAL_OVERHEAD 40 /* bytes that they are longer */

struct text seal_bytes(struct arena *arena, const struct key *key, enum key_purpose purpose,
                       struct uuid id, int index, struct text bytes);

/* False, and *ret untouched: they were altered, or belong elsewhere. */
bool seal_open(struct arena *arena, const struct key *key, enum key_purpose purpose, struct uuid id,
               int index, struct text sealed, struct text *ret);

#endif
