#ifndef SERVER_OPERATION_BOARD_H
#define SERVER_OPERATION_BOARD_H

#include "lib/store/board_store.h"
#include "server/engine.h"
#include "server/list.h"

/* A board in work. */
struct board {
    instant now;                   /* the moment that is shown */
    instant horizons[LEVEL_COUNT]; /* by level: due before that is due soon */
    struct uuid *units;            /* the owners' units that count */
    size_t unit_count;
    struct board_row *rows; /* the figures */
    size_t row_count;
    struct list_job oldest; /* its query says which; its rows are the answer's */
};

/* Fills rows and oldest as of board->now, from the journals. */
enum fault board_count_past(struct slow_context *context, struct board *board);

#endif
