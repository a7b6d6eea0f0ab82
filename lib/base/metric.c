#include "lib/base/metric.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Metrics that different threads count must not share one of these. */
#define CACHE_LINE 64

struct metric {
    alignas(CACHE_LINE) _Atomic int64_t value; /* counter, gauge; histogram: sum */
    const struct metric_family *family;
    const char *labels;  /* as written: a="b",c="d" */
    struct metric *next; /* of the same family */
    /* Histogram: how many values fell between this bound and the one before; the last one is +Inf.
     * Not cumulative, so that observing touches one of them. */
    _Atomic int64_t buckets[];
};

struct family {
    const struct metric_family *family;
    struct metric *first;
    struct metric **end; /* where the next one is linked */
    struct family *next;
};

struct metrics {
    struct arena *arena; /* of families and label texts */
    struct family *first, **end;
};

struct metrics *metrics_new(void)
{
    struct arena *arena = arena_new(4096);
    struct metrics *metrics = ARENA_NEW(arena, struct metrics);

    metrics->arena = arena;
    metrics->end = &metrics->first;
    return metrics;
}

void metrics_free(struct metrics *metrics)
{
    if (!metrics)
        return;
    for (struct family *family = metrics->first; family; family = family->next) {
        for (struct metric *metric = family->first; metric;) {
            struct metric *next = metric->next;
            free(metric);
            metric = next;
        }
    }
    arena_free(metrics->arena);
}

/* --- registration --- */

/* [a-zA-Z_][a-zA-Z0-9_]*; colons are for rules of those who query. */
static bool is_name(const char *name)
{
    if (!name || !*name || isdigit((unsigned char)*name))
        return false;
    for (; *name; name++)
        if (!isalnum((unsigned char)*name) && *name != '_')
            return false;
    return true;
}

static bool ends_with(const char *string, const char *end)
{
    size_t length = strlen(string), end_length = strlen(end);

    return length >= end_length && strcmp(string + length - end_length, end) == 0;
}

static bool family_sound(const struct metric_family *family)
{
    bool is_histogram = family->type == METRIC_HISTOGRAM;

    if (!is_name(family->name) || !family->help || !*family->help || family->divisor < 0)
        return false;
    if ((family->type == METRIC_COUNTER) != ends_with(family->name, "_total"))
        return false;
    if (is_histogram != (family->bucket_count > 0) || family->bucket_count > METRIC_BUCKETS_MAX)
        return false;
    for (size_t i = 1; i < family->bucket_count; i++)
        if (family->buckets[i] <= family->buckets[i - 1])
            return false;
    return true;
}

static bool labels_sound(const struct metric_label *labels, size_t count)
{
    if (count > METRIC_LABELS_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!is_name(labels[i].name) || strncmp(labels[i].name, "__", 2) == 0 ||
            strcmp(labels[i].name, "le") == 0 || !labels[i].value)
            return false;
        for (size_t k = 0; k < i; k++)
            if (strcmp(labels[i].name, labels[k].name) == 0)
                return false;
    }
    return true;
}

/* Backslash, line feed and, in labels, the quote are escaped. */
static void add_escaped(struct text_buffer *out, const char *string, bool quoted)
{
    for (; *string; string++) {
        if (*string == '\\' || (quoted && *string == '"'))
            text_buffer_add_char(out, '\\');
        if (*string == '\n')
            text_buffer_add_string(out, "\\n");
        else
            text_buffer_add_char(out, *string);
    }
}

static const char *labels_text(struct arena *arena, const struct metric_label *labels, size_t count)
{
    struct text_buffer out = text_buffer_new(arena, 64);

    for (size_t i = 0; i < count; i++) {
        text_buffer_printf(&out, "%s%s=\"", i > 0 ? "," : "", labels[i].name);
        add_escaped(&out, labels[i].value, true);
        text_buffer_add_char(&out, '"');
    }
    text_buffer_add_char(&out, '\0');
    return out.at;
}

static struct metric *metric_new(const struct metric_family *family, const char *labels)
{
    size_t bucket_count = family->bucket_count > 0 ? family->bucket_count + 1 : 0;
    size_t size = sizeof(struct metric) + bucket_count * sizeof(_Atomic int64_t);
    /* aligned_alloc wants a multiple, and the tail must not be shared either. */
    size = (size + CACHE_LINE - 1) & ~(size_t)(CACHE_LINE - 1);
    struct metric *metric = aligned_alloc(CACHE_LINE, size);

    if (!metric) {
        fputs("metric: out of memory\n", stderr);
        abort();
    }
    memset(metric, 0, size);
    metric->family = family;
    metric->labels = labels;
    return metric;
}

/* NULL when another family has the name. */
static struct family *family_of(struct metrics *metrics, const struct metric_family *wanted)
{
    for (struct family *family = metrics->first; family; family = family->next)
        if (strcmp(family->family->name, wanted->name) == 0)
            return family->family == wanted ? family : NULL;
    struct family *added = ARENA_NEW(metrics->arena, struct family);
    added->family = wanted;
    added->end = &added->first;
    *metrics->end = added;
    metrics->end = &added->next;
    return added;
}

struct metric *metric_register(struct metrics *metrics, const struct metric_family *family,
                               const struct metric_label *labels, size_t label_count)
{
    if (!family_sound(family) || !labels_sound(labels, label_count))
        return NULL;
    struct family *in = family_of(metrics, family);
    if (!in)
        return NULL;
    const char *text = labels_text(metrics->arena, labels, label_count);
    for (struct metric *metric = in->first; metric; metric = metric->next)
        if (strcmp(metric->labels, text) == 0)
            return metric;
    struct metric *metric = metric_new(family, text);
    *in->end = metric;
    in->end = &metric->next;
    return metric;
}

/* --- counting --- */

void metric_add(struct metric *metric, int64_t n)
{
    atomic_fetch_add_explicit(&metric->value, n, memory_order_relaxed);
}

void metric_set(struct metric *metric, int64_t value)
{
    atomic_store_explicit(&metric->value, value, memory_order_relaxed);
}

void metric_observe(struct metric *metric, int64_t value)
{
    const struct metric_family *family = metric->family;
    size_t i = 0;

    while (i < family->bucket_count && value > family->buckets[i])
        i++;
    atomic_fetch_add_explicit(&metric->buckets[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&metric->value, value, memory_order_relaxed);
}

int64_t metric_value(const struct metric *metric)
{
    const struct metric_family *family = metric->family;
    int64_t count = 0;

    if (family->type != METRIC_HISTOGRAM)
        return atomic_load_explicit(&metric->value, memory_order_relaxed);
    for (size_t i = 0; i <= family->bucket_count; i++)
        count += atomic_load_explicit(&metric->buckets[i], memory_order_relaxed);
    return count;
}

/* --- exposition --- */

/* A counted number in the shown unit, exact: 1500000 by 1000000 is 1.5. */
static void add_number(struct text_buffer *out, int64_t value, int64_t divisor)
{
    if (divisor <= 1) {
        text_buffer_printf(out, "%" PRId64, value);
        return;
    }
    int64_t whole = value / divisor, rest = value % divisor;
    if (value < 0)
        text_buffer_add_char(out, '-');
    text_buffer_printf(out, "%" PRIu64, whole < 0 ? -(uint64_t)whole : (uint64_t)whole);
    if (rest < 0)
        rest = -rest;
    for (int digits = 0; rest > 0 && digits < 9; digits++) { /* nine, as a third has no end */
        if (digits == 0)
            text_buffer_add_char(out, '.');
        rest *= 10;
        text_buffer_add_char(out, (char)('0' + rest / divisor));
        rest %= divisor;
    }
}

/* name_suffix{labels,le="bound"} up to the value. */
static void add_series(struct text_buffer *out, const struct metric *metric, const char *suffix)
{
    text_buffer_printf(out, "%s%s", metric->family->name, suffix);
    if (*metric->labels)
        text_buffer_printf(out, "{%s}", metric->labels);
    text_buffer_add_char(out, ' ');
}

static void write_bucket(struct text_buffer *out, const struct metric *metric, size_t i,
                         int64_t count)
{
    const struct metric_family *family = metric->family;

    text_buffer_printf(out, "%s_bucket{%s%sle=\"", family->name, metric->labels,
                       *metric->labels ? "," : "");
    if (i < family->bucket_count)
        add_number(out, family->buckets[i], family->divisor);
    else
        text_buffer_add_string(out, "+Inf");
    text_buffer_printf(out, "\"} %" PRId64 "\n", count);
}

static void write_histogram(struct text_buffer *out, const struct metric *metric)
{
    const struct metric_family *family = metric->family;
    int64_t count = 0;

    for (size_t i = 0; i <= family->bucket_count; i++) {
        count += atomic_load_explicit(&metric->buckets[i], memory_order_relaxed);
        write_bucket(out, metric, i, count);
    }
    add_series(out, metric, "_sum");
    add_number(out, atomic_load_explicit(&metric->value, memory_order_relaxed), family->divisor);
    text_buffer_add_char(out, '\n');
    /* From what was just read, so that it equals the last bucket whatever is counted meanwhile. */
    add_series(out, metric, "_count");
    text_buffer_printf(out, "%" PRId64 "\n", count);
}

static void write_family(struct text_buffer *out, const struct family *family)
{
    static const char *const types[] = {
        [METRIC_COUNTER] = "counter", [METRIC_GAUGE] = "gauge", [METRIC_HISTOGRAM] = "histogram"};
    const struct metric_family *shared = family->family;

    text_buffer_printf(out, "# HELP %s ", shared->name);
    add_escaped(out, shared->help, false);
    text_buffer_printf(out, "\n# TYPE %s %s\n", shared->name, types[shared->type]);
    for (const struct metric *metric = family->first; metric; metric = metric->next) {
        if (shared->type == METRIC_HISTOGRAM) {
            write_histogram(out, metric);
            continue;
        }
        add_series(out, metric, "");
        add_number(out, metric_value(metric), shared->divisor);
        text_buffer_add_char(out, '\n');
    }
}

void metrics_write(const struct metrics *metrics, struct text_buffer *out)
{
    for (const struct family *family = metrics->first; family; family = family->next)
        write_family(out, family);
}
