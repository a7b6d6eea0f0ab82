#ifndef TESTS_STORE_PLAN_H
#define TESTS_STORE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/pg/pg.h"

/* Plans and costs of statements as the server runs them: prepared, with generic plans. */
struct plan;

struct plan *plan_new(void);
void plan_free(struct plan *plan);

/* Runs a statement on the same connection. */
void plan_run(struct plan *plan, const char *statement);

/* The plan, a line each; parameters do not matter to it. It lives until the next call. */
const char *plan_explain(struct plan *plan, const struct pg_statement *statement);

/* The next large table of which a plan reads all rows; *lines moves on behind it. NULL: none. */
const char *plan_scanned(const char **lines);

/* What running it costs with these parameters, all of them arrays. */
struct plan_cost {
    int64_t buffers; /* pages touched, wherever they were */
    double ms;
};
struct plan_cost plan_measure(struct plan *plan, const struct pg_statement *statement,
                              const struct pg_binds *binds);

#endif
