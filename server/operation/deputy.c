/* Deputies: who acts for whom while they are away. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/complaint/naming.h"
#include "lib/json/shape.h"
#include "lib/store/deputy_store.h"
#include "server/administer.h"
#include "server/audit.h"
#include "server/engine.h"
#include "server/roll.h"
#include "server/server.h"

#define DAYS_MAX 366
#define TIMES_MAX 50 /* for one person, those that are over included: every server keeps them */
#define LATE_MAX (5 * INSTANT_MINUTE) /* how long ago it may begin: clocks differ */
#define SUPERVISES (1u << ROLE_SUPERVISOR)

struct deputy_view {
    struct deputyship row;
    struct staff_reference staff, deputy;
};

static const struct member deputy_members[] = {
    {MEMBER("id", UUID, struct deputy_view, row.id)},
    {MEMBER("staff", LOGIN, struct deputy_view, staff)},
    {MEMBER("staff_name", TEXT, struct deputy_view, staff.name)},
    {MEMBER("deputy", LOGIN, struct deputy_view, deputy)},
    {MEMBER("deputy_name", TEXT, struct deputy_view, deputy.name)},
    {MEMBER("from", INSTANT, struct deputy_view, row.from)},
    {MEMBER("until", INSTANT, struct deputy_view, row.until)},
};
static const struct shape deputy_shape = {
    .name = "Deputy", .size = sizeof(struct deputy_view), SHAPE_MEMBERS(deputy_members)};

static struct staff_reference reference_to(const struct institution *institution, struct uuid id)
{
    const struct staff *staff = institution_staff(institution, id);

    return staff ? (struct staff_reference){staff->id, staff->login, staff->name}
                 : (struct staff_reference){0};
}

static void write_deputy(const struct institution *institution, const struct deputyship *deputyship,
                         struct text_buffer *out)
{
    const struct deputy_view view = {.row = *deputyship,
                                     .staff = reference_to(institution, deputyship->staff_id),
                                     .deputy = reference_to(institution, deputyship->deputy_id)};

    shape_encode(&deputy_shape, &view, institution->zone_minutes, out);
}

/* Whether the caller decides who stands in for somebody: themselves, and who supervises their unit and
 * all those over which they have a role, so that nobody lends rights beyond their own reach. */
static bool decides_for(const struct slow_context *context, const struct staff *staff)
{
    const struct principal *who = &context->who;

    if (!staff || staff == who->staff)
        return staff;
    for (size_t i = 0; i < staff->grant_count; i++)
        if (!permission_has_role_over(who, SUPERVISES, staff->grants[i].unit))
            return false;
    return permission_has_role_over(who, SUPERVISES, staff->unit);
}

/* How often somebody has been stood in for, as far as it is still known. */
static size_t times_of(const struct institution *institution, const struct staff *staff)
{
    size_t times = 0;

    for (size_t i = 0; i < institution->deputyship_count; i++)
        times += uuid_equal(institution->deputyships[i].staff_id, staff->id);
    return times;
}

/* For those who look after the rights of the person. */
static struct audit_event event_of(const struct slow_context *context,
                                   const struct deputyship *deputyship, struct text change)
{
    const struct staff *staff = institution_staff(context->institution, deputyship->staff_id);
    const struct staff *deputy = institution_staff(context->institution, deputyship->deputy_id);
    struct arena *arena = context->request->arena;

    return (struct audit_event){.action = AUDIT_STAFF_CHANGED,
                                .success = true,
                                .subject = staff ? staff->login : TEXT_NONE,
                                .unit_id = staff ? staff->unit->id : UUID_NONE,
                                .facts = {{"change", change},
                                          {"deputy", deputy ? deputy->login : TEXT_NONE},
                                          {"from", audit_instant(arena, deputyship->from)},
                                          {"until", audit_instant(arena, deputyship->until)}}};
}

/* --- appointing --------------------------------------------------------------------------------- */

struct deputy_input {
    struct text staff, deputy;
    instant from, until;
};

static const struct member input_members[] = {
    {MEMBER("staff", TEXT, struct deputy_input, staff), .max = 64},
    {MEMBER("deputy", TEXT, struct deputy_input, deputy), .flags = MEMBER_REQUIRED, .max = 64},
    {MEMBER("from", INSTANT, struct deputy_input, from)},
    {MEMBER("until", INSTANT, struct deputy_input, until), .flags = MEMBER_REQUIRED},
};
static const struct shape input_shape = {
    .name = "DeputyInput", .size = sizeof(struct deputy_input), SHAPE_MEMBERS(input_members)};

static enum fault judge(struct slow_context *context, const struct deputy_input *input,
                        struct deputyship *ret)
{
    const struct institution *institution = context->institution;
    struct violations *violations = request_violations(context->request);
    const struct staff *staff = text_is_none(input->staff)
                                    ? context->who.staff
                                    : naming_staff(institution, input->staff, "/staff", violations);
    const struct staff *deputy = naming_staff(institution, input->deputy, "/deputy", violations);

    *ret = (struct deputyship){.id = uuid_make(context->now),
                               .staff_id = staff ? staff->id : UUID_NONE,
                               .deputy_id = deputy ? deputy->id : UUID_NONE,
                               .from = input->from == INSTANT_NONE ? context->now : input->from,
                               .until = input->until};
    if (deputy && deputy == staff)
        naming_refuse(violations, "/deputy", "same_person", "Nobody is their own deputy.",
                      "不能指定本人为代理人。");
    if (ret->from < context->now - LATE_MAX)
        naming_refuse(violations, "/from", "bad_period", "Nobody becomes a deputy in the past.",
                      "开始时间不得早于当前时间。");
    if (ret->until <= ret->from || ret->until <= context->now ||
        ret->until - ret->from > DAYS_MAX * INSTANT_DAY)
        naming_refuse(violations, "/until", "bad_period",
                      "The end is in the future, behind the beginning, and within 366 days of it.",
                      "截止时间须晚于开始时间和当前时间，且期间不超过366天。");
    if (staff && decides_for(context, staff) && times_of(institution, staff) >= TIMES_MAX)
        naming_refuse(violations, "/staff", "too_many",
                      "There were 50 appointments for this person in two years: that is enough.",
                      "该人员两年内的代理记录已达50条上限。");
    if (violations->count)
        return FAULT_INVALID;
    return decides_for(context, staff) ? FAULT_NONE : FAULT_FORBIDDEN;
}

static enum store_result save(struct slow_context *context, const void *what)
{
    return deputy_add(context->pg, context->request->arena, what, context->who.staff->id,
                      statement_deadline(context->server));
}

static enum fault create_deputy(struct slow_context *context)
{
    struct request *request = context->request;
    struct text_buffer out = text_buffer_new(request->arena, 512);
    struct deputyship deputyship;
    enum fault fault = judge(context, request->input, &deputyship);

    if (fault)
        return fault;
    const struct administration administration = {
        .save = save,
        .what = &deputyship,
        .exists = FAULT_INTERNAL, /* its id is new */
        .event = event_of(context, &deputyship, TEXT("deputy appointed"))};
    write_deputy(context->institution, &deputyship, &out);
    request_answer(request, 201, text_buffer_text(&out));
    return administer(context, &administration);
}

const struct operation deputy_create = {.name = "deputy_create",
                                        .method = METHOD_POST,
                                        .path = "/v1/deputies",
                                        .kind = OPERATION_SLOW,
                                        .input = &input_shape,
                                        .body_max = 4096,
                                        .repeatable = true,
                                        .handle = create_deputy};

/* --- reading and ending ------------------------------------------------------------------------- */

static bool is_shown(const struct slow_context *context, const struct deputyship *deputyship)
{
    return deputyship->until > context->now &&
           (uuid_equal(deputyship->deputy_id, context->who.staff->id) ||
            decides_for(context, institution_staff(context->institution, deputyship->staff_id)));
}

struct deputies_input {
    struct roll_input roll; /* by when they begin, then by id */
    struct text deputy;     /* login; none: whoever it is */
};

static const struct member deputies_members[] = {
    {MEMBER("deputy", TEXT, struct deputies_input, deputy), .max = 64},
    {ROLL_LIMIT(struct deputies_input)},
    {ROLL_CURSOR(struct deputies_input)},
    {ROLL_COUNT(struct deputies_input)},
};
static const struct shape deputies_parameters = {.name = "DeputiesParameters",
                                                 .size = sizeof(struct deputies_input),
                                                 SHAPE_MEMBERS(deputies_members)};

/* Where a page ends: "1763856000000000.0193…", for an end may take one out of the list. */
static struct text cursor_of(struct arena *arena, const struct deputyship *deputyship)
{
    char id[UUID_TEXT_LENGTH];

    uuid_format(deputyship->id, id);
    return text_printf(arena, "%lld.%.*s", (long long)deputyship->from, UUID_TEXT_LENGTH, id);
}

/* Without a cursor: before all of them. False: it is none. */
static bool read_cursor(struct text cursor, struct deputyship *ret)
{
    char *end;

    *ret = (struct deputyship){.from = INT64_MIN};
    if (text_is_none(cursor))
        return true;
    const char *dot = memchr(cursor.at, '.', cursor.length);
    if (!dot)
        return false;
    errno = 0;
    ret->from = strtoll(cursor.at, &end, 10);
    size_t rest = cursor.length - (size_t)(dot + 1 - cursor.at);
    return errno == 0 && end == dot && uuid_parse((struct text){dot + 1, rest}, &ret->id);
}

static bool is_behind(const struct deputyship *deputyship, const struct deputyship *last)
{
    return deputyship->from > last->from ||
           (deputyship->from == last->from && uuid_compare(deputyship->id, last->id) > 0);
}

/* They are known to every server: no statement is needed. */
static enum fault get_deputies(struct slow_context *context)
{
    const struct institution *institution = context->institution;
    const struct deputies_input *input = context->request->input;
    struct arena *arena = context->request->arena;
    struct roll roll = roll_begin(arena, &input->roll);
    struct violations *violations = request_violations(context->request);
    const struct staff *deputy = NULL;
    struct deputyship last;

    if (!text_is_none(input->deputy))
        deputy = naming_staff(institution, input->deputy, "deputy", violations);
    if (!read_cursor(input->roll.cursor, &last))
        naming_refuse(violations, "cursor", "not_a_cursor", "This is no cursor of this list.",
                      "这不是此列表的游标。");
    if (violations->count)
        return FAULT_UNKNOWN_PARAMETER;
    for (size_t i = 0; i < institution->deputyship_count && !roll_is_full(&roll); i++) {
        const struct deputyship *one = &institution->deputyships[i];
        if (is_shown(context, one) && (!deputy || uuid_equal(one->deputy_id, deputy->id)) &&
            roll_takes(&roll, cursor_of(arena, one), is_behind(one, &last)))
            write_deputy(institution, one, &roll.out);
    }
    roll_answer(&roll, context->request);
    return FAULT_NONE;
}

const struct operation deputies_get = {.name = "deputies_get",
                                       .method = METHOD_GET,
                                       .path = "/v1/deputies",
                                       .kind = OPERATION_SLOW,
                                       .query = &deputies_parameters,
                                       .handle = get_deputies};

static enum fault delete_deputy(struct slow_context *context)
{
    const struct institution *institution = context->institution;
    const struct deputyship *found = NULL;
    struct uuid id;

    if (!uuid_parse(context->request->parameters[0], &id))
        return FAULT_NOT_FOUND;
    for (size_t i = 0; i < institution->deputyship_count && !found; i++)
        if (uuid_equal(institution->deputyships[i].id, id))
            found = &institution->deputyships[i];
    if (!found || !is_shown(context, found))
        return FAULT_NOT_FOUND;
    enum store_result result = audit_begin(context);
    if (result == STORE_DONE) {
        const struct audit_event event = event_of(context, found, TEXT("deputy ended"));
        result = audit_end(context,
                           deputy_end(context->pg, context->request->arena, id,
                                      statement_deadline(context->server)),
                           &event);
    }
    switch (result) {
    case STORE_DONE: break;
    case STORE_NONE: return FAULT_NOT_FOUND;
    default: return statement_fault(context);
    }
    (void)worker_refresh(context->worker);
    context->request->answer.status = 204;
    return FAULT_NONE;
}

const struct operation deputy_delete = {.name = "deputy_delete",
                                        .method = METHOD_DELETE,
                                        .path = "/v1/deputies/{id}",
                                        .kind = OPERATION_SLOW,
                                        .handle = delete_deputy};
