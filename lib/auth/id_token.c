#include "lib/auth/id_token.h"

#include <cjose/cjose.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>

#define LEEWAY_S 60 /* clocks differ */

#define JSON_OWNED __attribute__((cleanup(json_decrefp))) json_t

/* What is allowed: each algorithm with the kind of key that it takes. Never "none", and no secrets
 * shared with the provider. */
static const struct {
    const char *algorithm, *kty, *crv;
} algorithms[] = {{"RS256", "RSA", NULL}, {"PS256", "RSA", NULL}, {"ES256", "EC", "P-256"}};
#define ALGORITHMS (sizeof algorithms / sizeof *algorithms)

#define RSA_BITS_MIN 2048

struct id_key {
    cjose_jwk_t *jwk;
    bool rsa;
    char *kid, *algorithm; /* NULL: it does not tell */
};

struct id_keys {
    size_t count;
    struct id_key list[ID_KEYS_MAX];
};

static json_t *load(struct text json)
{
    return json_loadb(json.at ? json.at : "", json.length, JSON_REJECT_DUPLICATES, NULL);
}

static const char *string_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static bool is(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* --- the provider ------------------------------------------------------------------------------- */

static bool lists(const json_t *array, const char *value)
{
    size_t i;
    json_t *member;

    json_array_foreach(array, i, member)
    {
        if (is(json_string_value(member), value))
            return true;
    }
    return false;
}

static const char *keep(struct arena *arena, const char *value)
{
    return value ? arena_copy(arena, value, strlen(value)) : NULL;
}

const char *id_provider_read(struct arena *arena, struct text text, const char *issuer,
                             struct id_provider *ret)
{
    JSON_OWNED *json = load(text);
    const json_t *methods = json_object_get(json, "token_endpoint_auth_methods_supported");

    if (!json_is_object(json))
        return "the metadata are no JSON object";
    if (!is(string_of(json, "issuer"), issuer))
        return "the metadata are of another issuer";
    *ret = (struct id_provider){
        .authorization = keep(arena, string_of(json, "authorization_endpoint")),
        .token = keep(arena, string_of(json, "token_endpoint")),
        .keys = keep(arena, string_of(json, "jwks_uri")),
        .secret_in_body = json_is_array(methods) && !lists(methods, "client_secret_basic") &&
                          lists(methods, "client_secret_post")};
    return ret->authorization && ret->token && ret->keys ? NULL : "the metadata lack an address";
}

/* --- keys --------------------------------------------------------------------------------------- */

static bool is_of_use(const json_t *json)
{
    const char *use = string_of(json, "use"), *algorithm = string_of(json, "alg");
    const char *kty = string_of(json, "kty");

    if (use && strcmp(use, "sig") != 0)
        return false;
    for (size_t i = 0; i < ALGORITHMS; i++)
        if (is(kty, algorithms[i].kty) &&
            (!algorithms[i].crv || is(string_of(json, "crv"), algorithms[i].crv)) &&
            (!algorithm || is(algorithm, algorithms[i].algorithm)))
            return true;
    return false;
}

static char *copy(const char *value)
{
    char *kept = value ? strdup(value) : NULL;

    if (value && !kept)
        abort();
    return kept;
}

static void add_key(struct id_keys *keys, const json_t *json)
{
    cjose_err error;
    char *text = is_of_use(json) ? json_dumps(json, JSON_COMPACT) : NULL;
    cjose_jwk_t *jwk = text ? cjose_jwk_import(text, strlen(text), &error) : NULL;
    bool rsa = is(string_of(json, "kty"), "RSA");

    free(text);
    if (!jwk)
        return;
    if (rsa && cjose_jwk_get_keysize(jwk, &error) < RSA_BITS_MIN) {
        cjose_jwk_release(jwk);
        return;
    }
    keys->list[keys->count++] =
        (struct id_key){jwk, rsa, copy(string_of(json, "kid")), copy(string_of(json, "alg"))};
}

struct id_keys *id_keys_read(struct text text)
{
    JSON_OWNED *json = load(text);
    struct id_keys *keys = calloc(1, sizeof *keys);
    size_t i;
    json_t *member;

    if (!keys)
        abort();
    json_array_foreach(json_object_get(json, "keys"), i, member)
    {
        if (json_is_object(member) && keys->count < ID_KEYS_MAX)
            add_key(keys, member);
    }
    if (keys->count > 0)
        return keys;
    id_keys_free(keys);
    return NULL;
}

void id_keys_free(struct id_keys *keys)
{
    if (!keys)
        return;
    for (size_t i = 0; i < keys->count; i++) {
        cjose_jwk_release(keys->list[i].jwk);
        free(keys->list[i].kid);
        free(keys->list[i].algorithm);
    }
    free(keys);
}

/* The key of a header; NULL: there is none. Without a name, the only one that fits. */
static const struct id_key *find_key(const struct id_keys *keys, const char *kid,
                                     const char *algorithm, bool rsa)
{
    const struct id_key *found = NULL;

    for (size_t i = 0; i < keys->count; i++) {
        const struct id_key *key = &keys->list[i];
        if (key->rsa != rsa || (key->algorithm && !is(key->algorithm, algorithm)) ||
            (kid && !is(key->kid, kid)))
            continue;
        if (found && !kid)
            return NULL;
        if (!found)
            found = key;
    }
    return found;
}

/* --- signature ---------------------------------------------------------------------------------- */

/* The header, which libcjose does not show as a whole. */
static json_t *read_header(struct arena *arena, struct text token)
{
    const char *dot = memchr(token.at, '.', token.length);
    size_t length = dot ? (size_t)(dot - token.at) : 0, got;
    unsigned char *out = arena_alloc(arena, length + 1);

    if (sodium_base642bin(out, length + 1, token.at, length, NULL, &got, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return NULL;
    return load((struct text){(const char *)out, got});
}

static json_t *verify(const struct id_key *key, struct text token)
{
    cjose_err error;
    uint8_t *plain;
    size_t length;
    json_t *claims = NULL;
    cjose_jws_t *jws = cjose_jws_import(token.at, token.length, &error);

    if (jws && cjose_jws_verify(jws, key->jwk, &error) &&
        cjose_jws_get_plaintext(jws, &plain, &length, &error))
        claims = load((struct text){(const char *)plain, length});
    cjose_jws_release(jws);
    return claims;
}

/* *ret_claims: what the token says, if it is signed by one of the keys. */
static enum id_verdict judge_signature(struct arena *arena, const struct id_keys *keys,
                                       struct text token, json_t **ret_claims, const char **ret_why)
{
    JSON_OWNED *header = read_header(arena, token);
    const char *algorithm = string_of(header, "alg"), *kid = string_of(header, "kid");
    const struct id_key *key = NULL;
    size_t i = 0;

    while (i < ALGORITHMS && !is(algorithm, algorithms[i].algorithm))
        i++;
    if (i == ALGORITHMS || json_object_get(header, "crit")) {
        *ret_why = "the signature is of a kind that is not allowed";
        return ID_BAD;
    }
    key = find_key(keys, kid, algorithm, is(algorithms[i].kty, "RSA"));
    if (!key) {
        *ret_why = "the key of the signature is not known";
        return ID_UNKNOWN_KEY;
    }
    *ret_claims = verify(key, token);
    *ret_why = "the signature is wrong";
    return *ret_claims ? ID_GOOD : ID_BAD;
}

/* --- claims ------------------------------------------------------------------------------------- */

static bool is_for_us(const json_t *claims, const char *client_id)
{
    const json_t *audience = json_object_get(claims, "aud");
    const json_t *party = json_object_get(claims, "azp");
    bool several = json_array_size(audience) > 1;

    if (!is(json_string_value(audience), client_id) && !lists(audience, client_id))
        return false;
    return party ? is(json_string_value(party), client_id) : !several;
}

static bool is_in_time(const json_t *claims, instant now)
{
    const json_t *end = json_object_get(claims, "exp"), *begin = json_object_get(claims, "iat");
    const json_t *not_before = json_object_get(claims, "nbf");
    json_int_t now_s = now / INSTANT_SECOND;

    return json_is_integer(end) && json_is_integer(begin) &&
           json_integer_value(end) > now_s - LEEWAY_S &&
           json_integer_value(begin) <= now_s + LEEWAY_S &&
           (!not_before ||
            (json_is_integer(not_before) && json_integer_value(not_before) <= now_s + LEEWAY_S));
}

/* The left half of the hash of the access token (Core §3.1.3.6); all that is allowed hash alike. */
static bool belongs_to(const json_t *claims, struct text access_token)
{
    const json_t *given = json_object_get(claims, "at_hash");
    unsigned char hash[crypto_hash_sha256_BYTES];
    char text[sodium_base64_ENCODED_LEN(sizeof hash / 2, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

    if (!given)
        return true;
    if (text_is_none(access_token))
        return false;
    crypto_hash_sha256(hash, (const unsigned char *)access_token.at, access_token.length);
    sodium_bin2base64(text, sizeof text, hash, sizeof hash / 2,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return is(json_string_value(given), text);
}

static const char *flaw_of(const json_t *claims, const struct id_expected *expected)
{
    struct text nonce = text_of(string_of(claims, "nonce"));

    if (!is(string_of(claims, "iss"), expected->issuer))
        return "it is of another issuer";
    if (!is_for_us(claims, expected->client_id))
        return "it is for somebody else";
    if (!is_in_time(claims, expected->now))
        return "it is not of this time";
    if (!text_equal(nonce, expected->nonce))
        return "it is of another sign-in";
    if (!belongs_to(claims, expected->access_token))
        return "it is of another access token";
    if (!string_of(claims, expected->claim))
        return "it lacks the claim that names the person";
    return NULL;
}

enum id_verdict id_token_judge(struct arena *arena, const struct id_keys *keys, struct text token,
                               const struct id_expected *expected, struct text *ret_claim,
                               const char **ret_why)
{
    json_t *claims = NULL;

    *ret_why = "it is too long";
    if (text_is_none(token) || token.length > ID_TOKEN_MAX)
        return ID_BAD;
    enum id_verdict verdict = judge_signature(arena, keys, token, &claims, ret_why);
    if (verdict == ID_GOOD) {
        *ret_why = flaw_of(claims, expected);
        verdict = *ret_why ? ID_BAD : ID_GOOD;
    }
    if (verdict == ID_GOOD)
        *ret_claim = text_copy(arena, text_of(string_of(claims, expected->claim)));
    json_decref(claims);
    return verdict;
}
