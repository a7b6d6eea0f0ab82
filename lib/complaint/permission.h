#ifndef COMPLAINT_PERMISSION_H
#define COMPLAINT_PERMISSION_H

#include <stdbool.h>

#include "lib/complaint/complaint.h"
#include "lib/complaint/institution.h"
#include "lib/complaint/principal.h"

/* Who may see and do what (api.md "Who calls it", domain.md §3). */

/* How somebody stands to a complaint, as bits. */
enum relation {
    RELATION_OWNER = 1 << 0,      /* owns the current stage and has a role that may own one */
    RELATION_PENDING = 1 << 1,    /* a hand-over to them is offered */
    RELATION_EARLIER = 1 << 2,    /* owned it before, or owns it or is offered it without a role
                                     that may own a stage: sees it and does nothing */
    RELATION_STAFF = 1 << 3,      /* intake or handler whose units received or own it */
    RELATION_SUPERVISOR = 1 << 4, /* supervisor of a subtree that received or owns it */
    RELATION_AUDITOR = 1 << 5,    /* auditor of such a subtree */
    RELATION_PLANNER = 1 << 6,    /* recorded the present plan; comes only beside another one */
    RELATION_SUPERIOR =
        1 << 7, /* such a supervisor of a unit above the owner's, or of head office */
    RELATION_REQUESTER = 1 << 8, /* asked for the extension in progress; beside another one */
    RELATION_VOIDER = 1 << 9,    /* asked for the voiding; beside another one */
    RELATION_UNMASKER = 1 << 10, /* asked for the unmasking in progress; beside another one */
    RELATION_SHOWN = 1 << 11,    /* did so themselves: no deputy is shown it in their own name */
};

/* The relations of a caller to a complaint; 0: it does not exist for them. Whoever the complaint
 * is about has none, whatever their roles; nor has, through a client, who has none by a role.
 * Through a deputy they are the person's, but for recusal of the deputy; and what somebody asked for
 * whose deputy one is or was counts as asked for by oneself. */
unsigned permission_relations(const struct institution *institution, const struct principal *who,
                              const struct complaint *complaint);

/* Whether what that person asked for is the caller's own, where a second person has to decide: theirs,
 * or of somebody whose deputy they are or were. A program is no second person: whoever uses it names
 * whom they like. */
bool permission_stands_for(const struct institution *institution, const struct principal *who,
                           struct uuid asked);

/* Those people, of a caller who is no program: fills ret, which has room for two more than there are
 * deputyships; some may be there twice. Returns how many they are. */
size_t permission_stood_for(const struct institution *institution, const struct principal *who,
                            struct uuid ret[]);

/* Whether a program acts on behalf of the person. */
bool permission_through_client(const struct principal *who);

/* Whether the caller has one of the roles (bits 1 << enum role) in any unit. */
bool permission_has_role(const struct principal *who, unsigned roles);

/* Whether the caller has one of the roles over this unit. */
bool permission_has_role_over(const struct principal *who, unsigned roles, const struct unit *unit);

/* Whether the caller sees an entry of the audit trail: auditors those of their units, security_admins
 * of these units those of rights and access. action: TERM_NONE for one that this program does not
 * know; unit: NULL for the whole institution, whose entries only those of a root unit see. */
bool permission_sees_audit(const struct principal *who, int action, const struct unit *unit);

/* Whether one unit is superior to another: above it, or the head office of both. */
bool unit_superior(const struct unit *superior, const struct unit *unit);

/* Whether somebody may be named as owner of a stage, no program and whatever the unit: hand-over across units and
 * to superiors is allowed. 受理 is open to intake staff too, the later stages are not. */
bool permission_may_own(const struct staff *staff, enum stage stage);

/* The roles that two have both, each in the units that both reach: what a client may do on behalf of
 * a person. Fills ret, which has room for a->grant_count * b->grant_count; returns how many they are. */
size_t permission_meet(const struct staff *a, const struct staff *b, struct grant ret[]);

/* Roles that may own some stage, and so receive a complaint. */
#define ROLES_OWNING (1u << ROLE_INTAKE | 1u << ROLE_HANDLER | 1u << ROLE_SUPERVISOR)

/* Roles whose holders see complaints at all: the administrators see none. */
#define ROLES_SEEING_COMPLAINTS \
    (1u << ROLE_INTAKE | 1u << ROLE_HANDLER | 1u << ROLE_SUPERVISOR | 1u << ROLE_AUDITOR)

/* Whoever has any role. */
#define ROLES_ALL ((1u << ROLE_COUNT) - 1)

/* Roles that watch over how others deal with personal data. */
#define ROLES_WATCHING (1u << ROLE_SUPERVISOR | 1u << ROLE_AUDITOR)

#endif
