#ifndef TESTS_HTTP_COMMAND_SET_H
#define TESTS_HTTP_COMMAND_SET_H

#include "tests/http/jam.h"

/* A set of commands with what they are about: advances, notes and receipts, each with a key; the
 * second of each kind is marked, by its complaint's id, its subject and its key. */

#define SET_OF_A_KIND 3
#define SET_SIZE (3 * SET_OF_A_KIND)

enum set_kind { SET_ADVANCE = 1, SET_NOTE = 2, SET_RECEIPT = 4 }; /* bits */

/* SQL conditions for triggers; see trap.h. */
#define MARKED_ID "NEW.complaint_id IN ($)"
#define MARKED_COMPLAINT "NEW.id IN ($)"
#define MARKED_RECEIPT "NEW.subject LIKE '坏%'"
#define MARKED_KEY "NEW.key LIKE 'marked%'"

struct command_set {
    struct matter first; /* for the jam */
    struct matter advanced[SET_OF_A_KIND], noted[SET_OF_A_KIND];
    const char *subjects[SET_OF_A_KIND]; /* of the receipts */
    struct shot shots[SET_SIZE];
    const char *marked_ids; /* "'…', '…'" */
};

/* Complaints are named by id, or by number. */
struct command_set set_make(bool by_number);

enum set_kind set_kind(size_t i);
bool set_is_marked(size_t i);

/* The status of success. */
int set_success(size_t i);

/* What the command was to bring about is there exactly once, or not at all. */
void set_expect_done(const struct command_set *set, size_t i, bool done);

/* With the same keys: what was done is not done again and gets the same answer, what failed is done
 * now. */
void set_expect_repeated(const struct spare *spare, const struct command_set *set);

#endif
