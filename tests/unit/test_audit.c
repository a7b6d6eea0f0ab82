#include <check.h>

#include "lib/complaint/audit.h"
#include "lib/complaint/journal.h"

Suite *audit_suite(void);

#define AT (INT64_C(1795320000) * INSTANT_SECOND) /* 2026-11-22T04:00:00Z */

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(4096);
}

static void tear_down(void)
{
    arena_free(arena);
}

static const struct unit unit = {.id = {{1}}, .code = {"HN", 2}};
static const struct staff agent = {
    .id = {{2}}, .login = {"agent1", 6}, .unit = &unit, .active = true};

static struct audit_entry compose(const struct audit_event *event, const struct staff *staff)
{
    struct principal who = {.staff = staff,
                            .client = TEXT("hotline"),
                            .request_id = TEXT("r-1"),
                            .address = TEXT("10.0.0.1")};
    struct audit_origin origin = audit_origin_of(&who);
    struct audit_entry entry;

    audit_compose(arena, event, &origin, (struct uuid){{7}}, AT, &entry);
    return entry;
}

START_TEST(the_bytes_are_canonical_json)
{
    static const struct hash first = {{0}};
    const struct audit_event event = {.action = AUDIT_STAFF_CHANGED,
                                      .success = true,
                                      .subject = TEXT("say \"hi\""),
                                      .facts = {{"change", TEXT("password")}, {"note", TEXT_NONE}}};
    struct audit_entry entry = compose(&event, &agent);
    struct hash hash = journal_hash(&first, entry.bytes);

    ck_assert_str_eq(
        text_copy(arena, entry.bytes).at,
        "{\"action\":\"staff_changed\",\"actor\":\"agent1\",\"address\":\"10.0.0.1\","
        "\"at\":\"2026-11-22T04:00:00.000000Z\",\"client\":\"hotline\","
        "\"detail\":{\"change\":\"password\",\"note\":null},"
        "\"id\":\"07000000-0000-0000-0000-000000000000\",\"on_behalf_of\":null,"
        "\"request_id\":\"r-1\",\"subject\":\"say \\\"hi\\\"\",\"success\":true,\"v\":1}");
    ck_assert_mem_eq(entry.hash.bytes, hash.bytes, sizeof hash.bytes);
    ck_assert_int_eq(entry.at, AT);
    ck_assert(uuid_equal(entry.staff_id, agent.id));
    ck_assert(uuid_equal(entry.unit_id, unit.id));
}
END_TEST

START_TEST(who_acts_for_somebody_is_the_caller)
{
    static const struct staff deputy = {.id = {{3}}, .login = {"agent2", 6}, .unit = &unit};
    const struct principal who = {.staff = &agent, .through = &deputy};
    const struct audit_event event = {.action = AUDIT_UNMASKED, .success = true};
    const struct audit_origin origin = audit_origin_of(&who);
    struct audit_entry entry;

    audit_compose(arena, &event, &origin, (struct uuid){{7}}, AT, &entry);
    ck_assert(uuid_equal(entry.staff_id, agent.id));
    ck_assert(uuid_equal(entry.caller_id, deputy.id));
    ck_assert(uuid_equal(compose(&event, &agent).caller_id, agent.id));
}
END_TEST

START_TEST(nobody_known_is_nobody)
{
    const struct audit_event event = {.action = AUDIT_SIGN_IN};
    struct audit_entry entry = compose(&event, NULL);

    ck_assert(uuid_is_none(entry.staff_id));
    ck_assert(uuid_is_none(entry.unit_id));
    ck_assert_ptr_nonnull(strstr(text_copy(arena, entry.bytes).at, "\"actor\":null"));
    ck_assert_ptr_nonnull(strstr(text_copy(arena, entry.bytes).at, "\"success\":false"));
}
END_TEST

START_TEST(the_unit_concerned_goes_before_the_actors)
{
    const struct audit_event event = {.action = AUDIT_STAFF_ADDED, .unit_id = {{9}}};
    struct audit_entry entry = compose(&event, &agent);

    ck_assert_int_eq(entry.unit_id.bytes[0], 9);
}
END_TEST

START_TEST(rights_are_not_exports)
{
    ck_assert(audit_concerns_rights(AUDIT_SIGN_IN));
    ck_assert(audit_concerns_rights(AUDIT_STAFF_CHANGED));
    ck_assert(audit_concerns_rights(AUDIT_DENIED));
    ck_assert(!audit_concerns_rights(AUDIT_EXPORTED));
    ck_assert(!audit_concerns_rights(AUDIT_UNMASKED));
    ck_assert(!audit_concerns_rights(AUDIT_CONTACT_SEARCHED));
    ck_assert(!audit_concerns_rights(AUDIT_CALENDAR_ADDED));
}
END_TEST

Suite *audit_suite(void)
{
    Suite *suite = suite_create("audit");
    TCase *tests = tcase_create("audit");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, the_bytes_are_canonical_json);
    tcase_add_test(tests, who_acts_for_somebody_is_the_caller);
    tcase_add_test(tests, nobody_known_is_nobody);
    tcase_add_test(tests, the_unit_concerned_goes_before_the_actors);
    tcase_add_test(tests, rights_are_not_exports);
    suite_add_tcase(suite, tests);
    return suite;
}
