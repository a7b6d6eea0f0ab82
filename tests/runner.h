/* What the Makefile generates for each directory of tests: a list of its suites. */
#ifndef TESTS_RUNNER_H
#define TESTS_RUNNER_H

#include <check.h>

struct test_suite {
    const char *name; /* NULL ends the list */
    Suite *(*make)(void);
};

extern const struct test_suite test_suites[];

#endif
