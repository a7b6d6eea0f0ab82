/* Bodies: any operation's, and many complaints at once. */
#include <string.h>

#include "lib/json/batch_json.h"
#include "lib/json/complaint_json.h"
#include "server/operation.h"
#include "tests/fuzz/fuzz.h"

void fuzz_shape(struct text input, struct arena *arena);
void fuzz_batch(struct text input, struct arena *arena);

#define COMPLAINT_MAX 4096 /* bytes */

/* Whether what is written could be sent: no member is of answers only, and none is an object that may
 * be left out, which is written with its members as if it had been sent. */
static bool is_sendable(const struct shape *shape)
{
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        bool optional = member->type == MEMBER_OBJECT && !(member->flags & MEMBER_REQUIRED);
        if (member->flags & MEMBER_READ_ONLY || member->type >= MEMBER_ACTIONS || optional ||
            (member->shape && !is_sendable(member->shape)))
            return false;
    }
    return true;
}

/* What was read is written, and read again says the same. */
static void read_again(const struct shape *shape, const void *object, struct arena *arena)
{
    struct text_buffer once = text_buffer_new(arena, 1024), twice = text_buffer_new(arena, 1024);
    struct violations violations = {.arena = arena};
    void *again = arena_alloc(arena, shape->size);

    if (!is_sendable(shape))
        return;
    shape_encode(shape, object, 480, &once);
    FUZZ_HOLDS(shape_decode(shape, text_buffer_text(&once), arena, &violations, again) ==
               FAULT_NONE);
    FUZZ_HOLDS(violations.count == 0);
    shape_encode(shape, again, 480, &twice);
    FUZZ_HOLDS(text_equal(text_buffer_text(&once), text_buffer_text(&twice)));
}

/* The first byte names the operation. */
void fuzz_shape(struct text input, struct arena *arena)
{
    const struct shape *shape = operations[fuzz_take(&input) % operations_count]->input;
    struct violations violations = {.arena = arena};

    if (!shape)
        return;
    void *object = arena_alloc(arena, shape->size);
    enum fault fault = shape_decode(shape, input, arena, &violations, object);
    FUZZ_HOLDS(fault == FAULT_NONE || (fault == FAULT_BAD_REQUEST && violations.count == 1));
    fuzz_violations(&violations, arena);
    if (violations.count == 0)
        read_again(shape, object, arena);
}

static void look_at_item(const struct batch_item *item, struct text body, struct arena *arena)
{
    struct violations violations = {.arena = arena};
    struct receive_command alone;

    FUZZ_HOLDS(item->complaint.at >= body.at &&
               item->complaint.at + item->complaint.length <= body.at + body.length);
    FUZZ_HOLDS((item->fault == FAULT_TOO_LARGE) == (item->complaint.length > COMPLAINT_MAX));
    if (item->fault)
        return;
    FUZZ_HOLDS(shape_decode(&receive_shape, item->complaint, arena, &violations, &alone) ==
               FAULT_NONE);
    FUZZ_HOLDS(violations.count == (item->violations ? item->violations->count : 0));
    FUZZ_HOLDS(text_equal(alone.subject, item->input.subject));
    FUZZ_HOLDS(text_equal(alone.complainant.name, item->input.complainant.name));
}

/* Each complaint is read as it would be by itself. */
void fuzz_batch(struct text input, struct arena *arena)
{
    struct violations violations = {.arena = arena};
    struct batch batch;

    enum fault fault = batch_decode(input, COMPLAINT_MAX, arena, &violations, &batch);
    FUZZ_HOLDS(fault == FAULT_NONE || (fault == FAULT_BAD_REQUEST && violations.count > 0));
    fuzz_violations(&violations, arena);
    if (fault || violations.count)
        return;
    FUZZ_HOLDS(batch.count >= 1 && batch.count <= BATCH_ITEMS_MAX);
    for (size_t i = 0; i < batch.count; i++) {
        look_at_item(&batch.items[i], input, arena);
        if (batch.items[i].violations)
            fuzz_violations(batch.items[i].violations, arena);
    }
}
