/* Finding complaints: by text, by customer, and what is similar. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/http/batches.h"
#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/program.h"
#include "tests/http/spare.h"
#include "tests/http/trap.h"

Suite *search_suite(void);

#define FOUND_WITHIN_MS INT64_C(20000)
#define POLL_MS 50
#define TICKS_MS 700 /* some of the duty's */

/* A value as it goes into an address. */
static const char *encoded(const char *value)
{
    const char *out = "";
    for (const unsigned char *at = (const unsigned char *)value; *at; at++)
        out = client_text("%s%%%02X", out, *at);
    return out;
}

static const struct reply *find(const char *as, const char *q)
{
    const struct reply *reply = client_get(as, "/v1/complaints?limit=200&q=%s", encoded(q));
    EXPECT_STATUS(reply, 200);
    return reply;
}

static bool holds(const struct reply *list, const struct matter *matter)
{
    json_t *items = reply_at(list, "items"), *item;
    size_t i;
    json_array_foreach(items, i, item)
    {
        if (strcmp(json_string_value(json_object_get(item, "id")), matter->id) == 0)
            return true;
    }
    return false;
}

/* Waits until the search knows the complaint by that word, for as long as that may take. */
static void await(const struct matter *matter, const char *as, const char *word)
{
    int64_t give_up = now_ms() + FOUND_WITHIN_MS * program_patience();
    while (!holds(find(as, word), matter)) {
        ck_assert_msg(now_ms() < give_up, "%s is not found", word);
        usleep(POLL_MS * 1000);
    }
}

/* --- texts ------------------------------------------------------------------------------------ */

static struct {
    struct matter terminal, card, masked, other;
} texts;

static void make_texts(void)
{
    texts.terminal = matter_new(
        "agent1",
        body("{'subject': '自助设备吞钞', 'received_at': '2018-05-02T10:00:00+08:00',"
             " 'narrative': '客户在ATM存入5000元整，机具吞没现钞。\\nThe Terminal printed no"
             " receipt.', 'demand': '补记账款', 'product': '自助存款'}"));
    texts.card = matter_new(
        "agent1",
        body(
            "{'subject': '\xF0\xAC\x80\xA9姓客户持卡受阻', 'received_at':"
            " '2018-05-03T10:00:00+08:00', 'narrative': '补记的账款有误，卡片仍被吞没。ＡＴＭ停用。'}"));
    texts.masked = matter_new(
        "agent1", body("{'subject': '来电号码泄露', 'received_at': '2018-05-04T10:00:00+08:00',"
                       " 'narrative': '登记手机13876540019，卡号6222021234567890128。'}"));
    texts.other = matter_new(
        "agent2", body("{'subject': '网点吞没存折', 'received_at': '2018-05-05T10:00:00+08:00'}"));
    await(&texts.terminal, "agent1", "吞钞");
    await(&texts.card, "agent1", "受阻");
    await(&texts.masked, "agent1", "泄露");
    await(&texts.other, "agent2", "存折");
}

#define MONTH "received_from=2018-05-01T00:00:00Z&received_to=2018-06-01T00:00:00Z"

/* "tc" for a list that holds the first two. */
static const char *held(const char *as, const char *q, const char *more)
{
    const struct reply *list =
        client_get(as, "/v1/complaints?" MONTH "&q=%s%s", encoded(q), more ? more : "");
    EXPECT_STATUS(list, 200);
    return client_text("%s%s%s%s", holds(list, &texts.terminal) ? "t" : "",
                       holds(list, &texts.card) ? "c" : "", holds(list, &texts.masked) ? "m" : "",
                       holds(list, &texts.other) ? "o" : "");
}

static const struct {
    const char *q, *held;
} searches[] = {
    {"吞没", "tco"},    /* two characters inside a sentence */
    {"吞没现钞", "t"},  /* more, as they stand */
    {"现钞吞没", ""},   /* but not the other way round */
    {"现钞 吞没", "t"}, /* unless divided */
    {"补记账款", "t"},  /* in the demand; the narrative of the other has a word between */
    {"账款 补记", "tc"},
    {"自助存款", "t"}, /* in the product */
    {"款自", ""},      /* the end of one text and the beginning of the next */
    {"terminal", "t"},
    {"TERMINAL", "t"},
    {"termin", ""}, /* words are whole */
    {"the terminal", "t"},
    {"atm", "tc"}, /* full width too */
    {"在ATM存入", "t"},
    {"ATM停用", "c"},
    {"5000元", "t"}, /* 元 goes on in the text */
    {"5000元整", "t"},
    {"500", ""},
    {"现钞。the", "t"}, /* what separates does not matter */
    {"\xF0\xAC\x80\xA9姓", "c"},
    {"持卡受阻", "c"},
    {"吞没 泄露", ""},
    {"138****0019", "m"}, /* what is shown */
    {"0019", "m"},
    {"13876540019", ""}, /* what is hidden */
    {"7654", ""},
    {"87654001", ""},
    {"6222021234567890128", ""},
    {"1234567890", ""},
    {"'吞没' & !x:*", ""}, /* no language of its own */
    {"不存在的词语", ""},
};

START_TEST(text_finds_what_it_should)
{
    const char *q = searches[_i].q;
    ck_assert_msg(strcmp(held("supervisor1", q, NULL), searches[_i].held) == 0, "%s: %s, not %s", q,
                  held("supervisor1", q, NULL), searches[_i].held);
    const struct reply *counted =
        client_get("supervisor1", "/v1/complaints?" MONTH "&count=exact&q=%s", encoded(q));
    EXPECT_STATUS(counted, 200);
    ck_assert_int_eq(reply_integer(counted, "total"), (int64_t)strlen(searches[_i].held));
}
END_TEST

START_TEST(text_goes_with_other_filters)
{
    ck_assert_str_eq(held("supervisor1", "吞没", "&unit=HN-CS-002"), "o");
    ck_assert_str_eq(held("supervisor1", "吞没", "&owner=agent1&overdue=true"), "tc");
    ck_assert_str_eq(held("supervisor1", "吞没", "&order=due_at"), "tco");
    ck_assert_str_eq(held("supervisor1", "吞没", "&status=closed"), "");
    ck_assert_str_eq(held("supervisor1", "吞没", client_text("&number=%s", texts.card.number)),
                     "c");
}
END_TEST

/* Nobody learns by a search what is outside their reach. */
START_TEST(text_is_found_within_reach_alone)
{
    ck_assert_str_eq(held("agent1", "吞没", NULL), "tc");
    ck_assert_str_eq(held("agent2", "吞没", NULL), "o");
    ck_assert_str_eq(held("agent2", "吞没", "&count=exact"), "o");
    const struct reply *reply =
        client_get("agent2", "/v1/complaints?" MONTH "&count=exact&q=%s", encoded("吞没现钞"));
    ck_assert_int_eq(reply_integer(reply, "total"), 0);
    EXPECT_PROBLEM(client_get("admin", "/v1/complaints?q=%s", encoded("吞没")), 403, "forbidden");
}
END_TEST

START_TEST(matches_come_in_order_and_in_pages)
{
    const char *numbers = "", *cursor = "";
    while (cursor) {
        const struct reply *page =
            client_get("supervisor1", "/v1/complaints?" MONTH "&limit=1&q=%s%s%s", encoded("吞没"),
                       *cursor ? "&cursor=" : "", cursor);
        EXPECT_STATUS(page, 200);
        numbers = client_text("%s%s ", numbers, reply_text(page, "items.0.number"));
        cursor = json_string_value(reply_at(page, "next"));
    }
    ck_assert_str_eq(numbers, client_text("%s %s %s ", texts.other.number, texts.card.number,
                                          texts.terminal.number));
}
END_TEST

START_TEST(query_without_a_term_is_refused)
{
    static const char *const queries[] = {"卡", "，。", "卡 片", "***"};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        const struct reply *reply =
            client_get("agent1", "/v1/complaints?q=%s", encoded(queries[i]));
        EXPECT_PROBLEM(reply, 400, "invalid-parameter");
        EXPECT_ERROR(reply, "q", "no_term");
    }
    const struct reply *past =
        client_get("agent1", "/v1/complaints?q=atm&as_of=2026-01-01T00:00:00Z");
    EXPECT_PROBLEM(past, 400, "invalid-parameter");
    EXPECT_ERROR(past, "q", "conflict");
    const char *hundred = "";
    for (int i = 0; i < 100; i++)
        hundred = client_text("%s长", hundred);
    EXPECT_STATUS(client_get("agent1", "/v1/complaints?q=%s", encoded(hundred)), 200);
    const struct reply *reply =
        client_get("agent1", "/v1/complaints?q=%s%s", encoded(hundred), encoded("长"));
    EXPECT_PROBLEM(reply, 400, "invalid-parameter");
    EXPECT_ERROR(reply, "q", "too_long");
}
END_TEST

/* What was corrected is found by its new words, and no longer by its old ones. */
START_TEST(corrections_are_found)
{
    struct matter matter = matter_new("agent1", body("{'subject': '网银证书过期'}"));
    await(&matter, "agent1", "证书过期");
    const struct reply *reply =
        client_call(&(struct call){.method = "PATCH",
                                   .as = "agent1",
                                   .path = client_text("/v1/complaints/%s", matter.id),
                                   .version = matter.version,
                                   .json = body("{'subject': '网银口令失效', 'reason': '听错'}")});
    EXPECT_STATUS(reply, 200);
    await(&matter, "agent1", "口令失效");
    ck_assert(!holds(find("agent1", "证书过期"), &matter));
}
END_TEST

/* A database counts positions up to some 16,000 only; a narrative has up to 20,000 characters. */
START_TEST(long_texts_are_found_to_their_end)
{
    enum { CHARACTERS = 19990 };
    char *narrative = calloc(CHARACTERS * 3 + 64, 1), *at = narrative;
    ck_assert_ptr_nonnull(narrative);
    for (int i = 0; i < CHARACTERS; i++) { /* in no period, so that few pairs come again */
        unsigned code = 0x4E00 + (unsigned)(i * 7919 % 19997);
        *at++ = (char)(0xE0 | code >> 12);
        *at++ = (char)(0x80 | (code >> 6 & 63));
        *at++ = (char)(0x80 | (code & 63));
    }
    memcpy(at, "。结尾另有说明", sizeof "。结尾另有说明");
    struct matter matter = matter_new("agent1", body("{'narrative': '%s'}", narrative));
    await(&matter, "agent1", "结尾另有说明");
    static const int places[] = {0, 10000, 15995, 15999, 16005, 19900};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        ck_assert_msg(
            holds(find("agent1", client_text("%.30s", narrative + 3 * places[i])), &matter), "%d",
            places[i]);
    free(narrative);
}
END_TEST

/* One complaint that cannot be filled does not keep the others waiting. */
START_TEST(a_row_without_a_complaint_is_passed_over)
{
    database_run("INSERT INTO search_todo VALUES ('00000000-0000-7000-8000-000000000000')");
    struct matter matter = matter_new("agent1", body("{'subject': '利息计算差错'}"));
    await(&matter, "agent1", "利息计算");
    ck_assert_int_eq(database_number("SELECT count(*) FROM search_todo WHERE complaint_id ="
                                     " '00000000-0000-7000-8000-000000000000'"),
                     0);
}
END_TEST

/* What fails for a reason that passes is done again. */
START_TEST(what_could_not_be_filled_is_found_afterwards)
{
    trap_set(
        TRAP_WRITE("INSERT OR UPDATE", "search", "NEW.complaint_id IS NOT NULL", "trap_raise()"),
        "");
    struct matter matter = matter_new("agent1", body("{'subject': '外币兑换汇率'}"));
    usleep(TICKS_MS * 1000);
    ck_assert(!holds(find("agent1", "兑换汇率"), &matter));
    trap_clear();
    await(&matter, "agent1", "兑换汇率");
}
END_TEST

/* What the search does not know yet is told, with its age; and less of it once it is filled. */
START_TEST(backlog_is_measured)
{
    struct database_lock *lock = database_lock_search();
    struct matter matter = matter_new("agent1", body("{'subject': '柜台排队过久'}"));
    database_run("UPDATE search_todo SET added_at = now() - interval '1 hour'");
    struct spare spare = spare_start(""); /* counts when it starts */
    while (spare_metric(&spare, "complaintd_search_backlog") == 0)
        usleep(POLL_MS * 1000);
    ck_assert_int_ge(spare_metric(&spare, "complaintd_search_backlog_age_seconds"), 3600);
    ck_assert_int_lt(spare_metric(&spare, "complaintd_search_backlog_age_seconds"), 7200);
    ck_assert(!holds(find("agent1", "柜台排队"), &matter));
    ck_assert(spare_becomes(&spare, 200, 10000));
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
    database_unlock(lock);
    await(&matter, "agent1", "柜台排队");
    spare = spare_start("");
    ck_assert_int_lt(spare_metric(&spare, "complaintd_search_backlog_age_seconds"), 3600);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* What gathered while nobody filled the search is found, too, as soon as that goes on. */
START_TEST(a_backlog_is_caught_up)
{
    struct database_lock *lock = database_lock_search();
    const struct reply *reply =
        batch_send("agent1", NULL, batch_items(300, "补登手续费异议", NULL));
    ck_assert_int_eq(reply_integer(reply, "received"), 300);
    ck_assert_uint_eq(json_array_size(reply_at(find("agent1", "补登手续"), "items")), 0);
    database_unlock(lock);
    int64_t give_up = now_ms() + FOUND_WITHIN_MS * program_patience();
    while (database_number("SELECT count(*) FROM search_todo")) {
        ck_assert_int_lt(now_ms(), give_up);
        usleep(POLL_MS * 1000);
    }
    reply = client_get("agent1", "/v1/complaints?count=exact&q=%s", encoded("补登手续"));
    ck_assert_int_eq(reply_integer(reply, "total"), 300);
}
END_TEST

/* --- customers -------------------------------------------------------------------------------- */

/* Each with a phone of its own. */
static struct matter of_customer(const char *as, const char *number, const char *subject)
{
    static int count;
    return matter_new(as,
                      body("{'subject': '%s', 'narrative': '%s。详见录音。', 'complainant':"
                           " {'name': '李四', 'phone': '137%08d', 'customer_number': '%s'}}",
                           subject, subject, ((int)getpid() * 100 + ++count) % 100000000, number));
}

START_TEST(customer_is_a_filter)
{
    struct matter one = of_customer("agent1", "CUST-1", "存单到期");
    struct matter two = of_customer("agent2", "CUST-1", "存单到期");
    struct matter three = of_customer("agent1", "CUST-11", "存单到期");
    const struct reply *list = client_get("supervisor1", "/v1/complaints?customer=CUST-1");
    EXPECT_STATUS(list, 200);
    ck_assert_uint_eq(json_array_size(reply_at(list, "items")), 2);
    ck_assert(holds(list, &one) && holds(list, &two) && !holds(list, &three));
    list = client_get("agent1", "/v1/complaints?customer=CUST-1&count=exact");
    ck_assert_int_eq(reply_integer(list, "total"), 1);
    list = client_get("agent1", "/v1/complaints?customer=CUST");
    ck_assert_uint_eq(json_array_size(reply_at(list, "items")), 0);
}
END_TEST

/* --- similar ---------------------------------------------------------------------------------- */

static const struct reply *similar(const char *as, const char *query)
{
    const struct reply *reply = client_get(as, "/v1/complaints/similar?%s", query);
    EXPECT_STATUS(reply, 200);
    return reply;
}

/* Where a complaint stands among those that are similar; -1: nowhere. */
static int place_of(const struct reply *reply, const struct matter *matter)
{
    json_t *items = reply_at(reply, "items"), *item;
    size_t i;
    json_array_foreach(items, i, item)
    {
        if (strcmp(json_string_value(json_object_get(item, "id")), matter->id) == 0)
            return (int)i;
    }
    return -1;
}

static struct {
    struct matter first, again, elsewhere, another, unlike;
} alike;

#define SUBJECT "外币兑换牌价与柜面公示不符"

static void make_alike(void)
{
    alike.first = of_customer("agent1", "CUST-7", SUBJECT);
    alike.again = of_customer("agent1", "CUST-7", SUBJECT "，要求更正");
    alike.elsewhere = of_customer("agent2", "CUST-7", SUBJECT);
    alike.another = of_customer("agent1", "CUST-8", "客户反映" SUBJECT);
    alike.unlike = of_customer("agent1", "CUST-7", "短信提醒迟迟未能送达");
    await(&alike.first, "supervisor1", "牌价");
    await(&alike.again, "supervisor1", "更正");
    await(&alike.elsewhere, "agent2", "牌价");
    await(&alike.another, "supervisor1", "客户反映外币");
    await(&alike.unlike, "supervisor1", "迟迟未能");
}

START_TEST(complaint_has_similar_ones)
{
    const struct reply *reply =
        similar("supervisor1", client_text("complaint=%s&limit=50", alike.first.number));
    ck_assert_int_eq(place_of(reply, &alike.first), -1); /* not itself */
    int again = place_of(reply, &alike.again), elsewhere = place_of(reply, &alike.elsewhere);
    int another = place_of(reply, &alike.another), unlike = place_of(reply, &alike.unlike);
    ck_assert_int_ge(again, 0);
    ck_assert_int_le(again, 1);
    ck_assert_int_ge(elsewhere, 0);
    ck_assert_int_le(elsewhere, 1);
    ck_assert_int_eq(another, 2);
    ck_assert_int_ge(unlike, 3);
    ck_assert(reply_lists(reply, client_text("items.%d.reasons", again), "same_customer"));
    ck_assert(reply_lists(reply, client_text("items.%d.reasons", again), "similar_text"));
    ck_assert_str_eq(reply_text(reply, "items.2.reasons.0"), "similar_text");
    ck_assert_ptr_null(reply_at(reply, "items.2.reasons.1"));
    ck_assert_str_eq(reply_text(reply, client_text("items.%d.reasons.0", unlike)), "same_customer");
    ck_assert_ptr_null(reply_at(reply, client_text("items.%d.reasons.1", unlike)));
    double most = json_number_value(reply_at(reply, client_text("items.%d.similarity", elsewhere)));
    double least = json_number_value(reply_at(reply, client_text("items.%d.similarity", unlike)));
    ck_assert_double_eq_tol(most, 1, 1e-9);
    ck_assert_double_lt(least, 0.5);
    /* A row as in lists, beside its two members. */
    const struct reply *list =
        client_get("supervisor1", "/v1/complaints?number=%s", alike.another.number);
    json_t *row = reply_at(list, "items.0"), *value;
    const char *name;
    json_object_foreach(row, name, value)
    {
        ck_assert_msg(json_equal(value, reply_at(reply, client_text("items.2.%s", name))), "%s",
                      name);
    }
}
END_TEST

START_TEST(text_that_is_entered_has_similar_ones)
{
    const char *text = encoded("有客户说" SUBJECT "，电话13876540019");
    const struct reply *reply = similar("agent1", client_text("text=%s&limit=50", text));
    ck_assert_int_ge(place_of(reply, &alike.first), 0);
    ck_assert_int_ge(place_of(reply, &alike.another), 0);
    ck_assert_int_eq(place_of(reply, &alike.elsewhere), -1); /* out of reach */
    ck_assert_int_eq(place_of(reply, &alike.unlike), -1);
    reply = similar("agent1", client_text("text=%s&limit=1", text));
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 1);
    reply = similar("agent1", client_text("text=%s&customer_number=CUST-8", text));
    ck_assert_int_eq(place_of(reply, &alike.another), 0);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items.0.reasons")), 2);
    reply = similar("agent1", client_text("text=%s", encoded("从来没有人说过的话语")));
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 0);
}
END_TEST

START_TEST(customers_complaints_are_similar)
{
    const struct reply *reply = similar("agent1", "customer_number=CUST-7&limit=50");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 3);
    ck_assert(reply_is_null(reply, "items.0.similarity"));
    ck_assert_int_eq(place_of(reply, &alike.elsewhere), -1);
    /* Of the last days only. */
    database_run("UPDATE complaint SET received_at = received_at - interval '100 days'"
                 " WHERE number = '%s'",
                 alike.unlike.number);
    reply = similar("agent1", "customer_number=CUST-7");
    ck_assert_int_eq(place_of(reply, &alike.unlike), -1);
    reply = similar("agent1", "customer_number=CUST-7&days=200");
    ck_assert_int_ge(place_of(reply, &alike.unlike), 0);
    database_run("UPDATE complaint SET received_at = received_at + interval '100 days'"
                 " WHERE number = '%s'",
                 alike.unlike.number);
}
END_TEST

START_TEST(similar_refuses_what_it_cannot_compare)
{
    static const struct {
        const char *query, *parameter, *code;
    } cases[] = {
        {"", "text", "required"},
        {"days=30", "text", "required"},
        {"text=%E5%8D%A1", "text", "no_term"},
        {"complaint=TS20260101000001&text=atm", "complaint", "conflict"},
        {"complaint=TS20260101000001&customer_number=C", "complaint", "conflict"},
        {"text=atm&days=0", "days", "out_of_range"},
        {"text=atm&days=1097", "days", "out_of_range"},
        {"text=atm&limit=51", "limit", "out_of_range"},
        {"text=atm&q=x", "q", "unknown_parameter"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct reply *reply =
            client_get("agent1", "/v1/complaints/similar?%s", cases[i].query);
        EXPECT_PROBLEM(reply, 400, "invalid-parameter");
        EXPECT_ERROR(reply, cases[i].parameter, cases[i].code);
    }
    EXPECT_PROBLEM(client_get("agent1", "/v1/complaints/similar?complaint=TS20180101000001"), 404,
                   "not-found");
    EXPECT_PROBLEM(
        client_get("agent1", "/v1/complaints/similar?complaint=%s", alike.elsewhere.number), 404,
        "not-found");
    EXPECT_PROBLEM(client_get("admin", "/v1/complaints/similar?text=atm"), 403, "forbidden");
    EXPECT_PROBLEM(client_get(NULL, "/v1/complaints/similar?text=atm"), 401, "unauthenticated");
}
END_TEST

Suite *search_suite(void)
{
    Suite *suite = suite_create("search");
    TCase *text = tcase_create("text"), *customer = tcase_create("customer"),
          *similar_ = tcase_create("similar");
    tcase_add_unchecked_fixture(text, client_setup, trap_clear);
    tcase_add_unchecked_fixture(text, make_texts, NULL);
    tcase_add_loop_test(text, text_finds_what_it_should, 0,
                        (int)(sizeof searches / sizeof *searches));
    tcase_add_test(text, text_goes_with_other_filters);
    tcase_add_test(text, text_is_found_within_reach_alone);
    tcase_add_test(text, matches_come_in_order_and_in_pages);
    tcase_add_test(text, query_without_a_term_is_refused);
    tcase_add_test(text, corrections_are_found);
    tcase_add_test(text, long_texts_are_found_to_their_end);
    tcase_add_test(text, a_row_without_a_complaint_is_passed_over);
    tcase_add_test(text, what_could_not_be_filled_is_found_afterwards);
    tcase_add_test(text, backlog_is_measured);
    tcase_add_test(text, a_backlog_is_caught_up);
    suite_add_tcase(suite, text);
    tcase_add_unchecked_fixture(customer, client_setup, NULL);
    tcase_add_test(customer, customer_is_a_filter);
    suite_add_tcase(suite, customer);
    tcase_add_unchecked_fixture(similar_, client_setup, NULL);
    tcase_add_unchecked_fixture(similar_, make_alike, NULL);
    tcase_add_test(similar_, complaint_has_similar_ones);
    tcase_add_test(similar_, text_that_is_entered_has_similar_ones);
    tcase_add_test(similar_, customers_complaints_are_similar);
    tcase_add_test(similar_, similar_refuses_what_it_cannot_compare);
    suite_add_tcase(suite, similar_);
    return suite;
}
