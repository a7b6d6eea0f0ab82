/* GET /v1/reports/causes: what complaints were about, by cause class and product. */
#include "server/operation/report.h"

#define ROWS_MAX 200

struct cause {
    struct text cause_class, cause, product;
    int64_t received;
};

static const struct member members[] = {
    {MEMBER("cause_class", TEXT, struct cause, cause_class), .zh = "投诉原因代码"},
    {MEMBER("cause", TEXT, struct cause, cause), .zh = "投诉原因"},
    {MEMBER("product", TEXT, struct cause, product), .zh = "产品"},
    {MEMBER("received", LONG, struct cause, received), .flags = MEMBER_REQUIRED, .zh = "收到"},
};
static const struct shape cause_shape = {
    .name = "Cause", .size = sizeof(struct cause), SHAPE_MEMBERS(members)};

static struct cause read_cause(const struct slow_context *context, const struct pg_rows *rows,
                               size_t row)
{
    struct cause cause = {.cause_class = pg_text(rows, row, 0),
                          .product = pg_text(rows, row, 1),
                          .received = pg_int8(rows, row, 2)};
    const struct complaint_class *class =
        text_is_none(cause.cause_class)
            ? NULL
            : institution_class(context->institution, cause.cause_class);

    if (class)
        cause.cause = context->request->chinese ? class->name_zh : class->name_en;
    return cause;
}

static enum fault answer_causes(struct slow_context *context)
{
    struct arena *arena = context->request->arena;
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows *rows = &context->held[0]; /* the answer is made of its texts */
    int64_t listed = 0;
    struct report report;
    enum fault fault = report_begin(context, &report);

    if (fault)
        return fault;
    causes_bind(&binds, &report.range, ROWS_MAX);
    fault = report_run(&report, &causes_count, &binds, rows);
    if (fault)
        return fault;
    struct cause *causes = ARENA_ARRAY(arena, struct cause, rows->count);
    int64_t received = rows->count ? pg_int8(rows, 0, 3) : 0;
    for (size_t i = 0; i < rows->count; i++) {
        causes[i] = read_cause(context, rows, i);
        listed += causes[i].received;
    }
    report_answer(&report, "causes", &cause_shape, causes, rows->count,
                  text_printf(arena, ",\"received\":%lld,\"others\":%lld", (long long)received,
                              (long long)(received - listed)));
    return FAULT_NONE;
}

const struct operation report_causes = {.name = "report_causes",
                                        .method = METHOD_GET,
                                        .path = "/v1/reports/causes",
                                        .kind = OPERATION_SLOW,
                                        .query = &report_parameters,
                                        .bulk = true,
                                        .handle = answer_causes};
