/* The rows of a page by a walk along the order, or, of a text, by what the search's index knows. */
#include "lib/store/list_sql.h"
#include "lib/store/search_period.h"

/* Whether the matches of a text come in the order of the list. */
static bool is_sorted(struct list_variant variant)
{
    return variant.filters & LIST_TEXT && variant.order != ORDER_DUE && !variant.by_id;
}

/* " AND …": of the matches of a text, those of stretch i (search_period.h), and those of none. */
static void add_stretch(struct text_buffer *sql, int i)
{
    int filter = __builtin_ctz(LIST_RECENT_TEXT);
    char since = 'a' + SEARCH_PERIODS; /* the first stretch's */

    if (i < SEARCH_PERIODS)
        text_buffer_printf(sql, " AND m.terms @@ q.f%d%c", filter, 'a' + i);
    if (i == SEARCH_PERIODS)
        text_buffer_printf(sql,
                           " AND (m.received_at < q.f%d%c OR m.received_at >= q.f%d%c + interval"
                           " '" SEARCH_NEWEST "')",
                           filter, since + i - 1, filter, since);
    else if (i > 0)
        text_buffer_printf(sql, " AND m.received_at < q.f%d%c", filter, since + i - 1);
}

#define NO_STRETCH (-1)

/* The matches of a text that the index knows, of one stretch or of all time; in_order: of which those
 * behind the cursor, sorted by the moment of receipt. */
static void add_matches(struct text_buffer *sql, struct list_variant variant, int stretch,
                        bool in_order)
{
    static const struct {
        unsigned filter;
        const char *compare;
    } received[] = {{LIST_RECEIVED_FROM, ">="}, {LIST_RECEIVED_TO, "<"}};
    int cursor = __builtin_ctz(LIST_CURSOR);
    const char *direction = list_orders[variant.order].direction;
    text_buffer_printf(sql,
                       "SELECT m.complaint_id, m.received_at, m.terms FROM search m"
                       " WHERE m.terms @@ q.f%da",
                       __builtin_ctz(LIST_TEXT));
    if (stretch != NO_STRETCH)
        add_stretch(sql, stretch);
    for (size_t i = 0; i < sizeof received / sizeof *received; i++) {
        if (variant.filters & received[i].filter)
            text_buffer_printf(sql, " AND m.received_at %s q.f%da", received[i].compare,
                               __builtin_ctz(received[i].filter));
    }
    if (in_order && variant.filters & LIST_CURSOR)
        text_buffer_printf(sql, " AND (m.received_at, m.complaint_id) %s (q.f%da, q.f%db)",
                           list_orders[variant.order].after, cursor, cursor);
    if (in_order)
        text_buffer_printf(sql, " ORDER BY m.received_at %s, m.complaint_id %s", direction,
                           direction);
}

void list_rows_from(struct text_buffer *sql, struct list_variant variant, bool in_order)
{
    if (!(variant.filters & LIST_TEXT)) {
        text_buffer_add_string(sql, "complaint c");
        return;
    }
    text_buffer_add_char(sql, '(');
    add_matches(sql, variant, NO_STRETCH, in_order);
    text_buffer_add_string(sql, " OFFSET 0) s JOIN complaint c ON c.id = s.complaint_id");
}

/* The page's rows by a walk along the order, or of the matches of a text. */
static void add_rows(struct text_buffer *sql, struct list_variant variant)
{
    const struct list_order *order = &list_orders[variant.order];
    bool sorted = is_sorted(variant);

    list_rows_from(sql, variant, sorted);
    list_sql_conditions(sql, variant, 0);
    if (variant.by_id)
        text_buffer_printf(sql, " ORDER BY c.id LIMIT %zu", list_rows_max(variant));
    else
        text_buffer_printf(sql, " ORDER BY %s.%s %s, %s %s LIMIT %zu", sorted ? "s" : "c",
                           order->column, order->direction, sorted ? "s.complaint_id" : "c.id",
                           order->direction, list_rows_max(variant));
}

/* The newest matches of a text: those of the last days, then the older ones, each stretch only if
 * those before did not fill the page. An append runs its parts in their order and no further than
 * the limit, and nothing but a loop can join the complaints one by one: that keeps the order, which
 * the planner, not knowing it, would make by sorting everything. */
static void add_recent(struct text_buffer *sql, struct list_variant variant)
{
    for (int i = 0; i <= SEARCH_PERIODS; i++) {
        text_buffer_add_string(sql, i ? ") UNION ALL (" : "((");
        add_matches(sql, variant, i, true);
    }
    text_buffer_add_string(sql, ") OFFSET 0) s CROSS JOIN LATERAL (SELECT c.* FROM complaint c");
    list_sql_conditions(sql, variant, 0);
    text_buffer_printf(sql, " AND c.id = s.complaint_id OFFSET 0) c LIMIT %zu",
                       list_rows_max(variant));
}

void list_rows_add(struct text_buffer *sql, struct list_variant variant)
{
    if (is_sorted(variant) && variant.filters & LIST_RECENT_TEXT && variant.order == ORDER_NEWEST)
        add_recent(sql, variant);
    else
        add_rows(sql, variant);
}
