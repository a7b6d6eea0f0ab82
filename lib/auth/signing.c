#include "lib/auth/signing.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(SIGNING_SECRET_LENGTH == crypto_sign_SECRETKEYBYTES, "Ed25519");
_Static_assert(SIGNING_SEED_TEXT == 2 * crypto_sign_SEEDBYTES, "a seed in hexadecimal");
_Static_assert(SIGNING_SEED_TEXT == 2 * crypto_sign_PUBLICKEYBYTES, "and a public key");

void signing_make(char seed[static SIGNING_SEED_TEXT + 1], char key[static SIGNING_SEED_TEXT + 1])
{
    unsigned char bytes[crypto_sign_SEEDBYTES], public[crypto_sign_PUBLICKEYBYTES];
    unsigned char secret[crypto_sign_SECRETKEYBYTES];

    randombytes_buf(bytes, sizeof bytes);
    (void)crypto_sign_seed_keypair(public, secret, bytes);
    sodium_bin2hex(seed, SIGNING_SEED_TEXT + 1, bytes, sizeof bytes);
    sodium_bin2hex(key, SIGNING_SEED_TEXT + 1, public, sizeof public);
    sodium_memzero(bytes, sizeof bytes);
    sodium_memzero(secret, sizeof secret);
}

static const char *read_file(int file, char content[static SIGNING_SEED_TEXT + 2], size_t *length)
{
    struct stat about;

    if (fstat(file, &about) != 0)
        return strerror(errno);
    if (about.st_mode & S_IRWXO)
        return "others than its owner and group can read or write it";
    ssize_t got = read(file, content, SIGNING_SEED_TEXT + 2);
    if (got < 0)
        return strerror(errno);
    *length = (size_t)got;
    return NULL;
}

const char *signing_load(const char *path, uint8_t ret_secret[static SIGNING_SECRET_LENGTH])
{
    unsigned char seed[crypto_sign_SEEDBYTES], public[crypto_sign_PUBLICKEYBYTES];
    char content[SIGNING_SEED_TEXT + 2];
    size_t length = 0, read_length = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0)
        return strerror(errno);
    const char *flaw = read_file(file, content, &length);
    close(file);
    if (length == SIGNING_SEED_TEXT + 1 && content[SIGNING_SEED_TEXT] == '\n')
        length--;
    if (!flaw &&
        (length != SIGNING_SEED_TEXT ||
         sodium_hex2bin(seed, sizeof seed, content, length, NULL, &read_length, NULL) != 0 ||
         read_length != sizeof seed))
        flaw = "it does not hold 64 hexadecimal digits";
    if (!flaw)
        (void)crypto_sign_seed_keypair(public, ret_secret, seed);
    sodium_memzero(content, sizeof content);
    sodium_memzero(seed, sizeof seed);
    return flaw;
}
