#ifndef SERVER_TLS_H
#define SERVER_TLS_H

#include <stdbool.h>

struct settings;

/* The certificate with which the server shows who it is. It can be read anew while connections are
 * open: each keeps the one it began with, until its end. */
struct tls;

/* Reads certificate, key and priorities by the settings tls.*. Returns NULL when they cannot be
 * used, with *ret_error saying why; the text is static. */
struct tls *tls_new(const struct settings *settings, const char **ret_error);
void tls_free(struct tls *tls);

/* Reads certificate and key again, for connections to come. Returns NULL, or why what is in the files
 * cannot be used: then all stays as it was. Any thread. */
const char *tls_reload(struct tls *tls);

/* What libmicrohttpd wants to see when it starts: PEM, and the priorities. */
const char *tls_certificate(const struct tls *tls);
const char *tls_key(const struct tls *tls);
const char *tls_priorities(const struct tls *tls);

/* Gives a new connection's session the newest certificate; released when the session has ended.
 * session: a gnutls_session_t. Any thread. */
struct credentials;
struct credentials *tls_present(struct tls *tls, void *session);
void tls_release(struct tls *tls, struct credentials *credentials);

#endif
