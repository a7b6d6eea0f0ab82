#ifndef SERVER_THROTTLE_H
#define SERVER_THROTTLE_H

#include <stdbool.h>

#include "lib/base/text.h"

struct principal;
struct request;
struct settings;

/* How often something may be tried that could be guessed. A password: by bucket for a login from an address, and for an address with
 * all logins. Never for a login alone, or anybody could keep anybody from signing in. What is counted
 * does not depend on whether the login exists. Addresses of IPv6 count as their /64. */
struct throttle;

struct throttle *throttle_new(const struct settings *settings);
void throttle_free(struct throttle *throttle);

/* Counts a try before the password is looked at, so that tries at the same time count too. False: there
 * were too many, and *ret_wait_s says when to come again. */
bool throttle_enter(struct throttle *throttle, const struct request *request, struct text login,
                    int *ret_wait_s);

/* Counts a search by contact data, by bucket for whoever searches and for the client, whomever it acts for.
 * False as above. */
bool throttle_search(struct throttle *throttle, const struct request *request,
                     const struct principal *who, int *ret_wait_s);

/* Counts a look at the progress of a complaint, by bucket for the address. False as above. */
bool throttle_follow(struct throttle *throttle, const struct request *request, int *ret_wait_s);

/* Takes the try of a password back: it was no failed one. */
void throttle_forgive(struct throttle *throttle, const struct request *request, struct text login);

#endif
