/* POST /v1/complaints/search-by-contact: complaints by a phone, e-mail, identity or account number
 * that they recorded. In a body, because addresses are logged by whatever lies between. */
#include "lib/complaint/personal_format.h"
#include "lib/json/complaint_json.h"
#include "lib/store/complaint_store.h"
#include "server/operation/by_contact.h"
#include "server/present.h"
#include "server/server.h"

#define SHOWN_DEFAULT 50
#define SHOWN_MAX 200
#define LOADED_AT_ONCE 50 /* texts of 20,000 characters have 60 KB */

struct search_input {
    struct text values[CONTACT_KIND_COUNT];
    int limit;
};

#define VALUE(name_, kind_, max_)                                            \
    {                                                                        \
        MEMBER(name_, TEXT, struct search_input, values[kind_]), .max = max_ \
    }
static const struct member members[] = {
    VALUE("phone", CONTACT_PHONE, 64),
    VALUE("email", CONTACT_EMAIL, 254),
    VALUE("identity_number", CONTACT_IDENTITY, 64),
    VALUE("account_number", CONTACT_ACCOUNT, 64),
    {MEMBER("limit", INTEGER, struct search_input, limit), .min = 1, .max = SHOWN_MAX},
};
static const struct shape input_shape = {
    .name = "ContactSearch", .size = sizeof(struct search_input), SHAPE_MEMBERS(members)};

static const struct {
    bool (*is_good)(struct text value);
    const char *pointer;
} kinds[CONTACT_KIND_COUNT] = {
    [CONTACT_PHONE] = {format_is_phone, "/phone"},
    [CONTACT_EMAIL] = {format_is_email, "/email"},
    [CONTACT_IDENTITY] = {format_is_identity, "/identity_number"},
    [CONTACT_ACCOUNT] = {format_is_account, "/account_number"},
};

/* Which one is asked for; CONTACT_KIND_COUNT with a violation when that is not clear. */
static enum contact_kind kind_of(const struct search_input *input, struct violations *violations)
{
    int kind = CONTACT_KIND_COUNT, given = 0;

    for (int i = 0; i < CONTACT_KIND_COUNT; i++) {
        if (text_is_none(input->values[i]))
            continue;
        kind = i;
        given++;
    }
    if (given != 1)
        violation_add(violations, "", "one_of",
                      "Exactly one of phone, email, identity_number and account_number.",
                      "phone、email、identity_number、account_number 须提交且仅提交一项。");
    else if (!kinds[kind].is_good(input->values[kind]))
        violation_add(violations, kinds[kind].pointer, "bad_format",
                      "Does not look like what it should be.", "格式不正确。");
    return violations->count ? CONTACT_KIND_COUNT : (enum contact_kind)kind;
}

/* Adds some complaints, newest first. */
static enum fault add_items(struct slow_context *context, const struct uuid ids[], size_t count,
                            struct text_buffer *out)
{
    struct arena *arena = context->request->arena;
    struct pg_binds binds = pg_binds_new(arena);
    STORE_ROWS rows = {0};

    complaint_ids_bind(&binds, ids, count);
    if (pg_run(context->pg, &complaint_by_id, &binds, statement_deadline(context->server), &rows) !=
        PG_DONE)
        return statement_fault(context);
    struct complaint *complaints = ARENA_ARRAY(arena, struct complaint, rows.count);
    complaint_read(&rows, context->institution, arena, complaints);
    for (size_t i = rows.count; i-- > 0;) {
        struct complaint_view view;
        if (out->at[out->length - 1] == '}')
            text_buffer_add_char(out, ',');
        complaint_present(context->institution, &context->who, &complaints[i], context->now, NULL,
                          &view);
        shape_encode(&complaint_item_shape, &view, context->institution->zone_minutes, out);
    }
    return FAULT_NONE;
}

static enum fault answer_found(struct slow_context *context, const struct uuid ids[], size_t count)
{
    struct text_buffer out = text_buffer_new(context->request->arena, 4096);
    enum fault fault = FAULT_NONE;

    text_buffer_add_string(&out, "{\"items\":[");
    for (size_t at = 0; !fault && at < count; at += LOADED_AT_ONCE)
        fault = add_items(context, ids + at,
                          count - at < LOADED_AT_ONCE ? count - at : LOADED_AT_ONCE, &out);
    if (fault)
        return fault;
    text_buffer_add_string(&out, "]}");
    request_answer(context->request, 200, text_buffer_text(&out));
    return FAULT_NONE;
}

static enum fault answer_search(struct slow_context *context)
{
    struct request *request = context->request;
    const struct search_input *input = request->input;
    size_t limit = input->limit > 0 ? (size_t)input->limit : SHOWN_DEFAULT, count;
    struct mark marks[KEYRING_MAX];
    struct uuid ids[SHOWN_MAX];

    enum contact_kind kind = kind_of(input, request_violations(request));
    if (kind == CONTACT_KIND_COUNT)
        return FAULT_INVALID;
    if (!throttle_search(context->server->throttle, request, &context->who, &request->limit.wait_s))
        return FAULT_TOO_MANY_REQUESTS;
    count = private_marks(request->arena, kind, input->values[kind], marks);
    enum fault fault = by_contact_find(context, marks, count, UUID_NONE, limit, ids, &count);
    if (!fault)
        fault = by_contact_record(context, kinds[kind].pointer + 1, TEXT_NONE, count);
    return fault ? fault : answer_found(context, ids, count);
}

const struct operation complaint_search_by_contact = {.name = "complaint_search_by_contact",
                                                      .method = METHOD_POST,
                                                      .path = "/v1/complaints/search-by-contact",
                                                      .kind = OPERATION_SLOW,
                                                      .input = &input_shape,
                                                      .handle = answer_search};
