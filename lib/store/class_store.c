#include "lib/store/class_store.h"

#include "lib/store/statements.h"

static const struct pg_statement upsert = {
    "class_upsert",
    "INSERT INTO complaint_class AS c (code, dimension, name_zh, name_en) "
    "SELECT * FROM unnest($1, $2, $3, $4) ON CONFLICT (code) DO UPDATE "
    "SET dimension = excluded.dimension, name_zh = excluded.name_zh, name_en = excluded.name_en "
    "WHERE (c.dimension, c.name_zh, c.name_en) IS DISTINCT FROM "
    "(excluded.dimension, excluded.name_zh, excluded.name_en)"};

static struct text class_member(const struct complaint_class *class, int column,
                                const char *dimension)
{
    switch (column) {
    case 0: return class->code;
    case 1: return (struct text){dimension, 1};
    case 2: return class->name_zh;
    default: return class->name_en;
    }
}

enum store_result class_upsert(struct pg *pg, struct arena *arena,
                               const struct complaint_class classes[], size_t count,
                               int64_t deadline_us, int64_t *ret_changed)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    for (int column = 0; column < 4; column++) {
        struct pg_array array = pg_array_begin(&binds, PG_TEXT, count);
        for (size_t i = 0; i < count; i++) {
            char dimension = (char)classes[i].dimension;
            pg_array_add_text(&array, class_member(&classes[i], column, &dimension));
        }
        pg_array_end(&array);
    }
    enum store_result result = store_run(pg, &upsert, &binds, deadline_us, &rows);
    if (result == STORE_DONE)
        *ret_changed = rows.affected;
    return result;
}

const struct pg_statement *const class_statements[] = {&upsert, NULL};
