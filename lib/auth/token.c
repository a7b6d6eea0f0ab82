#include "lib/auth/token.h"

#include <sodium.h>
#include <stdlib.h>

#define SECRET_LENGTH 32
#define PREFIX_LENGTH (sizeof TOKEN_PREFIX - 1)

_Static_assert(TOKEN_LENGTH + 1 ==
                   PREFIX_LENGTH +
                       sodium_base64_ENCODED_LEN(SECRET_LENGTH,
                                                 sodium_base64_VARIANT_URLSAFE_NO_PADDING),
               "a token has the length noted");
_Static_assert(TOKEN_HASH_LENGTH == crypto_hash_sha256_BYTES, "SHA-256");

void token_make(char ret[static TOKEN_LENGTH + 1])
{
    uint8_t secret[SECRET_LENGTH];

    if (sodium_init() < 0)
        abort(); /* no randomness: nothing may be issued */
    randombytes_buf(secret, sizeof secret);
    memcpy(ret, TOKEN_PREFIX, PREFIX_LENGTH);
    sodium_bin2base64(ret + PREFIX_LENGTH, TOKEN_LENGTH + 1 - PREFIX_LENGTH, secret, sizeof secret,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(secret, sizeof secret);
}

static bool is_base64url(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

bool token_hash(struct text token, uint8_t ret[static TOKEN_HASH_LENGTH])
{
    if (token.length != TOKEN_LENGTH || memcmp(token.at, TOKEN_PREFIX, PREFIX_LENGTH) != 0)
        return false;
    /* The time it takes tells whoever sends it no more than what was sent. */
    for (size_t i = PREFIX_LENGTH; i < token.length; i++)
        if (!is_base64url(token.at[i]))
            return false;
    crypto_hash_sha256(ret, (const unsigned char *)token.at, token.length);
    return true;
}

bool token_hash_equal(const uint8_t a[static TOKEN_HASH_LENGTH],
                      const uint8_t b[static TOKEN_HASH_LENGTH])
{
    return sodium_memcmp(a, b, TOKEN_HASH_LENGTH) == 0;
}
