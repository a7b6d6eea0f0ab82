#include "server/event_page.h"

#include <jansson.h>

#include "lib/base/json_text.h"
#include "lib/complaint/permission.h"
#include "lib/json/shape.h"
#include "lib/store/complaint_store.h"
#include "lib/store/log_store.h"
#include "server/server.h"

#define READ_AT_ONCE 200
#define LOOKED_AT_MAX 1000 /* entries, so that a page is never long in coming */

/* Entries of the log with the complaints that they are of. */
struct portion {
    struct pg_rows entry_rows, complaint_rows, stage_rows;
    struct log_entry entries[READ_AT_ONCE];
    size_t count;
    struct complaint *complaints;
};

static bool read_entries(struct slow_context *context, int64_t after, struct portion *portion)
{
    struct pg_binds binds = pg_binds_new(context->worker->arena);

    log_page_bind(&binds, after, READ_AT_ONCE);
    if (pg_run(context->pg, &log_page, &binds, statement_deadline(context->server),
               &portion->entry_rows) != PG_DONE)
        return false;
    portion->count = log_page_read(&portion->entry_rows, portion->entries);
    return true;
}

static bool read_complaints(struct slow_context *context, struct portion *portion)
{
    const struct worker *worker = context->worker;
    struct uuid ids[READ_AT_ONCE];
    size_t count = 0;

    if (!permission_has_role(&context->who, ROLES_SEEING_COMPLAINTS))
        return true;
    for (size_t i = 0; i < portion->count; i++)
        if (portion->entries[i].index > 0)
            ids[count++] = portion->entries[i].id;
    if (count == 0)
        return true;
    if (!worker_ask_complaints(worker, ids, count, worker->arena) || !pg_sync(context->pg))
        return false;
    bool good = worker_take_complaints(worker, &portion->complaint_rows, &portion->stage_rows);
    if (!worker_end_sync(worker, !good) || !good)
        return false;
    portion->complaints =
        ARENA_ARRAY(worker->arena, struct complaint, portion->complaint_rows.count);
    complaint_read(&portion->complaint_rows, context->institution, worker->arena,
                   portion->complaints);
    return true;
}

static void release(struct portion *portion)
{
    pg_rows_free(&portion->entry_rows);
    pg_rows_free(&portion->complaint_rows);
    pg_rows_free(&portion->stage_rows);
}

/* The complaint of an entry, if the caller may see it. */
static const struct complaint *visible_complaint(const struct slow_context *context,
                                                 const struct portion *portion,
                                                 const struct log_entry *entry)
{
    const struct complaint *complaint =
        complaint_among(portion->complaints, portion->complaint_rows.count, entry->id);

    return complaint && permission_relations(context->institution, &context->who, complaint)
               ? complaint
               : NULL;
}

static bool sees_audit(const struct slow_context *context, const struct log_entry *entry)
{
    int action = vocabulary_find(&vocabulary_audit_action, entry->action);

    return permission_sees_audit(&context->who, action,
                                 institution_unit(context->institution, entry->unit_id));
}

/* --- writing ------------------------------------------------------------------------------------ */

static void add_member(struct text_buffer *out, const char *name, const json_t *value)
{
    text_buffer_printf(out, ",\"%s\":", name);
    json_text_add(out, json_is_string(value)
                           ? (struct text){json_string_value(value), json_string_length(value)}
                           : TEXT_NONE);
}

/* What an event of the audit trail has beside the others. Of a denied action not whose complaint it
 * was: whoever sees no complaints may see the event. */
static void add_audit(struct text_buffer *out, const json_t *bytes, bool denied)
{
    const json_t *detail = json_object_get(bytes, "detail"), *value;
    const char *name, *comma = "";

    add_member(out, "subject", denied ? NULL : json_object_get(bytes, "subject"));
    text_buffer_printf(out, ",\"success\":%s,\"detail\":{",
                       json_is_true(json_object_get(bytes, "success")) ? "true" : "false");
    json_object_foreach((json_t *)(uintptr_t)detail, name, value)
    {
        text_buffer_add_string(out, comma);
        json_text_add(out, text_of(name));
        text_buffer_add_char(out, ':');
        json_text_add(out, text_of(json_string_value(value)));
        comma = ",";
    }
    text_buffer_add_char(out, '}');
}

static void add_complaint(struct text_buffer *out, const struct log_entry *entry,
                          const struct complaint *complaint)
{
    char id[UUID_TEXT_LENGTH];

    uuid_format(entry->id, id);
    text_buffer_printf(out, ",\"complaint\":{\"id\":\"%.*s\",\"number\":", UUID_TEXT_LENGTH, id);
    json_text_add(out, complaint->number);
    text_buffer_printf(out, "},\"index\":%d", entry->index);
}

static void write_event(const struct slow_context *context, const struct log_entry *entry,
                        const struct complaint *complaint, struct text_buffer *out)
{
    json_auto_t *bytes =
        json_loadb(entry->bytes.at ? entry->bytes.at : "", entry->bytes.length, 0, NULL);
    struct text hash = text_hex(out->arena, entry->hash.bytes, sizeof entry->hash.bytes);

    text_buffer_printf(out, "{\"n\":%lld,\"at\":", (long long)entry->n);
    json_add_instant(out, entry->at, context->institution->zone_minutes);
    text_buffer_printf(out, ",\"kind\":\"%s\"", complaint ? "complaint" : "audit");
    add_member(out, "action", json_object_get(bytes, "action"));
    add_member(out, "actor", json_object_get(bytes, "actor"));
    add_member(out, "on_behalf_of", json_object_get(bytes, "on_behalf_of"));
    add_member(out, "client", json_object_get(bytes, "client"));
    if (complaint)
        add_complaint(out, entry, complaint);
    else
        add_audit(out, bytes, text_equal(entry->action, TEXT("denied")));
    text_buffer_printf(out, ",\"hash\":\"%.*s\"}", TEXT_ARG(hash));
}

static void add_event(const struct slow_context *context, const struct log_entry *entry,
                      const struct complaint *complaint, enum event_form form,
                      struct event_page *page)
{
    if (form == EVENT_STREAM)
        text_buffer_printf(&page->out, "id: %lld\ndata: ", (long long)entry->n);
    else if (page->count)
        text_buffer_add_char(&page->out, ',');
    write_event(context, entry, complaint, &page->out);
    if (form == EVENT_STREAM)
        text_buffer_add_string(&page->out, "\n\n");
    page->count++;
}

static void add_visible(const struct slow_context *context, const struct portion *portion,
                        size_t limit, enum event_form form, struct event_page *page)
{
    for (size_t i = 0; i < portion->count && page->count < limit; i++) {
        const struct log_entry *entry = &portion->entries[i];
        const struct complaint *complaint =
            entry->index > 0 ? visible_complaint(context, portion, entry) : NULL;
        if (complaint || (entry->index == 0 && sees_audit(context, entry)))
            add_event(context, entry, complaint, form, page);
        page->next = entry->n;
    }
}

enum fault event_page_read(struct slow_context *context, int64_t after, size_t limit,
                           enum event_form form, struct event_page *ret)
{
    size_t looked_at = 0;
    bool more = true;

    *ret = (struct event_page){.out = text_buffer_new(context->worker->arena, 4096), .next = after};
    while (more && ret->count < limit && looked_at < LOOKED_AT_MAX) {
        struct portion *portion = ARENA_NEW(context->worker->arena, struct portion);
        *portion = (struct portion){.count = 0};
        bool good = read_entries(context, ret->next, portion) && read_complaints(context, portion);
        if (good)
            add_visible(context, portion, limit, form, ret);
        more = portion->count == READ_AT_ONCE;
        looked_at += portion->count;
        release(portion);
        ret->more = more && looked_at >= LOOKED_AT_MAX;
        if (!good)
            return statement_fault(context);
    }
    return FAULT_NONE;
}
