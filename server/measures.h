#ifndef SERVER_MEASURES_H
#define SERVER_MEASURES_H

#include "lib/base/metric.h"
#include "server/operation.h"

/* What /metrics shows. */
struct measures {
    struct metrics *registry;
    struct metric **requests; /* by operation and class of status: see measures_request() */
    struct metric **latency;  /* by operation */
    struct metric *in_flight, *connections, *connections_late;
    struct metric *queue_fast, *queue_slow;
    struct metric *batch_read, *batch_command;
    struct metric *fallbacks, *reconnections;
    struct metric *pool_fast, *pool_slow, *pool_slow_busy;
    struct metric *open, *overdue[4];           /* by stage; refreshed by a duty */
    struct metric *search_backlog, *search_age; /* likewise; the age in microseconds */
    struct metric *calendar_year_missing, *log_lost;
    struct metric *audit_lost;                       /* denied actions */
    struct metric *log_size, *log_backlog, *log_age; /* the log of entries; as search_backlog */
    struct metric *log_damaged, *log_signing;
    struct metric *data_key, *resealed, *reseal_pending, *unreadable; /* personal values */
    struct metric *differing, *differences, *compared,
        *comparisons_failed; /* complaints and their journals */
};

struct measures *measures_new(void);
void measures_free(struct measures *measures);

/* Counts an answered request. route: index in operations[], -1 when none was found. */
void measures_request(struct measures *measures, int route, int status, int64_t took_us);

#endif
