#ifndef TESTS_HTTP_RELAY_H
#define TESTS_HTTP_RELAY_H

#include <stdbool.h>

/* Stands between a server and its database, passes on what they say, and cuts a connection at a
 * moment that no client of the database could choose. Every failure ends the test. */
struct relay;

enum relay_cut {
    RELAY_PASS,
    RELAY_BEFORE_COMMIT, /* the server's COMMIT does not reach the database */
    RELAY_AFTER_COMMIT,  /* COMMIT is passed on, and the database is not waited for */
    RELAY_BEFORE_ANSWER  /* the database has committed, the server is not told */
};

/* To the database of COMPLAINTD_TEST_APP, on a thread of its own. */
struct relay *relay_start(void);
void relay_stop(struct relay *relay);

/* The connection string that leads through it; nobody frees it. */
const char *relay_url(const struct relay *relay);

/* Cuts the connection that commits what held `mark`, once: duties commit too. mark: a string that
 * lives as long as the relay, and in which its first byte does not come again. and_bar: from then on
 * it lets nobody connect, until relay_admit(). */
void relay_arm(struct relay *relay, enum relay_cut cut, const char *mark, bool and_bar);
void relay_admit(struct relay *relay);

/* Whether it has cut since it was armed. */
bool relay_has_cut(const struct relay *relay);

#endif
