#ifndef TESTS_STORE_SQL_H
#define TESTS_STORE_SQL_H

#include <check.h>

#include "lib/pg/pg.h"

/* A test's own way into the database of COMPLAINTD_TEST_OWNER and _APP, beside the stores. Every
 * failure ends the test. */

/* Whether what is done as the owner is done in the second database, which is like the first: for what is
 * compared with another side by side. */
void sql_use_second(bool second);
const char *sql_owner_url(void);

/* Runs statements as the owner; printf's format. */
void sql_run(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The only value of a query as text, "" for null or no row; the caller frees it. */
char *sql_value(const char *format, ...) __attribute__((format(printf, 1, 2)));
long sql_number(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The SQLSTATE that a statement of the application's role ends with, "00000" for success. */
const char *sql_state_as_app(const char *statement);

/* The only value of a query of the reader's role; the caller frees it. */
char *sql_value_as_reader(const char *statement);

/* Removes what tests put into the reference tables and complaints; leaves the first policy. */
void sql_empty(void);

/* Connections of the stores under test. */
struct pg *sql_connect_owner(void);
struct pg *sql_connect_app(void);

/* The rows of a statement on such a connection; binds may be NULL. */
struct pg_rows sql_query(struct pg *pg, const char *sql, const struct pg_binds *binds);

#define SQL_DEADLINE (monotonic_now_us() + 20 * INSTANT_SECOND)

/* Ids that are easy to read: …0001. */
struct uuid sql_id(unsigned number);

/* A row of complaint with that id and number, owned by `owner`, open or not, with the head given;
 * everything else is something. */
void sql_add_complaint(unsigned id, const char *number, unsigned owner, bool open,
                       int journal_length, const uint8_t head[32]);

#endif
