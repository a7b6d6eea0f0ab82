/* The directory: units and people as those who work with complaints may name them. They are known to every
 * server, so no statement is needed. */
#include "lib/base/json_text.h"
#include "lib/complaint/permission.h"
#include "server/administer.h"
#include "server/operation/unit_object.h"
#include "server/roll.h"

#define DEPTH_MAX 32 /* of the names that lead to a unit; who looks for one reads no more */

/* What is typed to find something. */
struct sought {
    struct text unit; /* code of the root of what is shown */
    struct text q;    /* parts between spaces, all of which are held */
};

/* One unit or person as it is looked for. */
struct entry {
    struct text code, name; /* code: or login */
    const struct unit *unit;
};

static bool holds(const struct entry *entry, struct text part)
{
    return text_holds(entry->code, part) || text_holds(entry->name, part) ||
           text_holds(entry->unit->code, part) || text_holds(entry->unit->name, part);
}

static bool is_sought(const struct entry *entry, struct text q)
{
    for (size_t at = 0, end; at < q.length; at = end + 1) {
        for (end = at; end < q.length && q.at[end] != ' ';)
            end++;
        if (end > at && !holds(entry, (struct text){q.at + at, end - at}))
            return false;
    }
    return true;
}

/* The names that lead to a unit, its root's first and its own last. */
static void write_path(const struct institution *institution, const struct unit *unit,
                       struct text_buffer *out)
{
    const struct unit *path[DEPTH_MAX];
    size_t depth = 0;

    for (; unit && depth < DEPTH_MAX; unit = institution_unit(institution, unit->parent_id))
        path[depth++] = unit;
    text_buffer_add_string(out, ",\"path\":[");
    for (size_t i = depth; i-- > 0;) {
        json_text_add(out, path[i]->name);
        if (i > 0)
            text_buffer_add_char(out, ',');
    }
    text_buffer_add_char(out, ']');
}

/* The unit that limits what is shown, in *ret, NULL for none; a fault when there is no such. */
static enum fault find_root(struct slow_context *context, const struct sought *sought,
                            const struct unit **ret)
{
    *ret = text_is_none(sought->unit)
               ? NULL
               : unit_of_parameter(context, sought->unit, "unit", "unknown_unit");
    return request_violations(context->request)->count ? FAULT_UNKNOWN_PARAMETER : FAULT_NONE;
}

/* --- units -------------------------------------------------------------------------------------- */

struct units_input {
    struct roll_input roll; /* by code, in the order of the tree */
    struct sought sought;
};

static const struct member units_members[] = {
    {MEMBER("unit", TEXT, struct units_input, sought.unit), .max = 64},
    {MEMBER("q", TEXT, struct units_input, sought.q), .max = 100},
    {ROLL_LIMIT(struct units_input)},
    {ROLL_CURSOR(struct units_input)},
    {ROLL_COUNT(struct units_input)},
};
static const struct shape units_parameters = {
    .name = "DirectoryUnits", .size = sizeof(struct units_input), SHAPE_MEMBERS(units_members)};

static void write_unit(const struct institution *institution, const struct unit *unit,
                       struct text_buffer *out)
{
    text_buffer_add_string(out, "{\"code\":");
    json_text_add(out, unit->code);
    text_buffer_add_string(out, ",\"name\":");
    json_text_add(out, unit->name);
    write_path(institution, unit, out);
    text_buffer_add_char(out, '}');
}

static enum fault list_units(struct slow_context *context)
{
    const struct institution *institution = context->institution;
    const struct units_input *input = context->request->input;
    struct roll roll = roll_begin(context->request->arena, &input->roll);
    const struct unit *root, *before = NULL;

    if (!text_is_none(input->roll.cursor))
        before = unit_of_parameter(context, input->roll.cursor, "cursor", "not_a_cursor");
    enum fault fault = find_root(context, &input->sought, &root);
    if (fault)
        return fault;
    for (size_t i = 0; i < institution->unit_count && !roll_is_full(&roll); i++) {
        const struct unit *unit = &institution->units[i];
        const struct entry entry = {unit->code, unit->name, unit};
        if (!unit->closed && administers(context, unit) && (!root || unit_within(unit, root)) &&
            is_sought(&entry, input->sought.q) &&
            roll_takes(&roll, unit->code, !before || unit->enter > before->enter))
            write_unit(institution, unit, &roll.out);
    }
    roll_answer(&roll, context->request);
    return FAULT_NONE;
}

const struct operation directory_units = {.name = "directory_units",
                                          .method = METHOD_GET,
                                          .path = "/v1/directory/units",
                                          .kind = OPERATION_SLOW,
                                          .query = &units_parameters,
                                          .handle = list_units};

/* --- staff -------------------------------------------------------------------------------------- */

struct staff_input {
    struct roll_input roll; /* by login */
    struct sought sought;
    int owns;
};

static const struct member staff_members[] = {
    {MEMBER("unit", TEXT, struct staff_input, sought.unit), .max = 64},
    {MEMBER("q", TEXT, struct staff_input, sought.q), .max = 100},
    {MEMBER("owns", TERM, struct staff_input, owns), .vocabulary = &vocabulary_stage},
    {ROLL_LIMIT(struct staff_input)},
    {ROLL_CURSOR(struct staff_input)},
    {ROLL_COUNT(struct staff_input)},
};
static const struct shape staff_parameters = {
    .name = "DirectoryStaff", .size = sizeof(struct staff_input), SHAPE_MEMBERS(staff_members)};

static void write_roles(const struct staff *staff, struct text_buffer *out)
{
    unsigned roles = 0;

    for (size_t i = 0; i < staff->grant_count; i++)
        roles |= 1u << staff->grants[i].role;
    text_buffer_add_string(out, ",\"roles\":[");
    for (int role = 0, written = 0; role < ROLE_COUNT; role++)
        if (roles & 1u << role)
            text_buffer_printf(out, "%s\"%.*s\"", written++ ? "," : "",
                               TEXT_ARG(vocabulary_code(&vocabulary_role, role)));
    text_buffer_add_char(out, ']');
}

/* Who stands in for somebody now, the one appointed last. */
static void write_deputy(const struct slow_context *context, const struct staff *staff,
                         struct text_buffer *out)
{
    const struct institution *institution = context->institution;
    const struct deputyship *now = NULL;
    char until[INSTANT_TEXT_MAX];

    for (size_t i = 0; i < institution->deputyship_count; i++) {
        const struct deputyship *one = &institution->deputyships[i];
        if (uuid_equal(one->staff_id, staff->id) && one->from <= context->now &&
            one->until > context->now)
            now = one;
    }
    const struct staff *deputy = now ? institution_staff(institution, now->deputy_id) : NULL;
    if (!deputy) {
        text_buffer_add_string(out, ",\"deputy\":null}");
        return;
    }
    size_t length = instant_format(now->until, institution->zone_minutes, until);
    text_buffer_add_string(out, ",\"deputy\":{\"login\":");
    json_text_add(out, deputy->login);
    text_buffer_add_string(out, ",\"name\":");
    json_text_add(out, deputy->name);
    text_buffer_printf(out, ",\"until\":\"%.*s\"}}", (int)length, until);
}

static void write_staff(const struct slow_context *context, const struct staff *staff,
                        struct text_buffer *out)
{
    text_buffer_add_string(out, "{\"login\":");
    json_text_add(out, staff->login);
    text_buffer_add_string(out, ",\"name\":");
    json_text_add(out, staff->name);
    text_buffer_add_string(out, ",\"unit\":");
    json_text_add(out, staff->unit->code);
    write_path(context->institution, staff->unit, out);
    write_roles(staff, out);
    write_deputy(context, staff, out);
}

static enum fault list_staff(struct slow_context *context)
{
    const struct institution *institution = context->institution;
    const struct staff_input *input = context->request->input;
    struct roll roll = roll_begin(context->request->arena, &input->roll);
    const struct unit *root;
    enum fault fault = find_root(context, &input->sought, &root);

    if (!fault)
        fault = roll_judge(context->request, &input->roll);
    if (fault)
        return fault;
    for (size_t i = 0; i < institution->staff_count && !roll_is_full(&roll); i++) {
        const struct staff *staff = institution->staff_by_login[i];
        const struct entry entry = {staff->login, staff->name, staff->unit};
        if (staff->active && !staff->client && (!root || unit_within(staff->unit, root)) &&
            (input->owns == TERM_NONE || permission_may_own(staff, (enum stage)input->owns)) &&
            is_sought(&entry, input->sought.q) &&
            roll_takes(&roll, staff->login, roll_is_behind(&input->roll, staff->login)))
            write_staff(context, staff, &roll.out);
    }
    roll_answer(&roll, context->request);
    return FAULT_NONE;
}

const struct operation directory_staff = {.name = "directory_staff",
                                          .method = METHOD_GET,
                                          .path = "/v1/directory/staff",
                                          .kind = OPERATION_SLOW,
                                          .query = &staff_parameters,
                                          .handle = list_staff};
