#ifndef COMPLAINT_LOG_VERIFY_H
#define COMPLAINT_LOG_VERIFY_H

#include "lib/complaint/merkle.h"

/* Checks a log, entry by entry, as it was exported: each entry against its bytes, each journal's chain,
 * and the numbers. What remains is the root of the tree, which is held against signed heads: whoever
 * alters the log and computes all hashes anew cannot make it that of a head that was signed before. */

/* What is wrong with an entry. */
enum log_flaw {
    LOG_SOUND,
    LOG_ALTERED, /* the bytes do not give the hash */
    LOG_MISSING, /* the bytes are gone, or a number or an entry of the journal is left out before it */
    LOG_REORDERED /* it stands where another one belongs, or stands twice */
};

/* An entry as it is exported. */
struct log_record {
    int64_t n;
    struct uuid id;    /* of the complaint, or of the entry of audit itself */
    int index;         /* within the complaint's journal; 0: of audit */
    struct text bytes; /* none: gone */
    struct hash hash;
};

/* The caller releases it with log_verifier_free(). */
struct log_verifier;
struct log_verifier *log_verifier_new(void);
void log_verifier_free(struct log_verifier *verifier);

/* Takes the next entry, unless it has a flaw. */
enum log_flaw log_verifier_add(struct log_verifier *verifier, const struct log_record *record);

/* Of the sound entries so far. */
int64_t log_verifier_size(const struct log_verifier *verifier);
struct hash log_verifier_root(const struct log_verifier *verifier);

/* An entry as a line of an export, without a line's end; and back, texts in the arena: false when it
 * is no such line. */
void log_record_write(const struct log_record *record, struct text_buffer *out);
bool log_record_read(struct arena *arena, struct text line, struct log_record *ret);

#endif
