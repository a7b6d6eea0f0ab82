/* Lists as of a past moment. In order of receipt the candidates come in that order and the page ends
 * the scan. By due time, or with a total, nothing tells beforehand what comes first: all are gone
 * through and the best are kept. */
#include <string.h>

#include "lib/json/complaint_json.h"
#include "server/list.h"
#include "server/past.h"

/* --- in order of receipt ------------------------------------------------------------------------ */

struct stream {
    struct list_job *job;
    const struct institution *institution;
};

/* The cursor is of the row as it is now, by which the next page's candidates are ordered. */
static bool add_next(void *closure, const struct complaint *then, const struct complaint *now)
{
    struct stream *stream = closure;
    struct list_job *job = stream->job;

    list_add(job, stream->institution, then);
    if (!job->more) {
        job->last.id = now->id;
        job->last.at = now->received_at;
    }
    return !job->more;
}

/* --- the best of all ---------------------------------------------------------------------------- */

/* A row that may be shown; its bytes are written anew when another takes its place. */
struct chosen {
    instant at; /* what the order goes by */
    struct uuid id;
    struct text_buffer json;
};

struct list_choice {
    struct list_job *job;
    const struct institution *institution;
    struct chosen *list[LIST_LIMIT_MAX + 1]; /* the best so far, in order */
    size_t count, most;                      /* most: one more than the page holds */
    int64_t total;                           /* shown in all */
};

struct list_choice *list_choice_new(struct list_job *job, const struct institution *institution)
{
    struct list_choice *choice = ARENA_NEW(job->request->arena, struct list_choice);

    choice->job = job;
    choice->institution = institution;
    choice->most = (size_t)job->query.limit + 1;
    return choice;
}

/* <0: a comes before b. */
static int compare(enum order order, instant a_at, struct uuid a_id, instant b_at, struct uuid b_id)
{
    int ascending = a_at != b_at ? (a_at < b_at ? -1 : 1) : uuid_compare(a_id, b_id);

    return order == ORDER_NEWEST ? -ascending : ascending;
}

static bool is_behind_cursor(const struct list_query *query, instant at, struct uuid id)
{
    return !(query->filters & LIST_CURSOR) ||
           compare(query->order, at, id, query->cursor_at, query->cursor_id) > 0;
}

/* A place for one more: a new one, or that of the last, which falls out. */
static struct chosen *take_place(struct list_choice *choice)
{
    if (choice->count == choice->most)
        return choice->list[--choice->count];
    struct arena *arena = choice->job->request->arena;
    struct chosen *chosen = ARENA_NEW(arena, struct chosen);
    chosen->json = text_buffer_new(arena, 1024);
    return chosen;
}

bool list_choose(void *closure, const struct complaint *then, const struct complaint *now)
{
    struct list_choice *choice = closure;
    const struct list_query *query = &choice->job->query;
    instant at = query->order == ORDER_DUE ? then->due_at : now->received_at;
    size_t place = choice->count;

    choice->total++;
    if (!is_behind_cursor(query, at, then->id))
        return true;
    while (place > 0 && compare(query->order, at, then->id, choice->list[place - 1]->at,
                                choice->list[place - 1]->id) < 0)
        place--;
    if (place == choice->most)
        return true;
    struct chosen *chosen = take_place(choice);
    memmove(&choice->list[place + 1], &choice->list[place],
            (choice->count - place) * sizeof *choice->list);
    choice->list[place] = chosen;
    choice->count++;
    chosen->at = at;
    chosen->id = then->id;
    chosen->json.length = 0;
    list_write(choice->job, choice->institution, then, &chosen->json);
    return true;
}

void list_choice_add(const struct list_choice *choice)
{
    struct list_job *job = choice->job;

    for (size_t i = 0; i < choice->count; i++) {
        const struct chosen *chosen = choice->list[i];
        if (job->rows == job->query.limit) {
            job->more = true;
            return;
        }
        if (job->rows++)
            text_buffer_add_char(&job->out, ',');
        text_buffer_add_text(&job->out, text_buffer_text(&chosen->json));
        job->last.id = chosen->id;
        job->last.at = chosen->at;
    }
}

static enum fault choose_page(struct slow_context *context, struct list_job *job)
{
    struct list_choice *choice = list_choice_new(job, context->institution);
    struct list_query query = job->query;

    query.by_id = true;
    enum fault fault = past_scan(context, &query, list_choose, choice);
    if (fault)
        return fault;
    list_choice_add(choice);
    list_answer(job, list_wants_total(job) ? choice->total : -1);
    return FAULT_NONE;
}

static enum fault stream_page(struct slow_context *context, struct list_job *job)
{
    struct stream stream = {job, context->institution};
    enum fault fault = past_scan(context, &job->query, add_next, &stream);

    if (!fault)
        list_answer(job, -1);
    return fault;
}

enum fault list_past(struct slow_context *context)
{
    struct list_job job;
    enum fault fault = list_prepare(context->request, context->institution, &context->who, &job);

    if (!fault)
        fault = past_check(context, job.as_of);
    if (fault)
        return fault;
    return list_wants_total(&job) || job.query.order == ORDER_DUE ? choose_page(context, &job)
                                                                  : stream_page(context, &job);
}
