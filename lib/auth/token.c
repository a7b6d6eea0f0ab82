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

bool token_hash(struct text token, uint8_t ret[static TOKEN_HASH_LENGTH])
{
    uint8_t secret[SECRET_LENGTH];
    size_t length = 0;

    if (token.length != TOKEN_LENGTH || memcmp(token.at, TOKEN_PREFIX, PREFIX_LENGTH) != 0)
        return false;
    /* libsodium decodes without branches or tables that depend on the secret. */
    bool decoded = sodium_base642bin(secret, sizeof secret, token.at + PREFIX_LENGTH,
                                     token.length - PREFIX_LENGTH, NULL, &length, NULL,
                                     sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
                   length == sizeof secret;
    sodium_memzero(secret, sizeof secret);
    if (decoded)
        crypto_hash_sha256(ret, (const unsigned char *)token.at, token.length);
    return decoded;
}

bool token_hash_equal(const uint8_t a[static TOKEN_HASH_LENGTH],
                      const uint8_t b[static TOKEN_HASH_LENGTH])
{
    return sodium_memcmp(a, b, TOKEN_HASH_LENGTH) == 0;
}
