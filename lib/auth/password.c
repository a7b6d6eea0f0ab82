#include "lib/auth/password.h"

#include <sodium.h>

/* OWASP's first choice for argon2id: 19 MiB and two passes. libsodium fixes one lane. */
#define MEMORY_BYTES ((size_t)19 * 1024 * 1024)
#define PASSES 2u

_Static_assert(PASSWORD_HASH_SIZE == crypto_pwhash_STRBYTES, "the hash fits its buffer");

/* Of random bytes that nobody kept. */
const char password_nobody[PASSWORD_HASH_SIZE] =
    "$argon2id$v=19$m=19456,t=2,p=1$"
    "+M3HstpACDWHX0Cohscqaw$/3oo7ugv+p1Qkd8aSPCFrU6efKvC4cf4GrkfeTELXz0";

/* Copies a hash as libsodium wants it: zero-terminated, the rest of the buffer zero. */
static bool hash_to_buffer(struct text hash, char buffer[static PASSWORD_HASH_SIZE])
{
    memset(buffer, 0, PASSWORD_HASH_SIZE);
    if (hash.length == 0 || hash.length >= PASSWORD_HASH_SIZE || memchr(hash.at, '\0', hash.length))
        return false;
    memcpy(buffer, hash.at, hash.length);
    return true;
}

static bool password_fits(struct text password)
{
    return password.length > 0 && password.length <= PASSWORD_BYTES_MAX;
}

bool password_hash(struct text password, char ret[static PASSWORD_HASH_SIZE])
{
    char hash[PASSWORD_HASH_SIZE];

    if (!password_fits(password) || sodium_init() < 0 ||
        crypto_pwhash_str_alg(hash, password.at, password.length, PASSES, MEMORY_BYTES,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return false;
    memcpy(ret, hash, sizeof hash);
    return true;
}

bool password_verify(struct text hash, struct text password)
{
    char buffer[PASSWORD_HASH_SIZE];

    if (sodium_init() < 0)
        return false;
    /* What cannot be right takes as long as what could be. */
    bool real = hash_to_buffer(hash, buffer) && password_fits(password);
    if (!real) {
        memcpy(buffer, password_nobody, sizeof buffer);
        if (!password_fits(password))
            password = TEXT("-");
    }
    bool matches = crypto_pwhash_str_verify(buffer, password.at, password.length) == 0;
    return real && matches;
}

bool password_hash_current(struct text hash)
{
    char buffer[PASSWORD_HASH_SIZE];

    return sodium_init() >= 0 && hash_to_buffer(hash, buffer) &&
           crypto_pwhash_str_needs_rehash(buffer, PASSES, MEMORY_BYTES) == 0;
}

void password_wipe(void *secret, size_t size)
{
    sodium_memzero(secret, size);
}
