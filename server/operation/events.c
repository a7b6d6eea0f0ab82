/* The log as events, for whoever follows it: page by page, waiting for the next, or as a stream. */
#include "lib/store/log_store.h"
#include "server/event_page.h"
#include "server/follow.h"
#include "server/server.h"

#define LIMIT_DEFAULT 100
#define WAIT_MAX_S 30
#define PIECE_EVENTS 100
#define STREAM_LASTS_US (10 * INSTANT_MINUTE) /* then its client asks again, with its token */

struct events_input {
    int64_t after;
    int limit, wait_s;
};

static const struct member events_members[] = {
    {MEMBER("after", LONG, struct events_input, after)},
    {MEMBER("limit", INTEGER, struct events_input, limit), .min = 1, .max = 200},
    {MEMBER("wait", INTEGER, struct events_input, wait_s), .min = 0, .max = WAIT_MAX_S},
};
static const struct shape events_parameters = {
    .name = "EventsParameters", .size = sizeof(struct events_input), SHAPE_MEMBERS(events_members)};

static void answer_page(struct request *request, const struct event_page *page)
{
    request_answer(request, 200,
                   text_printf(request->arena, "{\"items\":[%.*s],\"next\":%lld}",
                               TEXT_ARG(text_buffer_text(&page->out)), (long long)page->next));
}

/* Parks the request, as there is nothing yet. */
static enum fault wait_for_more(struct request *request, int64_t after, int wait_s)
{
    if (!request->follower &&
        !follow_begin(request, false, after, monotonic_now_us() + wait_s * INSTANT_SECOND))
        return FAULT_BUSY;
    request->follower->after = after;
    request->follower->waits = true;
    return FAULT_NONE;
}

static enum fault get_events(struct slow_context *context)
{
    struct request *request = context->request;
    const struct events_input *input = request->input;
    int64_t after = request->follower ? request->follower->after : input->after;
    struct event_page page;

    enum fault fault = event_page_read(context, after < 0 ? 0 : after,
                                       (size_t)(input->limit < 0 ? LIMIT_DEFAULT : input->limit),
                                       EVENT_JSON, &page);
    if (fault)
        return fault;
    if (page.count == 0 && !page.more && input->wait_s > 0)
        return wait_for_more(request, page.next, input->wait_s);
    answer_page(request, &page);
    return FAULT_NONE;
}

const struct operation events_get = {.name = "events_get",
                                     .method = METHOD_GET,
                                     .path = "/v1/events",
                                     .kind = OPERATION_SLOW,
                                     .query = &events_parameters,
                                     .bulk = true,
                                     .handle = get_events};

/* --- a stream ----------------------------------------------------------------------------------- */

static const struct member stream_members[] = {
    {MEMBER("after", LONG, struct events_input, after)},
};
static const struct shape stream_parameters = {
    .name = "StreamParameters", .size = sizeof(struct events_input), SHAPE_MEMBERS(stream_members)};

/* Last-Event-ID: what a client that was cut off has seen last. -1: it is no number. */
static int64_t number_of(struct text id)
{
    int64_t number = 0;

    for (size_t i = 0; i < id.length; i++) {
        if (id.at[i] < '0' || id.at[i] > '9' || number > INT64_MAX / 10 - 1)
            return -1;
        number = number * 10 + (id.at[i] - '0');
    }
    return id.length ? number : -1;
}

/* Where the stream begins: behind the last event seen, or as the parameter says, or now. */
static enum fault find_start(struct slow_context *context, int64_t *ret_after)
{
    struct request *request = context->request;
    const struct events_input *input = request->input;

    if (!text_is_none(request->last_event_id)) {
        *ret_after = number_of(request->last_event_id);
        if (*ret_after >= 0)
            return FAULT_NONE;
        violation_add(request_violations(request), "Last-Event-ID", "wrong_type",
                      "Last-Event-ID is the number of an event", "Last-Event-ID 须为事件编号");
        return FAULT_UNKNOWN_PARAMETER;
    }
    *ret_after = input->after;
    if (input->after >= 0)
        return FAULT_NONE;
    return log_size(context->pg, context->worker->arena, statement_deadline(context->server),
                    ret_after) == STORE_DONE
               ? FAULT_NONE
               : statement_fault(context);
}

static enum fault begin_stream(struct slow_context *context)
{
    struct request *request = context->request;
    int64_t after;
    enum fault fault = find_start(context, &after);

    if (fault)
        return fault;
    if (!follow_begin(request, true, after, monotonic_now_us() + STREAM_LASTS_US))
        return FAULT_BUSY;
    request->answer.status = 200;
    request->answer.content_type = "text/event-stream";
    follow_give(request, TEXT(": events\n\n"));
    return FAULT_NONE;
}

/* At first only begins; then each time makes the next piece, or waits for it. */
static enum fault stream_events(struct slow_context *context)
{
    struct request *request = context->request;
    struct event_page page;

    if (!request->follower)
        return begin_stream(context);
    enum fault fault =
        event_page_read(context, request->follower->after, PIECE_EVENTS, EVENT_STREAM, &page);
    if (fault)
        return fault;
    request->follower->after = page.next;
    if (page.count == 0 && page.more) /* nothing to see here: only how far it is */
        text_buffer_printf(&page.out, "id: %lld\n\n", (long long)page.next);
    if (page.count == PIECE_EVENTS || page.more)
        request->follower->looked_us = 0; /* there is more: at once */
    if (page.out.length)
        follow_give(request, text_buffer_text(&page.out));
    else
        request->follower->waits = true;
    return FAULT_NONE;
}

const struct operation events_stream = {.name = "events_stream",
                                        .method = METHOD_GET,
                                        .path = "/v1/events/stream",
                                        .kind = OPERATION_SLOW,
                                        .query = &stream_parameters,
                                        .bulk = true,
                                        .streams = true,
                                        .handle = stream_events};
