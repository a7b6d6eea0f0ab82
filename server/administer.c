#include "server/administer.h"

#include "lib/base/json_text.h"
#include "lib/complaint/naming.h"
#include "server/audit.h"
#include "server/repeat.h"
#include "server/server.h"

bool administers(const struct slow_context *context, const struct unit *unit)
{
    return unit && permission_has_role_over(&context->who, context->request->right->who, unit);
}

static bool administers_all_of(const struct slow_context *context, const struct staff *staff)
{
    for (size_t i = 0; i < staff->grant_count; i++)
        if (!administers(context, staff->grants[i].unit))
            return false;
    return administers(context, staff->unit);
}

enum fault administer_holder(const struct slow_context *context, const struct staff *staff)
{
    const struct institution *institution = context->institution;
    bool within = administers_all_of(context, staff);

    for (size_t i = 0; i < institution->deputyship_count && within; i++) {
        const struct deputyship *one = &institution->deputyships[i];
        const struct staff *person =
            uuid_equal(one->deputy_id, staff->id) && one->until > context->now
                ? institution_staff(institution, one->staff_id)
                : NULL;
        within = !person || administers_all_of(context, person);
    }
    return within && !uuid_equal(staff->id, context->who.staff->id) ? FAULT_NONE : FAULT_FORBIDDEN;
}

void administer_judge_code(struct text code, const char *pointer, const char *violation,
                           struct violations *violations)
{
    if (!naming_is_code(code))
        naming_refuse(violations, pointer, violation,
                      "Only letters, digits and ._-@ can stand here, not signs alone, and no UUID.",
                      "只能包含字母、数字和._-@，不得仅为符号，也不得为UUID。");
}

/* --- versions ----------------------------------------------------------------------------------- */

enum fault administer_catch_up(struct slow_context *context, int version, bool *ret_newer)
{
    *ret_newer = request_wanted_version(context->request) > version;
    return *ret_newer ? slow_renew(context) : FAULT_NONE;
}

static enum fault refuse_stale(struct slow_context *context, int version, struct uuid changed_by)
{
    const struct staff *by = institution_staff(context->institution, changed_by);
    struct text_buffer out = text_buffer_new(context->request->arena, 128);

    text_buffer_printf(&out, "\"current_version\":%d,\"changed_by\":", version);
    json_text_add(&out, by ? by->login : TEXT_NONE);
    context->extra = text_buffer_text(&out);
    return FAULT_STALE;
}

enum fault administer_version(struct slow_context *context,
                              const struct administration *administration)
{
    const struct staff *staff = administration->staff;
    const struct unit *unit = administration->unit;
    int version = staff ? staff->version : unit->version;
    int64_t wanted = request_wanted_version(context->request);

    if (wanted == 0)
        return FAULT_VERSION_REQUIRED;
    return wanted == version
               ? FAULT_NONE
               : refuse_stale(context, version, staff ? staff->changed_by : unit->changed_by);
}

/* It was changed between the look at it and the change. */
static enum fault overtaken(struct slow_context *context,
                            const struct administration *administration)
{
    enum fault fault = slow_renew(context);

    if (fault)
        return fault;
    struct administration now = {0};
    if (administration->staff)
        now.staff = institution_staff(context->institution, administration->staff->id);
    else if (administration->unit)
        now.unit = institution_unit(context->institution, administration->unit->id);
    if (!now.staff && !now.unit)
        return FAULT_UNITS_CHANGED;
    fault = administer_version(context, &now);
    return fault == FAULT_STALE ? fault : FAULT_UNITS_CHANGED;
}

/* --- carrying out ------------------------------------------------------------------------------- */

enum fault administer(struct slow_context *context, const struct administration *administration)
{
    bool found;
    enum fault fault;
    enum store_result result = audit_begin(context);

    if (result == STORE_DONE)
        result = audit_end(context, administration->save(context, administration->what),
                           &administration->event);
    switch (result) {
    case STORE_DONE: break;
    case STORE_EXISTS: /* by a twin, perhaps */
        fault = repeat_find(context, &found);
        return fault || found ? fault : administration->exists;
    case STORE_NONE: return overtaken(context, administration);
    case STORE_REFUSED: return FAULT_UNITS_CHANGED;
    case STORE_LOST: return FAULT_OUTCOME_UNKNOWN;
    default: return statement_fault(context);
    }
    (void)worker_refresh(context->worker);
    return FAULT_NONE;
}
