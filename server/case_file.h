#ifndef SERVER_CASE_FILE_H
#define SERVER_CASE_FILE_H

#include "lib/store/journal_store.h"
#include "server/engine.h"

/* The case file of a complaint: one archive (ustar) that somebody who has only the public key can check.
 * The README.txt in it (complaint_case_file.c) says what there is, and how to check it. */

/* A file of the archive: its bytes, or those of an attachment, which are read when they are sent. */
struct case_part {
    const char *name;
    struct text bytes;
    struct uuid file; /* none: the bytes above */
    int64_t size;
    struct text sha256; /* hexadecimal */
};

struct case_file {
    struct arena *arena;
    struct uuid complaint_id; /* to which the attachments belong */
    instant made_at;
    struct case_part *parts;
    size_t count, capacity;
    size_t at; /* part that is sent next */
    int chunk; /* of it: the next one; 0: its header is not sent yet */
};

struct case_file *case_file_new(struct arena *arena, instant made_at);

/* Adds a file whose bytes are here. */
void case_file_add(struct case_file *file, const char *name, struct text bytes);

/* Adds the journal, an entry a line, with the proof that each is in the signed log; and the head of it.
 * FAULT_BUSY: an entry is not in the log yet. */
enum fault case_file_add_journal(struct slow_context *context, struct case_file *file,
                                 const struct journal_whole *journal);

/* Adds what is on record of the files, and them. */
enum fault case_file_add_attachments(struct slow_context *context, struct case_file *file,
                                     const struct complaint *complaint);

/* Adds the manifest of all that is there, and its signature, which come first. */
void case_file_sign(struct slow_context *context, struct case_file *file,
                    const struct journal_whole *journal);

/* Bytes of the archive. */
int64_t case_file_length(const struct case_file *file);

/* Appends the next bytes of it, some 256 KiB; at its end nothing. */
enum fault case_file_next(struct slow_context *context, struct case_file *file,
                          struct text_buffer *out);

#endif
