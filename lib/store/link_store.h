#ifndef STORE_LINK_STORE_H
#define STORE_LINK_STORE_H

#include "lib/complaint/complaint.h"
#include "lib/complaint/institution.h"
#include "lib/pg/pg.h"

/* Links between complaints. What a link says is case work (kind "links"); its row here is what finds
 * it from both sides. Rows are only ever added: a link is over once it was removed (case work of kind
 * "remove_link"), a merge once another round began. */

/* The links from and to complaints. Parameter: ids, see complaint_ids_bind(). */
extern const struct pg_statement link_get;
/* Fills out[], of rows->count. */
void link_read(const struct pg_rows *rows, struct link out[]);

/* Adds links, as part of saving complaints. */
bool link_save_send(struct pg *pg, struct arena *arena, const struct link *const links[],
                    size_t count);

/* A link as it is listed for one of its two complaints. */
struct link_listed {
    struct link link;
    int64_t position; /* in the order in which links were made, of all complaints */
    int direction;    /* enum link_direction */
    struct work_view work;
    bool removed; /* `removal` tells by whom and why; a merge is over without one */
    struct work_view removal;
};

/* The links from and to a complaint behind a position, in order of position: link_list_bind(). */
extern const struct pg_statement link_list;
void link_list_bind(struct pg_binds *binds, struct uuid complaint_id, int64_t after, int limit);
/* Fills out[], of rows->count; texts live as long as the rows. */
void link_list_read(const struct pg_rows *rows, struct uuid complaint_id,
                    const struct institution *institution, struct link_listed out[]);

#endif
