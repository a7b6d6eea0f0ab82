#include <check.h>
#include <jansson.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/json/batch_json.h"

Suite *batch_json_suite(void);

#define COMPLAINT_MAX 4096
#define COMPLAINT                                                       \
    "{\"source\":\"branch\",\"subject\":\"a\",\"narrative\":\"b\","     \
    "\"received_at\":\"2026-11-20T09:12:00Z\",\"tags\":[\"petition\"]," \
    "\"complainant\":{\"name\":\"c\"}}"

static struct arena *arena;
static struct violations violations;
static struct batch batch;

static void setup(void)
{
    arena = arena_new(65536);
}

static void teardown(void)
{
    arena_free(arena);
}

static enum fault decode_text(struct text body)
{
    violations = (struct violations){.arena = arena};
    return batch_decode(body, COMPLAINT_MAX, arena, &violations, &batch);
}

static enum fault decode(const char *body)
{
    arena_reset(arena);
    return decode_text(text_of(body));
}

static void assert_violation(const struct violations *found, const char *pointer, const char *code)
{
    ck_assert_ptr_nonnull(found);
    ck_assert_uint_eq(found->count, 1);
    ck_assert_str_eq(found->list[0].pointer.at, pointer);
    ck_assert_str_eq(found->list[0].code, code);
}

static void assert_text(struct text text, const char *expected)
{
    ck_assert_msg(text_equal(text, text_of(expected)), "%.*s, not %s", TEXT_ARG(text),
                  expected ? expected : "none");
}

START_TEST(items_are_told_apart)
{
    ck_assert_int_eq(decode(" {\"items\" : [ {\"key\":\"k\\\"1]\",\"complaint\": " COMPLAINT "},\n"
                            "{\"complaint\":" COMPLAINT ", \"key\": null}, {\"complaint\":{ }}]}"),
                     FAULT_NONE);
    ck_assert_uint_eq(violations.count, 0);
    ck_assert_uint_eq(batch.count, 3);
    assert_text(batch.items[0].key, "k\"1]");
    assert_text(batch.items[1].key, NULL);
    assert_text(batch.items[0].complaint, COMPLAINT);
    assert_text(batch.items[1].complaint, COMPLAINT);
    assert_text(batch.items[2].complaint, "{ }");
    assert_text(batch.items[1].input.subject, "a");
    assert_text(batch.items[1].input.complainant.name, "c");
    ck_assert_ptr_null(batch.items[0].violations);
    ck_assert_ptr_null(batch.items[1].violations);
    ck_assert_uint_eq(batch.items[2].violations->count, 5);
    ck_assert_str_eq(batch.items[2].violations->list[0].pointer.at, "/source");
}
END_TEST

START_TEST(brackets_and_quotes_in_texts_mislead_nobody)
{
    decode("{\"items\":[{\"complaint\":{\"subject\":\"}]}\\\\\",\"narrative\":\"\\\"{[\\u007b\"}},"
           "{\"key\":\"{[\",\"complaint\":{\"subject\":\"2\"}}]}");
    ck_assert_uint_eq(violations.count, 0);
    ck_assert_uint_eq(batch.count, 2);
    assert_text(batch.items[0].input.subject, "}]}\\");
    assert_text(batch.items[0].input.narrative, "\"{[{");
    assert_text(batch.items[1].key, "{[");
    assert_text(batch.items[1].input.subject, "2");
}
END_TEST

/* --- the frame --------------------------------------------------------------------------------- */

#define ITEM "{\"complaint\":{}}"

static const struct {
    const char *body, *pointer, *code;
} unsound_frames[] = {
    {"{}", "/items", "required"},
    {"{\"items\":null}", "/items", "required"},
    {"{\"items\":[]}", "/items", "required"},
    {"{\"items\":{}}", "/items", "wrong_type"},
    {"{\"items\":\"[]\"}", "/items", "wrong_type"},
    {"{\"items\":[" ITEM "],\"more\":[[[{\"complaint\":{}}]]]}", "/more", "unknown_member"},
    {"{\"items\":[" ITEM ",7]}", "/items/1", "wrong_type"},
    {"{\"items\":[[" ITEM "]]}", "/items/0", "wrong_type"},
    {"{\"items\":[" ITEM ",{}]}", "/items/1/complaint", "required"},
    {"{\"items\":[{\"complaint\":[{}]}]}", "/items/0/complaint", "wrong_type"},
    {"{\"items\":[{\"complaint\":\"{}\"}]}", "/items/0/complaint", "wrong_type"},
    {"{\"items\":[{\"complaint\":{},\"key\":7}]}", "/items/0/key", "wrong_type"},
    {"{\"items\":[{\"complaint\":{},\"key\":{\"a\":[]}}]}", "/items/0/key", "wrong_type"},
    {"{\"items\":[{\"complaint\":{},\"key\":\"a\\nb\"}]}", "/items/0/key", "control_character"},
    {"{\"items\":[{\"complaint\":{},\"id\":1}]}", "/items/0/id", "unknown_member"},
};

START_TEST(an_unsound_frame_counts_for_all)
{
    ck_assert_int_eq(decode(unsound_frames[_i].body), FAULT_NONE);
    assert_violation(&violations, unsound_frames[_i].pointer, unsound_frames[_i].code);
}
END_TEST

static struct text body_of(size_t count, const char *item)
{
    struct text_buffer body = text_buffer_new(arena, 65536);
    text_buffer_add_string(&body, "{\"items\":[");
    for (size_t i = 0; i < count; i++)
        text_buffer_printf(&body, "%s%s", i ? "," : "", item);
    text_buffer_add_string(&body, "]}");
    return text_buffer_text(&body);
}

START_TEST(five_hundred_are_the_limit)
{
    decode_text(body_of(500, ITEM));
    ck_assert_uint_eq(violations.count, 0);
    ck_assert_uint_eq(batch.count, 500);
    decode_text(body_of(501, ITEM));
    assert_violation(&violations, "/items", "too_many");
    ck_assert_str_eq(violations.list[0].en.at, "At most 500; there are 501.");
    decode_text(body_of(100000, ITEM));
    assert_violation(&violations, "/items", "too_many");
}
END_TEST

START_TEST(keys_have_255_characters_at_most)
{
    char body[2000];
    for (int length = 255; length <= 256; length++) {
        snprintf(body, sizeof body, "{\"items\":[{\"key\":\"%0*d\",\"complaint\":{}}]}", length, 0);
        ck_assert_int_eq(decode(body), FAULT_NONE);
        ck_assert_uint_eq(violations.count, length == 256);
    }
    assert_violation(&violations, "/items/0/key", "too_long");
}
END_TEST

/* --- JSON or not -------------------------------------------------------------------------------- */

static const struct {
    const char *body, *pointer, *code;
} unreadable[] = {
    {"", "", "wrong_type"},
    {"[" ITEM "]", "", "wrong_type"},
    {"{\"items\":[" ITEM "]", "", "syntax"},
    {"{\"items\":[" ITEM "]}}", "", "syntax"},
    {"{\"items\":[" ITEM "],\"items\":[]}", "", "duplicate_member"},
    {"{\"items\":[{\"complaint\":{},\"complaint\":{}}]}", "", "duplicate_member"},
    {"{\"items\":[" ITEM ",{\"complaint\":{\"a\":tru}}]}", "/items/1/complaint", "syntax"},
    {"{\"items\":[" ITEM ",{\"complaint\":{\"a\":1,\"a\":1}}]}", "/items/1/complaint",
     "duplicate_member"},
    {"{\"items\":[{\"complaint\":{\"a\":\"\xcd\xb6\xcb\xdf\"}}," ITEM "]}", "/items/0/complaint",
     "not_utf8"},
    {"{\"items\":[{\"complaint\":{\"a\":[[[[[[[[]]]]]]]]}}]}", "/items/0/complaint", "too_deep"},
    {"{\"items\":[{\"complaint\":{\"a\":}]}}]}", "", "syntax"},
    {"{\"items\":[{\"complaint\":{\"a\":\"}}]}", "", "syntax"},
};

START_TEST(what_is_no_json_is_refused_as_a_whole)
{
    ck_assert_int_eq(decode(unreadable[_i].body), FAULT_BAD_REQUEST);
    assert_violation(&violations, unreadable[_i].pointer, unreadable[_i].code);
}
END_TEST

START_TEST(lines_of_the_frame_are_those_of_the_body)
{
    decode("{\"items\":[{\"complaint\":{\n\n\"a\":\n{}}}\n  nothing]}");
    assert_violation(&violations, "", "syntax");
    ck_assert_str_eq(violations.list[0].en.at, "The body is not valid JSON (line 5, column 9).");
}
END_TEST

/* Reading in parts takes just what a parser of the whole takes, whichever byte is changed. */
START_TEST(a_body_is_json_or_not_wherever_it_is_broken)
{
    static const char sound[] = "{\"items\":[{\"key\":\"k\\\\\",\"complaint\":" COMPLAINT "},"
                                "{\"complaint\":{\"subject\":\"\\\"\\n[\",\"tags\":[]}} ]}";
    static const char others[] = "{}[]\",:\\x1 \n\xff";
    size_t refused = 0, taken = 0;

    for (size_t at = 0; at < sizeof sound - 1; at++) {
        for (size_t other = 0; other < sizeof others; other++) {
            char body[sizeof sound];
            size_t length = sizeof sound - 1;
            memcpy(body, sound, sizeof sound);
            if (other + 1 < sizeof others)
                body[at] = others[other];
            else
                memmove(body + at, body + at + 1, length-- - at);
            arena_reset(arena);
            enum fault fault = decode_text((struct text){body, length});
            json_t *whole = json_loadb(body, length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
            bool is_json = json_is_object(whole);
            json_decref(whole);
            bool accepted = !fault && violations.count == 0;
            ck_assert_msg(is_json ? !fault : !accepted, "%.*s: fault %d", (int)length, body, fault);
            *(accepted ? &taken : &refused) += 1;
        }
    }
    ck_assert_uint_gt(refused, 1000);
    ck_assert_uint_gt(taken, 1000);
}
END_TEST

/* --- bounds ------------------------------------------------------------------------------------- */

START_TEST(long_complaints_are_not_read)
{
    struct text_buffer body = text_buffer_new(arena, 8192);
    text_buffer_printf(&body, "{\"items\":[{\"complaint\":{\"subject\":\"a\",\"x\":\"%0*d\"}},%s]}",
                       COMPLAINT_MAX, 0, ITEM);
    ck_assert_int_eq(decode_text(text_buffer_text(&body)), FAULT_NONE);
    ck_assert_uint_eq(violations.count, 0);
    ck_assert_int_eq(batch.items[0].fault, FAULT_TOO_LARGE);
    assert_text(batch.items[0].input.subject, NULL);
    ck_assert_int_eq(batch.items[0].input.received_at == INSTANT_NONE, 1);
    ck_assert_int_eq(batch.items[1].fault, FAULT_NONE);
}
END_TEST

/* What the parser holds, and the most that it held. */
static size_t held, most_held;

static void *take_counted(size_t size)
{
    void *memory = malloc(size);
    held += malloc_usable_size(memory);
    most_held = held > most_held ? held : most_held;
    return memory;
}

static void free_counted(void *memory)
{
    held -= malloc_usable_size(memory);
    free(memory);
}

/* Bodies of which a parser makes dozens of bytes for each of theirs. */
START_TEST(no_body_takes_much_memory)
{
    static const char *const parts[][3] = {
        {"{\"items\":[", "0", "]}"},
        {"{\"items\":[", "[]", "]}"},
        {"{\"items\":[", ITEM, "]}"},
        {"{\"items\":[{\"complaint\":[", "0", "]}]}"},
        {"{\"items\":[{\"complaint\":{\"tags\":[", "{}", "]}}]}"},
        {"{\"items\":[{\"complaint\":[", "0", ""},
        {"{\"items\":[{", "\"key\":0", "}]}"},
        {"{", "\"a\":0", "}"},
        {"[", "0", "]"}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        arena_reset(arena);
        struct text_buffer body = text_buffer_new(arena, 1 << 21);
        text_buffer_add_string(&body, parts[i][0]);
        while (body.length < 1 << 20)
            text_buffer_printf(&body, "%s%s", parts[i][1], ",");
        text_buffer_printf(&body, "%s%s", parts[i][1], parts[i][2]);
        size_t used = arena_used(arena);
        most_held = held = 0;
        json_set_alloc_funcs(take_counted, free_counted);
        (void)decode_text(text_buffer_text(&body));
        json_set_alloc_funcs(malloc, free);
        ck_assert_msg(violations.count || batch.items[0].fault, "%s", parts[i][0]);
        ck_assert_uint_lt(arena_used(arena) - used, 3 << 20);
        ck_assert_uint_lt(most_held, 3 << 20);
        ck_assert_uint_eq(held, 0);
    }
}
END_TEST

Suite *batch_json_suite(void)
{
    Suite *suite = suite_create("batch_json");
    TCase *tcase = tcase_create("batch_json");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, items_are_told_apart);
    tcase_add_test(tcase, brackets_and_quotes_in_texts_mislead_nobody);
    tcase_add_loop_test(tcase, an_unsound_frame_counts_for_all, 0,
                        (int)(sizeof unsound_frames / sizeof *unsound_frames));
    tcase_add_test(tcase, five_hundred_are_the_limit);
    tcase_add_test(tcase, keys_have_255_characters_at_most);
    tcase_add_loop_test(tcase, what_is_no_json_is_refused_as_a_whole, 0,
                        (int)(sizeof unreadable / sizeof *unreadable));
    tcase_add_test(tcase, lines_of_the_frame_are_those_of_the_body);
    tcase_add_test(tcase, a_body_is_json_or_not_wherever_it_is_broken);
    tcase_add_test(tcase, long_complaints_are_not_read);
    tcase_add_test(tcase, no_body_takes_much_memory);
    suite_add_tcase(suite, tcase);
    return suite;
}
