/* Runs the suites of one directory of tests: all, or those named as arguments. */
#include "tests/runner.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return true;
    return argc < 2;
}

int main(int argc, char **argv)
{
    SRunner *runner = srunner_create(NULL);
    int suites = 0;

    for (const struct test_suite *suite = test_suites; suite->name; suite++) {
        if (wanted(suite->name, argc, argv)) {
            srunner_add_suite(runner, suite->make());
            suites++;
        }
    }
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    if (suites == 0)
        fprintf(stderr, "no such suite\n");
    return failed == 0 && suites > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
