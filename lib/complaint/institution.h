#ifndef COMPLAINT_INSTITUTION_H
#define COMPLAINT_INSTITUTION_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/instant.h"
#include "lib/base/text.h"
#include "lib/base/uuid.h"
#include "lib/complaint/calendar.h"
#include "lib/complaint/vocabulary.h"

/* The institution's reference data as one immutable snapshot: units, staff, classes, calendar and
 * policies. Rules look things up here; nobody changes it, a newer snapshot replaces it. */

struct unit {
    struct uuid id;
    struct text code, name;
    struct uuid parent_id;  /* none at a root */
    bool closed;            /* receives nothing and nobody; stays, as complaints name it */
    int version;            /* counts changes, from 1 on */
    struct uuid changed_by; /* who made the last; none: complaintctl */
    /* Preorder numbers: unit b lies in the subtree of a when a.enter <= b.enter < a.leave. */
    int enter, leave;
};

/* A role in a unit's subtree. */
struct grant {
    enum role role;
    const struct unit *unit;
};

struct staff {
    struct uuid id;
    struct text login, name;
    const struct unit *unit;
    bool active;              /* may sign in and own stages */
    bool client;              /* a program: owns no stage, and may act on behalf of people */
    bool password_temporary;  /* set by somebody else: they can do nothing but change it */
    int version;              /* counts changes of person, roles and password, from 1 on */
    struct uuid changed_by;   /* who made the last; none: complaintctl */
    struct text phone, email; /* at work; none: not known */
    const struct grant *grants;
    size_t grant_count;
};

/* Somebody may act for somebody else for a time. Those that are over stay for a while: who was a
 * deputy passes no four eyes with what the person asked for. */
struct deputyship {
    struct uuid id, staff_id, deputy_id;
    instant from, until; /* the latter excluded */
};

enum class_dimension { CLASS_CHANNEL = 'A', CLASS_BUSINESS = 'B', CLASS_CAUSE = 'C' };

/* A class of JR/T 0169—2018; codes are data that an administrator can correct. */
struct complaint_class {
    struct text code, name_zh, name_en;
    enum class_dimension dimension;
};

struct policy_limits {
    int stage_days[STAGE_COUNT]; /* working days */
    int statutory_days;          /* natural days */
    int due_soon_minutes;        /* working minutes before the due time from which it is due soon */
};

/* A version of the institution's policy. A complaint keeps the one under which it was received. */
struct policy {
    int version;
    day_number effective_from; /* first day of receipt it holds for */
    struct policy_limits limits[LEVEL_COUNT];
    int failed_attempts_to_close; /* recorded failed contacts that replace a delivery */
    int64_t redress_approval_fen; /* a plan above this total needs a second person */
    int major_from_people;        /* a joint complaint of so many people is major */
    int extension_max_days;       /* natural days that one extension may add */
    int extended_max_days;        /* natural days that a limit may reach by extensions */
    int review_apply_days;        /* natural days after the decision in which review is open */
    int review_days;              /* natural days of a review, from the application */
    int reopen_days;              /* natural days of a round reopened for new facts or an error */
    int retention_years;          /* so long an ended complaint is kept, see retention.h */
};

/* A joint complaint of so many people is major, whatever it is called (domain.md §3). */
static inline bool policy_calls_major(const struct policy *policy, int people)
{
    return people >= policy->major_from_people;
}

struct institution {
    int departure; /* number of the last one known: when somebody was disabled or a unit closed */
    int zone_minutes;
    const struct calendar *calendar;
    const struct unit *units; /* sorted by enter: parents before children */
    size_t unit_count;
    const struct unit *const *units_by_code; /* same units sorted by code, and by id */
    const struct unit *const *units_by_id;
    const struct staff *staff; /* sorted by id */
    size_t staff_count;
    const struct staff *const *staff_by_login; /* sorted by login */
    const struct deputyship *deputyships;      /* sorted by when they begin */
    size_t deputyship_count;
    const struct complaint_class *classes; /* sorted by code */
    size_t class_count;
    const struct policy *policies; /* sorted by effective_from; at least one */
    size_t policy_count;
};

/* Each returns NULL when there is no such thing. */
const struct unit *institution_unit(const struct institution *institution, struct uuid id);
const struct unit *institution_unit_by_code(const struct institution *institution,
                                            struct text code);
const struct staff *institution_staff(const struct institution *institution, struct uuid id);
const struct staff *institution_staff_by_login(const struct institution *institution,
                                               struct text login);
const struct complaint_class *institution_class(const struct institution *institution,
                                                struct text code);

/* Whether somebody acts for somebody else at that moment; INSTANT_NONE: or ever did. */
bool institution_deputises(const struct institution *institution, struct uuid deputy_id,
                           struct uuid staff_id, instant at);

bool unit_within(const struct unit *unit, const struct unit *root);

/* The policy for a complaint received at that moment: the latest one effective on its day, or the
 * oldest for receipts before all of them. Never NULL. */
const struct policy *institution_policy_for(const struct institution *institution,
                                            instant received_at);
/* The version of the newest policy, whenever it takes effect. */
int institution_policy_newest(const struct institution *institution);
/* By level, before when a complaint is due that is due soon now: after the policy's warning time. */
void institution_due_soon(const struct institution *institution, instant now,
                          instant ret_horizons[static LEVEL_COUNT]);
/* By version; never NULL: an unknown version gives the oldest policy. */
const struct policy *institution_policy(const struct institution *institution, int version);

#endif
