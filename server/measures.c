#include "server/measures.h"

#include <stdlib.h>

#include "lib/complaint/vocabulary.h"

#define STATUS_CLASSES 4 /* 2xx, 3xx, 4xx, 5xx */

static const int64_t latency_buckets[] = {250,   500,    1000,   2500,   5000,    10000,   20000,
                                          50000, 100000, 250000, 500000, 1000000, 2500000, 5000000};
static const int64_t batch_buckets[] = {1, 2, 4, 8, 16, 24, 32, 64};

#define FAMILY(variable, name_, help_, type_, ...) \
    static const struct metric_family variable = { \
        .name = "complaintd_" name_, .help = help_, .type = METRIC_##type_, __VA_ARGS__}
#define BUCKETS(list) .buckets = list, .bucket_count = sizeof list / sizeof *list

FAMILY(requests, "requests_total", "Requests answered.", COUNTER, .divisor = 1);
FAMILY(latency, "request_duration_seconds", "From the request's header to its answer.", HISTOGRAM,
       .divisor = METRIC_MICROSECONDS, BUCKETS(latency_buckets));
FAMILY(in_flight, "requests_in_flight", "Requests begun and not yet answered.", GAUGE,
       .divisor = 1);
FAMILY(connections, "http_connections", "Open client connections.", GAUGE, .divisor = 1);
FAMILY(late, "http_connections_late_total", "Connections closed because the client was too slow.",
       COUNTER, .divisor = 1);
FAMILY(queue_length, "queue_length", "Requests that wait for a thread.", GAUGE, .divisor = 1);
FAMILY(batch_size, "batch_size", "Requests that one round trip carried.", HISTOGRAM, .divisor = 1,
       BUCKETS(batch_buckets));
FAMILY(fallbacks, "batch_fallbacks_total", "Batches run again one by one.", COUNTER, .divisor = 1);
FAMILY(reconnections, "database_connections_total", "Connections made to the database.", COUNTER,
       .divisor = 1);
FAMILY(pool, "database_connections", "Usable connections to the database.", GAUGE, .divisor = 1);
FAMILY(busy, "slow_threads_busy", "Slow threads at work.", GAUGE, .divisor = 1);
FAMILY(open, "complaints_open", "Open complaints, as last counted.", GAUGE, .divisor = 1);
FAMILY(overdue, "complaints_overdue", "Overdue complaints by stage, as last counted.", GAUGE,
       .divisor = 1);
FAMILY(search_waiting, "search_backlog",
       "Complaints received or changed that search does not know yet, as last counted.", GAUGE,
       .divisor = 1);
FAMILY(search_age, "search_backlog_age_seconds",
       "For how long the oldest of them has waited, as last counted.", GAUGE,
       .divisor = METRIC_MICROSECONDS);
FAMILY(year_missing, "calendar_year_missing",
       "1 when the calendar of a year in which limits run is not loaded.", GAUGE, .divisor = 1);
FAMILY(lost, "log_lines_lost", "Log lines that could not be written.", GAUGE, .divisor = 1);
FAMILY(audit_lost, "audit_lost_total",
       "Denied actions that were not recorded, as too many waited to be.", COUNTER, .divisor = 1);
FAMILY(log_entries, "log_entries", "Entries in the log.", GAUGE, .divisor = 1);
FAMILY(log_waiting, "log_backlog", "Entries that have no number in the log yet, as last counted.",
       GAUGE, .divisor = 1);
FAMILY(log_age, "log_backlog_age_seconds", "For how long the oldest of them has waited.", GAUGE,
       .divisor = METRIC_MICROSECONDS);
FAMILY(log_damaged, "log_damaged",
       "1 when the log contradicts itself or a head that was signed before.", GAUGE, .divisor = 1);
FAMILY(log_signing, "log_signing", "1 when heads of the log are signed.", GAUGE, .divisor = 1);
FAMILY(data_key, "data_key", "Number of the key that encrypts personal values.", GAUGE,
       .divisor = 1);
FAMILY(resealed, "values_resealed",
       "Entries whose personal values were encrypted anew with that key so far.", GAUGE,
       .divisor = 1);
FAMILY(reseal_pending, "values_reseal_pending",
       "1 while some may still have another key, which must not be removed yet.", GAUGE,
       .divisor = 1);
FAMILY(unreadable, "values_unreadable",
       "Times that personal values could not be decrypted since the start: a key is missing, or "
       "they were altered.",
       GAUGE, .divisor = 1);
FAMILY(differing, "journal_differences",
       "Open complaints that differ from what their journals tell, as last compared.", GAUGE,
       .divisor = 1);
FAMILY(differences, "journal_differences_total", "Complaints found to differ from their journals.",
       COUNTER, .divisor = 1);
FAMILY(compared, "journals_compared_total", "Complaints compared with their journals.", COUNTER,
       .divisor = 1);
FAMILY(comparisons_failed, "journal_comparisons_failed_total",
       "Times that not all open complaints could be compared with their journals.", COUNTER,
       .divisor = 1);

static const char *const status_classes[STATUS_CLASSES] = {"2xx", "3xx", "4xx", "5xx"};

static struct metric *plain(struct measures *measures, const struct metric_family *family)
{
    return metric_register(measures->registry, family, NULL, 0);
}

static struct metric *labelled(struct measures *measures, const struct metric_family *family,
                               const char *name, const char *value)
{
    struct metric_label label = {name, value};
    return metric_register(measures->registry, family, &label, 1);
}

static const char *name_of(size_t operation)
{
    return operation < operations_count ? operations[operation]->name : "none";
}

static void register_operations(struct measures *measures)
{
    measures->requests = calloc((operations_count + 1) * STATUS_CLASSES, sizeof(struct metric *));
    measures->latency = calloc(operations_count + 1, sizeof(struct metric *));
    if (!measures->requests || !measures->latency)
        abort();
    for (size_t i = 0; i <= operations_count; i++) {
        for (size_t class = 0; class < STATUS_CLASSES; class ++) {
            struct metric_label labels[] = {{"operation", name_of(i)},
                                            {"status", status_classes[class]}};
            measures->requests[i * STATUS_CLASSES + class] =
                metric_register(measures->registry, &requests, labels, 2);
        }
    }
    for (size_t i = 0; i <= operations_count; i++)
        measures->latency[i] = labelled(measures, &latency, "operation", name_of(i));
}

struct measures *measures_new(void)
{
    struct measures *measures = calloc(1, sizeof *measures);
    if (!measures)
        abort();
    measures->registry = metrics_new();
    register_operations(measures);
    measures->in_flight = plain(measures, &in_flight);
    measures->connections = plain(measures, &connections);
    measures->connections_late = plain(measures, &late);
    measures->queue_fast = labelled(measures, &queue_length, "queue", "fast");
    measures->queue_slow = labelled(measures, &queue_length, "queue", "slow");
    measures->batch_read = labelled(measures, &batch_size, "kind", "read");
    measures->batch_command = labelled(measures, &batch_size, "kind", "command");
    measures->fallbacks = plain(measures, &fallbacks);
    measures->reconnections = plain(measures, &reconnections);
    measures->pool_fast = labelled(measures, &pool, "pool", "fast");
    measures->pool_slow = labelled(measures, &pool, "pool", "slow");
    measures->pool_slow_busy = plain(measures, &busy);
    measures->open = plain(measures, &open);
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        measures->overdue[stage] =
            labelled(measures, &overdue, "stage", vocabulary_code(&vocabulary_stage, stage).at);
    measures->search_backlog = plain(measures, &search_waiting);
    measures->search_age = plain(measures, &search_age);
    measures->calendar_year_missing = plain(measures, &year_missing);
    measures->log_lost = plain(measures, &lost);
    measures->audit_lost = plain(measures, &audit_lost);
    measures->log_size = plain(measures, &log_entries);
    measures->log_backlog = plain(measures, &log_waiting);
    measures->log_age = plain(measures, &log_age);
    measures->log_damaged = plain(measures, &log_damaged);
    measures->log_signing = plain(measures, &log_signing);
    measures->data_key = plain(measures, &data_key);
    measures->resealed = plain(measures, &resealed);
    measures->reseal_pending = plain(measures, &reseal_pending);
    measures->unreadable = plain(measures, &unreadable);
    measures->differing = plain(measures, &differing);
    measures->differences = plain(measures, &differences);
    measures->compared = plain(measures, &compared);
    measures->comparisons_failed = plain(measures, &comparisons_failed);
    return measures;
}

void measures_free(struct measures *measures)
{
    if (!measures)
        return;
    metrics_free(measures->registry);
    free(measures->requests);
    free(measures->latency);
    free(measures);
}

void measures_request(struct measures *measures, int route, int status, int64_t took_us)
{
    size_t index = route >= 0 ? (size_t)route : operations_count;
    int class = status / 100 - 2;
    if (class < 0 || class >= STATUS_CLASSES)
        class = STATUS_CLASSES - 1;
    metric_add(measures->requests[index * STATUS_CLASSES + (size_t) class], 1);
    metric_observe(measures->latency[index], took_us);
}
