#include <pthread.h>
#include <unistd.h>

#include "lib/store/session_store.h"
#include "lib/store/staff_store.h"
#include "tests/store/sql.h"

/* As the application: signing in and out needs no more than its rights. */
static struct pg *pg;
static struct arena *arena;

#define EXPIRY (INT64_C(1800000000) * INSTANT_SECOND)

static void set_up(void)
{
    sql_empty();
    sql_run("INSERT INTO unit VALUES ('01000000-0000-0000-0000-000000000001', 'HN', 'n', NULL);"
            "INSERT INTO staff (id, login, name, unit_id, password_hash, active) VALUES "
            "('01000000-0000-0000-0000-000000000011', 'agent1', '坐席一', "
            "'01000000-0000-0000-0000-000000000001', '$argon2id$x', true), "
            "('01000000-0000-0000-0000-000000000012', 'gone', '离职', "
            "'01000000-0000-0000-0000-000000000001', NULL, false)");
    pg = sql_connect_app();
    arena = arena_new(4096);
}

static void tear_down(void)
{
    pg_free(pg);
    arena_free(arena);
}

static struct hash hash_of(uint8_t byte)
{
    struct hash hash;
    memset(hash.bytes, byte, sizeof hash.bytes);
    return hash;
}

static enum store_result add(uint8_t byte, unsigned staff, const char *client)
{
    struct token_row token = {.hash = hash_of(byte),
                              .staff_id = sql_id(staff),
                              .client = text_of(client),
                              .scopes = SCOPES_ALL,
                              .expires_at = EXPIRY};
    return token_add(pg, arena, &token, SQL_DEADLINE);
}

/* The row with that hash among those found, or NULL. */
static const struct token_row *among(const struct token_row found[], size_t count, uint8_t byte)
{
    struct hash hash = hash_of(byte);
    for (size_t i = 0; i < count; i++)
        if (memcmp(&found[i].hash, &hash, sizeof hash) == 0)
            return &found[i];
    return NULL;
}

static size_t find(const struct hash hashes[], size_t n, struct pg_rows *rows,
                   struct token_row out[])
{
    struct pg_binds binds = pg_binds_new(arena);
    token_find_bind(&binds, hashes, n);
    ck_assert_int_eq(pg_run(pg, &token_find, &binds, SQL_DEADLINE, rows), PG_DONE);
    return token_find_read(rows, out);
}

START_TEST(a_set_is_found_at_once)
{
    STORE_ROWS rows = {0};
    struct token_row found[4];
    struct hash wanted[] = {hash_of(3), hash_of(1), hash_of(9), hash_of(2)};

    ck_assert_int_eq(add(1, 0x11, "hotline tool"), STORE_DONE);
    ck_assert_int_eq(add(2, 0x11, NULL), STORE_DONE);
    ck_assert_int_eq(add(3, 0x11, NULL), STORE_DONE);
    ck_assert_int_eq(add(4, 0x11, NULL), STORE_DONE);
    ck_assert_int_eq(token_revoke(pg, arena, &wanted[0], SQL_DEADLINE), STORE_DONE);
    ck_assert_uint_eq(find(wanted, 4, &rows, found), 3);
    const struct token_row *client = among(found, 3, 1), *session = among(found, 3, 2);
    const struct token_row *revoked = among(found, 3, 3);
    ck_assert(client && session && revoked);
    ck_assert(text_equal(client->client, TEXT("hotline tool")));
    ck_assert(text_is_none(session->client));
    ck_assert(uuid_equal(client->staff_id, sql_id(0x11)));
    ck_assert_int_eq(client->expires_at, EXPIRY);
    ck_assert(!client->revoked && !session->revoked && revoked->revoked);
}
END_TEST

START_TEST(an_empty_set_finds_nothing)
{
    STORE_ROWS rows = {0};
    struct token_row found[1];

    ck_assert_int_eq(add(1, 0x11, NULL), STORE_DONE);
    ck_assert_uint_eq(find(NULL, 0, &rows, found), 0);
}
END_TEST

START_TEST(nobody_and_those_who_left_get_none)
{
    ck_assert_int_eq(add(1, 0x12, NULL), STORE_NONE);
    ck_assert_int_eq(add(1, 0x99, NULL), STORE_NONE);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM token"), 0);
}
END_TEST

static enum store_result add_by_password(struct pg *by, uint8_t byte, struct text password_hash)
{
    struct token_row token = {.hash = hash_of(byte),
                              .staff_id = sql_id(0x11),
                              .scopes = SCOPES_ALL,
                              .password_hash = password_hash,
                              .expires_at = EXPIRY};
    return token_add(by, arena, &token, SQL_DEADLINE);
}

START_TEST(a_session_takes_the_password_of_now)
{
    ck_assert_int_eq(add_by_password(pg, 1, TEXT("$argon2id$old")), STORE_NONE);
    ck_assert_int_eq(add_by_password(pg, 1, TEXT("$argon2id$x")), STORE_DONE);
}
END_TEST

/* What takes somebody's sessions away, in a transaction of its own. */
static enum store_result new_password(struct pg *by)
{
    return staff_set_password(by, arena, TEXT("agent1"), TEXT("new"), true, UUID_NONE,
                              SQL_DEADLINE);
}

static enum store_result own_password(struct pg *by)
{
    struct hash kept = hash_of(9), *ended;
    size_t count;

    return session_set_password(by, arena, sql_id(0x11), TEXT("$argon2id$x"), TEXT("new"), &kept,
                                SQL_DEADLINE, &ended, &count);
}

static enum store_result departure(struct pg *by)
{
    int64_t stages;

    return staff_disable(by, arena, TEXT("agent1"), UUID_NONE, SQL_DEADLINE, &stages);
}

static enum store_result sign_in(struct pg *by)
{
    return add_by_password(by, 1, TEXT("$argon2id$x"));
}

static enum store_result (*const endings[])(struct pg *) = {new_password, own_password, departure};
#define ENDINGS ((int)(sizeof endings / sizeof *endings))

struct waiting {
    struct pg *pg;
    enum store_result (*change)(struct pg *);
    enum store_result result;
};

static void *change_and_commit(void *argument)
{
    struct waiting *waiting = argument;

    waiting->result = store_begin(waiting->pg, SQL_DEADLINE);
    if (waiting->result == STORE_DONE)
        waiting->result = waiting->change(waiting->pg);
    waiting->result = store_end(waiting->pg, waiting->result, SQL_DEADLINE);
    return NULL;
}

/* Makes the second change while the first is not committed: it waits. Returns its result. */
static enum store_result overlap(enum store_result (*first)(struct pg *),
                                 enum store_result (*second)(struct pg *))
{
    struct waiting waiting = {.pg = sql_connect_app(), .change = second};
    pthread_t thread;

    ck_assert_int_eq(store_begin(pg, SQL_DEADLINE), STORE_DONE);
    ck_assert_int_eq(first(pg), STORE_DONE);
    ck_assert_int_eq(pthread_create(&thread, NULL, change_and_commit, &waiting), 0);
    for (int i = 0; i < 500 && sql_number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0;
         i++)
        usleep(10000);
    ck_assert_int_eq(store_end(pg, STORE_DONE, SQL_DEADLINE), STORE_DONE);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    pg_free(waiting.pg);
    return waiting.result;
}

/* A session that is opened at that moment is ended, or is none: whoever knew the old password has no
 * other, and nobody has one left when they have access again. */
START_TEST(no_session_outlives_what_ends_them)
{
    ck_assert_int_eq(overlap(sign_in, endings[_i]), STORE_DONE);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM token WHERE revoked_at IS NULL"), 0);
    sql_run("UPDATE staff SET password_hash = '$argon2id$x', active = true; DELETE FROM token");
    ck_assert_int_eq(overlap(endings[_i], sign_in), STORE_NONE);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM token"), 0);
}
END_TEST

START_TEST(revoking_works_once_and_tells_the_servers)
{
    struct hash hash = hash_of(1), unknown = hash_of(7);
    struct pg *listener = sql_connect_owner();
    static const struct pg_statement listen = {"listen", "LISTEN token"};
    struct text channel = TEXT_NONE, payload = TEXT_NONE;

    ck_assert_int_eq(pg_run(listener, &listen, NULL, SQL_DEADLINE, NULL), PG_DONE);
    ck_assert_int_eq(add(1, 0x11, NULL), STORE_DONE);
    ck_assert_int_eq(token_revoke(pg, arena, &unknown, SQL_DEADLINE), STORE_NONE);
    ck_assert_int_eq(token_revoke(pg, arena, &hash, SQL_DEADLINE), STORE_DONE);
    ck_assert_int_eq(token_revoke(pg, arena, &hash, SQL_DEADLINE), STORE_NONE);
    ck_assert(pg_wait_notify(listener, 5000, &channel, &payload));
    ck_assert(text_equal(channel, TEXT("token")));
    ck_assert(text_equal(payload, text_hex(arena, hash.bytes, sizeof hash.bytes)));
    pg_free(listener);
}
END_TEST

START_TEST(purging_removes_what_expired_in_portions)
{
    int64_t removed = 0;

    for (uint8_t i = 1; i <= 3; i++)
        ck_assert_int_eq(add(i, 0x11, NULL), STORE_DONE);
    ck_assert_int_eq(token_purge(pg, arena, EXPIRY, 2, SQL_DEADLINE, &removed), STORE_DONE);
    ck_assert_int_eq(removed, 0);
    ck_assert_int_eq(token_purge(pg, arena, EXPIRY + 1, 2, SQL_DEADLINE, &removed), STORE_DONE);
    ck_assert_int_eq(removed, 2);
    ck_assert_int_eq(token_purge(pg, arena, EXPIRY + 1, 2, SQL_DEADLINE, &removed), STORE_DONE);
    ck_assert_int_eq(removed, 1);
}
END_TEST

START_TEST(credentials_are_read_by_login)
{
    struct credential credential;

    ck_assert_int_eq(staff_credential(pg, arena, TEXT("agent1"), SQL_DEADLINE, &credential),
                     STORE_DONE);
    ck_assert(uuid_equal(credential.staff_id, sql_id(0x11)));
    ck_assert(text_equal(credential.password_hash, TEXT("$argon2id$x")));
    ck_assert(credential.active);
    ck_assert_int_eq(staff_credential(pg, arena, TEXT("gone"), SQL_DEADLINE, &credential),
                     STORE_DONE);
    ck_assert(!credential.active && text_is_none(credential.password_hash));
    ck_assert_int_eq(staff_credential(pg, arena, TEXT("AGENT1"), SQL_DEADLINE, &credential),
                     STORE_NONE);
    ck_assert_int_eq(staff_credential(pg, arena, TEXT("'; --"), SQL_DEADLINE, &credential),
                     STORE_NONE);
}
END_TEST

START_TEST(tokens_are_listed_and_ended_by_their_holder)
{
    STORE_ROWS rows = {0};
    struct token_row *listed, found[1];
    struct hash ended, wanted = hash_of(1);
    size_t count;

    ck_assert_int_eq(add(1, 0x11, "hotline"), STORE_DONE);
    ck_assert_int_eq(add(2, 0x11, "hotline"), STORE_DONE);
    ck_assert_int_eq(token_list(pg, arena, sql_id(0x11), 10, SQL_DEADLINE, &listed, &count),
                     STORE_DONE);
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(listed[0].last_used_at, INSTANT_NONE);
    ck_assert_uint_eq(listed[0].scopes, SCOPES_ALL);
    ck_assert_int_eq(token_used(pg, arena, &wanted, 1, SQL_DEADLINE), STORE_DONE);
    ck_assert_int_eq(sql_number("SELECT count(last_used_at) FROM token"), 1);
    ck_assert_uint_eq(find(&wanted, 1, &rows, found), 1); /* use revokes nothing */
    ck_assert(!found[0].revoked);

    struct uuid id = listed[0].id;
    ck_assert_int_eq(token_end(pg, arena, sql_id(0x12), id, SQL_DEADLINE, &ended), STORE_NONE);
    ck_assert_int_eq(token_end(pg, arena, sql_id(0x11), id, SQL_DEADLINE, &ended), STORE_DONE);
    ck_assert_int_eq(token_end(pg, arena, sql_id(0x11), id, SQL_DEADLINE, &ended), STORE_NONE);
    ck_assert_int_eq(token_list(pg, arena, sql_id(0x11), 10, SQL_DEADLINE, &listed, &count),
                     STORE_DONE);
    ck_assert_uint_eq(count, 1);
    ck_assert(!uuid_equal(listed[0].id, id));
}
END_TEST

START_TEST(the_application_adds_clients)
{
    const struct new_grant grants[] = {{ROLE_INTAKE, TEXT("HN")}, {ROLE_AUDITOR, TEXT("HN")}};
    struct new_staff client = {.id = sql_id(0x20),
                               .login = TEXT("hotline"),
                               .name = TEXT("n"),
                               .unit = TEXT("HN"),
                               .grants = grants,
                               .grant_count = 2};

    ck_assert_int_eq(client_add(pg, arena, &client, SQL_DEADLINE), STORE_DONE);
    ck_assert_int_eq(client_add(pg, arena, &client, SQL_DEADLINE), STORE_EXISTS);
    client.id = sql_id(0x21);
    client.login = TEXT("agent1");
    ck_assert_int_eq(client_add(pg, arena, &client, SQL_DEADLINE), STORE_EXISTS);
    client.unit = TEXT("NOWHERE");
    ck_assert_int_eq(client_add(pg, arena, &client, SQL_DEADLINE), STORE_NONE);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM client JOIN staff_grant USING (staff_id)"),
                     2);
}
END_TEST

Suite *token_store_suite(void);
Suite *token_store_suite(void)
{
    Suite *suite = suite_create("token_store");
    TCase *tests = tcase_create("token_store");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_set_is_found_at_once);
    tcase_add_test(tests, an_empty_set_finds_nothing);
    tcase_add_test(tests, nobody_and_those_who_left_get_none);
    tcase_add_test(tests, a_session_takes_the_password_of_now);
    tcase_add_loop_test(tests, no_session_outlives_what_ends_them, 0, ENDINGS);
    tcase_add_test(tests, revoking_works_once_and_tells_the_servers);
    tcase_add_test(tests, purging_removes_what_expired_in_portions);
    tcase_add_test(tests, credentials_are_read_by_login);
    tcase_add_test(tests, tokens_are_listed_and_ended_by_their_holder);
    tcase_add_test(tests, the_application_adds_clients);
    suite_add_tcase(suite, tests);
    return suite;
}
