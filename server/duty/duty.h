#ifndef SERVER_DUTY_DUTY_H
#define SERVER_DUTY_DUTY_H

#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/pg/pg.h"

struct server;

/* Background duties: what happens by the clock and not by request. One thread with a connection of
 * its own runs them in turn, and listens meanwhile for what the database tells. */
struct duties;

struct duties *duties_start(struct server *server);
void duties_stop(struct duties *duties);

/* A duty: what it does, and how often. */
struct duty {
    const char *name;
    int period_ms;
    bool exclusive; /* one server at a time does it, by advisory lock */
    void (*run)(struct server *server, struct pg *pg, struct arena *arena);
};

/* Reads the institution's data anew; false when that failed. */
bool duty_reload(struct server *server, struct pg *pg, struct arena *arena);

extern const struct duty duty_late, duty_count, duty_purge;

#endif
