/* Reading complaints. */
#include <jansson.h>
#include <stdlib.h>

#include "lib/complaint/journal_replay.h"
#include "lib/json/complaint_json.h"
#include "lib/store/journal_store.h"
#include "server/list.h"
#include "server/operation/complaint_past.h"
#include "server/operation/loading.h"
#include "server/operation/page.h"
#include "server/present.h"

const struct operation complaint_list = {.name = "complaint_list",
                                         .method = METHOD_GET,
                                         .path = "/v1/complaints",
                                         .kind = OPERATION_LIST,
                                         .query = &list_parameters,
                                         .is_slow = list_is_slow,
                                         .handle = list_slowly};

const struct operation complaint_get = {.name = "complaint_get",
                                        .method = METHOD_GET,
                                        .path = "/v1/complaints/{id}",
                                        .kind = OPERATION_GET,
                                        .query = &complaint_past_parameters,
                                        .is_slow = complaint_past_asked,
                                        .handle = complaint_past_answer};

static enum fault answer_stages(struct slow_context *context)
{
    struct text_buffer out = text_buffer_new(context->request->arena, 1024);
    struct complaint complaint;

    enum fault fault = complaint_load_visible(context, &complaint);
    if (fault)
        return fault;
    context->request->answer.version = complaint.version;
    if (etag_matches(context->request->if_none_match, complaint.version)) {
        context->request->answer.status = 304;
        return FAULT_NONE;
    }
    text_buffer_add_string(&out, "{\"items\":[");
    for (size_t i = 0; i < complaint.stage_count; i++) {
        if (i)
            text_buffer_add_char(&out, ',');
        shape_encode(&stage_shape, &complaint.stages[i], context->institution->zone_minutes, &out);
    }
    text_buffer_add_string(&out, "]}");
    request_answer(context->request, 200, text_buffer_text(&out));
    return FAULT_NONE;
}

const struct operation complaint_stages = {.name = "complaint_stages",
                                           .method = METHOD_GET,
                                           .path = "/v1/complaints/{id}/stages",
                                           .kind = OPERATION_SLOW,
                                           .handle = answer_stages};

/* --- journal ------------------------------------------------------------------------------------ */

/* Puts the masked values in the place of the hashes; null where they were erased. */
static void reveal_masked(struct arena *arena, json_t *detail, struct text private_json)
{
    json_t *hashes = json_object_get(detail, "private"), *shown, *values, *hash;
    const char *name;

    if (!json_is_object(hashes))
        return;
    shown = json_object();
    values = text_is_none(private_json) ? NULL
                                        : json_loadb(private_json.at, private_json.length, 0, NULL);
    json_object_foreach(hashes, name, hash)
    {
        const char *value = json_string_value(json_object_get(values, name));
        struct text masked = value ? journal_shown(arena, name, text_of(value)) : TEXT_NONE;
        json_object_set_new(shown, name,
                            value ? json_stringn(masked.at, masked.length) : json_null());
    }
    json_decref(values);
    json_object_set_new(detail, "private", shown);
}

static void set_hex(struct arena *arena, json_t *item, const char *name, const struct hash *hash)
{
    struct text hex = text_hex(arena, hash->bytes, HASH_LENGTH);
    json_object_set_new(item, name, json_stringn(hex.at, hex.length));
}

/* An entry as it is shown: the members of its bytes, the time in the institution's zone, private
 * values masked, and the hashes. */
static void write_entry(struct slow_context *context, const struct journal_entry *entry,
                        struct text_buffer *out)
{
    struct arena *arena = context->request->arena;
    json_t *item = json_loadb(entry->bytes.at, entry->bytes.length, 0, NULL);
    char at[INSTANT_TEXT_MAX];

    if (!json_is_object(item)) { /* altered beyond reading: the verifier names it */
        json_decref(item);
        item = json_object();
        json_object_set_new(item, "index", json_integer(entry->index));
    }
    json_object_del(item, "v");
    json_object_del(item, "complaint");
    size_t length = instant_format(entry->at, context->institution->zone_minutes, at);
    json_object_set_new(item, "at", json_stringn(at, length));
    reveal_masked(arena, json_object_get(item, "detail"), entry->private_json);
    set_hex(arena, item, "hash", &entry->hash);
    set_hex(arena, item, "previous_hash", &entry->previous);
    char *text = json_dumps(item, JSON_COMPACT);
    text_buffer_add_string(out, text ? text : "{}");
    free(text);
    json_decref(item);
}

static enum fault answer_journal(struct slow_context *context)
{
    struct request *request = context->request;
    const struct page_input *page = request->input;
    int limit = page->limit > 0 ? page->limit : PAGE_LIMIT_DEFAULT;
    struct journal_entry *entries;
    struct complaint complaint;
    size_t count;

    enum fault fault = complaint_load_visible(context, &complaint);
    if (fault)
        return fault;
    if (journal_read(context->pg, request->arena, complaint.id, page->after > 0 ? page->after : 0,
                     limit + 1, statement_deadline(context->server), &entries,
                     &count) != STORE_DONE)
        return statement_fault(context);
    struct page_writer writer = page_begin(request->arena, limit);
    for (size_t i = 0; i < count && page_next(&writer, entries[i].index); i++)
        write_entry(context, &entries[i], &writer.out);
    page_end(&writer, request);
    return FAULT_NONE;
}

const struct operation complaint_journal = {.name = "complaint_journal",
                                            .method = METHOD_GET,
                                            .path = "/v1/complaints/{id}/journal",
                                            .kind = OPERATION_SLOW,
                                            .query = &page_parameters,
                                            .handle = answer_journal};
