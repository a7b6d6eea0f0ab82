#include "server/operation/by_contact.h"

#include "lib/complaint/permission.h"
#include "lib/store/complaint_store.h"
#include "server/audit.h"

#define CANDIDATES_MAX 1000 /* of a number that many have given, those the caller may see */

/* Keeps those that the caller may see, in the order in which they were found. */
static void choose_visible(const struct slow_context *context, const struct pg_rows *found,
                           const struct pg_rows *seen, struct uuid left_out, size_t limit,
                           struct uuid ids[], size_t *ret_count)
{
    struct complaint *complaints =
        ARENA_ARRAY(context->request->arena, struct complaint, seen->count);

    complaint_seen_read(seen, context->request->arena, complaints);
    for (size_t row = 0; row < found->count && *ret_count < limit; row++) {
        struct uuid id = pg_uuid(found, row, 0);
        const struct complaint *complaint = complaint_among(complaints, seen->count, id);
        if (complaint && !uuid_equal(id, left_out) &&
            permission_relations(context->institution, &context->who, complaint))
            ids[(*ret_count)++] = id;
    }
}

enum fault by_contact_find(struct slow_context *context, const struct mark marks[], size_t count,
                           struct uuid left_out, size_t limit, struct uuid ids[], size_t *ret_count)
{
    struct arena *arena = context->request->arena;
    struct pg_binds find = pg_binds_new(arena), see = pg_binds_new(arena);
    STORE_ROWS found = {0}, seen = {0};

    *ret_count = 0;
    private_find_bind(&find, marks, count, CANDIDATES_MAX);
    if (pg_run(context->pg, &private_find, &find, statement_deadline(context->server), &found) !=
        PG_DONE)
        return statement_fault(context);
    struct uuid *candidates = ARENA_ARRAY(arena, struct uuid, found.count);
    for (size_t row = 0; row < found.count; row++)
        candidates[row] = pg_uuid(&found, row, 0);
    complaint_ids_bind(&see, candidates, found.count);
    if (pg_run(context->pg, &complaint_seen, &see, statement_deadline(context->server), &seen) !=
        PG_DONE)
        return statement_fault(context);
    choose_visible(context, &found, &seen, left_out, limit, ids, ret_count);
    return FAULT_NONE;
}

enum fault by_contact_record(struct slow_context *context, const char *kind, struct text number,
                             size_t found)
{
    const struct audit_event event = {
        .action = AUDIT_CONTACT_SEARCHED,
        .success = true,
        .subject = number,
        .facts = {{"found", text_printf(context->request->arena, "%zu", found)},
                  {"kind", text_of(kind)}}};

    return audit_write(context, &event) == STORE_DONE ? FAULT_NONE : statement_fault(context);
}
