#include "lib/base/seal.h"

#include <sodium.h>
#include <string.h>

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
#define BOUND_LENGTH (sizeof(struct uuid) + 4)

_Static_assert(NONCE + TAG == SEAL_OVERHEAD, "what sealing adds");

static void bind_to(struct uuid id, int index, uint8_t ret[static BOUND_LENGTH])
{
    memcpy(ret, &id, sizeof id);
    for (size_t i = 0; i < 4; i++)
        ret[sizeof id + i] = (uint8_t)((uint32_t)index >> (24 - 8 * i));
}

struct text seal_bytes(struct arena *arena, const struct key *key, enum key_purpose purpose,
                       struct uuid id, int index, struct text bytes)
{
    uint8_t bound[BOUND_LENGTH], *sealed = arena_bytes(arena, NONCE + bytes.length + TAG);

    bind_to(id, index, bound);
    randombytes_buf(sealed, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE, NULL,
                                               (const unsigned char *)bytes.at, bytes.length, bound,
                                               sizeof bound, NULL, sealed, key->derived[purpose]);
    return (struct text){(const char *)sealed, NONCE + bytes.length + TAG};
}

bool seal_open(struct arena *arena, const struct key *key, enum key_purpose purpose, struct uuid id,
               int index, struct text sealed, struct text *ret)
{
    const unsigned char *at = (const unsigned char *)sealed.at;
    uint8_t bound[BOUND_LENGTH];

    if (sealed.length < NONCE + TAG)
        return false;
    bind_to(id, index, bound);
    unsigned char *bytes = arena_bytes(arena, sealed.length);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes, NULL, NULL, at + NONCE,
                                                   sealed.length - NONCE, bound, sizeof bound, at,
                                                   key->derived[purpose]) != 0)
        return false;
    *ret = (struct text){(const char *)bytes, sealed.length - NONCE - TAG};
    return true;
}
