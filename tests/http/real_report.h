#ifndef TESTS_HTTP_REAL_REPORT_H
#define TESTS_HTTP_REAL_REPORT_H

#include <stdbool.h>

/* What the threads of a test found wrong. They may not end the test themselves, so they say so here
 * and go on or stop; the test asks in the end. */

/* Only the first few texts are kept. They must not show what the data hold. */
void real_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
bool real_failed(void);

/* Fails the test, showing the texts, if anything was found wrong. */
void real_must_be_well(void);

/* Runs a function in `count` threads, each with its own number from 0, and waits for all. */
void real_together(int count, void (*function)(int number));

#endif
