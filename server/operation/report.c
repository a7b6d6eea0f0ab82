#include "server/operation/report.h"

#include "lib/base/json_text.h"

#define DAYS_DEFAULT 30

struct report_input {
    struct text from, to, unit;
    int format;
};

static const struct member members[] = {
    {MEMBER("from", TEXT, struct report_input, from), .max = DAY_TEXT_LENGTH},
    {MEMBER("to", TEXT, struct report_input, to), .max = DAY_TEXT_LENGTH},
    {MEMBER("unit", TEXT, struct report_input, unit), .max = 64},
    {MEMBER("format", TERM, struct report_input, format), .vocabulary = &vocabulary_format},
};
const struct shape report_parameters = {
    .name = "ReportParameters", .size = sizeof(struct report_input), SHAPE_MEMBERS(members)};

static void refuse(const struct report *report, const char *parameter, const char *code,
                   const char *en, const char *zh)
{
    violation_add(request_violations(report->context->request), parameter, code, en, zh);
}

static void read_day(const struct report *report, const char *parameter, struct text text,
                     day_number *ret)
{
    if (!text_is_none(text) && !day_parse(text, ret))
        refuse(report, parameter, "not_a_day", "Must be a day, as 2026-11-20.",
               "须为日期，如 2026-11-20。");
}

/* Without them, the last thirty days up to today. */
static void read_days(struct report *report, const struct report_input *input)
{
    struct report_range *range = &report->range;

    range->to = report->today;
    read_day(report, "to", input->to, &range->to);
    range->from = range->to - (DAYS_DEFAULT - 1);
    read_day(report, "from", input->from, &range->from);
    if (range->to > report->today)
        refuse(report, "to", "in_future", "The day has not come yet.", "日期不得晚于今天。");
    else if (range->from > range->to)
        refuse(report, "from", "after_to", "The first day lies after the last.",
               "起始日不得晚于截止日。");
    else if (range->to - range->from >= REPORT_DAYS_MAX)
        refuse(report, "from", "too_long", "A report is about 366 days at most.",
               "报表最多统计366天。");
}

/* The units over which the caller is supervisor or auditor, within the one asked for. */
static void read_units(struct report *report, const struct report_input *input)
{
    const struct institution *institution = report->context->institution;
    const struct unit *root = NULL;
    struct uuid *units =
        ARENA_ARRAY(report->context->request->arena, struct uuid, institution->unit_count);

    if (!text_is_none(input->unit)) {
        root = institution_unit_by_code(institution, input->unit);
        if (!root)
            refuse(report, "unit", "unknown_value", "There is nothing of that name",
                   "没有此名称的对象");
    }
    for (size_t i = 0; i < institution->unit_count; i++) {
        const struct unit *unit = &institution->units[i];
        if ((!root || unit_within(unit, root)) &&
            permission_has_role_over(&report->context->who, ROLES_WATCHING, unit))
            units[report->range.unit_count++] = unit->id;
    }
    report->range.units = units;
}

enum fault report_begin(struct slow_context *context, struct report *ret)
{
    struct request *request = context->request;
    int zone_minutes = context->institution->zone_minutes;

    *ret = (struct report){.context = context,
                           .range = {.zone_minutes = zone_minutes, .who = &context->who},
                           .today = instant_day(context->now, zone_minutes),
                           .out = text_buffer_new(request->arena, 4096)};
    read_days(ret, request->input);
    read_units(ret, request->input);
    return request->violations && request->violations->count ? FAULT_UNKNOWN_PARAMETER : FAULT_NONE;
}

enum fault report_run(const struct report *report, const struct pg_statement *statement,
                      const struct pg_binds *binds, struct pg_rows *ret)
{
    return pg_run(report->context->pg, statement, binds,
                  statement_deadline(report->context->server), ret) == PG_DONE
               ? FAULT_NONE
               : statement_fault(report->context);
}

struct text report_share(struct arena *arena, int64_t part, int64_t whole)
{
    return whole ? text_printf(arena, "%.4f", (double)part / (double)whole) : TEXT_NONE;
}

static void answer_csv(struct report *report, const char *name, const struct shape *shape,
                       const char *rows, size_t count)
{
    struct request *request = report->context->request;
    struct text_buffer *out = &report->out;
    char to[DAY_TEXT_LENGTH];

    text_buffer_add_string(out, CSV_BEGINNING);
    csv_add_head(out, shape, request->chinese);
    for (size_t i = 0; i < count; i++)
        csv_add_row(out, shape, rows + i * shape->size, report->range.zone_minutes,
                    request->chinese);
    day_format(report->range.to, to);
    request_answer(request, 200, text_buffer_text(out));
    request->answer.file = true;
    request->answer.content_type = "text/csv; charset=utf-8; header=present";
    request->answer.disposition = text_printf(
        request->arena, "attachment; filename=\"%s-%.*s.csv\"", name, DAY_TEXT_LENGTH, to);
}

void report_answer(struct report *report, const char *name, const struct shape *shape,
                   const void *rows, size_t count, struct text beside)
{
    struct request *request = report->context->request;
    const struct report_input *input = request->input;
    struct text_buffer *out = &report->out;
    char from[DAY_TEXT_LENGTH], to[DAY_TEXT_LENGTH];

    if (input->format == FORMAT_CSV) {
        answer_csv(report, name, shape, rows, count);
        return;
    }
    day_format(report->range.from, from);
    day_format(report->range.to, to);
    text_buffer_printf(out, "{\"from\":\"%.*s\",\"to\":\"%.*s\",\"unit\":", DAY_TEXT_LENGTH, from,
                       DAY_TEXT_LENGTH, to);
    json_text_add(out, input->unit);
    text_buffer_add_text(out, beside);
    text_buffer_add_string(out, ",\"items\":[");
    for (size_t i = 0; i < count; i++) {
        text_buffer_add_string(out, i ? "," : "");
        shape_encode(shape, (const char *)rows + i * shape->size, report->range.zone_minutes, out);
    }
    text_buffer_add_string(out, "]}");
    request_answer(request, 200, text_buffer_text(out));
}
