/* A page of a list costs the same however many complaints there are: the very statements are run
 * over few and over many, in two databases by turns, as a machine's speed changes within minutes, and the
 * pages they touch compared. COMPLAINTD_TEST_ROWS says how many; the figures, with the times, are
 * written to standard output. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/store/complaint_store.h"
#include "lib/store/list_store.h"
#include "tests/store/many.h"
#include "tests/store/plan.h"
#include "tests/store/sql.h"

Suite *list_growth_suite(void);

#define GROWTH_MAX 1.2
#define DEEPER 10 /* pages: indexes of many have a level more, of five terms in two stretches */
#define PAGES_MAX 1500
#define FEW 10000 /* or half of all, where that is less */
#define RUNS 40
#define BEGINNING (INT64_C(1704067200) * INSTANT_SECOND) /* of 2024, as of the complaints */

#define TEXT_LIST(name, more, way, ...)                               \
    {                                                                 \
        "text " name, (way) | (more), ORDER_NEWEST, 0, 0, __VA_ARGS__ \
    }
#define RECENT (LIST_TEXT | LIST_RECENT_TEXT)
#define FREQUENT "'转账' & '账失' & '失败'", "('转账' <-> '账失' <-> '失败')"
#define MIDDLE "'年费' & '费争' & '争议'", "('年费' <-> '费争' <-> '争议')"

/* Units and people by their numbers in many.h. What a unit or a person has may not fill a page among
 * few: then it is not compared, but bounded all the same. */
static const struct {
    const char *name;
    unsigned filters;
    enum order order;
    unsigned unit, staff;
    const char *terms, *exact; /* of a text */
} lists[] = {
    {"newest", 0, ORDER_NEWEST, 0, 0, NULL, NULL},
    {"newest, next page", LIST_CURSOR, ORDER_NEWEST, 0, 0, NULL, NULL},
    {"overdue", LIST_OVERDUE, ORDER_DUE, 0, 0, NULL, NULL},
    {"overdue, next page", LIST_OVERDUE | LIST_CURSOR, ORDER_DUE, 0, 0, NULL, NULL},
    {"overdue, a unit's", LIST_OVERDUE | LIST_UNIT, ORDER_DUE, 5, 0, NULL, NULL},
    {"of a number", LIST_NUMBER, ORDER_NEWEST, 0, 0, NULL, NULL},
    {"of an external number", LIST_EXTERNAL, ORDER_NEWEST, 0, 0, NULL, NULL},
    {"newest, for a unit", LIST_SCOPE, ORDER_NEWEST, 5, MANY_STAFF + 21, NULL, NULL},
    {"newest, for a unit, next page", LIST_SCOPE | LIST_CURSOR, ORDER_NEWEST, 5, MANY_STAFF + 21,
     NULL, NULL},
    {"oldest, for a unit", LIST_SCOPE, ORDER_OLDEST, 5, MANY_STAFF + 21, NULL, NULL},
    {"an owner's", LIST_OWNER, ORDER_NEWEST, 0, MANY_STAFF + 21, NULL, NULL},
    {"an owner's by due time", LIST_OWNER, ORDER_DUE, 0, MANY_STAFF + 21, NULL, NULL},
    {"awaiting approval", LIST_AWAITING, ORDER_NEWEST, 0, 0, NULL, NULL},
    {"awaiting approval, next page", LIST_AWAITING | LIST_CURSOR, ORDER_NEWEST, 0, 0, NULL, NULL},
    {"offered to somebody", LIST_PENDING, ORDER_NEWEST, 0, MANY_STAFF + 24, NULL, NULL},
    TEXT_LIST("in one of 4", 0, LIST_FREQUENT_TEXT, FREQUENT),
    TEXT_LIST("in one of 4, from the index", 0, RECENT, FREQUENT),
    TEXT_LIST("in one of 4, an English word", 0, LIST_FREQUENT_TEXT, "'refund'", NULL),
    TEXT_LIST("in one of 16", 0, RECENT, "'branch'", NULL),
    TEXT_LIST("in one of 100", 0, RECENT, MIDDLE),
    TEXT_LIST("in one of 100, next page", LIST_CURSOR, RECENT, MIDDLE),
    TEXT_LIST("in one of 100, an English word", 0, RECENT, "'overdraft'", NULL),
    TEXT_LIST("in one of 150", 0, RECENT, "'征信'", NULL),
    TEXT_LIST("in one of 150, an English word", 0, RECENT, "'mortgage'", NULL),
    TEXT_LIST("in one of 64, two words", 0, RECENT, "'转账' & 'branch'", NULL),
    TEXT_LIST("in 50", 0, LIST_TEXT, "'吞卡'", NULL),
    TEXT_LIST("in 50, an English word", 0, LIST_TEXT, "'swallowed'", NULL),
    TEXT_LIST("in none", 0, LIST_TEXT, "'账户' & '吞卡'", NULL),
};
#define COUNT (sizeof lists / sizeof *lists)

static struct arena *statements, *arena;

/* One of the two databases. */
struct side {
    bool second;
    long rows;
    struct plan *plan;
};
enum { FEWER, MORE, SIDES };
static struct side sides[SIDES] = {[FEWER] = {.second = true}};

static void set_up(void)
{
    statements = arena_new(32768);
    complaint_store_start(statements);
    arena = arena_new(65536);
    for (size_t i = 0; i < SIDES; i++) {
        sql_use_second(sides[i].second);
        sides[i].plan = plan_new();
        sql_empty();
    }
}

static void tear_down(void)
{
    for (size_t i = 0; i < SIDES; i++) {
        sql_use_second(sides[i].second);
        sql_empty();
        plan_free(sides[i].plan);
    }
    sql_use_second(false);
    arena_free(arena);
    arena_free(statements);
}

static void fill(struct side *side, long rows)
{
    side->rows = rows;
    sql_use_second(side->second);
    many_fill(rows);
}

/* From the middle, where pages are as full as anywhere; texts from whole stretches before the end, so
 * that as many complaints are looked at among many as among few (lib/store/search_period.h). */
static struct list_query query_of(size_t which, long rows)
{
    static struct uuid unit, units[MANY_UNITS + 1];
    unit = sql_id(lists[which].unit);
    for (unsigned i = 0; i <= MANY_UNITS; i++)
        units[i] = sql_id(i + 1);
    instant middle = BEGINNING + rows / 2 * INSTANT_MINUTE;
    instant end = BEGINNING + rows * INSTANT_MINUTE;
    instant late = end - (rows - FEW) * INSTANT_MINUTE % (16 * INSTANT_DAY);
    return (struct list_query){.filters = lists[which].filters,
                               .order = lists[which].order,
                               .limit = LIST_LIMIT_DEFAULT,
                               .caller_login = TEXT("somebody"),
                               .caller_id = sql_id(lists[which].staff),
                               .scope = &unit,
                               .scope_count = 1,
                               .superior = units,
                               .superior_count = MANY_UNITS + 1,
                               .asking = &unit,
                               .asking_count = 1,
                               .units = &unit,
                               .unit_count = 1,
                               .owner_id = sql_id(lists[which].staff),
                               .pending_owner_id = sql_id(lists[which].staff),
                               .cursor_at = middle,
                               .cursor_id = sql_id(1),
                               .now = lists[which].terms ? late : end + 20 * INSTANT_DAY,
                               .terms = text_of(lists[which].terms),
                               .terms_exact = text_of(lists[which].exact),
                               .number = TEXT("N777"),
                               .external_case_number = TEXT("E777")};
}

static void measure_once(size_t which, const struct side *side, struct plan_cost *least)
{
    struct list_query query = query_of(which, side->rows);
    const struct list_query *queries[] = {&query};
    arena_reset(arena);
    struct pg_binds binds = pg_binds_new(arena);
    list_bind(&binds, queries, 1);
    struct plan_cost cost =
        plan_measure(side->plan, list_statement(list_variant_of(&query), arena), &binds);
    if (cost.ms < least->ms)
        least->ms = cost.ms;
    if (cost.buffers < least->buffers)
        least->buffers = cost.buffers;
}

/* The least of several runs: what others do meanwhile only adds. */
static void measure(size_t which, struct plan_cost costs[SIDES])
{
    for (size_t i = 0; i < SIDES; i++)
        costs[i] = (struct plan_cost){INT64_MAX, HUGE_VAL};
    for (int run = 0; run < RUNS; run++) {
        for (size_t i = 0; i < SIDES; i++)
            measure_once(which, &sides[i], &costs[i]);
    }
}

START_TEST(a_page_costs_the_same_among_few_and_many)
{
    long many = many_wanted(), few = many / 2 < FEW ? many / 2 : FEW;
    bool good = true;

    fill(&sides[FEWER], few);
    fill(&sides[MORE], many);
    printf("%-34s %9ld rows %18ld rows   ratio\n", "list", few, many);
    for (size_t i = 0; i < COUNT; i++) {
        struct plan_cost costs[SIDES], before, after;
        measure(i, costs);
        before = costs[FEWER];
        after = costs[MORE];
        printf("%-34s %5lld pages %6.3f ms %5lld pages %6.3f ms  %5.2f %5.2f\n", lists[i].name,
               (long long)before.buffers, before.ms, (long long)after.buffers, after.ms,
               (double)after.buffers / (double)before.buffers, after.ms / before.ms);
        bool compared = !lists[i].unit && !lists[i].staff;
        good = good && after.buffers <= PAGES_MAX &&
               (!compared || (double)after.buffers <= GROWTH_MAX * (double)before.buffers + DEEPER);
    }
    (void)fflush(stdout);
    ck_assert_msg(good, "a list touches more than %.1f times as many pages, or more than %d",
                  GROWTH_MAX, PAGES_MAX);
}
END_TEST

Suite *list_growth_suite(void)
{
    Suite *suite = suite_create("list_growth");
    TCase *tcase = tcase_create("list_growth");
    tcase_set_timeout(tcase, 1800);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_page_costs_the_same_among_few_and_many);
    suite_add_tcase(suite, tcase);
    return suite;
}
