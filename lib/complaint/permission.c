#include "lib/complaint/permission.h"

#include "lib/complaint/audit.h"
#include "lib/complaint/recusal.h"

static bool staff_has_role(const struct staff *staff, unsigned roles)
{
    for (size_t i = 0; i < staff->grant_count; i++)
        if (roles & 1u << staff->grants[i].role)
            return true;
    return false;
}

bool permission_has_role(const struct principal *who, unsigned roles)
{
    return who->staff->active && staff_has_role(who->staff, roles);
}

/* unit may be NULL: nobody has a role over a unit that does not exist. */
static bool staff_has_role_over(const struct staff *staff, unsigned roles, const struct unit *unit)
{
    if (!unit)
        return false;
    for (size_t i = 0; i < staff->grant_count; i++)
        if (roles & 1u << staff->grants[i].role && unit_within(unit, staff->grants[i].unit))
            return true;
    return false;
}

bool permission_has_role_over(const struct principal *who, unsigned roles, const struct unit *unit)
{
    return who->staff->active && staff_has_role_over(who->staff, roles, unit);
}

bool permission_sees_audit(const struct principal *who, int action, const struct unit *unit)
{
    bool rights = action != TERM_NONE && audit_concerns_rights((enum audit_action)action);
    unsigned roles = 1u << ROLE_AUDITOR | (rights ? 1u << ROLE_SECURITY_ADMIN : 0);

    if (unit)
        return permission_has_role_over(who, roles, unit);
    for (size_t i = 0; i < who->staff->grant_count && who->staff->active; i++)
        if (roles & 1u << who->staff->grants[i].role &&
            uuid_is_none(who->staff->grants[i].unit->parent_id))
            return true;
    return false;
}

bool permission_may_own(const struct staff *staff, enum stage stage)
{
    unsigned roles = stage == STAGE_INTAKE ? ROLES_OWNING : ROLES_OWNING & ~(1u << ROLE_INTAKE);

    return staff->active && !staff->client && staff_has_role(staff, roles);
}

/* The role that two roles have in common; a handler may do what intake staff may. */
static int role_meet(enum role a, enum role b)
{
    if (a == b)
        return (int)a;
    bool serving =
        (a == ROLE_INTAKE && b == ROLE_HANDLER) || (a == ROLE_HANDLER && b == ROLE_INTAKE);
    return serving ? ROLE_INTAKE : TERM_NONE;
}

size_t permission_meet(const struct staff *a, const struct staff *b, struct grant ret[])
{
    size_t count = 0;

    for (size_t i = 0; i < a->grant_count; i++)
        for (size_t j = 0; j < b->grant_count; j++) {
            const struct grant *one = &a->grants[i], *other = &b->grants[j];
            int role = role_meet(one->role, other->role);
            if (role == TERM_NONE)
                continue;
            if (unit_within(one->unit, other->unit))
                ret[count++] = (struct grant){(enum role)role, one->unit};
            else if (unit_within(other->unit, one->unit))
                ret[count++] = (struct grant){(enum role)role, other->unit};
        }
    return count;
}

bool unit_superior(const struct unit *superior, const struct unit *unit)
{
    return unit && unit_within(unit, superior) &&
           (unit != superior || uuid_is_none(superior->parent_id));
}

static bool handled(const struct complaint *complaint, struct uuid staff_id)
{
    for (size_t i = 0; i < complaint->handler_count; i++)
        if (uuid_equal(complaint->handlers[i], staff_id))
            return true;
    return false;
}

/* What somebody is by name: these hold whatever their unit (domain.md §3, visibility). */
static unsigned personal_relations(const struct staff *staff, const struct complaint *complaint)
{
    bool owner = uuid_equal(complaint->owner.id, staff->id);
    bool pending = uuid_equal(complaint->pending_owner.id, staff->id);
    bool may_work = staff_has_role(staff, ROLES_OWNING);
    unsigned relations = 0;

    if (owner && may_work)
        relations |= RELATION_OWNER;
    if (pending && may_work)
        relations |= RELATION_PENDING;
    /* Whoever lost those roles meanwhile, an auditor above all, changes nothing any more. */
    if (!relations && (owner || pending || handled(complaint, staff->id)))
        relations |= RELATION_EARLIER;
    return relations;
}

bool permission_through_client(const struct principal *who)
{
    return who->through && who->through->client;
}

bool permission_stands_for(const struct institution *institution, const struct principal *who,
                           struct uuid asked)
{
    const struct staff *callers[] = {who->staff, who->through};

    if (uuid_is_none(asked))
        return false;
    if (who->staff->client || permission_through_client(who))
        return true;
    for (size_t i = 0; i < 2; i++)
        if (callers[i] && (uuid_equal(asked, callers[i]->id) ||
                           institution_deputises(institution, callers[i]->id, asked, INSTANT_NONE)))
            return true;
    return false;
}

size_t permission_stood_for(const struct institution *institution, const struct principal *who,
                            struct uuid ret[])
{
    const struct staff *callers[] = {who->staff, who->through};
    size_t count = 0;

    for (size_t i = 0; i < 2 && callers[i]; i++) {
        ret[count++] = callers[i]->id;
        for (size_t j = 0; j < institution->deputyship_count; j++)
            if (uuid_equal(institution->deputyships[j].deputy_id, callers[i]->id))
                ret[count++] = institution->deputyships[j].staff_id;
    }
    return count;
}

/* What recusal leaves of a person's relations to their deputy. */
static unsigned deputy_relations(const struct complaint *complaint, const struct staff *deputy,
                                 unsigned relations)
{
    if (recusal_bars(complaint, deputy))
        return 0;
    return recusal_bars_owner(complaint, deputy)
               ? relations & ~(unsigned)(RELATION_OWNER | RELATION_PENDING)
               : relations;
}

unsigned permission_relations(const struct institution *institution, const struct principal *who,
                              const struct complaint *complaint)
{
    const struct staff *staff = who->staff;
    const struct unit *received = institution_unit(institution, complaint->unit_id);
    const struct unit *owning = institution_unit(institution, complaint->owner_unit_id);
    unsigned by_unit = 0;
    static const struct {
        unsigned roles;
        enum relation relation;
    } by_role[] = {
        {1u << ROLE_INTAKE | 1u << ROLE_HANDLER, RELATION_STAFF},
        {1u << ROLE_SUPERVISOR, RELATION_SUPERVISOR},
        {1u << ROLE_AUDITOR, RELATION_AUDITOR},
    };
    unsigned relations;

    if (!permission_has_role(who, ROLES_SEEING_COMPLAINTS) || recusal_bars(complaint, staff))
        return 0;
    for (size_t i = 0; i < sizeof by_role / sizeof *by_role; i++)
        if (staff_has_role_over(staff, by_role[i].roles, received) ||
            staff_has_role_over(staff, by_role[i].roles, owning))
            by_unit |= by_role[i].relation;
    /* A client's reach is its units: who acts through it is owner there, and nowhere else. */
    if (permission_through_client(who) && !by_unit)
        return 0;
    relations = by_unit | personal_relations(staff, complaint);
    if (who->through && !who->through->client)
        relations = deputy_relations(complaint, who->through, relations);
    if (relations & RELATION_SUPERVISOR && unit_superior(staff->unit, owning))
        relations |= RELATION_SUPERIOR;
    if (relations && complaint->facts.plan &&
        permission_stands_for(institution, who, complaint->facts.planned_by))
        relations |= RELATION_PLANNER;
    if (relations && permission_stands_for(institution, who, complaint->extension.by))
        relations |= RELATION_REQUESTER;
    if (relations && permission_stands_for(institution, who, complaint->voiding.by.id))
        relations |= RELATION_VOIDER;
    if (relations && permission_stands_for(institution, who, complaint->unmasking.by.id))
        relations |= RELATION_UNMASKER;
    if (relations && uuid_equal(complaint->unmasking.by.id, staff->id))
        relations |= RELATION_SHOWN;
    return relations;
}
