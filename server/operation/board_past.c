/* The board as of a past moment: what the database counts for the present is counted here, over
 * every complaint that was open then. */
#include "server/operation/board.h"
#include "server/past.h"

#define ROOM_FIRST 64 /* groups; a power of two */

/* Figures by unit, stage and owner in a hash table with open addressing, at most half full. */
struct tally {
    struct board *board;
    struct list_choice *oldest;
    struct arena *arena;
    uint32_t *slots; /* 1 + index in board->rows; 0: free */
    size_t room;     /* of slots; rows hold half as many */
};

static size_t slot_of(const struct tally *tally, struct uuid unit_id, struct uuid owner_id,
                      int stage)
{
    uint64_t hash = (uint64_t)stage;

    for (size_t i = 0; i < sizeof unit_id.bytes; i++)
        hash = (hash ^ unit_id.bytes[i] ^ (uint64_t)owner_id.bytes[i] << 8) *
               UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(hash >> 32) & (tally->room - 1);
}

static bool is_group(const struct board_row *row, struct uuid unit_id, struct uuid owner_id,
                     int stage)
{
    return row->stage == stage && uuid_equal(row->unit_id, unit_id) &&
           uuid_equal(row->owner_id, owner_id);
}

/* The slot that holds the group or is free for it. */
static uint32_t *find_slot(const struct tally *tally, struct uuid unit_id, struct uuid owner_id,
                           int stage)
{
    size_t at = slot_of(tally, unit_id, owner_id, stage);

    while (tally->slots[at] &&
           !is_group(&tally->board->rows[tally->slots[at] - 1], unit_id, owner_id, stage))
        at = (at + 1) & (tally->room - 1);
    return &tally->slots[at];
}

static void grow(struct tally *tally)
{
    struct board *board = tally->board;
    struct board_row *rows;

    tally->room = tally->room ? tally->room * 2 : 2 * ROOM_FIRST;
    tally->slots = ARENA_ARRAY(tally->arena, uint32_t, tally->room);
    rows = ARENA_ARRAY(tally->arena, struct board_row, tally->room / 2);
    if (board->row_count > 0)
        memcpy(rows, board->rows, board->row_count * sizeof *rows);
    board->rows = rows;
    for (size_t i = 0; i < board->row_count; i++)
        *find_slot(tally, rows[i].unit_id, rows[i].owner_id, rows[i].stage) = (uint32_t)i + 1;
}

static struct board_row *group_of(struct tally *tally, const struct complaint *complaint)
{
    struct board *board = tally->board;

    if (board->row_count == tally->room / 2)
        grow(tally);
    uint32_t *slot =
        find_slot(tally, complaint->owner_unit_id, complaint->owner.id, complaint->stage);
    if (!*slot) {
        board->rows[board->row_count++] = (struct board_row){.unit_id = complaint->owner_unit_id,
                                                             .owner_id = complaint->owner.id,
                                                             .stage = complaint->stage,
                                                             .oldest_due_at = INSTANT_NONE};
        *slot = (uint32_t)board->row_count;
    }
    return &board->rows[*slot - 1];
}

static bool count(void *closure, const struct complaint *then, const struct complaint *now)
{
    struct tally *tally = closure;
    const struct board *board = tally->board;
    struct board_row *row = group_of(tally, then);

    row->open++;
    row->urged += then->urge_due_at != INSTANT_NONE;
    if (then->due_at == INSTANT_NONE)
        return true;
    if (then->due_at < board->now)
        row->overdue++;
    else if (then->due_at < board->horizons[then->level])
        row->due_soon++;
    if (row->oldest_due_at == INSTANT_NONE || then->due_at < row->oldest_due_at)
        row->oldest_due_at = then->due_at;
    return list_choose(tally->oldest, then, now);
}

enum fault board_count_past(struct slow_context *context, struct board *board)
{
    struct list_query query = board->oldest.query;
    struct tally tally = {.board = board,
                          .oldest = list_choice_new(&board->oldest, context->institution),
                          .arena = context->request->arena};

    query.filters |= LIST_STATUS;
    query.status = STATUS_OPEN;
    query.order = ORDER_OLDEST; /* not by due time, which would leave out clocks that stand still */
    query.as_of = board->now;
    query.by_id = true;
    list_restrict(context->institution, &context->who, context->request->arena, &query);
    enum fault fault = past_scan(context, &query, count, &tally);
    if (!fault)
        list_choice_add(tally.oldest);
    return fault;
}
