#ifndef SERVER_LIMITS_H
#define SERVER_LIMITS_H

#include <stdbool.h>

struct request;
struct settings;

/* How many requests a caller may send: each has a token bucket, by settings limit.rate and
 * limit.burst. A caller is who the token belongs to, together with the API client it was made for;
 * whoever is not known, or not yet, is one with all others at the same address (of IPv6: in the same
 * /64). What is answered at once, without the database, is not counted. */
struct limits;

struct limits *limits_new(const struct settings *settings);
void limits_free(struct limits *limits);

/* Counts a request whose caller was looked for, and notes in it what is left. False: there were too
 * many, and request->limit.wait_s says when to come again. */
bool limits_take(struct limits *limits, struct request *request);

/* The policy that was applied, for the field RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers
 * -11 §3): a bucket of q requests that is filled in w seconds. */
const char *limits_policy(const struct limits *limits, const struct request *request);

/* The policy's name, for the field RateLimit (§4). */
const char *limits_name(const struct request *request);

#endif
