#include "lib/store/audit_store.h"

#include "lib/store/statements.h"

/* With what the sequencer has to number (log_store.h), in one statement, so that neither is without
 * the other. */
static const struct pg_statement audit_insert = {
    "audit_insert",
    "WITH written AS (INSERT INTO audit (id, at, action, staff_id, caller_id, unit_id, bytes, hash)"
    " SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::uuid[], $5::uuid[],"
    " $6::uuid[], $7::text[], $8::bytea[]) RETURNING id, at, hash)"
    " INSERT INTO log_todo (id, index, at, hash) SELECT id, 0, at, hash FROM written"};

#define BIND(type, add, expression)                                  \
    do {                                                             \
        struct pg_array array = pg_array_begin(&binds, type, count); \
        for (size_t i = 0; i < count; i++) {                         \
            const struct audit_entry *entry = &entries[i];           \
            add(&array, expression);                                 \
        }                                                            \
        pg_array_end(&array);                                        \
    } while (0)

static void add_hash(struct pg_array *array, const struct hash *hash)
{
    pg_array_add_bytes(array, hash->bytes, sizeof hash->bytes);
}

static struct pg_binds bind(struct arena *arena, const struct audit_entry entries[], size_t count)
{
    struct pg_binds binds = pg_binds_new(arena);

    BIND(PG_UUID, pg_array_add_uuid, entry->id);
    BIND(PG_TIMESTAMPTZ, pg_array_add_instant, entry->at);
    BIND(PG_TEXT, pg_array_add_text, vocabulary_code(&vocabulary_audit_action, (int)entry->action));
    BIND(PG_UUID, pg_array_add_uuid, entry->staff_id);
    BIND(PG_UUID, pg_array_add_uuid, entry->caller_id);
    BIND(PG_UUID, pg_array_add_uuid, entry->unit_id);
    BIND(PG_TEXT, pg_array_add_text, entry->bytes);
    BIND(PG_BYTEA, add_hash, &entry->hash);
    return binds;
}

enum store_result audit_add(struct pg *pg, struct arena *arena, const struct audit_entry entries[],
                            size_t count, int64_t deadline_us)
{
    struct pg_binds binds = bind(arena, entries, count);

    return store_run(pg, &audit_insert, &binds, deadline_us, NULL);
}

bool audit_send(struct pg *pg, struct arena *arena, const struct audit_entry entries[],
                size_t count)
{
    struct pg_binds binds = bind(arena, entries, count);

    return pg_send(pg, &audit_insert, &binds);
}

enum store_result audit_record(struct pg *pg, struct arena *arena, const struct audit_event *event,
                               const struct audit_origin *origin, int64_t deadline_us)
{
    instant now = instant_now();
    struct audit_entry entry;

    audit_compose(arena, event, origin, uuid_make(now), now, &entry);
    return audit_add(pg, arena, &entry, 1, deadline_us);
}

const struct pg_statement *const audit_statements[] = {&audit_insert, NULL};
