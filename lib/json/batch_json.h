#ifndef JSON_BATCH_JSON_H
#define JSON_BATCH_JSON_H

#include "lib/complaint/command.h"
#include "lib/json/shape.h"

/* Many complaints in one body: {"items": [{"key": "…", "complaint": {…}}, …]}. */

#define BATCH_ITEMS_MAX 500
#define BATCH_KEY_CHARACTERS 255

/* One of them, read but not yet judged. */
struct batch_item {
    struct text key;               /* its idempotency key; none: it has none of its own */
    struct text complaint;         /* the complaint's bytes, as they stand in the body */
    struct receive_command input;  /* what they say; cleared when they were not read */
    enum fault fault;              /* FAULT_TOO_LARGE: they were not read */
    struct violations *violations; /* pointers begin at the complaint ("/subject"); NULL: none */
};

struct batch {
    struct batch_item *items;
    size_t count;
};

extern const struct shape batch_shape;

/* Reads a body into *ret (at first cleared). What is wrong with one complaint is found with that
 * item and harms no other. What is wrong with the frame around them counts for the whole body:
 * another number of items than 1 to BATCH_ITEMS_MAX, unknown or missing members, keys that are none.
 * complaint_max: bytes; a longer complaint is not read.
 * Returns FAULT_NONE (violations of the frame may have been added: the caller looks, and then *ret
 * is of no use; without any the body is JSON throughout), or FAULT_BAD_REQUEST when it is not, with
 * violations that say where.
 * The memory that it takes follows from the body's length, however the body is built. */
enum fault batch_decode(struct text body, size_t complaint_max, struct arena *arena,
                        struct violations *violations, struct batch *ret);

#endif
