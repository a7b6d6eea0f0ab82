#ifndef TESTS_HTTP_DATABASE_H
#define TESTS_HTTP_DATABASE_H

#include <stdbool.h>

/* A test's own way into the server's database, beside the API: for what cannot be brought about
 * from outside, and to see what is really stored. Every failure ends the test. */

/* Runs statements as the owner; printf's format. */
void database_run(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The first value of a query as a number, 0 for null or no row. */
long database_number(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same as text; nobody frees it. */
const char *database_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Holds the lock of a complaint's row (by number) in a transaction of its own until released. */
struct database_lock;
struct database_lock *database_lock_complaint(const char *number);
/* The same with the filling of the search: no server over this database does it until then. */
struct database_lock *database_lock_search(void);
/* The same with a table, which nobody writes until then. */
struct database_lock *database_lock_table(const char *name);
void database_unlock(struct database_lock *lock);

/* The database's time, for database_cut(). */
const char *database_now(void);

/* Ends the connections of the application's role to this database that were made since then (so not
 * those of a server that had them before); returns how many there were. and_bar: from now on the
 * role cannot connect, until database_admit(). */
long database_cut(const char *since, bool and_bar);
void database_admit(void);

/* Ends the application's connections of that name; returns how many there were. */
long database_end(const char *application);

#endif
