#include "tests/store/many.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/store/sql.h"

#define ROWS_IN_EVERY_RUN 40000

long many_wanted(void)
{
    const char *given = getenv("COMPLAINTD_TEST_ROWS");
    return given ? strtol(given, NULL, 10) : ROWS_IN_EVERY_RUN;
}

static void read_script(char *out, size_t size)
{
    const char *top = getenv("COMPLAINTD_SOURCE");
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/store/many.sql", top ? top : ".");
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s", path);
    size_t length = fread(out, 1, size, file);
    ck_assert_uint_lt(length, size);
    out[length] = '\0';
    ck_assert_int_eq(fclose(file), 0);
}

void many_fill(long count)
{
    static char script[32768];
    long present = sql_number("SELECT count(*) FROM complaint");

    read_script(script, sizeof script);
    if (present < count)
        sql_run("SET many.first = %ld; SET many.last = %ld; %s", present, count, script);
    sql_run("VACUUM (ANALYZE) complaint, handler, stage, work, journal, journal_private,"
            " contact_mark, idempotency, search, log, audit");
}
