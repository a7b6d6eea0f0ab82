/* Values to and from the database, in binary. */
#include <stdlib.h>
#include <string.h>

#include "lib/pg/pg.h"
#include "tests/store/sql.h"

Suite *pg_value_suite(void);

static struct pg *pg;
static struct arena *arena;

static void set_up(void)
{
    pg = sql_connect_app();
    arena = arena_new(4096);
}

static void tear_down(void)
{
    pg_free(pg);
    arena_free(arena);
}

static bool same(struct text text, const void *bytes, size_t length)
{
    return text.at && text.length == length && memcmp(text.at, bytes, length) == 0;
}

/* 0001-01-01, the microsecond before 1970, 2000-01-01 and one after, 9999-12-31. */
static const instant instants[] = {INT64_C(-62135596800) * INSTANT_SECOND,
                                   -1,
                                   0,
                                   INT64_C(946684800) * INSTANT_SECOND,
                                   INT64_C(946684800) * INSTANT_SECOND + 1,
                                   INT64_C(253402214400) * INSTANT_SECOND};

START_TEST(every_type_comes_back_as_it_went)
{
    static const int64_t longs[] = {INT64_MIN, -1, 0, 1, INT64_MAX, INT64_C(0x0102030405060708)};
    static const int32_t ints[] = {INT32_MIN, -1, 0, 1, INT32_MAX, 0x01020304};
    static const day_number days[] = {-719162, -1, 0, 10957, 10958, 2932896};
    static const char bytes[] = "\0\xff'\\\"\n";
    for (size_t i = 0; i < 6; i++) {
        struct pg_binds binds = pg_binds_new(arena);
        struct uuid id = sql_id((unsigned)i + 1);
        pg_bind_bool(&binds, i % 2);
        pg_bind_int4(&binds, ints[i]);
        pg_bind_int8(&binds, longs[i]);
        pg_bind_text(&binds, TEXT("诉'\\\"$1\n"));
        pg_bind_bytes(&binds, bytes, sizeof bytes);
        pg_bind_uuid(&binds, id);
        pg_bind_instant(&binds, instants[i]);
        pg_bind_day(&binds, days[i]);
        struct pg_rows rows = sql_query(pg, "SELECT $1, $2, $3, $4, $5, $6, $7, $8", &binds);
        ck_assert_uint_eq(rows.count, 1);
        ck_assert(pg_bool(&rows, 0, 0) == (i % 2 == 1));
        ck_assert_int_eq(pg_int4(&rows, 0, 1), ints[i]);
        ck_assert_int_eq(pg_int8(&rows, 0, 2), longs[i]);
        ck_assert(text_equal(pg_text(&rows, 0, 3), TEXT("诉'\\\"$1\n")));
        ck_assert(same(pg_text(&rows, 0, 4), bytes, sizeof bytes));
        ck_assert(uuid_equal(pg_uuid(&rows, 0, 5), id));
        ck_assert_int_eq(pg_instant(&rows, 0, 6), instants[i]);
        ck_assert_int_eq(pg_day(&rows, 0, 7), days[i]);
        pg_rows_free(&rows);
    }
}
END_TEST

/* The database means the same by the bytes as we do. */
START_TEST(values_mean_what_they_say)
{
    struct pg_binds binds = pg_binds_new(arena);
    pg_bind_instant(&binds, INT64_C(1795305600) * INSTANT_SECOND + 123456);
    pg_bind_day(&binds, day_from_date((struct date){2026, 2, 14}));
    pg_bind_uuid(&binds, sql_id(0x1234));
    pg_bind_int8(&binds, -5);
    struct pg_rows rows = sql_query(pg,
                                    "SELECT to_char($1::timestamptz AT TIME ZONE 'UTC',"
                                    " 'YYYY-MM-DD HH24:MI:SS.US'), $2::date::text, $3::uuid::text,"
                                    " ($4 - 1)::text",
                                    &binds);
    ck_assert(text_equal(pg_text(&rows, 0, 0), TEXT("2026-11-22 00:00:00.123456")));
    ck_assert(text_equal(pg_text(&rows, 0, 1), TEXT("2026-02-14")));
    ck_assert(text_equal(pg_text(&rows, 0, 2), TEXT("01000000-0000-0000-0000-000000001234")));
    ck_assert(text_equal(pg_text(&rows, 0, 3), TEXT("-6")));
    pg_rows_free(&rows);
}
END_TEST

START_TEST(none_is_null_and_empty_is_not)
{
    struct pg_binds binds = pg_binds_new(arena);
    pg_bind_text(&binds, TEXT_NONE);
    pg_bind_uuid(&binds, UUID_NONE);
    pg_bind_instant(&binds, INSTANT_NONE);
    pg_bind_text(&binds, TEXT(""));
    struct pg_rows rows =
        sql_query(pg, "SELECT $1, $2, $3, $4, NULL::boolean, NULL::integer, NULL::bigint", &binds);
    for (int column = 0; column < 7; column++)
        ck_assert_msg(pg_is_null(&rows, 0, column) == (column != 3), "column %d", column);
    ck_assert(text_is_none(pg_text(&rows, 0, 0)));
    ck_assert(uuid_is_none(pg_uuid(&rows, 0, 1)));
    ck_assert(pg_instant(&rows, 0, 2) == INSTANT_NONE);
    ck_assert(!text_is_none(pg_text(&rows, 0, 3)) && pg_text(&rows, 0, 3).length == 0);
    ck_assert(!pg_bool(&rows, 0, 4) && pg_int4(&rows, 0, 5) == 0 && pg_int8(&rows, 0, 6) == 0);
    pg_rows_free(&rows);
}
END_TEST

/* Arrays of every type with a null in the middle, as sets: one member a row. */
START_TEST(arrays_with_nulls_become_rows)
{
    struct pg_binds binds = pg_binds_new(arena);
#define ARRAY(type, add, first, last)                              \
    do {                                                           \
        struct pg_array array = pg_array_begin(&binds, (type), 3); \
        add(&array, first);                                        \
        pg_array_add_null(&array);                                 \
        add(&array, last);                                         \
        pg_array_end(&array);                                      \
    } while (0)
    ARRAY(PG_BOOL, pg_array_add_bool, true, false);
    ARRAY(PG_INT4, pg_array_add_int4, -1, INT32_MAX);
    ARRAY(PG_INT8, pg_array_add_int8, INT64_MIN, 7);
    ARRAY(PG_TEXT, pg_array_add_text, TEXT("{\"a\",b}"), TEXT(""));
    ARRAY(PG_UUID, pg_array_add_uuid, sql_id(1), sql_id(2));
    ARRAY(PG_TIMESTAMPTZ, pg_array_add_instant, instants[0], instants[4]);
    struct pg_array bytes = pg_array_begin(&binds, PG_BYTEA, 3);
    pg_array_add_bytes(&bytes, "\0\1", 2);
    pg_array_add_null(&bytes);
    pg_array_add_bytes(&bytes, "", 0);
    pg_array_end(&bytes);
    struct pg_rows rows =
        sql_query(pg,
                  "SELECT * FROM unnest($1::boolean[], $2::integer[], $3::bigint[],"
                  " $4::text[], $5::uuid[], $6::timestamptz[], $7::bytea[])",
                  &binds);
    ck_assert_uint_eq(rows.count, 3);
    for (int column = 0; column < 7; column++)
        for (size_t row = 0; row < 3; row++)
            ck_assert(pg_is_null(&rows, row, column) == (row == 1));
    ck_assert(pg_bool(&rows, 0, 0) && !pg_bool(&rows, 2, 0));
    ck_assert(pg_int4(&rows, 0, 1) == -1 && pg_int4(&rows, 2, 1) == INT32_MAX);
    ck_assert(pg_int8(&rows, 0, 2) == INT64_MIN && pg_int8(&rows, 2, 2) == 7);
    ck_assert(text_equal(pg_text(&rows, 0, 3), TEXT("{\"a\",b}")));
    ck_assert(pg_text(&rows, 2, 3).length == 0);
    ck_assert(uuid_equal(pg_uuid(&rows, 0, 4), sql_id(1)));
    ck_assert(uuid_equal(pg_uuid(&rows, 2, 4), sql_id(2)));
    ck_assert(pg_instant(&rows, 0, 5) == instants[0] && pg_instant(&rows, 2, 5) == instants[4]);
    ck_assert(same(pg_text(&rows, 0, 6), "\0\1", 2));
    pg_rows_free(&rows);
}
END_TEST

START_TEST(none_in_an_array_is_null)
{
    struct pg_binds binds = pg_binds_new(arena);
    ARRAY(PG_TEXT, pg_array_add_text, TEXT_NONE, TEXT("a"));
    ARRAY(PG_UUID, pg_array_add_uuid, UUID_NONE, sql_id(2));
    ARRAY(PG_TIMESTAMPTZ, pg_array_add_instant, INSTANT_NONE, 0);
    struct pg_rows rows =
        sql_query(pg, "SELECT * FROM unnest($1::text[], $2::uuid[], $3::timestamptz[])", &binds);
    for (int column = 0; column < 3; column++)
        ck_assert(pg_is_null(&rows, 0, column) && !pg_is_null(&rows, 2, column));
    pg_rows_free(&rows);
}
END_TEST

START_TEST(empty_arrays_are_empty_sets)
{
    static const char *const types[] = {"boolean", "integer", "bigint",      "text",
                                        "bytea",   "uuid",    "timestamptz", "date"};
    for (int type = 0; type < PG_TYPE_COUNT; type++) {
        struct pg_binds binds = pg_binds_new(arena);
        struct pg_array array = pg_array_begin(&binds, (enum pg_type)type, 0);
        pg_array_end(&array);
        struct text sql =
            text_printf(arena, "SELECT count(*) FROM unnest($1::%s[])%c", types[type], '\0');
        struct pg_rows rows = sql_query(pg, sql.at, &binds);
        ck_assert_int_eq(pg_int8(&rows, 0, 0), 0);
        pg_rows_free(&rows);
    }
}
END_TEST

START_TEST(members_of_an_array_column)
{
    struct text *members;
    struct pg_rows rows = sql_query(pg,
                                    "SELECT ARRAY['a', NULL, '', '诉'], '{}'::text[], NULL::text[],"
                                    " ARRAY['01000000-0000-0000-0000-000000000007']::uuid[]",
                                    NULL);
    ck_assert_uint_eq(pg_members(&rows, 0, 0, arena, &members), 4);
    ck_assert(text_equal(members[0], TEXT("a")));
    ck_assert(text_is_none(members[1]));
    ck_assert(!text_is_none(members[2]) && members[2].length == 0);
    ck_assert(text_equal(members[3], TEXT("诉")));
    ck_assert_uint_eq(pg_members(&rows, 0, 1, arena, &members), 0);
    ck_assert_uint_eq(pg_members(&rows, 0, 2, arena, &members), 0);
    ck_assert_uint_eq(pg_members(&rows, 0, 3, arena, &members), 1);
    ck_assert(same(members[0], sql_id(7).bytes, 16));
    pg_rows_free(&rows);
}
END_TEST

START_TEST(large_values_pass)
{
    const size_t length = (size_t)3 * 1024 * 1024;
    char *bytes = malloc(length);
    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)(i * 7);
    struct pg_binds binds = pg_binds_new(arena);
    pg_bind_bytes(&binds, bytes, length);
    struct pg_rows rows = sql_query(pg, "SELECT $1 || $1", &binds);
    struct text twice = pg_text(&rows, 0, 0);
    ck_assert_uint_eq(twice.length, 2 * length);
    ck_assert(memcmp(twice.at, bytes, length) == 0 &&
              memcmp(twice.at + length, bytes, length) == 0);
    pg_rows_free(&rows);
    free(bytes);
}
END_TEST

Suite *pg_value_suite(void)
{
    Suite *suite = suite_create("pg_value");
    TCase *tcase = tcase_create("pg_value");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, every_type_comes_back_as_it_went);
    tcase_add_test(tcase, values_mean_what_they_say);
    tcase_add_test(tcase, none_is_null_and_empty_is_not);
    tcase_add_test(tcase, arrays_with_nulls_become_rows);
    tcase_add_test(tcase, none_in_an_array_is_null);
    tcase_add_test(tcase, empty_arrays_are_empty_sets);
    tcase_add_test(tcase, members_of_an_array_column);
    tcase_add_test(tcase, large_values_pass);
    suite_add_tcase(suite, tcase);
    return suite;
}
