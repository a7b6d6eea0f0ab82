#ifndef COMPLAINT_LOG_HEAD_H
#define COMPLAINT_LOG_HEAD_H

#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/complaint/complaint.h"

/* A signed head of the log: whoever keeps one can tell later whether any of the entries up to then
 * was altered, removed, added or moved. Signed with Ed25519 over canonical JSON that names its
 * algorithms, so that others can join. */

#define LOG_KEY_LENGTH 32
#define LOG_SECRET_LENGTH 64
#define LOG_SIGNATURE_LENGTH 64

struct log_head {
    int64_t size;     /* entries */
    struct hash root; /* of the tree over them (merkle.h) */
    instant at;       /* when it was signed */
    uint8_t key[LOG_KEY_LENGTH];
    struct text bytes; /* what is signed */
    uint8_t signature[LOG_SIGNATURE_LENGTH];
};

/* Writes the bytes and signs them. size, root and at are set; the rest is filled. The bytes hold:
 * algorithm ("ed25519"), at (UTC, six digits), hash ("sha256"), key, root (both in hexadecimal),
 * size, v (format 1). */
void log_head_sign(struct arena *arena, const uint8_t secret[static LOG_SECRET_LENGTH],
                   struct log_head *head);

/* Whether the signature is that of the key in the bytes, and the bytes are those of the members. */
bool log_head_sound(struct arena *arena, const struct log_head *head);

/* Appends a head as JSON: at, bytes, key, root, signature, size. One form for answers, files and
 * whoever it is sent to. */
void log_head_write(const struct log_head *head, struct text_buffer *out);

/* Reads what log_head_write() wrote: bytes and signature count, the members are taken from the
 * bytes. False when it is not a head of this format; whether it is sound is another question. */
bool log_head_read(struct arena *arena, struct text json, struct log_head *ret);

/* 2 * length lower-case hexadecimal digits; false for anything else. */
bool log_hex(struct text text, uint8_t *out, size_t length);

#endif
