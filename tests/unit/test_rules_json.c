#include "lib/json/rules_json.h"

#include <string.h>

#include "tests/runner.h"

Suite *rules_json_suite(void);

static struct arena *arena;
static struct violations violations;

static void set_up(void)
{
    arena = arena_new(16384);
    violations = (struct violations){.arena = arena};
}

static void tear_down(void)
{
    arena_free(arena);
}

/* JSON in which ' stands for ". */
static struct text json(const char *text)
{
    struct text copy = text_copy(arena, text_of(text));

    for (size_t i = 0; i < copy.length; i++)
        if (copy.at[i] == '\'')
            ((char *)(uintptr_t)copy.at)[i] = '"';
    return copy;
}

static void expect(const char *pointer, const char *code)
{
    for (size_t i = 0; i < violations.count; i++)
        if (text_equal(violations.list[i].pointer, text_of(pointer)) &&
            strcmp(violations.list[i].code, code) == 0)
            return;
    ck_abort_msg("no %s at %s", code, pointer);
}

static struct calendar_source read_calendar(const char *text, const char *prefix)
{
    struct calendar_document document;
    struct calendar_source source;

    violations.count = 0;
    ck_assert_int_eq(
        shape_decode(&calendar_document_shape, json(text), arena, &violations, &document),
        FAULT_NONE);
    calendar_document_read(&document, prefix, 480, &violations, &source);
    return source;
}

static struct text written(const struct shape *shape, const void *document)
{
    struct text_buffer out = text_buffer_new(arena, 256);

    shape_encode(shape, document, 0, &out);
    return text_buffer_text(&out);
}

START_TEST(a_calendar_is_read_and_written)
{
    static const char text[] =
        "{'name':'t','years':[2027,2026],'weekdays':['monday','sunday'],'periods':[{'from':'09:00',"
        "'to':'12:00'},{'from':'13:30','to':'24:00'}],'off':['2027-01-01','2026-10-01'],"
        "'work':['2026-02-14']}";
    struct calendar_source source = read_calendar(text, "");
    struct calendar_document document;

    ck_assert_uint_eq(violations.count, 0);
    ck_assert_int_eq(source.zone_minutes, 480);
    ck_assert_uint_eq(source.weekdays, 1u << WEEKDAY_MONDAY | 1u << WEEKDAY_SUNDAY);
    ck_assert_uint_eq(source.year_count, 2);
    ck_assert_int_eq(source.years[0], 2026);
    ck_assert_uint_eq(source.period_count, 2);
    ck_assert_int_eq(source.periods[1].from_minute, 810);
    ck_assert_int_eq(source.periods[1].to_minute, 1440);
    ck_assert_uint_eq(source.day_count, 3);
    ck_assert(source.days[0].works && !source.days[1].works && !source.days[2].works);
    ck_assert_int_lt(source.days[1].day, source.days[2].day);
    struct calendar *calendar = calendar_new(&source);
    ck_assert_ptr_nonnull(calendar);
    calendar_free(calendar);

    calendar_document_write(TEXT("t"), &source, arena, &document);
    ck_assert(text_equal(
        written(&calendar_document_shape, &document),
        json("{'name':'t','years':[2026,2027],'weekdays':['monday','sunday'],'periods':[{'from':"
             "'09:00','to':'12:00'},{'from':'13:30','to':'24:00'}],'off':['2026-10-01',"
             "'2027-01-01'],'work':['2026-02-14']}")));
}
END_TEST

START_TEST(all_that_is_wrong_with_a_calendar_is_told)
{
    (void)read_calendar("{'name':'t','years':[2026,'x',1999,2026],'weekdays':[],'periods':[{'from':"
                        "'9:00','to':'25:00'},{'from':'08:00','to':'09:60'},{'from':'10:00','to':"
                        "'11:00'},{'from':'10:30','to':'12:00'},{'from':'14:00','to':'14:00'}],"
                        "'off':['2026-02-29',1,'2031-01-01','2026-10-01'],'work':['2026-10-01']}",
                        "/calendar");
    expect("/years/1", "wrong_type");
    expect("/years/2", "out_of_range");
    expect("/off/1", "wrong_type");
    expect("/calendar/years/3", "duplicate");
    expect("/calendar/weekdays", "required");
    expect("/calendar/periods/0/from", "not_a_time_of_day");
    expect("/calendar/periods/0/to", "not_a_time_of_day");
    expect("/calendar/periods/1/to", "not_a_time_of_day");
    expect("/calendar/periods/3", "not_in_order");
    expect("/calendar/periods/4", "ends_before_it_begins");
    expect("/calendar/off/0", "not_a_day");
    expect("/calendar/off/2", "outside_years");
    expect("/calendar/work/0", "duplicate");
    ck_assert_uint_eq(violations.count, 13);
}
END_TEST

#define LIMITS                                                                       \
    "{'intake_days':1,'investigation_days':5,'resolution_days':3,'feedback_days':2," \
    "'statutory_days':15,'due_soon_minutes':450}"
#define POLICY(day) POLICY_OF(day, "")
#define POLICY_OF(day, more)                                                            \
    "{'effective_from':'" day "','levels':{'ordinary':" LIMITS ",'complex':" LIMITS     \
    ",'major':" LIMITS "},'failed_attempts_to_close':2,'redress_approval_fen':1000000," \
    "'major_from_people':20,'extension_max_days':30,'extended_max_days':60,"            \
    "'review_apply_days':29,'review_days':31,'reopen_days':14" more "}"

START_TEST(a_policy_is_read_and_written)
{
    struct policy_document document, again;

    ck_assert_int_eq(shape_decode(&policy_document_shape, json(POLICY("2027-01-01")), arena,
                                  &violations, &document),
                     FAULT_NONE);
    policy_document_read(&document, "", &violations);
    ck_assert_uint_eq(violations.count, 0);
    ck_assert_int_eq(document.policy.effective_from, day_from_date((struct date){2027, 1, 1}));
    ck_assert_int_eq(document.policy.limits[LEVEL_MAJOR].stage_days[STAGE_FEEDBACK], 2);
    ck_assert_int_eq(document.policy.limits[LEVEL_ORDINARY].due_soon_minutes, 450);
    ck_assert_int_eq(document.policy.redress_approval_fen, 1000000);
    ck_assert_int_eq(document.policy.review_days, 31);
    policy_document_write(&document.policy, arena, &again);
    ck_assert_int_eq(document.policy.retention_years, 3); /* the least there may be */
    ck_assert(text_equal(written(&policy_document_shape, &again),
                         json(POLICY_OF("2027-01-01", ",'retention_years':3"))));

    ck_assert_int_eq(shape_decode(&policy_document_shape, json(POLICY("2027-13-01")), arena,
                                  &violations, &document),
                     FAULT_NONE);
    policy_document_read(&document, "/policy", &violations);
    expect("/policy/effective_from", "not_a_day");
}
END_TEST

Suite *rules_json_suite(void)
{
    Suite *suite = suite_create("rules_json");
    TCase *tests = tcase_create("rules_json");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_calendar_is_read_and_written);
    tcase_add_test(tests, all_that_is_wrong_with_a_calendar_is_told);
    tcase_add_test(tests, a_policy_is_read_and_written);
    suite_add_tcase(suite, tests);
    return suite;
}
