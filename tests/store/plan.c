#include "tests/store/plan.h"

#include <check.h>
#include <endian.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/store/sql.h"

struct plan {
    PGconn *connection;
    struct arena *arena;
};

struct plan *plan_new(void)
{
    struct plan *plan = calloc(1, sizeof *plan);
    ck_assert_ptr_nonnull(plan);
    plan->connection = PQconnectdb(sql_owner_url());
    ck_assert_msg(PQstatus(plan->connection) == CONNECTION_OK, "%s",
                  PQerrorMessage(plan->connection));
    plan->arena = arena_new(65536);
    plan_run(plan, "SET plan_cache_mode = force_generic_plan; SET jit = off;"
                   " SET enable_partition_pruning = off");
    return plan;
}

void plan_free(struct plan *plan)
{
    PQfinish(plan->connection);
    arena_free(plan->arena);
    free(plan);
}

static PGresult *run(struct plan *plan, const char *statement)
{
    PGresult *result = PQexec(plan->connection, statement);
    ExecStatusType status = PQresultStatus(result);
    ck_assert_msg(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%.1000s: %s", statement,
                  PQresultErrorMessage(result));
    return result;
}

void plan_run(struct plan *plan, const char *statement)
{
    PQclear(run(plan, statement));
}

static const char *terminated(struct text_buffer *buffer)
{
    text_buffer_add_char(buffer, '\0');
    return buffer->at;
}

/* Parameters whose types do not follow from the statement, but from what is bound. */
static const char *types_of(const char *name)
{
    static const struct {
        const char *name, *types;
    } known[] = {
        {"board_count", "(uuid[], text[], timestamptz, timestamptz, timestamptz, timestamptz)"},
        {"calendar_import",
         "(text, integer, integer[], integer[], integer[], integer[], boolean[])"},
        {"calendar_same", "(text, integer, integer[], integer[], integer[], integer[], boolean[])"},
        {"class_upsert", "(text[], text[], text[], text[])"},
        {"client_add", "(uuid, text, text, text, text[], text[], uuid)"},
        {"link_list", "(uuid, bigint)"},
        {"journal_until", "(uuid[], timestamptz, uuid)"},
        {"journal_wholes", "(uuid, integer)"},
        {"figure_count", "(date, timestamptz)"},
        {"volume_counted", "(uuid[], date, date, text[])"},
        {"ageing_count", "(uuid[], timestamptz[], timestamptz, text[])"},
        {"policy_add", "(date, integer, bigint, integer, text[], integer[], integer[], integer[],"
                       " integer[], integer[], integer[])"},
        {"recalculation_page", "(uuid)"},
        {"reseal_page", "(uuid)"},
        {"recalculation_record", "(text, integer, uuid, text, text, text)"},
        {"departure_work", "(uuid, integer)"},
        {"sessions_end", "(uuid, uuid)"},
        {"sessions_end_oldest", "(uuid, bigint)"},
        {"staff_add", "(uuid, text, text, text, text, text[], text[], boolean, text, text, uuid)"},
        {"staff_change",
         "(text, text, text, boolean, text, boolean, text, boolean, integer, uuid)"},
        {"staff_set_grants", "(text, text[], text[], integer, uuid)"},
        {"unit_add", "(uuid, text, text, text, uuid)"},
        {"unit_change", "(text, text, text, boolean, integer, uuid)"},
        {"token_add", "(bytea, uuid, text, timestamptz, integer, uuid, text, text)"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].name, name) == 0)
            return known[i].types;
    }
    return "";
}

static void prepare(struct plan *plan, const struct pg_statement *statement)
{
    struct text_buffer sql = text_buffer_new(plan->arena, 8192);
    text_buffer_printf(&sql, "PREPARE statement%s AS %s", types_of(statement->name),
                       statement->sql);
    plan_run(plan, terminated(&sql));
}

/* The result of "EXPLAIN options EXECUTE statement(arguments)", as one text. */
static const char *explain(struct plan *plan, const char *options, const char *arguments)
{
    struct text_buffer sql = text_buffer_new(plan->arena, 4096);
    struct text_buffer lines = text_buffer_new(plan->arena, 4096);

    text_buffer_printf(&sql, "EXPLAIN %s EXECUTE statement%s", options, arguments);
    PGresult *result = run(plan, terminated(&sql));
    for (int row = 0; row < PQntuples(result); row++)
        text_buffer_printf(&lines, "%s\n", PQgetvalue(result, row, 0));
    PQclear(result);
    return terminated(&lines);
}

const char *plan_explain(struct plan *plan, const struct pg_statement *statement)
{
    arena_reset(plan->arena);
    struct text_buffer nulls = text_buffer_new(plan->arena, 256);
    prepare(plan, statement);
    PGresult *result = run(plan, "SELECT cardinality(parameter_types) FROM pg_prepared_statements"
                                 " WHERE name = 'statement'");
    long count = strtol(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    for (long i = 0; i < count; i++)
        text_buffer_add_string(&nulls, i ? ", NULL" : "(NULL");
    text_buffer_add_string(&nulls, count ? ")" : "");
    const char *lines = explain(plan, "", terminated(&nulls));
    plan_run(plan, "DEALLOCATE statement");
    return lines;
}

const char *plan_scanned(const char **lines)
{
    /* Of the journal's partitions, the one that is filled. */
    static const char *const large[] = {
        "complaint",       "handler",         "stage",       "work",   "link", "journal_2026",
        "journal_private", "contact_mark",    "idempotency", "search", "log",  "audit",
        "attachment",      "attachment_chunk"};
    static const char scan[] = "Seq Scan on ";

    while ((*lines = strstr(*lines, scan))) {
        *lines += sizeof scan - 1;
        size_t length = strcspn(*lines, " \n");
        for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
            if (strlen(large[i]) == length && strncmp(*lines, large[i], length) == 0)
                return large[i];
        }
    }
    return NULL;
}

/* --- parameters as SQL -------------------------------------------------------------------------- */

static uint32_t read_int4(const char *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return be32toh(value);
}

static void add_literal(struct text_buffer *out, const char *at, uint32_t length)
{
    text_buffer_add_char(out, '\'');
    for (uint32_t i = 0; i < length; i++) {
        if (at[i] == '\'')
            text_buffer_add_char(out, '\'');
        text_buffer_add_char(out, at[i]);
    }
    text_buffer_add_char(out, '\'');
}

static void add_member(struct text_buffer *out, Oid type, const char *at, uint32_t length)
{
    struct uuid id;
    uint64_t microseconds;
    switch (type) {
    case 23: text_buffer_printf(out, "%d", (int32_t)read_int4(at)); break; /* integer */
    case 2950:                                                             /* uuid */
        memcpy(id.bytes, at, sizeof id.bytes);
        text_buffer_add_char(out, '\'');
        uuid_format(id, text_buffer_reserve(out, UUID_TEXT_LENGTH));
        out->length += UUID_TEXT_LENGTH;
        text_buffer_add_char(out, '\'');
        break;
    case 1184: /* timestamptz, counted from 2000 on */
        memcpy(&microseconds, at, sizeof microseconds);
        text_buffer_printf(out, "timestamptz '2000-01-01Z' + %lld * interval '1 microsecond'",
                           (long long)be64toh(microseconds));
        break;
    default: add_literal(out, at, length); break;
    }
}

/* One array in the wire's form: dimensions, null flag, type, members, lower bound. */
static void add_array(struct text_buffer *out, const char *at)
{
    Oid type = read_int4(at + 8);
    uint32_t count = read_int4(at + 12);
    const char *name = type == 23     ? "integer"
                       : type == 2950 ? "uuid"
                       : type == 1184 ? "timestamptz"
                                      : "text";
    text_buffer_add_string(out, "ARRAY[");
    at += 20;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t length = read_int4(at);
        if (i)
            text_buffer_add_string(out, ", ");
        if (length == UINT32_MAX) {
            text_buffer_add_string(out, "NULL");
            length = 0;
        } else {
            add_member(out, type, at + 4, length);
        }
        at += 4 + length;
    }
    text_buffer_printf(out, "]::%s[]", name);
}

/* The number behind the name in the line, 0 if it is not there. */
static int64_t number_in(const char *line, const char *name)
{
    const char *at = strstr(line, name);
    return at && at < line + strcspn(line, "\n") ? strtol(at + strlen(name), NULL, 10) : 0;
}

struct plan_cost plan_measure(struct plan *plan, const struct pg_statement *statement,
                              const struct pg_binds *binds)
{
    arena_reset(plan->arena);
    prepare(plan, statement);
    struct text_buffer arguments = text_buffer_new(plan->arena, 1024);
    for (int i = 0; i < binds->count; i++) {
        text_buffer_add_string(&arguments, i ? ", " : "(");
        add_array(&arguments, binds->values[i]);
    }
    text_buffer_add_string(&arguments, binds->count ? ")" : "");
    const char *lines = explain(plan, "(ANALYZE, BUFFERS, TIMING OFF)", terminated(&arguments));
    plan_run(plan, "DEALLOCATE statement");

    /* The first line of buffers is the whole statement's. */
    const char *buffers = strstr(lines, "Buffers: shared"), *time = strstr(lines, "Execution Time");
    ck_assert_msg(buffers && time, "%s", lines);
    return (struct plan_cost){number_in(buffers, " hit=") + number_in(buffers, " read="),
                              strtod(time + strlen("Execution Time: "), NULL)};
}
