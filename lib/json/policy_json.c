#include "lib/complaint/retention.h"
#include "lib/json/rules_json.h"

#define DAYS_MAX 366
#define MINUTES_MAX 100000
#define ATTEMPTS_MAX 100
#define PEOPLE_MAX 1000000
#define AMOUNT_MAX INT64_C(1000000000000) /* fen */

#define DAYS(name_, field_)                                                                       \
    {                                                                                             \
        MEMBER(name_, INTEGER, struct policy_limits, field_), .flags = MEMBER_REQUIRED, .min = 1, \
                                                              .max = DAYS_MAX                     \
    }
static const struct member limit_members[] = {
    DAYS("intake_days", stage_days[STAGE_INTAKE]),
    DAYS("investigation_days", stage_days[STAGE_INVESTIGATION]),
    DAYS("resolution_days", stage_days[STAGE_RESOLUTION]),
    DAYS("feedback_days", stage_days[STAGE_FEEDBACK]),
    DAYS("statutory_days", statutory_days),
    {MEMBER("due_soon_minutes", INTEGER, struct policy_limits, due_soon_minutes),
     .flags = MEMBER_REQUIRED, .max = MINUTES_MAX},
};
static const struct shape limits_shape = {
    .name = "PolicyLimits", .size = sizeof(struct policy_limits), SHAPE_MEMBERS(limit_members)};

#define LEVEL(name_, level_)                                                            \
    {                                                                                   \
        MEMBER(name_, OBJECT, struct policy, limits[level_]), .flags = MEMBER_REQUIRED, \
                                                              .shape = &limits_shape    \
    }
static const struct member level_members[] = {
    LEVEL("ordinary", LEVEL_ORDINARY),
    LEVEL("complex", LEVEL_COMPLEX),
    LEVEL("major", LEVEL_MAJOR),
};
_Static_assert(sizeof level_members / sizeof *level_members == LEVEL_COUNT,
               "a policy has limits for each level");
static const struct shape levels_shape = {
    .name = "PolicyLevels", .size = sizeof(struct policy), SHAPE_MEMBERS(level_members)};

#define NUMBER(name_, min_, max_)                                      \
    {                                                                  \
        MEMBER(#name_, INTEGER, struct policy_document, policy.name_), \
            .flags = MEMBER_REQUIRED, .min = (min_), .max = (max_)     \
    }
static const struct member policy_members[] = {
    {MEMBER("effective_from", TEXT, struct policy_document, effective_from),
     .flags = MEMBER_REQUIRED, .max = DAY_TEXT_LENGTH},
    {MEMBER("levels", OBJECT, struct policy_document, policy), .flags = MEMBER_REQUIRED,
     .shape = &levels_shape},
    NUMBER(failed_attempts_to_close, 1, ATTEMPTS_MAX),
    {MEMBER("redress_approval_fen", LONG, struct policy_document, policy.redress_approval_fen),
     .flags = MEMBER_REQUIRED, .max = AMOUNT_MAX},
    NUMBER(major_from_people, 2, PEOPLE_MAX),
    NUMBER(extension_max_days, 1, DAYS_MAX),
    NUMBER(extended_max_days, 1, DAYS_MAX),
    NUMBER(review_apply_days, 1, DAYS_MAX),
    NUMBER(review_days, 1, DAYS_MAX),
    NUMBER(reopen_days, 1, DAYS_MAX),
    {MEMBER("retention_years", INTEGER, struct policy_document, policy.retention_years),
     .min = RETENTION_YEARS_MIN, .max = RETENTION_YEARS_MAX},
};
const struct shape policy_document_shape = {
    .name = "PolicyInput", .size = sizeof(struct policy_document), SHAPE_MEMBERS(policy_members)};

void policy_document_read(struct policy_document *document, const char *prefix,
                          struct violations *violations)
{
    struct policy *policy = &document->policy;
    struct arena *arena = violations->arena;

    if (policy->retention_years < 0)
        policy->retention_years = RETENTION_YEARS_MIN;
    if (!text_is_none(document->effective_from) &&
        !day_parse(document->effective_from, &policy->effective_from))
        violation_add(violations, arena_printf(arena, "%s/effective_from", prefix), "not_a_day",
                      "Must be a day that exists, as YYYY-MM-DD.",
                      "须为实际存在的日期（YYYY-MM-DD）。");
}

void policy_document_write(const struct policy *policy, struct arena *arena,
                           struct policy_document *ret)
{
    char *day = arena_alloc(arena, DAY_TEXT_LENGTH);

    day_format(policy->effective_from, day);
    *ret = (struct policy_document){.effective_from = {day, DAY_TEXT_LENGTH}, .policy = *policy};
}
