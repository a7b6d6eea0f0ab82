#include "tests/unit/fixture.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { HN, CS1, CS2, GD, UNITS };
enum {
    AGENT1,
    HANDLER1,
    INTAKE1,
    AGENT2,
    LEAVER1,
    SUPERVISOR1,
    AUDITOR1,
    ADMIN,
    OUTSIDER1,
    SUPERVISOR2,
    STAFF
};

struct fixture *fixture;

static struct uuid id(int kind, size_t number)
{
    struct uuid uuid = {{0}};

    uuid.bytes[0] = (uint8_t)kind;
    uuid.bytes[15] = (uint8_t)(number + 1);
    return uuid;
}

static struct unit *make_units(struct arena *arena)
{
    static const struct unit units[UNITS] = {
        [HN] = {.code = {"HN", 2}, .name = {"湖南分行", 12}, .enter = 0, .leave = 3},
        [CS1] = {.code = {"HN-CS-001", 9}, .name = {"客服一组", 12}, .enter = 1, .leave = 2},
        [CS2] = {.code = {"HN-CS-002", 9}, .name = {"客服二组", 12}, .enter = 2, .leave = 3},
        [GD] = {.code = {"GD", 2}, .name = {"广东分行", 12}, .enter = 3, .leave = 4},
    };
    struct unit *copy = ARENA_ARRAY(arena, struct unit, UNITS);

    memcpy(copy, units, sizeof units);
    for (size_t i = 0; i < UNITS; i++)
        copy[i].id = id(1, UNITS - i); /* in another order than enter */
    copy[CS1].parent_id = copy[CS2].parent_id = copy[HN].id;
    return copy;
}

static struct staff *make_staff(struct arena *arena, const struct unit *units)
{
    static const struct {
        const char *login, *name;
        int unit;
        unsigned roles;
    } rows[STAFF] = {
        [AGENT1] = {"agent1", "坐席一", CS1, 1u << ROLE_INTAKE | 1u << ROLE_HANDLER},
        [HANDLER1] = {"handler1", "经办一", CS1, 1u << ROLE_HANDLER},
        [INTAKE1] = {"intake1", "受理一", CS1, 1u << ROLE_INTAKE},
        [AGENT2] = {"agent2", "坐席二", CS2, 1u << ROLE_INTAKE | 1u << ROLE_HANDLER},
        [LEAVER1] = {"leaver1", "离职一", CS2, 1u << ROLE_HANDLER},
        [SUPERVISOR1] = {"supervisor1", "督办一", HN, 1u << ROLE_SUPERVISOR},
        [AUDITOR1] = {"auditor1", "审计一", HN, 1u << ROLE_AUDITOR},
        [ADMIN] = {"admin", "管理员", HN, 1u << ROLE_SECURITY_ADMIN | 1u << ROLE_SYSTEM_ADMIN},
        [OUTSIDER1] = {"outsider1", "经办外", GD, 1u << ROLE_HANDLER},
        [SUPERVISOR2] = {"supervisor2", "督办外", GD, 1u << ROLE_SUPERVISOR},
    };
    struct staff *staff = ARENA_ARRAY(arena, struct staff, STAFF);

    for (size_t i = 0; i < STAFF; i++) {
        struct grant *grants = ARENA_ARRAY(arena, struct grant, ROLE_COUNT);
        size_t count = 0;
        for (int role = 0; role < ROLE_COUNT; role++)
            if (rows[i].roles & 1u << role)
                grants[count++] = (struct grant){(enum role)role, &units[rows[i].unit]};
        staff[i] = (struct staff){
            .id = id(2, i),
            .login = text_of(rows[i].login),
            .name = text_of(rows[i].name),
            .unit = &units[rows[i].unit],
            .active = i != LEAVER1,
            .grants = grants,
            .grant_count = count,
        };
    }
    return staff;
}

static int by_code(const void *a, const void *b)
{
    return text_compare((*(const struct unit *const *)a)->code,
                        (*(const struct unit *const *)b)->code);
}

static int by_id(const void *a, const void *b)
{
    return uuid_compare((*(const struct unit *const *)a)->id, (*(const struct unit *const *)b)->id);
}

static int by_login(const void *a, const void *b)
{
    return text_compare((*(const struct staff *const *)a)->login,
                        (*(const struct staff *const *)b)->login);
}

static const struct unit *const *sorted_units(struct arena *arena, const struct unit *units,
                                              int (*order)(const void *, const void *))
{
    const struct unit **sorted = ARENA_ARRAY(arena, const struct unit *, UNITS);

    for (size_t i = 0; i < UNITS; i++)
        sorted[i] = &units[i];
    qsort(sorted, UNITS, sizeof *sorted, order); /* NOLINT(bugprone-sizeof-expression) */
    return sorted;
}

static const struct staff *const *sorted_staff(struct arena *arena, const struct staff *staff)
{
    const struct staff **sorted = ARENA_ARRAY(arena, const struct staff *, STAFF);

    for (size_t i = 0; i < STAFF; i++)
        sorted[i] = &staff[i];
    qsort(sorted, STAFF, sizeof *sorted, by_login); /* NOLINT(bugprone-sizeof-expression) */
    return sorted;
}

static struct calendar *make_calendar(void)
{
    static const int years[] = {2026, 2027};
    struct calendar_day days[10];
    struct calendar_source source = {
        .version = 1,
        .zone_minutes = 480,
        .weekdays = 0x1f,
        .periods = {{9 * 60, 12 * 60}, {13 * 60 + 30, 17 * 60 + 30}},
        .period_count = 2,
        .days = days,
        .day_count = COUNT(days),
        .years = years,
        .year_count = COUNT(years),
    };

    for (int i = 0; i < 7; i++) /* 国庆 */
        days[i] = (struct calendar_day){day_from_date((struct date){2026, 10, 1 + i}), false};
    days[7] = (struct calendar_day){day_from_date((struct date){2026, 9, 20}), true};
    days[8] = (struct calendar_day){day_from_date((struct date){2026, 10, 10}), true};
    days[9] = (struct calendar_day){day_from_date((struct date){2027, 1, 1}), false};
    return calendar_new(&source);
}

static const struct policy *make_policies(struct arena *arena)
{
    static const struct policy_limits ordinary = {{1, 5, 3, 2}, 15, 240};
    static const struct policy_limits complex = {{1, 10, 6, 3}, 30, 240};
    struct policy *policies = ARENA_ARRAY(arena, struct policy, 2);

    policies[0] = (struct policy){
        .version = 1,
        .effective_from = day_from_date((struct date){2020, 1, 1}),
        .limits = {ordinary, complex, complex},
        .failed_attempts_to_close = 3,
        .redress_approval_fen = 1000000,
        .major_from_people = 20,
        .extension_max_days = 30,
        .extended_max_days = 60,
        .review_apply_days = 30,
        .review_days = 30,
        .reopen_days = 15,
        .retention_years = 3,
    };
    policies[1] = policies[0];
    policies[1].version = 2;
    policies[1].effective_from = day_from_date((struct date){2027, 1, 1});
    policies[1].limits[LEVEL_ORDINARY] = (struct policy_limits){{2, 5, 3, 2}, 10, 240};
    return policies;
}

void fixture_setup(void)
{
    static const struct complaint_class classes[] = {
        {{"A01033", 6}, {"手机银行", 12}, {"Mobile bank", 11}, CLASS_CHANNEL},
        {{"B05", 3}, {"支付结算", 12}, {"Payment", 7}, CLASS_BUSINESS},
        {{"C02", 3}, {"业务规则", 12}, {"Business rules", 14}, CLASS_CAUSE},
    };
    struct arena *arena = arena_new(65536);
    const struct unit *units = make_units(arena);
    const struct staff *staff = make_staff(arena, units);

    fixture = calloc(1, sizeof *fixture);
    ck_assert_ptr_nonnull(fixture);
    fixture->arena = arena;
    fixture->violations.arena = arena;
    fixture->calendar = make_calendar();
    ck_assert_ptr_nonnull(fixture->calendar);
    fixture->institution = (struct institution){
        .zone_minutes = 480,
        .calendar = fixture->calendar,
        .units = units,
        .unit_count = UNITS,
        .units_by_code = sorted_units(arena, units, by_code),
        .units_by_id = sorted_units(arena, units, by_id),
        .staff = staff,
        .staff_count = STAFF,
        .staff_by_login = sorted_staff(arena, staff),
        .classes = classes,
        .class_count = COUNT(classes),
        .policies = make_policies(arena),
        .policy_count = 2,
    };
    fixture->hn = &units[HN], fixture->cs1 = &units[CS1], fixture->cs2 = &units[CS2];
    fixture->gd = &units[GD];
    fixture->agent1 = &staff[AGENT1], fixture->handler1 = &staff[HANDLER1];
    fixture->intake1 = &staff[INTAKE1], fixture->agent2 = &staff[AGENT2];
    fixture->leaver1 = &staff[LEAVER1], fixture->supervisor1 = &staff[SUPERVISOR1];
    fixture->auditor1 = &staff[AUDITOR1], fixture->admin = &staff[ADMIN];
    fixture->outsider1 = &staff[OUTSIDER1], fixture->supervisor2 = &staff[SUPERVISOR2];
}

void fixture_teardown(void)
{
    calendar_free(fixture->calendar);
    arena_free(fixture->arena);
    free(fixture);
    fixture = NULL;
}

instant fixture_time(const char *rfc3339)
{
    instant at = 0;

    ck_assert_msg(instant_parse(text_of(rfc3339), &at), "no time: %s", rfc3339);
    return at;
}

struct principal fixture_principal(const struct staff *staff)
{
    return (struct principal){.staff = staff};
}
