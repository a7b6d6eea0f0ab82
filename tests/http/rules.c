#include "tests/http/rules.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/http/database.h"
#include "tests/http/program.h"
#include "tests/http/spare.h"
#include "tests/support/calendar_file.h"
#include "tests/support/naive_days.h"

#define ZONE (8 * 60)
#define WAIT_MS INT64_C(60000)
#define PAUSES_MAX 32

struct calendar_source rules_usual(void)
{
    return calendar_file_read(CALENDAR_CN);
}

static bool is_loaded(const struct calendar_source *source, int year)
{
    for (size_t i = 0; i < source->year_count; i++)
        if (source->years[i] == year)
            return true;
    return false;
}

struct calendar_source rules_idle(const struct calendar_source *usual, int days_before,
                                  int days_after)
{
    struct calendar_source source = *usual;
    day_number today = instant_day(instant_now(), ZONE);
    size_t span = (size_t)days_before + (size_t)days_after + 1;
    struct calendar_day *days = calloc(source.day_count + span, sizeof *days);
    int *years = calloc(source.year_count + 2, sizeof *years);
    size_t count = 0;

    for (size_t i = 0; i < source.day_count; i++)
        if (usual->days[i].day < today - days_before || usual->days[i].day > today + days_after)
            days[count++] = usual->days[i];
    memcpy(years, usual->years, usual->year_count * sizeof *years);
    source.years = years;
    for (day_number day = today - days_before; day <= today + days_after; day++) {
        days[count++] = (struct calendar_day){day, false};
        if (!is_loaded(&source, day_to_date(day).year))
            years[source.year_count++] = day_to_date(day).year;
    }
    source.days = days;
    source.day_count = count;
    return source;
}

static json_t *minute(int minute)
{
    return json_sprintf("%02d:%02d", minute / 60, minute % 60);
}

json_t *rules_document(const char *name, const struct calendar_source *source)
{
    static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                           "friday", "saturday", "sunday"};
    json_t *years = json_array(), *works = json_array(), *periods = json_array();
    json_t *off = json_array(), *work = json_array();

    for (size_t i = 0; i < source->year_count; i++)
        json_array_append_new(years, json_integer(source->years[i]));
    for (unsigned i = 0; i < 7; i++)
        if (source->weekdays & 1u << i)
            json_array_append_new(works, json_string(weekdays[i]));
    for (size_t i = 0; i < source->period_count; i++)
        json_array_append_new(periods,
                              json_pack("{s:o,s:o}", "from", minute(source->periods[i].from_minute),
                                        "to", minute(source->periods[i].to_minute)));
    for (size_t i = 0; i < source->day_count; i++) {
        char day[DAY_TEXT_LENGTH];
        day_format(source->days[i].day, day);
        json_array_append_new(source->days[i].works ? work : off, json_stringn(day, sizeof day));
    }
    return json_pack("{s:s,s:o,s:o,s:o,s:o,s:o}", "name", name, "years", years, "weekdays", works,
                     "periods", periods, "off", off, "work", work);
}

/* --- the naive recount ------------------------------------------------------------------------- */

static instant moment(const json_t *row, const char *name)
{
    const json_t *value = json_object_get(row, name);
    return json_is_integer(value) ? (instant)json_integer_value(value) : INSTANT_NONE;
}

/* Every open complaint with what its clocks start from; moments in microseconds since 1970. */
static json_t *open_complaints(void)
{
#define MOMENT(column) "'" #column "', (extract(epoch FROM c." #column ") * 1000000)::bigint"
    const char *text = database_text(
        "SELECT coalesce(json_agg(json_build_object("
        "'start', (extract(epoch FROM s.entered_at) * 1000000)::bigint,"
        "'row_due', (extract(epoch FROM s.due_at) * 1000000)::bigint, " MOMENT(stage_due_at) ", " MOMENT(statutory_due_at) ", " MOMENT(
            due_at) ", 'days',"
                    " CASE c.stage WHEN 'intake' THEN l.intake_days WHEN 'investigation' THEN"
                    " l.investigation_days WHEN 'resolution' THEN l.resolution_days ELSE l.feedback_days END,"
                    " 'pauses', array(SELECT (extract(epoch FROM p) * 1000000)::bigint"
                    " FROM unnest(c.clock_pauses) WITH ORDINALITY AS u(p, n) ORDER BY n))), '[]')"
                    " FROM complaint c JOIN stage s ON s.complaint_id = c.id AND s.completed_at IS NULL"
                    " JOIN policy_level l ON l.version = c.policy_version AND l.level = c.level"
                    " WHERE c.status = 'open'");
#undef MOMENT
    json_t *rows = json_loads(text, 0, NULL);
    ck_assert_ptr_nonnull(rows);
    return rows;
}

static instant naive_due(const struct naive_days *days, const json_t *row)
{
    const json_t *moments = json_object_get(row, "pauses");
    struct pause pauses[PAUSES_MAX];
    size_t count = json_array_size(moments) / 3;

    ck_assert_uint_le(count, PAUSES_MAX);
    for (size_t i = 0; i < count; i++) {
        const json_t *to = json_array_get(moments, 3 * i + 1);
        pauses[i] = (struct pause){
            .from = (instant)json_integer_value(json_array_get(moments, 3 * i)),
            .to = json_is_integer(to) ? (instant)json_integer_value(to) : INSTANT_NONE,
            .told_at = INSTANT_NONE};
    }
    return naive_days_stage(days, moment(row, "start"),
                            (int)json_integer_value(json_object_get(row, "days")), pauses, count);
}

static struct naive_days *naive_of(const struct calendar_source *source)
{
    struct naive_days *days = calloc(1, sizeof *days);
    ck_assert_ptr_nonnull(days);
    naive_days_fill(days, source, instant_day(instant_now(), ZONE) - NAIVE_DAYS + 200);
    return days;
}

static instant earlier(instant a, instant b)
{
    return a == INSTANT_NONE || (b != INSTANT_NONE && b < a) ? b : a;
}

static void recount(const json_t *row, instant stage, instant now,
                    struct recalculation_figures *figures)
{
    instant before = moment(row, "due_at"), after = earlier(stage, moment(row, "statutory_due_at"));
    bool was = before != INSTANT_NONE && before < now, is = after != INSTANT_NONE && after < now;

    figures->considered++;
    figures->stage_moved += stage != moment(row, "stage_due_at");
    figures->changed += stage != moment(row, "stage_due_at");
    figures->become_overdue += is && !was;
    figures->no_longer_overdue += was && !is;
    if (before == after)
        return;
    figures->moved++;
    if (before != INSTANT_NONE && after != INSTANT_NONE)
        *(after < before ? &figures->earlier : &figures->later) += 1;
    figures->first_due_at = earlier(figures->first_due_at, after);
    if (after > figures->last_due_at)
        figures->last_due_at = after;
}

struct recalculation_figures rules_recount(const struct calendar_source *source)
{
    struct recalculation_figures figures = {.first_due_at = INSTANT_NONE,
                                            .last_due_at = INSTANT_NONE};
    struct naive_days *days = naive_of(source);
    json_t *rows = open_complaints();
    instant now = instant_now();

    for (size_t i = 0; i < json_array_size(rows); i++)
        recount(json_array_get(rows, i), naive_due(days, json_array_get(rows, i)), now, &figures);
    json_decref(rows);
    free(days);
    return figures;
}

long rules_wrong(const struct calendar_source *source)
{
    struct naive_days *days = naive_of(source);
    json_t *rows = open_complaints();
    long wrong = 0;

    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        instant stage = naive_due(days, row);
        wrong += stage != moment(row, "stage_due_at") || stage != moment(row, "row_due") ||
                 earlier(stage, moment(row, "statutory_due_at")) != moment(row, "due_at");
    }
    json_decref(rows);
    free(days);
    return wrong;
}

static void expect_moment(const struct reply *reply, const char *where, const char *name,
                          instant expected)
{
    instant at = INSTANT_NONE;
    const char *place = client_text("%s%s", where, name);

    if (!reply_is_null(reply, place)) {
        const char *text = reply_text(reply, place);
        ck_assert(instant_parse((struct text){text, strlen(text)}, &at));
    }
    ck_assert_msg(at == expected, "%s: %lld, not %lld", name, (long long)at, (long long)expected);
}

void rules_expect(const struct reply *reply, const char *where,
                  const struct recalculation_figures *figures)
{
#define EXPECT_FIGURE(name)                                                              \
    ck_assert_msg(reply_integer(reply, client_text("%s" #name, where)) == figures->name, \
                  #name ": not %lld: %s", (long long)figures->name, reply->body)
    EXPECT_FIGURE(considered);
    EXPECT_FIGURE(changed);
    EXPECT_FIGURE(policy_changed);
    EXPECT_FIGURE(stage_moved);
    EXPECT_FIGURE(statutory_moved);
    EXPECT_FIGURE(moved);
    EXPECT_FIGURE(earlier);
    EXPECT_FIGURE(later);
    EXPECT_FIGURE(become_overdue);
    EXPECT_FIGURE(no_longer_overdue);
#undef EXPECT_FIGURE
    expect_moment(reply, where, "first_due_at", figures->first_due_at);
    expect_moment(reply, where, "last_due_at", figures->last_due_at);
}

/* --- putting in force -------------------------------------------------------------------------- */

void rules_await(void)
{
    int64_t give_up = now_ms() + WAIT_MS * program_patience();

    while (database_number("SELECT count(*) FROM recalculation WHERE finished_at IS NULL")) {
        ck_assert_msg(now_ms() < give_up, "the recalculation came to no end");
        usleep(20000);
    }
}

void rules_apply(const char *name, const struct calendar_source *source)
{
    const struct reply *reply =
        client_post("admin", 0, rules_document(name, source), "/v1/calendars");
    ck_assert_msg(reply->status == 201 || reply->status == 200, "%s", reply->body);
    rules_await();
}
