/* Lists of what a unit or a person has to do with. Few of a large table's rows, so that a walk along
 * the order would pass by all the others. The rows for each reason lie together in an index, though,
 * in the list's order: a page is the best of the first rows of each (a path). */
#include "lib/store/list_sql.h"

/* One reason. A path is walked from where `start` has the values `is`, and from the cursor on. */
struct list_path {
    const char *each; /* gives s: a walk for each of its rows; NULL: one walk */
    const char *rows; /* what is walked, with complaint c */
    /* The leading columns of the index; none: nothing is walked, rows are few and sorted. */
    const char *start[2], *is[2];
    const char *at, *id;   /* the columns behind them; NULL: the order's, of c */
    const char *condition; /* what else must hold; NULL: nothing */
    int open;              /* 1: has only open complaints, -1: only those that ended, 0: both */
};

#define EACH_UNIT "unnest($0) AS s(unit)"
#define HANDLED "handler h JOIN complaint c ON c.id = h.complaint_id"
#define HANDLED_AT .at = "h.received_at", .id = "h.complaint_id"

/* What has no index in the list's order is read all and sorted, up to a number of rows. If there are
 * more, m.many says so, and a walk along the order finds a page soon. */
#define HANDLED_FEW "1000"
#define CLOSED_FEW "20000"

/* Open complaints that somebody handled: the table does not know when they are due. */
#define OPEN_HANDLED                                                                      \
    "FROM handler h WHERE h.staff_id >= $1 AND h.staff_id <= $1 AND (h.staff_id, h.open)" \
    " >= ($1, true) ORDER BY h.staff_id DESC, h.open DESC"

/* A time of closing says nothing of the time of receipt but that it was before. */
#define CLOSED                                                          \
    "FROM complaint x WHERE x.closed_at >= $0 AND x.closed_at < q.f16a" \
    " ORDER BY x.closed_at"

/* Of many units, some page may lie near, among so many rows of the order: m.near. */
#define NEAR "2000"

static const struct list_path scope_received[] = {
    {.each = EACH_UNIT, .rows = "complaint c", .start = {"c.unit_id"}, .is = {"s.unit"}},
    {.each = EACH_UNIT,
     .rows = "complaint c",
     .start = {"c.owner_unit_id"},
     .is = {"s.unit"},
     .condition = "c.owner_unit_id <> c.unit_id"},
    {.each = "(VALUES (true), (false)) AS s(open)",
     .rows = HANDLED,
     .start = {"h.staff_id", "h.open"},
     .is = {"$1", "s.open"},
     HANDLED_AT},
    {.rows = "complaint c", .start = {"c.pending_owner_id"}, .is = {"$1"}},
};

static const struct list_path scope_due[] = {
    {.each = EACH_UNIT, .rows = "complaint c", .start = {"c.owner_unit_id"}, .is = {"s.unit"}},
    {.each = EACH_UNIT,
     .rows = "complaint c",
     .start = {"c.unit_id"},
     .is = {"s.unit"},
     .condition = "c.owner_unit_id <> c.unit_id"},
    {.rows = "(SELECT h.complaint_id " OPEN_HANDLED " LIMIT " HANDLED_FEW ") h"
             " JOIN complaint c ON c.id = h.complaint_id",
     .condition = "NOT m.many"},
    {.rows = "complaint c", .condition = "m.many AND $1 = ANY(c.handlers)"},
    {.rows = "complaint c", .start = {"c.pending_owner_id"}, .is = {"$1"}},
};

static const struct list_path owner_received[] = {
    {.rows = HANDLED,
     .start = {"h.staff_id", "h.open"},
     .is = {"$0", "true"},
     HANDLED_AT,
     .condition = "c.owner_id = $0",
     .open = 1},
    {.rows = "complaint c",
     .start = {"c.owner_id"},
     .is = {"$0"},
     .condition = "c.status <> 'open'",
     .open = -1},
};

static const struct list_path owner_due[] = {
    {.rows = "complaint c", .start = {"c.owner_id"}, .is = {"$0"}}};
static const struct list_path pending[] = {
    {.rows = "complaint c", .start = {"c.pending_owner_id"}, .is = {"$0"}}};
/* Those that wait for an answer are few, and have an index of their own. */
static const struct list_path urged[] = {
    {.rows = "complaint c", .condition = "c.urge_due_at IS NOT NULL"}};
/* So have those that wait for an approval. */
static const struct list_path awaiting[] = {
    {.rows = "complaint c", .condition = LIST_REQUESTED},
    {.rows = "complaint c", .condition = LIST_UNMASK_REQUESTED}};

/* The second condition is one that no index can serve: the walk is to be along the order. */
static const struct list_path closed_received[] = {
    {.rows = "(SELECT x.id " CLOSED " LIMIT " CLOSED_FEW ") x"
             " JOIN complaint c ON c.id = x.id",
     .condition = "NOT m.many"},
    {.rows = "complaint c",
     .condition = "m.many AND coalesce(c.closed_at >= $0 AND c.closed_at < q.f16a, false)"
                  " AND c.received_at < q.f16a + interval '1 day'"},
};

struct list_source {
    unsigned filters; /* what it is for; their conditions are the paths' */
    bool due;         /* for which orders */
    const struct list_path *paths;
    size_t count;
    const char *many; /* NULL: not asked */
};

#define LIST_CLOSED (LIST_CLOSED_FROM | LIST_CLOSED_TO)

/* In order of preference. Units have the paths that scopes begin with. */
static const struct list_source sources[] = {
    {LIST_PENDING, false, pending, 1, NULL},
    {LIST_PENDING, true, pending, 1, NULL},
    {LIST_OWNER, false, owner_received, 2, NULL},
    {LIST_OWNER, true, owner_due, 1, NULL},
    {LIST_URGED, false, urged, 1, NULL},
    {LIST_URGED, true, urged, 1, NULL},
    {LIST_AWAITING, false, awaiting, 2, NULL},
    {LIST_AWAITING, true, awaiting, 2, NULL},
    {LIST_OWNER_UNIT, true, scope_due, 1, NULL},
    {LIST_UNIT, false, scope_received, 2, NULL},
    {LIST_UNIT, true, scope_due, 2, NULL},
    {LIST_SCOPE, false, scope_received, 4, NULL},
    {LIST_SCOPE, true, scope_due, 5, "EXISTS (SELECT " OPEN_HANDLED " OFFSET " HANDLED_FEW ")"},
    {LIST_CLOSED, false, closed_received, 2, "EXISTS (SELECT " CLOSED " OFFSET " CLOSED_FEW ")"},
};

const struct list_source *list_source_of(struct list_variant variant)
{
    unsigned candidates = variant.filters;

    /* Numbers have indexes and never many rows, texts an index of their own; past rows are judged
     * elsewhere. */
    if (variant.by_id || variant.filters & (LIST_NUMBER | LIST_EXTERNAL | LIST_CUSTOMER |
                                            LIST_TEXT | LIST_AS_OF | LIST_OPEN_THEN))
        return NULL;
    if (variant.filters & LIST_SCOPE && !variant.by_unit)
        candidates &= ~(unsigned)LIST_UNIT;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        if ((candidates & sources[i].filters) == sources[i].filters &&
            sources[i].due == (variant.order == ORDER_DUE))
            return &sources[i];
    }
    return NULL;
}

/* Few rows each, whatever else is asked for. */
#define LIST_FEW (LIST_OWNER | LIST_PENDING | LIST_NUMBER | LIST_EXTERNAL | LIST_CUSTOMER)

bool list_walks_far(const struct list_query *query)
{
    unsigned near = LIST_HAVE_UNITS | LIST_CURSOR | LIST_TEXT | LIST_FREQUENT_TEXT |
                    LIST_RECENT_TEXT | LIST_NOT_URGED | LIST_DUE_SOON; /* that comes with a range */

    near |= query->order == ORDER_DUE ? LIST_OVERDUE | LIST_DUE_FROM | LIST_DUE_TO
                                      : LIST_RECEIVED_FROM | LIST_RECEIVED_TO;
    if (query->order == ORDER_NEWEST) /* what came in last is open, and not due yet */
        near |= LIST_NOT_OVERDUE;
    if (query->order != ORDER_OLDEST && query->status == STATUS_OPEN)
        near |= LIST_STATUS;
    return !(query->filters & LIST_FEW) && query->filters & ~near;
}

static int filter_of(const struct list_source *source)
{
    return __builtin_ctz(source->filters);
}

static bool is_wide(struct list_variant variant, const struct list_source *source)
{
    return variant.wide && source->filters & LIST_HAVE_UNITS;
}

/* Whether the first rows of the order hold a whole page. */
static void add_near(struct text_buffer *sql, struct list_variant variant)
{
    const struct list_order *order = &list_orders[variant.order];
    text_buffer_add_string(sql, "EXISTS (SELECT FROM (SELECT true");
    list_sql_filters(sql, variant, ~(unsigned)LIST_CURSOR);
    text_buffer_add_string(sql, " AS hit FROM complaint c");
    list_sql_conditions(sql, variant, ~(unsigned)LIST_CURSOR);
    text_buffer_printf(sql, " ORDER BY c.%s %s, c.id %s LIMIT " NEAR ") w WHERE w.hit OFFSET %zu)",
                       order->column, order->direction, order->direction,
                       list_rows_max(variant) - 1);
}

void list_source_ask(struct text_buffer *sql, struct list_variant variant,
                     const struct list_source *source)
{
    bool wide = is_wide(variant, source);
    if (!wide && !source->many)
        return;
    text_buffer_add_string(sql, " CROSS JOIN LATERAL (SELECT ");
    if (source->many)
        list_sql_add(sql, filter_of(source), source->many);
    text_buffer_add_string(sql, source->many ? " AS many" : "");
    text_buffer_add_string(sql, source->many && wide ? ", " : "");
    if (wide)
        add_near(sql, variant);
    text_buffer_add_string(sql, wide ? " AS near" : "");
    text_buffer_add_string(sql, " OFFSET 0) AS m");
}

/* "(a, b, c, d)" of up to four, up to the first NULL. */
static void add_row(struct text_buffer *sql, int filter, const char *const parts[], size_t count)
{
    text_buffer_add_char(sql, '(');
    for (size_t i = 0; i < count; i++) {
        if (i)
            text_buffer_add_string(sql, ", ");
        list_sql_add(sql, filter, parts[i]);
    }
    text_buffer_add_char(sql, ')');
}

static void compare(struct text_buffer *sql, int filter, const char *const columns[],
                    const char *operator, const char * const values[], size_t count)
{
    text_buffer_add_string(sql, " AND ");
    add_row(sql, filter, columns, count);
    text_buffer_printf(sql, " %s ", operator);
    add_row(sql, filter, values, count);
}

/* The walk's bounds. Equality is written as two inequalities: thus the planner cannot take the
 * columns for constants and the order for that of another index, in which it would look for rare
 * rows by walking past all others, and what it expects does not depend on who happens to have most
 * of the rows. The cursor comes first, as the walk starts at the first bound. */
static void add_bounds(struct text_buffer *sql, struct list_variant variant, int filter,
                       const struct list_path *path, const char *at, const char *id)
{
    size_t count = path->start[1] ? 2 : 1;
    bool down = *list_orders[variant.order].after == '<', cursor = variant.filters & LIST_CURSOR;
    const char *columns[4] = {path->start[0], path->start[1]};
    const char *values[4] = {path->is[0], path->is[1]};

    if (cursor) {
        columns[count] = at;
        columns[count + 1] = id;
        values[count] = "q.f1a";
        values[count + 1] = "q.f1b";
        compare(sql, filter, columns, list_orders[variant.order].after, values, count + 2);
    }
    if (count == 2 && (!cursor || down))
        compare(sql, filter, columns, ">=", values, 2);
    if (count == 2 && (!cursor || !down))
        compare(sql, filter, columns, "<=", values, 2);
    compare(sql, filter, columns, ">=", values, 1);
    compare(sql, filter, columns, "<=", values, 1);
}

/* A path that has nothing of the status asked for is not walked. */
static void add_gate(struct text_buffer *sql, struct list_variant variant,
                     const struct list_path *path)
{
    if (path->open && variant.filters & LIST_STATUS)
        text_buffer_printf(sql, " AND q.f3a %s 'open'", path->open > 0 ? "=" : "<>");
    if (path->open > 0)
        text_buffer_add_string(sql, " AND c.status = 'open'");
}

/* What comes after "SELECT … FROM" of one walk. */
static void add_walk(struct text_buffer *sql, struct list_variant variant,
                     const struct list_source *source, const struct list_path *path)
{
    const struct list_order *order = &list_orders[variant.order];
    const char *at = path->at, *id = path->id ? path->id : "c.id";
    int filter = filter_of(source);

    if (!at)
        at = variant.order == ORDER_DUE ? "c.due_at" : "c.received_at";
    list_sql_add(sql, filter, path->rows);
    list_sql_conditions(sql, variant, source->filters | (path->start[0] ? LIST_CURSOR : 0));
    if (path->start[0])
        add_bounds(sql, variant, filter, path, at, id);
    if (path->condition) {
        text_buffer_add_string(sql, " AND ");
        list_sql_add(sql, filter, path->condition);
    }
    add_gate(sql, variant, path);
    if (is_wide(variant, source))
        text_buffer_add_string(sql, " AND NOT m.near");
    text_buffer_add_string(sql, " ORDER BY ");
    for (size_t i = 0; i < 2 && path->start[i]; i++)
        text_buffer_printf(sql, "%s %s, ", path->start[i], order->direction);
    text_buffer_printf(sql, "%s %s, %s %s LIMIT %zu", at, order->direction, id, order->direction,
                       list_rows_max(variant));
}

static void add_path(struct text_buffer *sql, struct list_variant variant,
                     const struct list_source *source, const struct list_path *path)
{
    if (path->each) {
        text_buffer_add_string(sql, "(SELECT w.at, w.id FROM ");
        list_sql_add(sql, filter_of(source), path->each);
        text_buffer_add_string(sql, " CROSS JOIN LATERAL ");
    }
    text_buffer_printf(sql, "(SELECT c.%s AS at, c.id FROM ", list_orders[variant.order].column);
    add_walk(sql, variant, source, path);
    text_buffer_add_string(sql, path->each ? ") w)" : ")");
}

/* The page when it lies near: what everybody's list does. */
static void add_near_path(struct text_buffer *sql, struct list_variant variant)
{
    const struct list_order *order = &list_orders[variant.order];
    text_buffer_printf(sql, "(SELECT c.%s AS at, c.id FROM complaint c", order->column);
    list_sql_conditions(sql, variant, 0);
    text_buffer_printf(sql, " AND m.near ORDER BY c.%s %s, c.id %s LIMIT %zu) UNION ",
                       order->column, order->direction, order->direction, list_rows_max(variant));
}

void list_source_page(struct text_buffer *sql, struct list_variant variant,
                      const struct list_source *source)
{
    const char *direction = list_orders[variant.order].direction, *separator = "";

    if (source->count == 1 && !source->paths[0].each) {
        add_walk(sql, variant, source, source->paths);
        return;
    }
    text_buffer_add_string(sql, "(SELECT p.at, p.id FROM (");
    if (is_wide(variant, source))
        add_near_path(sql, variant);
    for (size_t i = 0; i < source->count; i++) {
        const struct list_path *path = &source->paths[i];
        /* What is overdue is open. */
        if (path->open < 0 && variant.filters & LIST_OVERDUE)
            continue;
        text_buffer_add_string(sql, separator);
        add_path(sql, variant, source, path);
        separator = " UNION "; /* a complaint may have several reasons */
    }
    text_buffer_printf(sql,
                       ") p ORDER BY p.at %s, p.id %s LIMIT %zu) k"
                       " JOIN complaint c ON c.id = k.id ORDER BY k.at %s, k.id %s",
                       direction, direction, list_rows_max(variant), direction, direction);
}
