/* GET /v1/reports/volume: what came in, what ended, and what was open and overdue at the end of each day. */
#include "server/operation/report.h"

struct volume_day {
    struct text day;
    int64_t received, ended;
    int64_t open, overdue; /* -1: nobody counted when the day ended */
};

static const struct member members[] = {
    {MEMBER("day", TEXT, struct volume_day, day), .zh = "日期"},
    {MEMBER("received", LONG, struct volume_day, received), .flags = MEMBER_REQUIRED, .zh = "收到"},
    {MEMBER("ended", LONG, struct volume_day, ended), .flags = MEMBER_REQUIRED, .zh = "办结"},
    {MEMBER("open", LONG, struct volume_day, open), .zh = "日终在办"},
    {MEMBER("overdue", LONG, struct volume_day, overdue), .zh = "日终逾期"},
};
static const struct shape volume_shape = {
    .name = "VolumeDay", .size = sizeof(struct volume_day), SHAPE_MEMBERS(members)};

static size_t days_of(const struct report *report)
{
    int days = report->range.to - report->range.from + 1;

    return (size_t)days;
}

static struct volume_day *make_days(struct report *report)
{
    struct arena *arena = report->context->request->arena;
    struct volume_day *days = ARENA_ARRAY(arena, struct volume_day, days_of(report));

    for (size_t i = 0; i < days_of(report); i++) {
        char *day = arena_alloc(arena, DAY_TEXT_LENGTH);
        day_format(report->range.from + (day_number)i, day);
        days[i] = (struct volume_day){.day = {day, DAY_TEXT_LENGTH}, .open = -1, .overdue = -1};
    }
    return days;
}

/* The day that a row is of; rows are within the range. */
static struct volume_day *day_of(const struct report *report, struct volume_day days[],
                                 const struct pg_rows *rows, size_t row)
{
    return &days[pg_day(rows, row, 0) - report->range.from];
}

static enum fault count_moves(const struct report *report, struct volume_day days[],
                              const struct pg_statement *statement, size_t member)
{
    struct pg_binds binds = pg_binds_new(report->context->request->arena);
    struct pg_rows rows;

    volume_days_bind(&binds, &report->range);
    enum fault fault = report_run(report, statement, &binds, &rows);
    for (size_t row = 0; !fault && row < rows.count; row++)
        *(int64_t *)(void *)((char *)day_of(report, days, &rows, row) + member) =
            pg_int8(&rows, row, 1);
    pg_rows_free(&rows);
    return fault;
}

/* Of the days before today as they were counted when they ended. */
static enum fault add_counted(const struct report *report, struct volume_day days[])
{
    struct pg_binds binds = pg_binds_new(report->context->request->arena);
    struct pg_rows rows;

    volume_counted_bind(&binds, &report->range);
    enum fault fault = report_run(report, &volume_counted, &binds, &rows);
    for (size_t row = 0; !fault && row < rows.count; row++) {
        struct volume_day *day = day_of(report, days, &rows, row);
        day->open = pg_int8(&rows, row, 1);
        day->overdue = pg_int8(&rows, row, 2);
    }
    pg_rows_free(&rows);
    return fault;
}

/* Of today, as it is now. */
static enum fault add_today(const struct report *report, struct volume_day *day)
{
    struct pg_binds binds = pg_binds_new(report->context->request->arena);
    struct pg_rows rows;

    ageing_bind(&binds, &report->range, NULL, 0, report->context->now);
    enum fault fault = report_run(report, &ageing_count, &binds, &rows);
    if (!fault) {
        day->open = rows.count ? pg_int8(&rows, 0, 1) : 0;
        day->overdue = rows.count ? pg_int8(&rows, 0, 2) : 0;
    }
    pg_rows_free(&rows);
    return fault;
}

static struct text totals_of(const struct report *report, const struct volume_day days[])
{
    int64_t received = 0, ended = 0;

    for (size_t i = 0; i < days_of(report); i++) {
        received += days[i].received;
        ended += days[i].ended;
    }
    return text_printf(report->context->request->arena, ",\"received\":%lld,\"ended\":%lld",
                       (long long)received, (long long)ended);
}

static enum fault answer_volume(struct slow_context *context)
{
    struct report report;
    enum fault fault = report_begin(context, &report);

    if (fault)
        return fault;
    struct volume_day *days = make_days(&report);
    fault = count_moves(&report, days, &volume_received, offsetof(struct volume_day, received));
    if (!fault)
        fault = count_moves(&report, days, &volume_ended, offsetof(struct volume_day, ended));
    if (!fault)
        fault = add_counted(&report, days);
    if (!fault && report.range.to == report.today)
        fault = add_today(&report, &days[days_of(&report) - 1]);
    if (fault)
        return fault;
    report_answer(&report, "volume", &volume_shape, days, days_of(&report),
                  totals_of(&report, days));
    return FAULT_NONE;
}

const struct operation report_volume = {.name = "report_volume",
                                        .method = METHOD_GET,
                                        .path = "/v1/reports/volume",
                                        .kind = OPERATION_SLOW,
                                        .query = &report_parameters,
                                        .bulk = true,
                                        .handle = answer_volume};
