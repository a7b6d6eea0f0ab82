#ifndef TESTS_SHELL_H
#define TESTS_SHELL_H

/* Runs a command line as people do; returns its exit status. */
int shell(const char *command);

#endif
