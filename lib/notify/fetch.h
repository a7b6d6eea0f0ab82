#ifndef NOTIFY_FETCH_H
#define NOTIFY_FETCH_H

#include "lib/base/text.h"

#define FETCH_ERROR_MAX 256

/* Something that is asked of another server. */
struct fetch {
    const char *url;
    struct text form;            /* sent by POST, as application/x-www-form-urlencoded; none: GET */
    const char *user, *password; /* for Basic authentication; NULL: none */
    long timeout_ms;             /* for all of it */
    size_t body_max;             /* bytes; a longer answer is none */
};

/* Whether an address may be asked at all: https://, or http:// on loopback. */
bool fetch_allows(const char *url);

/* Asks, and waits for the answer; redirections are not followed. Returns the HTTP status with the body,
 * in the arena, in *ret; 0 when there was no answer, or the address may not be asked, and why in
 * `error`, for logs: neither the address nor what was sent is in it. */
int fetch_do(struct arena *arena, const struct fetch *fetch, struct text *ret,
             char error[static FETCH_ERROR_MAX]);

#endif
