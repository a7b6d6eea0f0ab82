#ifndef TESTS_HTTP_RULES_H
#define TESTS_HTTP_RULES_H

#include "lib/complaint/recalculation.h"
#include "tests/http/client.h"

/* Calendars and policies as tests put them in force, and a recount of what that moves, by the naive
 * clock. */

/* The calendar that the product carries, and one like it with every day off from some days before today
 * up to some days after it, whose years are loaded too. The caller releases both with
 * calendar_file_free(). */
struct calendar_source rules_usual(void);
struct calendar_source rules_idle(const struct calendar_source *usual, int days_before,
                                  int days_after);

/* As the API takes it. */
json_t *rules_document(const char *name, const struct calendar_source *source);

/* The figures that putting it in force would have for the complaints that are open now, counted from
 * their rows by the naive clock. */
struct recalculation_figures rules_recount(const struct calendar_source *source);

/* Fails the test unless the figures of a body, at a place in it ("" or "recalculation."), are these. */
void rules_expect(const struct reply *reply, const char *where,
                  const struct recalculation_figures *figures);

/* Puts a calendar in force as admin and waits until all open complaints are done. */
void rules_apply(const char *name, const struct calendar_source *source);

/* Waits until no recalculation is unfinished. */
void rules_await(void);

/* How many open complaints have other due times than the naive clock gives them. */
long rules_wrong(const struct calendar_source *source);

#endif
