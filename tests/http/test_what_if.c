/* What might be done to one complaint: the preview is what the command then does. */
#include <string.h>

#include "tests/http/matter.h"

Suite *what_if_suite(void);

#define PREVIEWS "/v1/deadline-previews"

/* members: JSON, with ' for ". */
static const struct reply *ask(const char *as, const struct matter *matter, const char *members)
{
    return client_post(as, 0, body("{'complaint': '%s', %s}", matter->number, members), PREVIEWS);
}

static const struct reply *preview(const struct matter *matter, const char *members)
{
    const struct reply *reply = ask("supervisor1", matter, members);
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_integer(reply, "version"), matter->version);
    return reply;
}

static bool warns(const struct reply *reply, const char *code)
{
    for (size_t i = 0; i < json_array_size(reply_at(reply, "warnings")); i++)
        if (strcmp(reply_text(reply, client_text("warnings.%zu.code", i)), code) == 0)
            return true;
    return false;
}

static void expect_same(const struct reply *preview_reply, const char *part,
                        const struct reply *complaint)
{
    static const char *const names[] = {"stage_due_at", "statutory_due_at", "due_at", "overdue"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ck_assert_msg(json_equal(reply_at(preview_reply, client_text("%s.%s", part, names[i])),
                                 reply_at(complaint, names[i])),
                      "%s: %s, then %s", names[i], preview_reply->body, complaint->body);
}

/* The complaint is now what the preview said, and was what it said. */
static void expect_come_true(const struct reply *preview_reply, const struct reply *before,
                             const struct matter *matter)
{
    const struct reply *after = matter_get(matter, "supervisor1", NULL);
    const struct reply *deadlines = matter_get(matter, "supervisor1", "/deadlines");
    expect_same(preview_reply, "before", before);
    expect_same(preview_reply, "after", after);
    ck_assert(
        json_equal(reply_at(preview_reply, "after.governing"), reply_at(deadlines, "governing")));
}

START_TEST(a_pause)
{
    static const char *const reasons[] = {"mediation", "appraisal", "awaiting_customer", "other"};
    const char *reason = reasons[_i / 2];
    const char *from = time_text(-60), *told = _i % 2 ? client_text(", 'told_at': '%s'", from) : "";
    struct matter matter = matter_at("investigation");
    const struct reply *before = matter_get(&matter, "supervisor1", NULL);
    const char *pause = client_text("'reason': '%s', 'from': '%s'%s", reason, from, told);
    const char *to = time_text(-30);
    const struct reply *open = preview(&matter, client_text("'pause': {%s}", pause));
    const struct reply *ended =
        preview(&matter, client_text("'pause': {%s, 'to': '%s'}", pause, to));
    ck_assert_int_eq(reply_version(matter_get(&matter, "supervisor1", NULL)), matter.version);

    matter_must(&matter, "handler1", "pauses", body("{%s}", pause));
    expect_come_true(open, before, &matter);
    ck_assert(reply_is_null(open, "after.stage_due_at"));
    matter_must(&matter, "handler1", "pauses/1/end", body("{'at': '%s'}", to));
    expect_come_true(ended, before, &matter);
    ck_assert(!reply_is_null(ended, "after.stage_due_at"));
}
END_TEST

START_TEST(a_pause_that_ends_later)
{
    struct matter matter = matter_at("investigation");
    const char *now = time_text(0);
    const struct reply *reply = preview(
        &matter, client_text("'pause': {'reason': 'mediation', 'from': '%s', 'told_at': '%s', "
                             "'to': '%s'}",
                             now, now, time_text(10 * 24 * 3600)));
    ck_assert(warns(reply, "pause_end_assumed"));
    ck_assert_int_gt(strcmp(reply_text(reply, "after.statutory_due_at"),
                            reply_text(reply, "before.statutory_due_at")),
                     0);
    ck_assert_int_gt(
        strcmp(reply_text(reply, "after.stage_due_at"), reply_text(reply, "before.stage_due_at")),
        0);
}
END_TEST

START_TEST(an_extension)
{
    struct matter matter = matter_at("investigation");
    const struct reply *before = matter_get(&matter, "supervisor1", NULL);
    const struct reply *reply = preview(&matter, "'extension': {'days': 15}");
    ck_assert(warns(reply, "extension_conditions"));
    ck_assert_str_eq(reply_text(reply, "before.governing"), "stage");
    matter_must(&matter, "handler1", "extensions", body("{'days': 15, 'reason': '等待回函'}"));
    EXPECT_PROBLEM(ask("handler1", &matter, "'extension': {'days': 5}"), 409, "extension-pending");
    matter_must(&matter, "supervisor1", "extensions/1/approve", body("{}"));
    matter_must(&matter, "handler1", "extensions/1/told",
                body("{'at': '%s', 'method': 'phone'}", time_text(0)));
    expect_come_true(reply, before, &matter);
}
END_TEST

START_TEST(an_extension_that_comes_too_late)
{
    struct matter matter =
        matter_new("agent1", body("{'received_at': '%s'}", time_text(-40 * 24 * 3600)));
    const struct reply *before = matter_get(&matter, "supervisor1", NULL);
    const struct reply *reply = preview(&matter, "'extension': {'days': 10}");
    ck_assert(warns(reply, "extension_too_late"));
    expect_same(reply, "after", before);
    ck_assert(reply_boolean(reply, "after.overdue"));
    /* Nor does another level bring another limit now. */
    reply = preview(&matter, "'level': 'complex'");
    ck_assert(warns(reply, "statutory_limit_kept"));
    matter_must(&matter, "agent1", "classify", body("{'level': 'complex'}"));
    expect_come_true(reply, before, &matter);
}
END_TEST

START_TEST(another_level)
{
    static const char *const levels[] = {"ordinary", "complex", "major"};
    struct matter matter = matter_at("investigation");

    for (size_t i = 0; i < 6; i++) {
        const struct reply *before = matter_get(&matter, "supervisor1", NULL);
        const struct reply *reply =
            preview(&matter, client_text("'level': '%s'", levels[i * 2 % 3]));
        matter_must(&matter, "handler1", "classify", body("{'level': '%s'}", levels[i * 2 % 3]));
        expect_come_true(reply, before, &matter);
    }
}
END_TEST

START_TEST(who_may_ask_and_about_what)
{
    struct matter matter = matter_at("intake");
    EXPECT_STATUS(ask("auditor1", &matter, "'level': 'complex'"), 200);
    EXPECT_STATUS(client_post("agent1", 0,
                              body("{'complaint': '%s', 'level': 'complex'}", matter.id), PREVIEWS),
                  200);
    EXPECT_PROBLEM(ask("agent2", &matter, "'level': 'complex'"), 404, "not-found");
    EXPECT_PROBLEM(ask("admin", &matter, "'level': 'complex'"), 404, "not-found");
    EXPECT_PROBLEM(
        client_post("agent1", 0, body("{'complaint': 'TS1', 'level': 'complex'}"), PREVIEWS), 404,
        "not-found");
    matter_must(&matter, "agent1", "withdraw", body("{'reason': '客户撤诉'}"));
    EXPECT_PROBLEM(ask("agent1", &matter, "'level': 'complex'"), 409, "not-open");
    EXPECT_PROBLEM(ask("agent1", &matter, "'extension': {'days': 5}"), 409, "not-open");
    EXPECT_PROBLEM(ask("agent1", &matter,
                       client_text("'pause': {'reason': 'other', 'from': '%s'}", time_text(-30))),
                   409, "not-open");
}
END_TEST

START_TEST(what_the_command_would_refuse_is_refused)
{
    struct matter matter = matter_at("investigation");
    static const struct {
        const char *members, *pointer, *code;
    } cases[] = {
        {"'extension': {'days': 0}", "/extension/days", "out_of_range"},
        {"'extension': {}", "/extension/days", "required"},
        {"'pause': {'reason': 'holiday'}", "/pause/reason", "unknown_term"},
        {"'pause': {'reason': 'other', 'from': '2019-01-01T00:00:00Z'}", "/pause/from",
         "before_receipt"},
        {"'pause': {'reason': 'other', 'from': '2150-01-01T00:00:00Z'}", "/pause/from",
         "in_future"},
        {"'level': 'none'", "/level", "unknown_term"},
        {"'pause': {'reason': 'other', 'from': 'now'}", "/pause/from", "not_a_time"},
        {"'extension': {'days': 5}, 'level': 'complex'", "", "one_of"},
        {"'received_at': '2026-11-20T09:12:00+08:00', 'level': 'complex'", "/received_at",
         "not_together"},
        {"'colour': 1, 'level': 'complex'", "/colour", "unknown_member"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct reply *reply = ask("supervisor1", &matter, cases[i].members);
        EXPECT_PROBLEM(reply, 422, "invalid-input");
        EXPECT_ERROR(reply, cases[i].pointer, cases[i].code);
    }
    const char *now = time_text(0);
    const struct reply *reply = ask(
        "supervisor1", &matter,
        client_text("'pause': {'reason': 'other', 'from': '%s', 'to': '%s'}", now, time_text(-60)));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/pause/to", "before_beginning");
    reply = ask("supervisor1", &matter,
                client_text("'pause': {'reason': 'other', 'from': '%s', 'to': "
                            "'2150-01-01T00:00:00Z'}",
                            now));
    EXPECT_ERROR(reply, "/pause/to", "too_far");
    reply = client_post("agent1", 0, body("{'complaint': '%s'}", matter.id), PREVIEWS);
    EXPECT_ERROR(reply, "", "one_of");
    reply = client_post("agent1", 0, body("{'pause': {'reason': 'other', 'from': '%s'}}", now),
                        PREVIEWS);
    EXPECT_ERROR(reply, "/pause", "not_together");
    EXPECT_ERROR(reply, "/received_at", "required");
    reply = client_post("agent1", 0,
                        body("{'complaint': '%s', 'level': 'complex', 'policy': {}}", matter.id),
                        PREVIEWS);
    EXPECT_ERROR(reply, "/policy", "not_together");

    struct matter crowd = matter_new("agent1", body("{'complainant': {'name': '王小明', 'phone': "
                                                    "'13800000001', 'people': 25}}"));
    reply = ask("agent1", &crowd, "'level': 'ordinary'");
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/level", "major_by_rule");
}
END_TEST

Suite *what_if_suite(void)
{
    Suite *suite = suite_create("what_if");
    TCase *tests = tcase_create("what_if");

    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, a_pause, 0, 8);
    tcase_add_test(tests, a_pause_that_ends_later);
    tcase_add_test(tests, an_extension);
    tcase_add_test(tests, an_extension_that_comes_too_late);
    tcase_add_test(tests, another_level);
    tcase_add_test(tests, who_may_ask_and_about_what);
    tcase_add_test(tests, what_the_command_would_refuse_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
