#include "tests/http/real_client.h"

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/http/client.h"
#include "tests/http/program.h"
#include "tests/http/real_needle.h"
#include "tests/http/real_report.h"

#define TIMEOUT_MS 30000L
#define PASSWORD "demo-2026"
#define SHOWN_MAX 160

static atomic_uint_fast64_t calls, bytes;

struct real_traffic real_traffic(void)
{
    return (struct real_traffic){atomic_load(&calls), atomic_load(&bytes)};
}

static size_t take_body(char *data, size_t size, size_t count, void *cls)
{
    struct real_client *client = cls;
    size_t length = size * count, needed = client->length + length + 1;

    if (needed > client->capacity) {
        char *larger = realloc(client->body, needed * 2);
        if (!larger)
            return 0;
        client->body = larger;
        client->capacity = needed * 2;
    }
    memcpy(client->body + client->length, data, length);
    client->length += length;
    client->body[client->length] = '\0';
    return length;
}

static size_t take_header(char *data, size_t size, size_t count, void *cls)
{
    struct real_client *client = cls;
    size_t length = size * count, name = strcspn(data, ":\r");

    if (name == 4 && strncasecmp(data, "ETag", 4) == 0) {
        client->version = strtoll(data + 4 + strspn(data + 4, ": \""), NULL, 10);
    } else if (name == 8 && strncasecmp(data, "Location", 8) == 0) {
        const char *value = data + 8 + strspn(data + 8, ": ");
        snprintf(client->location, sizeof client->location, "%.*s", (int)strcspn(value, "\r\n"),
                 value);
    }
    return length;
}

static void forget_answer(struct real_client *client)
{
    json_decref(client->json);
    client->json = NULL;
    client->length = 0;
    client->status = 0;
    client->version = 0;
    client->location[0] = '\0';
    if (client->body)
        client->body[0] = '\0';
}

static struct curl_slist *headers_of(const struct real_client *client,
                                     const struct real_request *request)
{
    struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
    char line[512];

    if (request->body)
        headers = curl_slist_append(headers, "Content-Type: application/json");
    if (client->token) {
        snprintf(line, sizeof line, "Authorization: Bearer %s", client->token);
        headers = curl_slist_append(headers, line);
    }
    if (request->version) {
        snprintf(line, sizeof line, "If-Match: \"%lld\"", (long long)request->version);
        headers = curl_slist_append(headers, line);
    }
    if (request->key) {
        snprintf(line, sizeof line, "Idempotency-Key: %s", request->key);
        headers = curl_slist_append(headers, line);
    }
    return headers;
}

/* Everything but what stays the same for a connection. */
static CURLcode transfer(struct real_client *client, const struct real_request *request,
                         const char *body)
{
    CURL *curl = client->curl;
    struct curl_slist *headers = headers_of(client, request);
    char url[512];
    long status = 0;

    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", client_port(), request->path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, request->gzip ? "gzip" : NULL);
    if (body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body));
    } else {
        curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    }
    CURLcode result = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    client->status = (int)status;
    return result;
}

/* The reason that a refusal gives: its type and where, neither of which shows the data. */
static const char *refusal(const struct real_client *client, char out[SHOWN_MAX])
{
    const char *type = json_string_value(json_object_get(client->json, "type"));
    const json_t *error = json_array_get(json_object_get(client->json, "errors"), 0);
    const char *pointer = json_string_value(json_object_get(error, "pointer"));
    const char *code = json_string_value(json_object_get(error, "code"));

    snprintf(out, SHOWN_MAX, "%s %s %s", type ? type : "", pointer ? pointer : "",
             code ? code : "");
    return out;
}

bool real_call(struct real_client *client, const struct real_request *request, int expected)
{
    char *body = request->body ? json_dumps(request->body, JSON_COMPACT) : NULL, why[SHOWN_MAX];

    forget_answer(client);
    CURLcode result = transfer(client, request, body);
    free(body);
    atomic_fetch_add(&calls, 1);
    atomic_fetch_add(&bytes, client->length);
    if (result != CURLE_OK) {
        real_fail("%s as %s: %s", request->path, client->login, curl_easy_strerror(result));
        return false;
    }
    client->json =
        json_loadb(client->body ? client->body : "", client->length, JSON_REJECT_DUPLICATES, NULL);
    if (client->length && real_needle_found(client->body, client->length)) {
        real_fail("%s as %s: the answer shows a number of the input", request->path, client->login);
        return false;
    }
    if (client->status != expected) {
        real_fail("%s as %s: status %d, not %d: %s", request->path, client->login, client->status,
                  expected, refusal(client, why));
        return false;
    }
    return true;
}

bool real_client_open(struct real_client *client, const char *login)
{
    *client = (struct real_client){.curl = curl_easy_init(), .login = login};
    if (!client->curl) {
        real_fail("no memory for a connection");
        return false;
    }
    curl_easy_setopt(client->curl, CURLOPT_PROXY, "");
    curl_easy_setopt(client->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(client->curl, CURLOPT_TIMEOUT_MS, TIMEOUT_MS * program_patience());
    curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, client);
    curl_easy_setopt(client->curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(client->curl, CURLOPT_HEADERDATA, client);

    json_t *body = json_pack("{s:s, s:s}", "login", login, "password", PASSWORD);
    const struct real_request request = {.path = "/v1/sessions", .body = body};
    bool good = real_call(client, &request, 201);
    json_decref(body);
    const char *token = json_string_value(json_object_get(client->json, "token"));
    client->token = token ? strdup(token) : NULL;
    return good && client->token;
}

void real_client_close(struct real_client *client)
{
    forget_answer(client);
    free(client->body);
    free(client->token);
    if (client->curl)
        curl_easy_cleanup(client->curl);
    *client = (struct real_client){0};
}
