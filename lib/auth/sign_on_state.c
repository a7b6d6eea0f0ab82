#include "lib/auth/sign_on_state.h"

#include <sodium.h>

#define RANDOM_BYTES 32
#define SEALED_BYTES \
    (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + sizeof(struct sign_on_state))
#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

_Static_assert(sodium_base64_ENCODED_LEN(RANDOM_BYTES, VARIANT) == SIGN_ON_TEXT + 1, "its text");
_Static_assert(crypto_secretbox_KEYBYTES == KEY_LENGTH, "keys seal");

static void make_text(char ret[static SIGN_ON_TEXT + 1])
{
    unsigned char bytes[RANDOM_BYTES];

    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(ret, SIGN_ON_TEXT + 1, bytes, sizeof bytes, VARIANT);
    sodium_memzero(bytes, sizeof bytes);
}

void sign_on_state_make(instant now, struct sign_on_state *ret)
{
    memset(ret, 0, sizeof *ret);
    make_text(ret->state);
    make_text(ret->nonce);
    make_text(ret->verifier);
    ret->expires_at = now + SIGN_ON_SECONDS * INSTANT_SECOND;
}

void sign_on_challenge(const struct sign_on_state *state, char ret[static SIGN_ON_TEXT + 1])
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, (const unsigned char *)state->verifier, SIGN_ON_TEXT);
    sodium_bin2base64(ret, SIGN_ON_TEXT + 1, hash, sizeof hash, VARIANT);
}

struct text sign_on_state_seal(struct arena *arena, const struct keyring *keyring, instant now,
                               const struct sign_on_state *state)
{
    unsigned char sealed[SEALED_BYTES];
    struct key key = keyring_newest(keyring, now);
    size_t size = sodium_base64_ENCODED_LEN(sizeof sealed, VARIANT);
    char *text = arena_alloc(arena, size);

    randombytes_buf(sealed, crypto_secretbox_NONCEBYTES);
    (void)crypto_secretbox_easy(sealed + crypto_secretbox_NONCEBYTES, (const unsigned char *)state,
                                sizeof *state, sealed, key.derived[KEY_SEALS_SIGN_ON]);
    sodium_bin2base64(text, size, sealed, sizeof sealed, VARIANT);
    return (struct text){text, size - 1};
}

bool sign_on_state_open(const struct keyring *keyring, instant now, struct text text,
                        struct sign_on_state *ret)
{
    unsigned char sealed[SEALED_BYTES];
    size_t length;

    if (text_is_none(text) ||
        sodium_base642bin(sealed, sizeof sealed, text.at, text.length, NULL, &length, NULL,
                          VARIANT) != 0 ||
        length != sizeof sealed)
        return false;
    for (size_t i = 0; i < keyring_count(keyring); i++) {
        struct key key = keyring_at(keyring, i);
        if (crypto_secretbox_open_easy((unsigned char *)ret, sealed + crypto_secretbox_NONCEBYTES,
                                       sizeof sealed - crypto_secretbox_NONCEBYTES, sealed,
                                       key.derived[KEY_SEALS_SIGN_ON]) == 0)
            return now < ret->expires_at;
    }
    return false;
}
