#ifndef STORE_PRIVATE_STORE_H
#define STORE_PRIVATE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/keyring.h"
#include "lib/complaint/contact.h"
#include "lib/complaint/journal.h"
#include "lib/store/result.h"

/* Personal values as they were written: encrypted before they leave the program, opened when they
 * come back, with the keys of keyring_now(). Beside them stand marks, by which a complaint is found
 * by a value without any other being decrypted. */

struct save;

/* Encrypts an entry's values with a key, bound to the complaint and the entry. */
struct text private_seal(struct arena *arena, const struct key *key, struct uuid complaint_id,
                         int index, struct text json);

/* Columns by which the values of journal_private p are read, and how they are: at column `column` of
 * a row of that complaint's entry. None when there are none or they were erased; none and *ret_locked
 * when their key is not at hand; empty, which no values are, when they were altered. */
#define PRIVATE_COLUMNS "p.private, p.key_id, p.sealed"
#define PRIVATE_COLUMN_COUNT 3
struct text private_at(const struct pg_rows *rows, size_t row, int column, struct arena *arena,
                       struct uuid complaint_id, int index, bool *ret_locked);

/* How often private_at() found values that it could not open, since the program began. */
int64_t private_unreadable(void);

/* Sends the statement that saves the values of changes, encrypted, with their marks. There must be a
 * key. */
bool private_save_send(struct pg *pg, struct arena *arena, const struct save *const saves[],
                       size_t count);

/* The values of complaints: complaint_id, index and PRIVATE_COLUMNS, in order of entry. Parameter: ids,
 * complaint_ids_bind(). */
extern const struct pg_statement private_get;

/* --- finding ------------------------------------------------------------------------------------ */

#define MARK_LENGTH 16
struct mark {
    uint8_t bytes[MARK_LENGTH];
};

/* The marks of a value under all keys at hand, as rows may have any of them. Returns how many. */
size_t private_marks(struct arena *arena, enum contact_kind kind, struct text value,
                     struct mark ret[static KEYRING_MAX]);

/* Those of what one complaint has on record now, by its rows of private_get: of each kind of which it still
 * has a value, which masked[] tells. None of what an entry may have corrected whose key is not at hand. */
size_t private_marks_of(struct arena *arena, const struct pg_rows *rows,
                        const struct text masked[static CONTACT_KIND_COUNT],
                        struct mark ret[static CONTACT_KIND_COUNT * KEYRING_MAX]);

/* The ids of the newest complaints with one of these marks, at most `limit`: complaint_id. */
extern const struct pg_statement private_find;
void private_find_bind(struct pg_binds *binds, const struct mark marks[], size_t count, int limit);

/* --- keys --------------------------------------------------------------------------------------- */

/* How far all rows have a key. */
struct reseal {
    int key_id;
    struct uuid complaint_id; /* position: behind this entry; UUID_NONE: at the beginning */
    int index;
    int64_t resealed; /* rows so far */
    int64_t locked;   /* rows that this pass could not read, or the last one */
    bool changed;     /* this pass encrypted some anew */
    instant completed_at;
};

/* Reads how far it is; begins if nobody has. */
enum store_result private_reseal_begin(struct pg *pg, struct arena *arena, int key_id, instant now,
                                       int64_t deadline_us, struct reseal *ret);

/* Looks at the next `limit` rows and encrypts those anew that do not have the key, with their marks,
 * in one transaction; *reseal is how far it is then. It is completed by a pass that found no such row but
 * those that stay as they are, because their own key is not at hand or they were altered: reseal->locked.
 * After a failure the transaction is to be rolled back. */
enum store_result private_reseal_next(struct pg *pg, struct arena *arena, const struct key *key,
                                      int limit, instant now, int64_t deadline_us,
                                      struct reseal *reseal);

/* Lets all rows be looked at again from the first one on, whether it was completed or not. */
enum store_result private_reseal_again(struct pg *pg, struct arena *arena, int key_id,
                                       int64_t deadline_us);

/* How many rows have each key, chunks of attached files among them; for complaintctl, as it reads all of
 * them. key_id 0: not encrypted. */
struct key_use {
    int key_id;
    int64_t rows;
};
enum store_result private_key_uses(struct pg *pg, struct arena *arena, int64_t deadline_us,
                                   struct key_use **ret, size_t *ret_count);

#endif
