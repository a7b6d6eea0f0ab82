#ifndef SERVER_HTTP_H
#define SERVER_HTTP_H

#include <stdbool.h>

struct request;
struct server;

/* The HTTP side: accepts, reads, routes, hands over and answers. It never waits for anything but
 * sockets. */
struct http;

/* Starts listening by the server's settings. Returns NULL, with errno set, when it cannot. */
struct http *http_start(struct server *server);

/* Hands an answered request back to its HTTP thread, which is not woken by it. Any thread. */
void http_finish(struct request *request);

/* Wakes the HTTP threads to which something was handed back: once for a whole batch. */
void http_wake(struct http *http);

/* The port, which the system chose when the settings said 0. */
int http_port(const struct http *http);

/* The port of the address for operators; 0: there is none. */
int http_metrics_port(const struct http *http);

/* Accepts no more connections. */
void http_quiesce(struct http *http);

/* Requests that have begun and are not answered. */
int http_in_flight(const struct http *http);

/* Ends all connections; none may be suspended. */
void http_stop(struct http *http);

#endif
