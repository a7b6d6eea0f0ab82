#ifndef COMPLAINT_CHANGE_H
#define COMPLAINT_CHANGE_H

#include "lib/complaint/lifecycle.h"
#include "lib/complaint/private_fact.h"

/* The steps of which the rules in lifecycle*.c build a struct change. None touches the complaint
 * before: what changes is copied first. */

/* Starts a change of situation->before: the complaint with the next version and its own copy of the
 * stage rows. */
void change_begin(const struct situation *situation, enum action action, struct change *ret);

struct staff_reference change_reference(const struct staff *staff);

/* Makes somebody responsible in a row: owner, unit, and since when. */
void change_row_owner(struct stage_row *row, const struct staff *staff, instant at);

/* Names the owner of the current stage, in its row too, and ends a pending hand-over. */
void change_owner(const struct situation *situation, struct change *change,
                  const struct staff *staff);

/* Remembers somebody among the handlers. */
void change_handler(const struct situation *situation, struct change *change, struct uuid staff_id);

/* Opens a row of a stage with a fresh limit; the complaint's rows have room for one more. */
void change_open_stage(const struct situation *situation, struct change *change, enum stage stage,
                       const struct staff *owner);

/* Completes the current row and opens one of another stage. */
void change_stage(const struct situation *situation, struct change *change, enum stage stage,
                  const struct staff *owner);

/* Computes both clocks anew, of the current stage and of the round, from what the complaint says by
 * now: its level, receipt, limit, pauses. */
void change_clocks(const struct situation *situation, struct change *change);

/* Records that supervisors were told of a major complaint at once (domain.md §3): those of the units
 * that own or received it, by login, but nobody who is complained of. */
void change_report(const struct situation *situation, struct change *change);

/* Makes a complaint of so many people major, whatever it was called (domain.md §3). */
void change_major_by_rule(const struct situation *situation, struct change *change);

/* Sets the level, with its effect on both limits. */
void change_level(const struct situation *situation, struct change *change, int level);

/* Whether others were merged into the complaint, so that they are answered with it; for rules whose
 * operation knows the links. */
bool change_goes_on_for_others(const struct situation *situation);

/* Completes the current row and ends the complaint, and with it what was offered or asked for. Its due
 * times stay: they tell whether it was in time. */
void change_end(const struct situation *situation, struct change *change, enum status status,
                enum outcome outcome);

/* Nobody asks for voiding any more. */
void change_voiding_over(struct change *change);

/* Records a value as written beside the journal entry; none is not recorded. */
void change_private(struct change *change, const char *name, struct text value);

/* The same for a free text; returns what is shown of it. */
struct text change_text(const struct situation *situation, struct change *change, const char *name,
                        struct text value);

/* Takes a value of a receipt over into the complaint, masked, and records it as written. */
void change_private_fact(const struct situation *situation, struct change *change,
                         const struct private_fact *fact, struct text value);

/* Facts that the journal shows as they are. */
void change_fact(struct change *change, const char *name, struct text json);
void change_fact_text(const struct situation *situation, struct change *change, const char *name,
                      struct text value);
void change_fact_term(const struct situation *situation, struct change *change, const char *name,
                      const struct vocabulary *vocabulary, int term);
void change_fact_terms(const struct situation *situation, struct change *change, const char *name,
                       const struct vocabulary *vocabulary, unsigned terms);
void change_fact_number(const struct situation *situation, struct change *change, const char *name,
                        int64_t number);
void change_fact_boolean(struct change *change, const char *name, bool value);
void change_fact_instant(const struct situation *situation, struct change *change, const char *name,
                         instant at);

/* Sets the item of case work that the change records. */
void change_item(const struct situation *situation, struct change *change, int number,
                 const void *item);

#endif
