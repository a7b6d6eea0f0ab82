#ifndef SERVER_DUTY_DUTY_H
#define SERVER_DUTY_DUTY_H

#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/pg/pg.h"

struct server;

/* Background duties: what happens by the clock and not by request. One thread with a connection of
 * its own runs them in turn, and listens meanwhile for what the database tells; others, which must
 * not keep them waiting nor wait for them, fill the search and recalculate due times. */
struct duties;

struct duties *duties_start(struct server *server);
void duties_stop(struct duties *duties);

/* A duty: what it does, and how often. */
struct duty {
    const char *name;
    int period_ms;
    bool exclusive; /* one server at a time does it, by advisory lock */
    bool at_end;    /* once more when the server stops and all requests are answered */
    void (*run)(struct server *server, struct pg *pg, struct arena *arena);
};

extern const struct duty duty_late, duty_count, duty_purge, duty_unfinished, duty_uses, duty_keys,
    duty_figures;
extern const struct duty duty_search, duty_frequent; /* on the search's thread */
extern const struct duty duty_denials;               /* on the log's: server/audit.c */
extern const struct duty duty_sequence;
extern const struct duty duty_sign, duty_keep, duty_send_heads; /* on a thread that may wait */
extern const struct duty duty_recalculate, duty_erase,
    duty_reseal; /* on one of its own, as they may
                                                                       take long */

/* Only one server at a time does what is exclusive: by an advisory lock of the session. Duties in
 * the list are numbered from 0; those with a thread of their own have numbers of their own. */
enum { LOCK_COMPARE = 100 };
bool duty_lock(struct pg *pg, struct arena *arena, int number);
void duty_unlock(struct pg *pg, struct arena *arena, int number);

/* Compares every open complaint with its journal, at night, on a thread and a connection of its
 * own, as it takes long: see compare.c. NULL when the settings say never. */
struct compare;
struct compare *compare_start(struct server *server);
void compare_stop(struct compare *compare);

#endif
