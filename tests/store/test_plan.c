/* The plans of every statement there is, over large tables: none reads such a table as a whole, but
 * those that must. */
#include <check.h>
#include <string.h>

#include "lib/store/complaint_store.h"
#include "lib/store/list_store.h"
#include "lib/store/statements.h"
#include "tests/store/many.h"
#include "tests/store/plan.h"
#include "tests/store/sql.h"

Suite *plan_suite(void);

static struct arena *statements, *arena;
static struct plan *plan;

static void fill(void)
{
    statements = arena_new(32768);
    complaint_store_start(statements);
    sql_empty();
    many_fill(many_wanted());
}

static void let_go(void)
{
    sql_empty();
    arena_free(statements);
}

static void set_up(void)
{
    plan = plan_new();
    arena = arena_new(65536);
}

static void tear_down(void)
{
    arena_free(arena);
    plan_free(plan);
}

/* --- named statements --------------------------------------------------------------------------- */

/* What may read a table as a whole, and why. */
static const struct {
    const char *statement, *table;
} allowed[] = {
    {"board_count", "complaint"},        /* counts all that is open */
    {"board_totals", "complaint"},       /* likewise, for the metrics */
    {"erasure_count", "complaint"},      /* counts what could be erased */
    {"figure_count", "complaint"},       /* once a day, all that is open */
    {"ageing_count", "complaint"},       /* counts all that is open, as the board */
    {"journal_orphans", "journal_2026"}, /* the verifier looks at every entry there is */
    {"journal_orphans", "complaint"},
    {"log_strays", "journal_2026"},
    {"log_strays", "log"},
    {"log_strays", "audit"},
    {"key_uses", "attachment_chunk"},
    {"key_uses", "journal_private"},    /* complaintctl counts all, before a key is thrown away */
    {"journal_wholes", "journal_2026"}, /* the verifier's too, which plans with the limit it has */
};

static bool is_allowed(const char *statement, const char *table)
{
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
        if (strcmp(allowed[i].statement, statement) == 0 && strcmp(allowed[i].table, table) == 0)
            return true;
    }
    return false;
}

START_TEST(no_statement_reads_a_large_table_as_a_whole)
{
    const struct pg_statement *statement;
    size_t count = 0;
    for (; (statement = store_statement(count)); count++) {
        if (strncmp(statement->sql, "BEGIN", 5) == 0 || strncmp(statement->sql, "SET", 3) == 0)
            continue; /* has no plan */
        const char *lines = plan_explain(plan, statement), *at = lines, *table;
        while ((table = plan_scanned(&at)))
            ck_assert_msg(is_allowed(statement->name, table), "%s reads all of %s:\n%.1500s",
                          statement->name, table, lines);
    }
    ck_assert_uint_gt(count, 40);
}
END_TEST

START_TEST(every_statement_has_a_name_of_its_own)
{
    const struct pg_statement *one, *other;
    for (size_t i = 0; (one = store_statement(i)); i++) {
        for (size_t j = 0; j < i && (other = store_statement(j)); j++)
            ck_assert_msg(!*one->name || strcmp(one->name, other->name) != 0, "%s", one->name);
    }
}
END_TEST

/* The test can fail: without their index, statements are found to read the table. */
static const struct {
    const char *drop;
    const struct pg_statement *statement;
    const char *table;
} indexes[] = {
    {"ALTER TABLE complaint DROP CONSTRAINT complaint_number_key", &complaint_find, "complaint"},
    {"ALTER TABLE stage DROP CONSTRAINT stage_pkey; DROP INDEX stage_open", &stage_get, "stage"},
    {"ALTER TABLE idempotency DROP CONSTRAINT idempotency_pkey", &idempotency_find, "idempotency"},
    {"ALTER TABLE journal DROP CONSTRAINT journal_pkey", &journal_find, "journal_2026"},
};

START_TEST(a_lost_index_is_noticed)
{
    const char *lines = plan_explain(plan, indexes[_i].statement);
    ck_assert_ptr_null(plan_scanned(&lines));
    plan_run(plan, "BEGIN");
    plan_run(plan, indexes[_i].drop);
    lines = plan_explain(plan, indexes[_i].statement);
    const char *table = plan_scanned(&lines);
    ck_assert_ptr_nonnull(table);
    ck_assert_str_eq(table, indexes[_i].table);
    plan_run(plan, "ROLLBACK");
}
END_TEST

/* --- lists -------------------------------------------------------------------------------------- */

static void expect_list_plan(struct list_variant variant)
{
    arena_reset(arena);
    const struct pg_statement *statement = list_statement(variant, arena);
    const char *lines = plan_explain(plan, statement), *at = lines;
    const char *table = plan_scanned(&at);
    ck_assert_msg(!table, "filters %#x, order %d read all of %s:\n%.1500s", variant.filters,
                  (int)variant.order, table, lines);
}

/* Every filter, in every order, for all and for who sees little, first page and next; each pair of
 * filters too where there are so many rows that no reading of them all can be right. */
START_TEST(no_list_reads_a_large_table_as_a_whole)
{
    unsigned first = 1u << _i;
    int end = many_wanted() < 1000000 ? _i + 1 : LIST_FILTER_COUNT;
    for (int other = _i; other < end; other++) {
        for (int order = 0; order < ORDER_COUNT; order++) {
            for (unsigned more = 0; more <= (LIST_SCOPE | LIST_CURSOR); more++) {
                struct list_variant variant = {.filters = first | 1u << other | more,
                                               .order = (enum order)order,
                                               .by_unit = more & 1,
                                               .wide = order == ORDER_OLDEST};
                /* Of the past, whatever has changed since is a candidate: nearly all there is. */
                if (variant.filters & (LIST_AS_OF | LIST_OPEN_THEN))
                    continue;
                expect_list_plan(variant);
            }
        }
    }
}
END_TEST

/* Counting reads whatever there is to count: nothing is asked of its plan but that it exists. */
START_TEST(every_count_has_a_plan)
{
    arena_reset(arena);
    struct list_variant variant = {.filters = 1u << _i};
    ck_assert_ptr_nonnull(strstr(plan_explain(plan, list_count_statement(variant, arena)), "cost"));
}
END_TEST

Suite *plan_suite(void)
{
    Suite *suite = suite_create("plan");
    TCase *tcase = tcase_create("plan");
    tcase_add_unchecked_fixture(tcase, fill, let_go);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, no_statement_reads_a_large_table_as_a_whole);
    tcase_add_test(tcase, every_statement_has_a_name_of_its_own);
    tcase_add_loop_test(tcase, a_lost_index_is_noticed, 0, sizeof indexes / sizeof *indexes);
    tcase_add_loop_test(tcase, no_list_reads_a_large_table_as_a_whole, 0, LIST_FILTER_COUNT);
    tcase_add_loop_test(tcase, every_count_has_a_plan, 0, LIST_FILTER_COUNT);
    suite_add_tcase(suite, tcase);
    return suite;
}
