#include "server/session_cookie.h"

#include "server/server.h"

static bool is_secure(const struct server *server)
{
    return server->tls || server->settings.session.secure;
}

const char *session_cookie_name(const struct server *server)
{
    return is_secure(server) ? "__Host-complaintd_session" : "complaintd_session";
}

struct text session_cookie(const struct server *server, struct arena *arena, const char *token,
                           int64_t max_age_s)
{
    return text_printf(arena, "%s=%s; Max-Age=%lld; Path=/; HttpOnly; SameSite=Strict%s",
                       session_cookie_name(server), token, (long long)max_age_s,
                       is_secure(server) ? "; Secure" : "");
}

const char *sign_on_cookie_name(const struct server *server)
{
    return is_secure(server) ? "__Host-complaintd_sign_on" : "complaintd_sign_on";
}

struct text sign_on_cookie(const struct server *server, struct arena *arena, struct text value,
                           int64_t max_age_s)
{
    return text_printf(arena, "%s=%.*s; Max-Age=%lld; Path=/; HttpOnly; SameSite=Lax%s",
                       sign_on_cookie_name(server), TEXT_ARG(value), (long long)max_age_s,
                       is_secure(server) ? "; Secure" : "");
}
