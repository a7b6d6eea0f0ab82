#include <check.h>
#include <libpq-fe.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/http/real_verify.h"

#include "tests/http/database.h"
#include "tests/http/program.h"
#include "tests/http/real.h"
#include "tests/http/real_needle.h"
#include "tests/http/real_report.h"

#define AUDITOR "auditor1"
#define SAMPLE_EACH 50 /* of those that do not walk */
#define HASH_BYTES crypto_hash_sha256_BYTES
#define HASH_HEX (2 * HASH_BYTES + 1)

void real_verify_complaints(int number)
{
    struct real_client client;
    char path[96];
    const struct real_request request = {.path = path, .gzip = number % 2};

    if (real_client_open(&client, AUDITOR)) {
        for (size_t i = (size_t)number; i < real.count && real_going_on(); i += REAL_CLIENTS) {
            snprintf(path, sizeof path, "/v1/complaints/%s", real.complaints[i].number);
            if (!real_call(&client, &request, 200))
                break;
            real_compare(&real.complaints[i], client.json);
        }
    }
    real_client_close(&client);
}

/* --- the list ----------------------------------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
    return strcmp(real.complaints[*(const size_t *)a].id, real.complaints[*(const size_t *)b].id);
}

static int id_and_index(const void *id, const void *index)
{
    return strcmp(id, real.complaints[*(const size_t *)index].id);
}

/* sorted: indexes of the complaints, in the order of their ids. */
static void judge_item(const size_t sorted[], bool seen[], const json_t *item)
{
    const char *id = json_string_value(json_object_get(item, "id"));
    const size_t *found = id ? bsearch(id, sorted, real.count, sizeof *sorted, id_and_index) : NULL;

    if (!found) /* of another suite */
        return;
    const struct real_complaint *complaint = &real.complaints[*found];
    const char *subject = json_string_value(json_object_get(item, "subject"));
    const json_t *owner = json_object_get(json_object_get(item, "owner"), "login");
    if (seen[*found])
        real_fail("%s is in the list twice", complaint->number);
    seen[*found] = true;
    if (!text_equal(text_of(subject), complaint->row->shown[REAL_SUBJECT]) ||
        json_integer_value(json_object_get(item, "version")) != complaint->version ||
        real_login_number(json_string_value(owner)) != complaint->owner)
        real_fail("%s is another in the list", complaint->number);
}

void real_verify_list(void)
{
    size_t *sorted = ARENA_ARRAY(real.arena, size_t, real.count);
    bool *seen = ARENA_ARRAY(real.arena, bool, real.count);
    struct real_client client;
    char path[512] = "/v1/complaints?limit=200";
    const struct real_request request = {.path = path, .gzip = true};
    const json_t *item;
    size_t i, count = 0;

    for (i = 0; i < real.count; i++)
        sorted[i] = i;
    qsort(sorted, real.count, sizeof *sorted, by_id);
    for (bool more = real_client_open(&client, AUDITOR); more && real_going_on();) {
        if (!real_call(&client, &request, 200))
            break;
        json_array_foreach(json_object_get(client.json, "items"), i, item)
            judge_item(sorted, seen, item);
        const char *next = json_string_value(json_object_get(client.json, "next"));
        more = next != NULL;
        if (more)
            snprintf(path, sizeof path, "/v1/complaints?limit=200&cursor=%s", next);
    }
    real_client_close(&client);
    for (i = 0; i < real.count; i++)
        count += seen[i];
    if (count != real.count)
        real_fail("the list holds %zu of %zu", count, real.count);
}

/* --- journals ----------------------------------------------------------------------------------- */

static PGconn *connect_as(const char *variable)
{
    const char *url = getenv(variable);
    ck_assert_msg(url && *url, "%s is not set", variable);
    PGconn *connection = PQconnectdb(url);
    ck_assert_msg(PQstatus(connection) == CONNECTION_OK, "%s", PQerrorMessage(connection));
    return connection;
}

/* A reader who is given all units. */
static PGconn *connect_reader(void)
{
    database_run("INSERT INTO reader_unit SELECT 'complaintd_reader', id FROM unit "
                 "WHERE parent_id IS NULL ON CONFLICT DO NOTHING");
    return connect_as("COMPLAINTD_TEST_READER");
}

static PGresult *ask(PGconn *connection, const char *statement, const char *parameter)
{
    PGresult *result = PQexecParams(connection, statement, parameter ? 1 : 0, NULL,
                                    parameter ? &parameter : NULL, NULL, NULL, 0);
    ck_assert_msg(PQresultStatus(result) == PGRES_TUPLES_OK, "%s: %s", statement,
                  PQerrorMessage(connection));
    return result;
}

/* The hash of an entry from its bytes and the hash before it, moved on from entry to entry. */
static void move_on(unsigned char hash[HASH_BYTES], const char *bytes, char hex[HASH_HEX])
{
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, hash, HASH_BYTES);
    crypto_hash_sha256_update(&state, (const unsigned char *)bytes, strlen(bytes));
    crypto_hash_sha256_final(&state, hash);
    sodium_bin2hex(hex, HASH_HEX, hash, HASH_BYTES);
}

static bool is_string(const json_t *object, const char *name, const char *expected)
{
    const char *value = json_string_value(json_object_get(object, name));

    return value && strcmp(value, expected) == 0;
}

static bool judge_journal(const struct real_complaint *complaint, const json_t *items,
                          const PGresult *stored)
{
    size_t count = (size_t)complaint->done_count;
    unsigned char hash[HASH_BYTES] = {0};
    char previous[HASH_HEX], own[HASH_HEX];

    if (json_array_size(items) != count || (size_t)PQntuples(stored) != count ||
        (int64_t)count != complaint->version)
        return false;
    sodium_bin2hex(own, sizeof own, hash, sizeof hash);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(items, i);
        struct text action = vocabulary_code(&vocabulary_action, complaint->done[i].action);
        memcpy(previous, own, sizeof previous);
        move_on(hash, PQgetvalue(stored, (int)i, 0), own);
        if (json_integer_value(json_object_get(item, "index")) != (json_int_t)i + 1 ||
            !is_string(item, "action", action.at) ||
            !is_string(item, "actor", real_logins[complaint->done[i].actor]) ||
            !is_string(item, "previous_hash", previous) || !is_string(item, "hash", own) ||
            strcmp(PQgetvalue(stored, (int)i, 1), own) != 0)
            return false;
    }
    return true;
}

size_t real_verify_journals(void)
{
    PGconn *connection = connect_reader();
    struct real_client client;
    size_t entries = 0;
    char path[128];
    const struct real_request request = {.path = path};
    bool good = real_client_open(&client, AUDITOR);

    for (size_t i = 0; good && i < real.count && real_going_on(); i++) {
        const struct real_complaint *complaint = &real.complaints[i];
        if (!complaint->walks && i % SAMPLE_EACH != 0)
            continue;
        snprintf(path, sizeof path, "/v1/complaints/%s/journal?limit=200", complaint->id);
        good = real_call(&client, &request, 200);
        PGresult *stored = ask(connection,
                               "SELECT bytes, encode(hash, 'hex') FROM journal"
                               " WHERE complaint_id = $1 ORDER BY index",
                               complaint->id);
        if (good && !judge_journal(complaint, json_object_get(client.json, "items"), stored))
            real_fail("%s: its journal does not tell what was done", complaint->number);
        entries += (size_t)PQntuples(stored);
        PQclear(stored);
    }
    real_client_close(&client);
    PQfinish(connection);
    return entries;
}

const char *real_verify_by_program(void)
{
    const char *url = getenv("COMPLAINTD_TEST_OWNER"), *program = getenv("COMPLAINTD_CTL");
    char *output = arena_alloc(real.arena, 65536);

    ck_assert(url && program);
    ck_assert_int_eq(setenv("COMPLAINTD_DATABASE_URL", url, 1), 0);
    FILE *pipe = popen(arena_printf(real.arena, "%s verify --all 2>&1", program), "r"); /* NOLINT */
    ck_assert_ptr_nonnull(pipe);
    output[fread(output, 1, 65535, pipe)] = '\0';
    int status = pclose(pipe);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s", output);
    return output;
}

/* --- tables ------------------------------------------------------------------------------------- */

void real_verify_tables(void)
{
    static const char *const none[] = {
        "SELECT c.number FROM complaint c LEFT JOIN stage s"
        " ON s.complaint_id = c.id AND s.completed_at IS NULL"
        " GROUP BY c.id HAVING count(s.sequence) <> (c.status = 'open')::integer",
        "SELECT c.number FROM complaint c LEFT JOIN journal j ON j.complaint_id = c.id"
        " GROUP BY c.id HAVING count(j.index) <> c.version OR max(j.index) <> c.version"
        " OR c.journal_length <> c.version",
        "SELECT c.number FROM complaint c JOIN LATERAL (SELECT * FROM stage s"
        " WHERE s.complaint_id = c.id ORDER BY sequence DESC LIMIT 1) s ON true"
        " WHERE (s.owner_id, s.stage) IS DISTINCT FROM (c.owner_id, c.stage)",
        "SELECT c.number FROM complaint c LEFT JOIN handler h ON h.complaint_id = c.id"
        " GROUP BY c.id HAVING count(h) <> cardinality(c.handlers) OR NOT bool_and("
        "h.staff_id = ANY(c.handlers) AND h.open = (c.status = 'open')"
        " AND h.received_at = c.received_at)",
        "SELECT s.complaint_id FROM stage s LEFT JOIN complaint c ON c.id = s.complaint_id"
        " WHERE c.id IS NULL",
    };
    PGconn *connection = connect_reader();

    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        PGresult *result = ask(connection, none[i], NULL);
        ck_assert_msg(PQntuples(result) == 0, "%d complaints, the first %s: %s", PQntuples(result),
                      PQgetvalue(result, 0, 0), none[i]);
        PQclear(result);
    }
    PQfinish(connection);
}

static void search(PGconn *connection, const char *statement)
{
    PGresult *result = ask(connection, statement, NULL);

    ck_assert_int_gt(PQntuples(result), 0);
    for (int i = 0; i < PQntuples(result); i++)
        ck_assert_msg(
            !real_needle_found(PQgetvalue(result, i, 0), (size_t)PQgetlength(result, i, 0)),
            "%s: row %d holds a number of the input", statement, i);
    PQclear(result);
    PQfinish(connection);
}

void real_verify_stored(void)
{
    search(connect_as("COMPLAINTD_TEST_OWNER"), "SELECT c::text FROM complaint c");
    search(connect_reader(), "SELECT body FROM work");
    search(connect_reader(), "SELECT bytes FROM journal");
    search(connect_as("COMPLAINTD_TEST_OWNER"), "SELECT body FROM idempotency");

    char *path = program_file("check/http-server.log"), *text = NULL;
    size_t capacity = 0;
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s cannot be read", path);
    ssize_t length = getdelim(&text, &capacity, '\0', file);
    ck_assert_int_gt(length, 0);
    ck_assert_msg(!real_needle_found(text, (size_t)length), "the log holds a number of the input");
    ck_assert_int_eq(fclose(file), 0);
    free(text);
    free(path);
}
