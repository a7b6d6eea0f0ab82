/* Links between complaints: made, removed, and listed for both sides. */
#include <jansson.h>

#include "lib/json/complaint_json.h"
#include "lib/json/link_json.h"
#include "lib/store/complaint_store.h"
#include "lib/store/link_store.h"
#include "server/engine.h"
#include "server/operation/loading.h"
#include "server/operation/page.h"

const struct operation complaint_add_link = {.name = "complaint_add_link",
                                             .method = METHOD_POST,
                                             .path = "/v1/complaints/{id}/links",
                                             .kind = OPERATION_COMMAND,
                                             .action = ACTION_LINKS,
                                             .input = &link_shape,
                                             .item = &link_item_shape,
                                             .decide = lifecycle_links,
                                             .other_offset =
                                                 offsetof(struct link_command, complaint) + 1,
                                             .knows_links = true};

const struct operation complaint_remove_link = {.name = "complaint_remove_link",
                                                .method = METHOD_POST,
                                                .path = "/v1/complaints/{id}/links/{number}/remove",
                                                .kind = OPERATION_COMMAND,
                                                .action = ACTION_REMOVE_LINK,
                                                .input = &remove_link_shape,
                                                .item = &remove_link_shape,
                                                .decide = lifecycle_remove_link,
                                                .number_offset =
                                                    offsetof(struct remove_link_command, link) + 1,
                                                .changes_state = true,
                                                .knows_links = true};

/* --- the list ----------------------------------------------------------------------------------- */

/* Links that were read at once, with the complaints at their other ends. */
struct batch {
    struct pg_rows rows, other_rows;
    struct link_listed *links;
    struct complaint *others;
};

static struct uuid other_end(const struct link_listed *listed)
{
    return listed->direction == LINK_OUTGOING ? listed->link.to_id : listed->link.from_id;
}

static enum fault load_batch(struct slow_context *context, struct uuid complaint_id, int64_t after,
                             int limit, struct batch *ret)
{
    struct arena *arena = context->request->arena;
    struct pg_binds binds = pg_binds_new(arena), other_binds = pg_binds_new(arena);

    link_list_bind(&binds, complaint_id, after, limit);
    if (pg_run(context->pg, &link_list, &binds, statement_deadline(context->server), &ret->rows) !=
        PG_DONE)
        return statement_fault(context);
    size_t count = ret->rows.count;
    struct uuid *ids = ARENA_ARRAY(arena, struct uuid, count);
    ret->links = ARENA_ARRAY(arena, struct link_listed, count);
    link_list_read(&ret->rows, complaint_id, context->institution, ret->links);
    for (size_t i = 0; i < count; i++)
        ids[i] = other_end(&ret->links[i]);
    complaint_ids_bind(&other_binds, ids, count);
    if (count > 0 && pg_run(context->pg, &complaint_by_id, &other_binds,
                            statement_deadline(context->server), &ret->other_rows) != PG_DONE)
        return statement_fault(context);
    ret->others = ARENA_ARRAY(arena, struct complaint, ret->other_rows.count);
    complaint_read(&ret->other_rows, context->institution, arena, ret->others);
    return FAULT_NONE;
}

/* The reason that an item of case work keeps. */
static struct text reason_of(struct arena *arena, struct text body)
{
    json_t *json = json_loadb(body.at, body.length, 0, NULL);
    const json_t *reason = json_object_get(json, "reason");
    struct text text =
        text_copy(arena, (struct text){json_string_value(reason), json_string_length(reason)});

    json_decref(json);
    return text;
}

static void write_link(struct slow_context *context, const struct link_listed *listed,
                       const struct complaint *other, struct text_buffer *out)
{
    const int zone_minutes = context->institution->zone_minutes;
    struct arena *arena = context->request->arena;
    struct link_view view = {.work = listed->work,
                             .direction = listed->direction,
                             .kind = listed->link.kind,
                             .other = {other->id, other->number, other->status},
                             .reason = reason_of(arena, listed->work.body),
                             .in_force = !listed->link.over};

    if (listed->removed) {
        struct text_buffer removal = text_buffer_new(arena, 256);
        work_encode(&listed->removal, zone_minutes, &removal);
        view.removal = text_buffer_text(&removal);
    }
    shape_encode(&link_view_shape, &view, zone_minutes, out);
}

/* Writes what the caller may see of a batch. False: the page is full. */
static bool write_batch(struct slow_context *context, const struct batch *batch,
                        struct page_writer *writer)
{
    for (size_t i = 0; i < batch->rows.count; i++) {
        const struct link_listed *listed = &batch->links[i];
        const struct complaint *other =
            complaint_among(batch->others, batch->other_rows.count, other_end(listed));
        if (!other || !permission_relations(context->institution, &context->who, other))
            continue;
        if (!page_next(writer, (int)listed->position))
            return false;
        write_link(context, listed, other, &writer->out);
    }
    return true;
}

static enum fault answer_links(struct slow_context *context)
{
    struct request *request = context->request;
    const struct page_input *page = request->input;
    int limit = page->limit > 0 ? page->limit : PAGE_LIMIT_DEFAULT;
    int64_t after = page->after > 0 ? page->after : 0;
    struct page_writer writer = page_begin(request->arena, limit);
    struct complaint complaint;
    bool more = true;

    enum fault fault = complaint_load_visible(context, &complaint);
    while (!fault && more) {
        struct batch batch = {0};
        fault = load_batch(context, complaint.id, after, limit + 1, &batch);
        if (!fault) {
            more = write_batch(context, &batch, &writer) && (int)batch.rows.count > limit;
            if (more)
                after = batch.links[batch.rows.count - 1].position;
        }
        pg_rows_free(&batch.rows);
        pg_rows_free(&batch.other_rows);
    }
    if (!fault)
        page_end(&writer, request);
    return fault;
}

const struct operation complaint_links = {.name = "complaint_links",
                                          .method = METHOD_GET,
                                          .path = "/v1/complaints/{id}/links",
                                          .kind = OPERATION_SLOW,
                                          .query = &page_parameters,
                                          .handle = answer_links};
