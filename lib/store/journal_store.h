#ifndef STORE_JOURNAL_STORE_H
#define STORE_JOURNAL_STORE_H

#include "lib/complaint/journal.h"
#include "lib/store/result.h"

/* Reading journals. Saving entries is part of saving a complaint. */

/* A page of one complaint's journal, for showing: up to `limit` entries after index `after`,
 * in order. */
extern const struct pg_statement journal_page;
void journal_page_bind(struct pg_binds *binds, struct uuid complaint_id, int after, int limit);
/* Fills out[], which holds `limit`; returns how many. Texts live as long as the rows and the arena. An entry's
 * `previous` is the stored hash before it: zero for the first, and where that entry is missing. */
size_t journal_page_read(const struct pg_rows *rows, struct arena *arena,
                         struct journal_entry out[]);

/* A hash as tables hold it; zero for null. */
struct hash journal_hash_read(const struct pg_rows *rows, size_t row, int column);

/* The same by itself; texts are copied into the arena. */
enum store_result journal_read(struct pg *pg, struct arena *arena, struct uuid complaint_id,
                               int after, int limit, int64_t deadline_us,
                               struct journal_entry **ret_entries, size_t *ret_count);

/* A complaint with its whole journal as of one moment, for verifying. */
struct journal_whole {
    struct uuid complaint_id;
    struct text number;
    int length;                     /* as the complaint's row says */
    struct hash head;               /* likewise */
    struct journal_stored *entries; /* in order of index */
    size_t count;
};

struct journal_wholes {
    struct journal_whole *list;
    size_t count;
};

/* The next `limit` complaints by id, from the one after `after` (UUID_NONE: the first) on; none
 * are left when there are fewer. Everything is copied into the arena. */
enum store_result journal_read_wholes(struct pg *pg, struct arena *arena, struct uuid after,
                                      int limit, int64_t deadline_us, struct journal_wholes *ret);

/* One complaint by its number; STORE_NONE: there is none. */
enum store_result journal_read_whole(struct pg *pg, struct arena *arena, struct text number,
                                     int64_t deadline_us, struct journal_whole *ret);

/* Complaints that have a journal but no row any more, at most `limit`: somebody removed it. */
enum store_result journal_read_orphans(struct pg *pg, struct arena *arena, int limit,
                                       int64_t deadline_us, struct uuid **ret_ids,
                                       size_t *ret_count);

#endif
