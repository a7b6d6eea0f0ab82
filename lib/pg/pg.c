#include "lib/pg/pg.h"

#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATEMENTS_MAX 256 /* slots of the table of prepared statements; a power of two */
#define EXPECTED_MAX 1024  /* results that may be outstanding; a power of two */

enum expected { EXPECT_PREPARE, EXPECT_ROWS, EXPECT_SYNC };

struct pg {
    PGconn *connection;
    int backend; /* remembered, as libpq forgets it with the connection */
    bool usable;
    const struct pg_statement *prepared[STATEMENTS_MAX]; /* hash table by address */
    unsigned prepared_count;
    struct {
        enum expected kind;
        const struct pg_statement *statement;
    } expected[EXPECTED_MAX]; /* ring, in the order in which results come */
    unsigned expected_first, expected_count;
    char sqlstate[6];
    char message[512];
    char constraint[64];
    PGnotify *notify;
};

const struct pg_statement pg_begin = {"begin", "BEGIN"};
const struct pg_statement pg_begin_read = {"begin_read",
                                           "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
const struct pg_statement pg_commit = {"commit", "COMMIT"};
const struct pg_statement pg_rollback = {"rollback", "ROLLBACK"};

static void remember(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from ? from : "");
}

static void lose(struct pg *pg, const char *why)
{
    pg->usable = false;
    remember(pg->sqlstate, sizeof pg->sqlstate, "08006");
    remember(pg->message, sizeof pg->message, why);
    pg->constraint[0] = '\0';
}

static PGconn *open_connection(const struct pg_options *options)
{
    char timeout[16], settings[256];
    snprintf(timeout, sizeof timeout, "%d", options->connect_timeout_s);
    snprintf(settings, sizeof settings, "-c statement_timeout=%d -c lock_timeout=%d%s",
             options->statement_timeout_ms, options->statement_timeout_ms / 2,
             options->generic_plans ? " -c plan_cache_mode=force_generic_plan -c jit=off" : "");
    const char *keywords[] = {"dbname",          "application_name", "connect_timeout",  "options",
                              "client_encoding", "keepalives_idle",  "tcp_user_timeout", NULL};
    const char *values[] = {
        options->url, options->application, timeout, settings, "UTF8", "30", "10000", NULL};
    return PQconnectdbParams(keywords, values, 1);
}

static void ignore_notice(void *unused, const PGresult *result)
{
    (void)unused;
    (void)result;
}

struct pg *pg_connect(const struct pg_options *options, struct arena *arena, struct text *ret_error)
{
    struct pg *pg = calloc(1, sizeof *pg);
    if (!pg)
        abort();
    pg->connection = open_connection(options);
    if (PQstatus(pg->connection) != CONNECTION_OK || !PQenterPipelineMode(pg->connection) ||
        PQsetnonblocking(pg->connection, 1) != 0) {
        *ret_error = text_printf(arena, "%s", PQerrorMessage(pg->connection));
        pg_free(pg);
        return NULL;
    }
    PQsetNoticeReceiver(pg->connection, ignore_notice, NULL);
    pg->backend = PQbackendPID(pg->connection);
    pg->usable = true;
    return pg;
}

void pg_free(struct pg *pg)
{
    if (!pg)
        return;
    PQfreemem(pg->notify);
    PQfinish(pg->connection);
    free(pg);
}

int pg_backend(const struct pg *pg)
{
    return pg->backend;
}

bool pg_usable(const struct pg *pg)
{
    return pg && pg->usable;
}

/* The slot of a statement: where it stands, or where it would be put. */
static unsigned slot_of(const struct pg *pg, const struct pg_statement *statement)
{
    unsigned slot = (unsigned)((uintptr_t)statement / sizeof *statement) & (STATEMENTS_MAX - 1);
    while (pg->prepared[slot] && pg->prepared[slot] != statement)
        slot = (slot + 1) & (STATEMENTS_MAX - 1);
    return slot;
}

static bool expect(struct pg *pg, enum expected kind, const struct pg_statement *statement)
{
    if (pg->expected_count == EXPECTED_MAX) {
        lose(pg, "too many statements in one pipeline");
        return false;
    }
    unsigned at = (pg->expected_first + pg->expected_count++) & (EXPECTED_MAX - 1);
    pg->expected[at].kind = kind;
    pg->expected[at].statement = statement;
    return true;
}

static bool prepare(struct pg *pg, const struct pg_statement *statement,
                    const struct pg_binds *binds)
{
    unsigned slot = slot_of(pg, statement);
    if (pg->prepared[slot])
        return true;
    if (*statement->name && pg->prepared_count == STATEMENTS_MAX - 1) {
        lose(pg, "too many prepared statements");
        return false;
    }
    if (!PQsendPrepare(pg->connection, statement->name, statement->sql, binds ? binds->count : 0,
                       binds ? binds->types : NULL)) {
        lose(pg, PQerrorMessage(pg->connection));
        return false;
    }
    if (*statement->name) {
        pg->prepared[slot] = statement;
        pg->prepared_count++;
    }
    return expect(pg, EXPECT_PREPARE, statement);
}

bool pg_send(struct pg *pg, const struct pg_statement *statement, const struct pg_binds *binds)
{
    if (!pg->usable || !prepare(pg, statement, binds))
        return false;
    int count = binds ? binds->count : 0;
    if (!PQsendQueryPrepared(pg->connection, statement->name, count, binds ? binds->values : NULL,
                             binds ? binds->lengths : NULL, binds ? binds->formats : NULL, 1)) {
        lose(pg, PQerrorMessage(pg->connection));
        return false;
    }
    return expect(pg, EXPECT_ROWS, statement);
}

bool pg_sync(struct pg *pg)
{
    if (!pg->usable)
        return false;
    if (!PQpipelineSync(pg->connection)) {
        lose(pg, PQerrorMessage(pg->connection));
        return false;
    }
    return expect(pg, EXPECT_SYNC, NULL);
}

static bool wait_socket(struct pg *pg, short events, int64_t deadline_us)
{
    int64_t left_ms = (deadline_us - monotonic_now_us()) / 1000;
    struct pollfd fd = {.fd = PQsocket(pg->connection), .events = events};
    if (fd.fd < 0) {
        lose(pg, "the connection is closed");
        return false;
    }
    int ready = poll(&fd, 1, left_ms < 0 ? 0 : left_ms > 60000 ? 60000 : (int)left_ms);
    if (ready == 0 && left_ms <= 0) {
        lose(pg, "the database did not answer in time");
        return false;
    }
    return ready >= 0 || errno == EINTR;
}

/* Sends what is queued and reads until PQgetResult would not block. */
static bool make_progress(struct pg *pg, int64_t deadline_us)
{
    for (;;) {
        int unsent = PQflush(pg->connection);
        if (unsent < 0 || (unsent == 0 && !PQisBusy(pg->connection)))
            break;
        if (!wait_socket(pg, (short)(POLLIN | (unsent ? POLLOUT : 0)), deadline_us))
            return false;
        if (!PQconsumeInput(pg->connection))
            break;
    }
    if (PQstatus(pg->connection) != CONNECTION_OK) {
        lose(pg, PQerrorMessage(pg->connection));
        return false;
    }
    return true;
}

static PGresult *next_result(struct pg *pg, int64_t deadline_us)
{
    return make_progress(pg, deadline_us) ? PQgetResult(pg->connection) : NULL;
}

static void remember_error(struct pg *pg, const PGresult *result)
{
    remember(pg->sqlstate, sizeof pg->sqlstate, PQresultErrorField(result, PG_DIAG_SQLSTATE));
    remember(pg->message, sizeof pg->message, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    remember(pg->constraint, sizeof pg->constraint,
             PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME));
}

/* Forgets a statement whose preparation failed or was skipped; those behind it in the open-addressing
 * table move up. */
static void forget_prepared(struct pg *pg, const struct pg_statement *statement)
{
    unsigned slot = slot_of(pg, statement);
    if (!pg->prepared[slot])
        return;
    pg->prepared[slot] = NULL;
    pg->prepared_count--;
    for (unsigned next = (slot + 1) & (STATEMENTS_MAX - 1); pg->prepared[next];
         next = (next + 1) & (STATEMENTS_MAX - 1)) {
        const struct pg_statement *moved = pg->prepared[next];
        pg->prepared[next] = NULL;
        pg->prepared[slot_of(pg, moved)] = moved;
    }
}

static void fill_rows(struct pg_rows *rows, PGresult *result)
{
    const char *affected = PQcmdTuples(result);
    rows->result = result;
    rows->count = (size_t)PQntuples(result);
    rows->affected = *affected ? strtoll(affected, NULL, 10) : 0;
}

static enum pg_status judge(struct pg *pg, PGresult *result, struct pg_rows *rows)
{
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
        if (rows)
            fill_rows(rows, result);
        else
            PQclear(result);
        return PG_DONE;
    case PGRES_PIPELINE_SYNC: PQclear(result); return PG_SYNCED;
    case PGRES_PIPELINE_ABORTED: PQclear(result); return PG_SKIPPED;
    default:
        remember_error(pg, result);
        PQclear(result);
        return PG_FAILED;
    }
}

/* One result as the server sends it; for a statement also the NULL that closes it. */
static enum pg_status take(struct pg *pg, enum expected kind, int64_t deadline_us,
                           struct pg_rows *rows)
{
    PGresult *result = next_result(pg, deadline_us);
    if (!result) {
        if (pg->usable)
            lose(pg, "the pipeline is out of step");
        return PG_LOST;
    }
    enum pg_status status = judge(pg, result, rows);
    if (kind != EXPECT_SYNC) {
        PGresult *end = next_result(pg, deadline_us);
        if (end || !pg->usable) {
            PQclear(end);
            lose(pg, "the pipeline is out of step");
            return PG_LOST;
        }
    }
    if (status == PG_FAILED && PQstatus(pg->connection) != CONNECTION_OK) {
        pg->usable = false;
        return PG_LOST;
    }
    return status;
}

enum pg_status pg_next(struct pg *pg, int64_t deadline_us, struct pg_rows *rows)
{
    if (rows)
        *rows = (struct pg_rows){0};
    enum pg_status prepared = PG_DONE;
    while (pg->usable && pg->expected_count) {
        enum expected kind = pg->expected[pg->expected_first].kind;
        const struct pg_statement *statement = pg->expected[pg->expected_first].statement;
        pg->expected_first = (pg->expected_first + 1) & (EXPECTED_MAX - 1);
        pg->expected_count--;
        enum pg_status status = take(pg, kind, deadline_us, kind == EXPECT_ROWS ? rows : NULL);
        if (status == PG_LOST && rows)
            pg_rows_free(rows);
        if (kind != EXPECT_PREPARE)
            return prepared == PG_FAILED ? PG_FAILED : status;
        prepared = status; /* the statement itself follows; a failure here skips it */
        if (status == PG_FAILED || status == PG_SKIPPED)
            forget_prepared(pg, statement);
    }
    if (pg->usable)
        lose(pg, "a result was awaited that nothing asked for");
    return PG_LOST;
}

bool pg_held_up(const struct pg *pg)
{
    return pg_usable(pg) &&
           (strcmp(pg->sqlstate, "55P03") == 0 || strcmp(pg->sqlstate, "57014") == 0);
}

struct pg_error pg_error(const struct pg *pg)
{
    struct pg_error error = {.message = pg->message, .constraint = pg->constraint};
    memcpy(error.sqlstate, pg->sqlstate, sizeof error.sqlstate);
    return error;
}

bool pg_alive(struct pg *pg)
{
    if (!pg_usable(pg))
        return false;
    struct pollfd fd = {.fd = PQsocket(pg->connection), .events = POLLIN};
    /* A server that ends says so first: behind that message stands the end, which fails a read. */
    while (pg->usable && poll(&fd, 1, 0) > 0) {
        if (!PQconsumeInput(pg->connection))
            lose(pg, PQerrorMessage(pg->connection));
    }
    return pg->usable;
}

enum pg_status pg_run(struct pg *pg, const struct pg_statement *statement,
                      const struct pg_binds *binds, int64_t deadline_us, struct pg_rows *rows)
{
    if (rows)
        *rows = (struct pg_rows){0};
    if (!pg_send(pg, statement, binds) || !pg_sync(pg))
        return PG_LOST;
    enum pg_status status = pg_next(pg, deadline_us, rows);
    if (status == PG_LOST)
        return PG_LOST;
    enum pg_status end = pg_next(pg, deadline_us, NULL);
    if (end == PG_LOST && rows)
        pg_rows_free(rows);
    return end == PG_LOST ? PG_LOST : status;
}

bool pg_wait_notify(struct pg *pg, int timeout_ms, struct text *ret_channel,
                    struct text *ret_payload)
{
    *ret_channel = *ret_payload = TEXT_NONE;
    PQfreemem(pg->notify);
    pg->notify = PQnotifies(pg->connection);
    if (!pg->notify) {
        struct pollfd fd = {.fd = PQsocket(pg->connection), .events = POLLIN};
        if (fd.fd >= 0)
            (void)poll(&fd, 1, timeout_ms);
        if (fd.fd < 0 || !PQconsumeInput(pg->connection)) {
            lose(pg, PQerrorMessage(pg->connection));
            return false;
        }
        pg->notify = PQnotifies(pg->connection);
    }
    if (pg->notify) {
        *ret_channel = text_of(pg->notify->relname);
        *ret_payload = text_of(pg->notify->extra);
    }
    return true;
}
