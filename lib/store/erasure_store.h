#ifndef STORE_ERASURE_STORE_H
#define STORE_ERASURE_STORE_H

#include "lib/complaint/complaint.h"
#include "lib/complaint/institution.h"
#include "lib/complaint/principal.h"
#include "lib/store/result.h"

/* Orders to erase what ended complaints say of people, and their carrying out. What may be erased is
 * judged by the database itself too: complaint_erase() in the migrations. */

#define ERASURE_NAMED_MAX 500     /* complaints that one order names */
#define ERASURE_COUNT_MAX 1000000 /* beyond so many it is not counted on */
#define ERASURE_PAGE 32           /* complaints in one transaction */

struct erasure_order {
    int number;
    struct uuid unit_id;
    struct uuid *complaints; /* those it names; NULL: all that are past their retention at as_of */
    size_t complaint_count;
    struct text numbers; /* theirs as a JSON array, when listed */
    instant as_of;
    struct text reason; /* masked */
    int64_t expected;   /* complaints that it was about when it was asked for */
    struct staff_reference requested_by, decided_by;
    instant requested_at, decided_at; /* decided_at: NONE while it waits */
    bool approved;
    int64_t erased, skipped;
    instant finished_at;
    struct text client, request_id, address; /* of the approval */
    struct {                                 /* all up to this complaint are done */
        instant closed_at;                   /* NONE: nothing is done yet */
        struct uuid id;
    } after;
};

/* Records an order that waits; fills its number and requested_at, and as_of anew. */
enum store_result erasure_add(struct pg *pg, struct arena *arena, struct erasure_order *order,
                              int64_t deadline_us);

/* How many complaints, received by the units, were past their retention then and are neither held nor
 * erased, nor about the caller or who acts for them: one int8, at most ERASURE_COUNT_MAX. */
extern const struct pg_statement erasure_count;
void erasure_count_bind(struct pg_binds *binds, const struct uuid units[], size_t count,
                        instant as_of, const struct principal *who);

/* Decides an order that waits; STORE_NONE when it does not, or whoever asked decides. origin: texts may
 * be none. */
enum store_result erasure_decide(struct pg *pg, struct arena *arena,
                                 const struct erasure_order *order, int64_t deadline_us);

/* Those over the units behind a number, in order, so many at most; and one (after: the number before
 * it, limit: 1). None that names a complaint about the caller or who acts for them. Texts live as long as
 * the rows. */
extern const struct pg_statement erasure_list;
void erasure_list_bind(struct pg_binds *binds, const struct uuid units[], size_t count,
                       const struct principal *who, int after, int limit);
/* The approved one that is not finished, the oldest first: at most one row. */
extern const struct pg_statement erasure_open;
void erasure_read(const struct pg_rows *rows, const struct institution *institution,
                  struct arena *arena, struct erasure_order out[]);

/* The next complaints of an order, in order of end and id, at most ERASURE_PAGE: id, closed_at; but none
 * that is about those who asked for it and approved it. Of an order that names complaints all that it
 * names, whatever became of them. */
const struct pg_statement *erasure_page(const struct erasure_order *order);
void erasure_page_bind(struct pg_binds *binds, const struct erasure_order *order,
                       const struct uuid units[], size_t count);

/* Erases complaints whose journals already say so, in the transaction that is open. */
extern const struct pg_statement erasure_carry_out;
void erasure_carry_out_bind(struct pg_binds *binds, int number, const struct uuid ids[],
                            size_t count);

/* Moves the order on behind `after`; fails unless it still stands where `order` says. */
extern const struct pg_statement erasure_advance;
void erasure_advance_bind(struct pg_binds *binds, const struct erasure_order *order, int64_t erased,
                          int64_t skipped, instant after_closed_at, struct uuid after_id,
                          bool finished);

#endif
