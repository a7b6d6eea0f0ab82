#include "lib/base/keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX 8192 /* bytes; KEYRING_MAX lines have 1.5 KB */
#define MODE_MAX 0640u

/* Part of what keys are derived from: never changed. */
#define CONTEXT "complntd"
_Static_assert(sizeof CONTEXT == crypto_kdf_CONTEXTBYTES + 1, "eight bytes");
_Static_assert(KEY_LENGTH == crypto_kdf_KEYBYTES, "a key is one to derive from");

struct slot {
    int id;
    instant from;
    uint8_t master[KEY_LENGTH];
    uint8_t derived[KEY_PURPOSE_COUNT][KEY_LENGTH];
};

struct keyring {
    struct keyring *before; /* that was in use before */
    size_t count;
    struct slot slots[KEYRING_MAX]; /* by beginning */
};

/* --- reading ------------------------------------------------------------------------------------ */

static bool fail(struct arena *arena, struct text *ret_error, size_t line, const char *why)
{
    *ret_error = text_printf(arena, "key %zu: %s", line, why);
    return false;
}

/* Cuts the next word off the front. */
static struct text next_word(struct text *rest)
{
    while (rest->length && (*rest->at == ' ' || *rest->at == '\t' || *rest->at == '\r'))
        *rest = (struct text){rest->at + 1, rest->length - 1};
    struct text word = {rest->at, 0};
    while (word.length < rest->length && !strchr(" \t\r", rest->at[word.length]))
        word.length++;
    *rest = (struct text){rest->at + word.length, rest->length - word.length};
    return word;
}

static int read_id(struct text word)
{
    int id = 0;

    for (size_t i = 0; i < word.length && i < 9; i++) {
        if (word.at[i] < '0' || word.at[i] > '9')
            return 0;
        id = id * 10 + (word.at[i] - '0');
    }
    return word.length <= 9 ? id : 0;
}

static bool add_key(struct arena *arena, struct keyring *keyring, struct text line, size_t number,
                    struct text *ret_error)
{
    struct text id = next_word(&line), from = next_word(&line), key = next_word(&line);
    size_t length = 0, at;
    struct slot slot = {.id = read_id(id)};

    if (slot.id == 0)
        return fail(arena, ret_error, number, "its number is not 1 to 999999999");
    if (!instant_parse(from, &slot.from))
        return fail(arena, ret_error, number,
                    "its beginning is no time such as 2026-11-22T00:00:00Z");
    bool good = sodium_base642bin(slot.master, sizeof slot.master, key.at, key.length, NULL,
                                  &length, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
                length == sizeof slot.master && next_word(&line).length == 0;
    if (!good) {
        sodium_memzero(&slot, sizeof slot);
        return fail(arena, ret_error, number, "it is not 32 bytes in base64");
    }
    for (size_t i = 0; i < keyring->count; i++)
        good = good && keyring->slots[i].id != slot.id && keyring->slots[i].from != slot.from;
    if (!good || keyring->count == KEYRING_MAX) {
        sodium_memzero(&slot, sizeof slot);
        return fail(arena, ret_error, number,
                    good ? "there are more than 16"
                         : "another one has its number or its beginning");
    }
    for (unsigned i = 0; i < KEY_PURPOSE_COUNT; i++)
        crypto_kdf_derive_from_key(slot.derived[i], KEY_LENGTH, i + 1, CONTEXT, slot.master);
    for (at = keyring->count++; at > 0 && keyring->slots[at - 1].from > slot.from; at--)
        keyring->slots[at] = keyring->slots[at - 1];
    keyring->slots[at] = slot;
    sodium_memzero(&slot, sizeof slot);
    return true;
}

/* Guarded memory that is not swapped out, where the system allows it. */
static struct keyring *keyring_new(void)
{
    if (sodium_init() < 0)
        abort();
    struct keyring *keyring = sodium_malloc(sizeof *keyring);
    if (!keyring)
        abort();
    memset(keyring, 0, sizeof *keyring);
    return keyring;
}

struct keyring *keyring_parse(struct arena *arena, struct text content, struct text *ret_error)
{
    struct keyring *keyring = keyring_new();
    size_t number = 0;
    bool good = true;

    for (size_t at = 0, end; good && at < content.length; at = end + 1) {
        for (end = at; end < content.length && content.at[end] != '\n' && content.at[end] != ',';)
            end++;
        struct text line = {content.at + at, end - at}, rest = line;
        if (next_word(&rest).length == 0 || *line.at == '#')
            continue;
        good = add_key(arena, keyring, line, ++number, ret_error);
    }
    if (good && keyring->count == 0) {
        *ret_error = TEXT("there is no key in it");
        good = false;
    }
    if (!good) {
        keyring_free(keyring);
        return NULL;
    }
    return keyring;
}

static bool read_whole(int file, char *content, size_t *ret_length)
{
    ssize_t got = 1;

    *ret_length = 0;
    while (got > 0 && *ret_length <= FILE_MAX) {
        got = read(file, content + *ret_length, FILE_MAX + 1 - *ret_length);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            *ret_length += (size_t)got;
    }
    return got == 0;
}

struct keyring *keyring_read(struct arena *arena, const char *path, struct text *ret_error)
{
    struct keyring *keyring = NULL;
    char content[FILE_MAX + 1];
    size_t length = 0;
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0 || fstat(file, &status) != 0)
        *ret_error = text_of(arena_printf(arena, "it cannot be read: %s", strerror(errno)));
    else if (!S_ISREG(status.st_mode))
        *ret_error = TEXT("it is no file");
    else if (status.st_mode & 07777u & ~MODE_MAX)
        *ret_error = text_printf(arena, "others may open it: its mode is %04o, not 0600 or 0640",
                                 (unsigned)(status.st_mode & 07777));
    else if (!read_whole(file, content, &length))
        *ret_error = TEXT("it cannot be read, or is larger than 8 KB");
    else
        keyring = keyring_parse(arena, (struct text){content, length}, ret_error);
    sodium_memzero(content, sizeof content);
    if (file >= 0)
        close(file);
    return keyring;
}

void keyring_free(struct keyring *keyring)
{
    sodium_free(keyring); /* wipes it */
}

/* --- asking ------------------------------------------------------------------------------------- */

size_t keyring_count(const struct keyring *keyring)
{
    return keyring ? keyring->count : 0;
}

struct key keyring_at(const struct keyring *keyring, size_t i)
{
    const struct slot *slot = &keyring->slots[i];
    return (struct key){slot->id, slot->from, slot->derived};
}

struct key keyring_find(const struct keyring *keyring, int id)
{
    for (size_t i = 0; i < keyring_count(keyring); i++)
        if (keyring->slots[i].id == id)
            return keyring_at(keyring, i);
    return (struct key){0};
}

struct key keyring_newest(const struct keyring *keyring, instant now)
{
    size_t i = keyring_count(keyring);

    if (i == 0)
        return (struct key){0};
    while (i > 1 && keyring->slots[i - 1].from > now)
        i--;
    return keyring_at(keyring, i - 1);
}

void keyring_make_line(int id, instant from, char ret[static KEY_LINE_SIZE])
{
    char at[INSTANT_TEXT_MAX],
        base64[sodium_base64_ENCODED_LEN(KEY_LENGTH, sodium_base64_VARIANT_ORIGINAL)];
    uint8_t key[KEY_LENGTH];
    size_t length = instant_format(from, 0, at);

    if (sodium_init() < 0)
        abort(); /* no randomness */
    crypto_kdf_keygen(key);
    sodium_bin2base64(base64, sizeof base64, key, sizeof key, sodium_base64_VARIANT_ORIGINAL);
    snprintf(ret, KEY_LINE_SIZE, "%d %.*s %s\n", id, (int)length, at, base64);
    sodium_memzero(key, sizeof key);
    sodium_memzero(base64, sizeof base64);
}

/* --- the program's ------------------------------------------------------------------------------ */

static _Atomic(struct keyring *) in_use;

const struct keyring *keyring_now(void)
{
    return atomic_load_explicit(&in_use, memory_order_acquire);
}

void keyring_use(struct keyring *keyring)
{
    keyring->before = atomic_load(&in_use);
    atomic_store_explicit(&in_use, keyring, memory_order_release);
}

void keyring_forget(void)
{
    struct keyring *keyring = atomic_exchange(&in_use, NULL);

    while (keyring) {
        struct keyring *before = keyring->before;
        keyring_free(keyring);
        keyring = before;
    }
}
