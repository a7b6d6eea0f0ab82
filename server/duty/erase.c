/* Carries out approved orders of erasure, in portions of one transaction each, in which the order's row
 * moves on too: whoever is interrupted goes on where it was, and nothing is done twice. Each complaint
 * gets its entry of the journal and one on the audit trail; what it said of people is erased by
 * complaint_erase() in the same transaction, which judges once more whether that may be. */
#include <sodium.h>

#include "lib/base/log.h"
#include "lib/complaint/retention.h"
#include "lib/store/complaint_store.h"
#include "lib/store/erasure_store.h"
#include "lib/store/retention_store.h"
#include "server/duty/portions.h"
#include "server/server.h"

#define DEADLINE_US (30 * INSTANT_SECOND)
#define PERIOD_MS 400
/* Answers, which repeat what complaints and holds say, are kept for seven days. */
#define UNCHANGED_FOR (8 * INSTANT_DAY + INSTANT_MINUTE)

struct portion {
    struct server *server;
    struct pg *pg;
    struct arena *arena;
    struct institution *institution;
    struct erasure_order order;
    const struct staff *approver; /* in whose name it is done */
    struct pg_rows orders, page, complaints, stages, held;
    size_t count;     /* complaints of this portion */
    struct uuid *ids; /* those that are erased */
    size_t erased;
};

static bool run(const struct portion *portion, const struct pg_statement *statement,
                const struct pg_binds *binds, struct pg_rows *rows)
{
    return pg_run(portion->pg, statement, binds, monotonic_now_us() + DEADLINE_US, rows) == PG_DONE;
}

/* --- deciding ----------------------------------------------------------------------------------- */

static struct principal author_of(const struct portion *portion)
{
    return (struct principal){.staff = portion->approver,
                              .client = portion->order.client,
                              .request_id = portion->order.request_id,
                              .address = portion->order.address};
}

static bool is_held(const struct portion *portion, struct uuid id)
{
    for (size_t row = 0; row < portion->held.count; row++)
        if (uuid_equal(pg_uuid(&portion->held, row, 0), id))
            return true;
    return false;
}

static const struct audit_entry *audited(const struct portion *portion, const struct principal *who,
                                         const struct complaint *complaint, instant at)
{
    struct audit_entry *entry = ARENA_NEW(portion->arena, struct audit_entry);
    const struct audit_origin origin = audit_origin_of(who);
    const struct audit_event event = {
        .action = AUDIT_ERASED,
        .success = true,
        .subject = complaint->number,
        .unit_id = complaint->unit_id,
        .facts = {{"order", text_printf(portion->arena, "%d", portion->order.number)}}};

    audit_compose(portion->arena, &event, &origin, uuid_make(at), at, entry);
    return entry;
}

/* Whether a complaint whose row is locked is erased, and how that is saved. */
static bool decide(struct portion *portion, const struct complaint *before, struct save *ret)
{
    struct change *change = ARENA_NEW(portion->arena, struct change);
    const struct principal who = author_of(portion);
    const struct erase_command command = {portion->order.number, portion->order.requested_by.login};
    uint8_t salt[JOURNAL_SALT_LENGTH];
    const struct situation situation = {.institution = portion->institution,
                                        .who = &who,
                                        .before = before,
                                        .at = instant_now(),
                                        .arena = portion->arena};

    if (is_held(portion, before->id) || before->updated_at > situation.at - UNCHANGED_FOR ||
        lifecycle_erase(&situation, &command, change) != FAULT_NONE)
        return false;
    change->after.updated_by =
        (struct staff_reference){who.staff->id, who.staff->login, who.staff->name};
    *ret = (struct save){.before = before,
                         .change = change,
                         .staff_id = who.staff->id,
                         .audited = audited(portion, &who, before, situation.at)};
    randombytes_buf(salt, sizeof salt);
    journal_compose(portion->arena, before, change, &who, situation.at, salt, &ret->entry);
    return true;
}

/* --- a portion ---------------------------------------------------------------------------------- */

/* The next complaints of the order, locked. */
static bool lock_next(struct portion *portion, size_t limit)
{
    struct arena *arena = portion->arena;
    const struct institution *institution = portion->institution;
    const struct unit *unit = institution_unit(institution, portion->order.unit_id);
    struct uuid *units = ARENA_ARRAY(arena, struct uuid, institution->unit_count);
    struct pg_binds binds = pg_binds_new(arena), ids = pg_binds_new(arena),
                    holds = pg_binds_new(arena);
    size_t unit_count = 0;

    for (size_t i = 0; i < institution->unit_count; i++)
        if (unit && unit_within(&institution->units[i], unit))
            units[unit_count++] = institution->units[i].id;
    erasure_page_bind(&binds, &portion->order, units, unit_count);
    if (!run(portion, erasure_page(&portion->order), &binds, &portion->page))
        return false;
    portion->count = portion->page.count < limit ? portion->page.count : limit;
    portion->ids = ARENA_ARRAY(arena, struct uuid, portion->count);
    for (size_t i = 0; i < portion->count; i++)
        portion->ids[i] = pg_uuid(&portion->page, i, 0);
    complaint_ids_bind(&ids, portion->ids, portion->count);
    hold_held_bind(&holds, portion->ids, portion->count, instant_now() - UNCHANGED_FOR);
    return run(portion, &complaint_lock, &ids, &portion->complaints) &&
           run(portion, &stage_get, &ids, &portion->stages) &&
           run(portion, &hold_held, &holds, &portion->held);
}

static bool send_saves(struct portion *portion, const struct save saves[], size_t count)
{
    size_t sent = complaint_save_send(portion->pg, portion->arena, saves, count);
    int64_t deadline_us = monotonic_now_us() + DEADLINE_US;
    bool good = true;

    if (sent == 0 || !pg_sync(portion->pg))
        return false;
    for (size_t i = 0; i < sent; i++)
        good = pg_next(portion->pg, deadline_us, NULL) == PG_DONE && good;
    return pg_next(portion->pg, deadline_us, NULL) == PG_SYNCED && good;
}

/* Journals what is erased of those that are locked, and erases it. */
static bool erase_locked(struct portion *portion)
{
    struct arena *arena = portion->arena;
    size_t locked = portion->complaints.count;
    struct complaint *complaints = ARENA_ARRAY(arena, struct complaint, locked);
    struct save *saves = ARENA_ARRAY(arena, struct save, locked);
    struct pg_binds binds = pg_binds_new(arena);

    complaint_read(&portion->complaints, portion->institution, arena, complaints);
    stage_read(&portion->stages, portion->institution, arena, complaints, locked);
    portion->erased = 0;
    for (size_t i = 0; i < locked; i++) {
        if (!decide(portion, &complaints[i], &saves[portion->erased]))
            continue;
        portion->ids[portion->erased++] = complaints[i].id;
    }
    if (portion->erased == 0)
        return true;
    erasure_carry_out_bind(&binds, portion->order.number, portion->ids, portion->erased);
    return send_saves(portion, saves, portion->erased) &&
           run(portion, &erasure_carry_out, &binds, NULL);
}

/* Moves the order on, in the same transaction, and commits. */
static bool advance(struct portion *portion, bool last)
{
    struct pg_binds binds = pg_binds_new(portion->arena);
    size_t end = portion->count;
    instant closed_at = end ? pg_instant(&portion->page, end - 1, 1) : INSTANT_NONE;
    struct uuid id = end ? pg_uuid(&portion->page, end - 1, 0) : UUID_NONE;

    erasure_advance_bind(&binds, &portion->order, (int64_t)portion->erased,
                         (int64_t)(portion->count - portion->erased), closed_at, id, last);
    return run(portion, &erasure_advance, &binds, NULL) && run(portion, &pg_commit, NULL, NULL);
}

static bool find_order(struct portion *portion)
{
    if (!run(portion, &erasure_open, NULL, &portion->orders))
        return false;
    if (portion->orders.count == 0)
        return true;
    portion->institution = reference_hold(portion->server->reference);
    if (!portion->institution)
        return false;
    erasure_read(&portion->orders, portion->institution, portion->arena, &portion->order);
    portion->approver = institution_staff(portion->institution, portion->order.decided_by.id);
    return portion->approver;
}

/* skip: none of them is erased. */
static enum progress carry_out(struct portion *portion, size_t limit, bool skip)
{
    if (!find_order(portion))
        return PROGRESS_FAILED;
    if (portion->orders.count == 0)
        return PROGRESS_NONE;
    if (!run(portion, &pg_begin, NULL, NULL) || !lock_next(portion, limit) ||
        (!skip && !erase_locked(portion)))
        return PROGRESS_FAILED;
    for (size_t i = 0; skip && i < portion->count; i++)
        log_line(LOG_WARNING, "a complaint is not erased", LOG_ID("complaint", portion->ids[i]));
    bool last = portion->page.count < ERASURE_PAGE && portion->count == portion->page.count;
    if (!advance(portion, last))
        return PROGRESS_FAILED;
    log_line(LOG_INFO, "complaints erased", LOG_INT("order", portion->order.number),
             LOG_INT("erased", portion->erased),
             LOG_INT("skipped", portion->count - portion->erased));
    return PROGRESS_MADE;
}

static enum progress next_portion(struct server *server, struct pg *pg, struct arena *arena,
                                  size_t limit, bool skip)
{
    struct portion portion = {.server = server, .pg = pg, .arena = arena};
    enum progress progress = carry_out(&portion, limit, skip);

    if (progress == PROGRESS_FAILED)
        log_line(LOG_INFO, "erasing interrupted", LOG_STRING("error", pg_error(pg).message));
    pg_rows_free(&portion.orders);
    pg_rows_free(&portion.page);
    pg_rows_free(&portion.complaints);
    pg_rows_free(&portion.stages);
    pg_rows_free(&portion.held);
    reference_release(server->reference, portion.institution);
    return progress;
}

static void erase(struct server *server, struct pg *pg, struct arena *arena)
{
    duty_in_portions(server, pg, arena, next_portion, ERASURE_PAGE);
}

const struct duty duty_erase = {
    .name = "erase", .period_ms = PERIOD_MS, .exclusive = true, .run = erase};
