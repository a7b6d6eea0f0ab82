#ifndef TESTS_HTTP_REAL_CLIENT_H
#define TESTS_HTTP_REAL_CLIENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A client that threads can use beside each other, one each: its own connection and its own
 * session. What goes wrong is told to real_fail(). It records no exchanges: the data it carries
 * belong nowhere but into the database. */
struct real_client {
    void *curl;
    const char *login;
    char *token;
    char *body; /* of the last answer, zero-terminated */
    size_t length, capacity;
    json_t *json; /* the same; NULL: no JSON */
    int status;
    int64_t version;   /* its ETag; 0: none of a complaint */
    char location[96]; /* "" when there is none */
};

/* Signs in. False when that fails. */
bool real_client_open(struct real_client *client, const char *login);
void real_client_close(struct real_client *client);

struct real_request {
    const char *path;
    const json_t *body; /* NULL: GET */
    int64_t version;    /* If-Match; 0: none */
    const char *key;    /* Idempotency-Key, or NULL */
    bool gzip;
};

/* Sends it and fills the members above. False when no answer came, or one that shows a number of
 * real_needle_add(), or one with a status other than expected. */
bool real_call(struct real_client *client, const struct real_request *request, int expected);

/* All clients of this process together. */
struct real_traffic {
    uint64_t calls, bytes;
};
struct real_traffic real_traffic(void);

#endif
