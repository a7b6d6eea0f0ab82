#ifndef STORE_LIST_STORE_H
#define STORE_LIST_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/complaint/complaint.h"
#include "lib/complaint/institution.h"
#include "lib/pg/pg.h"

/* Lists of complaints. Which filters are set, the order and the size class make a variant; lists of
 * the same variant in a batch are one statement. The statements are composed from fragments, each
 * variant once, and stay prepared. */

enum list_filter {
    LIST_SCOPE = 1 << 0, /* only what the caller may see by unit or as a handler */
    LIST_CURSOR = 1 << 1,
    LIST_STAGE = 1 << 2,
    LIST_STATUS = 1 << 3,
    LIST_LEVEL = 1 << 4,
    LIST_SOURCE = 1 << 5,
    LIST_OWNER = 1 << 6,
    LIST_PENDING = 1 << 7,
    LIST_UNIT = 1 << 8,
    LIST_CLASS = 1 << 9,
    LIST_TAG = 1 << 10,
    LIST_RECEIVED_FROM = 1 << 11,
    LIST_RECEIVED_TO = 1 << 12,
    LIST_DUE_FROM = 1 << 13,
    LIST_DUE_TO = 1 << 14,
    LIST_CLOSED_FROM = 1 << 15,
    LIST_CLOSED_TO = 1 << 16,
    LIST_OVERDUE = 1 << 17,
    LIST_NOT_OVERDUE = 1 << 18,
    LIST_NUMBER = 1 << 19,
    LIST_EXTERNAL = 1 << 20,
    LIST_OWNER_UNIT = 1 << 21, /* by the owner's unit alone, as the board counts */
    LIST_AS_OF = 1 << 22,      /* a past moment: see below */
    LIST_OPEN_THEN = 1 << 23,  /* leaves out what cannot have been open at that moment */
    LIST_CUSTOMER = 1 << 24,
    /* By terms of the texts (complaint/bigram.h): collects all matches from the index and sorts
     * them, or goes through the complaints in order, which is cheaper when many match. */
    LIST_TEXT = 1 << 25,
    LIST_FREQUENT_TEXT = 1 << 26,
    /* With LIST_TEXT: of many matches the newest are collected by stretches of time, one after the
     * other, as long as the page is not full. Costs a look for each where there are few; says
     * nothing in other orders. */
    LIST_RECENT_TEXT = 1 << 27,
    LIST_URGED = 1 << 28, /* an order waits for an answer */
    LIST_NOT_URGED = 1 << 29,
    LIST_DUE_SOON = 1 << 30 /* before the horizon of its level */
};
/* Something waits for an approval that the caller could give; the scope is what they supervise. No
 * enumerator, as those are ints. */
#define LIST_AWAITING (1u << 31)
#define LIST_FILTER_COUNT 32

#define LIST_LIMIT_DEFAULT 50
#define LIST_LIMIT_MAX 200
#define LIST_BY_ID_ROWS 500

struct list_query {
    unsigned filters; /* bits as above; the members below count where theirs is set */
    enum order order;
    int limit;                /* 1–LIST_LIMIT_MAX */
    struct text caller_login; /* never shown what is about them */
    struct text deputy_login; /* who asks in the caller's place: neither; none: nobody does */
    struct uuid caller_id;
    struct uuid *scope; /* units the caller's roles reach */
    size_t scope_count;
    struct uuid *superior; /* units to which the caller is superior: they decide extensions there */
    size_t superior_count;
    struct uuid *asking; /* people whose requests are as good as the caller's own */
    size_t asking_count;
    instant cursor_at; /* the last row's order column and id */
    struct uuid cursor_id;
    int stage, status, level, source;
    struct uuid owner_id, pending_owner_id;
    struct uuid *units; /* a unit and its subtree */
    size_t unit_count;
    struct text class_code;
    int tag;
    instant received_from, received_to, due_from, due_to, closed_from,
        closed_to; /* from <= x < to */
    instant horizons[LEVEL_COUNT];
    instant now; /* for overdue, what lapses, and where a text's newest matches are looked for */
    struct text number, external_case_number, customer_number;
    struct text terms, terms_exact; /* tsqueries: that an index answers, and with the terms' order;
                                       exact: none where there is no order */
    instant as_of;
    bool by_id; /* rows come by id instead of the order, and the cursor is an id */
};

/* With LIST_AS_OF the rows are candidates: present rows of what was recorded by then. One that has
 * not changed since is as it was, so all filters hold for it; one that has comes whatever the other
 * filters say, which list_matches() judges once its journal has told what it was. Scope, number and
 * cursor hold for the present row in any case. */

/* The variant's statement, composed and kept for the life of the program: the first
 * LIST_VARIANTS_AT_ONCE at their first use, others when they are used again and again. Returns an
 * unnamed statement in the arena otherwise, when LIST_VARIANTS_MAX are kept already, and for the
 * past. Thread-safe. */
#define LIST_VARIANTS_MAX 128
#define LIST_VARIANTS_AT_ONCE 64
struct list_variant {
    unsigned filters;
    enum order order;
    bool large;   /* more than LIST_LIMIT_DEFAULT rows */
    bool by_unit; /* of unit and scope, the unit has fewer units */
    bool wide;    /* even those are more than a few */
    bool by_id;
};
struct list_variant list_variant_of(const struct list_query *query);
bool list_variant_equal(struct list_variant a, struct list_variant b);
const struct pg_statement *list_statement(struct list_variant variant, struct arena *arena);

/* Whether a page may be found only by going past very many rows, as nothing keeps together what a
 * filter asks for. By filters (scope and units make no difference), order and status alone. */
bool list_walks_far(const struct list_query *query);

/* Binds queries that all have the same variant. */
void list_bind(struct pg_binds *binds, const struct list_query *const queries[], size_t count);

/* How many rows a statement of the variant returns at most for each query: one more than the
 * largest limit of its size class, so that a next page is noticed; LIST_BY_ID_ROWS by id. */
size_t list_rows_max(struct list_variant variant);

/* Reads one row: returns which query it belongs to (its index) and fills the columns that lists
 * show. Rows of a query come in its order. */
size_t list_read(const struct pg_rows *rows, size_t row, const struct institution *institution,
                 struct arena *arena, struct complaint *ret);

/* Whether a complaint passes the query's filters, but for those that hold for present rows, and
 * belongs into its order: what the statement says in SQL. */
bool list_matches(const struct list_query *query, const struct complaint *complaint);

/* Counts what a query matches, without order and limit; an unnamed statement in the arena. */
const struct pg_statement *list_count_statement(struct list_variant variant, struct arena *arena);

#endif
