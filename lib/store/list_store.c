#include "lib/store/list_store.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/store/complaint_store.h"

/* One filter: its parameters, one array each, and its condition. $ stands for the parameter as a
 * column of q, so "$0" is the filter's first. */
struct fragment {
    const char *types[2]; /* of the arrays' members; with a cast where a literal is sent */
    const char *condition;
};

static const struct fragment fragments[LIST_FILTER_COUNT] = {
    {{"text", "uuid"},
     "(c.unit_id = ANY($0::uuid[]) OR c.owner_unit_id = ANY($0::uuid[]) OR $1 = ANY(c.handlers)"
     " OR c.pending_owner_id = $1)"},
    {{"timestamptz", "uuid"}, NULL}, /* depends on the order */
    {{"text", NULL}, "c.stage = $0"},
    {{"text", NULL}, "c.status = $0"},
    {{"text", NULL}, "c.level = $0"},
    {{"text", NULL}, "c.source = $0"},
    {{"uuid", NULL}, "c.owner_id = $0"},
    {{"uuid", NULL}, "c.pending_owner_id = $0"},
    {{"text", NULL}, "(c.unit_id = ANY($0::uuid[]) OR c.owner_unit_id = ANY($0::uuid[]))"},
    {{"text", NULL}, "$0 IN (c.channel_class, c.business_class, c.cause_class)"},
    {{"text", NULL}, "$0 = ANY(c.tags)"},
    {{"timestamptz", NULL}, "c.received_at >= $0"},
    {{"timestamptz", NULL}, "c.received_at < $0"},
    {{"timestamptz", NULL}, "c.due_at >= $0"},
    {{"timestamptz", NULL}, "c.due_at < $0"},
    {{"timestamptz", NULL}, "c.closed_at >= $0"},
    {{"timestamptz", NULL}, "c.closed_at < $0"},
    {{"timestamptz", NULL}, "c.status = 'open' AND c.due_at < $0"},
    {{"timestamptz", NULL}, "(c.status <> 'open' OR c.due_at IS NULL OR c.due_at >= $0)"},
    {{"text", NULL}, "c.number = $0"},
    {{"text", NULL}, "c.external_case_number = $0"},
    {{"text", NULL}, "c.owner_unit_id = ANY($0::uuid[])"},
    {{"timestamptz", NULL}, "c.entered_at <= $0"},
    {{"timestamptz", NULL}, "(c.status = 'open' OR c.closed_at > $0)"},
    {{"text", NULL}, "c.complainant_customer_number = $0"},
    /* The order of the terms takes the whole tsvector: looked at last, and for a page only. */
    {{"text[]::tsquery", "text[]::tsquery"}, "($1 IS NULL OR s.terms @@ $1)"},
    {{"text[]::tsquery", NULL}, "(SELECT t.terms @@ $0 FROM search t WHERE t.complaint_id = c.id)"},
};

/* Hold for the present row, whatever the moment that is asked for. */
#define OF_PRESENT (LIST_SCOPE | LIST_CURSOR | LIST_NUMBER | LIST_AS_OF | LIST_OPEN_THEN)

static const struct {
    const char *column, *direction, *after;
    bool open_only; /* the order's index holds open complaints only */
} orders[ORDER_COUNT] = {
    [ORDER_NEWEST] = {"received_at", "DESC", "<", false},
    [ORDER_OLDEST] = {"received_at", "ASC", ">", false},
    [ORDER_DUE] = {"due_at", "ASC", ">", true},
};

struct list_variant list_variant_of(const struct list_query *query)
{
    return (struct list_variant){query->filters, query->order, query->limit > LIST_LIMIT_DEFAULT,
                                 query->by_id};
}

bool list_variant_equal(struct list_variant a, struct list_variant b)
{
    return a.filters == b.filters && a.order == b.order && a.large == b.large && a.by_id == b.by_id;
}

size_t list_rows_max(struct list_variant variant)
{
    if (variant.by_id)
        return LIST_BY_ID_ROWS;
    return (variant.large ? LIST_LIMIT_MAX : LIST_LIMIT_DEFAULT) + 1;
}

/* "q(n, login, f0a, f5a, …)" over the arrays; parameter 1 is the query's index, 2 the caller. */
static void add_queries(struct text_buffer *sql, unsigned filters)
{
    struct text_buffer names = text_buffer_new(sql->arena, 256);
    int parameter = 3;

    text_buffer_add_string(sql, "unnest($1::integer[], $2::text[]");
    for (int i = 0; i < LIST_FILTER_COUNT; i++) {
        for (int part = 0; part < 2 && filters & 1u << i && fragments[i].types[part]; part++) {
            text_buffer_printf(sql, ", $%d::%s[]", parameter++, fragments[i].types[part]);
            text_buffer_printf(&names, ", f%d%c", i, 'a' + part);
        }
    }
    text_buffer_add_string(sql, ") AS q(n, login");
    text_buffer_add_text(sql, text_buffer_text(&names));
    text_buffer_add_char(sql, ')');
}

static void add_condition(struct text_buffer *sql, int filter, const char *condition)
{
    text_buffer_add_string(sql, " AND ");
    for (const char *at = condition; *at; at++) {
        if (*at == '$')
            text_buffer_printf(sql, "q.f%d%c", filter, 'a' + (*++at - '0'));
        else
            text_buffer_add_char(sql, *at);
    }
}

static void add_filters(struct text_buffer *sql, struct list_variant variant, unsigned which)
{
    for (int i = 0; i < LIST_FILTER_COUNT; i++) {
        if (!(variant.filters & which & 1u << i))
            continue;
        if (fragments[i].condition)
            add_condition(sql, i, fragments[i].condition);
        else if (variant.by_id)
            text_buffer_printf(sql, " AND c.id > q.f%db", i);
        else
            text_buffer_printf(sql, " AND (c.%s, c.id) %s (q.f%da, q.f%db)",
                               orders[variant.order].column, orders[variant.order].after, i, i);
    }
}

static void add_conditions(struct text_buffer *sql, struct list_variant variant)
{
    bool past = variant.filters & LIST_AS_OF;

    text_buffer_add_string(sql, " WHERE c.staff_complained_of IS DISTINCT FROM q.login");
    add_filters(sql, variant, OF_PRESENT);
    if (past)
        add_condition(sql, __builtin_ctz(LIST_AS_OF), "(c.updated_at > $0 OR (true");
    if (orders[variant.order].open_only)
        text_buffer_add_string(sql, " AND c.status = 'open' AND c.due_at IS NOT NULL");
    add_filters(sql, variant, ~(unsigned)OF_PRESENT);
    if (past)
        text_buffer_add_string(sql, "))");
}

/* Whether the matches of a text come in the order of the list. */
static bool is_sorted(struct list_variant variant)
{
    return variant.filters & LIST_TEXT && variant.order != ORDER_DUE && !variant.by_id;
}

/* Where the complaints come from. For a text, the matches that the index knows, in order if that is
 * the moment of receipt, each joined with its complaint when its turn comes: OFFSET 0 keeps the
 * planner from moving what is outside into it. */
static void add_source(struct text_buffer *sql, struct list_variant variant, bool in_order)
{
    if (!(variant.filters & LIST_TEXT)) {
        text_buffer_add_string(sql, "complaint c");
        return;
    }
    static const struct {
        unsigned filter;
        const char *compare;
    } received[] = {{LIST_RECEIVED_FROM, ">="}, {LIST_RECEIVED_TO, "<"}};
    int cursor = __builtin_ctz(LIST_CURSOR);
    const char *direction = orders[variant.order].direction;
    text_buffer_printf(sql,
                       "(SELECT m.complaint_id, m.received_at, m.terms FROM search m"
                       " WHERE m.terms @@ q.f%da",
                       __builtin_ctz(LIST_TEXT));
    for (size_t i = 0; i < sizeof received / sizeof *received; i++) {
        if (variant.filters & received[i].filter)
            text_buffer_printf(sql, " AND m.received_at %s q.f%da", received[i].compare,
                               __builtin_ctz(received[i].filter));
    }
    if (in_order && variant.filters & LIST_CURSOR)
        text_buffer_printf(sql, " AND (m.received_at, m.complaint_id) %s (q.f%da, q.f%db)",
                           orders[variant.order].after, cursor, cursor);
    if (in_order)
        text_buffer_printf(sql, " ORDER BY m.received_at %s, m.complaint_id %s", direction,
                           direction);
    text_buffer_add_string(sql, " OFFSET 0) s JOIN complaint c ON c.id = s.complaint_id");
}

static struct text compose(struct list_variant variant, struct arena *arena)
{
    struct text_buffer sql = text_buffer_new(arena, 2048);
    const char *direction = orders[variant.order].direction;
    bool sorted = is_sorted(variant);

    text_buffer_add_string(&sql, "SELECT q.n, l.* FROM ");
    add_queries(&sql, variant.filters);
    text_buffer_add_string(&sql, " CROSS JOIN LATERAL (SELECT ");
    column_names(&sql, complaint_columns, complaint_column_count, COLUMN_LISTED, "c.");
    text_buffer_add_string(&sql, " FROM ");
    add_source(&sql, variant, sorted);
    add_conditions(&sql, variant);
    if (variant.by_id)
        text_buffer_printf(&sql, " ORDER BY c.id LIMIT %zu) l", list_rows_max(variant));
    else
        text_buffer_printf(&sql, " ORDER BY %s.%s %s, %s %s LIMIT %zu) l", sorted ? "s" : "c",
                           orders[variant.order].column, direction,
                           sorted ? "s.complaint_id" : "c.id", direction, list_rows_max(variant));
    text_buffer_add_char(&sql, '\0');
    return text_buffer_text(&sql);
}

/* The variants in use, and the memory of their texts; kept for the life of the program. */
static struct {
    pthread_mutex_t lock;
    size_t count;
    struct list_variant variants[LIST_VARIANTS_MAX];
    struct pg_statement statements[LIST_VARIANTS_MAX];
    char names[LIST_VARIANTS_MAX][16];
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const struct pg_statement *keep(struct list_variant variant, struct text sql)
{
    struct pg_statement *statement = &kept.statements[kept.count];
    char *copy = malloc(sql.length);
    if (!copy)
        abort();
    memcpy(copy, sql.at, sql.length);
    snprintf(kept.names[kept.count], sizeof kept.names[0], "list_%zu", kept.count);
    *statement = (struct pg_statement){kept.names[kept.count], copy};
    kept.variants[kept.count++] = variant;
    return statement;
}

const struct pg_statement *list_statement(struct list_variant variant, struct arena *arena)
{
    const struct pg_statement *found = NULL;

    pthread_mutex_lock(&kept.lock);
    for (size_t i = 0; i < kept.count && !found; i++) {
        if (list_variant_equal(kept.variants[i], variant))
            found = &kept.statements[i];
    }
    if (!found && kept.count < LIST_VARIANTS_MAX && !(variant.filters & LIST_AS_OF))
        found = keep(variant, compose(variant, arena));
    pthread_mutex_unlock(&kept.lock);
    if (found)
        return found;
    struct pg_statement *unnamed = ARENA_NEW(arena, struct pg_statement);
    *unnamed = (struct pg_statement){"", compose(variant, arena).at};
    return unnamed;
}

const struct pg_statement *list_count_statement(struct list_variant variant, struct arena *arena)
{
    struct text_buffer sql = text_buffer_new(arena, 1024);
    struct pg_statement *statement = ARENA_NEW(arena, struct pg_statement);

    variant.filters &= ~(unsigned)LIST_CURSOR;
    text_buffer_add_string(&sql, "SELECT count(*) FROM ");
    add_queries(&sql, variant.filters);
    text_buffer_add_string(&sql, " CROSS JOIN LATERAL (SELECT 1 FROM ");
    add_source(&sql, variant, false);
    add_conditions(&sql, variant);
    text_buffer_add_string(&sql, ") l");
    text_buffer_add_char(&sql, '\0');
    *statement = (struct pg_statement){"", text_buffer_text(&sql).at};
    return statement;
}

/* The value of a filter's parameter: by its type, exactly one member counts. */
struct parameter {
    enum pg_type type;
    struct text text;
    struct uuid id;
    instant at;
};

static struct parameter of_text(struct text text)
{
    return (struct parameter){.type = PG_TEXT, .text = text};
}

static struct parameter of_term(const struct vocabulary *vocabulary, int term)
{
    return of_text(vocabulary_code(vocabulary, term));
}

static struct parameter of_instant(instant at)
{
    return (struct parameter){.type = PG_TIMESTAMPTZ, .at = at};
}

static struct parameter of_id(struct uuid id)
{
    return (struct parameter){.type = PG_UUID, .id = id};
}

static struct parameter parameter_of(const struct list_query *query, unsigned filter, int part,
                                     struct arena *arena)
{
    switch ((enum list_filter)filter) {
    case LIST_SCOPE:
        return part ? of_id(query->caller_id)
                    : of_text(pg_uuids_literal(arena, query->scope, query->scope_count));
    case LIST_CURSOR: return part ? of_id(query->cursor_id) : of_instant(query->cursor_at);
    case LIST_STAGE: return of_term(&vocabulary_stage, query->stage);
    case LIST_STATUS: return of_term(&vocabulary_status, query->status);
    case LIST_LEVEL: return of_term(&vocabulary_level, query->level);
    case LIST_SOURCE: return of_term(&vocabulary_source, query->source);
    case LIST_OWNER: return of_id(query->owner_id);
    case LIST_PENDING: return of_id(query->pending_owner_id);
    case LIST_UNIT:
    case LIST_OWNER_UNIT: return of_text(pg_uuids_literal(arena, query->units, query->unit_count));
    case LIST_CLASS: return of_text(query->class_code);
    case LIST_TAG: return of_term(&vocabulary_tag, query->tag);
    case LIST_RECEIVED_FROM: return of_instant(query->received_from);
    case LIST_RECEIVED_TO: return of_instant(query->received_to);
    case LIST_DUE_FROM: return of_instant(query->due_from);
    case LIST_DUE_TO: return of_instant(query->due_to);
    case LIST_CLOSED_FROM: return of_instant(query->closed_from);
    case LIST_CLOSED_TO: return of_instant(query->closed_to);
    case LIST_OVERDUE:
    case LIST_NOT_OVERDUE: return of_instant(query->now);
    case LIST_NUMBER: return of_text(query->number);
    case LIST_EXTERNAL: return of_text(query->external_case_number);
    case LIST_AS_OF:
    case LIST_OPEN_THEN: return of_instant(query->as_of);
    case LIST_CUSTOMER: return of_text(query->customer_number);
    case LIST_TEXT: return of_text(part ? query->terms_exact : query->terms);
    case LIST_FREQUENT_TEXT:
        return of_text(text_is_none(query->terms_exact) ? query->terms : query->terms_exact);
    }
    abort();
}

static void bind_filter(struct pg_binds *binds, const struct list_query *const queries[],
                        size_t count, unsigned filter, int part)
{
    struct parameter first = parameter_of(queries[0], filter, part, binds->arena);
    struct pg_array array = pg_array_begin(binds, first.type, count);
    for (size_t i = 0; i < count; i++) {
        struct parameter value = i ? parameter_of(queries[i], filter, part, binds->arena) : first;
        if (value.type == PG_UUID)
            pg_array_add_uuid(&array, value.id);
        else if (value.type == PG_TIMESTAMPTZ)
            pg_array_add_instant(&array, value.at);
        else
            pg_array_add_text(&array, value.text);
    }
    pg_array_end(&array);
}

void list_bind(struct pg_binds *binds, const struct list_query *const queries[], size_t count)
{
    struct pg_array indexes = pg_array_begin(binds, PG_INT4, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_int4(&indexes, (int32_t)i);
    pg_array_end(&indexes);
    struct pg_array logins = pg_array_begin(binds, PG_TEXT, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_text(&logins, queries[i]->caller_login);
    pg_array_end(&logins);
    for (int i = 0; i < LIST_FILTER_COUNT; i++) {
        for (int part = 0; part < 2 && queries[0]->filters & 1u << i && fragments[i].types[part];
             part++)
            bind_filter(binds, queries, count, 1u << i, part);
    }
}

size_t list_read(const struct pg_rows *rows, size_t row, const struct institution *institution,
                 struct arena *arena, struct complaint *ret)
{
    *ret = (struct complaint){0};
    (void)column_read(rows, row, 1, complaint_columns, complaint_column_count, COLUMN_LISTED,
                      institution, arena, ret);
    return (size_t)pg_int4(rows, row, 0);
}
