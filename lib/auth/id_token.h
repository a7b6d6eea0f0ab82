#ifndef AUTH_ID_TOKEN_H
#define AUTH_ID_TOKEN_H

#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/instant.h"
#include "lib/base/text.h"

/* ID tokens of OpenID Connect (Core 1.0 §2, §3.1.3.7), the keys that sign them and what a provider
 * says of itself. The mathematics are libcjose's. */

#define ID_TOKEN_MAX ((size_t)16 * 1024) /* bytes */
#define ID_KEYS_MAX 32                   /* of one provider */

/* The addresses of a provider (Discovery 1.0 §3). */
struct id_provider {
    const char *authorization, *token, *keys;
    bool secret_in_body; /* the token's endpoint takes the secret there alone */
};

/* Reads a provider's metadata into the arena; issuer: the one that was asked, which they must name.
 * Returns NULL, or a sentence that says what is wrong with them. */
const char *id_provider_read(struct arena *arena, struct text json, const char *issuer,
                             struct id_provider *ret);

/* Keys that verify signatures. NULL when there is none of use. The caller releases them. */
struct id_keys;
struct id_keys *id_keys_read(struct text json);
void id_keys_free(struct id_keys *keys);

/* What a token must say. */
struct id_expected {
    const char *issuer, *client_id;
    struct text nonce, access_token; /* access_token: to which its at_hash belongs, if it has one */
    const char *claim;               /* that names the person */
    instant now;
};

enum id_verdict {
    ID_GOOD,
    ID_UNKNOWN_KEY, /* signed by a key that is not among these: there may be newer ones */
    ID_BAD
};

/* Judges a token. ID_GOOD: *ret_claim is the claim's value, in the arena. Otherwise *ret_why is a
 * sentence for the log, which holds nothing of the token. */
enum id_verdict id_token_judge(struct arena *arena, const struct id_keys *keys, struct text token,
                               const struct id_expected *expected, struct text *ret_claim,
                               const char **ret_why);

#endif
