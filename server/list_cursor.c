#include "server/list_cursor.h"

#include <sodium.h>

#define CURSOR_ROOM 64 /* of its text, with the zero byte */

struct cursor {
    uint8_t order;
    uint8_t at[8];
    struct uuid id;
};

struct text list_cursor_write(struct arena *arena, enum order order, instant at, struct uuid id)
{
    struct cursor cursor = {.order = (uint8_t)order, .id = id};
    char *out = arena_alloc(arena, CURSOR_ROOM);

    memcpy(cursor.at, &at, sizeof cursor.at);
    sodium_bin2base64(out, CURSOR_ROOM, (const unsigned char *)&cursor, sizeof cursor,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return text_of(out);
}

bool list_cursor_read(struct text text, struct list_query *query)
{
    struct cursor cursor;
    size_t length;
    instant at;

    if (sodium_base642bin((unsigned char *)&cursor, sizeof cursor, text.at, text.length, NULL,
                          &length, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        length != sizeof cursor || cursor.order != (uint8_t)query->order)
        return false;
    memcpy(&at, cursor.at, sizeof at);
    if (at <= INSTANT_EARLIEST || at >= INSTANT_LATEST)
        return false;
    query->cursor_at = at;
    query->cursor_id = cursor.id;
    return true;
}
