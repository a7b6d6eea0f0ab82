#include "lib/store/list_store.h"
#include "lib/store/search_store.h"

#include <string.h>

#include "lib/store/complaint_store.h"
#include "lib/store/institution_store.h"
#include "tests/store/sql.h"

Suite *list_store_suite(void);

#define NOON (INT64_C(1795320000) * INSTANT_SECOND)
#define COUNT 60

static struct pg *pg;
static struct arena *arena;
static struct institution *institution;

/* Complaint n of 1..count was received n hours after noon and is due a day later; every third is
 * closed. Numbers are N1, N2, … */
static void make_complaints(int count)
{
    static const uint8_t head[32];
    sql_add_complaint(1, "N1", 0x11, true, 1, head);
    sql_run("UPDATE complaint SET tags = '{}', handlers = '{}';"
            "INSERT INTO complaint SELECT (jsonb_populate_record(c, jsonb_build_object('id',"
            " overlay(c.id::text PLACING lpad(to_hex(n), 4, '0') FROM 33), 'number', 'N' || n,"
            " 'tracking_code', 'N' || n))).* FROM complaint c, generate_series(2, %d) n;"
            "UPDATE complaint SET received_at = timestamptz '2026-11-22 04:00:00Z' +"
            " substr(number, 2)::integer * interval '1 hour';"
            "UPDATE complaint SET due_at = received_at + interval '1 day';"
            "UPDATE complaint SET status = 'closed', closed_at = received_at"
            " WHERE substr(number, 2)::integer %% 3 = 0;"
            "ANALYZE complaint",
            count);
}

static void set_up(void)
{
    enum fault fault = FAULT_NONE;
    sql_run("DELETE FROM complaint; DELETE FROM stage; DELETE FROM search; DELETE FROM handler");
    make_complaints(COUNT);
    pg = sql_connect_app();
    arena = arena_new(65536);
    complaint_store_start(arena);
    institution = institution_load(pg, 480, SQL_DEADLINE, &fault, NULL);
    ck_assert_msg(institution != NULL, "%s", pg_error(pg).message);
}

static void tear_down(void)
{
    institution_free(institution);
    pg_free(pg);
    arena_free(arena);
}

/* --- running ---------------------------------------------------------------------------------- */

static struct list_query query_of(unsigned filters, enum order order)
{
    static struct uuid units[] = {{{1}}}, asking[] = {{{1}}};
    units[0] = sql_id(0x21);
    asking[0] = sql_id(0x12);
    return (struct list_query){.filters = filters,
                               .order = order,
                               .limit = LIST_LIMIT_MAX,
                               .caller_login = TEXT("somebody"),
                               .caller_id = sql_id(0x12),
                               .scope = units,
                               .scope_count = 1,
                               .superior = units,
                               .superior_count = 1,
                               .asking = asking,
                               .asking_count = 1,
                               .cursor_at = order == ORDER_NEWEST ? NOON + 1000 * INSTANT_HOUR : 0,
                               .cursor_id = sql_id(1),
                               .stage = STAGE_RESOLUTION,
                               .status = STATUS_WITHDRAWN,
                               .level = LEVEL_MAJOR,
                               .source = SOURCE_LETTER,
                               .owner_id = sql_id(0x13),
                               .pending_owner_id = sql_id(0x14),
                               .units = units,
                               .unit_count = 1,
                               .class_code = TEXT("B05"),
                               .tag = TAG_PETITION,
                               .received_from = NOON + 10 * INSTANT_HOUR,
                               .received_to = NOON + 20 * INSTANT_HOUR,
                               .due_from = NOON + 34 * INSTANT_HOUR,
                               .due_to = NOON + 44 * INSTANT_HOUR,
                               .closed_from = NOON + 10 * INSTANT_HOUR,
                               .closed_to = NOON + 20 * INSTANT_HOUR,
                               .horizons = {NOON + 34 * INSTANT_HOUR, NOON, NOON},
                               .now = NOON + 30 * INSTANT_HOUR,
                               .number = TEXT("N7"),
                               .external_case_number = TEXT("EXT"),
                               .customer_number = TEXT("C7"),
                               .terms = TEXT("'转账' & '账失'"),
                               .terms_exact = TEXT("('转账' <-> '账失')")};
}

/* Runs queries of one variant; numbers[i] gets those of query i in order, "N1 N2 ". */
static void run(const struct list_query *const queries[], size_t count,
                struct text_buffer numbers[])
{
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows;
    list_bind(&binds, queries, count);
    const struct pg_statement *statement = list_statement(list_variant_of(queries[0]), arena);
    ck_assert_msg(pg_run(pg, statement, &binds, SQL_DEADLINE, &rows) == PG_DONE, "%s: %s",
                  statement->sql, pg_error(pg).message);
    for (size_t i = 0; i < count; i++)
        numbers[i] = text_buffer_new(arena, 256);
    for (size_t row = 0; row < rows.count; row++) {
        struct complaint complaint;
        size_t n = list_read(&rows, row, institution, arena, &complaint);
        ck_assert_uint_lt(n, count);
        text_buffer_add_text(&numbers[n], complaint.number);
        text_buffer_add_char(&numbers[n], ' ');
    }
    pg_rows_free(&rows);
}

static struct text list(const struct list_query *query)
{
    struct text_buffer numbers;
    run(&query, 1, &numbers);
    return text_buffer_text(&numbers);
}

static int64_t count_of(const struct list_query *query)
{
    struct list_query counted = *query;
    struct pg_rows rows;
    counted.filters &= ~(unsigned)LIST_CURSOR;
    const struct list_query *queries[] = {&counted};
    struct pg_binds binds = pg_binds_new(arena);
    list_bind(&binds, queries, 1);
    ck_assert_int_eq(pg_run(pg, list_count_statement(list_variant_of(query), arena), &binds,
                            SQL_DEADLINE, &rows),
                     PG_DONE);
    int64_t count = pg_int8(&rows, 0, 0);
    pg_rows_free(&rows);
    return count;
}

static size_t words(struct text text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += text.at[i] == ' ';
    return count;
}

static void expect(struct text numbers, const char *expected)
{
    ck_assert_msg(text_equal(numbers, text_of(expected)), "%.*s, not %s", TEXT_ARG(numbers),
                  expected);
}

/* Gives complaint Nn terms, as the filler does. */
static void set_terms(int n, const char *terms)
{
    int64_t seconds = sql_number(
        "SELECT extract(epoch FROM received_at)::bigint FROM complaint WHERE number = 'N%d'", n);
    struct search_task task = {.id = sql_id((unsigned)n), .received_at = seconds * INSTANT_SECOND};
    struct text vector = text_of(terms);
    struct pg_binds binds = pg_binds_new(arena);
    search_save_bind(&binds, &task, &vector, 1);
    ck_assert_int_eq(pg_run(pg, &search_save, &binds, SQL_DEADLINE, NULL), PG_DONE);
}

/* --- each filter alone ------------------------------------------------------------------------ */

#define ID(number) "'01000000-0000-0000-0000-0000000000" number "'"
#define PLAN_WAITS(by) "plan_waits_since = now(), planned_by = " ID(by)
#define EXTENSION_WAITS(by, unit) \
    "extension_waits_since = now(), extension_by = " ID(by) ", owner_unit_id = " ID(unit)
#define VOIDING_WAITS(by) "void_requested_at = now(), void_requested_by = " ID(by)
#define UNMASKING_WAITS(by, at) "unmask_at = '" at "', unmask_by = " ID(by)

/* What makes complaint N7 match a filter's query; NULL: it does already. */
static const struct {
    unsigned filter;
    const char *change;
    const char *expected; /* NULL: "N7 " */
} filters[] = {
    {LIST_SCOPE, "unit_id = '01000000-0000-0000-0000-000000000021'", NULL},
    {LIST_SCOPE, "owner_unit_id = '01000000-0000-0000-0000-000000000021'", NULL},
    {LIST_SCOPE, "handlers = ARRAY['01000000-0000-0000-0000-000000000012']::uuid[]", NULL},
    {LIST_STAGE, "stage = 'resolution'", NULL},
    {LIST_STATUS, "status = 'withdrawn', closed_at = now()", NULL},
    {LIST_LEVEL, "level = 'major'", NULL},
    {LIST_SOURCE, "source = 'letter'", NULL},
    {LIST_OWNER,
     "owner_id = '01000000-0000-0000-0000-000000000013',"
     " handlers = ARRAY['01000000-0000-0000-0000-000000000013']::uuid[]",
     NULL},
    {LIST_PENDING, "pending_owner_id = '01000000-0000-0000-0000-000000000014'", NULL},
    {LIST_UNIT, "unit_id = '01000000-0000-0000-0000-000000000021'", NULL},
    {LIST_UNIT, "owner_unit_id = '01000000-0000-0000-0000-000000000021'", NULL},
    {LIST_OWNER_UNIT, "owner_unit_id = '01000000-0000-0000-0000-000000000021'", NULL},
    {LIST_CLASS, "channel_class = 'B05'", NULL},
    {LIST_CLASS, "business_class = 'B05'", NULL},
    {LIST_CLASS, "cause_class = 'B05'", NULL},
    {LIST_TAG, "tags = '{judicial,petition}'", NULL},
    {LIST_RECEIVED_FROM | LIST_RECEIVED_TO, NULL, "N10 N11 N12 N13 N14 N15 N16 N17 N18 N19 "},
    {LIST_DUE_FROM | LIST_DUE_TO, NULL, "N10 N11 N12 N13 N14 N15 N16 N17 N18 N19 "},
    {LIST_CLOSED_FROM | LIST_CLOSED_TO, NULL, "N12 N15 N18 "},
    {LIST_OVERDUE, NULL, "N1 N2 N4 N5 "},
    {LIST_OVERDUE | LIST_NUMBER, NULL, ""},
    {LIST_NOT_OVERDUE | LIST_NUMBER, NULL, NULL},
    {LIST_NUMBER, NULL, NULL},
    {LIST_EXTERNAL, "external_case_number = 'EXT'", NULL},
    {LIST_EXTERNAL, "external_case_number = 'EXTRA'", ""},
    {LIST_OWNER_UNIT, "unit_id = '01000000-0000-0000-0000-000000000021'", ""},
    {LIST_TAG, "tags = '{judicial}'", ""},
    {LIST_CUSTOMER, "complainant_customer_number = 'C7'", NULL},
    {LIST_CUSTOMER, "complainant_customer_number = 'C77'", ""},
    {LIST_DUE_SOON, NULL, "N1 N2 N3 N4 N5 N6 N7 N8 N9 "},
    {LIST_URGED, "urge_due_at = now()", NULL},
    {LIST_NOT_URGED | LIST_NUMBER, NULL, NULL},
    {LIST_URGED | LIST_NUMBER, NULL, ""},
    {LIST_AWAITING, PLAN_WAITS("13") ", stage = 'resolution'", NULL},
    {LIST_AWAITING, PLAN_WAITS("13") ", stage = 'investigation'", ""}, /* sent back */
    {LIST_AWAITING, PLAN_WAITS("12") ", stage = 'resolution'", ""},    /* the caller's own */
    {LIST_AWAITING, EXTENSION_WAITS("13", "21"), NULL},
    {LIST_AWAITING, EXTENSION_WAITS("13", "22"), ""}, /* others are superior */
    {LIST_AWAITING, EXTENSION_WAITS("12", "21"), ""},
    {LIST_AWAITING, VOIDING_WAITS("13") ", deliveries = 0", NULL},
    {LIST_AWAITING, VOIDING_WAITS("13") ", deliveries = 1", ""},
    {LIST_AWAITING, VOIDING_WAITS("12") ", deliveries = 0", ""},
    {LIST_AWAITING, UNMASKING_WAITS("13", "2026-11-22 10:00:00Z"), NULL},
    {LIST_AWAITING, UNMASKING_WAITS("13", "2026-11-22 09:59:59Z"), ""}, /* lapsed */
    {LIST_AWAITING, UNMASKING_WAITS("13", "2026-11-22 10:00:00Z") ", unmask_approved_at = now()",
     ""},
    {LIST_AWAITING,
     UNMASKING_WAITS(
         "13", "2026-11-22 10:00:00Z") ", status = 'closed', closed_at = now(), erased_at = now()",
     ""},
    {LIST_AWAITING, UNMASKING_WAITS("12", "2026-11-22 10:00:00Z"), ""},
    {LIST_AWAITING | LIST_NUMBER, NULL, ""},
};

START_TEST(filter_alone_finds_what_it_should)
{
    struct list_query query = query_of(filters[_i].filter, ORDER_OLDEST);
    if (filters[_i].change) {
        expect(list(&query), "");
        sql_run("UPDATE complaint SET %s WHERE number = 'N7';"
                "INSERT INTO handler SELECT h.staff_id, status = 'open', received_at, id"
                " FROM complaint CROSS JOIN LATERAL unnest(handlers) AS h(staff_id)",
                filters[_i].change);
    }
    struct text found = list(&query);
    expect(found, filters[_i].expected ? filters[_i].expected : "N7 ");
    ck_assert_int_eq(count_of(&query), (int64_t)words(found));
}
END_TEST

/* Those that pass in C, "N1 N2 ". */
static struct text matching(const struct list_query *query)
{
    struct text_buffer numbers = text_buffer_new(arena, 256);
    struct pg_binds binds = pg_binds_new(arena);
    struct complaint complaints[COUNT];
    struct uuid ids[COUNT];
    struct pg_rows rows;

    for (unsigned i = 0; i < COUNT; i++)
        ids[i] = sql_id(i + 1);
    complaint_ids_bind(&binds, ids, COUNT);
    ck_assert_int_eq(pg_run(pg, &complaint_by_id, &binds, SQL_DEADLINE, &rows), PG_DONE);
    ck_assert_uint_eq(rows.count, COUNT);
    complaint_read(&rows, institution, arena, complaints);
    for (size_t i = 0; i < COUNT; i++) {
        if (!list_matches(query, &complaints[i]))
            continue;
        text_buffer_add_text(&numbers, complaints[i].number);
        text_buffer_add_char(&numbers, ' ');
    }
    pg_rows_free(&rows);
    return text_buffer_text(&numbers);
}

/* Complaints of the past are filtered in C. */
START_TEST(filters_mean_the_same_in_c)
{
    static const enum order orders[] = {ORDER_OLDEST, ORDER_DUE};
    if (filters[_i].filter & (LIST_SCOPE | LIST_NUMBER | LIST_AWAITING))
        return; /* judged by the present row, or not asked of the past */
    if (filters[_i].change)
        sql_run("UPDATE complaint SET %s WHERE number = 'N7';"
                "INSERT INTO handler SELECT h.staff_id, status = 'open', received_at, id"
                " FROM complaint CROSS JOIN LATERAL unnest(handlers) AS h(staff_id)",
                filters[_i].change);
    for (size_t i = 0; i < 2; i++) {
        struct list_query query = query_of(filters[_i].filter, orders[i]);
        struct text found = list(&query);
        ck_assert(text_equal(matching(&query), found));
        sql_run("UPDATE complaint SET due_at = NULL WHERE number = 'N8'");
    }
}
END_TEST

/* --- the past ---------------------------------------------------------------------------------- */

/* N7 and N40 have changed since; what came after N30 was not yet there. */
static struct list_query query_of_past(unsigned filters_)
{
    struct list_query query = query_of(LIST_AS_OF | filters_, ORDER_OLDEST);
    query.as_of = NOON + 30 * INSTANT_HOUR;
    sql_run("UPDATE complaint SET entered_at = received_at, updated_at = received_at;"
            "UPDATE complaint SET updated_at = '2027-01-01' WHERE number IN ('N7', 'N40')");
    return query;
}

START_TEST(changed_rows_are_candidates_whatever_they_are_now)
{
    struct list_query query = query_of_past(LIST_STAGE);
    expect(list(&query), "N7 ");
    sql_run("UPDATE complaint SET stage = 'resolution' WHERE number IN ('N6', 'N8', 'N41')");
    expect(list(&query), "N6 N7 N8 ");
    query.by_id = true;
    expect(list(&query), "N6 N7 N8 ");
    query.filters |= LIST_CURSOR;
    query.cursor_id = sql_id(7);
    expect(list(&query), "N8 ");
    query.by_id = false;
    query.cursor_at = NOON + 7 * INSTANT_HOUR;
    expect(list(&query), "N8 ");
    query.caller_login = TEXT("agent9"); /* visibility is the present's */
    sql_run("UPDATE complaint SET staff_complained_of = 'agent9'");
    expect(list(&query), "");
}
END_TEST

START_TEST(what_ended_before_was_not_open_then)
{
    struct list_query query = query_of_past(LIST_OPEN_THEN);
    ck_assert_uint_eq(words(list(&query)), 20);
    sql_run("UPDATE complaint SET closed_at = '2027-01-01' WHERE number = 'N9'");
    ck_assert_uint_eq(words(list(&query)), 20);
    /* Recorded after that moment, whenever it took effect. */
    sql_run("UPDATE complaint SET updated_at = '2027-01-01' WHERE number = 'N9'");
    ck_assert_uint_eq(words(list(&query)), 21);
    query.filters |= LIST_SCOPE;
    expect(list(&query), "");
    ck_assert_str_eq(list_statement(list_variant_of(&query), arena)->name, ""); /* not kept */
}
END_TEST

/* Whether it collects the matches or goes through the complaints, a text is found in every order, its
 * terms in their order alone. */
START_TEST(texts_are_found_either_way)
{
    static const unsigned ways[] = {LIST_TEXT, LIST_TEXT | LIST_RECENT_TEXT, LIST_FREQUENT_TEXT};
    set_terms(4, "'转账':1 '账失':2 '失败':3");
    set_terms(5, "'账失':1 '转账':2");
    set_terms(8, "'手机':1 '转账':5 '账失':6");
    set_terms(10, "'转账':1 '账户':2");
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct list_query query = query_of(ways[i], ORDER_OLDEST);
        expect(list(&query), "N4 N8 ");
        query.order = ORDER_NEWEST;
        expect(list(&query), "N8 N4 ");
        query.order = ORDER_DUE;
        expect(list(&query), "N4 N8 ");
        ck_assert_int_eq(count_of(&query), 2);
        query.terms_exact = TEXT_NONE;
        expect(list(&query), "N4 N5 N8 ");
        query = query_of(ways[i] | LIST_NUMBER, ORDER_NEWEST);
        expect(list(&query), "");
        query.number = TEXT("N8");
        expect(list(&query), "N8 ");
        query = query_of(ways[i] | LIST_RECEIVED_FROM, ORDER_NEWEST);
        query.received_from = NOON + 8 * INSTANT_HOUR;
        expect(list(&query), "N8 ");
    }
}
END_TEST

START_TEST(pages_of_a_text_go_on_behind_a_row)
{
    static const unsigned ways[] = {LIST_TEXT, LIST_TEXT | LIST_RECENT_TEXT, LIST_FREQUENT_TEXT};
    for (int n = 1; n <= 6; n++)
        set_terms(n, "'转账':1 '账失':2");
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct list_query query = query_of(ways[i] | LIST_CURSOR, ORDER_NEWEST);
        query.cursor_at = NOON + 4 * INSTANT_HOUR;
        query.cursor_id = sql_id(4);
        expect(list(&query), "N3 N2 N1 ");
        query.order = ORDER_OLDEST;
        expect(list(&query), "N5 N6 ");
        query.order = ORDER_DUE;
        query.cursor_at = NOON + 28 * INSTANT_HOUR;
        expect(list(&query), "N5 ");
    }
}
END_TEST

/* The numbers from `first` to `last`, as list() gives them. */
static struct text numbers_from(int first, int last)
{
    struct text_buffer numbers = text_buffer_new(arena, 1024);
    for (int n = first; n <= last; n++)
        text_buffer_printf(&numbers, "N%d ", n);
    return text_buffer_text(&numbers);
}

/* The newest matches come from stretches of time, of which the page must show no seam: N1 is the
 * newest, each further one five days older; wherever a page begins or the range ends. */
START_TEST(matches_of_every_age_come_in_order)
{
    struct list_query query = query_of(LIST_TEXT | LIST_RECENT_TEXT, ORDER_NEWEST);
    sql_run("UPDATE complaint SET received_at = timestamptz '2026-11-22 04:00:00Z'"
            " - substr(number, 2)::integer * interval '5 days'");
    for (int n = 1; n <= (int)COUNT; n++)
        set_terms(n, "'转账':1 '账失':2");
    query.now = NOON;
    ck_assert(text_equal(list(&query), numbers_from(1, COUNT)));
    query.now = NOON - 200 * INSTANT_DAY; /* those before lie in a future that there is not */
    ck_assert_uint_eq(words(list(&query)), COUNT);
    for (int n = 0; n < (int)COUNT; n++) {
        instant at = NOON - 5 * n * INSTANT_DAY;
        query = query_of(LIST_TEXT | LIST_RECENT_TEXT | LIST_CURSOR, ORDER_NEWEST);
        query.now = NOON;
        query.cursor_at = at;
        query.cursor_id = sql_id((unsigned)n);
        ck_assert(text_equal(list(&query), numbers_from(n + 1, COUNT)));
        query = query_of(LIST_TEXT | LIST_RECENT_TEXT | LIST_RECEIVED_TO, ORDER_NEWEST);
        query.now = NOON;
        query.received_to = at;
        ck_assert(text_equal(list(&query), numbers_from(n + 1, COUNT)));
    }
}
END_TEST

/* Every filter in every order is a statement that the database can plan and run. */
START_TEST(every_variant_can_be_planned)
{
    for (int filter = 0; filter < LIST_FILTER_COUNT + 1; filter++) {
        for (int order = 0; order < ORDER_COUNT; order++) {
            unsigned bits = filter < LIST_FILTER_COUNT ? 1u << filter : ~0u;
            struct list_query query = query_of(bits, (enum order)order);
            query.by_id = filter % 2;
            const struct list_query *queries[] = {&query, &query, &query};
            struct pg_binds binds = pg_binds_new(arena);
            struct pg_rows rows;
            list_bind(&binds, queries, 3);
            const struct pg_statement *statement = list_statement(list_variant_of(&query), arena);
            struct pg_statement explain = {
                "", text_printf(arena, "EXPLAIN %s%c", statement->sql, '\0').at};
            ck_assert_msg(pg_run(pg, &explain, &binds, SQL_DEADLINE, &rows) == PG_DONE, "%s: %s",
                          explain.sql, pg_error(pg).message);
            ck_assert_uint_gt(rows.count, 0);
            pg_rows_free(&rows);
            ck_assert_int_eq(count_of(&query) >= 0, 1);
        }
    }
}
END_TEST

static bool plan_has(const struct list_query *query, const char *word)
{
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows;
    bool found = false;
    list_bind(&binds, &query, 1);
    const char *sql = list_statement(list_variant_of(query), arena)->sql;
    struct pg_statement explain = {"", text_printf(arena, "EXPLAIN %s%c", sql, '\0').at};
    ck_assert_int_eq(pg_run(pg, &explain, &binds, SQL_DEADLINE, &rows), PG_DONE);
    for (size_t row = 0; row < rows.count; row++) {
        struct text line = pg_text(&rows, row, 0);
        found = found || memmem(line.at, line.length, word, strlen(word));
    }
    pg_rows_free(&rows);
    return found;
}

/* A page is read in the order of an index, however many complaints there are. */
START_TEST(pages_are_read_in_the_order_of_an_index)
{
    sql_run("DELETE FROM complaint; DELETE FROM stage");
    make_complaints(4000);
    for (int order = 0; order < ORDER_COUNT; order++) {
        for (unsigned filter = 0; filter <= LIST_CURSOR; filter += LIST_CURSOR) {
            struct list_query query = query_of(filter, (enum order)order);
            ck_assert(!plan_has(&query, "Sort"));
            ck_assert(
                plan_has(&query, order == ORDER_DUE ? "complaint_due" : "complaint_received"));
        }
    }
    struct list_query query = query_of(LIST_AS_OF | LIST_STAGE | LIST_CURSOR, ORDER_OLDEST);
    ck_assert(!plan_has(&query, "Sort") && plan_has(&query, "complaint_received"));
}
END_TEST

/* The matches of a text come from its index; their complaints are read one by one. */
START_TEST(texts_are_found_by_the_index)
{
    sql_run("DELETE FROM complaint; DELETE FROM stage");
    make_complaints(4000);
    sql_run(
        "INSERT INTO search SELECT id, received_at, ('转账' || substr(number, 2) || ':1')::tsvector"
        " FROM complaint; ANALYZE search");
    for (int order = 0; order < ORDER_COUNT; order++) {
        struct list_query query = query_of(LIST_TEXT, (enum order)order);
        ck_assert(plan_has(&query, "Bitmap Index Scan on search_terms"));
        ck_assert(!plan_has(&query, "Seq Scan on complaint"));
        query = query_of(LIST_FREQUENT_TEXT, (enum order)order);
        ck_assert(!plan_has(&query, "Sort"));
        ck_assert(plan_has(&query, "search_by_id"));
    }
}
END_TEST

/* --- orders and pages ------------------------------------------------------------------------- */

START_TEST(orders_are_total)
{
    sql_run("UPDATE complaint SET received_at = '2026-11-22 00:00:00Z', due_at ="
            " '2026-11-23 00:00:00Z' WHERE number IN ('N5', 'N6', 'N7')");
    struct list_query query = query_of(0, ORDER_OLDEST);
    struct text oldest = list(&query);
    ck_assert_uint_eq(words(oldest), COUNT);
    ck_assert(strncmp(oldest.at, "N5 N6 N7 N1 N2 ", 15) == 0);
    query = query_of(0, ORDER_NEWEST);
    struct text newest = list(&query);
    ck_assert(strncmp(newest.at, "N60 N59 ", 8) == 0);
    ck_assert(strncmp(newest.at + newest.length - 15, "N2 N1 N7 N6 N5 ", 15) == 0);
    query = query_of(0, ORDER_DUE); /* open ones alone */
    struct text due = list(&query);
    ck_assert_uint_eq(words(due), COUNT - COUNT / 3);
    ck_assert(strncmp(due.at, "N5 N7 N1 ", 9) == 0);
}
END_TEST

START_TEST(cursor_goes_on_behind_a_row)
{
    sql_run("UPDATE complaint SET received_at = '2026-11-22 14:00:00Z'"
            " WHERE number IN ('N9', 'N10', 'N11')");
    struct list_query query = query_of(LIST_CURSOR, ORDER_OLDEST);
    query.cursor_at = NOON + 10 * INSTANT_HOUR;
    query.cursor_id = sql_id(10);
    struct text after = list(&query);
    ck_assert(strncmp(after.at, "N11 N12 N13 ", 12) == 0);
    query = query_of(LIST_CURSOR, ORDER_NEWEST);
    query.cursor_at = NOON + 10 * INSTANT_HOUR;
    query.cursor_id = sql_id(10);
    after = list(&query);
    ck_assert(strncmp(after.at, "N9 N8 N7 ", 9) == 0);
    ck_assert_uint_eq(words(after), 9);
    ck_assert_int_eq(count_of(&query), COUNT);
}
END_TEST

START_TEST(page_holds_one_more_than_its_class)
{
    struct list_query query = query_of(0, ORDER_OLDEST);
    query.limit = 10;
    ck_assert_uint_eq(words(list(&query)), LIST_LIMIT_DEFAULT + 1);
    ck_assert_uint_eq(list_rows_max(list_variant_of(&query)), LIST_LIMIT_DEFAULT + 1);
    query.limit = LIST_LIMIT_DEFAULT + 1;
    ck_assert_uint_eq(words(list(&query)), COUNT);
    ck_assert_uint_eq(list_rows_max(list_variant_of(&query)), LIST_LIMIT_MAX + 1);
}
END_TEST

/* --- several at once -------------------------------------------------------------------------- */

START_TEST(queries_of_a_variant_do_not_mix)
{
    struct list_query queries[4];
    const struct list_query *pointers[4];
    struct text_buffer numbers[4];
    static const char *const wanted[] = {"N3", "N1", "N61", "N60"};
    for (size_t i = 0; i < 4; i++) {
        queries[i] = query_of(LIST_NUMBER, ORDER_NEWEST);
        queries[i].number = text_of(wanted[i]);
        pointers[i] = &queries[i];
    }
    sql_run("UPDATE complaint SET staff_complained_of = 'agent9' WHERE number = 'N1'");
    queries[1].caller_login = TEXT("agent9");
    run(pointers, 4, numbers);
    expect(text_buffer_text(&numbers[0]), "N3 ");
    expect(text_buffer_text(&numbers[1]), ""); /* it is about the caller */
    expect(text_buffer_text(&numbers[2]), "");
    expect(text_buffer_text(&numbers[3]), "N60 ");
    ck_assert_int_eq(count_of(&queries[1]), 0);
    queries[1].caller_login = TEXT("agent8");
    expect(list(&queries[1]), "N1 ");
}
END_TEST

/* Lists that may have to pass by nearly all complaints keep off the threads that run commands. */
START_TEST(far_walks_are_known)
{
    enum { OPEN = STATUS_OPEN, CLOSED = STATUS_CLOSED, ANY = TERM_NONE };
    static const struct {
        unsigned filters;
        enum order order;
        int status;
        bool far;
    } cases[] = {
        {0, ORDER_NEWEST, ANY, false},
        {LIST_UNIT | LIST_CURSOR, ORDER_OLDEST, ANY, false},
        {LIST_SCOPE | LIST_RECEIVED_FROM | LIST_RECEIVED_TO, ORDER_NEWEST, ANY, false},
        {LIST_STATUS, ORDER_NEWEST, OPEN, false},
        {LIST_STATUS, ORDER_OLDEST, OPEN, true},
        {LIST_STATUS, ORDER_NEWEST, CLOSED, true},
        {LIST_STATUS, ORDER_DUE, CLOSED, true},
        {LIST_OVERDUE, ORDER_DUE, ANY, false},
        {LIST_OVERDUE, ORDER_NEWEST, ANY, true},
        {LIST_NOT_OVERDUE, ORDER_NEWEST, ANY, false},
        {LIST_DUE_FROM | LIST_DUE_TO | LIST_STATUS, ORDER_DUE, OPEN, false},
        {LIST_DUE_SOON | LIST_DUE_FROM | LIST_DUE_TO | LIST_STATUS, ORDER_DUE, OPEN, false},
        {LIST_DUE_FROM, ORDER_NEWEST, ANY, true},
        {LIST_RECEIVED_FROM, ORDER_DUE, ANY, true},
        {LIST_CLOSED_FROM | LIST_CLOSED_TO, ORDER_NEWEST, ANY, true},
        {LIST_CLASS, ORDER_DUE, ANY, true},
        {LIST_TAG | LIST_UNIT, ORDER_NEWEST, ANY, true},
        {LIST_LEVEL, ORDER_NEWEST, ANY, true},
        {LIST_SOURCE | LIST_OWNER, ORDER_NEWEST, ANY, false},
        {LIST_STAGE | LIST_PENDING, ORDER_DUE, ANY, false},
        {LIST_CLASS | LIST_NUMBER, ORDER_NEWEST, ANY, false},
        {LIST_TEXT, ORDER_NEWEST, ANY, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct list_query one = {
            .filters = cases[i].filters, .order = cases[i].order, .status = cases[i].status};
        ck_assert_msg(list_walks_far(&one) == cases[i].far, "case %zu", i);
    }
}
END_TEST

START_TEST(variants_are_kept)
{
    struct list_query a = query_of(LIST_STAGE, ORDER_NEWEST), b = query_of(LIST_STAGE, ORDER_DUE);
    const struct pg_statement *kept = list_statement(list_variant_of(&a), arena);
    ck_assert_ptr_eq(list_statement(list_variant_of(&a), arena), kept);
    a.stage = STAGE_FEEDBACK; /* another value is the same variant */
    ck_assert_ptr_eq(list_statement(list_variant_of(&a), arena), kept);
    ck_assert_ptr_ne(list_statement(list_variant_of(&b), arena), kept);
    ck_assert(list_variant_equal(list_variant_of(&a), list_variant_of(&a)));
    ck_assert(!list_variant_equal(list_variant_of(&a), list_variant_of(&b)));
}
END_TEST

/* Whoever asks for every combination there is does not fill the memory. */
static bool is_kept(unsigned number)
{
    struct list_query query = query_of(number << 2, ORDER_OLDEST);
    return list_statement(list_variant_of(&query), arena)->name[0] != '\0';
}

START_TEST(rare_variants_are_not_kept)
{
    size_t kept = 0;
    for (unsigned number = 0; number < LIST_VARIANTS_MAX + 20; number++) {
        struct list_query query = query_of(number << 2, ORDER_OLDEST);
        kept += is_kept(number);
        if (number > LIST_VARIANTS_MAX)
            (void)list(&query);
    }
    ck_assert_uint_le(kept, LIST_VARIANTS_AT_ONCE);
    /* What is asked for again and again finds a place after all, until there is none. */
    unsigned late = LIST_VARIANTS_MAX + 30;
    ck_assert(!is_kept(late) && !is_kept(late) && is_kept(late) && is_kept(late));
    for (unsigned number = 0; number < 2 * LIST_VARIANTS_MAX; number++)
        for (int use = 0; use < 3; use++)
            (void)is_kept(number);
    ck_assert(is_kept(late));
    for (int use = 0; use < 5; use++)
        ck_assert(!is_kept(2 * LIST_VARIANTS_MAX));
}
END_TEST

Suite *list_store_suite(void)
{
    Suite *suite = suite_create("list_store");
    TCase *tcase = tcase_create("list_store");
    tcase_add_unchecked_fixture(tcase, sql_empty, NULL);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, filter_alone_finds_what_it_should, 0,
                        (int)(sizeof filters / sizeof *filters));
    tcase_add_loop_test(tcase, filters_mean_the_same_in_c, 0,
                        (int)(sizeof filters / sizeof *filters));
    tcase_add_test(tcase, changed_rows_are_candidates_whatever_they_are_now);
    tcase_add_test(tcase, what_ended_before_was_not_open_then);
    tcase_add_test(tcase, texts_are_found_either_way);
    tcase_add_test(tcase, matches_of_every_age_come_in_order);
    tcase_add_test(tcase, pages_of_a_text_go_on_behind_a_row);
    tcase_add_test(tcase, every_variant_can_be_planned);
    tcase_add_test(tcase, pages_are_read_in_the_order_of_an_index);
    tcase_add_test(tcase, texts_are_found_by_the_index);
    tcase_add_test(tcase, orders_are_total);
    tcase_add_test(tcase, cursor_goes_on_behind_a_row);
    tcase_add_test(tcase, page_holds_one_more_than_its_class);
    tcase_add_test(tcase, queries_of_a_variant_do_not_mix);
    tcase_add_test(tcase, far_walks_are_known);
    tcase_add_test(tcase, variants_are_kept);
    tcase_add_test(tcase, rare_variants_are_not_kept);
    suite_add_tcase(suite, tcase);
    return suite;
}
