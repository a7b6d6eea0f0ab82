#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/instant.h"
#include "lib/base/log.h"

Suite *log_suite(void);

static int ends[2];
static char lines[65536]; /* what the last read gave */

static void setup(void)
{
    ck_assert_int_eq(pipe2(ends, O_NONBLOCK), 0);
    log_configure(ends[1], LOG_DEBUG);
}

static void teardown(void)
{
    log_configure(STDERR_FILENO, LOG_INFO);
    close(ends[0]);
    close(ends[1]);
}

/* What was written since the last call; returns its length. */
static size_t read_raw(void)
{
    ssize_t n = read(ends[0], lines, sizeof lines - 1);

    lines[n > 0 ? n : 0] = '\0';
    return n > 0 ? (size_t)n : 0;
}

/* The one line that was written, which must be JSON within its bound. */
static json_t *read_line(void)
{
    size_t length = read_raw();
    json_error_t error;

    ck_assert_uint_gt(length, 0);
    ck_assert_uint_le(length, LOG_LINE_MAX);
    ck_assert_ptr_eq(strchr(lines, '\n'), lines + length - 1);
    json_t *line = json_loads(lines, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(line != NULL, "%s: %s", error.text, lines);
    return line;
}

static const char *member(const json_t *line, const char *name)
{
    return json_string_value(json_object_get(line, name));
}

START_TEST(writes_all_kinds_of_fields)
{
    struct uuid id;
    const char *nothing = NULL;

    ck_assert(uuid_parse(TEXT("0193a5f0-1234-7abc-8def-0123456789ab"), &id));
    log_line(LOG_WARNING, "request answered", LOG_TEXT("text", TEXT("投诉")),
             LOG_TEXT("none", TEXT_NONE), LOG_STRING("string", "s"), LOG_STRING("null", nothing),
             LOG_INT("status", 200), LOG_INT("least", INT64_MIN), LOG_INT("most", INT64_MAX),
             LOG_BOOL("yes", true), LOG_BOOL("no", false), LOG_ID("id", id),
             LOG_ID("no_id", UUID_NONE));
    json_t *line = read_line();
    ck_assert_str_eq(member(line, "level"), "warning");
    ck_assert_str_eq(member(line, "event"), "request answered");
    ck_assert_str_eq(member(line, "text"), "投诉");
    ck_assert(json_is_null(json_object_get(line, "none")));
    ck_assert_str_eq(member(line, "string"), "s");
    ck_assert(json_is_null(json_object_get(line, "null")));
    ck_assert_int_eq(json_integer_value(json_object_get(line, "status")), 200);
    ck_assert_int_eq(json_integer_value(json_object_get(line, "least")), INT64_MIN);
    ck_assert_int_eq(json_integer_value(json_object_get(line, "most")), INT64_MAX);
    ck_assert(json_is_true(json_object_get(line, "yes")));
    ck_assert(json_is_false(json_object_get(line, "no")));
    ck_assert_str_eq(member(line, "id"), "0193a5f0-1234-7abc-8def-0123456789ab");
    ck_assert(json_is_null(json_object_get(line, "no_id")));
    ck_assert_uint_eq(json_object_size(line), 14);
    json_decref(line);
}
END_TEST

START_TEST(time_is_now_in_utc_with_milliseconds)
{
    instant before = instant_now(), at = 0;

    log_line(LOG_INFO, "x");
    instant after = instant_now();
    json_t *line = read_line();
    const char *time = member(line, "time");
    ck_assert_uint_eq(strlen(time), strlen("2026-11-20T01:12:00.123Z"));
    ck_assert_int_eq(time[19], '.');
    ck_assert_int_eq(time[23], 'Z');
    ck_assert(instant_parse(text_of(time), &at));
    ck_assert_int_ge(at, before - INSTANT_MILLISECOND);
    ck_assert_int_le(at, after);
    ck_assert_uint_eq(json_object_size(line), 3);
    json_decref(line);
}
END_TEST

START_TEST(threshold)
{
    log_configure(ends[1], LOG_WARNING);
    log_line(LOG_DEBUG, "no");
    log_line(LOG_INFO, "no", LOG_INT("n", 1));
    ck_assert_uint_eq(read_raw(), 0);
    log_line(LOG_WARNING, "yes");
    ck_assert_uint_gt(read_raw(), 0);
    log_line(LOG_ERROR, "yes");
    ck_assert_uint_gt(read_raw(), 0);
    ck_assert(log_enabled(LOG_ERROR));
    ck_assert(!log_enabled(LOG_INFO));
}
END_TEST

/* In a thread of its own, since gathering ends with the thread. */
static void *gather_lines(void *unused)
{
    (void)unused;
    log_gather();
    for (int i = 0; i < 10; i++)
        log_line(LOG_INFO, "gathered", LOG_INT("n", i));
    ck_assert_uint_eq(read_raw(), 0);
    log_flush();
    ck_assert_uint_gt(read_raw(), 0);
    ck_assert_ptr_nonnull(strstr(lines, "\"n\":0}\n"));
    ck_assert_ptr_nonnull(strstr(lines, "\"n\":9}\n"));

    log_line(LOG_INFO, "before");
    log_line(LOG_ERROR, "at once");
    ck_assert_uint_gt(read_raw(), 0);
    ck_assert_ptr_nonnull(strstr(lines, "before"));
    ck_assert_ptr_nonnull(strstr(lines, "at once"));

    for (int i = 0; i < 1000; i++) /* more than the buffer holds */
        log_line(LOG_INFO, "many", LOG_INT("n", i));
    log_flush();
    size_t count = 0;
    for (size_t length = read_raw(); length; length = read_raw()) {
        for (size_t i = 0; i < length; i++)
            count += lines[i] == '\n';
    }
    ck_assert_uint_eq(count + log_lost(), 1000);
    return NULL;
}

START_TEST(gathered_lines_wait_for_a_flush)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, gather_lines, NULL), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

START_TEST(levels_have_names)
{
    enum log_level level = LOG_ERROR;

    ck_assert(log_level_parse(TEXT("debug"), &level));
    ck_assert_int_eq(level, LOG_DEBUG);
    ck_assert(log_level_parse(TEXT("error"), &level));
    ck_assert_int_eq(level, LOG_ERROR);
    ck_assert(!log_level_parse(TEXT("Error"), &level));
    ck_assert(!log_level_parse(TEXT(""), &level));
    ck_assert(!log_level_parse(TEXT_NONE, &level));
}
END_TEST

START_TEST(every_byte_is_survived)
{
    for (int first = 0; first < 256; first++) {
        char hostile[] = {'a', (char)first, 'b', (char)first, (char)0x80, 'c'};
        log_line(LOG_INFO, "x", LOG_TEXT("hostile", ((struct text){hostile, sizeof hostile})),
                 LOG_INT("after", 1));
        size_t length = read_raw();
        /* Nothing that a terminal would act upon, and one line. */
        for (size_t i = 0; i + 1 < length; i++)
            ck_assert_int_ge((unsigned char)lines[i], 0x20);
        ck_assert_ptr_null(strchr(lines, 0x7F));
        json_t *line = json_loads(lines, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
        ck_assert_msg(line != NULL, "%s", lines);
        const json_t *value = json_object_get(line, "hostile");
        const char *text = json_string_value(value);
        size_t size = json_string_length(value);
        if (first < 0x80) { /* kept as it was, and the bad byte replaced */
            ck_assert_uint_eq(size, 8);
            ck_assert_int_eq(memcmp(text, hostile, 4), 0);
            ck_assert_int_eq(memcmp(text + 4, "\uFFFDc", 4), 0);
        } else if (first < 0xC2 || first > 0xDF) {
            ck_assert_str_eq(text, "a\uFFFDb\uFFFD\uFFFDc");
        } /* else the last two bytes make one character */
        ck_assert_int_eq(json_integer_value(json_object_get(line, "after")), 1);
        json_decref(line);
    }
}
END_TEST

START_TEST(what_terminals_act_upon_is_escaped)
{
    log_line(LOG_INFO, "x", LOG_STRING("t", "\x1b[31m\xC2\x85\u2028\u202E\u2066\x7F\"\\/"));
    json_t *line = read_line();
    ck_assert_ptr_nonnull(strstr(lines, "\\u001b[31m\\u0085\\u2028\\u202e\\u2066\\u007f\\\"\\\\/"));
    ck_assert_str_eq(member(line, "t"), "\x1b[31m\xC2\x85\u2028\u202E\u2066\x7F\"\\/");
    json_decref(line);
}
END_TEST

/* A line at each length around the bound, made of characters of all sizes. */
START_TEST(long_lines_are_cut_and_remain_json)
{
    static const char *const units[] = {"a", "é", "诉", "😀", "\"", "\x01", "\xFF"};
    const char *unit = units[_i];
    static char value[3 * LOG_LINE_MAX];
    bool seen_whole = false, seen_cut = false;

    for (size_t count = 0; count * strlen(unit) < 4300 && count < 4300; count++) {
        size_t size = strlen(unit);
        for (size_t i = 0; i < count * size; i++)
            value[i] = unit[i % size];
        if (count < 600 && count * 6 < 3400)
            continue; /* far from the bound */
        log_line(LOG_INFO, "x", LOG_TEXT("value", ((struct text){value, count * size})),
                 LOG_INT("after", 12345));
        json_t *line = read_line();
        const char *got = member(line, "value");
        bool cut = json_is_true(json_object_get(line, "truncated"));
        seen_cut = seen_cut || cut;
        seen_whole = seen_whole || !cut;
        if (!cut)
            ck_assert_int_eq(json_integer_value(json_object_get(line, "after")), 12345);
        if (size != 1 || unit[0] != '\xFF') {
            ck_assert_uint_eq(strlen(got) % size, 0);
            ck_assert_int_eq(strncmp(got, value, strlen(got)), 0);
        }
        if (!cut && unit[0] != '\xFF')
            ck_assert_uint_eq(strlen(got), count * size);
        json_decref(line);
    }
    ck_assert(seen_whole);
    ck_assert(seen_cut);
}
END_TEST

START_TEST(too_many_fields_are_left_out)
{
    static char big[4000];

    /* Each kind of field, starting at each distance from the bound. */
    for (size_t length = 3700; length < sizeof big; length++) {
        memset(big, 'x', length);
        struct text text = {big, length};
        log_line(LOG_INFO, "x", LOG_TEXT("big", text), LOG_INT("number", 1234567890123),
                 LOG_BOOL("flag", false), LOG_TEXT("none", TEXT_NONE), LOG_STRING("s", "string"),
                 LOG_ID("id", uuid_make(instant_now())));
        json_t *line = read_line();
        const json_t *number = json_object_get(line, "number");
        ck_assert(!number || json_integer_value(number) == 1234567890123);
        const json_t *flag = json_object_get(line, "flag");
        ck_assert(!flag || json_is_false(flag));
        ck_assert(json_object_get(line, "id") || json_object_get(line, "truncated"));
        json_decref(line);
    }
}
END_TEST

START_TEST(a_huge_text_costs_little)
{
    size_t size = (size_t)64 * 1024 * 1024;
    char *huge = malloc(size);

    ck_assert_ptr_nonnull(huge);
    memset(huge, 'x', size);
    int64_t began = monotonic_now_us();
    for (int i = 0; i < 100; i++) {
        log_line(LOG_INFO, "x", LOG_TEXT("huge", ((struct text){huge, size})));
        json_decref(read_line());
    }
    ck_assert_int_lt(monotonic_now_us() - began, 2 * INSTANT_SECOND);
    huge[size - 1] = '\0';
    log_line(LOG_ERROR, huge, LOG_INT("n", 1)); /* as the event */
    json_decref(read_line());
    free(huge);
}
END_TEST

START_TEST(keeps_errno_and_counts_lost_lines)
{
    int full[2];
    char block[4096] = {0};

    ck_assert_uint_eq(log_lost(), 0);
    ck_assert_int_eq(pipe2(full, O_NONBLOCK), 0);
    while (write(full[1], block, sizeof block) > 0)
        ;
    log_configure(full[1], LOG_INFO);
    errno = ENOENT;
    log_line(LOG_INFO, "x");
    ck_assert_int_eq(errno, ENOENT);
    ck_assert_uint_eq(log_lost(), 1);
    close(full[0]);
    close(full[1]);
    log_line(LOG_INFO, "x");
    ck_assert_int_eq(errno, ENOENT);
    ck_assert_uint_eq(log_lost(), 2);
}
END_TEST

#define THREAD_LINES 5000

static void *write_many(void *context)
{
    const char *name = context;

    for (int i = 0; i < THREAD_LINES; i++)
        log_line(LOG_INFO, "thread", LOG_STRING("name", name), LOG_INT("n", i));
    return NULL;
}

START_TEST(lines_of_threads_do_not_mix)
{
    char path[] = "/tmp/test_log_XXXXXX";
    int fd = mkstemp(path);
    pthread_t threads[2];
    char *names[] = {"first", "second"};
    int seen[2] = {0, 0};

    ck_assert_int_ge(fd, 0);
    unlink(path);
    ck_assert_int_eq(fcntl(fd, F_SETFL, O_APPEND), 0);
    log_configure(fd, LOG_INFO);
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, write_many, names[i]), 0);
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
    FILE *file = fdopen(fd, "r");
    ck_assert_ptr_nonnull(file);
    while (fgets(lines, sizeof lines, file)) {
        json_t *line = json_loads(lines, JSON_REJECT_DUPLICATES, NULL);
        ck_assert_msg(line != NULL, "%s", lines);
        int which = strcmp(member(line, "name"), "second") == 0;
        /* In order, none missing. */
        ck_assert_int_eq(json_integer_value(json_object_get(line, "n")), seen[which]++);
        json_decref(line);
    }
    ck_assert_int_eq(seen[0], THREAD_LINES);
    ck_assert_int_eq(seen[1], THREAD_LINES);
    fclose(file);
}
END_TEST

Suite *log_suite(void)
{
    Suite *suite = suite_create("log");
    TCase *tcase = tcase_create("log");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, writes_all_kinds_of_fields);
    tcase_add_test(tcase, time_is_now_in_utc_with_milliseconds);
    tcase_add_test(tcase, threshold);
    tcase_add_test(tcase, gathered_lines_wait_for_a_flush);
    tcase_add_test(tcase, levels_have_names);
    tcase_add_test(tcase, every_byte_is_survived);
    tcase_add_test(tcase, what_terminals_act_upon_is_escaped);
    tcase_add_loop_test(tcase, long_lines_are_cut_and_remain_json, 0, 7);
    tcase_add_test(tcase, too_many_fields_are_left_out);
    tcase_add_test(tcase, a_huge_text_costs_little);
    tcase_add_test(tcase, keeps_errno_and_counts_lost_lines);
    tcase_add_test(tcase, lines_of_threads_do_not_mix);
    suite_add_tcase(suite, tcase);
    return suite;
}
