/* Whoever owns the database can write what they like; the verifier, which has an export of the log and
 * the heads that were signed before, finds it. */
#include <sodium.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/store/audit_store.h"
#include "lib/store/log_store.h"
#include "tests/store/chain.h"
#include "tests/store/sql.h"
#include "tests/support/shell.h"

Suite *log_tamper_suite(void);

static struct pg *pg;
static struct arena *arena;
static uint8_t key[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
static char directory[] = "/tmp/complaintd-log-XXXXXX";
static char output[4096];

static const char *path_of(const char *name)
{
    return arena_printf(arena, "%s/%s", directory, name);
}

static void write_file(const char *name, struct text content)
{
    FILE *file = fopen(path_of(name), "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(content.at, 1, content.length, file), content.length);
    ck_assert_int_eq(fclose(file), 0);
}

/* Runs complaintctl; returns its exit status. */
static int ctl(const char *arguments)
{
    const char *command = arena_printf(
        arena, "COMPLAINTD_DATABASE_URL=\"$COMPLAINTD_TEST_OWNER\" \"$COMPLAINTD_CTL\" %s",
        arguments);
    FILE *pipe = popen(command, "r"); /* NOLINT(cert-env33-c): as people do */
    ck_assert_ptr_nonnull(pipe);
    size_t length = fread(output, 1, sizeof output - 1, pipe);
    output[length] = '\0';
    int status = pclose(pipe);
    ck_assert_msg(WIFEXITED(status), "%s: %s", command, output);
    return WEXITSTATUS(status);
}

static void record(const char *subject)
{
    const struct audit_event event = {
        .action = AUDIT_EXPORTED, .success = true, .subject = text_of(subject)};
    const struct audit_origin origin = {.actor = TEXT("agent1")};

    ck_assert_int_eq(audit_record(pg, arena, &event, &origin, SQL_DEADLINE), STORE_DONE);
}

/* Numbers what there is, and adds its head to the file. */
static void sign(struct text_buffer *heads)
{
    struct log_progress progress;
    struct log_head head;
    bool added;

    ck_assert_int_eq(log_sequence(pg, arena, 1000, SQL_DEADLINE, &progress), STORE_DONE);
    ck_assert_int_eq(log_sign(pg, arena, secret, SQL_DEADLINE, &head, &added), STORE_DONE);
    log_head_write(&head, heads);
    text_buffer_add_char(heads, '\n');
}

/* Ten entries: of two journals, 1 to 3 and 4 to 6, then of audit; heads of 6 and of 10. */
static void set_up(void)
{
    sql_empty();
    pg = sql_connect_app();
    arena = arena_new(65536);
    memset(directory + sizeof directory - 7, 'X', 6);
    ck_assert_ptr_nonnull(mkdtemp(directory));
    (void)crypto_sign_keypair(key, secret);
    struct text_buffer heads = text_buffer_new(arena, 2048);
    chain_add(1, "TS1", 3);
    sql_run("UPDATE log_todo SET at = at - interval '1 hour'");
    chain_add(2, "TS2", 3);
    sign(&heads);
    write_file("old-heads", text_buffer_text(&heads));
    record("a");
    record("b");
    record("c");
    record("d");
    sign(&heads);
    write_file("heads", text_buffer_text(&heads));
    write_file("key", text_hex(arena, key, sizeof key));
}

static void tear_down(void)
{
    ck_assert_int_eq(shell(arena_printf(arena, "rm -r %s", directory)), 0);
    pg_free(pg);
    arena_free(arena);
}

static int verify_with(const char *heads)
{
    ck_assert_int_eq(ctl(arena_printf(arena, "export-log >%s 2>/dev/null", path_of("log"))), 0);
    /* No database from here on. */
    return ctl(arena_printf(arena, "--database host=/nowhere verify --log %s --heads %s --key %s",
                            path_of("log"), path_of(heads), path_of("key")));
}

static void expect_flaw(const char *heads, const char *said)
{
    int status = verify_with(heads);
    ck_assert_msg(status == 1, "exit %d, said: %s", status, output);
    ck_assert_msg(strstr(output, said) == output, "%s instead of %s", output, said);
}

START_TEST(a_log_that_nobody_touched_is_sound)
{
    ck_assert_msg(verify_with("heads") == 0, "%s", output);
    ck_assert_str_eq(output, "10 entries and 2 heads checked: sound; 10 entries are signed for\n");
    ck_assert_int_eq(verify_with("old-heads"), 0);
    ck_assert_ptr_nonnull(strstr(output, "6 entries are signed for"));
    ck_assert_int_eq(ctl(arena_printf(arena, "verify --log %s", path_of("log"))), 0);
    ck_assert_ptr_nonnull(strstr(output, "0 entries are signed for"));
}
END_TEST

/* What the owner does, and what the verifier says. Hashes are computed anew where that helps them. */
#define RENUMBER                                                                                      \
    "UPDATE log SET n = n + 1000; UPDATE log l SET n = t.k FROM (SELECT n, row_number() OVER (ORDER " \
    "BY n) AS k FROM log) t WHERE t.n = l.n;"
#define ZERO "decode(repeat('00', 32), 'hex')"
static const struct {
    const char *does, *said;
} deeds[] = {
    /* Altered. */
    {"UPDATE journal SET bytes = replace(bytes, 'notes', 'votes') WHERE index = 2 AND complaint_id = "
     "(SELECT id FROM log WHERE n = 5)",
     "entry 5: altered"},
    {"UPDATE audit SET bytes = replace(bytes, 'agent1', 'agent2') WHERE id = (SELECT id FROM log "
     "WHERE n = 8)",
     "entry 8: altered"},
    {"UPDATE log SET hash = sha256('x') WHERE n = 3", "entry 3: altered"},
    /* Altered, with its hash. */
    {"UPDATE audit SET bytes = replace(bytes, 'agent1', 'agent2') WHERE id = (SELECT id FROM log "
     "WHERE n = 8); UPDATE audit SET hash = sha256(" ZERO " || convert_to(bytes, 'UTF8'));"
     "UPDATE log l SET hash = a.hash FROM audit a WHERE a.id = l.id",
     "entries 7 to 10: not those that were signed at "},
    /* A whole journal computed anew. */
    {"DO $$ DECLARE j record; head bytea; BEGIN"
     " FOR j IN SELECT l.n, l.id, l.index, replace(e.bytes, '\"notes\"', '\"votes\"') AS bytes FROM "
     "log l JOIN journal e ON e.complaint_id = l.id AND e.index = l.index WHERE l.n BETWEEN 4 AND 6 "
     "ORDER BY l.index LOOP"
     " IF j.index = 1 THEN head := " ZERO "; END IF;"
     " head := sha256(head || convert_to(j.bytes, 'UTF8'));"
     " UPDATE journal SET bytes = j.bytes, hash = head WHERE complaint_id = j.id AND index = j.index;"
     " UPDATE log SET hash = head WHERE n = j.n;"
     " UPDATE complaint SET journal_head = head WHERE id = j.id;"
     " END LOOP; END $$",
     "entries 1 to 6: not those that were signed at "},
    /* Removed. */
    {"DELETE FROM journal WHERE index = 2 AND complaint_id = (SELECT id FROM log WHERE n = 2)",
     "entry 2: missing"},
    {"DELETE FROM audit WHERE id = (SELECT id FROM log WHERE n = 9)", "entry 9: missing"},
    {"DELETE FROM log WHERE n = 4", "entry 4: missing"},
    {"DELETE FROM audit WHERE id = (SELECT id FROM log WHERE n = 7); DELETE FROM log WHERE n = 7;" RENUMBER
     "INSERT INTO log SELECT 10, gen_random_uuid(), 0, hash, '' FROM log WHERE n = 9",
     "entry 10: missing"},
    {"DELETE FROM audit WHERE id = (SELECT id FROM log WHERE n = 7); DELETE FROM log WHERE n = 7;" RENUMBER,
     "entries 10 to 10: missing: the log was cut off, or is a backup from before "},
    {"DELETE FROM journal WHERE complaint_id = (SELECT id FROM log WHERE n = 1); DELETE FROM log "
     "WHERE n <= 3;" RENUMBER,
     "entries 1 to 6: not those that were signed at "},
    /* Put in. */
    {"INSERT INTO log SELECT 1000, gen_random_uuid(), 0, hash, '' FROM log WHERE n = 7; INSERT INTO "
     "audit SELECT l.id, now(), 'sign_in', NULL, NULL, b.bytes, sha256(" ZERO
     " || convert_to(b.bytes, 'UTF8')) FROM log l, LATERAL (SELECT format('{\"id\":\"%s\"}', l.id) AS "
     "bytes) b WHERE l.n = 1000; UPDATE log l SET hash = a.hash FROM audit a WHERE a.id = l.id AND "
     "l.n = 1000; UPDATE log SET n = n + 5000 WHERE n BETWEEN 8 AND 100;" RENUMBER,
     "entries 7 to 10: not those that were signed at "},
    /* Moved. */
    {"UPDATE log SET n = n + 100 WHERE n IN (5, 6); UPDATE log SET n = 111 - n WHERE n > 100",
     "entry 5: missing"},
    {"UPDATE log SET n = n + 100 WHERE n IN (8, 9); UPDATE log SET n = 117 - n WHERE n > 100",
     "entries 7 to 10: not those that were signed at "},
    {"UPDATE audit SET id = ('00000000' || right(id::text, 28))::uuid WHERE id = (SELECT id FROM log "
     "WHERE n = 8)",
     "entry 8: missing"},
    /* Cut off. */
    {"DELETE FROM log WHERE n > 8",
     "entries 9 to 10: missing: the log was cut off, or is a backup from before "},
};

START_TEST(what_the_owner_does_is_found)
{
    sql_run("%s", deeds[_i].does);
    expect_flaw("heads", deeds[_i].said);
}
END_TEST

/* A database restored from yesterday's backup in which work went on: its own heads are gone with it,
 * the kept ones are not. */
START_TEST(a_backup_in_which_work_went_on_is_found)
{
    struct log_progress progress;

    sql_run("DELETE FROM log WHERE n > 6; DELETE FROM audit; DELETE FROM log_head WHERE size > 6");
    ck_assert_int_eq(verify_with("old-heads"), 0);
    expect_flaw("heads", "entries 7 to 10: missing");
    for (int i = 0; i < 6; i++)
        record("other");
    ck_assert_int_eq(log_sequence(pg, arena, 1000, SQL_DEADLINE, &progress), STORE_DONE);
    ck_assert_int_eq(progress.size, 12);
    ck_assert_int_eq(verify_with("old-heads"), 0);
    expect_flaw("heads", "entries 7 to 10: not those that were signed at ");
}
END_TEST

/* Heads count only if they were signed with a known key. */
START_TEST(heads_are_not_forged)
{
    struct text_buffer heads = text_buffer_new(arena, 2048);
    uint8_t other_key[crypto_sign_PUBLICKEYBYTES], other[crypto_sign_SECRETKEYBYTES];
    struct log_head *list;
    size_t count;

    ck_assert_int_eq(log_heads_after(pg, arena, 6, 1, SQL_DEADLINE, &list, &count), STORE_DONE);
    struct log_head forged = list[0];
    forged.signature[7] ^= 1;
    log_head_write(&forged, &heads);
    text_buffer_add_char(&heads, '\n');
    write_file("forged", text_buffer_text(&heads));
    ck_assert_int_eq(verify_with("forged"), 1);
    ck_assert_ptr_nonnull(strstr(output, "forged:1: the signature is wrong"));

    heads.length = 0;
    (void)crypto_sign_keypair(other_key, other);
    log_head_sign(arena, other, &forged);
    log_head_write(&forged, &heads);
    text_buffer_add_char(&heads, '\n');
    write_file("forged", text_buffer_text(&heads));
    ck_assert_int_eq(verify_with("forged"), 1);
    ck_assert_ptr_nonnull(
        strstr(output, "forged:1: signed with a key that is none of those given"));

    write_file("forged", TEXT("{\"size\":1}\n"));
    ck_assert_int_eq(verify_with("forged"), 2);
}
END_TEST

/* Without heads nobody has signed for anything: that is not sound, but trouble. */
START_TEST(files_without_heads_are_told)
{
    struct text heads = TEXT("{\"at\":");

    write_file("none", TEXT(""));
    ck_assert_int_eq(verify_with("none"), 2);
    ck_assert_str_eq(output, "");
    write_file("none", heads); /* the server is writing the first */
    ck_assert_int_eq(verify_with("none"), 2);
    /* One of two. */
    ck_assert_int_eq(
        ctl(arena_printf(arena, "verify --log %s --heads %s --heads %s --key %s", path_of("log"),
                         path_of("heads"), path_of("none"), path_of("key"))),
        2);
    ck_assert_int_eq(
        ctl(arena_printf(arena, "verify --log %s --heads %s --heads %s --key %s", path_of("log"),
                         path_of("heads"), path_of("old-heads"), path_of("key"))),
        0);
}
END_TEST

/* An entry behind the others of its journal, with all that belongs to it but a number. */
START_TEST(an_entry_beside_the_log_is_found)
{
    static const char *const verify = "--database \"$COMPLAINTD_TEST_OWNER\" verify --all";

    ck_assert_int_eq(ctl(verify), 0);
    sql_run(
        "INSERT INTO journal SELECT complaint_id, 4, at, b, sha256(hash || convert_to(b, 'UTF8')) "
        "FROM journal, LATERAL (SELECT replace(bytes, '\"index\":3', '\"index\":4')) AS t(b) "
        "WHERE index = 3 AND complaint_id = (SELECT id FROM log WHERE n = 1);"
        "UPDATE complaint c SET journal_length = 4, journal_head = j.hash FROM journal j "
        "WHERE j.complaint_id = c.id AND j.index = 4");
    ck_assert_int_eq(ctl(verify), 1);
    ck_assert_ptr_nonnull(strstr(output, ": entry 4: not in the log as it is here"));
}
END_TEST

#define COMPLAINT_OF_1 "(SELECT id FROM log WHERE n = 1)"
static const struct {
    const char *does, *said;
} removals[] = {
    /* An entry that has no number yet: of the audit trail, and of a journal. */
    {"DELETE FROM log_todo WHERE index = 0",
     ": entry of the audit trail: not in the log as it is here"},
    {"DELETE FROM log_todo WHERE index = 2", ": entry 2: not in the log as it is here"},
    {"UPDATE audit SET hash = sha256('x') WHERE id = (SELECT id FROM log WHERE n = 8)",
     ": entry of the audit trail: not in the log as it is here"},
    {"DELETE FROM audit WHERE id = (SELECT id FROM log WHERE n = 8)",
     ": entry of the audit trail: removed: only the log has it"},
    {"DELETE FROM stage WHERE complaint_id = " COMPLAINT_OF_1
     "; DELETE FROM journal_private WHERE complaint_id = " COMPLAINT_OF_1
     "; DELETE FROM journal WHERE complaint_id = " COMPLAINT_OF_1
     "; DELETE FROM complaint WHERE id = " COMPLAINT_OF_1,
     ": entry 3: removed: only the log has it"},
};

START_TEST(what_was_removed_without_a_trace_is_found)
{
    static const char *const verify = "--database \"$COMPLAINTD_TEST_OWNER\" verify --all";

    chain_add(3, "TS3", 2);
    record("e");
    ck_assert_int_eq(ctl(verify), 0);
    sql_run("%s", removals[_i].does);
    ck_assert_int_eq(ctl(verify), 1);
    ck_assert_msg(strstr(output, removals[_i].said) != NULL, "%s", output);
}
END_TEST

START_TEST(keys_are_made_once)
{
    const char *command = arena_printf(arena, "make-key %s", path_of("new-key"));

    ck_assert_int_eq(ctl(command), 0);
    ck_assert_uint_eq(strlen(output), 65);
    ck_assert_int_eq(shell(arena_printf(arena, "test $(stat -c %%a %s) = 600", path_of("new-key"))),
                     0);
    ck_assert_int_eq(ctl(arena_printf(arena, "%s 2>/dev/null", command)), 3);
}
END_TEST

START_TEST(wrong_usage_is_told)
{
    static const char *const arguments[] = {"verify --log",
                                            "verify --log x --all",
                                            "verify --log x --heads y",
                                            "verify --log x --key y",
                                            "verify --heads y --key z",
                                            "verify --log /nonexistent",
                                            "export-log x",
                                            "make-key"};

    for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++)
        ck_assert_int_eq(ctl(arena_printf(arena, "%s 2>/dev/null", arguments[i])), 2);
}
END_TEST

Suite *log_tamper_suite(void)
{
    Suite *suite = suite_create("log_tamper");
    TCase *tests = tcase_create("log_tamper");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_log_that_nobody_touched_is_sound);
    tcase_add_loop_test(tests, what_the_owner_does_is_found, 0, sizeof deeds / sizeof *deeds);
    tcase_add_test(tests, a_backup_in_which_work_went_on_is_found);
    tcase_add_test(tests, heads_are_not_forged);
    tcase_add_test(tests, files_without_heads_are_told);
    tcase_add_test(tests, an_entry_beside_the_log_is_found);
    tcase_add_loop_test(tests, what_was_removed_without_a_trace_is_found, 0,
                        sizeof removals / sizeof *removals);
    tcase_add_test(tests, keys_are_made_once);
    tcase_add_test(tests, wrong_usage_is_told);
    suite_add_tcase(suite, tests);
    return suite;
}
