#include "lib/complaint/approval.h"

static struct staff_reference reference(const struct institution *institution, struct uuid id)
{
    const struct staff *staff = institution_staff(institution, id);

    return staff ? (struct staff_reference){staff->id, staff->login, staff->name}
                 : (struct staff_reference){.id = id};
}

size_t approvals_awaited(const struct institution *institution, const struct complaint *complaint,
                         instant at, struct approval ret[static APPROVALS_MAX])
{
    const struct {
        enum action action;
        struct uuid by;
        instant since;
    } requests[APPROVALS_MAX] = {
        {ACTION_APPROVE_PLAN, complaint->facts.planned_by, complaint->plan_waits_since},
        {ACTION_APPROVE_EXTENSION, complaint->extension.by, complaint->extension.waits_since},
        {ACTION_APPROVE_VOID, complaint->voiding.by.id, complaint->voiding.at},
        {ACTION_APPROVE_UNMASK, complaint->unmasking.by.id, complaint->unmasking.at},
    };
    size_t count = 0;

    for (size_t i = 0; i < APPROVALS_MAX; i++) {
        bool lapsed =
            requests[i].action == ACTION_APPROVE_UNMASK && at - UNMASK_WAITS > requests[i].since;
        if (requests[i].since == INSTANT_NONE || lapsed ||
            lifecycle_state(institution, complaint, requests[i].action) != FAULT_NONE)
            continue;
        ret[count++] = (struct approval){(int)requests[i].action,
                                         reference(institution, requests[i].by), requests[i].since};
    }
    return count;
}
