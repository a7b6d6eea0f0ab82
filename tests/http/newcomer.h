#ifndef TESTS_HTTP_NEWCOMER_H
#define TESTS_HTTP_NEWCOMER_H

/* Staff whom a test adds, with the demo's password, and takes away again: for what would harm the
 * demo's own. Every failure ends the test. */

/* Adds somebody to a unit with one role there, and waits until servers know them. */
void newcomer_add(const char *login, const char *unit, const char *role);

/* Removes them with their tokens; they must not stand in any complaint. */
void newcomer_remove(const char *login);

#endif
