#ifndef STORE_COMPLAINT_STORE_H
#define STORE_COMPLAINT_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/complaint/audit.h"
#include "lib/complaint/complaint.h"
#include "lib/complaint/institution.h"
#include "lib/complaint/journal.h"
#include "lib/complaint/lifecycle.h"
#include "lib/pg/pg.h"
#include "lib/store/column.h"
#include "lib/store/result.h"

/* Complaints with their stages: every statement works on a set of them. */

/* Composes the statements; called once, before the first connection. The arena must live as long
 * as the program. */
void complaint_store_start(struct arena *arena);

/* Parameter: ids. Both read the same columns; the lock takes the rows in order of id, in a
 * statement of its own, so that what is decided rests on what the lock returned. */
extern struct pg_statement complaint_by_id, complaint_lock;
/* Parameter: ids. The stages of complaints, after the lock in the same round trip. */
extern struct pg_statement stage_get;
/* Parameter: ids. Those that are open: the columns of complaint_by_id. */
extern struct pg_statement complaint_open;
/* Parameter: ids. What decides who sees them, and their numbers. */
extern struct pg_statement complaint_seen;
/* The ids of all that are open, in order. */
extern const struct pg_statement complaint_open_ids;
/* Parameter: numbers. Returns number and id. */
extern const struct pg_statement complaint_find;

void complaint_ids_bind(struct pg_binds *binds, const struct uuid ids[], size_t count);

/* The condition that complaint c is about neither of two people, by their logins, which none may be; and
 * those whom recusal_bars() looks at for a caller. */
#define COMPLAINT_NOT_ABOUT(parameter) "(c.staff_complained_of = ANY(" parameter ")) IS NOT TRUE"
void complaint_about_bind(struct pg_binds *binds, struct text login, struct text other);
void complaint_barred_bind(struct pg_binds *binds, const struct principal *who);

/* Reads the rows of complaint_by_id, complaint_lock or complaint_open into out[] (rows->count of them), sorted by id.
 * Texts point into the rows. */
void complaint_read(const struct pg_rows *rows, const struct institution *institution,
                    struct arena *arena, struct complaint out[]);

/* The same for the rows of complaint_seen: the columns marked COLUMN_SEEN, of which permission_relations()
 * tells whether somebody has any relation, not which. */
void complaint_seen_read(const struct pg_rows *rows, struct arena *arena, struct complaint out[]);

/* Attaches the rows of stage_get to complaints sorted by id. */
void stage_read(const struct pg_rows *rows, const struct institution *institution,
                struct arena *arena, struct complaint complaints[], size_t count);

/* The complaint of that id among complaints sorted by id, or NULL. */
struct complaint *complaint_among(struct complaint complaints[], size_t count, struct uuid id);

/* Columns of a complaint, for the statements of lists. */
extern const struct column complaint_columns[];
extern const size_t complaint_column_count;
/* The last ones: never set by a receipt, and by other changes so seldom that the update of a
 * correction writes them, lest every change carry them. */
extern const size_t complaint_rare_count;
/* Those of a stage row. */
extern const struct column stage_columns[];
extern const size_t stage_column_count;

/* The answer that an idempotency key stands for. */
struct stored_answer {
    struct uuid caller_id;
    struct text key; /* none: the request had no key and nothing is stored */
    struct hash request_hash;
    int status;
    int64_t version;
    struct text location, body;
};

/* All that one command writes. */
struct save {
    const struct complaint *before; /* NULL: received */
    const struct change *change;
    struct journal_entry entry;
    struct text item_body; /* case work: its members as JSON; none: no case work */
    struct uuid staff_id;
    struct stored_answer answer;
    const struct audit_entry *audited; /* for the audit trail beside the journal; NULL: nothing */
};

/* Sends the statements that write all the commands, without commit. At most one save a complaint.
 * One of them fails when a complaint is no longer at the version that its save rests on. Returns
 * how many statements were sent; 0 when the connection is lost. */
size_t complaint_save_send(struct pg *pg, struct arena *arena, const struct save saves[],
                           size_t count);

/* Parameters of idempotency_find: callers and keys, pairwise. */
extern const struct pg_statement idempotency_find;
void idempotency_find_bind(struct pg_binds *binds, const struct uuid callers[],
                           const struct text keys[], size_t count);
void idempotency_read(const struct pg_rows *rows, struct stored_answer out[]);

/* Stores one answer, in the transaction of what it answers. STORE_EXISTS: one is stored under that key
 * already; waits for whoever is storing one. */
enum store_result idempotency_add(struct pg *pg, struct arena *arena,
                                  const struct stored_answer *answer, instant at,
                                  int64_t deadline_us);

/* Deletes at most `limit` answers stored before a moment: idempotency_purge_bind(). */
extern const struct pg_statement idempotency_purge;
void idempotency_purge_bind(struct pg_binds *binds, instant before, int limit);

/* Whether an entry was committed, by complaint, index and hash: returns one row if so. */
extern const struct pg_statement journal_find;
void journal_find_bind(struct pg_binds *binds, const struct journal_entry *entry);

/* Whether a process still serves a connection: returns one row if so. Parameter: pg_backend(). */
extern const struct pg_statement backend_find;

/* Takes `count` numbers of a day; returns the first. */
extern const struct pg_statement number_take;
void number_take_bind(struct pg_binds *binds, day_number day, int count);

#endif
