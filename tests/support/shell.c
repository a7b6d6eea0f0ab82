#include "tests/support/shell.h"

#include <check.h>
#include <stdlib.h>
#include <sys/wait.h>

int shell(const char *command)
{
    int status = system(command); /* NOLINT(cert-env33-c): that is what it is for */
    ck_assert_msg(WIFEXITED(status), "%s", command);
    return WEXITSTATUS(status);
}
