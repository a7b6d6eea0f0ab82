#ifndef COMPLAINT_COMMAND_CHECK_H
#define COMPLAINT_COMMAND_CHECK_H

#include "lib/base/instant.h"
#include "lib/base/violation.h"
#include "lib/complaint/command.h"
#include "lib/complaint/institution.h"

/* What a command must keep to beyond its shape and before the complaint is looked at: times, formats,
 * members that depend on each other, and names that must be known. All violations are added, after
 * those that decoding found; a member already reported is not reported again, and one that is absent
 * though required is left to the shape. What depends on the complaint (who may own its next stage,
 * recusal) is judged by the rules in lifecycle.h. */

typedef void command_check(const void *input, const struct institution *institution, instant at,
                           struct violations *violations);

/* Each takes the struct of command.h of that name. Commands without one have no such rules. */
command_check check_receive, check_advance, check_send_back, check_offer, check_assign,
    check_classify, check_close, check_contact, check_plan, check_delivery, check_pause,
    check_end_pause, check_tell_extension, check_withdraw, check_reopen, check_review,
    check_correct, check_urge;

/* The facts of a receipt, those that are there: times, names and formats. */
command_check check_facts;

/* Who complains and how to reach them, as it would be recorded; masked or not does not matter. */
struct complainant_given {
    struct text name, phone, email, address;
    int capacity;
};
void check_complainant(const struct complainant_given *given, struct violations *violations);
/* Whether there is a way to answer. Its violation is of the complainant as a whole, which would hide
 * those of single members: call it after they were judged. */
void check_reachable(const struct complainant_given *given, struct violations *violations);

/* The number of an identity card, judged by the capacity of whoever it belongs to; none is fine. */
void check_identity_digit(struct text number, int capacity, struct violations *violations);

/* A moment said to lie in the past may be so much ahead of our clock. */
#define CHECK_AHEAD_MAX (5 * INSTANT_MINUTE)

/* Whether a moment that somebody names lies before one that the product knows: within the same second
 * it does not, because people write whole ones. */
bool check_precedes(instant given, instant known);

/* Whether a complaint can be closed with that outcome; else adds a violation at /outcome. */
bool check_closing_outcome(int outcome, struct violations *violations);

#endif
