/* The directory: units and people as those who fill in forms look for them. */
#include <string.h>

#include "tests/http/administration.h"
#include "tests/http/matter.h"

#define UNITS "/v1/directory/units"
#define STAFF "/v1/directory/staff"

/* The member of all items of a list, page by page. */
static const char *listed(const char *as, const char *base, const char *member, const char *query)
{
    const char *path = client_text("%s?limit=2&%s", base, query), *all = "";

    for (int pages = 0; path; pages++) {
        ck_assert_int_lt(pages, 200);
        const struct reply *reply = client_get(as, "%s", path);
        EXPECT_STATUS(reply, 200);
        for (size_t i = 0; i < json_array_size(reply_at(reply, "items")); i++)
            all = client_text("%s %s", all,
                              reply_text(reply, client_text("items.%zu.%s", i, member)));
        path = reply_is_null(reply, "next")
                   ? NULL
                   : client_text("%s?limit=2&%s&cursor=%s", base, query, reply_text(reply, "next"));
    }
    return all;
}

START_TEST(units_are_found_within_reach)
{
    const char *unit = new_unit("HN"), *below = new_unit(unit), *other = new_unit(unit);
    const char *login = new_staff(unit, "intake", A_PASSWORD);

    ck_assert_str_eq(listed("supervisor1", UNITS, "code", client_text("unit=%s", unit)),
                     client_text(" %s %s %s", unit, below, other));
    ck_assert_str_eq(listed("supervisor1", UNITS, "code", client_text("q=%s", below)),
                     client_text(" %s", below));
    ck_assert_str_eq(listed("agent1", UNITS, "code", "q="), " HN-CS-001");
    ck_assert_str_eq(listed("agent1", UNITS, "code", client_text("q=%s", below)), "");
    const struct reply *reply =
        client_call(&(struct call){.path = UNITS, .token = token_of(login, A_PASSWORD)});
    EXPECT_STATUS(reply, 403); /* a password that somebody else set */
    reply = client_get("supervisor1", UNITS "?q=%s", below);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items.0.path")), 3);
    ck_assert_str_eq(reply_text(reply, "items.0.path.0"), "湖南分行");
    ck_assert_str_eq(reply_text(reply, "items.0.path.2"), reply_text(reply, "items.0.name"));

    EXPECT_STATUS(
        administer("POST", client_text("/v1/units/%s/close", other), 1, body("{'reason': '撤并'}")),
        200);
    ck_assert_str_eq(listed("supervisor1", UNITS, "code", client_text("q=%s", other)), "");
    EXPECT_ERROR(client_get("agent1", UNITS "?unit=NOWHERE"), "unit", "unknown_unit");
    EXPECT_ERROR(client_get("agent1", UNITS "?cursor=NOWHERE"), "cursor", "not_a_cursor");
    EXPECT_ERROR(client_get("agent1", STAFF "?cursor=.."), "cursor", "not_a_cursor");
    EXPECT_ERROR(client_get("admin", "/v1/staff?cursor=.."), "cursor", "not_a_cursor");
    EXPECT_ERROR(client_get("admin", "/v1/clients?cursor=.."), "cursor", "not_a_cursor");
}
END_TEST

START_TEST(people_are_found_wherever_they_work)
{
    const char *unit = new_unit("HN"), *below = new_unit(unit);
    const char *intake = new_staff(unit, "intake", NULL),
               *handler = new_staff(below, "handler", NULL);
    const char *nobody = new_staff(unit, NULL, NULL);

    ck_assert_str_eq(listed("agent2", STAFF, "login", client_text("unit=%s", below)),
                     client_text(" %s", handler));
    ck_assert_str_eq(listed("agent2", STAFF, "login", client_text("q=%s", intake)),
                     client_text(" %s", intake));
    ck_assert_str_eq(listed("agent2", STAFF, "login", client_text("q=%s%%20%s", below, handler)),
                     client_text(" %s", handler));
    ck_assert_str_eq(listed("agent2", STAFF, "login", client_text("q=%s%%20%s", below, intake)),
                     "");
    ck_assert(strstr(listed("agent2", STAFF, "login", client_text("unit=%s", unit)), nobody));
    const char *owners = listed("agent2", STAFF, "login", client_text("unit=%s&owns=intake", unit));
    ck_assert(strstr(owners, intake) && strstr(owners, handler) && !strstr(owners, nobody));
    owners = listed("agent2", STAFF, "login", client_text("unit=%s&owns=feedback", unit));
    ck_assert_str_eq(owners, client_text(" %s", handler));

    const struct reply *reply = client_get("agent2", STAFF "?q=%s", handler);
    ck_assert_str_eq(reply_text(reply, "items.0.unit"), below);
    ck_assert_str_eq(reply_text(reply, "items.0.roles.0"), "handler");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items.0.path")), 3);
    ck_assert(reply_is_null(reply, "items.0.deputy"));
    ck_assert_ptr_null(reply_at(reply, "items.0.phone"));
    EXPECT_STATUS(client_post("supervisor1", 0,
                              body("{'staff': '%s', 'deputy': 'handler1', 'until': '%s'}", handler,
                                   time_text(3600)),
                              "/v1/deputies"),
                  201);
    reply = client_get("agent2", STAFF "?q=%s", handler);
    ck_assert_str_eq(reply_text(reply, "items.0.deputy.login"), "handler1");
    ck_assert(reply_at(reply, "items.0.deputy.until"));

    EXPECT_STATUS(administer("POST", client_text("/v1/staff/%s/disable", intake), 0,
                             body("{'reason': '离职'}")),
                  200);
    ck_assert_str_eq(listed("agent2", STAFF, "login", client_text("q=%s", intake)), "");
    EXPECT_ERROR(client_get("agent1", STAFF "?unit=NOWHERE"), "unit", "unknown_unit");
    EXPECT_ERROR(client_get("agent1", STAFF "?owns=nothing"), "owns", "unknown_term");
}
END_TEST

START_TEST(somebody_without_a_role_reads_neither)
{
    const char *login = new_staff("HN-CS-001", NULL, A_PASSWORD);
    const char *token = token_of(login, A_PASSWORD);
    take_own_password(token);
    static const char *const paths[] = {UNITS, STAFF};
    for (size_t i = 0; i < 2; i++) {
        EXPECT_PROBLEM(client_call(&(struct call){.path = paths[i], .token = token}), 403,
                       "forbidden");
        EXPECT_PROBLEM(client_get(NULL, "%s", paths[i]), 401, "unauthenticated");
        EXPECT_PROBLEM(client_get("agent1", "%s?x=1", paths[i]), 400, "invalid-parameter");
        const struct reply *reply = client_get("agent1", "%s?limit=1&count=exact", paths[i]);
        ck_assert_int_ge(reply_integer(reply, "total"), 1);
        ck_assert_ptr_null(reply_at(client_get("agent1", "%s", paths[i]), "total"));
    }
}
END_TEST

Suite *directory_suite(void);
Suite *directory_suite(void)
{
    Suite *suite = suite_create("directory");
    TCase *tests = tcase_create("directory");
    tcase_set_timeout(tests, 60);
    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_add_test(tests, units_are_found_within_reach);
    tcase_add_test(tests, people_are_found_wherever_they_work);
    tcase_add_test(tests, somebody_without_a_role_reads_neither);
    suite_add_tcase(suite, tests);
    return suite;
}
