#ifndef STORE_SEARCH_STORE_H
#define STORE_SEARCH_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/instant.h"
#include "lib/pg/pg.h"

/* The terms by which complaints are found, and how they are kept: a save leaves a row in search_todo
 * (complaint_store.h), a filler takes it and writes the terms. Its connection need not wait for the
 * disk: what a crash undoes is to do again. */

/* SET synchronous_commit = off; for the filler's connection. */
extern const struct pg_statement search_relax;

/* A complaint whose terms are to be made, as it is at that moment. Texts point into the rows. */
#define SEARCH_TEXTS 4
struct search_task {
    struct uuid id;
    instant received_at;
    struct text texts[SEARCH_TEXTS]; /* subject, narrative, demand, product */
};

/* Takes at most `limit` rows to do and returns the complaints, each once; within a transaction that
 * also holds search_save, so that nothing is lost. Parameter: limit. */
extern const struct pg_statement search_take;
void search_take_bind(struct pg_binds *binds, int limit);
void search_read(const struct pg_rows *rows, struct search_task out[]);

/* Writes terms: vectors[i] is the tsvector of tasks[i], to which the periods of its receipt are
 * added (search_period.h). */
extern const struct pg_statement search_save;
void search_save_bind(struct pg_binds *binds, const struct search_task tasks[],
                      const struct text vectors[], size_t count);

/* Moves what was written to its place in the index. */
extern const struct pg_statement search_flush;

/* What waits: the number of rows to do, and for how long the oldest has waited, in microseconds; 0
 * when there is none. */
extern const struct pg_statement search_backlog;

/* Terms that many complaints have, as the database last sampled them, ascending by bytes: the term,
 * its frequency (a millionth is 1), and about how many complaints there are. */
extern const struct pg_statement search_frequent;

/* Subject and narrative of complaints, with their ids. Parameter: ids, complaint_ids_bind(). */
extern const struct pg_statement search_texts;

#endif
