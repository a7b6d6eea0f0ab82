#ifndef TESTS_HTTP_PROGRAM_H
#define TESTS_HTTP_PROGRAM_H

#include <stdbool.h>

/* The server under test as a child process of the test program. */
struct program;

/* build/<flavour>, in which the test program lies, and a file below it; the caller frees it. */
char *program_file(const char *name);

/* Runs a server over a database, by its connection string, and waits until it listens. Its log is
 * build/<flavour>/check/<name>.log. It ends with the calling process at the latest. */
struct program *program_run(const char *name, const char *database);

/* Stops it by SIGTERM. False, after showing why: it did not end with status 0, or logged errors. */
bool program_end(struct program *program);

int program_port(const struct program *program);

/* Runs the server that all tests ask, once, and waits until it is ready. It is stopped when the
 * process that called this ends, with failure if that was no good end. */
void program_start(void);
const struct program *program_shared(void);

/* How often longer than usual to wait: sanitisers are slow. */
int program_patience(void);

#endif
