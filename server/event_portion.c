#include "server/event_portion.h"

#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>

#include "lib/base/json_text.h"
#include "lib/json/shape.h"
#include "lib/store/complaint_store.h"
#include "lib/store/log_store.h"
#include "server/server.h"

#define KEPT 16
#define ARENA_BLOCK (16u * 1024)
/* For so long others may use what was read, as who sees a complaint changes. What ends with the log is
 * used until the log grows, and not longer than this, as servers may hear of that late. */
#define FRESH_US INSTANT_SECOND
#define FRESH_END_US (INSTANT_SECOND / 10)

struct event_portions {
    pthread_mutex_t lock;
    struct event_portion *kept[KEPT];
};

struct event_portions *event_portions_new(void)
{
    struct event_portions *portions = calloc(1, sizeof *portions);

    if (!portions)
        abort();
    pthread_mutex_init(&portions->lock, NULL);
    return portions;
}

static void drop(struct event_portion *portion)
{
    if (--portion->users > 0)
        return;
    arena_free(portion->arena); /* which holds the portion itself */
}

void event_portions_free(struct event_portions *portions)
{
    for (size_t i = 0; i < KEPT; i++)
        if (portions->kept[i])
            drop(portions->kept[i]);
    pthread_mutex_destroy(&portions->lock);
    free(portions);
}

void event_portion_release(struct event_portions *portions, struct event_portion *portion)
{
    pthread_mutex_lock(&portions->lock);
    drop(portion);
    pthread_mutex_unlock(&portions->lock);
}

bool event_portion_full(const struct event_portion *portion)
{
    return portion->count == EVENT_PORTION;
}

/* --- an event as JSON --------------------------------------------------------------------------- */

static void add_member(struct text_buffer *out, const char *name, const json_t *value)
{
    text_buffer_printf(out, ",\"%s\":", name);
    json_text_add(out, json_is_string(value)
                           ? (struct text){json_string_value(value), json_string_length(value)}
                           : TEXT_NONE);
}

/* What an event of the audit trail names. Of a denied action not whose complaint it was: whoever sees
 * no complaints may see the event. */
static void add_names(struct text_buffer *out, const json_t *bytes, bool denied)
{
    const json_t *detail = json_object_get(bytes, "detail"), *value;
    const char *name, *comma = "";

    add_member(out, "subject", denied ? NULL : json_object_get(bytes, "subject"));
    text_buffer_add_string(out, ",\"detail\":{");
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

/* Writes event->json, and where in it begins what only those are told who see the complaint. */
static void write_event(struct arena *arena, const struct log_entry *entry, int zone_minutes,
                        struct event *event)
{
    const struct complaint *complaint = event->of_complaint ? event->complaint : NULL;
    struct text_buffer out = text_buffer_new(arena, 512);
    json_auto_t *bytes =
        json_loadb(entry->bytes.at ? entry->bytes.at : "", entry->bytes.length, 0, NULL);
    struct text hash = text_hex(arena, entry->hash.bytes, sizeof entry->hash.bytes);

    text_buffer_printf(&out, "{\"n\":%lld,\"at\":", (long long)entry->n);
    json_add_instant(&out, entry->at, zone_minutes);
    text_buffer_printf(&out, ",\"kind\":\"%s\"", complaint ? "complaint" : "audit");
    add_member(&out, "action", json_object_get(bytes, "action"));
    add_member(&out, "actor", json_object_get(bytes, "actor"));
    add_member(&out, "on_behalf_of", json_object_get(bytes, "on_behalf_of"));
    add_member(&out, "client", json_object_get(bytes, "client"));
    text_buffer_printf(&out, ",\"hash\":\"%.*s\"", TEXT_ARG(hash));
    if (complaint) {
        add_complaint(&out, entry, complaint);
    } else {
        text_buffer_printf(&out, ",\"success\":%s",
                           json_is_true(json_object_get(bytes, "success")) ? "true" : "false");
        event->unnamed = out.length;
        add_names(&out, bytes, text_equal(entry->action, TEXT("denied")));
    }
    text_buffer_add_char(&out, '}');
    event->json = text_buffer_text(&out);
}

/* --- reading ------------------------------------------------------------------------------------ */

/* The rows that a portion is made of; freed once it is. */
struct material {
    struct pg_rows entry_rows, complaint_rows;
    struct log_entry entries[EVENT_PORTION];
};

/* What stays of a row when the rows are freed: its texts are copied. */
static struct complaint *read_complaints(const struct material *material, struct arena *arena)
{
    struct complaint *complaints =
        ARENA_ARRAY(arena, struct complaint, material->complaint_rows.count);

    complaint_seen_read(&material->complaint_rows, arena, complaints);
    for (size_t i = 0; i < material->complaint_rows.count; i++) {
        struct complaint *complaint = &complaints[i];
        complaint->number = text_copy(arena, complaint->number);
        complaint->staff_complained_of = text_copy(arena, complaint->staff_complained_of);
    }
    return complaints;
}

static void make_events(const struct material *material, int zone_minutes,
                        struct event_portion *portion)
{
    struct complaint *complaints = read_complaints(material, portion->arena);

    for (size_t i = 0; i < portion->count; i++) {
        const struct log_entry *entry = &material->entries[i];
        struct event *event = &portion->events[i];
        *event = (struct event){
            .n = entry->n,
            .of_complaint = entry->index > 0,
            .complaint =
                complaint_among(complaints, material->complaint_rows.count, entry->complaint_id),
            .audit_action = vocabulary_find(&vocabulary_audit_action, entry->action),
            .unit_id = entry->unit_id,
        };
        write_event(portion->arena, entry, zone_minutes, event);
    }
}

static bool read_material(struct slow_context *context, int64_t after, struct material *material,
                          size_t *ret_count)
{
    struct pg_binds binds = pg_binds_new(context->worker->arena);
    struct uuid ids[EVENT_PORTION];
    size_t count = 0;

    log_page_bind(&binds, after, EVENT_PORTION);
    if (pg_run(context->pg, &log_page, &binds, statement_deadline(context->server),
               &material->entry_rows) != PG_DONE)
        return false;
    *ret_count = log_page_read(&material->entry_rows, material->entries);
    for (size_t i = 0; i < *ret_count; i++)
        if (!uuid_is_none(material->entries[i].complaint_id))
            ids[count++] = material->entries[i].complaint_id;
    if (count == 0)
        return true;
    binds = pg_binds_new(context->worker->arena);
    complaint_ids_bind(&binds, ids, count);
    return pg_run(context->pg, &complaint_seen, &binds, statement_deadline(context->server),
                  &material->complaint_rows) == PG_DONE;
}

/* NULL: the statement failed. */
static struct event_portion *read_portion(struct slow_context *context, int64_t after)
{
    struct material *material = ARENA_NEW(context->worker->arena, struct material);
    struct event_portion *portion = NULL;
    int64_t now_us = monotonic_now_us(); /* before reading, so that it is never taken as newer */
    size_t count;

    *material = (struct material){.entry_rows = {0}};
    if (read_material(context, after, material, &count)) {
        struct arena *arena = arena_new(ARENA_BLOCK);
        portion = ARENA_NEW(arena, struct event_portion);
        *portion = (struct event_portion){
            .after = after, .count = count, .arena = arena, .read_us = now_us, .users = 1};
        make_events(material, context->institution->zone_minutes, portion);
    }
    pg_rows_free(&material->entry_rows);
    pg_rows_free(&material->complaint_rows);
    return portion;
}

/* --- sharing ------------------------------------------------------------------------------------ */

static bool serves(const struct event_portion *portion, int64_t after, int64_t log_size,
                   int64_t now_us)
{
    int64_t age_us = now_us - portion->read_us;
    bool fresh = event_portion_full(portion)
                     ? age_us < FRESH_US
                     : age_us < FRESH_END_US && portion->log_size == log_size;

    return fresh && portion->after <= after && after < portion->events[portion->count - 1].n;
}

static struct event_portion *find(struct event_portions *portions, int64_t after, int64_t log_size)
{
    struct event_portion *found = NULL;
    int64_t now_us = monotonic_now_us();

    pthread_mutex_lock(&portions->lock);
    for (size_t i = 0; i < KEPT && !found; i++)
        if (portions->kept[i] && serves(portions->kept[i], after, log_size, now_us))
            found = portions->kept[i];
    if (found)
        found->users++;
    pthread_mutex_unlock(&portions->lock);
    return found;
}

/* In place of the oldest. */
static void keep(struct event_portions *portions, struct event_portion *portion)
{
    struct event_portion **oldest = &portions->kept[0];

    pthread_mutex_lock(&portions->lock);
    for (size_t i = 0; i < KEPT && *oldest; i++)
        if (!portions->kept[i] || portions->kept[i]->read_us < (*oldest)->read_us)
            oldest = &portions->kept[i];
    if (*oldest)
        drop(*oldest);
    *oldest = portion;
    portion->users++;
    pthread_mutex_unlock(&portions->lock);
}

enum fault event_portion_take(struct slow_context *context, int64_t after,
                              struct event_portion **ret)
{
    struct event_portions *portions = context->server->event_portions;

    int64_t log_size = followers_log_size(context->server->followers);

    *ret = find(portions, after, log_size);
    if (*ret)
        return FAULT_NONE;
    *ret = read_portion(context, after);
    if (!*ret)
        return statement_fault(context);
    (*ret)->log_size = log_size; /* as it was before */
    if ((*ret)->count > 0)
        keep(portions, *ret);
    return FAULT_NONE;
}
