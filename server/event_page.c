#include "server/event_page.h"

#include "lib/complaint/permission.h"
#include "server/event_portion.h"
#include "server/server.h"

#define LOOKED_AT_MAX 1000 /* entries, so that a page is never long in coming */

static bool sees_complaint(const struct slow_context *context, const struct event *event)
{
    return event->complaint &&
           permission_relations(context->institution, &context->who, event->complaint);
}

static bool sees(const struct slow_context *context, const struct event *event)
{
    return event->of_complaint
               ? sees_complaint(context, event)
               : permission_sees_audit(&context->who, event->audit_action,
                                       institution_unit(context->institution, event->unit_id));
}

/* What it says to whoever may see it, but perhaps not the complaint that it names. */
static void add_json(const struct slow_context *context, const struct event *event,
                     struct text_buffer *out)
{
    if (event->of_complaint || !event->complaint || sees_complaint(context, event)) {
        text_buffer_add_text(out, event->json);
    } else {
        text_buffer_add(out, event->json.at, event->unnamed);
        text_buffer_add_string(out, ",\"subject\":null,\"detail\":{}}");
    }
}

static void add_event(const struct slow_context *context, const struct event *event,
                      enum event_form form, struct event_page *page)
{
    if (form == EVENT_STREAM)
        text_buffer_printf(&page->out, "id: %lld\ndata: ", (long long)event->n);
    else if (page->count)
        text_buffer_add_char(&page->out, ',');
    add_json(context, event, &page->out);
    if (form == EVENT_STREAM)
        text_buffer_add_string(&page->out, "\n\n");
    page->count++;
}

/* Returns how many events were looked at. */
static size_t add_visible(const struct slow_context *context, const struct event_portion *portion,
                          size_t limit, enum event_form form, struct event_page *page)
{
    size_t from = 0, i;

    while (from < portion->count && portion->events[from].n <= page->next)
        from++;
    for (i = from; i < portion->count && page->count < limit; i++) {
        if (sees(context, &portion->events[i]))
            add_event(context, &portion->events[i], form, page);
        page->next = portion->events[i].n;
    }
    return i - from;
}

enum fault event_page_read(struct slow_context *context, int64_t after, size_t limit,
                           enum event_form form, struct event_page *ret)
{
    size_t looked_at = 0;
    bool more = true;

    *ret = (struct event_page){.out = text_buffer_new(context->worker->arena, 4096), .next = after};
    while (more && ret->count < limit && looked_at < LOOKED_AT_MAX) {
        struct event_portion *portion;
        enum fault fault = event_portion_take(context, ret->next, &portion);
        if (fault)
            return fault;
        looked_at += add_visible(context, portion, limit, form, ret);
        more = event_portion_full(portion);
        event_portion_release(context->server->event_portions, portion);
        ret->more = more && looked_at >= LOOKED_AT_MAX;
    }
    return FAULT_NONE;
}
