#include "server/list.h"

#include "lib/complaint/bigram.h"
#include "lib/json/shape.h"
#include "server/engine.h"
#include "server/list_cursor.h"
#include "server/present.h"
#include "server/roll.h"
#include "server/server.h"
#include "server/slow.h"

#define ROW_BYTES 1024 /* about what a row takes, so that the page need not grow */

/* The parameters as they are sent. */
struct list_input {
    int stage, status, level, source, tag, order, limit, due_within, count, format;
    bool overdue, overdue_given, urged, urged_given, due_soon, due_soon_given, subtree,
        subtree_given, awaiting_approval, awaiting_approval_given;
    struct text owner, pending_owner, unit, owner_unit, class_code, number, external_case_number,
        customer, q, cursor;
    instant received_from, received_to, due_from, due_to, closed_from, closed_to, as_of;
};

#define LIST_MEMBER(name_, type_, field_, ...)                       \
    {                                                                \
        MEMBER(name_, type_, struct list_input, field_), __VA_ARGS__ \
    }
#define TERMS(list) .vocabulary = &vocabulary_##list

static const struct member members[] = {
    LIST_MEMBER("stage", TERM, stage, TERMS(stage)),
    LIST_MEMBER("status", TERM, status, TERMS(status)),
    LIST_MEMBER("level", TERM, level, TERMS(level)),
    LIST_MEMBER("source", TERM, source, TERMS(source)),
    LIST_MEMBER("owner", TEXT, owner, .max = 64),
    LIST_MEMBER("pending_owner", TEXT, pending_owner, .max = 64),
    LIST_MEMBER("unit", TEXT, unit, .max = 64),
    LIST_MEMBER("owner_unit", TEXT, owner_unit, .max = 64),
    LIST_MEMBER("subtree", BOOLEAN, subtree,
                .given_offset = offsetof(struct list_input, subtree_given)),
    LIST_MEMBER("class", TEXT, class_code, .max = 64),
    LIST_MEMBER("tag", TERM, tag, TERMS(tag)),
    LIST_MEMBER("received_from", INSTANT, received_from, .flags = 0),
    LIST_MEMBER("received_to", INSTANT, received_to, .flags = 0),
    LIST_MEMBER("due_from", INSTANT, due_from, .flags = 0),
    LIST_MEMBER("due_to", INSTANT, due_to, .flags = 0),
    LIST_MEMBER("closed_from", INSTANT, closed_from, .flags = 0),
    LIST_MEMBER("closed_to", INSTANT, closed_to, .flags = 0),
    LIST_MEMBER("overdue", BOOLEAN, overdue,
                .given_offset = offsetof(struct list_input, overdue_given)),
    LIST_MEMBER("urged", BOOLEAN, urged, .given_offset = offsetof(struct list_input, urged_given)),
    LIST_MEMBER("awaiting_approval", BOOLEAN, awaiting_approval,
                .given_offset = offsetof(struct list_input, awaiting_approval_given)),
    LIST_MEMBER("due_within", INTEGER, due_within, .min = 1, .max = 1000),
    LIST_MEMBER("due_soon", BOOLEAN, due_soon,
                .given_offset = offsetof(struct list_input, due_soon_given)),
    LIST_MEMBER("number", TEXT, number, .max = 64),
    LIST_MEMBER("external_case_number", TEXT, external_case_number, .max = 64),
    LIST_MEMBER("customer", TEXT, customer, .max = 64),
    LIST_MEMBER("q", TEXT, q, .max = 100),
    LIST_MEMBER("order", TERM, order, TERMS(order)),
    LIST_MEMBER("limit", INTEGER, limit, .min = 1, .max = LIST_LIMIT_MAX),
    LIST_MEMBER("cursor", TEXT, cursor, .max = 256),
    LIST_MEMBER("count", TERM, count, TERMS(count)),
    LIST_MEMBER("as_of", INSTANT, as_of, .flags = 0),
    LIST_MEMBER("format", TERM, format, TERMS(format)),
};
const struct shape list_parameters = {
    .name = "ListParameters", .size = sizeof(struct list_input), SHAPE_MEMBERS(members)};

static void unknown(struct request *request, const char *parameter)
{
    violation_add(request_violations(request), parameter, "unknown_value",
                  "There is nothing of that name", "没有此名称的对象");
}

static void add_people(struct request *request, const struct list_input *input,
                       const struct institution *institution, struct list_query *query)
{
    if (!text_is_none(input->owner)) {
        const struct staff *staff = institution_staff_by_login(institution, input->owner);
        query->filters |= LIST_OWNER;
        if (staff)
            query->owner_id = staff->id;
        else
            unknown(request, "owner");
    }
    if (!text_is_none(input->pending_owner)) {
        const struct staff *staff = institution_staff_by_login(institution, input->pending_owner);
        query->filters |= LIST_PENDING;
        if (staff)
            query->pending_owner_id = staff->id;
        else
            unknown(request, "pending_owner");
    }
}

/* unit: who received it or owns it; owner_unit: who owns it, as the board counts. */
static void add_unit(struct request *request, const struct list_input *input,
                     const struct institution *institution, struct list_query *query)
{
    bool by_owner = !text_is_none(input->owner_unit);
    if (by_owner && !text_is_none(input->unit)) {
        violation_add(request_violations(request), "owner_unit", "conflict",
                      "Goes with no other unit", "不能与 unit 同用");
        return;
    }
    const struct unit *root =
        institution_unit_by_code(institution, by_owner ? input->owner_unit : input->unit);
    if (!root) {
        unknown(request, by_owner ? "owner_unit" : "unit");
        return;
    }
    bool alone = input->subtree_given && !input->subtree;
    query->units = ARENA_ARRAY(request->arena, struct uuid, institution->unit_count);
    for (size_t i = 0; i < institution->unit_count; i++) {
        const struct unit *unit = &institution->units[i];
        if (alone ? unit == root : unit_within(unit, root))
            query->units[query->unit_count++] = unit->id;
    }
    /* Every unit there is: no filter. The way to a unit's is the way to its owners', too. */
    if (query->unit_count < institution->unit_count)
        query->filters |= LIST_UNIT | (by_owner ? LIST_OWNER_UNIT : 0);
}

/* What is looked for as it is given. */
static void add_values(const struct list_input *input, struct list_query *query)
{
    query->class_code = input->class_code;
    query->number = input->number;
    query->external_case_number = input->external_case_number;
    query->customer_number = input->customer;
    query->filters |= (text_is_none(input->class_code) ? 0 : LIST_CLASS) |
                      (text_is_none(input->number) ? 0 : LIST_NUMBER) |
                      (text_is_none(input->external_case_number) ? 0 : LIST_EXTERNAL) |
                      (text_is_none(input->customer) ? 0 : LIST_CUSTOMER);
    if (input->overdue_given)
        query->filters |= input->overdue ? LIST_OVERDUE : LIST_NOT_OVERDUE;
    if (input->urged_given)
        query->filters |= input->urged ? LIST_URGED : LIST_NOT_URGED;
    if (input->awaiting_approval_given)
        query->filters |= LIST_AWAITING;
}

static void add_terms(const struct list_input *input, struct list_query *query)
{
    query->stage = input->stage;
    query->status = input->status;
    query->level = input->level;
    query->source = input->source;
    query->tag = input->tag;
    query->filters |= (input->stage != TERM_NONE ? LIST_STAGE : 0) |
                      (input->status != TERM_NONE ? LIST_STATUS : 0) |
                      (input->level != TERM_NONE ? LIST_LEVEL : 0) |
                      (input->source != TERM_NONE ? LIST_SOURCE : 0) |
                      (input->tag != TERM_NONE ? LIST_TAG : 0);
}

/* A total, or the past: all that matches has to be looked at. */
static bool wants_all(const struct list_input *input)
{
    return input->count != TERM_NONE || input->as_of != INSTANT_NONE;
}

static void add_text(struct request *request, struct text q, struct list_query *query)
{
    struct bigram_query text;
    if (!bigram_query(request->arena, q, &text)) {
        violation_add(request_violations(request), "q", "no_term",
                      "Takes two neighbouring Chinese characters, or a word",
                      "须含两个相连的汉字或一个单词");
        return;
    }
    query->terms = text.some;
    query->terms_exact = text.exact;
    struct frequent *frequent = request->server->frequent;
    query->filters |=
        wants_all(request->input)
            ? LIST_TEXT
            : frequent_way(frequent, frequent_share(frequent, &text), query->order == ORDER_NEWEST);
}

static void add_instant(struct list_query *query, unsigned filter, instant *to, instant from)
{
    if (from == INSTANT_NONE)
        return;
    query->filters |= filter;
    *to = from;
}

static void add_ranges(const struct list_input *input, struct list_query *query)
{
    add_instant(query, LIST_RECEIVED_FROM, &query->received_from, input->received_from);
    add_instant(query, LIST_RECEIVED_TO, &query->received_to, input->received_to);
    add_instant(query, LIST_DUE_FROM, &query->due_from, input->due_from);
    add_instant(query, LIST_DUE_TO, &query->due_to, input->due_to);
    add_instant(query, LIST_CLOSED_FROM, &query->closed_from, input->closed_from);
    add_instant(query, LIST_CLOSED_TO, &query->closed_to, input->closed_to);
    /* A range of two ends can be looked for in the index. */
    if (query->filters & (LIST_CLOSED_FROM | LIST_CLOSED_TO)) {
        if (!(query->filters & LIST_CLOSED_FROM))
            query->closed_from = INSTANT_EARLIEST;
        if (!(query->filters & LIST_CLOSED_TO))
            query->closed_to = INSTANT_LATEST;
        query->filters |= LIST_CLOSED_FROM | LIST_CLOSED_TO;
    }
}

/* Open, not yet overdue, and due before the horizon. */
static void add_horizon(struct request *request, const char *parameter, instant horizon,
                        struct list_query *query)
{
    const struct list_input *input = request->input;
    if (input->status != TERM_NONE && input->status != STATUS_OPEN)
        violation_add(request_violations(request), parameter, "conflict",
                      "Only open complaints are due", "仅处理中的投诉有到期时间");
    query->status = STATUS_OPEN;
    query->filters |= LIST_STATUS;
    if (!(query->filters & LIST_DUE_FROM) || query->due_from < query->now)
        query->due_from = query->now;
    if (!(query->filters & LIST_DUE_TO) || query->due_to > horizon)
        query->due_to = horizon;
    query->filters |= LIST_DUE_FROM | LIST_DUE_TO;
}

/* due_within: before so many working hours have gone by. due_soon: within the policy's warning time,
 * which each level has of its own; what is due after the longest need not be looked at. */
static void add_due(struct request *request, const struct list_input *input,
                    const struct institution *institution, instant now, struct list_query *query)
{
    query->now = now;
    if (input->due_within > 0)
        add_horizon(request, "due_within",
                    calendar_add_work(institution->calendar, now,
                                      input->due_within * (int64_t)INSTANT_HOUR),
                    query);
    if (!input->due_soon_given)
        return;
    instant last = now;
    institution_due_soon(institution, now, query->horizons);
    for (int level = 0; level < LEVEL_COUNT; level++)
        last = query->horizons[level] > last ? query->horizons[level] : last;
    query->filters |= LIST_DUE_SOON;
    add_horizon(request, "due_soon", last, query);
}

static enum order order_of(const struct list_input *input)
{
    bool by_due =
        input->due_within > 0 || input->due_soon_given || (input->overdue_given && input->overdue);
    return input->order != TERM_NONE ? (enum order)input->order : by_due ? ORDER_DUE : ORDER_NEWEST;
}

bool list_is_slow(const struct request *request)
{
    const struct list_input *input = request->input;
    struct list_query query = {.order = order_of(input)};

    add_values(input, &query);
    add_terms(input, &query);
    add_ranges(input, &query);
    query.filters |= (text_is_none(input->owner) ? 0 : LIST_OWNER) |
                     (text_is_none(input->pending_owner) ? 0 : LIST_PENDING) |
                     (input->due_within > 0 || input->due_soon_given ? LIST_DUE_TO : 0);
    return input->format == FORMAT_CSV || wants_all(input) || list_walks_far(&query);
}

static void add_order(struct request *request, const struct list_input *input,
                      struct list_query *query)
{
    query->order = order_of(input);
    query->limit = input->limit > 0 ? input->limit : LIST_LIMIT_DEFAULT;
    if (text_is_none(input->cursor))
        return;
    query->filters |= LIST_CURSOR;
    if (!list_cursor_read(input->cursor, query))
        violation_add(request_violations(request), "cursor", "not_a_cursor",
                      "The cursor does not belong to a list in this order", "游标与此排序不符");
}

static void check_only_true(struct request *request, const char *parameter, bool given, bool value)
{
    if (given && !value)
        violation_add(request_violations(request), parameter, "unknown_value",
                      "Only true can be asked for", "只能为 true");
}

/* A file for spreadsheets has all rows from the cursor on, of the present. */
static void check_format(struct request *request, const struct list_input *input)
{
    static const char en[] = "A CSV file has all rows of the present: this does not go with it",
                      zh[] = "CSV 文件包含当前全部记录，不能与此参数同用";

    if (input->format != FORMAT_CSV)
        return;
    if (input->limit > 0)
        violation_add(request_violations(request), "limit", "conflict", en, zh);
    if (input->count != TERM_NONE)
        violation_add(request_violations(request), "count", "conflict", en, zh);
    if (input->as_of != INSTANT_NONE)
        violation_add(request_violations(request), "as_of", "conflict", en, zh);
}

enum fault list_prepare(struct request *request, const struct institution *institution,
                        const struct principal *who, struct list_job *ret)
{
    const struct list_input *input = request->input;
    *ret = (struct list_job){.request = request, .who = *who, .now = instant_now()};
    struct list_query *query = &ret->query;

    ret->as_of = query->as_of = input->as_of;
    if (ret->as_of != INSTANT_NONE)
        ret->now = ret->as_of;
    if (!text_is_none(input->class_code) && !institution_class(institution, input->class_code))
        unknown(request, "class");
    if (!text_is_none(input->q) && ret->as_of != INSTANT_NONE)
        violation_add(request_violations(request), "q", "conflict",
                      "Texts are searched as they are now, not as of a past moment.",
                      "全文检索只针对当前内容，不能与 as_of 同用。");
    if (input->awaiting_approval_given && ret->as_of != INSTANT_NONE)
        violation_add(request_violations(request), "awaiting_approval", "conflict",
                      "Approvals are given now, not as of a past moment.",
                      "审批只针对当前事项，不能与 as_of 同用。");
    add_values(input, query);
    add_terms(input, query);
    add_ranges(input, query);
    add_people(request, input, institution, query);
    if (!text_is_none(input->unit) || !text_is_none(input->owner_unit))
        add_unit(request, input, institution, query);
    add_order(request, input, query);
    if (!text_is_none(input->q))
        add_text(request, input->q, query);
    add_due(request, input, institution, ret->now, query);
    check_only_true(request, "due_soon", input->due_soon_given, input->due_soon);
    check_only_true(request, "awaiting_approval", input->awaiting_approval_given,
                    input->awaiting_approval);
    check_format(request, input);
    list_restrict(institution, who, request->arena, query);
    if (request->violations && request->violations->count)
        return FAULT_UNKNOWN_PARAMETER;
    ret->out = text_buffer_new(request->arena, (size_t)query->limit * ROW_BYTES);
    text_buffer_add_string(&ret->out, "{\"items\":[");
    return FAULT_NONE;
}

void list_write(const struct list_job *job, const struct institution *institution,
                const struct complaint *complaint, struct text_buffer *out)
{
    struct complaint_view view;
    if (job->as_of == INSTANT_NONE)
        complaint_present(institution, &job->who, complaint, job->now, NULL, &view);
    else
        complaint_present_past(institution, complaint, job->as_of, &view);
    shape_encode(&complaint_item_shape, &view, institution->zone_minutes, out);
}

void list_add(struct list_job *job, const struct institution *institution,
              const struct complaint *complaint)
{
    if (job->rows == job->query.limit) {
        job->more = true;
        return;
    }
    if (job->rows++)
        text_buffer_add_char(&job->out, ',');
    list_write(job, institution, complaint, &job->out);
    job->last.id = complaint->id;
    job->last.at = job->query.order == ORDER_DUE ? complaint->due_at : complaint->received_at;
}

void list_answer(struct list_job *job, int64_t total)
{
    struct request *request = job->request;
    text_buffer_add_string(&job->out, "],\"next\":");
    if (job->more) {
        struct text cursor =
            list_cursor_write(request->arena, job->query.order, job->last.at, job->last.id);
        text_buffer_printf(&job->out, "\"%.*s\"", TEXT_ARG(cursor));
        request_link_next(request, cursor);
    } else {
        text_buffer_add_string(&job->out, "null");
    }
    if (total >= 0)
        text_buffer_printf(&job->out, ",\"total\":%lld", (long long)total);
    if (job->as_of != INSTANT_NONE) {
        text_buffer_add_string(&job->out, ",\"as_of\":");
        json_add_instant(&job->out, job->as_of, request->server->settings.institution.zone_minutes);
    }
    text_buffer_add_char(&job->out, '}');
    request_answer(request, 200, text_buffer_text(&job->out));
}

static enum fault list_present(struct slow_context *context)
{
    struct arena *arena = context->request->arena;
    struct list_job job;
    struct pg_rows rows, counted;

    enum fault fault = list_prepare(context->request, context->institution, &context->who, &job);
    if (fault)
        return fault;
    const struct list_query *queries[] = {&job.query};
    struct list_variant variant = list_variant_of(&job.query);
    struct pg_binds binds = pg_binds_new(arena);
    list_bind(&binds, queries, 1);
    if (pg_run(context->pg, list_statement(variant, arena), &binds,
               statement_deadline(context->server), &rows) != PG_DONE)
        return statement_fault(context);
    for (size_t row = 0; row < rows.count; row++) {
        struct complaint complaint;
        (void)list_read(&rows, row, context->institution, arena, &complaint);
        list_add(&job, context->institution, &complaint);
    }
    if (!list_wants_total(&job)) {
        list_answer(&job, -1);
        pg_rows_free(&rows);
        return FAULT_NONE;
    }
    job.query.filters &= ~(unsigned)LIST_CURSOR;
    binds = pg_binds_new(arena);
    list_bind(&binds, queries, 1);
    enum pg_status status = pg_run(context->pg, list_count_statement(variant, arena), &binds,
                                   statement_deadline(context->server), &counted);
    if (status == PG_DONE)
        list_answer(&job, pg_int8(&counted, 0, 0));
    pg_rows_free(&counted);
    pg_rows_free(&rows);
    return status == PG_DONE ? FAULT_NONE : statement_fault(context);
}

enum fault list_slowly(struct slow_context *context)
{
    const struct list_input *input = context->request->input;
    if (input->format == FORMAT_CSV)
        return list_csv(context);
    return input->as_of != INSTANT_NONE ? list_past(context) : list_present(context);
}

bool list_wants_total(const struct list_job *job)
{
    return ((const struct list_input *)job->request->input)->count != TERM_NONE;
}
