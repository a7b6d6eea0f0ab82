#include "tests/store/filled.h"

#include <check.h>
#include <string.h>

#include "lib/store/complaint_store.h"
#include "tests/store/sql.h"

static struct staff_reference staff(const struct institution *institution, unsigned id)
{
    const struct staff *found = institution_staff(institution, sql_id(id));
    ck_assert_ptr_nonnull(found);
    return (struct staff_reference){found->id, found->login, found->name};
}

struct hash filled_hash(int seed)
{
    struct hash hash;
    memset(hash.bytes, seed, sizeof hash.bytes);
    hash.bytes[0] = 0;
    return hash;
}

void filled_complaint(const struct institution *institution, struct arena *arena, int seed,
                      struct complaint *complaint)
{
    int64_t number = (int64_t)seed * 1000;
    for (size_t i = 0; i < complaint_column_count; i++) {
        const struct column *column = &complaint_columns[i];
        char *at = (char *)complaint + column->offset;
        number++;
        switch (column->kind) {
        case COLUMN_UUID: *(struct uuid *)(void *)at = sql_id((unsigned)number); break;
        case COLUMN_TEXT:
            *(struct text *)(void *)at = text_printf(arena, "%s '\\\"{诉} %d", column->name, seed);
            break;
        case COLUMN_TERM: *(int *)(void *)at = (int)number % column->vocabulary->count; break;
        case COLUMN_TERMS: *(unsigned *)(void *)at = seed % 2 ? 5 : 2; break;
        case COLUMN_INT: *(int *)(void *)at = (int)number; break;
        case COLUMN_LONG:
        case COLUMN_AMOUNT: *(int64_t *)(void *)at = number * INT64_C(1000000007); break;
        case COLUMN_INSTANT: *(instant *)(void *)at = NOON + number * 1000001; break;
        case COLUMN_STAFF:
            *(struct staff_reference *)(void *)at = staff(institution, 0x11 + (unsigned)i % 3);
            break;
        case COLUMN_UNIT:
            *(struct uuid *)(void *)at = sql_id(2);
            *(struct text *)(void *)((char *)complaint + column->second) = TEXT("U2");
            break;
        case COLUMN_HASH: *(struct hash *)(void *)at = filled_hash(seed + 1); break;
        case COLUMN_UUIDS: {
            struct uuid *ids = ARENA_ARRAY(arena, struct uuid, 2);
            ids[0] = sql_id(0x11);
            ids[1] = sql_id(0x12);
            *(struct uuid **)(void *)at = ids;
            *(size_t *)(void *)((char *)complaint + column->second) = 2;
            break;
        }
        case COLUMN_FLAGS:
            for (size_t flag = 0; flag < column->second - column->offset; flag++)
                ((bool *)at)[flag] = ((size_t)seed + flag) % 2;
            break;
        case COLUMN_INSTANTS: {
            instant *instants = ARENA_ARRAY(arena, instant, 2);
            instants[0] = INSTANT_NONE;
            instants[1] = NOON + number;
            *(instant **)(void *)at = instants;
            *(size_t *)(void *)((char *)complaint + column->second) = 2;
            break;
        }
        case COLUMN_PAUSES: {
            struct pause *pauses = ARENA_ARRAY(arena, struct pause, 2);
            pauses[0] = (struct pause){NOON + number, NOON + number + 7, NOON + 1, true};
            pauses[1] = (struct pause){NOON + number, INSTANT_NONE, INSTANT_NONE, false};
            *(struct pause **)(void *)at = pauses;
            *(size_t *)(void *)((char *)complaint + column->second) = 2;
            break;
        }
        }
    }
    complaint->urgency = 1 + seed % 3;
    complaint->status = STATUS_CLOSED; /* an open one has no closed_at */
}

void filled_clear_rare(struct complaint *complaint)
{
    for (size_t i = complaint_column_count - complaint_rare_count; i < complaint_column_count;
         i++) {
        const struct column *column = &complaint_columns[i];
        char *at = (char *)complaint + column->offset;
        switch (column->kind) {
        case COLUMN_UUID: *(struct uuid *)(void *)at = UUID_NONE; break;
        case COLUMN_TEXT: *(struct text *)(void *)at = TEXT_NONE; break;
        case COLUMN_INT: *(int *)(void *)at = 0; break;
        case COLUMN_LONG: *(int64_t *)(void *)at = 0; break;
        case COLUMN_TERMS: *(unsigned *)(void *)at = 0; break;
        case COLUMN_INSTANT: *(instant *)(void *)at = INSTANT_NONE; break;
        case COLUMN_STAFF:
            *(struct staff_reference *)(void *)at = (struct staff_reference){0};
            break;
        case COLUMN_INSTANTS:
            *(instant **)(void *)at = NULL;
            *(size_t *)(void *)((char *)complaint + column->second) = 0;
            break;
        default: ck_abort_msg("%s", column->name);
        }
    }
}

void filled_clear(struct complaint *complaint)
{
    complaint->status = STATUS_OPEN;
    complaint->tags = 0;
    complaint->pending_owner = (struct staff_reference){0};
    complaint->occurred_at = complaint->closed_at = INSTANT_NONE;
    complaint->stage_due_at = complaint->statutory_due_at = complaint->due_at = INSTANT_NONE;
    complaint->demand = complaint->channel_class = complaint->business_class = TEXT_NONE;
    complaint->cause_class = complaint->product = complaint->external_case_number = TEXT_NONE;
    complaint->staff_complained_of = TEXT_NONE;
    complaint->amount_in_dispute = -1;
    complaint->complainant.name = complaint->complainant.phone = TEXT_NONE;
    complaint->complainant.email = complaint->complainant.address = TEXT_NONE;
    complaint->complainant.identity_number = TEXT_NONE;
    complaint->complainant.account_number = TEXT_NONE;
    complaint->complainant.customer_number = TEXT_NONE;
    complaint->outcome = complaint->decline_reason = TERM_NONE;
    complaint->facts.planned_by = UUID_NONE;
    complaint->decided_at = complaint->extension.approved_at = INSTANT_NONE;
    complaint->extension.by = UUID_NONE;
    complaint->clock_pauses = NULL;
    complaint->clock_pause_count = 0;
    complaint->handlers = NULL;
    complaint->handler_count = 0;
}

bool filled_same_text(struct text a, struct text b)
{
    return text_is_none(a) ? text_is_none(b) : text_equal(a, b);
}

static bool same_staff(const struct staff_reference *a, const struct staff_reference *b)
{
    return uuid_equal(a->id, b->id) && filled_same_text(a->login, b->login) &&
           filled_same_text(a->name, b->name);
}

static bool same_pauses(const struct pause a[], const struct pause b[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (a[i].from != b[i].from || a[i].to != b[i].to || a[i].told_at != b[i].told_at ||
            a[i].statutory != b[i].statutory)
            return false;
    }
    return true;
}

bool filled_same_value(const struct column *column, const struct complaint *a,
                       const struct complaint *b)
{
    const void *left = (const char *)a + column->offset, *right = (const char *)b + column->offset;
    const void *second = (const char *)a + column->second;
    const void *other = (const char *)b + column->second;

    switch (column->kind) {
    case COLUMN_UUID: return memcmp(left, right, sizeof(struct uuid)) == 0;
    case COLUMN_TEXT:
        return filled_same_text(*(const struct text *)left, *(const struct text *)right);
    case COLUMN_TERM:
    case COLUMN_TERMS:
    case COLUMN_INT: return *(const int *)left == *(const int *)right;
    case COLUMN_LONG:
    case COLUMN_AMOUNT:
    case COLUMN_INSTANT: return *(const int64_t *)left == *(const int64_t *)right;
    case COLUMN_STAFF: return same_staff(left, right);
    case COLUMN_UNIT:
        return memcmp(left, right, sizeof(struct uuid)) == 0 &&
               filled_same_text(*(const struct text *)second, *(const struct text *)other);
    case COLUMN_HASH: return memcmp(left, right, HASH_LENGTH) == 0;
    case COLUMN_UUIDS: {
        size_t count = *(const size_t *)second;
        return count == *(const size_t *)other &&
               (count == 0 || memcmp(*(struct uuid *const *)left, *(struct uuid *const *)right,
                                     count * sizeof(struct uuid)) == 0);
    }
    case COLUMN_FLAGS: return memcmp(left, right, column->second - column->offset) == 0;
    case COLUMN_INSTANTS: {
        size_t count = *(const size_t *)second;
        return count == *(const size_t *)other &&
               (count == 0 || memcmp(*(instant *const *)left, *(instant *const *)right,
                                     count * sizeof(instant)) == 0);
    }
    case COLUMN_PAUSES: {
        size_t count = *(const size_t *)second;
        return count == *(const size_t *)other &&
               same_pauses(*(struct pause *const *)left, *(struct pause *const *)right, count);
    }
    }
    return false;
}

void filled_expect_same(const struct complaint *expected, const struct complaint *actual)
{
    for (size_t i = 0; i < complaint_column_count; i++)
        ck_assert_msg(filled_same_value(&complaint_columns[i], expected, actual), "%s",
                      complaint_columns[i].name);
    ck_assert_uint_eq(expected->stage_count, actual->stage_count);
    for (size_t i = 0; i < expected->stage_count; i++) {
        const struct stage_row *a = &expected->stages[i], *b = &actual->stages[i];
        ck_assert(a->sequence == b->sequence && a->stage == b->stage && a->round == b->round);
        ck_assert(same_staff(&a->owner, &b->owner) && filled_same_text(a->unit, b->unit));
        ck_assert(a->entered_at == b->entered_at && a->accepted_at == b->accepted_at);
        ck_assert(a->due_at == b->due_at && a->completed_at == b->completed_at);
        ck_assert(a->handovers == b->handovers && a->refusals == b->refusals);
    }
}

struct stage_row filled_row(const struct institution *institution, int sequence, int stage,
                            bool open)
{
    return (struct stage_row){.sequence = sequence,
                              .stage = stage,
                              .round = 3 + sequence,
                              .owner = staff(institution, 0x11 + (unsigned)sequence % 3),
                              .unit_id = sql_id(1),
                              .unit = TEXT("U1"),
                              .entered_at = NOON + sequence,
                              .accepted_at = NOON + INT64_C(10) * sequence,
                              .due_at = open ? INSTANT_NONE : NOON + INT64_C(20) * sequence,
                              .completed_at = open ? INSTANT_NONE : NOON + INT64_C(30) * sequence,
                              .handovers = 5 + sequence,
                              .refusals = 9 + sequence};
}
