/* A body of many complaints is read in two steps: its frame, in which each complaint is blanked out,
 * and then each complaint by itself, just as the body of a single receipt is. So each has its own
 * violations, and the parser never holds more than the frame or one complaint: the values of eight
 * megabytes would take it some two hundred. Where the frame and every complaint are JSON, the body
 * is. */
#include "lib/json/batch_json.h"

#include "lib/json/complaint_json.h"
#include "lib/json/violate.h"

#define ITEM_DEPTH 3 /* of an item's members: body, list, item */
#define SEPARATORS_MAX \
    ((size_t)8 * BATCH_ITEMS_MAX) /* commas of a frame; a sound one has two an item */

/* In a frame every complaint is empty. */
static const struct shape blank_shape = {.name = "ComplaintInput",
                                         .size = sizeof(struct receive_command)};

static const struct member item_members[] = {
    {MEMBER("key", TEXT, struct batch_item, key), .max = BATCH_KEY_CHARACTERS},
    {MEMBER("complaint", OBJECT, struct batch_item, input), .flags = MEMBER_REQUIRED,
     .shape = &blank_shape},
};
static const struct shape item_shape = {
    .name = "BatchItem", .size = sizeof(struct batch_item), SHAPE_MEMBERS(item_members)};

static const struct member batch_members[] = {
    {MEMBER("items", LIST, struct batch, items), .flags = MEMBER_REQUIRED, .max = BATCH_ITEMS_MAX,
     .shape = &item_shape, .size = sizeof(struct batch_item),
     .count_offset = offsetof(struct batch, count)},
};
const struct shape batch_shape = {
    .name = "BatchInput", .size = sizeof(struct batch), SHAPE_MEMBERS(batch_members)};

/* --- the frame --------------------------------------------------------------------------------- */

struct frame {
    char *at;            /* the body with the inside of all complaints blanked */
    struct text *blanks; /* what was blanked, with its brackets: at most BATCH_ITEMS_MAX */
    size_t blank_count, separators;
};

/* Blanks what is nested within members of items. Line feeds stay, so that lines keep their numbers.
 * Needs no valid JSON: of a sound frame it has blanked the complaints and nothing else. */
static struct frame cut_out(struct text body, struct arena *arena)
{
    struct frame frame = {.at = arena_bytes(arena, body.length),
                          .blanks = ARENA_ARRAY(arena, struct text, BATCH_ITEMS_MAX)};
    bool in_string = false, escaped = false;
    size_t begin = 0;
    int64_t depth = 0;

    for (size_t i = 0; i < body.length; i++) {
        char c = body.at[i];
        bool inside = depth > ITEM_DEPTH;
        if (in_string) {
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (depth++ == ITEM_DEPTH)
                begin = i;
        } else if (c == '}' || c == ']') {
            if (--depth == ITEM_DEPTH && frame.blank_count < BATCH_ITEMS_MAX)
                frame.blanks[frame.blank_count++] = (struct text){body.at + begin, i + 1 - begin};
        } else if (c == ',') {
            frame.separators += !inside;
        }
        if (inside && depth > ITEM_DEPTH && c != '\n')
            c = ' ';
        frame.at[i] = c;
    }
    return frame;
}

/* --- the complaints ---------------------------------------------------------------------------- */

/* Tells in the whole's list what makes a complaint no JSON at all. */
static void violate_item(struct violations *violations, size_t index,
                         const struct violation *violation)
{
    const struct place body = {0}, items = {&body, "items", 0}, item = {&items, NULL, index},
                       complaint = {&item, "complaint", 0};
    violate(violations, &complaint, violation->code, violation->en.at, violation->zh.at);
}

/* Reads the complaints. Most have no violations, so one list serves until an item keeps it. */
static enum fault decode_complaints(size_t complaint_max, struct arena *arena,
                                    struct violations *violations, struct batch *batch)
{
    struct violations *spare = NULL;
    enum fault fault = FAULT_NONE;

    for (size_t i = 0; i < batch->count; i++) {
        struct batch_item *item = &batch->items[i];
        if (item->complaint.length > complaint_max) {
            shape_clear(&receive_shape, &item->input);
            item->fault = FAULT_TOO_LARGE;
            continue;
        }
        if (!spare) {
            spare = ARENA_NEW(arena, struct violations);
            spare->arena = arena;
        }
        if (shape_decode(&receive_shape, item->complaint, arena, spare, &item->input)) {
            violate_item(violations, i, &spare->list[0]);
            spare->count = 0;
            fault = FAULT_BAD_REQUEST;
        } else if (spare->count) {
            item->violations = spare;
            spare = NULL;
        }
    }
    return fault;
}

enum fault batch_decode(struct text body, size_t complaint_max, struct arena *arena,
                        struct violations *violations, struct batch *ret)
{
    struct frame frame = cut_out(body, arena);

    shape_clear(&batch_shape, ret);
    if (frame.separators > SEPARATORS_MAX) {
        const struct place top = {0}, items = {&top, "items", 0};
        violate(violations, &items, "too_many", "At most 500; there are far more.",
                "最多 500 项，现有数量远超此限。");
        return FAULT_NONE;
    }
    enum fault fault =
        shape_decode(&batch_shape, (struct text){frame.at, body.length}, arena, violations, ret);
    if (fault || violations->count)
        return fault;
    for (size_t i = 0; i < ret->count; i++) /* a sound item has one nested member */
        ret->items[i].complaint = frame.blanks[i];
    return decode_complaints(complaint_max, arena, violations, ret);
}
