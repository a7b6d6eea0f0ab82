#include "lib/store/list_store.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/complaint/lifecycle.h"
#include "lib/store/complaint_store.h"
#include "lib/store/list_sql.h"
#include "lib/store/search_period.h"

#define PARTS (2 * SEARCH_PERIODS) /* parameters of a filter at most */

/* One filter: its parameters, one array each, and its condition, for list_sql_add(). */
struct fragment {
    const char *types[PARTS]; /* of the arrays' members; with a cast where a literal is sent */
    const char *condition;
};

/* Lists of ids travel as text, as an array of arrays would be flattened: this very one. */
static const char ids[] = "text";

static const struct fragment fragments[LIST_FILTER_COUNT] = {
    {{ids, "uuid"},
     "(c.unit_id = ANY($0) OR c.owner_unit_id = ANY($0) OR $1 = ANY(c.handlers)"
     " OR c.pending_owner_id = $1)"},
    {{"timestamptz", "uuid"}, NULL}, /* depends on the order */
    {{"text", NULL}, "c.stage = $0"},
    {{"text", NULL}, "c.status = $0"},
    {{"text", NULL}, "c.level = $0"},
    {{"text", NULL}, "c.source = $0"},
    {{"uuid", NULL}, "c.owner_id = $0"},
    {{"uuid", NULL}, "c.pending_owner_id = $0"},
    {{ids, NULL}, "(c.unit_id = ANY($0) OR c.owner_unit_id = ANY($0))"},
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
    {{ids, NULL}, "c.owner_unit_id = ANY($0)"},
    {{"timestamptz", NULL}, "c.entered_at <= $0"},
    {{"timestamptz", NULL}, "(c.status = 'open' OR c.updated_at > $0)"},
    {{"text", NULL}, "c.complainant_customer_number = $0"},
    /* The order of the terms takes the whole tsvector: looked at last, and for a page only. */
    {{"text[]::tsquery", "text[]::tsquery"}, "($1 IS NULL OR s.terms @@ $1)"},
    {{"text[]::tsquery", NULL}, "(SELECT t.terms @@ $0 FROM search t WHERE t.complaint_id = c.id)"},
    /* The terms of each stretch, and since when it is. */
    {{"text[]::tsquery", "text[]::tsquery", "text[]::tsquery", "text[]::tsquery", "text[]::tsquery",
      "text[]::tsquery", "text[]::tsquery", "timestamptz", "timestamptz", "timestamptz",
      "timestamptz", "timestamptz", "timestamptz", "timestamptz"},
     "true"}, /* says how the matches are found: add_recent() */
    {{NULL}, "c.urge_due_at IS NOT NULL"},
    {{NULL}, "c.urge_due_at IS NULL"},
    {{"timestamptz", "timestamptz", "timestamptz"},
     "c.due_at < CASE c.level WHEN 'ordinary' THEN $0 WHEN 'complex' THEN $1 ELSE $2 END"},
    {{ids, ids, "timestamptz"}, "(" LIST_REQUESTED " OR " LIST_UNMASK_REQUESTED ")"},
};

/* Hold for the present row, whatever the moment that is asked for. */
#define OF_PRESENT (LIST_SCOPE | LIST_CURSOR | LIST_NUMBER | LIST_AS_OF | LIST_OPEN_THEN)

const struct list_order list_orders[ORDER_COUNT] = {
    [ORDER_NEWEST] = {"received_at", "DESC", "<", false},
    [ORDER_OLDEST] = {"received_at", "ASC", ">", false},
    [ORDER_DUE] = {"due_at", "ASC", ">", true},
};

#define UNITS_FEW 8 /* more are worth a look at the order first */

struct list_variant list_variant_of(const struct list_query *query)
{
    bool scope = query->filters & LIST_SCOPE, unit = query->filters & (LIST_UNIT | LIST_OWNER_UNIT);
    bool by_unit = unit && (!scope || query->unit_count < query->scope_count);
    size_t count = by_unit ? query->unit_count : scope ? query->scope_count : 0;
    return (struct list_variant){
        query->filters, query->order,      query->limit > LIST_LIMIT_DEFAULT,
        by_unit,        count > UNITS_FEW, query->by_id};
}

bool list_variant_equal(struct list_variant a, struct list_variant b)
{
    return a.filters == b.filters && a.order == b.order && a.large == b.large &&
           a.by_unit == b.by_unit && a.wide == b.wide && a.by_id == b.by_id;
}

size_t list_rows_max(struct list_variant variant)
{
    if (variant.by_id)
        return LIST_BY_ID_ROWS;
    return (variant.large ? LIST_LIMIT_MAX : LIST_LIMIT_DEFAULT) + 1;
}

void list_sql_add(struct text_buffer *sql, int filter, const char *text)
{
    for (const char *at = text; *at; at++) {
        if (*at == '$')
            text_buffer_printf(sql, "q.f%d%c", filter, 'a' + (*++at - '0'));
        else
            text_buffer_add_char(sql, *at);
    }
}

/* How many parameters filter 1 << filter has, if it is among them. */
static int parts_of(unsigned filters, int filter)
{
    int parts = 0;
    while (filters & 1u << filter && parts < PARTS && fragments[filter].types[parts])
        parts++;
    return parts;
}

/* ", f0a, f5a, …": the filters' parameters, those that are lists converted to arrays. */
static void add_parameters(struct text_buffer *sql, unsigned filters, bool converted)
{
    for (int i = 0; i < LIST_FILTER_COUNT; i++) {
        for (int part = 0; part < parts_of(filters, i); part++) {
            text_buffer_printf(sql, ", f%d%c", i, 'a' + part);
            if (converted && fragments[i].types[part] == ids)
                text_buffer_printf(sql, "::uuid[] AS f%d%c", i, 'a' + part);
        }
    }
}

static void add_arrays(struct text_buffer *sql, unsigned filters)
{
    int parameter = 4;
    text_buffer_add_string(sql, "unnest($1::integer[], $2::text[], $3::text[]");
    for (int i = 0; i < LIST_FILTER_COUNT; i++) {
        for (int part = 0; part < parts_of(filters, i); part++)
            text_buffer_printf(sql, ", $%d::%s[]", parameter++, fragments[i].types[part]);
    }
    text_buffer_add_char(sql, ')');
}

/* "q(n, login, deputy, f0a, f5a, …)" over the arrays; parameter 1 is the query's index, 2 the caller,
 * 3 their deputy. Lists
 * are made an array once a query: OFFSET keeps the planner from doing it once a row. */
static void add_queries(struct text_buffer *sql, unsigned filters)
{
    bool lists = filters & (LIST_HAVE_UNITS | LIST_AWAITING);

    if (lists) {
        text_buffer_add_string(sql, "(SELECT n, login, deputy");
        add_parameters(sql, filters, true);
        text_buffer_add_string(sql, " FROM ");
    }
    add_arrays(sql, filters);
    text_buffer_add_string(sql, " AS q(n, login, deputy");
    add_parameters(sql, filters, false);
    text_buffer_add_string(sql, lists ? ") OFFSET 0) AS q" : ")");
}

void list_sql_filters(struct text_buffer *sql, struct list_variant variant, unsigned filters)
{
    for (int i = 0; i < LIST_FILTER_COUNT; i++) {
        if (!(variant.filters & filters & 1u << i))
            continue;
        text_buffer_add_string(sql, " AND ");
        if (fragments[i].condition)
            list_sql_add(sql, i, fragments[i].condition);
        else if (variant.by_id)
            text_buffer_printf(sql, "c.id > q.f%db", i);
        else
            text_buffer_printf(sql, "(c.%s, c.id) %s (q.f%da, q.f%db)",
                               list_orders[variant.order].column, list_orders[variant.order].after,
                               i, i);
    }
}

void list_sql_conditions(struct text_buffer *sql, struct list_variant variant, unsigned left_out)
{
    bool past = variant.filters & LIST_AS_OF, open_only = list_orders[variant.order].open_only;

    text_buffer_add_string(sql, " WHERE c.staff_complained_of IS DISTINCT FROM q.login "
                                "AND c.staff_complained_of IS DISTINCT FROM q.deputy");
    list_sql_filters(sql, variant, OF_PRESENT & ~left_out);
    if (past)
        list_sql_add(sql, __builtin_ctz(LIST_AS_OF), " AND (c.updated_at > $0 OR (true");
    if (open_only)
        text_buffer_add_string(sql, " AND c.status = 'open' AND c.due_at IS NOT NULL");
    if (open_only && variant.filters & (LIST_CLOSED_FROM | LIST_CLOSED_TO))
        text_buffer_add_string(sql, " AND false"); /* nothing to look for */
    list_sql_filters(sql, variant, ~(OF_PRESENT | left_out));
    if (past)
        text_buffer_add_string(sql, "))");
}

static struct text compose(struct list_variant variant, struct arena *arena)
{
    struct text_buffer sql = text_buffer_new(arena, 4096);
    const struct list_source *source = list_source_of(variant);

    text_buffer_add_string(&sql, "SELECT q.n, l.* FROM ");
    add_queries(&sql, variant.filters);
    if (source)
        list_source_ask(&sql, variant, source);
    text_buffer_add_string(&sql, " CROSS JOIN LATERAL (SELECT ");
    column_names(&sql, complaint_columns, complaint_column_count, COLUMN_LISTED, "c.");
    text_buffer_add_string(&sql, " FROM ");
    if (source)
        list_source_page(&sql, variant, source);
    else
        list_rows_add(&sql, variant);
    text_buffer_add_string(&sql, ") l");
    text_buffer_add_char(&sql, '\0');
    return text_buffer_text(&sql);
}

#define SEEN_SLOTS 256 /* a newcomer takes the place of whoever has its slot */
#define OFTEN 3

/* The variants in use, and the memory of their texts; kept for the life of the program. And how often
 * others were asked for lately. */
static struct {
    pthread_mutex_t lock;
    struct {
        struct list_variant variant;
        unsigned count;
    } seen[SEEN_SLOTS];
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

/* Whether a variant is worth a place: one of those that are asked for but once would keep it from
 * another for ever. */
static bool is_worth_keeping(struct list_variant variant)
{
    if (variant.filters & LIST_AS_OF || kept.count == LIST_VARIANTS_MAX)
        return false;
    if (kept.count < LIST_VARIANTS_AT_ONCE)
        return true;
    size_t slot = (variant.filters * 2654435761u >> 8 ^ (unsigned)variant.order * 64u ^
                   variant.large * 32u ^ variant.by_unit * 16u ^ variant.wide * 8u) %
                  SEEN_SLOTS;
    if (!list_variant_equal(kept.seen[slot].variant, variant))
        kept.seen[slot].count = 0;
    kept.seen[slot].variant = variant;
    return ++kept.seen[slot].count >= OFTEN;
}

const struct pg_statement *list_statement(struct list_variant variant, struct arena *arena)
{
    const struct pg_statement *found = NULL;

    pthread_mutex_lock(&kept.lock);
    for (size_t i = 0; i < kept.count && !found; i++) {
        if (list_variant_equal(kept.variants[i], variant))
            found = &kept.statements[i];
    }
    if (!found && is_worth_keeping(variant))
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
    list_rows_from(&sql, variant, false);
    list_sql_conditions(&sql, variant, 0);
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

/* The newest are looked for from the cursor on, or from where the range or time itself ends. */
static struct parameter parameter_of_recent(const struct list_query *query, int part,
                                            struct arena *arena)
{
    instant end = query->now;
    if (query->filters & LIST_RECEIVED_TO && query->received_to < end)
        end = query->received_to;
    if (query->filters & LIST_CURSOR && query->cursor_at < end)
        end = query->cursor_at;
    return part < SEARCH_PERIODS ? of_text(search_stretch_terms(arena, end, part))
                                 : of_instant(search_stretch_since(end, part - SEARCH_PERIODS));
}

static struct parameter parameter_of_awaiting(const struct list_query *query, int part,
                                              struct arena *arena)
{
    if (part == 0)
        return of_text(pg_uuids_literal(arena, query->superior, query->superior_count));
    if (part == 1)
        return of_text(pg_uuids_literal(arena, query->asking, query->asking_count));
    return of_instant(query->now - UNMASK_WAITS);
}

static struct parameter parameter_of(const struct list_query *query, unsigned filter, int part,
                                     struct arena *arena)
{
    if (filter == LIST_AWAITING)
        return parameter_of_awaiting(query, part, arena);
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
    case LIST_RECENT_TEXT: return parameter_of_recent(query, part, arena);
    case LIST_FREQUENT_TEXT:
        return of_text(text_is_none(query->terms_exact) ? query->terms : query->terms_exact);
    case LIST_DUE_SOON: return of_instant(query->horizons[part]);
    case LIST_URGED:
    case LIST_NOT_URGED: break; /* have no parameter */
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
    /* Nobody is no name that could be told apart from no complaint about anybody: the caller again. */
    struct pg_array deputies = pg_array_begin(binds, PG_TEXT, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_text(&deputies, text_is_none(queries[i]->deputy_login)
                                         ? queries[i]->caller_login
                                         : queries[i]->deputy_login);
    pg_array_end(&deputies);
    for (int i = 0; i < LIST_FILTER_COUNT; i++) {
        for (int part = 0; part < parts_of(queries[0]->filters, i); part++)
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
