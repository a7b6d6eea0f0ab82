#ifndef BASE_METRIC_H
#define BASE_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/text.h"

/* Counters, gauges and histograms in Prometheus' text format. A registry belongs to its caller and
 * is filled at the start by one thread; then any thread counts, without locks, while another writes
 * the exposition.
 *
 * Values are whole numbers in the unit that is cheap to count, such as microseconds; `divisor` turns
 * them into the unit that is shown, such as seconds. */

enum metric_type {
    METRIC_COUNTER,  /* only grows; its name ends in "_total" */
    METRIC_GAUGE,    /* goes up and down */
    METRIC_HISTOGRAM /* how often a value was at most so large */
};

#define METRIC_MICROSECONDS 1000000 /* the divisor of a family whose name ends in "_seconds" */

/* What metrics with the same name and different labels share; has to outlive the registry. */
struct metric_family {
    const char *name; /* "complaintd_requests_total" */
    const char *help; /* a sentence */
    enum metric_type type;
    int64_t divisor;        /* counted units in a shown one; 0 is taken for 1 */
    const int64_t *buckets; /* of a histogram: upper bounds in counted units, ascending; +Inf is
                               added */
    size_t bucket_count;    /* 1 to METRIC_BUCKETS_MAX */
};

#define METRIC_BUCKETS_MAX 32
#define METRIC_LABELS_MAX 8

struct metric_label {
    const char *name, *value; /* copied */
};

struct metrics; /* the registry */
struct metric;  /* one time series, or one histogram */

/* The caller releases it with metrics_free(), which ends all its metrics; NULL is allowed there. */
struct metrics *metrics_new(void);
void metrics_free(struct metrics *metrics);

/* Adds a metric that starts at 0; with a name and labels that are there already, returns that one.
 * Families appear in the order of their first metric.
 * Returns NULL when the family or a label breaks the rules of the format: characters of names,
 * "_total", bounds that do not ascend, a label named "le" or twice, a name used by another family.
 * Ends the process when there is no memory. Not to be called once other threads count. */
struct metric *metric_register(struct metrics *metrics, const struct metric_family *family,
                               const struct metric_label *labels, size_t label_count);

/* Counter, n >= 0; or gauge. */
void metric_add(struct metric *metric, int64_t n);
/* Gauge. */
void metric_set(struct metric *metric, int64_t value);
/* Histogram, value in counted units. */
void metric_observe(struct metric *metric, int64_t value);
/* The number of a counter or gauge; of a histogram, how many values were observed. */
int64_t metric_value(const struct metric *metric);

#define METRICS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* Appends the exposition of all metrics. */
void metrics_write(const struct metrics *metrics, struct text_buffer *out);

#endif
