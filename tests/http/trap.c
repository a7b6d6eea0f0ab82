#include "tests/http/trap.h"

#include <string.h>

#include "tests/http/database.h"

static void make_functions(void)
{
    database_run("CREATE FUNCTION trap_raise() RETURNS trigger LANGUAGE plpgsql"
                 " AS 'BEGIN RAISE EXCEPTION ''trapped''; END';"
                 "CREATE FUNCTION trap_swallow() RETURNS trigger LANGUAGE plpgsql"
                 " AS 'BEGIN RETURN NULL; END';"
                 "CREATE FUNCTION trap_sleep() RETURNS trigger LANGUAGE plpgsql"
                 " AS 'BEGIN PERFORM pg_sleep(TG_ARGV[0]::float8); RETURN NEW; END';"
                 "CREATE FUNCTION trap_end() RETURNS trigger LANGUAGE plpgsql"
                 " AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END';"
                 "CREATE FUNCTION trap_raise_row() RETURNS boolean LANGUAGE plpgsql"
                 " AS 'BEGIN RAISE EXCEPTION ''trapped''; END';"
                 "CREATE FUNCTION trap_end_row() RETURNS boolean LANGUAGE plpgsql"
                 " AS 'BEGIN RETURN pg_terminate_backend(pg_backend_pid()); END'");
}

void trap_set(const char *statement, const char *ids)
{
    const char *mark = strchr(statement, '$');
    make_functions();
    if (mark)
        database_run("%.*s%s%s", (int)(mark - statement), statement, ids, mark + 1);
    else
        database_run("%s", statement);
}

void trap_clear(void)
{
    database_run("DROP POLICY IF EXISTS trap ON complaint; DROP POLICY IF EXISTS trap ON stage;"
                 "DROP POLICY IF EXISTS trap_others ON complaint;"
                 "DROP POLICY IF EXISTS trap_others ON stage;"
                 "DROP FUNCTION IF EXISTS trap_raise, trap_swallow, trap_sleep, trap_end,"
                 " trap_raise_row, trap_end_row CASCADE");
}
