/* GET /v1/complaints/similar: complaints of the same customer, or with similar texts, of the last
 * days; for whoever is about to record one, or handles one. */
#include <stdlib.h>

#include "lib/complaint/likeness.h"
#include "lib/complaint/masking.h"
#include "lib/json/complaint_json.h"
#include "lib/store/complaint_store.h"
#include "lib/store/search_store.h"
#include "server/list.h"
#include "server/operation/by_contact.h"
#include "server/operation/loading.h"
#include "server/present.h"
#include "server/server.h"

#define DAYS_DEFAULT 90
#define DAYS_MAX 1096 /* as long as complaints are kept at least */
#define SHOWN_DEFAULT 10
#define SHOWN_MAX 50
#define SIMILAR_FROM 0.3 /* texts that share no more are not called similar */
#define CONTACTS_MAX 50  /* complaints with the same contact data */

struct similar_input {
    struct text complaint, customer_number, text;
    int days, limit;
};

static const struct member members[] = {
    {MEMBER("complaint", TEXT, struct similar_input, complaint), .max = 64},
    {MEMBER("customer_number", TEXT, struct similar_input, customer_number), .max = 64},
    {MEMBER("text", LINES, struct similar_input, text), .max = 2000},
    {MEMBER("days", INTEGER, struct similar_input, days), .min = 1, .max = DAYS_MAX},
    {MEMBER("limit", INTEGER, struct similar_input, limit), .min = 1, .max = SHOWN_MAX},
};
static const struct shape similar_parameters = {
    .name = "SimilarParameters", .size = sizeof(struct similar_input), SHAPE_MEMBERS(members)};

enum reason { REASON_CUSTOMER, REASON_CONTACT, REASON_TEXT, REASON_COUNT };
static const char *const reason_names[REASON_COUNT] = {"same_customer", "same_contact",
                                                       "similar_text"};

/* What others are compared with. */
struct model {
    struct uuid id; /* none: it is not recorded yet */
    struct text number, customer_number, text;
    struct text contacts[CONTACT_KIND_COUNT]; /* masked; none: not on record */
};

struct candidate {
    struct complaint complaint;
    unsigned reasons; /* bits 1 << enum reason */
    double similarity;
};

struct search {
    struct slow_context *context;
    struct model model;
    struct candidate *candidates;
    size_t count;
    bool contacts_compared;
    struct pg_rows by_customer, by_contact, by_text, texts;
};

/* --- what is asked ------------------------------------------------------------------------------ */

static enum fault refuse(struct slow_context *context, const char *parameter, const char *code,
                         const char *en, const char *zh)
{
    violation_add(request_violations(context->request), parameter, code, en, zh);
    return FAULT_UNKNOWN_PARAMETER;
}

static struct text joined(struct arena *arena, struct text subject, struct text narrative)
{
    return text_printf(arena, "%.*s\n%.*s", TEXT_ARG(subject), TEXT_ARG(narrative));
}

/* A text that is being entered is masked like those with which it is compared. */
static enum fault read_model(struct slow_context *context, struct model *ret)
{
    const struct similar_input *input = context->request->input;
    struct arena *arena = context->request->arena;
    bool described = !text_is_none(input->customer_number) || !text_is_none(input->text);

    if (text_is_none(input->complaint)) {
        if (!described)
            return refuse(context, "text", "required",
                          "Takes a complaint, a customer's number or a text",
                          "须给出投诉、客户号或文本");
        *ret = (struct model){.customer_number = input->customer_number,
                              .text = masking_text(arena, input->text)};
        if (!text_is_none(ret->text) && likeness_of(arena, ret->text).count == 0)
            return refuse(context, "text", "no_term",
                          "Takes two neighbouring Chinese characters, or a word",
                          "须含两个相连的汉字或一个单词");
        return FAULT_NONE;
    }
    if (described)
        return refuse(context, "complaint", "conflict",
                      "A complaint is compared by what it holds itself",
                      "指定投诉时不能再给出客户号或文本");
    struct complaint complaint;
    enum fault fault = complaint_load_named(context, &rights[RIGHT_complaint_similar_to],
                                            input->complaint, &complaint);
    if (fault)
        return fault;
    *ret = (struct model){.id = complaint.id,
                          .number = complaint.number,
                          .customer_number = complaint.complainant.customer_number,
                          .text = joined(arena, complaint.subject, complaint.narrative),
                          .contacts = {[CONTACT_PHONE] = complaint.complainant.phone,
                                       [CONTACT_EMAIL] = complaint.complainant.email,
                                       [CONTACT_IDENTITY] = complaint.complainant.identity_number,
                                       [CONTACT_ACCOUNT] = complaint.complainant.account_number}};
    return FAULT_NONE;
}

/* --- candidates --------------------------------------------------------------------------------- */

static instant since_of(const struct slow_context *context)
{
    const struct similar_input *input = context->request->input;
    int64_t days = input->days > 0 ? input->days : DAYS_DEFAULT;

    return context->now - days * INSTANT_DAY;
}

/* The newest that match, of the last days and within what the caller may see. */
static enum fault list(struct search *search, struct list_query *query, struct pg_rows *rows)
{
    struct slow_context *context = search->context;
    struct arena *arena = context->request->arena;
    const struct list_query *queries[] = {query};
    struct pg_binds binds = pg_binds_new(arena);

    query->filters |= LIST_RECEIVED_FROM;
    query->received_from = since_of(context);
    query->order = ORDER_NEWEST;
    query->now = context->now;
    query->limit = LIST_LIMIT_MAX;
    list_restrict(context->institution, &context->who, arena, query);
    list_bind(&binds, queries, 1);
    return pg_run(context->pg, list_statement(list_variant_of(query), arena), &binds,
                  statement_deadline(context->server), rows) == PG_DONE
               ? FAULT_NONE
               : statement_fault(context);
}

static struct candidate *candidate_of(struct search *search, struct uuid id)
{
    size_t at = 0;
    while (at < search->count && !uuid_equal(search->candidates[at].complaint.id, id))
        at++;
    return at < search->count ? &search->candidates[at] : NULL;
}

static void add_candidate(struct search *search, const struct complaint *complaint,
                          unsigned reasons)
{
    struct candidate *candidate = candidate_of(search, complaint->id);

    if (uuid_equal(complaint->id, search->model.id))
        return;
    if (!candidate) {
        candidate = &search->candidates[search->count++];
        candidate->complaint = *complaint;
    }
    candidate->reasons |= reasons;
}

static void add_candidates(struct search *search, const struct pg_rows *rows, unsigned reasons)
{
    struct slow_context *context = search->context;
    for (size_t row = 0; row < rows->count; row++) {
        struct complaint complaint;
        (void)list_read(rows, row, context->institution, context->request->arena, &complaint);
        add_candidate(search, &complaint, reasons);
    }
}

/* The rows of those found by contact, as far as they are of the last days. */
static void add_contacts(struct search *search, instant since)
{
    struct slow_context *context = search->context;
    const struct pg_rows *rows = &search->by_contact;
    struct complaint *complaints =
        ARENA_ARRAY(context->request->arena, struct complaint, rows->count);

    complaint_read(rows, context->institution, context->request->arena, complaints);
    for (size_t i = 0; i < rows->count; i++)
        if (complaints[i].received_at >= since)
            add_candidate(search, &complaints[i], 1u << REASON_CONTACT);
}

/* The marks of what the model has on record now. */
static enum fault read_marks(struct search *search, struct mark **ret, size_t *ret_count)
{
    struct slow_context *context = search->context;
    struct arena *arena = context->request->arena;
    struct pg_binds binds = pg_binds_new(arena);
    STORE_ROWS rows = {0};

    complaint_ids_bind(&binds, &search->model.id, 1);
    if (pg_run(context->pg, &private_get, &binds, statement_deadline(context->server), &rows) !=
        PG_DONE)
        return statement_fault(context);
    *ret = ARENA_ARRAY(arena, struct mark, CONTACT_KIND_COUNT * KEYRING_MAX);
    *ret_count = private_marks_of(arena, &rows, search->model.contacts, *ret);
    return FAULT_NONE;
}

/* Complaints with the same phone, e-mail, identity or account number: a search by contact data, whoever
 * wrote these into the model. After too many of them the rest is compared without. */
static enum fault find_by_contact(struct search *search)
{
    struct slow_context *context = search->context;
    struct pg_binds binds = pg_binds_new(context->request->arena);
    struct uuid ids[CONTACTS_MAX];
    struct mark *marks = NULL;
    size_t count = 0;
    int wait_s;

    if (uuid_is_none(search->model.id))
        return FAULT_NONE;
    enum fault fault = read_marks(search, &marks, &count);
    if (fault || count == 0 ||
        !throttle_search(context->server->throttle, context->request, &context->who, &wait_s))
        return fault;
    fault = by_contact_find(context, marks, count, search->model.id, CONTACTS_MAX, ids, &count);
    if (!fault)
        fault = by_contact_record(context, "similar", search->model.number, count);
    if (fault)
        return fault;
    search->contacts_compared = true;
    complaint_ids_bind(&binds, ids, count);
    return pg_run(context->pg, &complaint_by_id, &binds, statement_deadline(context->server),
                  &search->by_contact) == PG_DONE
               ? FAULT_NONE
               : statement_fault(context);
}

static enum fault find(struct search *search)
{
    struct slow_context *context = search->context;
    struct arena *arena = context->request->arena;
    struct list_query by_customer = {.filters = LIST_CUSTOMER,
                                     .customer_number = search->model.customer_number};
    struct frequent *frequent = context->server->frequent;
    int rate = 0;
    struct list_query by_text = {
        .terms = likeness_probe(arena, search->model.text, frequent_rate, frequent, &rate)};
    enum fault fault = FAULT_NONE;

    by_text.filters = frequent_way(frequent, rate / 1e6, true);
    if (!text_is_none(by_customer.customer_number))
        fault = list(search, &by_customer, &search->by_customer);
    if (!fault && !text_is_none(by_text.terms))
        fault = list(search, &by_text, &search->by_text);
    if (!fault)
        fault = find_by_contact(search);
    if (fault)
        return fault;
    search->candidates =
        ARENA_ARRAY(arena, struct candidate,
                    search->by_customer.count + search->by_contact.count + search->by_text.count);
    add_candidates(search, &search->by_customer, 1u << REASON_CUSTOMER);
    add_contacts(search, since_of(context));
    add_candidates(search, &search->by_text, 0); /* its text is still to be compared */
    return FAULT_NONE;
}

/* --- comparing ---------------------------------------------------------------------------------- */

static enum fault compare(struct search *search)
{
    struct slow_context *context = search->context;
    struct arena *arena = context->request->arena;
    struct uuid *ids = ARENA_ARRAY(arena, struct uuid, search->count);
    struct likeness model = likeness_of(arena, search->model.text);
    struct pg_binds binds = pg_binds_new(arena);

    if (model.count == 0 || search->count == 0)
        return FAULT_NONE;
    for (size_t i = 0; i < search->count; i++)
        ids[i] = search->candidates[i].complaint.id;
    complaint_ids_bind(&binds, ids, search->count);
    if (pg_run(context->pg, &search_texts, &binds, statement_deadline(context->server),
               &search->texts) != PG_DONE)
        return statement_fault(context);
    for (size_t row = 0; row < search->texts.count; row++) {
        struct candidate *candidate = candidate_of(search, pg_uuid(&search->texts, row, 0));
        struct likeness other = likeness_of(
            arena, joined(arena, pg_text(&search->texts, row, 1), pg_text(&search->texts, row, 2)));
        candidate->similarity = likeness_between(&model, &other);
        if (candidate->similarity >= SIMILAR_FROM)
            candidate->reasons |= 1u << REASON_TEXT;
    }
    return FAULT_NONE;
}

/* More reasons before fewer, then the more similar, then the newer. */
static int by_merit(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;
    int reasons = __builtin_popcount(right->reasons) - __builtin_popcount(left->reasons);
    if (reasons)
        return reasons;
    if (left->similarity > right->similarity || left->similarity < right->similarity)
        return left->similarity > right->similarity ? -1 : 1;
    if (left->complaint.received_at != right->complaint.received_at)
        return left->complaint.received_at > right->complaint.received_at ? -1 : 1;
    return uuid_compare(right->complaint.id, left->complaint.id);
}

/* --- the answer --------------------------------------------------------------------------------- */

/* A row as lists have it, with two members more. */
static void write_item(struct search *search, const struct candidate *candidate,
                       struct text_buffer *out)
{
    struct slow_context *context = search->context;
    struct complaint_view view;

    complaint_present(context->institution, &context->who, &candidate->complaint, context->now,
                      NULL, &view);
    shape_encode(&complaint_item_shape, &view, context->institution->zone_minutes, out);
    out->length--; /* its closing brace */
    text_buffer_add_string(out, ",\"reasons\":");
    for (unsigned rest = candidate->reasons; rest; rest &= rest - 1)
        text_buffer_printf(out, "%c\"%s\"", rest == candidate->reasons ? '[' : ',',
                           reason_names[__builtin_ctz(rest)]);
    text_buffer_add_string(out, "],\"similarity\":");
    if (text_is_none(search->model.text))
        text_buffer_add_string(out, "null}");
    else
        text_buffer_printf(out, "%.2f}", candidate->similarity);
}

static void write_answer(struct search *search)
{
    struct request *request = search->context->request;
    const struct similar_input *input = request->input;
    size_t limit = input->limit > 0 ? (size_t)input->limit : SHOWN_DEFAULT, shown = 0;
    struct text_buffer out = text_buffer_new(request->arena, 1024 * (limit + 1));

    if (search->count)
        qsort(search->candidates, search->count, sizeof *search->candidates, by_merit);
    text_buffer_add_string(&out, "{\"items\":[");
    for (size_t i = 0; i < search->count && shown < limit && search->candidates[i].reasons; i++) {
        if (shown++)
            text_buffer_add_char(&out, ',');
        write_item(search, &search->candidates[i], &out);
    }
    text_buffer_printf(&out, "],\"contacts_compared\":%s}",
                       search->contacts_compared ? "true" : "false");
    request_answer(request, 200, text_buffer_text(&out));
}

static enum fault answer_similar(struct slow_context *context)
{
    struct search search = {.context = context};
    enum fault fault = read_model(context, &search.model);

    if (!fault)
        fault = find(&search);
    if (!fault)
        fault = compare(&search);
    if (!fault)
        write_answer(&search);
    pg_rows_free(&search.by_customer);
    pg_rows_free(&search.by_contact);
    pg_rows_free(&search.by_text);
    pg_rows_free(&search.texts);
    return fault;
}

const struct operation complaint_similar = {.name = "complaint_similar",
                                            .method = METHOD_GET,
                                            .path = "/v1/complaints/similar",
                                            .kind = OPERATION_SLOW,
                                            .query = &similar_parameters,
                                            .handle = answer_similar};
