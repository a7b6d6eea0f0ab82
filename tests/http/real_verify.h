#ifndef TESTS_HTTP_REAL_VERIFY_H
#define TESTS_HTTP_REAL_VERIFY_H

/* What is held against the model in the end, and against itself; what is wrong is reported, or ends
 * the test. real_verify_complaints() is a part of the work, for real_together(). */

/* Each complaint read by the auditor. */
void real_verify_complaints(int number);
/* The list holds each of them exactly once, as it is. */
void real_verify_list(void);
/* The journals of the walks and of some others: who did what, and the chain of hashes, reckoned from
 * the stored bytes. Returns how many entries there were. */
size_t real_verify_journals(void);

/* complaintctl verify --all finds them sound. Returns the line that it prints last. */
const char *real_verify_by_program(void);
/* One open stage for an open complaint, none for another; versions are the lengths of journals. */
void real_verify_tables(void);
/* No number of the inputs stands where readers look, or in the server's log. */
void real_verify_stored(void);

#endif
