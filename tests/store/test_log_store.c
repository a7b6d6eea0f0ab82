#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/complaint/journal.h"
#include "lib/store/audit_store.h"
#include "lib/store/log_store.h"
#include "server/duty/duty.h"
#include "server/server.h"
#include "tests/store/sql.h"
#include "tests/support/random.h"

Suite *log_store_suite(void);

/* As the application. */
static struct pg *pg;
static struct arena *arena;

static void set_up(void)
{
    sql_empty();
    pg = sql_connect_app();
    arena = arena_new(65536);
}

static void tear_down(void)
{
    pg_free(pg);
    arena_free(arena);
}

static void record(const char *subject)
{
    const struct audit_event event = {
        .action = AUDIT_EXPORTED, .success = true, .subject = text_of(subject)};
    const struct audit_origin origin = {.actor = TEXT("agent1")};

    ck_assert_int_eq(audit_record(pg, arena, &event, &origin, SQL_DEADLINE), STORE_DONE);
}

static struct log_progress sequence(int limit)
{
    struct log_progress progress;

    ck_assert_int_eq(log_sequence(pg, arena, limit, SQL_DEADLINE, &progress), STORE_DONE);
    return progress;
}

static void record_many(int count)
{
    for (int i = 0; i < count; i++)
        record(text_printf(arena, "%d", i).at);
}

static struct hash entry_hash(int64_t n)
{
    struct hash hash;

    ck_assert_int_eq(log_entry_hash(pg, arena, n, SQL_DEADLINE, &hash), STORE_DONE);
    return hash;
}

/* The root as the whole log gives it. */
static struct hash whole_root(int64_t size)
{
    struct merkle_frontier frontier = {0};

    for (int64_t n = 1; n <= size; n++) {
        struct hash hash = entry_hash(n), leaf = merkle_leaf(&hash);
        (void)merkle_add(&frontier, &leaf, NULL);
    }
    return merkle_root(&frontier);
}

START_TEST(entries_get_numbers_in_order_of_time)
{
    record_many(5);
    struct log_progress progress = sequence(3);
    ck_assert_uint_eq(progress.added, 3);
    ck_assert_int_eq(progress.size, 3);
    progress = sequence(3);
    ck_assert_uint_eq(progress.added, 2);
    ck_assert_int_eq(progress.size, 5);
    progress = sequence(3);
    ck_assert_uint_eq(progress.added, 0);
    ck_assert_int_eq(progress.size, 5);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM log_todo"), 0);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM log l JOIN audit a ON a.id = l.id AND "
                                "a.hash = l.hash AND a.bytes::json->>'subject' = (l.n - 1)::text"),
                     5);
}
END_TEST

/* What is committed later than what began after it is numbered all the same. */
START_TEST(nothing_that_commits_late_is_missed)
{
    struct pg *late = sql_connect_app(), *before = pg;

    ck_assert_int_eq(store_begin(late, SQL_DEADLINE), STORE_DONE);
    pg = late;
    record("late");
    pg = before;
    record("early");
    ck_assert_int_eq(sequence(10).size, 1);
    ck_assert_int_eq(store_end(late, STORE_DONE, SQL_DEADLINE), STORE_DONE);
    ck_assert_int_eq(sequence(10).size, 2);
    ck_assert_int_eq(sql_number("SELECT n FROM log JOIN audit USING (id) WHERE bytes LIKE "
                                "'%%\"late\"%%'"),
                     2);
    pg_free(late);
}
END_TEST

START_TEST(whoever_listens_is_told_once)
{
    static const struct pg_statement listen = {"listen", "LISTEN log"};
    struct text channel, payload;

    ck_assert_int_eq(pg_run(pg, &listen, NULL, SQL_DEADLINE, NULL), PG_DONE);
    record_many(7);
    (void)sequence(10);
    ck_assert(pg_wait_notify(pg, 2000, &channel, &payload));
    ck_assert(text_equal(payload, TEXT("7")));
    ck_assert(pg_wait_notify(pg, 0, &channel, &payload));
    ck_assert(text_is_none(channel));
}
END_TEST

START_TEST(a_page_has_entries_with_their_bytes)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);
    struct log_entry entries[4];

    record_many(3);
    (void)sequence(10);
    log_page_bind(&binds, 1, 4);
    ck_assert_int_eq(pg_run(pg, &log_page, &binds, SQL_DEADLINE, &rows), PG_DONE);
    ck_assert_uint_eq(log_page_read(&rows, entries), 2);
    ck_assert_int_eq(entries[0].n, 2);
    ck_assert_int_eq(entries[1].n, 3);
    ck_assert_int_eq(entries[0].index, 0);
    ck_assert(text_equal(entries[0].action, TEXT("exported")));
    ck_assert_ptr_nonnull(strstr(text_copy(arena, entries[1].bytes).at, "\"subject\":\"2\""));
    struct hash first = {{0}}, hash = journal_hash(&first, entries[1].bytes);
    ck_assert_mem_eq(entries[1].hash.bytes, hash.bytes, HASH_LENGTH);
}
END_TEST

/* Whatever the portions were. */
START_TEST(proofs_hold)
{
    struct random random = random_new(7);
    int64_t size = 0;

    while (size < 60) {
        int count = 1 + random_below(&random, 9);
        record_many(count);
        size = sequence(100).size;
    }
    for (int i = 0; i < 20; i++) {
        struct hash proof[MERKLE_PROOF_MAX], older = whole_root(0), newer;
        size_t count;
        int64_t to = 1 + random_below(&random, (int)size), n = 1 + random_below(&random, (int)to);
        struct hash hash = entry_hash(n), leaf = merkle_leaf(&hash);
        newer = whole_root(to);
        older = whole_root(n);
        ck_assert_int_eq(log_prove(pg, arena, merkle_inclusion, n, to, SQL_DEADLINE, proof, &count),
                         STORE_DONE);
        ck_assert(merkle_includes(&leaf, n, to, proof, count, &newer));
        ck_assert_int_eq(
            log_prove(pg, arena, merkle_consistency, n, to, SQL_DEADLINE, proof, &count),
            STORE_DONE);
        ck_assert(merkle_extends(n, &older, to, &newer, proof, count));
    }
}
END_TEST

START_TEST(heads_are_signed_once_a_size)
{
    uint8_t key[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
    struct log_head head, again, *heads;
    size_t count;
    bool added;

    (void)crypto_sign_keypair(key, secret);
    record_many(3);
    (void)sequence(10);
    ck_assert_int_eq(log_sign(pg, arena, secret, SQL_DEADLINE, &head, &added), STORE_DONE);
    ck_assert(added);
    ck_assert_int_eq(head.size, 3);
    ck_assert(log_head_sound(arena, &head));
    struct hash root = whole_root(3);
    ck_assert_mem_eq(head.root.bytes, root.bytes, HASH_LENGTH);
    ck_assert_int_eq(log_sign(pg, arena, secret, SQL_DEADLINE, &again, &added), STORE_DONE);
    ck_assert(!added);
    ck_assert(text_equal(again.bytes, head.bytes));
    ck_assert(log_head_sound(arena, &again));

    record_many(2);
    (void)sequence(10);
    ck_assert_int_eq(log_sign(pg, arena, secret, SQL_DEADLINE, &again, &added), STORE_DONE);
    ck_assert_int_eq(again.size, 5);
    ck_assert_int_eq(log_heads_after(pg, arena, 3, 10, SQL_DEADLINE, &heads, &count), STORE_DONE);
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(heads[0].size, 5);
    ck_assert_int_eq(log_heads_before(pg, arena, INT64_MAX, 1, SQL_DEADLINE, &heads, &count),
                     STORE_DONE);
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(heads[0].size, 5);
    ck_assert(log_head_sound(arena, &heads[0]));

    /* A log that is shorter than what was signed is not signed again. */
    sql_run("DELETE FROM log WHERE n = 5");
    ck_assert_int_eq(log_sign(pg, arena, secret, SQL_DEADLINE, &again, &added), STORE_REFUSED);
    ck_assert_int_eq(again.size, 5);
}
END_TEST

START_TEST(a_log_that_lacks_a_row_is_not_signed)
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES] = {0};
    struct log_head head;
    bool added;

    memset(&head, 0xFF, sizeof head);
    record_many(3);
    (void)sequence(10);
    sql_run("DELETE FROM log WHERE n = 2");
    ck_assert_int_eq(log_sign(pg, arena, secret, SQL_DEADLINE, &head, &added), STORE_REFUSED);
    ck_assert_int_eq(head.size, 3);
    ck_assert(text_is_none(head.bytes));
    ck_assert(!added);
}
END_TEST

struct signing {
    struct log_head head;
    enum store_result result;
    bool added;
};

static void *sign(void *argument)
{
    struct signing *signing = argument;
    uint8_t secret[crypto_sign_SECRETKEYBYTES] = {0};

    signing->result = log_sign(pg, arena, secret, SQL_DEADLINE, &signing->head, &signing->added);
    return NULL;
}

/* Somebody else numbers an entry and signs while we look: nothing is gone. */
START_TEST(a_log_that_grows_meanwhile_is_no_shorter_one)
{
    static const struct pg_statement begin = {"", "BEGIN"}, commit = {"", "COMMIT"},
                                     lock = {"", "LOCK TABLE log_head"},
                                     add = {"", "INSERT INTO log_head VALUES (4, sha256('r'), "
                                                "now(), sha256('k'), 'theirs', sha512('s'))"};
    const struct pg_statement *const first[] = {&begin, &lock, &add};
    struct pg *other = sql_connect_owner(), *numbering = sql_connect_app();
    struct arena *another = arena_new(65536);
    struct signing signing = {.added = true};
    struct log_progress progress;
    pthread_t thread;

    record_many(3);
    (void)sequence(10);
    record("4");
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        ck_assert_int_eq(store_run(other, first[i], NULL, SQL_DEADLINE, NULL), STORE_DONE);
    ck_assert_int_eq(pthread_create(&thread, NULL, sign, &signing), 0);
    while (sql_number("SELECT count(*) FROM pg_locks WHERE NOT granted "
                      "AND relation = 'log_head'::regclass") == 0)
        usleep(10000);
    ck_assert_int_eq(log_sequence(numbering, another, 10, SQL_DEADLINE, &progress), STORE_DONE);
    ck_assert_int_eq(progress.size, 4);
    ck_assert_int_eq(store_run(other, &commit, NULL, SQL_DEADLINE, NULL), STORE_DONE);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(signing.result, STORE_DONE);
    ck_assert_int_eq(signing.head.size, 4);
    ck_assert(text_equal(signing.head.bytes, TEXT("theirs")));
    ck_assert(!signing.added);
    pg_free(numbering);
    pg_free(other);
    arena_free(another);
}
END_TEST

START_TEST(what_is_damaged_stays_so_when_the_database_fails)
{
    static const struct metric_family damaged = {.name = "damaged",
                                                 .help = "x",
                                                 .type = METRIC_GAUGE},
                                      size = {.name = "size", .help = "x", .type = METRIC_GAUGE};
    static const struct pg_statement wrong = {"", "SELECT 1/0"};
    struct metrics *registry = metrics_new();
    struct measures measures = {.log_damaged = metric_register(registry, &damaged, NULL, 0),
                                .log_size = metric_register(registry, &size, NULL, 0)};
    struct server server = {.measures = &measures};

    record_many(1);
    ck_assert_int_eq(store_begin(pg, SQL_DEADLINE), STORE_DONE);
    ck_assert_int_eq(store_run(pg, &wrong, NULL, SQL_DEADLINE, NULL), STORE_FAILED);
    duty_sequence.run(&server, pg, arena);
    ck_assert_int_eq(metric_value(measures.log_damaged), 0);
    metric_set(measures.log_damaged, 1);
    duty_sequence.run(&server, pg, arena);
    ck_assert_int_eq(metric_value(measures.log_size), 0);
    ck_assert_int_eq(metric_value(measures.log_damaged), 1);
    metrics_free(registry);
}
END_TEST

START_TEST(the_application_cannot_alter_the_log)
{
    static const char *const statements[] = {
        "UPDATE log SET hash = hash",  "DELETE FROM log", "UPDATE log_head SET at = now()",
        "DELETE FROM log_head",        "TRUNCATE log",    "UPDATE log_todo SET index = 1",
        "UPDATE audit SET at = now()", "TRUNCATE audit",  "DELETE FROM journal"};

    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        ck_assert_str_eq(sql_state_as_app(statements[i]), "42501");
}
END_TEST

START_TEST(who_was_sent_what_is_remembered)
{
    struct hash url = {{1}}, other = {{2}};
    int64_t size;

    ck_assert_int_eq(log_sent(pg, arena, &url, SQL_DEADLINE, &size), STORE_DONE);
    ck_assert_int_eq(size, 0);
    ck_assert_int_eq(log_sent_to(pg, arena, &url, 5, SQL_DEADLINE), STORE_DONE);
    ck_assert_int_eq(log_sent_to(pg, arena, &url, 9, SQL_DEADLINE), STORE_DONE);
    ck_assert_int_eq(log_sent(pg, arena, &url, SQL_DEADLINE, &size), STORE_DONE);
    ck_assert_int_eq(size, 9);
    ck_assert_int_eq(log_sent(pg, arena, &other, SQL_DEADLINE, &size), STORE_DONE);
    ck_assert_int_eq(size, 0);
}
END_TEST

Suite *log_store_suite(void)
{
    Suite *suite = suite_create("log_store");
    TCase *tests = tcase_create("log_store");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, entries_get_numbers_in_order_of_time);
    tcase_add_test(tests, nothing_that_commits_late_is_missed);
    tcase_add_test(tests, whoever_listens_is_told_once);
    tcase_add_test(tests, a_page_has_entries_with_their_bytes);
    tcase_add_test(tests, proofs_hold);
    tcase_add_test(tests, heads_are_signed_once_a_size);
    tcase_add_test(tests, a_log_that_lacks_a_row_is_not_signed);
    tcase_add_test(tests, a_log_that_grows_meanwhile_is_no_shorter_one);
    tcase_add_test(tests, what_is_damaged_stays_so_when_the_database_fails);
    tcase_add_test(tests, the_application_cannot_alter_the_log);
    tcase_add_test(tests, who_was_sent_what_is_remembered);
    suite_add_tcase(suite, tests);
    return suite;
}
