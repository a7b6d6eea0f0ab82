/* Calendars and policies: what is in force, and putting a new version in force, which makes the
 * servers compute the due times of open complaints anew (duty/recalculate.c). */
#include "lib/store/calendar_store.h"
#include "lib/store/policy_store.h"
#include "server/operation/deadline_preview.h"
#include "server/server.h"

#define VERSIONS_MAX 100 /* in an answer */

/* --- recalculations ---------------------------------------------------------------------------- */

struct recalculation_view {
    struct recalculation recalculation;
    struct staff_reference by;
};

static const struct member recalculation_members[] = {
    {MEMBER("number", INTEGER, struct recalculation_view, recalculation.number),
     .flags = MEMBER_REQUIRED},
    {MEMBER("by", LOGIN, struct recalculation_view, by)},
    {MEMBER("started_at", INSTANT, struct recalculation_view, recalculation.started_at)},
    {MEMBER("finished_at", INSTANT, struct recalculation_view, recalculation.finished_at)},
    FIGURE_MEMBERS(struct recalculation_view, recalculation.figures),
    {MEMBER("failed", LONG, struct recalculation_view, recalculation.failed),
     .flags = MEMBER_REQUIRED},
};
static const struct shape recalculation_shape = {.name = "Recalculation",
                                                 .size = sizeof(struct recalculation_view),
                                                 SHAPE_MEMBERS(recalculation_members)};

/* Those of one kind. */
struct recalculations {
    struct pg_rows rows;
    const struct institution *institution;
    struct arena *arena;
};

static enum fault load_recalculations(struct slow_context *context, enum rules rules,
                                      struct recalculations *ret)
{
    struct pg_binds binds = pg_binds_new(context->request->arena);

    *ret = (struct recalculations){.institution = context->institution,
                                   .arena = context->request->arena};
    pg_bind_text(&binds, vocabulary_code(&vocabulary_rules, (int)rules));
    return pg_run(context->pg, &recalculation_list, &binds, statement_deadline(context->server),
                  &ret->rows) == PG_DONE
               ? FAULT_NONE
               : statement_fault(context);
}

/* That of a version as JSON; none: there was none. */
static struct text recalculation_of(const struct recalculations *recalculations, int version)
{
    struct recalculation_view view = {0};
    struct text_buffer out = text_buffer_new(recalculations->arena, 512);

    for (size_t row = 0; row < recalculations->rows.count; row++) {
        recalculation_read(&recalculations->rows, row, 0, &view.recalculation);
        if (view.recalculation.version != version)
            continue;
        const struct staff *by =
            institution_staff(recalculations->institution, view.recalculation.author.staff_id);
        if (by)
            view.by = (struct staff_reference){by->id, by->login, by->name};
        shape_encode(&recalculation_shape, &view, recalculations->institution->zone_minutes, &out);
        return text_buffer_text(&out);
    }
    return TEXT_NONE;
}

/* --- putting in force -------------------------------------------------------------------------- */

static enum fault fault_of(const struct slow_context *context, enum store_result result)
{
    switch (result) {
    case STORE_DONE: return FAULT_NONE;
    case STORE_EXISTS: return FAULT_POLICY_EXISTS;
    case STORE_REFUSED: return FAULT_RECALCULATION_RUNNING;
    default: break;
    }
    if (pg_usable(context->pg) && (strcmp(pg_error(context->pg).sqlstate, "55P03") == 0 ||
                                   strcmp(pg_error(context->pg).sqlstate, "57014") == 0))
        return FAULT_BUSY; /* those at work did not end in time */
    return result == STORE_LOST ? FAULT_OUTCOME_UNKNOWN : statement_fault(context);
}

static enum fault answer_added(struct slow_context *context, enum rules rules,
                               const struct rules_added *added)
{
    struct text_buffer out = text_buffer_new(context->request->arena, 512);
    struct recalculations recalculations;
    enum fault fault = load_recalculations(context, rules, &recalculations);

    if (added->added) /* so that whoever asks next is answered by it */
        (void)worker_refresh(context->worker);
    if (!fault) {
        struct text recalculation = recalculation_of(&recalculations, added->version);
        text_buffer_printf(&out, "{\"version\":%d,\"recalculation\":%.*s}", added->version,
                           TEXT_ARG(text_is_none(recalculation) ? TEXT("null") : recalculation));
        request_answer(context->request, added->added ? 201 : 200, text_buffer_text(&out));
    }
    pg_rows_free(&recalculations.rows);
    return fault;
}

static enum fault add_calendar(struct slow_context *context)
{
    const struct calendar_document *document = context->request->input;
    struct violations *violations = request_violations(context->request);
    const struct audit_origin origin = audit_origin_of(&context->who);
    struct calendar_source source;
    struct rules_added added;

    calendar_document_read(document, "", context->institution->zone_minutes, violations, &source);
    if (violations->count > 0)
        return FAULT_INVALID;
    enum fault fault = fault_of(
        context, calendar_import(context->pg, context->request->arena, document->name, &source,
                                 &origin, statement_deadline(context->server), &added));
    return fault ? fault : answer_added(context, RULES_CALENDAR, &added);
}

static enum fault add_policy(struct slow_context *context)
{
    struct policy_document *document = context->request->input;
    struct violations *violations = request_violations(context->request);
    const struct audit_origin origin = audit_origin_of(&context->who);
    struct rules_added added;

    policy_document_read(document, "", violations);
    if (violations->count > 0)
        return FAULT_INVALID;
    enum fault fault =
        fault_of(context, policy_add(context->pg, context->request->arena, &document->policy,
                                     &origin, statement_deadline(context->server), &added));
    return fault ? fault : answer_added(context, RULES_POLICY, &added);
}

const struct operation calendar_create = {.name = "calendar_create",
                                          .method = METHOD_POST,
                                          .path = "/v1/calendars",
                                          .kind = OPERATION_SLOW,
                                          .input = &calendar_document_shape,
                                          .handle = add_calendar};
const struct operation policy_create = {.name = "policy_create",
                                        .method = METHOD_POST,
                                        .path = "/v1/policies",
                                        .kind = OPERATION_SLOW,
                                        .input = &policy_document_shape,
                                        .handle = add_policy};

/* --- what is in force -------------------------------------------------------------------------- */

/* One version: what both kinds have, and the document. */
struct version_view {
    int version;
    bool in_force;
    instant imported_at; /* NONE for a policy */
    struct text document, recalculation;
};

static const struct member calendar_version_members[] = {
    {MEMBER("version", INTEGER, struct version_view, version), .flags = MEMBER_REQUIRED},
    {MEMBER("in_force", BOOLEAN, struct version_view, in_force)},
    {MEMBER("imported_at", INSTANT, struct version_view, imported_at)},
    {MEMBER("calendar", JSON, struct version_view, document)},
    {MEMBER("recalculation", JSON, struct version_view, recalculation)},
};
static const struct shape calendar_version_shape = {.name = "CalendarVersion",
                                                    .size = sizeof(struct version_view),
                                                    SHAPE_MEMBERS(calendar_version_members)};
static const struct member policy_version_members[] = {
    {MEMBER("version", INTEGER, struct version_view, version), .flags = MEMBER_REQUIRED},
    {MEMBER("in_force", BOOLEAN, struct version_view, in_force)},
    {MEMBER("policy", JSON, struct version_view, document)},
    {MEMBER("recalculation", JSON, struct version_view, recalculation)},
};
static const struct shape policy_version_shape = {.name = "PolicyVersion",
                                                  .size = sizeof(struct version_view),
                                                  SHAPE_MEMBERS(policy_version_members)};

static void write_version(const struct shape *shape, const struct version_view *view,
                          int zone_minutes, struct text_buffer *out)
{
    if (out->at[out->length - 1] == '}')
        text_buffer_add_char(out, ',');
    shape_encode(shape, view, zone_minutes, out);
}

static struct text encode_document(struct arena *arena, const struct shape *shape,
                                   const void *document)
{
    struct text_buffer out = text_buffer_new(arena, 1024);

    shape_encode(shape, document, 0, &out);
    return text_buffer_text(&out);
}

static void write_calendars(struct slow_context *context,
                            const struct recalculations *recalculations,
                            const struct calendar_version_stored versions[], size_t count)
{
    struct arena *arena = context->request->arena;
    struct text_buffer out = text_buffer_new(arena, 4096);

    text_buffer_add_string(&out, "{\"items\":[");
    for (size_t i = 0; i < count; i++) {
        struct calendar_document document;
        calendar_document_write(versions[i].name, &versions[i].source, arena, &document);
        struct version_view view = {
            .version = versions[i].source.version,
            .in_force = i == 0,
            .imported_at = versions[i].imported_at,
            .document = encode_document(arena, &calendar_document_shape, &document),
            .recalculation = recalculation_of(recalculations, versions[i].source.version)};
        write_version(&calendar_version_shape, &view, context->institution->zone_minutes, &out);
    }
    text_buffer_add_string(&out, "]}");
    request_answer(context->request, 200, text_buffer_text(&out));
}

static enum fault answer_calendars(struct slow_context *context)
{
    struct calendar_version_stored *versions;
    struct recalculations recalculations;
    size_t count;
    enum fault fault = load_recalculations(context, RULES_CALENDAR, &recalculations);

    if (!fault &&
        calendar_versions(context->pg, context->request->arena, VERSIONS_MAX,
                          statement_deadline(context->server), &versions, &count) != STORE_DONE)
        fault = statement_fault(context);
    if (!fault)
        write_calendars(context, &recalculations, versions, count);
    pg_rows_free(&recalculations.rows);
    return fault;
}

static enum fault answer_policies(struct slow_context *context)
{
    const struct institution *institution = context->institution;
    struct arena *arena = context->request->arena;
    const struct policy *in_force = institution_policy_for(institution, context->now);
    struct text_buffer out = text_buffer_new(arena, 4096);
    struct recalculations recalculations;
    enum fault fault = load_recalculations(context, RULES_POLICY, &recalculations);

    text_buffer_add_string(&out, "{\"items\":[");
    for (size_t i = institution->policy_count; !fault && i-- > 0;) {
        const struct policy *policy = &institution->policies[i];
        struct policy_document document;
        policy_document_write(policy, arena, &document);
        struct version_view view = {
            .version = policy->version,
            .in_force = policy == in_force,
            .document = encode_document(arena, &policy_document_shape, &document),
            .recalculation = recalculation_of(&recalculations, policy->version)};
        write_version(&policy_version_shape, &view, institution->zone_minutes, &out);
    }
    text_buffer_add_string(&out, "]}");
    if (!fault)
        request_answer(context->request, 200, text_buffer_text(&out));
    pg_rows_free(&recalculations.rows);
    return fault;
}

const struct operation calendars_get = {.name = "calendars_get",
                                        .method = METHOD_GET,
                                        .path = "/v1/calendars",
                                        .kind = OPERATION_SLOW,
                                        .handle = answer_calendars};
const struct operation policies_get = {.name = "policies_get",
                                       .method = METHOD_GET,
                                       .path = "/v1/policies",
                                       .kind = OPERATION_SLOW,
                                       .handle = answer_policies};
