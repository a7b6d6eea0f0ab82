#ifndef STORE_LIST_SQL_H
#define STORE_LIST_SQL_H

#include "lib/base/text.h"
#include "lib/store/list_store.h"

/* What the parts that compose a list's statement share. In it, c is the complaint and q the query:
 * its parameters are q's columns, q.f6a the first of filter 1 << 6. */

#define LIST_HAVE_UNITS (LIST_SCOPE | LIST_UNIT | LIST_OWNER_UNIT)

/* What approvals_awaited() says, without the caller's own requests: $0 are units to which the caller is
 * superior, $1 people as whom they count. The first has an index, and so has the second: an
 * unmasking lapses without anything being written, $2 is since when those that have not are. */
#define LIST_REQUESTED                                                                       \
    "(c.plan_waits_since IS NOT NULL AND c.stage = 'resolution' AND c.planned_by <> ALL($1)" \
    " OR c.extension_waits_since IS NOT NULL AND c.owner_unit_id = ANY($0)"                  \
    " AND c.extension_by <> ALL($1)"                                                         \
    " OR c.void_requested_at IS NOT NULL AND c.deliveries = 0 AND c.void_requested_by <> ALL($1))"
#define LIST_UNMASK_REQUESTED                                                       \
    "c.unmask_at >= $2 AND c.unmask_approved_at IS NULL AND c.unmask_by <> ALL($1)" \
    " AND c.erased_at IS NULL"

struct list_order {
    const char *column, *direction, *after;
    bool open_only; /* the order's index holds open complaints only */
};
extern const struct list_order list_orders[ORDER_COUNT];

/* Adds a text in which "$0" and "$1" stand for the parameters of filter 1 << filter. */
void list_sql_add(struct text_buffer *sql, int filter, const char *text);

/* " AND …" for each filter of the variant that is among `filters`. */
void list_sql_filters(struct text_buffer *sql, struct list_variant variant, unsigned filters);

/* " WHERE …": every filter of the variant but those left out, and what holds for every list. */
void list_sql_conditions(struct text_buffer *sql, struct list_variant variant, unsigned left_out);

/* Where the complaints c come from. For a text, its matches s, each joined with its complaint when its
 * turn comes: OFFSET 0 keeps the planner from moving what is outside into it. in_order: sorted by the
 * moment of receipt, from the cursor on. */
void list_rows_from(struct text_buffer *sql, struct list_variant variant, bool in_order);

/* What comes after "SELECT … FROM" and gives the rows c of the page, in order: along the order, or
 * the matches of a text. */
void list_rows_add(struct text_buffer *sql, struct list_variant variant);

/* How the rows of a variant are found other than by a walk along the whole order. */
struct list_source;

/* NULL: the order's own index, or one that the database's planner chooses, is as good. */
const struct list_source *list_source_of(struct list_variant variant);

/* " CROSS JOIN LATERAL (…) AS m" if the source must know more of a query than its parameters. */
void list_source_ask(struct text_buffer *sql, struct list_variant variant,
                     const struct list_source *source);

/* What comes after "SELECT … FROM" and gives the rows c of the page, in order. */
void list_source_page(struct text_buffer *sql, struct list_variant variant,
                      const struct list_source *source);

#endif
