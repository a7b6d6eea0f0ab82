#include "tests/http/database.h"

#include <libpq-fe.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/http/client.h"

struct database_lock {
    PGconn *connection;
};

static PGconn *connect_as(const char *variable)
{
    const char *url = getenv(variable);
    ck_assert_msg(url && *url, "%s is not set", variable);
    PGconn *connection = PQconnectdb(url);
    ck_assert_msg(PQstatus(connection) == CONNECTION_OK, "%s", PQerrorMessage(connection));
    PQclear(PQexec(connection, "SET client_min_messages = warning"));
    return connection;
}

static PGresult *run_on(PGconn *connection, const char *statement)
{
    PGresult *result = PQexec(connection, statement);
    ExecStatusType status = PQresultStatus(result);
    ck_assert_msg(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%s: %s", statement,
                  PQresultErrorMessage(result));
    return result;
}

static char *value_as(const char *variable, const char *format, va_list arguments)
{
    char *statement = NULL, *value;
    PGconn *connection = connect_as(variable);
    ck_assert_int_ge(vasprintf(&statement, format, arguments), 0);
    PGresult *result = run_on(connection, statement);
    value = strdup(PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
    ck_assert_ptr_nonnull(value);
    PQclear(result);
    PQfinish(connection);
    free(statement);
    return value;
}

void database_run(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    free(value_as("COMPLAINTD_TEST_OWNER", format, arguments));
    va_end(arguments);
}

const char *database_text(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *value = value_as("COMPLAINTD_TEST_OWNER", format, arguments);
    va_end(arguments);
    const char *text = client_text("%s", value);
    free(value);
    return text;
}

long database_number(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *value = value_as("COMPLAINTD_TEST_OWNER", format, arguments);
    va_end(arguments);
    long number = strtol(value, NULL, 10);
    free(value);
    return number;
}

/* In a transaction of its own; the statement returns so many rows. */
static struct database_lock *lock_by(const char *statement, int rows)
{
    struct database_lock *lock = calloc(1, sizeof *lock);
    ck_assert_ptr_nonnull(lock);
    lock->connection = connect_as("COMPLAINTD_TEST_OWNER");
    PQclear(run_on(lock->connection, "BEGIN"));
    PGresult *result = run_on(lock->connection, statement);
    ck_assert_int_eq(PQntuples(result), rows);
    PQclear(result);
    return lock;
}

struct database_lock *database_lock_complaint(const char *number)
{
    return lock_by(client_text("SELECT 1 FROM complaint WHERE number = '%s' FOR UPDATE", number),
                   1);
}

/* By the lock of the duty, which whoever fills it has while it does. */
struct database_lock *database_lock_search(void)
{
    return lock_by("SELECT pg_advisory_xact_lock(2060, 1000)", 1);
}

struct database_lock *database_lock_table(const char *name)
{
    return lock_by(client_text("LOCK TABLE %s IN SHARE MODE", name), 0);
}

void database_unlock(struct database_lock *lock)
{
    PQclear(run_on(lock->connection, "ROLLBACK"));
    PQfinish(lock->connection);
    free(lock);
}

const char *database_now(void)
{
    return database_text("SELECT clock_timestamp()");
}

/* Ends the application's connections to this database that compare so with the value; a role may end
 * its own. Finishes the connection. */
static long end_connections(PGconn *connection, const char *comparison, const char *value)
{
    char statement[400];
    snprintf(statement, sizeof statement,
             "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
             " WHERE datname = current_database() AND usename = current_user"
             " AND pid <> pg_backend_pid() AND %s '%s'",
             comparison, value);
    PGresult *result = run_on(connection, statement);
    long count = strtol(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    PQfinish(connection);
    return count;
}

long database_cut(const char *since, bool and_bar)
{
    PGconn *connection = connect_as("COMPLAINTD_TEST_APP");
    if (and_bar)
        database_run("REVOKE CONNECT ON DATABASE %s FROM complaintd_app, PUBLIC", PQdb(connection));
    return end_connections(connection, "backend_start >", since);
}

void database_admit(void)
{
    database_run("GRANT CONNECT ON DATABASE %s TO complaintd_app, PUBLIC",
                 database_text("SELECT current_database()"));
}

long database_end(const char *application)
{
    return end_connections(connect_as("COMPLAINTD_TEST_APP"), "application_name =", application);
}
