#include "lib/store/policy_store.h"

#include "lib/store/statements.h"

static const struct pg_statement add = {
    "policy_add",
    "WITH wanted AS (SELECT * FROM unnest($5, $6, $7, $8, $9, $10, $11) AS l (level, intake_days, "
    "investigation_days, resolution_days, feedback_days, statutory_days, due_soon_minutes)), "
    "same AS (SELECT p.version FROM policy p WHERE p.effective_from = $1 "
    "AND p.failed_attempts_to_close = $2 AND p.redress_approval_fen = $3 "
    "AND p.major_from_people = $4 AND p.extension_max_days = $12 AND p.extended_max_days = $13 "
    "AND p.review_apply_days = $14 AND p.review_days = $15 AND p.reopen_days = $16 "
    "AND p.retention_years = $17 "
    "AND NOT EXISTS (SELECT * FROM wanted EXCEPT SELECT level, intake_days, investigation_days, "
    "resolution_days, feedback_days, statutory_days, due_soon_minutes FROM policy_level l "
    "WHERE l.version = p.version)), "
    "added AS (INSERT INTO policy (version, effective_from, failed_attempts_to_close, "
    "redress_approval_fen, major_from_people, extension_max_days, extended_max_days, "
    "review_apply_days, review_days, reopen_days, retention_years) "
    "SELECT coalesce((SELECT max(version) FROM policy), 0) + 1, $1, $2, $3, $4, $12, $13, $14, "
    "$15, $16, $17 WHERE NOT EXISTS (SELECT FROM same) RETURNING version), "
    "levels AS (INSERT INTO policy_level (version, level, intake_days, investigation_days, "
    "resolution_days, feedback_days, statutory_days, due_soon_minutes) "
    "SELECT a.version, w.* FROM added a, wanted w) "
    "SELECT version, true FROM added UNION ALL SELECT version, false FROM same"};

/* A limit by the column in which it stands: the stages, statutory_days, due_soon_minutes. */
static int limit_of(const struct policy_limits *limits, int column)
{
    if (column < STAGE_COUNT)
        return limits->stage_days[column];
    return column == STAGE_COUNT ? limits->statutory_days : limits->due_soon_minutes;
}

static void bind_levels(struct pg_binds *binds, const struct policy *policy)
{
    struct pg_array levels = pg_array_begin(binds, PG_TEXT, LEVEL_COUNT);
    for (int level = 0; level < LEVEL_COUNT; level++)
        pg_array_add_text(&levels, vocabulary_code(&vocabulary_level, level));
    pg_array_end(&levels);
    for (int column = 0; column < STAGE_COUNT + 2; column++) {
        struct pg_array limits = pg_array_begin(binds, PG_INT4, LEVEL_COUNT);
        for (int level = 0; level < LEVEL_COUNT; level++)
            pg_array_add_int4(&limits, limit_of(&policy->limits[level], column));
        pg_array_end(&limits);
    }
}

static enum store_result run_add(struct pg *pg, struct arena *arena, const struct policy *policy,
                                 int64_t deadline_us, struct rules_added *ret)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_day(&binds, policy->effective_from);
    pg_bind_int4(&binds, policy->failed_attempts_to_close);
    pg_bind_int8(&binds, policy->redress_approval_fen);
    pg_bind_int4(&binds, policy->major_from_people);
    bind_levels(&binds, policy);
    pg_bind_int4(&binds, policy->extension_max_days);
    pg_bind_int4(&binds, policy->extended_max_days);
    pg_bind_int4(&binds, policy->review_apply_days);
    pg_bind_int4(&binds, policy->review_days);
    pg_bind_int4(&binds, policy->reopen_days);
    pg_bind_int4(&binds, policy->retention_years);
    enum store_result result = store_run(pg, &add, &binds, deadline_us, &rows);
    if (result == STORE_DONE)
        *ret = (struct rules_added){.version = pg_int4(&rows, 0, 0), .added = pg_bool(&rows, 0, 1)};
    else
        rules_abandon(pg, deadline_us);
    return result;
}

enum store_result policy_add(struct pg *pg, struct arena *arena, const struct policy *policy,
                             const struct audit_origin *origin, int64_t deadline_us,
                             struct rules_added *ret)
{
    enum store_result result = rules_begin(pg, deadline_us);

    if (result == STORE_DONE)
        result = run_add(pg, arena, policy, deadline_us, ret);
    if (result == STORE_DONE)
        result = rules_commit(pg, arena, RULES_POLICY, origin, deadline_us, ret);
    return result;
}

const struct pg_statement *const policy_statements[] = {&add, NULL};
