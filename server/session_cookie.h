#ifndef SERVER_SESSION_COOKIE_H
#define SERVER_SESSION_COOKIE_H

#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/text.h"

struct server;

/* The cookie that carries a browser's session. Where browsers speak TLS, with us or with a proxy in
 * front, it is Secure, and its name begins with __Host-: then no other host can set it (RFC 6265bis
 * §4.1.3.2). */
const char *session_cookie_name(const struct server *server);

/* The Set-Cookie field. max_age_s 0 with an empty token: the browser forgets it. */
struct text session_cookie(const struct server *server, struct arena *arena, const char *token,
                           int64_t max_age_s);

/* Likewise the one that remembers a sign-in while another server goes on with it. The browser sends it
 * when that one sends the person back (SameSite=Lax). */
const char *sign_on_cookie_name(const struct server *server);
struct text sign_on_cookie(const struct server *server, struct arena *arena, struct text value,
                           int64_t max_age_s);

#endif
