#ifndef TESTS_STORE_CTL_RUN_H
#define TESTS_STORE_CTL_RUN_H

#include <check.h>
#include <string.h>

#include "lib/base/arena.h"

/* complaintctl itself, run as people run it. */

extern struct arena *ctl_arena;
extern char ctl_input[];           /* path of the input file */
extern char ctl_output[64 * 1024]; /* what the last run printed, on both outputs together */

/* Fixture: an empty database, an arena and an input file. */
void ctl_set_up(void);
void ctl_tear_down(void);

void ctl_write_input(const char *content);

/* Runs it with arguments as the shell reads them; standard input is the input file. Returns its exit
 * code. */
int ctl(const char *arguments);

#define EXPECT(code, arguments) \
    ck_assert_msg(ctl(arguments) == (code), "%s: %s", arguments, ctl_output)
#define EXPECT_OUTPUT(part) ck_assert_msg(strstr(ctl_output, (part)) != NULL, "%s", ctl_output)

#endif
