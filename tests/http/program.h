#ifndef TESTS_HTTP_PROGRAM_H
#define TESTS_HTTP_PROGRAM_H

/* The server under test as a child process of the test program. */

/* build/<flavour>, in which the test program lies, and a file below it; the caller frees it. */
char *program_file(const char *name);

/* Starts the server, once, and waits until it says that it is ready. It is stopped when the process
 * that called this ends. */
void program_start(void);

/* The port on which it listens. */
int program_port(void);

/* How often longer than usual to wait: sanitisers are slow. */
int program_patience(void);

#endif
