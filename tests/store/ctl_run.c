#include "tests/store/ctl_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/store/sql.h"

struct arena *ctl_arena;
char ctl_input[] = "/tmp/complaintctl-test-XXXXXX";

void ctl_set_up(void)
{
    sql_empty();
    ctl_arena = arena_new(4096);
    int file = mkstemp(ctl_input);
    ck_assert_int_ge(file, 0);
    close(file);
    const char *url = getenv("COMPLAINTD_TEST_OWNER");
    ck_assert_ptr_nonnull(url);
    setenv("COMPLAINTD_DATABASE_URL", url, 1);
}

void ctl_tear_down(void)
{
    unlink(ctl_input);
    arena_free(ctl_arena);
}

static const char *program(void)
{
    const char *path = getenv("COMPLAINTD_CTL");
    if (!path)
        path = getenv("COMPLAINTCTL_BIN");
    return path ? path : "build/complaintctl";
}

/* What the last run printed, on both outputs together. */
char ctl_output[64 * 1024];

void ctl_write_input(const char *content)
{
    FILE *file = fopen(ctl_input, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(content, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

/* Runs it with arguments as the shell reads them; standard input is the input file. */
int ctl(const char *arguments)
{
    const char *command =
        arena_printf(ctl_arena, "%s %s 2>&1 <%s", program(), arguments, ctl_input);
    FILE *pipe = popen(command, "r"); /* NOLINT(cert-env33-c): as people do */
    ck_assert_ptr_nonnull(pipe);
    size_t length = fread(ctl_output, 1, sizeof ctl_output - 1, pipe);
    ctl_output[length] = '\0';
    int status = pclose(pipe);
    ck_assert_msg(WIFEXITED(status), "%s: %s", command, ctl_output);
    return WEXITSTATUS(status);
}
