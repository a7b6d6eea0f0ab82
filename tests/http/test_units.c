/* Units over the API: a tree that security administrators look after, each within their own. */
#include <string.h>

#include "tests/http/administration.h"
#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/newcomer.h"

#define UNITS "/v1/units"

static const char *path_of(const char *code)
{
    return client_text(UNITS "/%s", code);
}

static const struct reply *close_unit(const char *code, int64_t version)
{
    return administer("POST", client_text(UNITS "/%s/close", code), version,
                      body("{'reason': '网点撤并'}"));
}

static const struct reply *open_unit(const char *code, int64_t version)
{
    return administer("POST", client_text(UNITS "/%s/open", code), version,
                      body("{'reason': '网点恢复'}"));
}

/* The codes that a list shows, one after another, page by page. */
static const char *codes(const char *query)
{
    const char *path = client_text(UNITS "?limit=2&%s", query), *all = "";

    for (int pages = 0; path; pages++) {
        ck_assert_int_lt(pages, 100);
        const struct reply *reply = client_get("admin", "%s", path);
        EXPECT_STATUS(reply, 200);
        for (size_t i = 0; i < json_array_size(reply_at(reply, "items")); i++)
            all = client_text("%s %s", all, reply_text(reply, client_text("items.%zu.code", i)));
        path = NULL;
        if (!reply_is_null(reply, "next")) {
            path = client_text(UNITS "?limit=2&%s&cursor=%s", query, reply_text(reply, "next"));
            ck_assert_str_eq(
                reply_header(reply, "link"),
                client_text("<%s>; rel=\"next\"", client_text(UNITS "?limit=2&%s&cursor=%s", query,
                                                              reply_text(reply, "next"))));
        }
    }
    return all;
}

START_TEST(a_unit_is_added_and_found)
{
    const char *top = new_unit("HN"), *below = new_unit(top), *beside = new_unit(top);
    const struct reply *reply = client_get("admin", UNITS "/%s", below);
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "name"), "测试支行");
    ck_assert_str_eq(reply_text(reply, "parent"), top);
    ck_assert(!reply_boolean(reply, "closed"));
    ck_assert_int_eq(reply_version(reply), 1);
    reply = client_get("admin", UNITS "/%s", reply_text(reply, "id"));
    ck_assert_str_eq(reply_text(reply, "code"), below);
    ck_assert_str_eq(codes(client_text("unit=%s", top)),
                     client_text(" %s %s %s", top, below, beside));
    ck_assert(strstr(codes("closed=false"), " HN-CS-001"));
    expect_audited(below, client_text("\"parent\":\"%s\"", top));
    reply = client_get("admin", UNITS "?unit=%s&limit=1&cursor=%s&count=exact", top, top);
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_integer(reply, "total"), 3);
    ck_assert_str_eq(reply_text(reply, "items.0.code"), below);
    ck_assert_str_eq(reply_text(reply, "next"), below);
    ck_assert(reply_is_null(client_get("admin", UNITS "/HN"), "parent"));
}
END_TEST

START_TEST(what_a_unit_is_added_with)
{
    const struct reply *reply =
        administer("POST", UNITS, 0, body("{'code': 'a b', 'name': 'x', 'parent': 'NOWHERE'}"));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/code", "not_a_code");
    EXPECT_ERROR(reply, "/parent", "unknown_unit");
    EXPECT_ERROR(administer("POST", UNITS, 0, body("{'code': '.', 'name': 'x', 'parent': 'HN'}")),
                 "/code", "not_a_code");
    EXPECT_PROBLEM(
        administer("POST", UNITS, 0, body("{'code': 'HN', 'name': 'x', 'parent': 'HN'}")), 409,
        "code-taken");
    EXPECT_ERROR(administer("POST", UNITS, 0, body("{'code': 'x', 'name': 'x'}")), "/parent",
                 "required");
    reply = client_get("admin", UNITS "?unit=NOWHERE&cursor=NOWHERE");
    EXPECT_PROBLEM(reply, 400, "invalid-parameter");
    EXPECT_ERROR(reply, "unit", "unknown_unit");
    EXPECT_ERROR(reply, "cursor", "not_a_cursor");
    expect_refusals("POST", UNITS, body("{'code': 'x', 'name': 'x', 'parent': 'HN'}"));
    expect_refusals("GET", UNITS, NULL);
    expect_refusals("GET", path_of("HN-CS-001"), NULL);
    expect_refusals("PATCH", path_of("HN-CS-001"), body("{'name': 'x'}"));
    expect_refusals("POST", path_of("HN-CS-001/close"), body("{'reason': 'x'}"));
    expect_refusals("POST", path_of("HN-CS-001/open"), body("{'reason': 'x'}"));
}
END_TEST

START_TEST(a_repeated_request_adds_one_unit)
{
    const char *code = fresh("U"), *key = fresh("key");
    struct call call = {.path = UNITS,
                        .as = "admin",
                        .idempotency_key = key,
                        .json = body("{'code': '%s', 'name': '一', 'parent': 'HN'}", code)};
    const struct reply *first = client_call(&call);
    EXPECT_STATUS(first, 201);
    call.json = body("{'code': '%s', 'name': '一', 'parent': 'HN'}", code);
    const struct reply *again = client_call(&call);
    EXPECT_STATUS(again, 201);
    ck_assert(json_equal(first->json, again->json));
    ck_assert_str_eq(reply_header(again, "location"), path_of(code));
    call.json = body("{'code': '%s', 'name': '二', 'parent': 'HN'}", code);
    EXPECT_PROBLEM(client_call(&call), 422, "idempotency-key-reused");
    /* Twins at the same time. */
    struct call calls[6];
    const struct reply *replies[6];
    const char *twin = fresh("U"), *twin_key = fresh("key");
    for (int i = 0; i < 6; i++)
        calls[i] =
            (struct call){.path = UNITS,
                          .as = "admin",
                          .idempotency_key = twin_key,
                          .json = body("{'code': '%s', 'name': '一', 'parent': 'HN'}", twin)};
    client_together(calls, 6, replies);
    for (int i = 0; i < 6; i++) {
        EXPECT_STATUS(replies[i], 201);
        ck_assert_str_eq(reply_text(replies[i], "id"), reply_text(replies[0], "id"));
    }
}
END_TEST

START_TEST(a_unit_is_renamed_and_moved_with_what_is_below)
{
    const char *from = new_unit("HN"), *to = new_unit("HN"), *unit = new_unit(from);
    const char *below = new_unit(unit);
    const struct reply *reply =
        administer("PATCH", path_of(unit), 1, body("{'name': '新名称', 'parent': '%s'}", to));
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "name"), "新名称");
    ck_assert_str_eq(reply_text(reply, "parent"), to);
    ck_assert_int_eq(reply_version(reply), 2);
    ck_assert(json_equal(client_get("admin", UNITS "/%s", unit)->json, reply->json));
    ck_assert_str_eq(codes(client_text("unit=%s", to)), client_text(" %s %s %s", to, unit, below));
    expect_audited(unit, client_text("\"parent\":\"%s\"", to));

    EXPECT_PROBLEM(administer("PATCH", path_of(unit), 0, body("{'name': 'x'}")), 428,
                   "version-required");
    reply = administer("PATCH", path_of(unit), 1, body("{'name': 'x'}"));
    EXPECT_PROBLEM(reply, 412, "stale-version");
    ck_assert_int_eq(reply_integer(reply, "current_version"), 2);
    ck_assert_str_eq(reply_text(reply, "changed_by"), "admin");
    EXPECT_ERROR(administer("PATCH", path_of(unit), 2, body("{'parent': '%s'}", below)), "/parent",
                 "below_itself");
    EXPECT_ERROR(administer("PATCH", path_of(unit), 2, body("{'parent': '%s'}", unit)), "/parent",
                 "below_itself");
    EXPECT_ERROR(administer("PATCH", path_of(unit), 2, body("{}")), "", "nothing_to_change");
    EXPECT_PROBLEM(administer("PATCH", path_of("NOWHERE"), 1, body("{'name': 'x'}")), 404,
                   "not-found");
    EXPECT_PROBLEM(client_get("admin", UNITS "/NOWHERE"), 404, "not-found");
}
END_TEST

/* Each is sound by itself. */
START_TEST(two_moves_do_not_close_a_circle)
{
    for (int round = 0; round < 5; round++) {
        const char *one = new_unit("HN"), *two = new_unit("HN");
        struct call calls[] = {{.method = "PATCH",
                                .path = path_of(one),
                                .as = "admin",
                                .version = 1,
                                .json = body("{'parent': '%s'}", two)},
                               {.method = "PATCH",
                                .path = path_of(two),
                                .as = "admin",
                                .version = 1,
                                .json = body("{'parent': '%s'}", one)}};
        const struct reply *replies[2];
        client_together(calls, 2, replies);
        int moved = 0;
        for (int i = 0; i < 2; i++) {
            moved += replies[i]->status == 200;
            ck_assert_msg(replies[i]->status == 200 || replies[i]->status == 409 ||
                              replies[i]->status == 422,
                          "%d %s", replies[i]->status, replies[i]->body);
        }
        ck_assert_int_eq(moved, 1);
        EXPECT_STATUS(client_get("admin", UNITS "/%s", one), 200);
    }
}
END_TEST

START_TEST(a_unit_in_use_is_not_closed)
{
    const char *unit = new_unit("HN"), *below = new_unit(unit);
    const char *login = new_staff(unit, "handler", NULL);
    struct matter matter = matter_new("supervisor1", body("{'unit': '%s'}", unit));
    struct matter owned = matter_new("supervisor1", body("{'owner': '%s'}", login));

    const struct reply *reply = close_unit(unit, 1);
    EXPECT_PROBLEM(reply, 409, "unit-in-use");
    ck_assert_int_eq(reply_integer(reply, "staff"), 1);
    ck_assert_int_eq(reply_integer(reply, "units"), 1);
    ck_assert_int_eq(reply_integer(reply, "complaints"), 2);
    EXPECT_STATUS(close_unit(below, 1), 200);
    matter_must(&matter, "supervisor1", "withdraw", body("{'reason': '撤诉'}"));
    matter_must(&owned, "supervisor1", "withdraw", body("{'reason': '撤诉'}"));
    reply = close_unit(unit, 1);
    EXPECT_PROBLEM(reply, 409, "unit-in-use");
    ck_assert_int_eq(reply_integer(reply, "units") + reply_integer(reply, "complaints"), 0);
    EXPECT_STATUS(
        administer("PATCH", client_text("/v1/staff/%s", login), 1, body("{'unit': 'HN-CS-002'}")),
        200);
    EXPECT_PROBLEM(close_unit(unit, 0), 428, "version-required");
    EXPECT_PROBLEM(close_unit(unit, 7), 412, "stale-version");
    EXPECT_PROBLEM(close_unit("NOWHERE", 1), 404, "not-found");
    reply = close_unit(unit, 1);
    EXPECT_STATUS(reply, 200);
    ck_assert(reply_boolean(reply, "closed"));
    expect_audited(unit, "\"change\":\"closed\"");
    /* Again is as once. */
    reply = close_unit(unit, 2);
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_version(reply), 2);

    ck_assert(!strstr(codes("closed=false"), unit));
    ck_assert(strstr(codes("closed=true"), unit));
    /* Nothing and nobody comes into it. */
    EXPECT_ERROR(matter_receive("supervisor1", body("{'unit': '%s', 'source': 'hotline', "
                                                    "'subject': 'x', 'narrative': 'x', "
                                                    "'received_at': '2026-01-05T09:12:00+08:00', "
                                                    "'complainant': {'name': '王', "
                                                    "'phone': '13800000001'}}",
                                                    unit)),
                 "/unit", "closed_unit");
    EXPECT_ERROR(
        administer("POST", "/v1/staff", 0, body("{'login': 'x', 'name': 'x', 'unit': '%s'}", unit)),
        "/unit", "closed_unit");
    EXPECT_ERROR(
        administer("POST", UNITS, 0, body("{'code': 'x', 'name': 'x', 'parent': '%s'}", unit)),
        "/parent", "closed_unit");
    /* What it received and owned is still found by it. */
    reply = client_get("supervisor1", "/v1/complaints?unit=%s", unit);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 2);
}
END_TEST

START_TEST(a_closed_unit_is_opened_again)
{
    const char *top = new_unit("HN"), *unit = new_unit(top), *key = fresh("key");
    EXPECT_STATUS(close_unit(unit, 1), 200);
    EXPECT_STATUS(close_unit(top, 1), 200);
    EXPECT_PROBLEM(open_unit("NOWHERE", 1), 404, "not-found");
    EXPECT_PROBLEM(open_unit(unit, 0), 428, "version-required");
    EXPECT_PROBLEM(open_unit(unit, 1), 412, "stale-version");
    /* Nothing open lies below what is closed. */
    EXPECT_PROBLEM(open_unit(unit, 2), 409, "units-changed");
    ck_assert(reply_boolean(client_get("admin", UNITS "/%s", unit), "closed"));
    EXPECT_STATUS(open_unit(top, 2), 200);
    for (int i = 0; i < 2; i++) {
        const struct reply *reply =
            client_call(&(struct call){.path = client_text(UNITS "/%s/open", unit),
                                       .as = "admin",
                                       .version = 2,
                                       .idempotency_key = key,
                                       .json = body("{'reason': '网点恢复'}")});
        EXPECT_STATUS(reply, 200);
        ck_assert(!reply_boolean(reply, "closed"));
        ck_assert_int_eq(reply_version(reply), 3);
    }
    EXPECT_PROBLEM(client_call(&(struct call){.path = client_text(UNITS "/%s/open", unit),
                                              .as = "admin",
                                              .version = 3,
                                              .idempotency_key = key,
                                              .json = body("{'reason': 'x'}")}),
                   422, "idempotency-key-reused");
    expect_audited(unit, "\"change\":\"opened\",\"reason\":\"网点恢复\"");
    /* Again is as once. */
    ck_assert_int_eq(reply_version(open_unit(unit, 3)), 3);
    ck_assert(json_equal(client_get("admin", UNITS "/%s", unit)->json, open_unit(unit, 3)->json));
    (void)matter_new("supervisor1", body("{'unit': '%s'}", unit));
    (void)new_staff(unit, "handler", NULL);
}
END_TEST

#define AT_ONCE 12

/* Whoever is put into a unit while it is closed is in it, and it is open, or neither. */
START_TEST(nothing_is_put_into_a_unit_while_it_is_closed)
{
    for (int round = 0; round < 4; round++) {
        const char *unit = new_unit("HN");
        struct call calls[AT_ONCE + 1];
        const struct reply *replies[AT_ONCE + 1];
        for (int i = 0; i < AT_ONCE; i++) {
            if (i % 3 == 0) {
                calls[i] = (struct call){
                    .path = "/v1/complaints", .as = "supervisor1", .json = matter_minimal()};
                json_object_set_new(calls[i].json, "unit", json_string(unit));
            } else if (i % 3 == 1)
                calls[i] = (struct call){.path = "/v1/staff",
                                         .as = "admin",
                                         .json = body("{'login': '%s', 'name': 'x', 'unit': '%s'}",
                                                      fresh("late"), unit)};
            else
                calls[i] = (struct call){.path = UNITS,
                                         .as = "admin",
                                         .json = body("{'code': '%s', 'name': 'x', "
                                                      "'parent': '%s'}",
                                                      fresh("U"), unit)};
        }
        calls[AT_ONCE] = (struct call){.path = client_text(UNITS "/%s/close", unit),
                                       .as = "admin",
                                       .version = 1,
                                       .json = body("{'reason': 'x'}")};
        client_together(calls, AT_ONCE + 1, replies);
        bool closed = replies[AT_ONCE]->status == 200;
        if (!closed)
            EXPECT_PROBLEM(replies[AT_ONCE], 409, "unit-in-use");
        for (int i = 0; i < AT_ONCE; i++)
            ck_assert_msg(closed ? replies[i]->status == 409 || replies[i]->status == 422
                                 : replies[i]->status == 201,
                          "closed %d: %d %s", closed, replies[i]->status, replies[i]->body);
    }
}
END_TEST

/* Another server's snapshot may be older: what it does not know the database refuses. */
START_TEST(what_another_server_closed_is_closed)
{
    const char *unit = new_unit("HN"), *moved = new_unit("HN"),
               *login = new_staff("HN", NULL, NULL);
    database_run("ALTER TABLE unit DISABLE TRIGGER tell; "
                 "UPDATE unit SET closed_at = now(), version = 2 WHERE code = '%s'; "
                 "ALTER TABLE unit ENABLE TRIGGER tell",
                 unit);
    EXPECT_PROBLEM(administer("PATCH", path_of(moved), 1, body("{'parent': '%s'}", unit)), 409,
                   "units-changed");
    EXPECT_PROBLEM(administer("POST", "/v1/staff", 0,
                              body("{'login': '%s', 'name': 'x', 'unit': '%s'}", fresh("x"), unit)),
                   409, "units-changed");
    EXPECT_PROBLEM(
        administer("PATCH", client_text("/v1/staff/%s", login), 1, body("{'unit': '%s'}", unit)),
        409, "units-changed");
    /* Whoever has read the newer version is understood. */
    const struct reply *reply = administer("PATCH", path_of(unit), 2, body("{'name': '已撤销'}"));
    EXPECT_STATUS(reply, 200);
    ck_assert(reply_boolean(reply, "closed"));
}
END_TEST

START_TEST(nobody_changes_units_beyond_their_own)
{
    const char *unit = new_unit("HN-CS-001");
    const char *login = fresh("security");
    newcomer_add(login, "HN-CS-001", "security_admin");
    const char *token = token_of(login, "demo-2026");
    const struct reply *reply = client_call(&(struct call){.path = UNITS, .token = token});
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "items.0.code"), "HN-CS-001");
    ck_assert_ptr_null(strstr(reply->body, "HN-CS-002"));
    EXPECT_PROBLEM(administer_as(token, "GET", path_of("HN-CS-002"), 0, NULL), 404, "not-found");
    EXPECT_PROBLEM(administer_as(token, "PATCH", path_of("HN"), 1, body("{'name': 'x'}")), 404,
                   "not-found");
    EXPECT_PROBLEM(administer_as(token, "PATCH", path_of(unit), 1, body("{'parent': 'HN-CS-002'}")),
                   403, "forbidden");
    EXPECT_PROBLEM(
        administer_as(token, "POST", UNITS, 0, body("{'code': 'x', 'name': 'x', 'parent': 'HN'}")),
        403, "forbidden");
    EXPECT_PROBLEM(
        administer_as(token, "POST", path_of("HN-CS-002/open"), 1, body("{'reason': 'x'}")), 404,
        "not-found");
    EXPECT_STATUS(administer_as(token, "PATCH", path_of(unit), 1, body("{'name': '新'}")), 200);
}
END_TEST

Suite *units_suite(void);
Suite *units_suite(void)
{
    Suite *suite = suite_create("units");
    TCase *tests = tcase_create("units");
    tcase_set_timeout(tests, 60);
    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_add_test(tests, a_unit_is_added_and_found);
    tcase_add_test(tests, what_a_unit_is_added_with);
    tcase_add_test(tests, a_repeated_request_adds_one_unit);
    tcase_add_test(tests, a_unit_is_renamed_and_moved_with_what_is_below);
    tcase_add_test(tests, two_moves_do_not_close_a_circle);
    tcase_add_test(tests, a_unit_in_use_is_not_closed);
    tcase_add_test(tests, a_closed_unit_is_opened_again);
    tcase_add_test(tests, nothing_is_put_into_a_unit_while_it_is_closed);
    tcase_add_test(tests, what_another_server_closed_is_closed);
    tcase_add_test(tests, nobody_changes_units_beyond_their_own);
    suite_add_tcase(suite, tests);
    return suite;
}
