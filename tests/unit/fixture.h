#ifndef TESTS_UNIT_FIXTURE_H
#define TESTS_UNIT_FIXTURE_H

#include <check.h>

#include "lib/complaint/calendar.h"
#include "lib/complaint/lifecycle.h"

/* A small institution, as the demo installation has it, for tests of the rules:
 *
 *   HN                 supervisor1, auditor1, admin
 *     HN-CS-001        agent1 (intake, handler), handler1 (handler), intake1 (intake)
 *     HN-CS-002        agent2 (intake, handler), leaver1 (handler, no longer active)
 *   GD                 outsider1 (handler), supervisor2 (supervisor)
 *
 * Policy 1 is the default of domain.md §2; policy 2 holds for receipts from 2027-01-01 on and gives
 * ordinary complaints 2 working days of intake and 10 natural days. The calendar knows 2026 with
 * its holidays of October, and 2027. */
struct fixture {
    struct arena *arena;
    struct calendar *calendar;
    struct institution institution;
    const struct unit *hn, *cs1, *cs2, *gd;
    const struct staff *agent1, *handler1, *intake1, *agent2, *leaver1, *supervisor1, *auditor1,
        *admin, *outsider1, *supervisor2;
    struct violations violations; /* of the last decision */
    /* What decisions know beside the complaint; nothing at first. */
    const struct complaint *other;
    const struct link *links;
    size_t link_count;
};

/* Makes and releases the one fixture of a test: a checked fixture of libcheck. */
extern struct fixture *fixture;
void fixture_setup(void);
void fixture_teardown(void);

#define RECEIVED "2026-11-20T09:12:00+08:00" /* a Friday */
#define ENTERED "2026-11-20T09:15:00+08:00"

instant fixture_time(const char *rfc3339);
struct principal fixture_principal(const struct staff *staff);

/* What agent1 sends for the complaint that the tests are about, as in api.md's example. */
struct receive_command fixture_receipt(void);

/* Receives it. Returns the fault; on FAULT_NONE *ret is filled. Checks that nothing is written on a
 * fault. */
enum fault fixture_receive(const struct staff *who, const struct receive_command *input,
                           struct change *ret);

/* The rule of an action; NULL: receive, which is none of these. */
decide_function *fixture_rule(enum action action);

/* Decides a command in the order of the engine: visibility, rights, state, rule. */
enum fault fixture_judge(const struct situation *situation, enum action action, const void *input,
                         struct change *ret);

/* The same at a moment in the fixture's institution. Checks what holds for all commands: `before`
 * keeps its bytes, the version goes up by one, nothing is written on a fault, FAULT_INVALID comes
 * with violations in both languages. */
enum fault fixture_decide(enum action action, const struct complaint *before,
                          const struct staff *who, const char *at, const void *input,
                          struct change *ret);

/* The same where success is expected; returns the complaint afterwards. */
struct complaint *fixture_do(enum action action, const struct complaint *before,
                             const struct staff *who, const char *at, const void *input);

/* The complaint, received by agent1 and brought to a stage in which handler1 owns it (agent1 in
 * intake), with findings and a plan of 500,000 fen on record where the stage before needs them. */
struct complaint *fixture_complaint(enum stage stage);

/* The private value of a change by name; none when it has none. */
struct text fixture_private(const struct change *change, const char *name);
/* The JSON of a fact; none when there is none. */
struct text fixture_fact(const struct change *change, const char *name);
/* The code reported at a pointer, or NULL. */
const char *fixture_code_at(const struct violations *violations, const char *pointer);

#define assert_text(actual, expected)                                               \
    do {                                                                            \
        struct text actual_ = (actual);                                             \
        ck_assert_msg(text_equal(actual_, text_of(expected)), "'%.*s' is not '%s'", \
                      TEXT_ARG(actual_), (expected));                               \
    } while (0)
#define assert_instant(actual, expected) ck_assert_int_eq((actual), fixture_time(expected))
#define assert_uuid(actual, expected) ck_assert(uuid_equal((actual), (expected)))

#endif
