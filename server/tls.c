#include "server/tls.h"

#include <gnutls/gnutls.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#include "server/settings.h"

struct credentials {
    gnutls_certificate_credentials_t handle;
    unsigned holders; /* connections; the newest is also held by struct tls */
};

struct tls {
    pthread_mutex_t lock; /* over holders and newest */
    struct credentials *newest;
    const char *certificate_file, *key_file, *priorities;
    gnutls_datum_t certificate, key; /* as they were at the start, zero-terminated */
};

/* Whether these priorities are sound and take nothing older than TLS 1.2. */
static const char *judge_priorities(const char *priorities)
{
    gnutls_priority_t cache;
    const unsigned *versions = NULL;
    const char *flaw = NULL;

    if (gnutls_priority_init(&cache, priorities, NULL) != GNUTLS_E_SUCCESS)
        return "tls.priorities is no priority string of GnuTLS";
    int count = gnutls_priority_protocol_list(cache, &versions);
    for (int i = 0; i < count; i++) {
        if (versions[i] < GNUTLS_TLS1_2)
            flaw = "tls.priorities allow a version older than TLS 1.2";
    }
    gnutls_priority_deinit(cache);
    return flaw;
}

static void credentials_free(struct credentials *credentials)
{
    if (!credentials)
        return;
    gnutls_certificate_free_credentials(credentials->handle);
    free(credentials);
}

/* Also fails when the key is another certificate's. */
static struct credentials *credentials_read(const struct tls *tls, const char **ret_error)
{
    struct credentials *credentials = calloc(1, sizeof *credentials);
    if (!credentials || gnutls_certificate_allocate_credentials(&credentials->handle) < 0)
        abort();
    credentials->holders = 1;
    int result = gnutls_certificate_set_x509_key_file(credentials->handle, tls->certificate_file,
                                                      tls->key_file, GNUTLS_X509_FMT_PEM);
    if (result >= 0)
        return credentials;
    *ret_error = gnutls_strerror(result);
    credentials_free(credentials);
    return NULL;
}

struct tls *tls_new(const struct settings *settings, const char **ret_error)
{
    struct tls *tls = calloc(1, sizeof *tls);
    if (!tls)
        abort();
    pthread_mutex_init(&tls->lock, NULL);
    tls->certificate_file = settings->tls.certificate;
    tls->key_file = settings->tls.key;
    tls->priorities = settings->tls.priorities;
    *ret_error = judge_priorities(tls->priorities);
    if (!*ret_error)
        tls->newest = credentials_read(tls, ret_error);
    if (tls->newest && (gnutls_load_file(tls->certificate_file, &tls->certificate) < 0 ||
                        gnutls_load_file(tls->key_file, &tls->key) < 0))
        *ret_error = "the files of tls.certificate and tls.key cannot be read";
    if (!*ret_error)
        return tls;
    tls_free(tls);
    return NULL;
}

void tls_free(struct tls *tls)
{
    if (!tls)
        return;
    if (tls->key.data)
        sodium_memzero(tls->key.data, tls->key.size);
    gnutls_free(tls->key.data);
    gnutls_free(tls->certificate.data);
    credentials_free(tls->newest);
    pthread_mutex_destroy(&tls->lock);
    free(tls);
}

void tls_release(struct tls *tls, struct credentials *credentials)
{
    if (!credentials)
        return;
    pthread_mutex_lock(&tls->lock);
    bool unused = --credentials->holders == 0;
    pthread_mutex_unlock(&tls->lock);
    if (unused)
        credentials_free(credentials);
}

const char *tls_reload(struct tls *tls)
{
    const char *error = NULL;
    struct credentials *read = credentials_read(tls, &error);
    if (!read)
        return error;
    pthread_mutex_lock(&tls->lock);
    struct credentials *old = tls->newest;
    tls->newest = read;
    pthread_mutex_unlock(&tls->lock);
    tls_release(tls, old);
    return NULL;
}

const char *tls_certificate(const struct tls *tls)
{
    return (const char *)tls->certificate.data;
}

const char *tls_key(const struct tls *tls)
{
    return (const char *)tls->key.data;
}

const char *tls_priorities(const struct tls *tls)
{
    return tls->priorities;
}

struct credentials *tls_present(struct tls *tls, void *session)
{
    pthread_mutex_lock(&tls->lock);
    struct credentials *credentials = tls->newest;
    credentials->holders++;
    pthread_mutex_unlock(&tls->lock);
    /* In place of libmicrohttpd's own, which are those of the start. */
    (void)gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials->handle);
    return credentials;
}
