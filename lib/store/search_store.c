#include "lib/store/search_store.h"
#include "lib/store/search_period.h"
#include "lib/store/statements.h"

const struct pg_statement search_relax = {"", "SET synchronous_commit = off"};

/* The rows taken and the complaints read are of one moment: a change that is not seen here has its
 * own row to do, which is not taken here either. */
const struct pg_statement search_take = {
    "search_take",
    "WITH taken AS (DELETE FROM search_todo WHERE ctid = ANY (ARRAY(SELECT ctid FROM search_todo"
    " LIMIT $1)) RETURNING complaint_id)"
    " SELECT id, received_at, subject, narrative, demand, product FROM complaint"
    " WHERE id IN (SELECT complaint_id FROM taken)"};

const struct pg_statement search_save = {
    "search_save",
    "INSERT INTO search (complaint_id, received_at, terms)"
    " SELECT v.complaint_id, v.received_at, v.terms::tsvector"
    " FROM unnest($1::uuid[], $2::timestamptz[], $3::text[]) AS v(complaint_id, received_at, terms)"
    " ON CONFLICT (complaint_id) DO UPDATE"
    " SET received_at = excluded.received_at, terms = excluded.terms"};

const struct pg_statement search_flush = {"search_flush", "SELECT search_flush()"};

const struct pg_statement search_backlog = {
    "search_backlog",
    "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(added_at)) * 1000000, 0)"
    "::bigint FROM search_todo"};

/* The sample's frequencies end with a few that belong to no term. */
const struct pg_statement search_frequent = {
    "search_frequent",
    "SELECT f.term, (f.frequency * 1000000)::integer, c.reltuples::bigint"
    " FROM pg_stats s JOIN pg_class c ON c.oid = 'search'::regclass,"
    " unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) AS f(term, frequency)"
    " WHERE s.schemaname = c.relnamespace::regnamespace::text AND s.tablename = 'search'"
    " AND s.attname = 'terms' AND f.term IS NOT NULL ORDER BY f.term COLLATE \"C\""};

const struct pg_statement search_texts = {
    "search_texts", "SELECT id, subject, narrative FROM complaint WHERE id = ANY($1)"};

void search_take_bind(struct pg_binds *binds, int limit)
{
    pg_bind_int8(binds, limit);
}

void search_read(const struct pg_rows *rows, struct search_task out[])
{
    for (size_t row = 0; row < rows->count; row++) {
        out[row] = (struct search_task){.id = pg_uuid(rows, row, 0),
                                        .received_at = pg_instant(rows, row, 1)};
        for (int i = 0; i < SEARCH_TEXTS; i++)
            out[row].texts[i] = pg_text(rows, row, 2 + i);
    }
}

void search_save_bind(struct pg_binds *binds, const struct search_task tasks[],
                      const struct text vectors[], size_t count)
{
    struct pg_array ids = pg_array_begin(binds, PG_UUID, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_uuid(&ids, tasks[i].id);
    pg_array_end(&ids);
    struct pg_array received = pg_array_begin(binds, PG_TIMESTAMPTZ, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_instant(&received, tasks[i].received_at);
    pg_array_end(&received);
    struct pg_array terms = pg_array_begin(binds, PG_TEXT, count);
    for (size_t i = 0; i < count; i++) {
        struct text periods = search_period_terms(binds->arena, tasks[i].received_at);
        struct text_buffer all =
            text_buffer_new(binds->arena, vectors[i].length + periods.length + 1);
        text_buffer_add_text(&all, vectors[i]);
        text_buffer_add_text(&all, periods);
        pg_array_add_text(&terms, text_buffer_text(&all));
    }
    pg_array_end(&terms);
}

const struct pg_statement *const search_statements[] = {
    &search_relax,   &search_take,     &search_save,  &search_flush,
    &search_backlog, &search_frequent, &search_texts, NULL};
