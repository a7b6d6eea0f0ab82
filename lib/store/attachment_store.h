#ifndef STORE_ATTACHMENT_STORE_H
#define STORE_ATTACHMENT_STORE_H

#include "lib/base/keyring.h"
#include "lib/complaint/command.h"
#include "lib/complaint/lifecycle.h"
#include "lib/store/complaint_store.h"
#include "lib/store/result.h"

/* Files that belong to complaints, in chunks that are encrypted with the keys of keyring_now(). A file
 * is unfinished until the command that attaches it is saved. */

#define ATTACHMENT_CHUNK (256u * 1024) /* bytes of every chunk but the last; never changed */
#define ATTACHMENT_UNFINISHED_MAX 20   /* files that one person may have begun at a time */

/* Begins a file, and adds chunk `index` to it. STORE_REFUSED: the person has begun as many as they can;
 * STORE_NONE: the file was removed meanwhile. */
enum store_result attachment_begin(struct pg *pg, struct arena *arena, struct uuid id,
                                   struct uuid complaint_id, struct uuid staff_id, instant now,
                                   int64_t deadline_us);
enum store_result attachment_add_chunk(struct pg *pg, struct arena *arena, struct uuid complaint_id,
                                       struct uuid id, int index, struct text bytes, instant now,
                                       int64_t deadline_us);

/* Removes at most `limit` unfinished files to which nothing was added since a moment. */
enum store_result attachment_purge(struct pg *pg, struct arena *arena, instant since, int limit,
                                   int64_t deadline_us, int64_t *ret_removed);

/* Removes a file that will not be finished; one that belongs to its complaint stays. */
enum store_result attachment_drop(struct pg *pg, struct arena *arena, struct uuid id,
                                  int64_t deadline_us);

/* Sends the statement that makes files belong to their complaints; it fails unless all of them are there
 * and unfinished. */
bool attachment_save_send(struct pg *pg, struct arena *arena, const struct save *const saves[],
                          size_t count);

/* What is on record of attachment `number`. STORE_NONE: there is none. Texts are in the arena. */
enum store_result attachment_get(struct pg *pg, struct arena *arena, struct uuid complaint_id,
                                 int number, int64_t deadline_us, struct attachment_command *ret);

/* A chunk's bytes, in the arena. STORE_NONE: there is no such chunk; STORE_REFUSED: it cannot be opened,
 * for want of its key, because it was altered, or because the file is another complaint's. */
enum store_result attachment_chunk(struct pg *pg, struct arena *arena, struct uuid complaint_id,
                                   struct uuid id, int index, int64_t deadline_us,
                                   struct text *ret);

/* Encrypts at most `limit` chunks anew, from one key to another, and goes on behind *position, which is
 * zero at the beginning and again when there are no more. *ret_changed: how many; those that cannot be
 * opened stay as they are. */
struct chunk_position {
    struct uuid id; /* none: at the beginning */
    int index;
};
enum store_result attachment_reseal(struct pg *pg, struct arena *arena, const struct key *from,
                                    const struct key *to, int limit, int64_t deadline_us,
                                    struct chunk_position *position, size_t *ret_changed);

#endif
