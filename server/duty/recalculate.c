/* Carries out what a new calendar or policy means for the complaints that are open: computes their
 * due times anew, in portions of one transaction each, in which the operation's row moves on too. So
 * whoever is interrupted, by an end or a lost connection, goes on where it was, and nothing is done
 * twice. Since nobody decides by older rules any more (recalculation_store.h), one time through all
 * is enough. */
#include <sodium.h>

#include "lib/base/log.h"
#include "lib/store/complaint_store.h"
#include "lib/store/recalculation_store.h"
#include "server/duty/portions.h"
#include "server/server.h"

#define DEADLINE_US (30 * INSTANT_SECOND)
#define PERIOD_MS 400

/* A portion in work. */
struct portion {
    struct server *server;
    struct pg *pg;
    struct arena *arena;
    struct institution *institution;
    struct recalculation operation;
    struct pg_rows operations, page, complaints, stages;
    struct recalculation_figures figures;
    struct uuid after; /* the last complaint of the page */
    bool last;         /* there are no more behind it */
};

static bool run(const struct portion *portion, const struct pg_statement *statement,
                const struct pg_binds *binds, struct pg_rows *rows)
{
    return pg_run(portion->pg, statement, binds, monotonic_now_us() + DEADLINE_US, rows) == PG_DONE;
}

static struct recalculate_command command_of(const struct portion *portion)
{
    return (struct recalculate_command){.number = portion->operation.number,
                                        .rules = portion->operation.rules,
                                        .version = portion->operation.version};
}

/* Who put the rules in force stands in the journals. */
static struct principal author_of(const struct portion *portion)
{
    const struct recalculation_author *author = &portion->operation.author;

    return (struct principal){.staff = institution_staff(portion->institution, author->staff_id),
                              .client = author->client,
                              .request_id = author->request_id,
                              .address = author->address};
}

/* --- reference data ---------------------------------------------------------------------------- */

/* Whether the snapshot in hand is the newest. */
static bool is_newest(const struct portion *portion, bool *ret_newest)
{
    struct pg_rows rows = {0};
    bool good = run(portion, &rules_versions, NULL, &rows);

    *ret_newest = good && portion->institution && rules_are_newest(&rows, portion->institution);
    pg_rows_free(&rows);
    return good;
}

/* Holds the newest snapshot, reading it if need be. While an operation is unfinished no other rules
 * are put in force, so it stays the newest. */
static bool hold_newest(struct portion *portion)
{
    struct server *server = portion->server;
    bool newest;

    portion->institution = reference_hold(server->reference);
    if (!is_newest(portion, &newest))
        return false;
    if (newest)
        return true;
    reference_release(server->reference, portion->institution);
    portion->institution = NULL;
    if (!reference_load(server->reference, portion->pg, server->settings.institution.zone_minutes,
                        monotonic_now_us() + DEADLINE_US))
        return false;
    portion->institution = reference_hold(server->reference);
    return is_newest(portion, &newest) && newest;
}

/* --- deciding ---------------------------------------------------------------------------------- */

static enum fault recalculate(const struct portion *portion, const struct complaint *before,
                              instant at, struct change *ret)
{
    const struct recalculate_command command = command_of(portion);
    const struct principal who = author_of(portion);
    const struct situation situation = {.institution = portion->institution,
                                        .who = &who,
                                        .before = before,
                                        .at = at,
                                        .arena = portion->arena};

    return lifecycle_recalculate(&situation, &command, ret);
}

/* Finds those of the page that change. What does not, counts as it is: whoever works on it meanwhile
 * decides by the new rules. */
static bool find_changing(struct portion *portion, size_t limit, struct uuid ids[],
                          size_t *ret_count)
{
    struct pg_binds binds = pg_binds_new(portion->arena);
    instant now = instant_now();

    recalculation_page_bind(&binds, portion->operation.after);
    if (!run(portion, &recalculation_page, &binds, &portion->page))
        return false;
    size_t count = portion->page.count < limit ? portion->page.count : limit;
    struct complaint *complaints =
        ARENA_ARRAY(portion->arena, struct complaint, portion->page.count);
    recalculation_page_read(&portion->page, portion->institution, portion->arena, complaints);
    *ret_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct change change;
        if (recalculate(portion, &complaints[i], now, &change) == FAULT_NONE &&
            recalculation_changes(&complaints[i], &change.after))
            ids[(*ret_count)++] = complaints[i].id;
        else
            recalculation_count(&portion->figures, &complaints[i], &complaints[i], now);
    }
    portion->last = portion->page.count < limit;
    portion->after = count ? complaints[count - 1].id : portion->operation.after;
    return true;
}

/* Decides again on a complaint whose row is locked. False: it does not change any more. */
static bool decide(struct portion *portion, const struct complaint *before, struct save *ret)
{
    struct change *change = ARENA_NEW(portion->arena, struct change);
    const struct principal who = author_of(portion);
    uint8_t salt[JOURNAL_SALT_LENGTH];
    instant now = instant_now();
    instant at = now <= before->updated_at ? before->updated_at + 1 : now;

    if (before->stage_count == 0 || recalculate(portion, before, at, change) != FAULT_NONE)
        return false; /* it ended meanwhile */
    recalculation_count(&portion->figures, before, &change->after, now);
    if (!recalculation_changes(before, &change->after))
        return false;
    change->after.updated_by =
        (struct staff_reference){who.staff->id, who.staff->login, who.staff->name};
    *ret = (struct save){.before = before, .change = change, .staff_id = who.staff->id};
    randombytes_buf(salt, sizeof salt);
    journal_compose(portion->arena, before, change, &who, at, salt, &ret->entry);
    return true;
}

/* --- writing ----------------------------------------------------------------------------------- */

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

static bool save_changing(struct portion *portion, const struct uuid ids[], size_t count)
{
    struct arena *arena = portion->arena;
    struct pg_binds binds = pg_binds_new(arena);
    struct save *saves = ARENA_ARRAY(arena, struct save, count);
    size_t save_count = 0;

    complaint_ids_bind(&binds, ids, count);
    if (!run(portion, &complaint_lock, &binds, &portion->complaints) ||
        !run(portion, &stage_get, &binds, &portion->stages))
        return false;
    size_t locked = portion->complaints.count;
    struct complaint *complaints = ARENA_ARRAY(arena, struct complaint, locked);
    complaint_read(&portion->complaints, portion->institution, arena, complaints);
    stage_read(&portion->stages, portion->institution, arena, complaints, locked);
    for (size_t i = 0; i < locked; i++)
        save_count += decide(portion, &complaints[i], &saves[save_count]);
    return save_count == 0 || send_saves(portion, saves, save_count);
}

/* Moves the operation's row on, in the same transaction, and commits. */
static bool advance(struct portion *portion, int64_t failed)
{
    struct pg_binds binds = pg_binds_new(portion->arena);

    recalculation_advance_bind(&binds, &portion->operation, &portion->figures, failed,
                               portion->after, portion->last);
    return run(portion, &recalculation_advance, &binds, NULL) &&
           run(portion, &pg_commit, NULL, NULL);
}

static void log_end(const struct portion *portion)
{
    log_line(
        LOG_INFO, "recalculated", LOG_INT("recalculation", portion->operation.number),
        LOG_INT("considered", portion->operation.figures.considered + portion->figures.considered),
        LOG_INT("changed", portion->operation.figures.changed + portion->figures.changed));
}

/* The next complaints, at most `limit`. skip: what was to change is left as it is and counts as
 * failed. */
static enum progress carry_out(struct portion *portion, size_t limit, bool skip)
{
    struct uuid *ids = ARENA_ARRAY(portion->arena, struct uuid, limit);
    size_t count = 0;

    portion->figures = recalculation_nothing();
    if (!run(portion, &recalculation_open, NULL, &portion->operations))
        return PROGRESS_FAILED;
    if (portion->operations.count == 0)
        return PROGRESS_NONE;
    recalculation_read(&portion->operations, 0, 0, &portion->operation);
    if (!hold_newest(portion) || !run(portion, &pg_begin, NULL, NULL) ||
        !find_changing(portion, limit, ids, &count) ||
        (!skip && count > 0 && !save_changing(portion, ids, count)))
        return PROGRESS_FAILED;
    if (skip) {
        portion->figures.considered += (int64_t)count;
        for (size_t i = 0; i < count; i++)
            log_line(LOG_WARNING, "a complaint is not recalculated", LOG_ID("complaint", ids[i]));
    }
    if (!advance(portion, skip ? (int64_t)count : 0))
        return PROGRESS_FAILED;
    if (portion->last)
        log_end(portion);
    return PROGRESS_MADE;
}

static enum progress next_portion(struct server *server, struct pg *pg, struct arena *arena,
                                  size_t limit, bool skip)
{
    struct portion portion = {.server = server, .pg = pg, .arena = arena};
    enum progress progress = carry_out(&portion, limit, skip);

    if (progress == PROGRESS_FAILED) {
        log_line(LOG_INFO, "recalculation interrupted", LOG_INT("complaints", limit),
                 LOG_STRING("error", pg_error(pg).message));
    }
    pg_rows_free(&portion.operations);
    pg_rows_free(&portion.page);
    pg_rows_free(&portion.complaints);
    pg_rows_free(&portion.stages);
    reference_release(server->reference, portion.institution);
    return progress;
}

static void recalculate_open(struct server *server, struct pg *pg, struct arena *arena)
{
    duty_in_portions(server, pg, arena, next_portion, RECALCULATION_PAGE);
}

const struct duty duty_recalculate = {
    .name = "recalculate", .period_ms = PERIOD_MS, .exclusive = true, .run = recalculate_open};
