#ifndef AUTH_SIGN_ON_STATE_H
#define AUTH_SIGN_ON_STATE_H

#include "lib/base/arena.h"
#include "lib/base/instant.h"
#include "lib/base/keyring.h"

/* What is remembered of a sign-in that another server goes on with: in a cookie that only this program
 * can read, as its keys are, so that no table holds it and any of several servers can take it up. */

#define SIGN_ON_TEXT 43 /* characters of 32 random bytes */
#define SIGN_ON_SECONDS 600

struct sign_on_state {
    char state[SIGN_ON_TEXT + 1];    /* comes back in the address */
    char nonce[SIGN_ON_TEXT + 1];    /* comes back in the ID token */
    char verifier[SIGN_ON_TEXT + 1]; /* of PKCE (RFC 7636); goes to the provider's token endpoint */
    instant expires_at;
};

void sign_on_state_make(instant now, struct sign_on_state *ret);

/* The challenge that belongs to the verifier, S256. */
void sign_on_challenge(const struct sign_on_state *state, char ret[static SIGN_ON_TEXT + 1]);

/* As a cookie's value, in the arena. */
struct text sign_on_state_seal(struct arena *arena, const struct keyring *keyring, instant now,
                               const struct sign_on_state *state);

/* False: it was not sealed by a key of these, or has expired. */
bool sign_on_state_open(const struct keyring *keyring, instant now, struct text sealed,
                        struct sign_on_state *ret);

#endif
