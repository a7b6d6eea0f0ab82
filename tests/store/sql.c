#include "tests/store/sql.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

static const char *url(const char *variable)
{
    const char *value = getenv(variable);
    ck_assert_msg(value && *value, "%s is not set", variable);
    return value;
}

static const char *owner_variable = "COMPLAINTD_TEST_OWNER";

void sql_use_second(bool second)
{
    owner_variable = second ? "COMPLAINTD_TEST_SECOND" : "COMPLAINTD_TEST_OWNER";
}

const char *sql_owner_url(void)
{
    return url(owner_variable);
}

static PGresult *run(const char *variable, const char *statement)
{
    PGconn *connection = PQconnectdb(url(variable));
    ck_assert_msg(PQstatus(connection) == CONNECTION_OK, "%s", PQerrorMessage(connection));
    PQclear(PQexec(connection, "SET client_min_messages = warning"));
    PGresult *result = PQexec(connection, statement);
    PQfinish(connection);
    return result;
}

static PGresult *run_owner(const char *format, va_list arguments)
{
    char *statement = NULL;
    ck_assert_int_ge(vasprintf(&statement, format, arguments), 0);
    PGresult *result = run(owner_variable, statement);
    ExecStatusType status = PQresultStatus(result);
    ck_assert_msg(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%.1000s: %s", statement,
                  PQresultErrorMessage(result)); /* libcheck bounds messages */
    free(statement);
    return result;
}

void sql_run(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    PQclear(run_owner(format, arguments));
    va_end(arguments);
}

static char *value_of(PGresult *result)
{
    char *value = strdup(PQntuples(result) ? PQgetvalue(result, 0, 0) : "");
    ck_assert_ptr_nonnull(value);
    PQclear(result);
    return value;
}

char *sql_value(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *value = value_of(run_owner(format, arguments));
    va_end(arguments);
    return value;
}

long sql_number(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *value = value_of(run_owner(format, arguments));
    va_end(arguments);
    long number = strtol(value, NULL, 10);
    free(value);
    return number;
}

const char *sql_state_as_app(const char *statement)
{
    static char state[6];
    PGresult *result = run("COMPLAINTD_TEST_APP", statement);
    const char *field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    snprintf(state, sizeof state, "%s", field ? field : "00000");
    PQclear(result);
    return state;
}

char *sql_value_as_reader(const char *statement)
{
    PGresult *result = run("COMPLAINTD_TEST_READER", statement);
    ck_assert_msg(PQresultStatus(result) == PGRES_TUPLES_OK, "%s: %s", statement,
                  PQresultErrorMessage(result));
    return value_of(result);
}

void sql_empty(void)
{
    sql_run(
        "TRUNCATE complaint, handler, stage, work, link, search, search_todo, journal, journal_private, contact_mark, attachment, attachment_chunk, data_key, idempotency, audit, log, log_todo, log_head, log_sent, "
        "token, client, reader_unit, departure, deputy, staff_grant, staff, unit, complaint_class, calendar_day, calendar, recalculation, retention_hold, erasure_order, figure_day;"
        "DELETE FROM policy_level WHERE version > 1; DELETE FROM policy WHERE version > 1");
}

static struct pg *connect_as(const char *variable)
{
    struct pg_options options = {.url = url(variable),
                                 .application = "tests",
                                 .statement_timeout_ms = 20000,
                                 .connect_timeout_s = 5};
    struct arena *arena = arena_new(1024);
    struct text error = TEXT_NONE;
    struct pg *pg = pg_connect(&options, arena, &error);
    ck_assert_msg(pg != NULL, "%.*s", TEXT_ARG(error));
    arena_free(arena);
    return pg;
}

struct pg *sql_connect_owner(void)
{
    return connect_as(owner_variable);
}

struct pg *sql_connect_app(void)
{
    return connect_as("COMPLAINTD_TEST_APP");
}

struct uuid sql_id(unsigned number)
{
    struct uuid id = UUID_NONE;
    id.bytes[0] = 1;
    id.bytes[14] = (uint8_t)(number >> 8);
    id.bytes[15] = (uint8_t)number;
    return id;
}

static void format_id(unsigned number, char out[static UUID_TEXT_LENGTH + 1])
{
    uuid_format(sql_id(number), out);
    out[UUID_TEXT_LENGTH] = '\0';
}

void sql_add_complaint(unsigned id, const char *number, unsigned owner, bool open,
                       int journal_length, const uint8_t head[32])
{
    char id_text[UUID_TEXT_LENGTH + 1], owner_text[UUID_TEXT_LENGTH + 1], hexadecimal[65];

    format_id(id, id_text);
    format_id(owner, owner_text);
    for (size_t i = 0; i < 32; i++)
        snprintf(hexadecimal + 2 * i, 3, "%02x", head[i]);
    /* Columns that matter to nobody here are filled by their type, whatever there are of them. */
    sql_run(
        "INSERT INTO complaint SELECT r.* FROM (SELECT jsonb_object_agg(attname, "
        "CASE WHEN atttypid = 'uuid'::regtype THEN to_jsonb('%s'::text) "
        "WHEN atttypid = 'boolean'::regtype THEN 'false' "
        "WHEN atttypid IN ('integer'::regtype, 'bigint'::regtype) THEN '1' "
        "WHEN atttypid = 'timestamptz'::regtype THEN to_jsonb(now()) "
        "WHEN attndims > 0 THEN '[]' ELSE '\"x\"' END) AS filled FROM pg_attribute "
        "WHERE attrelid = 'complaint'::regclass AND attnum > 0 AND attnotnull "
        "AND NOT attisdropped) f, "
        "jsonb_populate_record(NULL::complaint, f.filled || jsonb_build_object("
        "'id', '%s', 'number', '%s', 'tracking_code', '%s', 'status', '%s', 'stage', 'intake', "
        "'level', 'ordinary', 'limit_level', 'ordinary', 'round_kind', 'first', "
        "'urgency', 3, 'source', 'hotline', 'closed_at', %s, "
        "'subject', 'x', 'narrative', 'x', 'complainant_capacity', 'self', 'journal_length', %d, 'journal_head', '\\x%s')) r",
        owner_text, id_text, number, number, open ? "open" : "closed", open ? "NULL" : "now()",
        journal_length, hexadecimal);
    sql_run("INSERT INTO stage VALUES ('%s', 1, 'intake', 1, '%s', '%s', now(), now(), now(), "
            "%s, 0, 0)",
            id_text, owner_text, owner_text, open ? "NULL" : "now()");
}

struct pg_rows sql_query(struct pg *pg, const char *sql, const struct pg_binds *binds)
{
    const struct pg_statement statement = {"", sql};
    struct pg_rows rows;
    enum pg_status status = pg_run(pg, &statement, binds, SQL_DEADLINE, &rows);
    ck_assert_msg(status == PG_DONE, "%s: %s", sql, pg_error(pg).message);
    return rows;
}
