/* Lists that are read by several ways at once show the very rows, in the very order, of the plain
 * condition: random complaints, units, people and orders, page by page. LIST_SEED repeats a run. */
#include <check.h>
#include <string.h>

#include "lib/store/institution_store.h"
#include "lib/store/list_store.h"
#include "tests/store/sql.h"
#include "tests/support/random.h"

Suite *list_source_suite(void);

#define ROWS 3000
#define UNITS 12
#define STAFF 0x100 /* sql_id(STAFF + 0) to + PEOPLE - 1 */
#define PEOPLE 20
#define JANUARY (INT64_C(1767225600) * INSTANT_SECOND) /* 2026-01-01T00:00:00Z */
#define BUSY (STAFF + PEOPLE)                          /* handled nearly everything */

static struct pg *pg;
static struct arena *arena;
static struct institution *institution;
static struct random rnd;

/* Times are few, so that many are equal and ids decide. */
static void make_complaints(void)
{
    static const uint8_t head[32];
    sql_empty();
    rnd = random_from("LIST_SEED");
    sql_add_complaint(1, "N1", STAFF, true, 1, head);
    sql_run(
        "CREATE FUNCTION pg_temp.any_id(base integer, n integer) RETURNS uuid LANGUAGE sql VOLATILE"
        " AS $$SELECT ('01000000-0000-0000-0000-' ||"
        " lpad(to_hex(base + floor(random() * n)::integer), 12, '0'))::uuid$$;"
        "SELECT setseed(%f);"
        "INSERT INTO complaint SELECT (jsonb_populate_record(c, jsonb_build_object('id',"
        " overlay(c.id::text PLACING lpad(to_hex(n), 4, '0') FROM 33), 'number', 'N' || n,"
        " 'tracking_code', 'N' || n))).* FROM complaint c, generate_series(2, %d) n;"
        "UPDATE complaint SET unit_id = pg_temp.any_id(1, %d), owner_id = pg_temp.any_id(%d, %d),"
        " handlers = CASE WHEN random() < 0.9 THEN ARRAY[pg_temp.any_id(%d, 1)] ELSE '{}' END,"
        " pending_owner_id = CASE WHEN random() < 0.1 THEN pg_temp.any_id(%d, %d) END,"
        " staff_complained_of = CASE WHEN random() < 0.1 THEN 'somebody' END,"
        " received_at = timestamptz '2026-01-01Z' + floor(random() * 300) * interval '1 hour',"
        " due_at = CASE WHEN random() < 0.9 THEN"
        "  timestamptz '2026-02-01Z' + floor(random() * 300) * interval '1 hour' END;"
        "UPDATE complaint SET owner_unit_id = CASE WHEN random() < 0.8 THEN unit_id"
        " ELSE pg_temp.any_id(1, %d) END, status = CASE WHEN substr(number, 2)::integer %% 5 > 2 THEN 'withdrawn'"
        " ELSE 'open' END, closed_at = CASE WHEN substr(number, 2)::integer %% 5 > 2 THEN received_at END,"
        " handlers = handlers || owner_id || CASE WHEN random() < 0.5 THEN"
        " ARRAY[pg_temp.any_id(%d, %d)] ELSE '{}' END;"
        "INSERT INTO handler (staff_id, open, received_at, complaint_id)"
        " SELECT DISTINCT h.staff_id, c.status = 'open', c.received_at, c.id"
        " FROM complaint c CROSS JOIN LATERAL unnest(c.handlers) AS h(staff_id);",
        (double)random_below(&rnd, 1000) / 1000, ROWS, UNITS, STAFF, PEOPLE, BUSY, STAFF, PEOPLE,
        UNITS, STAFF, PEOPLE);
}

static void set_up(void)
{
    enum fault fault = FAULT_NONE;
    pg = sql_connect_app();
    arena = arena_new(65536);
    institution = institution_load(pg, 480, SQL_DEADLINE, &fault, NULL);
    ck_assert_ptr_nonnull(institution);
}

static void tear_down(void)
{
    institution_free(institution);
    pg_free(pg);
    arena_free(arena);
}

/* --- what is expected --------------------------------------------------------------------------- */

static void add_id(struct text_buffer *out, struct uuid id)
{
    text_buffer_add_char(out, '\'');
    uuid_format(id, text_buffer_reserve(out, UUID_TEXT_LENGTH));
    out->length += UUID_TEXT_LENGTH;
    text_buffer_add_char(out, '\'');
}

static void add_of_units(struct text_buffer *out, const struct uuid ids[], size_t count)
{
    static const char *const columns[] = {"(unit_id IN (", ") OR owner_unit_id IN ("};
    for (int i = 0; i < 2; i++) {
        text_buffer_add_string(out, columns[i]);
        for (size_t j = 0; j < count; j++) {
            add_id(out, ids[j]);
            text_buffer_add_char(out, ',');
        }
        text_buffer_add_string(out, "NULL");
    }
    text_buffer_add_string(out, "))");
}

/* The plain condition, written for one query. */
static const char *condition_of(const struct list_query *query)
{
    struct text_buffer out = text_buffer_new(arena, 2048);
    text_buffer_add_string(&out, "staff_complained_of IS DISTINCT FROM 'somebody'");
    if (query->order == ORDER_DUE)
        text_buffer_add_string(&out, " AND status = 'open' AND due_at IS NOT NULL");
    if (query->filters & LIST_SCOPE) {
        text_buffer_add_string(&out, " AND (");
        add_of_units(&out, query->scope, query->scope_count);
        text_buffer_add_string(&out, " OR pending_owner_id = ");
        add_id(&out, query->caller_id);
        text_buffer_add_string(&out, " OR ");
        add_id(&out, query->caller_id);
        text_buffer_add_string(&out, " = ANY(handlers))");
    }
    if (query->filters & LIST_UNIT) {
        text_buffer_add_string(&out, " AND ");
        add_of_units(&out, query->units, query->unit_count);
    }
    if (query->filters & LIST_OWNER_UNIT) {
        text_buffer_add_string(&out, " AND owner_unit_id = ");
        add_id(&out, query->units[0]);
    }
    if (query->filters & LIST_OWNER) {
        text_buffer_add_string(&out, " AND owner_id = ");
        add_id(&out, query->owner_id);
    }
    if (query->filters & LIST_PENDING) {
        text_buffer_add_string(&out, " AND pending_owner_id = ");
        add_id(&out, query->pending_owner_id);
    }
    if (query->filters & LIST_STATUS)
        text_buffer_printf(&out, " AND status = '%s'",
                           query->status == STATUS_OPEN ? "open" : "withdrawn");
    if (query->filters & LIST_CLOSED_FROM)
        text_buffer_add_string(&out,
                               " AND closed_at >= '2026-01-05Z' AND closed_at < '2026-01-09Z'");
    if (query->filters & LIST_OVERDUE)
        text_buffer_add_string(&out, " AND status = 'open' AND due_at < '2026-02-06Z'");
    text_buffer_add_char(&out, '\0');
    return out.at;
}

static char *expected_of(const struct list_query *query)
{
    static const char *const orders[ORDER_COUNT] = {[ORDER_NEWEST] = "received_at DESC, id DESC",
                                                    [ORDER_OLDEST] = "received_at, id",
                                                    [ORDER_DUE] = "due_at, id"};
    return sql_value("SELECT string_agg(number, ' ' ORDER BY %s) FROM complaint WHERE %s",
                     orders[query->order], condition_of(query));
}

/* --- what is found ------------------------------------------------------------------------------ */

/* Reads a page behind the cursor and moves it; false at the end. */
static bool read_page(struct list_query *query, struct text_buffer *found)
{
    const struct list_query *queries[] = {query};
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows;

    list_bind(&binds, queries, 1);
    const struct pg_statement *statement = list_statement(list_variant_of(query), arena);
    ck_assert_msg(pg_run(pg, statement, &binds, SQL_DEADLINE, &rows) == PG_DONE, "%s: %s",
                  statement->sql, pg_error(pg).message);
    size_t page = (size_t)query->limit;
    bool more = rows.count > page;
    for (size_t row = 0; row < rows.count && row < page; row++) {
        struct complaint complaint;
        (void)list_read(&rows, row, institution, arena, &complaint);
        if (found->length)
            text_buffer_add_char(found, ' ');
        text_buffer_add_text(found, complaint.number);
        query->cursor_at = query->order == ORDER_DUE ? complaint.due_at : complaint.received_at;
        query->cursor_id = complaint.id;
    }
    query->filters |= LIST_CURSOR;
    pg_rows_free(&rows);
    return more;
}

static void expect_as_plain(struct list_query query)
{
    char *expected = expected_of(&query);
    struct text_buffer found = text_buffer_new(arena, 16384);
    unsigned filters = query.filters;

    while (read_page(&query, &found))
        continue;
    text_buffer_add_char(&found, '\0');
    ck_assert_msg(strcmp(found.at, expected) == 0,
                  "LIST_SEED=%" PRIu64 ", filters %#x, order %d:\nfound    %s\nexpected %s",
                  rnd.seed, filters, query.order, found.at, expected);
    free(expected);
}

static const unsigned combinations[] = {
    LIST_SCOPE,
    LIST_SCOPE | LIST_STATUS,
    LIST_SCOPE | LIST_OVERDUE,
    LIST_SCOPE | LIST_UNIT,
    LIST_SCOPE | LIST_OWNER,
    LIST_SCOPE | LIST_OWNER | LIST_STATUS,
    LIST_SCOPE | LIST_PENDING,
    LIST_UNIT,
    LIST_UNIT | LIST_STATUS,
    LIST_UNIT | LIST_OVERDUE,
    LIST_OWNER_UNIT,
    LIST_OWNER,
    LIST_OWNER | LIST_STATUS,
    LIST_OWNER | LIST_OVERDUE,
    LIST_OWNER | LIST_UNIT,
    LIST_PENDING,
    LIST_PENDING | LIST_STATUS,
    LIST_CLOSED_FROM | LIST_CLOSED_TO,
    LIST_CLOSED_FROM | LIST_CLOSED_TO | LIST_SCOPE,
    LIST_CLOSED_FROM | LIST_CLOSED_TO | LIST_OWNER,
};
#define COMBINATIONS (sizeof combinations / sizeof *combinations)

static size_t some_units(struct uuid out[static UNITS])
{
    size_t count = 0;
    int share = random_below(&rnd, 7);
    for (unsigned unit = 1; unit <= UNITS; unit++) {
        if (random_below(&rnd, 6) < share)
            out[count++] = sql_id(unit);
    }
    return count;
}

static struct uuid somebody(void)
{
    return sql_id(STAFF + (unsigned)random_below(&rnd, PEOPLE + 1)); /* BUSY among them */
}

START_TEST(pages_are_those_of_the_plain_condition)
{
    struct uuid scope[UNITS], units[UNITS];
    for (int i = 0; i < (int)COMBINATIONS; i++) {
        struct list_query query = {.filters = combinations[i],
                                   .order = (enum order)_i,
                                   .limit = random_below(&rnd, 3) ? 50 : 200,
                                   .caller_login = TEXT("somebody"),
                                   .caller_id = somebody(),
                                   .scope = scope,
                                   .scope_count = some_units(scope),
                                   .units = units,
                                   .unit_count = some_units(units),
                                   .owner_id = somebody(),
                                   .pending_owner_id = somebody(),
                                   .status = random_below(&rnd, 2) ? STATUS_OPEN : STATUS_WITHDRAWN,
                                   .closed_from = JANUARY + 4 * INSTANT_DAY,
                                   .closed_to = JANUARY + 8 * INSTANT_DAY,
                                   .now = JANUARY + 36 * INSTANT_DAY};
        if (combinations[i] & LIST_OWNER_UNIT && query.unit_count != 1) {
            units[0] = sql_id(3);
            query.unit_count = 1;
        }
        expect_as_plain(query);
        arena_reset(arena);
    }
}
END_TEST

/* Both ways in which handled complaints are found by due time. */
START_TEST(handled_ones_are_found_whether_few_or_many)
{
    struct list_query query = {.filters = LIST_SCOPE,
                               .order = ORDER_DUE,
                               .limit = 50,
                               .caller_login = TEXT("somebody"),
                               .caller_id = sql_id(BUSY)};
    ck_assert_int_gt(sql_number("SELECT count(*) FROM complaint WHERE status = 'open' AND"
                                " '01000000-0000-0000-0000-%012x' = ANY(handlers)",
                                BUSY),
                     1000);
    expect_as_plain(query);
    query.caller_id = sql_id(STAFF + 1);
    expect_as_plain(query);
}
END_TEST

Suite *list_source_suite(void)
{
    Suite *suite = suite_create("list_source");
    TCase *tcase = tcase_create("list_source");
    tcase_add_unchecked_fixture(tcase, make_complaints, sql_empty);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, pages_are_those_of_the_plain_condition, 0, ORDER_COUNT);
    tcase_add_test(tcase, handled_ones_are_found_whether_few_or_many);
    suite_add_tcase(suite, tcase);
    return suite;
}
