/* How far a list reaches: what the caller may see, or what waits for them. */
#include "server/list.h"

/* The units over which the caller has one of the roles, unless that is every unit there is. */
static void restrict_units(const struct institution *institution, const struct principal *who,
                           unsigned roles, struct arena *arena, struct list_query *query)
{
    query->scope = ARENA_ARRAY(arena, struct uuid, institution->unit_count);
    query->scope_count = 0;
    for (size_t i = 0; i < institution->unit_count; i++) {
        if (permission_has_role_over(who, roles, &institution->units[i]))
            query->scope[query->scope_count++] = institution->units[i].id;
    }
    if (query->scope_count < institution->unit_count)
        query->filters |= LIST_SCOPE;
}

/* What the caller could approve: what they supervise, and of it (permission_relations()) extensions where
 * they are superior, and nothing that is as good as asked for by themselves. A program approves
 * nothing. */
static void restrict_to_approver(const struct institution *institution, const struct principal *who,
                                 struct arena *arena, struct list_query *query)
{
    bool program = who->staff->client || permission_through_client(who);

    restrict_units(institution, who, program ? 0 : 1u << ROLE_SUPERVISOR, arena, query);
    query->caller_id = UUID_NONE; /* approves nothing by name */
    query->superior = ARENA_ARRAY(arena, struct uuid, institution->unit_count);
    query->superior_count = 0;
    for (size_t i = 0; i < institution->unit_count; i++) {
        if (unit_superior(who->staff->unit, &institution->units[i]))
            query->superior[query->superior_count++] = institution->units[i].id;
    }
    query->asking = ARENA_ARRAY(arena, struct uuid, institution->deputyship_count + 2);
    query->asking_count = permission_stood_for(institution, who, query->asking);
}

void list_restrict(const struct institution *institution, const struct principal *who,
                   struct arena *arena, struct list_query *query)
{
    /* Through a client only its units count, and nothing is theirs by name. */
    query->caller_id = permission_through_client(who) ? UUID_NONE : who->staff->id;
    query->caller_login = who->staff->login;
    query->deputy_login = who->through ? who->through->login : TEXT_NONE;
    if (query->filters & LIST_AWAITING)
        restrict_to_approver(institution, who, arena, query);
    else
        restrict_units(institution, who, ROLES_SEEING_COMPLAINTS, arena, query);
}
