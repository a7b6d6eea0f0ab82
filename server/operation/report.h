#ifndef SERVER_OPERATION_REPORT_H
#define SERVER_OPERATION_REPORT_H

#include "lib/json/shape.h"
#include "lib/store/report_store.h"
#include "server/engine.h"

/* What the reports share: GET /v1/reports/{volume,timeliness,causes}. Each counts over days and the
 * units that the caller watches; as JSON its rows come with what they add up to, as CSV alone. */

#define REPORT_DAYS_MAX 366

/* What each takes. */
extern const struct shape report_parameters;

/* A report in work. */
struct report {
    struct slow_context *context;
    struct report_range range;
    day_number today;
    struct text_buffer out;
};

/* Reads the parameters. FAULT_UNKNOWN_PARAMETER with violations. */
enum fault report_begin(struct slow_context *context, struct report *ret);

/* Runs a statement and gives its rows, which the caller frees. */
enum fault report_run(const struct report *report, const struct pg_statement *statement,
                      const struct pg_binds *binds, struct pg_rows *ret);

/* Answers with the rows, structs of the shape's size. beside: members of the JSON, each beginning with a
 * comma. name: of the file, "volume". */
void report_answer(struct report *report, const char *name, const struct shape *shape,
                   const void *rows, size_t count, struct text beside);

/* A share of a whole as JSON, "0.9512"; null of nothing. */
struct text report_share(struct arena *arena, int64_t part, int64_t whole);

#endif
