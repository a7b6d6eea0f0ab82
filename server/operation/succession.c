#include "server/operation/succession.h"

#include <sodium.h>

#include "lib/base/json_text.h"
#include "lib/store/complaint_store.h"
#include "lib/store/departure_store.h"
#include "lib/store/recalculation_store.h"
#include "server/identity.h"
#include "server/repeat.h"
#include "server/server.h"

#define AT_ONCE 64
#define WORK_MAX 2000     /* complaints that one request passes on */
#define OBSTACLES_MAX 100 /* that are named */

static bool run(const struct succession *succession, const struct pg_statement *statement,
                const struct pg_binds *binds, struct pg_rows *rows)
{
    struct slow_context *context = succession->context;

    return pg_run(context->pg, statement, binds, statement_deadline(context->server), rows) ==
           PG_DONE;
}

/* --- the transaction ---------------------------------------------------------------------------- */

static bool begin_once(struct succession *succession, bool departs, bool *ret_newest)
{
    struct pg_rows rows = {0};
    bool good = run(succession, &pg_begin, NULL, NULL) &&
                run(succession, departs ? &rules_alone : &rules_share, NULL, NULL) &&
                run(succession, &rules_versions, NULL, &rows);

    *ret_newest = good && rules_are_newest(&rows, succession->context->institution);
    pg_rows_free(&rows);
    return good;
}

static void roll_back(const struct succession *succession)
{
    if (pg_usable(succession->context->pg))
        (void)run(succession, &pg_rollback, NULL, NULL);
}

enum fault succession_begin(struct succession *succession, bool departs)
{
    struct slow_context *context = succession->context;
    bool newest;

    succession->obstacles = text_buffer_new(context->request->arena, 512);
    while (begin_once(succession, departs, &newest)) {
        if (newest)
            return FAULT_NONE;
        roll_back(succession);
        enum fault fault = slow_renew(context);
        if (fault)
            return fault;
    }
    enum fault fault = statement_fault(context);
    roll_back(succession);
    return fault;
}

enum fault succession_end(struct succession *succession, enum fault fault)
{
    struct slow_context *context = succession->context;
    enum store_result result = fault ? STORE_DONE : repeat_keep(context);
    bool found = false;

    if (!fault && result == STORE_DONE) {
        if (run(succession, &pg_commit, NULL, NULL))
            return FAULT_NONE;
        return pg_usable(context->pg) ? statement_fault(context) : FAULT_OUTCOME_UNKNOWN;
    }
    if (!fault && result != STORE_EXISTS)
        fault = statement_fault(context);
    roll_back(succession);
    if (!fault) /* by a twin, whose answer it is */
        fault = repeat_find(context, &found);
    return fault || found ? fault : FAULT_INTERNAL;
}

/* --- what stands in the way --------------------------------------------------------------------- */

/* number: none for a complaint that the caller does not see. */
static void add_obstacle(struct succession *succession, struct text number, const char *code)
{
    struct text_buffer *out = &succession->obstacles;

    if (succession->obstacle_count++ >= OBSTACLES_MAX)
        return;
    text_buffer_add_string(out, out->length ? ",{\"complaint\":" : "{\"complaint\":");
    json_text_add(out, number);
    text_buffer_printf(out, ",\"code\":\"%s\"}", code);
}

void succession_refuse(const struct succession *succession)
{
    struct request *request = succession->context->request;
    struct text extra =
        text_printf(request->arena, "\"obstacle_count\":%zu,\"obstacles\":[%.*s]",
                    succession->obstacle_count, TEXT_ARG(text_buffer_text(&succession->obstacles)));

    request_refuse(request, FAULT_HAND_OVER_BLOCKED, NULL, extra);
}

/* Recusal tells of whom a complaint is: to those who see it. */
static const char *code_of(enum fault fault, bool sees)
{
    switch (fault) {
    case FAULT_RECUSED: return sees ? "recused" : "not_possible";
    case FAULT_INVALID: return "not_eligible";
    default: return "not_possible";
    }
}

/* --- one complaint ------------------------------------------------------------------------------ */

static bool may_pass_on(const struct succession *succession, unsigned relations)
{
    return !succession->supervised || relations & right_of_action(ACTION_ASSIGN)->who;
}

/* False: there is an obstacle, or nothing to pass on any more. */
static bool decide(struct succession *succession, const struct complaint *before, struct save *ret)
{
    struct slow_context *context = succession->context;
    struct arena *arena = context->request->arena;
    struct change *change = ARENA_NEW(arena, struct change);
    struct violations *violations = ARENA_NEW(arena, struct violations);
    uint8_t salt[JOURNAL_SALT_LENGTH];
    instant now = instant_now();
    const struct hand_over_command command = {succession->from, succession->to, succession->reason};
    bool owned = uuid_equal(before->owner.id, succession->from->id);
    unsigned relations = permission_relations(context->institution, &context->who, before);
    struct text shown = relations ? before->number : TEXT_NONE;

    violations->arena = arena;
    const struct situation situation = {.institution = context->institution,
                                        .who = &context->who,
                                        .before = before,
                                        .at = now <= before->updated_at ? before->updated_at + 1
                                                                        : now,
                                        .arena = arena,
                                        .violations = violations};
    if (!may_pass_on(succession, relations)) {
        add_obstacle(succession, TEXT_NONE, "beyond_reach");
        return false;
    }
    if (!succession->to) {
        add_obstacle(succession, shown, owned ? "owned" : "offered");
        return false;
    }
    enum fault fault = lifecycle_hand_over(&situation, &command, change);
    if (fault == FAULT_NOT_OPEN || fault == FAULT_NO_OFFER)
        return false; /* changed before it was locked */
    if (fault) {
        add_obstacle(succession, shown, code_of(fault, relations != 0));
        return false;
    }
    const struct staff *by = context->who.staff;
    change->after.updated_by = (struct staff_reference){by->id, by->login, by->name};
    *ret = (struct save){.before = before, .change = change, .staff_id = by->id};
    randombytes_buf(salt, sizeof salt);
    journal_compose(arena, before, change, &context->who, situation.at, salt, &ret->entry);
    *(owned ? &succession->assigned : &succession->others) += 1;
    return true;
}

/* --- in sets ------------------------------------------------------------------------------------ */

static bool send_saves(struct succession *succession, const struct save saves[], size_t count)
{
    struct slow_context *context = succession->context;
    size_t sent = complaint_save_send(context->pg, context->request->arena, saves, count);
    bool good = true;

    if (sent == 0 || !pg_sync(context->pg))
        return false;
    for (size_t i = 0; i < sent; i++)
        good = worker_next(context->worker, NULL) == PG_DONE && good;
    return worker_next(context->worker, NULL) == PG_SYNCED && good;
}

/* rows[2] hold the texts until the saves are sent. */
static bool pass_on(struct succession *succession, const struct uuid ids[], size_t count,
                    struct pg_rows rows[2])
{
    struct slow_context *context = succession->context;
    struct arena *arena = context->request->arena;
    struct pg_binds binds = pg_binds_new(arena);
    struct save saves[AT_ONCE];
    size_t save_count = 0;

    complaint_ids_bind(&binds, ids, count);
    if (!run(succession, &complaint_lock, &binds, &rows[0]) ||
        !run(succession, &stage_get, &binds, &rows[1]))
        return false;
    struct complaint *complaints = ARENA_ARRAY(arena, struct complaint, rows[0].count);
    complaint_read(&rows[0], context->institution, arena, complaints);
    stage_read(&rows[1], context->institution, arena, complaints, rows[0].count);
    for (size_t i = 0; i < rows[0].count; i++)
        if (complaints[i].stage_count > 0)
            save_count += decide(succession, &complaints[i], &saves[save_count]);
    /* Once something stands in the way nothing is written, only looked at. */
    return save_count == 0 || succession->obstacle_count > 0 ||
           send_saves(succession, saves, save_count);
}

enum fault succession_run(struct succession *succession)
{
    struct slow_context *context = succession->context;
    struct uuid *ids;
    size_t count;

    if (departure_work(context->pg, context->request->arena, succession->from->id, WORK_MAX + 1,
                       statement_deadline(context->server), &ids, &count) != STORE_DONE)
        return statement_fault(context);
    if (count > WORK_MAX) {
        add_obstacle(succession, TEXT_NONE, "too_many");
        return FAULT_HAND_OVER_BLOCKED;
    }
    for (size_t done = 0, n; done < count; done += n) {
        struct pg_rows rows[2] = {{0}};
        n = count - done < AT_ONCE ? count - done : AT_ONCE;
        bool good = pass_on(succession, ids + done, n, rows);
        enum fault fault = good ? FAULT_NONE : statement_fault(context);
        pg_rows_free(&rows[0]);
        pg_rows_free(&rows[1]);
        if (fault)
            return fault;
    }
    return succession->obstacle_count ? FAULT_HAND_OVER_BLOCKED : FAULT_NONE;
}
