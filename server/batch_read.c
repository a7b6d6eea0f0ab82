/* One complaint and lists, read in sets: all reads of a batch are one round trip. */
#include <stdio.h>

#include "lib/base/log.h"
#include "lib/store/complaint_store.h"
#include "server/engine.h"
#include "server/list.h"
#include "server/present.h"
#include "server/server.h"

/* Lists of one variant: one statement. */
struct list_group {
    struct list_variant variant;
    struct request **requests;
    struct list_job **jobs;
    size_t count;
    struct pg_rows rows;
};

struct read_batch {
    struct worker *worker;
    struct request **gets, **lists;
    size_t get_count, list_count;
    struct uuid *ids; /* of gets */
    struct principal *get_callers;
    struct list_job *jobs; /* of lists */
    struct list_group *groups;
    size_t group_count;
    struct pg_rows complaints, stages;
};

/* Sorts the requests by kind; refuses those without a good token, with bad parameters or without the
 * right. */
static void sort_out(struct read_batch *batch, struct request *requests[], size_t count)
{
    struct worker *worker = batch->worker;
    struct arena *arena = worker->arena;

    batch->gets = ARENA_ARRAY(arena, struct request *, count);
    batch->lists = ARENA_ARRAY(arena, struct request *, count);
    batch->get_callers = ARENA_ARRAY(arena, struct principal, count);
    batch->jobs = ARENA_ARRAY(arena, struct list_job, count);
    for (size_t i = 0; i < count; i++) {
        struct request *request = requests[i];
        struct principal who;
        enum fault fault = identity_principal(request, worker->institution, &who);
        if (!fault)
            fault = request_judge(request, &who);
        if (fault) {
            batch_refuse(request, fault, request->violations, TEXT_NONE);
        } else if (request->operation->kind == OPERATION_GET) {
            batch->get_callers[batch->get_count] = who;
            batch->gets[batch->get_count++] = request;
        } else {
            struct list_job *job = &batch->jobs[batch->list_count];
            fault = list_prepare(request, worker->institution, &who, job);
            if (fault)
                batch_refuse(request, fault, request->violations, TEXT_NONE);
            else
                batch->lists[batch->list_count++] = request;
        }
    }
}

static void group_lists(struct read_batch *batch)
{
    struct arena *arena = batch->worker->arena;
    batch->groups = ARENA_ARRAY(arena, struct list_group, batch->list_count);
    for (size_t i = 0; i < batch->list_count; i++) {
        struct list_variant variant = list_variant_of(&batch->jobs[i].query);
        size_t at = 0;
        while (at < batch->group_count && !list_variant_equal(batch->groups[at].variant, variant))
            at++;
        struct list_group *group = &batch->groups[at];
        if (at == batch->group_count) {
            batch->group_count++;
            group->variant = variant;
            group->requests = ARENA_ARRAY(arena, struct request *, batch->list_count);
            group->jobs = ARENA_ARRAY(arena, struct list_job *, batch->list_count);
        }
        group->requests[group->count] = batch->lists[i];
        group->jobs[group->count++] = &batch->jobs[i];
    }
}

static bool send(struct read_batch *batch)
{
    struct pg *pg = batch->worker->pg;
    struct arena *arena = batch->worker->arena;
    bool good = true;

    if (batch->get_count)
        good = worker_ask_complaints(batch->worker, batch->ids, batch->get_count, arena);
    for (size_t i = 0; good && i < batch->group_count; i++) {
        struct list_group *group = &batch->groups[i];
        struct pg_binds binds = pg_binds_new(arena);
        const struct list_query **queries =
            ARENA_ARRAY(arena, const struct list_query *, group->count);
        for (size_t j = 0; j < group->count; j++)
            queries[j] = &group->jobs[j]->query;
        list_bind(&binds, queries, group->count);
        good = pg_send(pg, list_statement(group->variant, arena), &binds);
    }
    return good && pg_sync(pg);
}

/* Collects every result of the round trip; false when any failed. */
static bool receive(struct read_batch *batch)
{
    struct worker *worker = batch->worker;
    struct pg *pg = worker->pg;
    bool good = true;

    if (batch->get_count)
        good = worker_take_complaints(worker, &batch->complaints, &batch->stages);
    bool in_transaction = !good;
    for (size_t i = 0; i < batch->group_count; i++)
        good = worker_next(worker, &batch->groups[i].rows) == PG_DONE && good;
    if (!good && pg_usable(pg))
        log_line(LOG_ERROR, "read failed", LOG_STRING("error", pg_error(pg).message));
    return worker_end_sync(worker, in_transaction) && good;
}

static void answer_get(struct worker *worker, struct request *request, const struct principal *who,
                       const struct complaint *complaint)
{
    enum fault fault = FAULT_NOT_FOUND;
    if (complaint)
        fault = right_to_read(request->right,
                              permission_relations(worker->institution, who, complaint));
    if (fault) {
        batch_refuse(request, fault, NULL, TEXT_NONE);
        return;
    }
    if (complaint_unchanged(complaint, request->if_none_match, instant_now())) {
        request->answer.status = 304;
    } else {
        struct complaint_view view;
        struct text_buffer out = text_buffer_new(request->arena, 4096);
        complaint_present(worker->institution, who, complaint, instant_now(), request->arena,
                          &view);
        shape_encode(&complaint_shape, &view, worker->institution->zone_minutes, &out);
        request_answer(request, 200, text_buffer_text(&out));
    }
    request->answer.version = complaint->version;
    request_finish(request);
}

static void answer_gets(struct read_batch *batch)
{
    struct worker *worker = batch->worker;
    size_t count = batch->complaints.count;
    struct complaint *complaints = ARENA_ARRAY(worker->arena, struct complaint, count);

    complaint_read(&batch->complaints, worker->institution, worker->arena, complaints);
    stage_read(&batch->stages, worker->institution, worker->arena, complaints, count);
    for (size_t i = 0; i < batch->get_count; i++)
        answer_get(worker, batch->gets[i], &batch->get_callers[i],
                   complaint_among(complaints, count, batch->ids[i]));
}

static void answer_lists(struct read_batch *batch)
{
    struct worker *worker = batch->worker;
    for (size_t i = 0; i < batch->group_count; i++) {
        struct list_group *group = &batch->groups[i];
        for (size_t row = 0; row < group->rows.count; row++) {
            struct complaint complaint;
            size_t n = list_read(&group->rows, row, worker->institution, worker->arena, &complaint);
            list_add(group->jobs[n], worker->institution, &complaint);
        }
        for (size_t j = 0; j < group->count; j++) {
            list_answer(group->jobs[j], -1);
            request_finish(group->requests[j]);
        }
    }
}

static void free_rows(struct read_batch *batch)
{
    pg_rows_free(&batch->complaints);
    pg_rows_free(&batch->stages);
    for (size_t i = 0; i < batch->group_count; i++)
        pg_rows_free(&batch->groups[i].rows);
}

/* A failed set is read again one by one, so that no request pays for another's error. */
static void read_alone(struct read_batch *batch)
{
    for (size_t i = 0; i < batch->get_count + batch->list_count; i++) {
        struct request *request =
            i < batch->get_count ? batch->gets[i] : batch->lists[i - batch->get_count];
        if (request->deadline_us < monotonic_now_us())
            batch_refuse(request, FAULT_DEADLINE_PASSED, NULL, TEXT_NONE);
        else
            batch_read(batch->worker, &request, 1);
    }
}

static void refuse(struct read_batch *batch)
{
    enum fault fault = worker_fault(batch->worker);
    for (size_t i = 0; i < batch->get_count; i++)
        batch_refuse(batch->gets[i], fault, NULL, TEXT_NONE);
    for (size_t i = 0; i < batch->list_count; i++)
        batch_refuse(batch->lists[i], fault, NULL, TEXT_NONE);
}

void batch_read(struct worker *worker, struct request *requests[], size_t count)
{
    struct read_batch batch = {.worker = worker};

    if (!identity_look_up(worker->server->identities, worker->pg, requests, count,
                          worker_deadline(worker))) {
        for (size_t i = 0; i < count; i++)
            batch_refuse(requests[i], worker_fault(worker), NULL, TEXT_NONE);
        return;
    }
    sort_out(&batch, requests, count);
    group_lists(&batch);
    batch.ids = ARENA_ARRAY(worker->arena, struct uuid, batch.get_count);
    if (batch_resolve(worker, batch.gets, batch.get_count, batch.ids) && send(&batch) &&
        receive(&batch)) {
        answer_gets(&batch);
        answer_lists(&batch);
    } else if (pg_usable(worker->pg) && batch.get_count + batch.list_count > 1) {
        read_alone(&batch);
    } else {
        refuse(&batch);
    }
    free_rows(&batch);
}
