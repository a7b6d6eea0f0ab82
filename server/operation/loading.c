#include "server/operation/loading.h"

#include "lib/store/complaint_store.h"

static enum fault find_id(struct slow_context *context, struct text wanted, struct uuid *ret)
{
    struct pg_binds binds = pg_binds_new(context->request->arena);
    struct pg_rows rows;

    if (uuid_parse(wanted, ret))
        return FAULT_NONE;
    struct pg_array array = pg_array_begin(&binds, PG_TEXT, 1);
    pg_array_add_text(&array, wanted);
    pg_array_end(&array);
    if (pg_run(context->pg, &complaint_find, &binds, statement_deadline(context->server), &rows) !=
        PG_DONE)
        return statement_fault(context);
    bool found = rows.count == 1;
    if (found)
        *ret = pg_uuid(&rows, 0, 1);
    pg_rows_free(&rows);
    return found ? FAULT_NONE : FAULT_NOT_FOUND;
}

static bool read_one(const struct slow_context *context, struct uuid id, struct pg_rows *complaints,
                     struct pg_rows *stages)
{
    const struct worker *worker = context->worker;
    if (!worker_ask_complaints(worker, &id, 1, context->request->arena) || !pg_sync(context->pg))
        return false;
    bool good = worker_take_complaints(worker, complaints, stages);
    return worker_end_sync(worker, !good) && good;
}

enum fault complaint_load_visible(struct slow_context *context, struct complaint *ret)
{
    return complaint_load_named(context, context->request->right, context->request->parameters[0],
                                ret);
}

enum fault complaint_load_named(struct slow_context *context, const struct right *right,
                                struct text name, struct complaint *ret)
{
    struct arena *arena = context->request->arena;
    struct pg_rows *complaints = &context->held[0], *stages = &context->held[1];
    struct uuid id;

    enum fault fault = find_id(context, name, &id);
    if (fault)
        return fault;
    if (!read_one(context, id, complaints, stages))
        return statement_fault(context);
    if (complaints->count == 0)
        return FAULT_NOT_FOUND;
    complaint_read(complaints, context->institution, arena, ret);
    stage_read(stages, context->institution, arena, ret, 1);
    return right_to_read(right, permission_relations(context->institution, &context->who, ret));
}

size_t units_over(const struct slow_context *context, unsigned roles, struct uuid units[])
{
    const struct institution *institution = context->institution;
    size_t count = 0;

    for (size_t i = 0; i < institution->unit_count; i++)
        if (permission_has_role_over(&context->who, roles, &institution->units[i]))
            units[count++] = institution->units[i].id;
    return count;
}
