#ifndef TESTS_HTTP_WIRE_H
#define TESTS_HTTP_WIRE_H

#include <stdbool.h>
#include <stddef.h>

/* A bare connection to a server on loopback, for what no sound client sends. Every failure that is
 * not the server's doing ends the test. */

int wire_connect(int port);

/* Sends; length 0: up to the zero byte. False: the server has closed the connection. */
bool wire_send(int fd, const char *bytes, size_t length);

struct wire_answer {
    int status;       /* 0: none came, the connection was closed */
    const char *head; /* with the status line */
    const char *body;
};

/* Reads one answer, as long as its Content-Length says. Nobody frees its texts. */
struct wire_answer wire_read(int fd);

/* Connects, sends, reads one answer; the connection stays open. */
struct wire_answer wire_ask(int *fd, int port, const char *bytes);

/* Reads until the server closes the connection, and closes it. False: it does not. */
bool wire_ends(int fd);

#endif
