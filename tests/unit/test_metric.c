#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/metric.h"

Suite *metric_suite(void);

static const int64_t latency_buckets[] = {1000, 2500, 50000, 1000000};
static const struct metric_family requests = {
    .name = "sample_requests_total", .help = "Requests answered", .type = METRIC_COUNTER};
static const struct metric_family queue = {
    .name = "sample_queue_length", .help = "Requests waiting", .type = METRIC_GAUGE};
static const struct metric_family latency = {.name = "sample_request_seconds",
                                             .help = "Time to answer",
                                             .type = METRIC_HISTOGRAM,
                                             .divisor = METRIC_MICROSECONDS,
                                             .buckets = latency_buckets,
                                             .bucket_count = 4};

static struct arena *arena;
static struct metrics *metrics;

static void setup(void)
{
    arena = arena_new(65536);
    metrics = metrics_new();
}

static void teardown(void)
{
    metrics_free(metrics);
    arena_free(arena);
}

static struct metric *registered(const struct metric_family *family, const char *label,
                                 const char *value)
{
    struct metric_label one = {label, value};
    struct metric *metric = metric_register(metrics, family, &one, label ? 1 : 0);

    ck_assert_ptr_nonnull(metric);
    return metric;
}

static const char *exposition(void)
{
    struct text_buffer out = text_buffer_new(arena, 64);

    metrics_write(metrics, &out);
    text_buffer_add_char(&out, '\0');
    return out.at;
}

START_TEST(counters_and_gauges)
{
    struct metric *ok = registered(&requests, "status", "200");
    struct metric *depth = registered(&queue, NULL, NULL);
    struct metric *bad = registered(&requests, "status", "500"); /* its family stays in one piece */

    metric_add(ok, 3);
    metric_add(ok, 4);
    metric_add(depth, 10);
    metric_add(depth, -12);
    ck_assert_str_eq(exposition(), "# HELP sample_requests_total Requests answered\n"
                                   "# TYPE sample_requests_total counter\n"
                                   "sample_requests_total{status=\"200\"} 7\n"
                                   "sample_requests_total{status=\"500\"} 0\n"
                                   "# HELP sample_queue_length Requests waiting\n"
                                   "# TYPE sample_queue_length gauge\n"
                                   "sample_queue_length -2\n");
    metric_set(depth, INT64_MAX);
    ck_assert_int_eq(metric_value(depth), INT64_MAX);
    ck_assert_int_eq(metric_value(ok), 7);
    ck_assert_int_eq(metric_value(bad), 0);
}
END_TEST

START_TEST(histograms)
{
    struct metric *metric = registered(&latency, "operation", "complaint_get");
    static const int64_t observed[] = {0, 1000, 1001, 2500, 49999, 50000, 1000001, 7000000};

    for (size_t i = 0; i < sizeof observed / sizeof *observed; i++)
        metric_observe(metric, observed[i]);
    registered(&latency, NULL, NULL);
    ck_assert_str_eq(exposition(),
                     "# HELP sample_request_seconds Time to answer\n"
                     "# TYPE sample_request_seconds histogram\n"
                     "sample_request_seconds_bucket{operation=\"complaint_get\",le=\"0.001\"} 2\n"
                     "sample_request_seconds_bucket{operation=\"complaint_get\",le=\"0.0025\"} 4\n"
                     "sample_request_seconds_bucket{operation=\"complaint_get\",le=\"0.05\"} 6\n"
                     "sample_request_seconds_bucket{operation=\"complaint_get\",le=\"1\"} 6\n"
                     "sample_request_seconds_bucket{operation=\"complaint_get\",le=\"+Inf\"} 8\n"
                     "sample_request_seconds_sum{operation=\"complaint_get\"} 8.104501\n"
                     "sample_request_seconds_count{operation=\"complaint_get\"} 8\n"
                     "sample_request_seconds_bucket{le=\"0.001\"} 0\n"
                     "sample_request_seconds_bucket{le=\"0.0025\"} 0\n"
                     "sample_request_seconds_bucket{le=\"0.05\"} 0\n"
                     "sample_request_seconds_bucket{le=\"1\"} 0\n"
                     "sample_request_seconds_bucket{le=\"+Inf\"} 0\n"
                     "sample_request_seconds_sum 0\n"
                     "sample_request_seconds_count 0\n");
    ck_assert_int_eq(metric_value(metric), 8);
}
END_TEST

START_TEST(numbers_are_exact)
{
    static const struct metric_family seconds = {.name = "sample_age_seconds",
                                                 .help = "Age",
                                                 .type = METRIC_GAUGE,
                                                 .divisor = METRIC_MICROSECONDS};
    static const struct {
        int64_t value;
        const char *text;
    } cases[] = {{0, "0"},
                 {1, "0.000001"},
                 {-1, "-0.000001"},
                 {1500000, "1.5"},
                 {-1500000, "-1.5"},
                 {INT64_MAX, "9223372036854.775807"},
                 {INT64_MIN, "-9223372036854.775808"}};
    struct metric *metric = registered(&seconds, NULL, NULL);

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        metric_set(metric, cases[i].value);
        ck_assert_str_eq(exposition(),
                         arena_printf(arena,
                                      "# HELP sample_age_seconds Age\n"
                                      "# TYPE sample_age_seconds gauge\nsample_age_seconds %s\n",
                                      cases[i].text));
    }
}
END_TEST

START_TEST(labels_and_help_are_escaped)
{
    static const struct metric_family odd = {
        .name = "sample_odd", .help = "a \\ \"b\"\nc", .type = METRIC_GAUGE};
    struct metric_label labels[] = {{"path", "C:\\x\n\"y\""}, {"name", "投诉"}};

    ck_assert_ptr_nonnull(metric_register(metrics, &odd, labels, 2));
    ck_assert_str_eq(exposition(), "# HELP sample_odd a \\\\ \"b\"\\nc\n"
                                   "# TYPE sample_odd gauge\n"
                                   "sample_odd{path=\"C:\\\\x\\n\\\"y\\\"\",name=\"投诉\"} 0\n");
}
END_TEST

START_TEST(the_same_metric_is_registered_once)
{
    struct metric *first = registered(&requests, "status", "200");

    ck_assert_ptr_eq(registered(&requests, "status", "200"), first);
    ck_assert_ptr_ne(registered(&requests, "status", "201"), first);
    ck_assert_ptr_ne(registered(&requests, "state", "200"), first);
}
END_TEST

START_TEST(families_that_break_the_rules_are_refused)
{
    static const int64_t descending[] = {2, 1}, twice[] = {1, 1};
    static const struct metric_family bad[] = {
        {.name = "", .help = "h", .type = METRIC_GAUGE},
        {.name = NULL, .help = "h", .type = METRIC_GAUGE},
        {.name = "1x", .help = "h", .type = METRIC_GAUGE},
        {.name = "a-b", .help = "h", .type = METRIC_GAUGE},
        {.name = "投诉", .help = "h", .type = METRIC_GAUGE},
        {.name = "a", .help = "", .type = METRIC_GAUGE},
        {.name = "a", .help = NULL, .type = METRIC_GAUGE},
        {.name = "a", .help = "h", .type = METRIC_COUNTER},
        {.name = "a_total", .help = "h", .type = METRIC_GAUGE},
        {.name = "a", .help = "h", .type = METRIC_HISTOGRAM},
        {.name = "a", .help = "h", .type = METRIC_HISTOGRAM, .buckets = twice, .bucket_count = 2},
        {.name = "a",
         .help = "h",
         .type = METRIC_HISTOGRAM,
         .buckets = descending,
         .bucket_count = 2},
        {.name = "a", .help = "h", .type = METRIC_GAUGE, .buckets = twice, .bucket_count = 1},
        {.name = "a", .help = "h", .type = METRIC_GAUGE, .divisor = -1},
    };
    static const struct metric_family again = {
        .name = "sample_queue_length", .help = "Another", .type = METRIC_GAUGE};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(metric_register(metrics, &bad[i], NULL, 0) == NULL, "%zu", i);
    ck_assert_str_eq(exposition(), "");
    registered(&queue, NULL, NULL);
    ck_assert_ptr_null(metric_register(metrics, &again, NULL, 0));
}
END_TEST

START_TEST(labels_that_break_the_rules_are_refused)
{
    struct metric_label bad[] = {{"", "v"},   {NULL, "v"}, {"a-b", "v"}, {"__a", "v"},
                                 {"le", "v"}, {"1", "v"},  {"a", NULL}};
    struct metric_label twice[] = {{"a", "1"}, {"a", "2"}};
    struct metric_label many[METRIC_LABELS_MAX + 1];
    char names[METRIC_LABELS_MAX + 1][8];

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(metric_register(metrics, &queue, &bad[i], 1) == NULL, "%zu", i);
    ck_assert_ptr_null(metric_register(metrics, &queue, twice, 2));
    for (size_t i = 0; i <= METRIC_LABELS_MAX; i++) {
        snprintf(names[i], sizeof names[i], "l%zu", i);
        many[i] = (struct metric_label){names[i], "v"};
    }
    ck_assert_ptr_null(metric_register(metrics, &queue, many, METRIC_LABELS_MAX + 1));
    ck_assert_ptr_nonnull(metric_register(metrics, &queue, many, METRIC_LABELS_MAX));
}
END_TEST

#define ROUNDS INT64_C(1000000)

struct shared {
    struct metric *counter, *histogram;
    pthread_barrier_t together;
};

static void *count_many(void *context)
{
    struct shared *shared = context;

    pthread_barrier_wait(&shared->together);
    for (int64_t i = 0; i < ROUNDS; i++) {
        metric_add(shared->counter, 1);
        metric_observe(shared->histogram, i % 3000);
    }
    return NULL;
}

/* The number behind the line that begins so. */
static long long number_after(const char *text, const char *start)
{
    const char *at = strstr(text, start);

    ck_assert_msg(at != NULL, "%s", start);
    return strtoll(at + strlen(start), NULL, 10);
}

START_TEST(threads_lose_nothing_while_it_is_read)
{
    struct shared shared = {.counter = registered(&requests, "status", "200"),
                            .histogram = registered(&latency, NULL, NULL)};
    pthread_t threads[2];

    ck_assert_int_eq(pthread_barrier_init(&shared.together, NULL, 2), 0);
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, count_many, &shared), 0);
    long long last = 0;
    for (int i = 0; i < 200; i++) {
        const char *text = exposition();
        long long buckets = number_after(text, "_bucket{le=\"+Inf\"} ");
        ck_assert_int_eq(number_after(text, "_seconds_count "), buckets);
        ck_assert_int_ge(buckets, last);
        ck_assert_int_le(number_after(text, "_bucket{le=\"0.001\"} "),
                         number_after(text, "_bucket{le=\"0.0025\"} "));
        last = buckets;
    }
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    pthread_barrier_destroy(&shared.together);
    ck_assert_int_eq(metric_value(shared.counter), 2 * ROUNDS);
    ck_assert_int_eq(metric_value(shared.histogram), 2 * ROUNDS);
}
END_TEST

START_TEST(free_takes_null)
{
    metrics_free(NULL);
}
END_TEST

Suite *metric_suite(void)
{
    Suite *suite = suite_create("metric");
    TCase *tcase = tcase_create("metric");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, counters_and_gauges);
    tcase_add_test(tcase, histograms);
    tcase_add_test(tcase, numbers_are_exact);
    tcase_add_test(tcase, labels_and_help_are_escaped);
    tcase_add_test(tcase, the_same_metric_is_registered_once);
    tcase_add_test(tcase, families_that_break_the_rules_are_refused);
    tcase_add_test(tcase, labels_that_break_the_rules_are_refused);
    tcase_add_test(tcase, threads_lose_nothing_while_it_is_read);
    tcase_add_test(tcase, free_takes_null);
    suite_add_tcase(suite, tcase);
    return suite;
}
