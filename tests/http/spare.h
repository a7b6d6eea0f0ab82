#ifndef TESTS_HTTP_SPARE_H
#define TESTS_HTTP_SPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A server with settings of a test's own, beside the shared one and over the same database: so that
 * what it is made to suffer harms no other test. And many requests at it, all at once. */
struct spare {
    int pid, port, metrics_port;
    bool tls; /* there is a section of that name in the settings */
    char *log;
    long log_from; /* before that, the log is another's */
};

/* Starts it with these lines after those for a free port on loopback, and waits until it is ready. It
 * is a demo, for which there are no limits, unless the lines have a section of that name.
 * It ends with the calling process at the latest. */
struct spare spare_start(const char *settings);
/* The same over the database of another connection string. */
struct spare spare_start_over(const char *settings, const char *database);

/* Sends SIGTERM and waits. Returns the exit status, -1 when it was ended by a signal or had to be
 * killed after `limit_ms`; fills *ret_took_ms, which may be NULL. */
int spare_stop(struct spare *spare, int64_t limit_ms, int64_t *ret_took_ms);

/* A request and what became of it. */
struct shot {
    const char *method; /* NULL: POST when there is a body, else GET */
    const char *path, *token, *body, *key;
    int64_t version;

    int status;         /* 0: the connection was refused or broke */
    const char *answer; /* nobody frees it */
    int retry_after_s;  /* 0: not told */
    int64_t took_ms;
};

/* Fires them all at once, each on a thread and a connection of its own, and does not wait. */
struct volley;
struct volley *spare_fire(const struct spare *spare, struct shot shots[], size_t count);
/* Waits until all are answered. */
void spare_await(struct volley *volley);
/* Both; and one shot alone. */
void spare_fire_all(const struct spare *spare, struct shot shots[], size_t count);
struct shot spare_ask(const struct spare *spare, struct shot shot);

/* Whether a line of its log holds both texts. */
bool spare_logged(const struct spare *spare, const char *one, const char *other);

/* Waits until the server answers /readyz with that status; false after limit_ms. */
bool spare_becomes(const struct spare *spare, int readyz_status, int64_t limit_ms);

/* The value of a metric without labels. */
long spare_metric(const struct spare *spare, const char *name);

int64_t now_ms(void);

#endif
