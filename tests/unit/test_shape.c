#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/complaint/complaint.h"
#include "lib/json/complaint_json.h"

Suite *shape_suite(void);

static struct arena *arena;
static struct violations violations;

static void setup(void)
{
    arena = arena_new(16384);
    violations = (struct violations){.arena = arena};
}

static void teardown(void)
{
    arena_free(arena);
}

static void reset(void)
{
    arena_reset(arena);
    violations.count = 0;
}

/* --- bad input as data ------------------------------------------------------------------------- */

static json_t *load_cases(void)
{
    const char *folder = getenv("COMPLAINTD_TEST_DATA");
    char path[512];
    json_error_t error;

    snprintf(path, sizeof path, "%s/receive/cases.json", folder ? folder : "tests/data");
    json_t *cases = json_load_file(path, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(cases != NULL, "%s: %s", path, error.text);
    return cases;
}

/* The case's body: as written, or the base with members merged in, replaced or left out. */
static struct text case_body(const json_t *base, const json_t *given)
{
    json_t *body = json_object_get(given, "body"), *without = json_object_get(given, "without");
    json_t *input;
    size_t i;
    json_t *name;

    if (body)
        return (struct text){json_string_value(body), json_string_length(body)};
    input = json_deep_copy(base);
    if (json_object_get(given, "with"))
        json_object_update_recursive(input, json_object_get(given, "with"));
    json_object_update(input, json_object_get(given, "replace"));
    json_array_foreach(without, i, name) json_object_del(input, json_string_value(name));
    char *text = json_dumps(input, JSON_COMPACT);
    struct text copy = text_copy(arena, text_of(text));
    free(text);
    json_decref(input);
    return copy;
}

static bool was_found(const json_t *expected)
{
    const char *pointer = json_string_value(json_object_get(expected, "pointer"));
    const char *code = json_string_value(json_object_get(expected, "code"));

    for (size_t i = 0; i < violations.count; i++)
        if (text_equal(violations.list[i].pointer, text_of(pointer)) &&
            strcmp(violations.list[i].code, code) == 0)
            return true;
    return false;
}

static void check_case(const json_t *base, const json_t *given)
{
    const char *name = json_string_value(json_object_get(given, "name"));
    const json_t *expected = json_object_get(given, "expected");
    struct receive_command command;
    size_t i;
    json_t *one;

    reset();
    enum fault fault =
        shape_decode(&receive_shape, case_body(base, given), arena, &violations, &command);
    ck_assert_msg((fault == FAULT_BAD_REQUEST) == (json_object_get(given, "fault") != NULL),
                  "%s: fault %d", name, fault);
    json_array_foreach(expected, i, one) ck_assert_msg(
        was_found(one), "%s: no %s at '%s'", name, json_string_value(json_object_get(one, "code")),
        json_string_value(json_object_get(one, "pointer")));
    for (size_t k = json_array_size(expected); k < violations.count; k++)
        fprintf(stderr, "%s: %s at %s\n", name, violations.list[k].code,
                violations.list[k].pointer.at);
    ck_assert_msg(violations.count == json_array_size(expected), "%s: %zu violations", name,
                  violations.count);
    for (size_t k = 0; k < violations.count; k++) {
        ck_assert_uint_gt(violations.list[k].en.length, 0);
        ck_assert_uint_gt(violations.list[k].zh.length, 0);
    }
}

START_TEST(inputs_of_receive)
{
    json_t *cases = load_cases();
    size_t i;
    json_t *given;

    ck_assert_uint_gt(json_array_size(json_object_get(cases, "cases")), 50);
    json_array_foreach(json_object_get(cases, "cases"), i, given)
        check_case(json_object_get(cases, "base"), given);
    json_decref(cases);
}
END_TEST

/* --- what the data cannot hold ----------------------------------------------------------------- */

static enum fault decode(const struct shape *shape, const char *body, void *ret)
{
    reset();
    return shape_decode(shape, text_of(body), arena, &violations, ret);
}

static void assert_violation(const char *pointer, const char *code)
{
    ck_assert_uint_eq(violations.count, 1);
    ck_assert_str_eq(violations.list[0].pointer.at, pointer);
    ck_assert_str_eq(violations.list[0].code, code);
}

START_TEST(bytes_that_are_no_utf8_are_a_bad_request)
{
    static const char *const bodies[] = {"{\"text\":\"\xff\"}", "{\"text\":\"\xc0\x80\"}",
                                         "{\"\xe6\x8a\":1}", "{\"text\":\"\xed\xa0\x80\"}"};
    struct note_command note;

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        ck_assert_int_eq(decode(&note_shape, bodies[i], &note), FAULT_BAD_REQUEST);
        assert_violation("", "not_utf8");
        ck_assert_ptr_null(memchr(violations.list[0].en.at, 0xff, violations.list[0].en.length));
    }
}
END_TEST

START_TEST(nul_bytes_end_nothing)
{
    static const char inside[] = "{\"text\":\"a\0b\"}", after[] = "{\"text\":\"a\"}\0";
    struct note_command note;

    reset();
    ck_assert_int_eq(shape_decode(&note_shape, (struct text){inside, sizeof inside - 1}, arena,
                                  &violations, &note),
                     FAULT_BAD_REQUEST);
    reset();
    ck_assert_int_eq(shape_decode(&note_shape, (struct text){after, sizeof after - 1}, arena,
                                  &violations, &note),
                     FAULT_BAD_REQUEST);
}
END_TEST

START_TEST(no_body_is_a_bad_request_even_when_nothing_is_required)
{
    struct reason_command reason;

    ck_assert_int_eq(decode(&optional_reason_shape, "", &reason), FAULT_BAD_REQUEST);
    ck_assert_str_eq(violations.list[0].en.at, "The body must be a JSON object.");
    ck_assert_int_eq(shape_decode(&optional_reason_shape, TEXT_NONE, arena, &violations, &reason),
                     FAULT_BAD_REQUEST);
    ck_assert_int_eq(decode(&optional_reason_shape, " {} ", &reason), FAULT_NONE);
    ck_assert_uint_eq(violations.count, 0);
    ck_assert(text_is_none(reason.reason));
}
END_TEST

START_TEST(a_syntax_error_says_where)
{
    struct note_command note;

    decode(&note_shape, "{\"text\":\n  nothing}", &note);
    ck_assert_str_eq(violations.list[0].en.at, "The body is not valid JSON (line 2, column 9).");
    ck_assert_str_eq(violations.list[0].zh.at, "请求体不是有效的 JSON（第 2 行，第 9 列）。");
}
END_TEST

START_TEST(sentences_name_limits_and_terms)
{
    struct close_command close;
    struct advance_command advance;
    char body[400];

    decode(&close_shape, "{\"outcome\":\"withdrawn\"}", &close);
    assert_violation("/outcome", "unknown_term");
    ck_assert_str_eq(violations.list[0].en.at,
                     "Must be one of: upheld, partly_upheld, not_upheld.");
    ck_assert_str_eq(violations.list[0].zh.at, "须为以下之一：upheld、partly_upheld、not_upheld。");
    ck_assert_int_eq(close.outcome, TERM_NONE);

    snprintf(body, sizeof body, "{\"owner\":\"%0*d\"}", 65, 0);
    decode(&advance_shape, body, &advance);
    assert_violation("/owner", "too_long");
    ck_assert_str_eq(violations.list[0].en.at, "At most 64 characters; there are 65.");
    ck_assert_str_eq(violations.list[0].zh.at, "最多 64 个字符，现有 65 个。");
}
END_TEST

START_TEST(long_texts_are_counted_in_characters)
{
    struct receive_command command;
    struct text_buffer body = text_buffer_new(arena, 70000);
    const size_t limit = 20000;

    for (size_t more = 0; more <= 1; more++) {
        reset();
        body = text_buffer_new(arena, 70000);
        text_buffer_add_string(&body,
                               "{\"source\":\"wechat\",\"subject\":\"x\",\"received_at\":"
                               "\"2026-11-20T09:12:00Z\",\"complainant\":{},\"narrative\":\"");
        for (size_t i = 0; i < limit + more; i++)
            text_buffer_add_string(&body, "诉");
        text_buffer_add_string(&body, "\"}");
        shape_decode(&receive_shape, text_buffer_text(&body), arena, &violations, &command);
        ck_assert_uint_eq(violations.count, more);
    }
    assert_violation("/narrative", "too_long");
}
END_TEST

START_TEST(lists_of_objects)
{
    struct plan_command plan;

    decode(&plan_shape,
           "{\"summary\":\"s\",\"redress\":[{\"type\":\"refund\",\"amount\":500000},"
           "{\"type\":\"apology\"}]}",
           &plan);
    ck_assert_uint_eq(violations.count, 0);
    ck_assert_uint_eq(plan.redress_count, 2);
    ck_assert_int_eq(plan.redress[0].type, REDRESS_REFUND);
    ck_assert_int_eq(plan.redress[0].amount, 500000);
    ck_assert_int_eq(plan.redress[1].amount, -1);

    decode(
        &plan_shape,
        "{\"summary\":\"s\",\"redress\":[{\"type\":\"none\"},{\"type\":\"refund\",\"amount\":-1}]}",
        &plan);
    assert_violation("/redress/1/amount", "out_of_range");
    decode(&plan_shape, "{\"summary\":\"s\",\"redress\":[{\"type\":\"none\"},null]}", &plan);
    assert_violation("/redress/1", "wrong_type");
    decode(&plan_shape, "{\"summary\":\"s\",\"redress\":[{}]}", &plan);
    assert_violation("/redress/0/type", "required");
    decode(&plan_shape, "{\"summary\":\"s\",\"redress\":[{},{},{},{},{},{},{},{},{},{},{}]}",
           &plan);
    assert_violation("/redress", "too_many");
    ck_assert_str_eq(violations.list[0].en.at, "At most 10; there are 11.");
    ck_assert_uint_eq(plan.redress_count, 0);
}
END_TEST

START_TEST(tells_what_was_given)
{
    struct classify_command classify;

    decode(&classify_shape, "{\"level\":\"major\"}", &classify);
    ck_assert(!classify.tags_given);
    ck_assert_int_eq(classify.urgency, -1);
    decode(&classify_shape, "{\"tags\":null}", &classify);
    ck_assert(!classify.tags_given);
    decode(&classify_shape, "{\"tags\":[]}", &classify);
    ck_assert(classify.tags_given);
    ck_assert_uint_eq(classify.tags, 0);
    decode(&classify_shape, "{\"tags\":[\"petition\"]}", &classify);
    ck_assert(classify.tags_given);
    ck_assert_uint_eq(classify.tags, 1U << TAG_PETITION);
}
END_TEST

START_TEST(what_the_product_adds_is_not_read)
{
    struct notice_command notice;
    struct delivery_command delivery;

    decode(&notice_shape,
           "{\"facts\":\"f\",\"basis\":\"b\",\"decision\":\"d\",\"remedies\":\"none\"}", &notice);
    assert_violation("/remedies", "unknown_member");
    ck_assert(text_is_none(notice.remedies));
    decode(&delivery_shape,
           "{\"notice\":2,\"channel\":\"sms\",\"at\":\"2026-11-20T09:12:00Z\",\"proof\":\"p\"}",
           &delivery);
    assert_violation("/notice", "unknown_member");
}
END_TEST

static void assert_bounded(const char *before, const char *prefix, const char *suffix,
                           const char *after)
{
    struct text_buffer body = text_buffer_new(arena, 1 << 20);
    struct classify_command classify;

    text_buffer_add_string(&body, before);
    for (int i = 0; i < 50000; i++)
        text_buffer_printf(&body, "%s%d%s", prefix, i, suffix);
    text_buffer_add_string(&body, after);
    violations.count = 0;
    size_t used = arena_used(arena);
    shape_decode(&classify_shape, text_buffer_text(&body), arena, &violations, &classify);
    ck_assert_uint_eq(violations.count, VIOLATIONS_MAX);
    ck_assert_uint_lt(arena_used(arena) - used, 100000);
}

START_TEST(answers_stay_bounded)
{
    assert_bounded("{\"tags\":[1", ",", "", "]}");
    assert_bounded("{\"x\":1", ",\"x", "\":1", "}");
}
END_TEST

struct counter {
    int64_t any;
};

/* A number that no int64_t holds must not pass as the largest one. */
START_TEST(a_range_as_wide_as_its_type)
{
    static const struct member members[] = {{MEMBER("any", LONG, struct counter, any)}};
    static const struct shape shape = {
        .name = "Counter", .size = sizeof(struct counter), SHAPE_MEMBERS(members)};
    struct counter counter;

    decode(&shape, "{\"any\":9223372036854775806}", &counter);
    ck_assert_uint_eq(violations.count, 0);
    ck_assert_int_eq(counter.any, INT64_MAX - 1);
    decode(&shape, "{\"any\":9223372036854775808}", &counter);
    assert_violation("/any", "out_of_range");
    decode(&shape, "{\"any\":-1}", &counter);
    assert_violation("/any", "out_of_range");
}
END_TEST

/* --- decode(encode(x)) ------------------------------------------------------------------------- */

static unsigned seed;

static int64_t random_below(int64_t limit)
{
    return (((int64_t)rand_r(&seed) << 31) + rand_r(&seed)) % limit;
}

/* A text in the form in which it is stored: composed, nothing to trim. */
static struct text random_text(bool lines, int64_t characters_max)
{
    static const char *const pieces[] = {"a", "Z", "0", "\"",     "\\", "/", "投", "诉", "é",
                                         "😀", "€", " ", "\u200b", "'",  "<", "\n", "\t"};
    size_t known = sizeof pieces / sizeof *pieces - (lines ? 0 : 2);
    int64_t count = random_below(8) == 0 ? characters_max : 2 + random_below(30);
    struct text_buffer out = text_buffer_new(arena, 64);

    if (count > characters_max)
        count = characters_max;
    for (int64_t i = 0; i < count; i++) {
        bool edge = i == 0 || i == count - 1;
        text_buffer_add_string(&out, pieces[random_below(edge ? 11 : (int64_t)known)]);
    }
    return text_buffer_text(&out);
}

static void fill(const struct shape *shape, char *object);

static void fill_list(const struct member *member, char *object)
{
    size_t count = (size_t)random_below(member->max + 1);
    char *items = arena_array(arena, count, member->size);

    for (size_t i = 0; i < count; i++) {
        shape_clear(member->shape, items + i * member->size);
        fill(member->shape, items + i * member->size);
    }
    *(void **)(object + member->offset) = items;
    *(size_t *)(object + member->count_offset) = count;
}

static void fill_member(const struct member *member, char *object)
{
    void *field = object + member->offset;
    int64_t span = member->max - member->min + 1;

    switch (member->type) {
    case MEMBER_TEXT: *(struct text *)field = random_text(false, member->max); break;
    case MEMBER_LINES: *(struct text *)field = random_text(true, member->max); break;
    case MEMBER_TERM:
        *(int *)field =
            (int)(member->min + random_below(member->max ? span : member->vocabulary->count));
        break;
    case MEMBER_TERMS:
        *(unsigned *)field = (unsigned)random_below(INT64_C(1) << member->vocabulary->count);
        break;
    case MEMBER_INTEGER: *(int *)field = (int)(member->min + random_below(span)); break;
    case MEMBER_LONG: *(int64_t *)field = member->min + random_below(span); break;
    case MEMBER_BOOLEAN: *(bool *)field = random_below(2); break;
    case MEMBER_INSTANT:
        *(instant *)field = random_below(4000000000) * INSTANT_SECOND + random_below(3) * 250000;
        break;
    case MEMBER_OBJECT: fill(member->shape, field); break;
    case MEMBER_LIST: fill_list(member, object); break;
    default: ck_abort_msg("%s is never read", member->name);
    }
}

static void fill(const struct shape *shape, char *object)
{
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        bool optional = !(member->flags & MEMBER_REQUIRED);
        if (member->flags & MEMBER_READ_ONLY || (optional && random_below(3) == 0))
            continue;
        fill_member(member, object);
        if (member->given_offset)
            *(bool *)(object + member->given_offset) = true;
    }
}

static json_t *encode(const struct shape *shape, const void *object)
{
    struct text_buffer out = text_buffer_new(arena, 64);
    json_error_t error;

    shape_encode(shape, object, 480, &out);
    json_t *json = json_loadb(out.at, out.length, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(json != NULL, "%s: %s in %.*s", shape->name, error.text,
                  TEXT_ARG(text_buffer_text(&out)));
    ck_assert_uint_eq(json_object_size(json), shape->member_count);
    return json;
}

static void round_trip(const struct shape *shape)
{
    char *object = arena_alloc(arena, shape->size), *again = arena_alloc(arena, shape->size);

    shape_clear(shape, object);
    fill(shape, object);
    json_t *first = encode(shape, object), *sent = json_deep_copy(first);
    for (size_t i = 0; i < shape->member_count; i++)
        if (shape->members[i].flags & MEMBER_READ_ONLY)
            json_object_del(sent, shape->members[i].name);
    char *body = json_dumps(sent, 0);
    ck_assert_int_eq(shape_decode(shape, text_of(body), arena, &violations, again), FAULT_NONE);
    ck_assert_msg(violations.count == 0, "%s: %s %s of %s", shape->name,
                  violations.list[0].pointer.at, violations.list[0].code, body);
    json_t *second = encode(shape, again);
    ck_assert_msg(json_equal(first, second), "%s: %s", shape->name, body);
    free(body);
    json_decref(first);
    json_decref(second);
    json_decref(sent);
}

START_TEST(what_is_written_is_read_back)
{
    static const struct shape *const shapes[] = {
        &receive_shape,         &advance_shape,  &send_back_shape,
        &offer_shape,           &assign_shape,   &reason_shape,
        &optional_reason_shape, &settle_shape,   &decline_shape,
        &classify_shape,        &close_shape,    &note_shape,
        &contact_shape,         &findings_shape, &plan_shape,
        &notice_shape,          &delivery_shape,
    };

    seed = 20261120;
    for (int round = 0; round < 100; round++) {
        for (size_t i = 0; i < sizeof shapes / sizeof(struct shape *); i++) {
            reset();
            round_trip(shapes[i]);
        }
    }
}
END_TEST

/* --- types that are only written --------------------------------------------------------------- */

struct sample {
    struct uuid id;
    struct staff_reference owner, nobody;
    struct text json, no_json;
    const char *string, *no_string;
    int number, none, zero;
    unsigned terms;
    instant at;
};

START_TEST(types_that_are_only_written)
{
    static const struct member members[] = {
        {MEMBER("id", UUID, struct sample, id)},
        {MEMBER("owner", STAFF, struct sample, owner)},
        {MEMBER("nobody", STAFF, struct sample, nobody)},
        {MEMBER("login", LOGIN, struct sample, owner)},
        {MEMBER("no_login", LOGIN, struct sample, nobody)},
        {MEMBER("json", JSON, struct sample, json)},
        {MEMBER("no_json", JSON, struct sample, no_json)},
        {MEMBER("string", STRING, struct sample, string)},
        {MEMBER("no_string", STRING, struct sample, no_string)},
        {.name = "a \"name\"", .type = MEMBER_INTEGER, .offset = offsetof(struct sample, number)},
        {MEMBER("none", INTEGER, struct sample, none)},
        {MEMBER("minus", INTEGER, struct sample, none), .flags = MEMBER_REQUIRED},
        {MEMBER("terms", TERMS, struct sample, terms), .vocabulary = &vocabulary_stage},
        {MEMBER("at", INSTANT, struct sample, at)},
    };
    static const struct shape shape = {
        .name = "Sample", .size = sizeof(struct sample), SHAPE_MEMBERS(members)};
    struct sample sample = {
        .id = {{0x01, 0x93, [15] = 0xff}},
        .owner = {{{1}}, TEXT("agent1"), TEXT("坐席一")},
        .json = TEXT("[1,2]"),
        .string = "a\"b",
        .number = 7,
        .none = -1,
        .terms = 1U << STAGE_INTAKE | 1U << STAGE_FEEDBACK,
        .at = 0,
    };
    struct text_buffer out = text_buffer_new(arena, 1);

    shape_encode(&shape, &sample, 480, &out);
    text_buffer_add_char(&out, '\0');
    ck_assert_str_eq(
        out.at,
        "{\"id\":\"01930000-0000-0000-0000-0000000000ff\","
        "\"owner\":{\"id\":\"01000000-0000-0000-0000-000000000000\",\"login\":\"agent1\","
        "\"name\":\"坐席一\"},\"nobody\":null,\"login\":\"agent1\",\"no_login\":null,"
        "\"json\":[1,2],\"no_json\":null,"
        "\"string\":\"a\\\"b\",\"no_string\":null,\"a \\\"name\\\"\":7,\"none\":null,\"minus\":-1,"
        "\"terms\":[\"intake\",\"feedback\"],\"at\":\"1970-01-01T08:00:00+08:00\"}");
}
END_TEST

Suite *shape_suite(void)
{
    Suite *suite = suite_create("shape");
    TCase *tests = tcase_create("shape");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, inputs_of_receive);
    tcase_add_test(tests, bytes_that_are_no_utf8_are_a_bad_request);
    tcase_add_test(tests, nul_bytes_end_nothing);
    tcase_add_test(tests, no_body_is_a_bad_request_even_when_nothing_is_required);
    tcase_add_test(tests, a_syntax_error_says_where);
    tcase_add_test(tests, sentences_name_limits_and_terms);
    tcase_add_test(tests, long_texts_are_counted_in_characters);
    tcase_add_test(tests, lists_of_objects);
    tcase_add_test(tests, tells_what_was_given);
    tcase_add_test(tests, what_the_product_adds_is_not_read);
    tcase_add_test(tests, answers_stay_bounded);
    tcase_add_test(tests, a_range_as_wide_as_its_type);
    tcase_add_test(tests, what_is_written_is_read_back);
    tcase_add_test(tests, types_that_are_only_written);
    suite_add_tcase(suite, tests);
    return suite;
}
