#include "tests/http/client.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tests/http/exchange.h"
#include "tests/http/program.h"

#define TIMEOUT_MS 30000L
#define PASSWORD "demo-2026"
#define TOKENS_MAX 16

static const char *const demo_staff[] = {"agent1",      "handler1", "agent2",
                                         "supervisor1", "auditor1", "admin"};

/* What lives as long as the process, so that tests need not free it. */
struct kept {
    struct kept *next;
    char *text;
    struct reply reply;
    char *body;
    size_t capacity;
};
static struct kept *kept;

static struct {
    const char *login, *token;
} tokens[TOKENS_MAX];

/* Keeps its connection to the server from call to call. */
static CURL *connection;

/* A call on its way. */
struct transfer {
    struct call call;
    CURL *curl;
    struct curl_slist *headers;
    struct kept *result;
};

static struct kept *keep(void)
{
    struct kept *made = calloc(1, sizeof *made);
    ck_assert_ptr_nonnull(made);
    made->next = kept;
    kept = made;
    return made;
}

static const char *keep_text(const char *format, va_list arguments)
{
    struct kept *made = keep();
    ck_assert_int_ge(vasprintf(&made->text, format, arguments), 0);
    return made->text;
}

const char *client_text(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = keep_text(format, arguments);
    va_end(arguments);
    return text;
}

int client_port(void)
{
    return program_port(program_shared());
}

const char *client_address(void)
{
    return client_text("http://127.0.0.1:%d", client_port());
}

/* --- sending ---------------------------------------------------------------------------------- */

static size_t take_body(char *data, size_t size, size_t count, void *cls)
{
    struct kept *result = cls;
    size_t length = size * count, needed = result->reply.length + length + 1;
    if (needed > result->capacity) {
        result->capacity = needed * 2;
        result->body = realloc(result->body, result->capacity);
        ck_assert_ptr_nonnull(result->body);
    }
    memcpy(result->body + result->reply.length, data, length);
    result->reply.length += length;
    result->body[result->reply.length] = '\0';
    result->reply.body = result->body;
    return length;
}

static size_t take_header(char *data, size_t size, size_t count, void *cls)
{
    struct kept *result = cls;
    size_t length = size * count;
    const char *colon = memchr(data, ':', length), *end = data + length;
    if (length >= 5 && memcmp(data, "HTTP/", 5) == 0) /* after "100 Continue" there is another */
        json_object_clear(result->reply.headers);
    if (!colon)
        return length;
    char name[64];
    size_t name_length = (size_t)(colon - data);
    ck_assert_uint_lt(name_length, sizeof name);
    for (size_t i = 0; i < name_length; i++)
        name[i] = (char)tolower((unsigned char)data[i]);
    name[name_length] = '\0';
    for (colon++; colon < end && *colon == ' ';)
        colon++;
    while (end > colon && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' '))
        end--;
    json_object_set_new(result->reply.headers, name, json_stringn(colon, (size_t)(end - colon)));
    return length;
}

static void add_header(struct transfer *transfer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void add_header(struct transfer *transfer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    transfer->headers = curl_slist_append(transfer->headers, keep_text(format, arguments));
    va_end(arguments);
    ck_assert_ptr_nonnull(transfer->headers);
}

/* Settles what the call leaves open. */
static void complete(struct call *call)
{
    if (call->json) {
        struct kept *made = keep();
        made->text = json_dumps(call->json, JSON_COMPACT);
        ck_assert_ptr_nonnull(made->text);
        json_decref(call->json);
        call->json = NULL;
        call->body = made->text;
    }
    if (call->body && !call->body_length)
        call->body_length = strlen(call->body);
    if (call->body && !call->content_type)
        call->content_type = "application/json";
    if (!call->method)
        call->method = call->body ? "POST" : "GET";
    if (call->as && !call->token)
        call->token = client_token(call->as);
}

static void add_headers(struct transfer *transfer)
{
    const struct call *call = &transfer->call;
    add_header(transfer, "Expect:");
    add_header(transfer, "Accept:");
    if (call->content_type && *call->content_type)
        add_header(transfer, "Content-Type: %s", call->content_type);
    else
        add_header(transfer, "Content-Type:");
    if (call->token)
        add_header(transfer, "Authorization: Bearer %s", call->token);
    if (call->version)
        add_header(transfer, "If-Match: \"%lld\"", (long long)call->version);
    if (call->idempotency_key)
        add_header(transfer, "Idempotency-Key: %s", call->idempotency_key);
    for (size_t i = 0; i < sizeof call->headers / sizeof *call->headers && call->headers[i]; i++)
        add_header(transfer, "%s", call->headers[i]);
}

static void begin(struct transfer *transfer, const struct call *call, CURL *curl)
{
    *transfer = (struct transfer){.call = *call, .curl = curl, .result = keep()};
    transfer->result->reply.headers = json_object();
    transfer->result->reply.body = "";
    add_headers(transfer);

    curl_easy_setopt(
        curl, CURLOPT_URL,
        client_text("http://127.0.0.1:%d%s", call->port ? call->port : client_port(), call->path));
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, TIMEOUT_MS * program_patience());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer->result);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer->result);
    if (call->gzip)
        curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
    if (call->body || strcmp(call->method, "POST") == 0) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body ? call->body : "");
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body_length);
    }
    if (strcmp(call->method, "HEAD") == 0)
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    else
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call->method);
}

static const struct reply *end(struct transfer *transfer, CURLcode result)
{
    const struct call *call = &transfer->call;
    struct reply *reply = &transfer->result->reply;
    curl_off_t downloaded = 0;
    long status = 0;

    ck_assert_msg(result == CURLE_OK, "%s %s: %s", call->method, call->path,
                  curl_easy_strerror(result));
    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->curl, CURLINFO_SIZE_DOWNLOAD_T, &downloaded);
    curl_slist_free_all(transfer->headers);
    reply->status = (int)status;
    reply->wire_length = (size_t)downloaded;
    const char *type = reply_header(reply, "content-type");
    if (type && strstr(type, "json") && reply->length) {
        reply->json = json_loadb(reply->body, reply->length, JSON_REJECT_DUPLICATES, NULL);
        ck_assert_msg(reply->json != NULL, "%s %s: this is no JSON: %s", call->method, call->path,
                      reply->body);
    }
    exchange_record(call, reply);
    return reply;
}

const struct reply *client_call(const struct call *call)
{
    struct transfer transfer;
    struct call completed = *call;

    complete(&completed); /* may sign in, over the same connection */
    if (connection)
        curl_easy_reset(connection);
    else
        connection = curl_easy_init();
    ck_assert_ptr_nonnull(connection);
    begin(&transfer, &completed, connection);
    return end(&transfer, curl_easy_perform(connection));
}

void client_together(const struct call calls[], size_t count, const struct reply *replies[])
{
    struct transfer *transfers = calloc(count, sizeof *transfers);
    CURLM *multi = curl_multi_init();
    CURLMsg *message;
    int running = 1, left;

    ck_assert(transfers && multi);
    for (size_t i = 0; i < count; i++) {
        struct call completed = calls[i];
        complete(&completed);
        begin(&transfers[i], &completed, curl_easy_init());
        curl_easy_setopt(transfers[i].curl, CURLOPT_FRESH_CONNECT, 1L);
        ck_assert_int_eq(curl_multi_add_handle(multi, transfers[i].curl), CURLM_OK);
    }
    while (running) {
        ck_assert_int_eq(curl_multi_perform(multi, &running), CURLM_OK);
        ck_assert_int_eq(curl_multi_poll(multi, NULL, 0, 100, NULL), CURLM_OK);
    }
    while ((message = curl_multi_info_read(multi, &left))) {
        for (size_t i = 0; i < count; i++)
            if (transfers[i].curl == message->easy_handle)
                replies[i] = end(&transfers[i], message->data.result);
    }
    for (size_t i = 0; i < count; i++) {
        curl_multi_remove_handle(multi, transfers[i].curl);
        curl_easy_cleanup(transfers[i].curl);
    }
    curl_multi_cleanup(multi);
    free(transfers);
}

const struct reply *client_get(const char *as, const char *path, ...)
{
    va_list arguments;
    va_start(arguments, path);
    const struct call call = {.as = as, .path = keep_text(path, arguments)};
    va_end(arguments);
    return client_call(&call);
}

const struct reply *client_post(const char *as, int64_t version, json_t *json, const char *path,
                                ...)
{
    va_list arguments;
    va_start(arguments, path);
    const struct call call = {.method = "POST",
                              .as = as,
                              .version = version,
                              .json = json,
                              .path = keep_text(path, arguments)};
    va_end(arguments);
    return client_call(&call);
}

/* --- signing in ------------------------------------------------------------------------------- */

const char *client_token(const char *login)
{
    size_t i = 0;
    while (i < TOKENS_MAX && tokens[i].login && strcmp(tokens[i].login, login) != 0)
        i++;
    ck_assert_uint_lt(i, TOKENS_MAX);
    if (!tokens[i].login) {
        const struct reply *reply = client_post(
            NULL, 0, json_pack("{s:s, s:s}", "login", login, "password", PASSWORD), "/v1/sessions");
        EXPECT_STATUS(reply, 201);
        tokens[i].token = reply_text(reply, "token");
        tokens[i].login = client_text("%s", login);
    }
    return tokens[i].token;
}

void client_setup(void)
{
    static bool done;
    if (done)
        return;
    done = true;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    exchange_begin();
    program_start();
    /* Here and not in the tests, which are forked: signing in takes its time. */
    for (size_t i = 0; i < sizeof demo_staff / sizeof *demo_staff; i++)
        (void)client_token(demo_staff[i]);
    /* A forked test must not share it. */
    curl_easy_cleanup(connection);
    connection = NULL;
}
