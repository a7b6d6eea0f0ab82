#include "server/sign_on.h"

#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "lib/base/log.h"
#include "lib/notify/fetch.h"

#define TIMEOUT_MS 3000
#define METADATA_MAX ((size_t)64 * 1024) /* bytes */
#define KEYS_MAX ((size_t)256 * 1024)
#define TOKENS_MAX ((size_t)64 * 1024)
#define KEPT_FOR (60 * INSTANT_MINUTE)
/* A token with an unknown key makes us look for newer ones, but not more often than so. */
#define KEYS_AGAIN_AFTER INSTANT_MINUTE
/* After a failure the provider is not asked again so soon: others need not wait for it, too. */
#define FAILED_FOR (2 * INSTANT_SECOND)
#define SECRET_MAX 1024
#define DISCOVERY "/.well-known/openid-configuration"

struct sign_on {
    const struct settings *settings;
    pthread_mutex_t lock; /* held while metadata and keys are read */
    struct arena *arena;  /* of the metadata */
    struct id_provider provider;
    struct id_keys *keys;
    instant read_at, again_at, failed_at; /* 0: never; again_at: keys, for an unknown one */
    enum fault failure;                   /* the last */
};

bool sign_on_is_set(const struct settings *settings)
{
    return *settings->sign_on.issuer != '\0';
}

/* --- the secret --------------------------------------------------------------------------------- */

bool sign_on_load_secret(struct arena *arena, struct settings *settings, const char **ret_error)
{
    const char *path = settings->sign_on.client_secret_file;
    char secret[SECRET_MAX + 2];
    struct stat about;

    if (!*path)
        return true;
    FILE *file = fopen(path, "re");
    size_t length = file ? fread(secret, 1, sizeof secret - 1, file) : 0;
    bool open_to_others = file && fstat(fileno(file), &about) == 0 && about.st_mode & S_IRWXO;
    *ret_error = !file ? strerror(errno) : NULL;
    if (file)
        fclose(file);
    while (length && (secret[length - 1] == '\n' || secret[length - 1] == '\r'))
        length--;
    if (!*ret_error && open_to_others)
        *ret_error = "others may open it";
    if (!*ret_error && (length == 0 || length > SECRET_MAX || memchr(secret, '\n', length)))
        *ret_error = "it does not hold one line of at most 1024 bytes";
    if (!*ret_error)
        settings->sign_on.client_secret = arena_copy(arena, secret, length);
    return !*ret_error;
}

/* --- metadata and keys -------------------------------------------------------------------------- */

struct sign_on *sign_on_new(const struct settings *settings)
{
    struct sign_on *sign_on = sign_on_is_set(settings) ? calloc(1, sizeof *sign_on) : NULL;

    if (!sign_on && sign_on_is_set(settings))
        abort();
    if (sign_on) {
        sign_on->settings = settings;
        sign_on->arena = arena_new(4096);
        pthread_mutex_init(&sign_on->lock, NULL);
    }
    return sign_on;
}

void sign_on_free(struct sign_on *sign_on)
{
    if (!sign_on)
        return;
    id_keys_free(sign_on->keys);
    arena_free(sign_on->arena);
    pthread_mutex_destroy(&sign_on->lock);
    free(sign_on);
}

static enum fault complain(enum fault fault, const char *what, const char *why)
{
    log_line(LOG_WARNING, "single sign-on failed", LOG_STRING("at", what),
             LOG_STRING("error", why));
    return fault;
}

/* Anything but 200 is an absence, or a mistake of the provider's or in our settings. */
static enum fault get(struct arena *arena, const char *url, size_t max, const char *what,
                      struct text *ret)
{
    char error[FETCH_ERROR_MAX];
    const struct fetch fetch = {.url = url, .timeout_ms = TIMEOUT_MS, .body_max = max};
    int status = fetch_do(arena, &fetch, ret, error);

    if (status == 200)
        return FAULT_NONE;
    return status == 0 || status >= 500
               ? complain(FAULT_SIGN_ON_AWAY, what, status ? "the provider is in trouble" : error)
               : complain(FAULT_SIGN_ON_BROKEN, what, "the provider refuses");
}

static enum fault read_keys(struct sign_on *sign_on, struct arena *arena)
{
    struct text body;
    enum fault fault = get(arena, sign_on->provider.keys, KEYS_MAX, "keys", &body);

    if (fault)
        return fault;
    struct id_keys *keys = id_keys_read(body);
    if (!keys)
        return complain(FAULT_SIGN_ON_BROKEN, "keys", "none of them is of use");
    id_keys_free(sign_on->keys);
    sign_on->keys = keys;
    return FAULT_NONE;
}

static enum fault read_all(struct sign_on *sign_on, struct arena *arena, instant now)
{
    const char *issuer = sign_on->settings->sign_on.issuer;
    size_t length = strlen(issuer);
    struct text body;

    while (length && issuer[length - 1] == '/')
        length--;
    enum fault fault = get(arena, arena_printf(arena, "%.*s" DISCOVERY, (int)length, issuer),
                           METADATA_MAX, "metadata", &body);
    if (fault)
        return fault;
    arena_reset(sign_on->arena);
    sign_on->read_at = 0;
    const char *flaw = id_provider_read(sign_on->arena, body, issuer, &sign_on->provider);
    if (!flaw && (!fetch_allows(sign_on->provider.authorization) ||
                  !fetch_allows(sign_on->provider.token) || !fetch_allows(sign_on->provider.keys)))
        flaw = "an address is neither https nor on loopback";
    if (flaw)
        return complain(FAULT_SIGN_ON_BROKEN, "metadata", flaw);
    fault = read_keys(sign_on, arena);
    if (!fault)
        sign_on->read_at = now;
    return fault;
}

/* Called with the lock held. */
static enum fault keep_up(struct sign_on *sign_on, struct arena *arena, instant now)
{
    if (sign_on->read_at && now < sign_on->read_at + KEPT_FOR)
        return FAULT_NONE;
    if (sign_on->failed_at && now < sign_on->failed_at + FAILED_FOR)
        return sign_on->failure;
    sign_on->failure = read_all(sign_on, arena, now);
    sign_on->failed_at = sign_on->failure ? instant_now() : 0;
    return sign_on->failure;
}

enum fault sign_on_provider(struct sign_on *sign_on, struct arena *arena, struct id_provider *ret)
{
    pthread_mutex_lock(&sign_on->lock);
    enum fault fault = keep_up(sign_on, arena, instant_now());
    if (!fault) {
        const struct id_provider *own = &sign_on->provider;
        *ret = (struct id_provider){
            .authorization = arena_copy(arena, own->authorization, strlen(own->authorization)),
            .token = arena_copy(arena, own->token, strlen(own->token)),
            .keys = arena_copy(arena, own->keys, strlen(own->keys)),
            .secret_in_body = own->secret_in_body};
    }
    pthread_mutex_unlock(&sign_on->lock);
    return fault;
}

/* --- tokens ------------------------------------------------------------------------------------- */

static void add(struct text_buffer *out, const char *name, struct text value)
{
    if (out->length)
        text_buffer_add_char(out, '&');
    text_buffer_add_string(out, name);
    text_buffer_add_char(out, '=');
    text_buffer_add_encoded(out, value);
}

/* As Basic authentication takes them here (RFC 6749 §2.3.1). */
static const char *encoded(struct arena *arena, const char *value)
{
    struct text_buffer out = text_buffer_new(arena, 64);

    text_buffer_add_encoded(&out, text_of(value));
    return arena_copy(arena, out.at, out.length);
}

static int ask_for_tokens(const struct sign_on *sign_on, struct arena *arena,
                          const struct id_provider *provider, struct text code,
                          const char *verifier, struct text *ret,
                          char error[static FETCH_ERROR_MAX])
{
    const struct settings *settings = sign_on->settings;
    const char *id = settings->sign_on.client_id, *secret = settings->sign_on.client_secret;
    struct text_buffer form = text_buffer_new(arena, 512);
    struct fetch fetch = {.url = provider->token, .timeout_ms = TIMEOUT_MS, .body_max = TOKENS_MAX};

    add(&form, "grant_type", TEXT("authorization_code"));
    add(&form, "code", code);
    add(&form, "redirect_uri", text_of(settings->sign_on.redirect_url));
    add(&form, "code_verifier", text_of(verifier));
    if (!*secret || provider->secret_in_body)
        add(&form, "client_id", text_of(id));
    if (*secret && provider->secret_in_body)
        add(&form, "client_secret", text_of(secret));
    if (*secret && !provider->secret_in_body) {
        fetch.user = encoded(arena, id);
        fetch.password = encoded(arena, secret);
    }
    fetch.form = text_buffer_text(&form);
    return fetch_do(arena, &fetch, ret, error);
}

/* "invalid_grant": the code is not good, or no more. */
static enum fault refused(const json_t *answer, int status)
{
    const char *error = json_string_value(json_object_get(answer, "error"));

    if (error && strcmp(error, "invalid_grant") == 0)
        return complain(FAULT_SIGN_IN_FAILED, "tokens", "the code is not good");
    return complain(status >= 500 ? FAULT_SIGN_ON_AWAY : FAULT_SIGN_ON_BROKEN, "tokens",
                    status >= 500 ? "the provider is in trouble" : "the provider refuses");
}

static enum fault judge(struct sign_on *sign_on, struct arena *arena, struct text token,
                        const struct id_expected *expected, struct text *ret_claim)
{
    const char *why = NULL;
    enum fault fault = FAULT_NONE;

    pthread_mutex_lock(&sign_on->lock);
    enum id_verdict verdict =
        id_token_judge(arena, sign_on->keys, token, expected, ret_claim, &why);
    /* read_at: 0 when another request found the metadata to be none: then no address is known. */
    if (verdict == ID_UNKNOWN_KEY && sign_on->read_at &&
        expected->now >= sign_on->again_at + KEYS_AGAIN_AFTER) {
        sign_on->again_at = expected->now; /* whatever comes of it */
        fault = read_keys(sign_on, arena);
        if (!fault)
            verdict = id_token_judge(arena, sign_on->keys, token, expected, ret_claim, &why);
    }
    pthread_mutex_unlock(&sign_on->lock);
    if (fault || verdict == ID_GOOD)
        return fault;
    return complain(FAULT_SIGN_IN_FAILED, "ID token", why);
}

enum fault sign_on_redeem(struct sign_on *sign_on, struct arena *arena, struct text code,
                          const char *verifier, struct text nonce, struct text *ret_claim)
{
    const struct settings *settings = sign_on->settings;
    char error[FETCH_ERROR_MAX];
    struct id_provider provider;
    struct text body;
    enum fault fault = sign_on_provider(sign_on, arena, &provider);

    if (fault)
        return fault;
    int status = ask_for_tokens(sign_on, arena, &provider, code, verifier, &body, error);
    if (status == 0)
        return complain(FAULT_SIGN_ON_AWAY, "tokens", error);
    json_t *answer = json_loadb(body.at ? body.at : "", body.length, JSON_REJECT_DUPLICATES, NULL);
    const char *token = json_string_value(json_object_get(answer, "id_token"));
    const char *access = json_string_value(json_object_get(answer, "access_token"));
    const struct id_expected expected = {.issuer = settings->sign_on.issuer,
                                         .client_id = settings->sign_on.client_id,
                                         .nonce = nonce,
                                         .access_token = text_of(access),
                                         .claim = settings->sign_on.claim,
                                         .now = instant_now()};
    if (status != 200)
        fault = refused(answer, status);
    else if (!token)
        fault = complain(FAULT_SIGN_ON_BROKEN, "tokens", "there is no ID token");
    else
        fault = judge(sign_on, arena, text_of(token), &expected, ret_claim);
    json_decref(answer);
    return fault;
}
