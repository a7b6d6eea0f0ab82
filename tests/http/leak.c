#include "tests/http/leak.h"

#include <dirent.h>
#include <jansson.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/http/real_needle.h"

/* Fewer would mean that the requests were not understood. */
#define NEEDLES_MIN 20

/* --- what was sent ------------------------------------------------------------------------------ */

static void add_person(const json_t *complaint)
{
    static const char *const personal[] = {"name", "phone", "email", "identity_number",
                                           "account_number"};
    const json_t *person = json_object_get(complaint, "complainant");

    for (size_t i = 0; i < sizeof personal / sizeof *personal; i++) {
        const char *value = json_string_value(json_object_get(person, personal[i]));
        if (value)
            real_needle_add(text_of(value));
    }
}

/* Of a request that was taken; what was refused may name itself in its own answer alone. */
static void add_request(const json_t *exchange)
{
    const json_t *request = json_object_get(exchange, "request"), *item;
    const char *body = json_string_value(json_object_get(request, "body"));
    size_t i;

    if (!body || json_integer_value(json_object_get(exchange, "status")) >= 300)
        return;
    json_auto_t *sent = json_loads(body, 0, NULL);
    add_person(sent);
    json_array_foreach(json_object_get(sent, "items"), i, item)
        add_person(json_object_get(item, "complaint"));
}

/* The recorded exchanges of the run, a line each. */
static FILE *open_exchanges(const char *directory)
{
    const char *given = getenv("COMPLAINTD_EXCHANGES");
    char *path = NULL;
    if (asprintf(&path, "%s%s", given && *given ? given : directory,
                 given && *given ? "" : "/../exchanges.jsonl") < 0)
        return NULL;
    FILE *file = fopen(path, "r");
    free(path);
    return file;
}

/* Returns whether the file itself holds what was taken from it: or the search would find nothing. */
static bool add_exchanges(const char *directory)
{
    FILE *file = open_exchanges(directory);
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    bool found = false;

    while (file && (length = getline(&line, &capacity, file)) > 0) {
        json_auto_t *exchange = json_loadb(line, (size_t)length, 0, NULL);
        add_request(exchange);
        found = found || real_needle_found(line, (size_t)length);
    }
    if (file)
        fclose(file);
    free(line);
    return found;
}

/* --- where it must not be ------------------------------------------------------------------------ */

static bool in_file(const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0, number = 0, lines = 0;
    ssize_t length;

    while (file && (length = getline(&line, &capacity, file)) > 0) {
        lines++;
        if (number == 0 && real_needle_found(line, (size_t)length))
            number = lines;
    }
    if (file)
        fclose(file);
    free(line);
    if (number)
        fprintf(stderr, "%s:%zu holds something personal\n", path, number);
    return number > 0;
}

/* The logs of the servers that this suite started. */
static bool in_logs(const char *directory)
{
    DIR *entries = opendir(directory);
    struct dirent *entry;
    bool found = false;
    int logs = 0;

    while (entries && (entry = readdir(entries))) {
        const char *end = strrchr(entry->d_name, '.');
        char *path = NULL;
        if (strncmp(entry->d_name, "http-", 5) != 0 || !end || strcmp(end, ".log") != 0 ||
            asprintf(&path, "%s/%s", directory, entry->d_name) < 0)
            continue;
        found = in_file(path) || found;
        logs++;
        free(path);
    }
    if (entries)
        closedir(entries);
    return found || logs == 0;
}

/* Nor in the trail of what happens beside complaints. */
static bool in_journal(void)
{
    PGconn *connection = PQconnectdb(getenv("COMPLAINTD_TEST_OWNER"));
    PGresult *result;
    bool found = false;
    long entries = 0;

    if (!PQsendQuery(connection, "SELECT bytes, index, complaint_id FROM journal "
                                 "UNION ALL SELECT bytes, 0, id FROM audit") ||
        !PQsetSingleRowMode(connection))
        fprintf(stderr, "%s", PQerrorMessage(connection));
    while ((result = PQgetResult(connection))) {
        for (int row = 0; row < PQntuples(result); row++, entries++) {
            if (!real_needle_found(PQgetvalue(result, row, 0), (size_t)PQgetlength(result, row, 0)))
                continue;
            fprintf(stderr, "entry %s of %s holds something personal\n", PQgetvalue(result, row, 1),
                    PQgetvalue(result, row, 2));
            found = true;
        }
        PQclear(result);
    }
    PQfinish(connection);
    return found || entries == 0;
}

/* The tables that were answered, and the archive of a case that a test keeps. */
static bool in_exports(const char *directory)
{
    FILE *file = open_exchanges(directory);
    char *line = NULL, *archive = NULL;
    size_t capacity = 0;
    ssize_t length;
    bool found = false;
    int tables = 0;

    while (file && (length = getline(&line, &capacity, file)) > 0) {
        json_auto_t *exchange = json_loadb(line, (size_t)length, 0, NULL);
        const char *type = json_string_value(json_object_get(exchange, "content_type"));
        const json_t *body = json_object_get(exchange, "body");
        if (!type || strncmp(type, "text/csv", 8) != 0 || !json_is_string(body))
            continue;
        tables++;
        if (!real_needle_found(json_string_value(body), json_string_length(body)))
            continue;
        fprintf(stderr, "the table %s holds something personal\n",
                json_string_value(json_object_get(exchange, "path")));
        found = true;
    }
    if (file)
        fclose(file);
    free(line);
    if (asprintf(&archive, "%s/case.tar", directory) < 0 || access(archive, R_OK) != 0)
        found = true;
    else
        found = in_file(archive) || found;
    free(archive);
    return found || tables == 0;
}

bool leak_found(const char *directory, const char *metrics)
{
    bool found = !add_exchanges(directory);

    if (found || real_needle_count() < NEEDLES_MIN) {
        fprintf(stderr, "only %zu personal values to look for\n", real_needle_count());
        /* A single suite sends few. */
        return !getenv("CK_RUN_SUITE");
    }
    found = in_logs(directory) || found;
    found = in_journal() || found;
    found = in_exports(directory) || found;
    if (!strstr(metrics, "complaintd_requests") || real_needle_found(metrics, strlen(metrics))) {
        fprintf(stderr, "the metrics hold something personal, or nothing\n");
        found = true;
    }
    printf("%zu personal values looked for: %s\n", real_needle_count(),
           found ? "found" : "in no log, no journal, no metric and no export");
    return found;
}
