/* GET /v1/reports/timeliness: what was decided in time, by unit, and how old what is open is. */
#include "server/operation/report.h"

struct unit_figures {
    struct text unit, name;
    int64_t ended, decided, on_time;
    struct text on_time_rate, average_days; /* as JSON */
    int64_t seconds;                        /* from receipt to decision, of all of them */
};

static const struct member members[] = {
    {MEMBER("unit", TEXT, struct unit_figures, unit), .zh = "机构代码"},
    {MEMBER("name", TEXT, struct unit_figures, name), .zh = "机构名称"},
    {MEMBER("ended", LONG, struct unit_figures, ended), .flags = MEMBER_REQUIRED, .zh = "办结"},
    {MEMBER("decided", LONG, struct unit_figures, decided), .flags = MEMBER_REQUIRED,
     .zh = "作出处理决定"},
    {MEMBER("on_time", LONG, struct unit_figures, on_time), .flags = MEMBER_REQUIRED, .zh = "按期"},
    {MEMBER("on_time_rate", JSON, struct unit_figures, on_time_rate), .zh = "按期率"},
    {MEMBER("average_days", JSON, struct unit_figures, average_days), .zh = "平均天数"},
};
static const struct shape unit_shape = {
    .name = "TimelinessUnit", .size = sizeof(struct unit_figures), SHAPE_MEMBERS(members)};

/* Natural days since the day of receipt, up to which each class goes; the last one has no end. */
static const int ages[] = {3, 7, 15, 30, 60};
#define CLASSES (sizeof ages / sizeof *ages + 1)

static void add_shares(struct arena *arena, struct unit_figures *figures)
{
    figures->on_time_rate = report_share(arena, figures->on_time, figures->decided);
    figures->average_days =
        figures->decided ? text_printf(arena, "%.1f",
                                       (double)figures->seconds / 86400 / (double)figures->decided)
                         : TEXT_NONE;
}

static void read_units(const struct report *report, const struct pg_rows *rows,
                       struct unit_figures units[])
{
    const struct slow_context *context = report->context;

    for (size_t row = 0; row < rows->count; row++) {
        const struct unit *unit = institution_unit(context->institution, pg_uuid(rows, row, 0));
        units[row] = (struct unit_figures){.unit = unit ? unit->code : TEXT_NONE,
                                           .name = unit ? unit->name : TEXT_NONE,
                                           .ended = pg_int8(rows, row, 1),
                                           .decided = pg_int8(rows, row, 2),
                                           .on_time = pg_int8(rows, row, 3),
                                           .seconds = pg_int8(rows, row, 4)};
        add_shares(context->request->arena, &units[row]);
    }
}

static enum fault count_units(const struct report *report, struct unit_figures **ret_units,
                              size_t *ret_count)
{
    struct arena *arena = report->context->request->arena;
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows;

    timeliness_bind(&binds, &report->range);
    enum fault fault = report_run(report, &timeliness_count, &binds, &rows);
    if (!fault) {
        *ret_units = ARENA_ARRAY(arena, struct unit_figures, rows.count);
        *ret_count = rows.count;
        read_units(report, &rows, *ret_units);
    }
    pg_rows_free(&rows);
    return fault;
}

/* All units together. */
static void write_totals(const struct report *report, const struct unit_figures units[],
                         size_t count, struct text_buffer *out)
{
    struct unit_figures all = {0};

    for (size_t i = 0; i < count; i++) {
        all.ended += units[i].ended;
        all.decided += units[i].decided;
        all.on_time += units[i].on_time;
        all.seconds += units[i].seconds;
    }
    add_shares(report->context->request->arena, &all);
    text_buffer_printf(out,
                       ",\"ended\":%lld,\"decided\":%lld,\"on_time\":%lld,\"on_time_rate\":%.*s,"
                       "\"average_days\":%.*s",
                       (long long)all.ended, (long long)all.decided, (long long)all.on_time,
                       TEXT_ARG(all.decided ? all.on_time_rate : TEXT("null")),
                       TEXT_ARG(all.decided ? all.average_days : TEXT("null")));
}

/* What is open now, the youngest first; rows count from the oldest class on. */
static void write_ages(const struct pg_rows *rows, struct text_buffer *out)
{
    int64_t open[CLASSES] = {0}, overdue[CLASSES] = {0};

    for (size_t row = 0; row < rows->count; row++) {
        size_t class = CLASSES - 1 - (size_t)pg_int4(rows, row, 0);
        open[class] = pg_int8(rows, row, 1);
        overdue[class] = pg_int8(rows, row, 2);
    }
    text_buffer_add_string(out, ",\"ageing\":[");
    for (size_t i = 0; i < CLASSES; i++) {
        text_buffer_printf(out, "%s{\"from_days\":%d,\"to_days\":", i ? "," : "",
                           i ? ages[i - 1] + 1 : 0);
        if (i + 1 < CLASSES)
            text_buffer_printf(out, "%d", ages[i]);
        else
            text_buffer_add_string(out, "null");
        text_buffer_printf(out, ",\"open\":%lld,\"overdue\":%lld}", (long long)open[i],
                           (long long)overdue[i]);
    }
    text_buffer_add_char(out, ']');
}

static enum fault add_ages(const struct report *report, struct text_buffer *out)
{
    struct pg_binds binds = pg_binds_new(out->arena);
    instant limits[CLASSES - 1];
    struct pg_rows rows;

    for (size_t i = 0; i < CLASSES - 1; i++)
        limits[i] =
            instant_of_day(report->today - ages[CLASSES - 2 - i], report->range.zone_minutes);
    ageing_bind(&binds, &report->range, limits, CLASSES - 1, report->context->now);
    enum fault fault = report_run(report, &ageing_count, &binds, &rows);
    if (!fault)
        write_ages(&rows, out);
    pg_rows_free(&rows);
    return fault;
}

static enum fault answer_timeliness(struct slow_context *context)
{
    struct text_buffer beside = text_buffer_new(context->request->arena, 1024);
    struct unit_figures *units = NULL;
    struct report report;
    size_t count = 0;
    enum fault fault = report_begin(context, &report);

    if (!fault)
        fault = count_units(&report, &units, &count);
    if (fault)
        return fault;
    write_totals(&report, units, count, &beside);
    fault = add_ages(&report, &beside);
    if (fault)
        return fault;
    report_answer(&report, "timeliness", &unit_shape, units, count, text_buffer_text(&beside));
    return FAULT_NONE;
}

const struct operation report_timeliness = {.name = "report_timeliness",
                                            .method = METHOD_GET,
                                            .path = "/v1/reports/timeliness",
                                            .kind = OPERATION_SLOW,
                                            .query = &report_parameters,
                                            .bulk = true,
                                            .handle = answer_timeliness};
