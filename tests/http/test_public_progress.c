/* What customers are told by their tracking code, who sign in nowhere. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/http/matter.h"
#include "tests/http/spare.h"

Suite *public_progress_suite(void);

#define NOBODYS "ZZZZZZZZZZZZZZZZ"

static const char *code_of(const struct matter *matter)
{
    return reply_text(matter_get(matter, "agent1", NULL), "tracking_code");
}

static const struct reply *ask(const char *code, const char *language)
{
    return client_call(&(struct call){
        .path = client_text("/public/progress/%s", code),
        .headers = {language ? client_text("Accept-Language: %s", language) : NULL}});
}

START_TEST(its_customer_is_told_without_signing_in)
{
    struct matter matter = matter_at("investigation");
    const char *code = code_of(&matter);
    const struct reply *inside = matter_get(&matter, "handler1", NULL);
    const struct reply *reply = ask(code, "zh-CN");

    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "number"), matter.number);
    ck_assert_str_eq(reply_text(reply, "status"), "open");
    ck_assert_str_eq(reply_text(reply, "stage"), "investigation");
    ck_assert_str_eq(reply_text(reply, "progress"), "正在调查核实您反映的情况。");
    ck_assert_str_eq(reply_text(reply, "next"), "接下来将根据核实结果制定处理方案。");
    ck_assert_str_eq(reply_text(reply, "received_at"), reply_text(inside, "received_at"));
    ck_assert_str_eq(reply_text(reply, "answer_by"), reply_text(inside, "statutory_due_at"));
    ck_assert(!reply_boolean(reply, "paused"));
    ck_assert(reply_is_null(reply, "closed_at"));
    ck_assert_uint_eq(json_object_size(reply->json), 9);
    ck_assert_str_eq(reply_header(reply, "cache-control"), "no-store");
    reply = ask(code, "en");
    ck_assert_str_eq(reply_text(reply, "progress"), "We are looking into what you told us.");
}
END_TEST

START_TEST(neither_people_nor_the_matter_are_told)
{
    struct matter matter = matter_at("feedback");
    const struct reply *inside = matter_get(&matter, "supervisor1", NULL);
    const struct reply *reply = ask(code_of(&matter), NULL);
    static const char *const secrets[] = {
        "owner.login",      "owner.name",       "unit", "id", "subject",
        "complainant.name", "complainant.phone"};

    EXPECT_STATUS(reply, 200);
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        ck_assert_msg(strstr(reply->body, reply_text(inside, secrets[i])) == NULL, "%s: %s",
                      secrets[i], reply->body);
}
END_TEST

START_TEST(pauses_and_ends_are_told)
{
    struct matter matter = matter_at("investigation");
    const char *code = code_of(&matter);

    matter_must(&matter, "handler1", "pauses",
                body("{'reason': 'mediation', 'from': '%s', 'told_at': '%s'}", time_text(-30),
                     time_text(-20)));
    const struct reply *reply = ask(code, "zh");
    ck_assert(reply_boolean(reply, "paused"));
    ck_assert(reply_is_null(reply, "answer_by"));
    ck_assert_ptr_nonnull(strstr(reply_text(reply, "next"), "调解"));
    matter_must(&matter, "handler1", "withdraw", body("{'reason': '客户撤诉'}"));
    reply = ask(code, "zh");
    ck_assert_str_eq(reply_text(reply, "status"), "withdrawn");
    ck_assert(reply_is_null(reply, "stage"));
    ck_assert(reply_is_null(reply, "answer_by"));
    ck_assert(!reply_is_null(reply, "closed_at"));
    ck_assert_str_eq(reply_text(reply, "progress"), "投诉已撤回。");
}
END_TEST

START_TEST(a_code_may_be_typed_as_people_type)
{
    struct matter matter = matter_new("agent1", NULL);
    const char *code = code_of(&matter);
    char lower[64] = "";

    for (size_t i = 0; code[i]; i++)
        lower[i] = (char)tolower((unsigned char)code[i]);
    ck_assert_str_eq(reply_text(ask(lower, NULL), "number"), matter.number);
    const char *grouped = client_text("%.4s-%.4s%%20%.4s-%s", code, code + 4, code + 8, code + 12);
    ck_assert_str_eq(reply_text(ask(grouped, NULL), "number"), matter.number);
}
END_TEST

START_TEST(other_codes_are_unknown_all_alike)
{
    struct matter matter = matter_new("agent1", NULL);
    const char *first = reply_text(ask(NOBODYS, NULL), "detail");
    const char *others[] = {
        matter.number,
        matter.id,
        "x",
        "%27%20OR%201=1",
        "ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ",
        client_text("%.15s", code_of(&matter)),
        client_text("%sX", code_of(&matter))};

    EXPECT_PROBLEM(ask(NOBODYS, NULL), 404, "not-found");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const struct reply *reply = ask(others[i], NULL);
        EXPECT_PROBLEM(reply, 404, "not-found");
        ck_assert_str_eq(reply_text(reply, "detail"), first);
    }
    EXPECT_PROBLEM(ask(client_text("%s?x=1", code_of(&matter)), NULL), 400, "invalid-parameter");
}
END_TEST

static const struct reply *ask_from(const struct spare *spare, const char *address,
                                    const char *code)
{
    return client_call(&(struct call){.path = client_text("/public/progress/%s", code),
                                      .port = spare->port,
                                      .headers = {client_text("X-Forwarded-For: %s", address)}});
}

/* Neither tells the limit whether there is such a code, nor is it shared with other addresses. */
START_TEST(an_address_asks_so_often)
{
    struct spare spare =
        spare_start("[demo]\nenabled = false\n[http]\ntrusted_proxies = 127.0.0.1\n");
    struct matter matter = matter_new("agent1", NULL);
    const char *code = code_of(&matter);
    const struct reply *reply = NULL;
    int asked = 0;

    for (; asked < 300; asked++) {
        reply = ask_from(&spare, "10.7.1.1", asked % 2 ? code : NOBODYS);
        if (reply->status == 429)
            break;
        EXPECT_STATUS(reply, asked % 2 ? 200 : 404);
    }
    ck_assert_int_ge(asked, 30);
    EXPECT_PROBLEM(reply, 429, "too-many-requests");
    ck_assert_int_ge(strtol(reply_header(reply, "retry-after"), NULL, 10), 1);
    EXPECT_STATUS(ask_from(&spare, "10.7.1.2", code), 200);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* The code opens the page to whoever has it: it stands in no log. */
START_TEST(the_code_is_not_logged)
{
    struct spare spare = spare_start("[log]\naccess = true\n");
    struct matter matter = matter_new("agent1", NULL);
    const char *code = code_of(&matter);
    struct shot shot =
        spare_ask(&spare, (struct shot){.path = client_text("/public/progress/%s", code)});

    ck_assert_int_eq(shot.status, 200);
    for (int64_t give_up = now_ms() + 10000;
         !spare_logged(&spare, "progress_get", "\"status\":200") && now_ms() < give_up;)
        usleep(20000);
    ck_assert(spare_logged(&spare, "progress_get", "\"status\":200"));
    ck_assert(!spare_logged(&spare, code, ""));
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

Suite *public_progress_suite(void)
{
    Suite *suite = suite_create("public_progress");
    TCase *tests = tcase_create("public_progress");

    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, its_customer_is_told_without_signing_in);
    tcase_add_test(tests, neither_people_nor_the_matter_are_told);
    tcase_add_test(tests, pauses_and_ends_are_told);
    tcase_add_test(tests, a_code_may_be_typed_as_people_type);
    tcase_add_test(tests, other_codes_are_unknown_all_alike);
    tcase_add_test(tests, an_address_asks_so_often);
    tcase_add_test(tests, the_code_is_not_logged);
    suite_add_tcase(suite, tests);
    return suite;
}
