/* TLS: what is spoken, and a certificate that is renewed while people work. */
#include <curl/curl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/http/client.h"
#include "tests/http/program.h"
#include "tests/http/spare.h"
#include "tests/http/wire.h"
#include "tests/support/certificate.h"

#define WITHIN_MS 10000

static struct spare spare;
static char *certificate, *key, *newer;

static void start(const char *settings)
{
    certificate = program_file("check/tls-certificate.pem");
    key = program_file("check/tls-key.pem");
    newer = program_file("check/tls-newer.pem");
    certificate_make(certificate, key);
    spare = spare_start(
        client_text("%s[tls]\ncertificate = %s\nkey = %s\n", settings, certificate, key));
}

static void stop(void)
{
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
    free(certificate);
    free(key);
    free(newer);
}

/* What came back, as curl collects it. */
static struct answer {
    CURLcode result;
    long status, made; /* made: new connections */
    size_t length;
    char head[4096];
} answer;

static size_t take(char *data, size_t size, size_t count, void *cls)
{
    (void)data;
    (void)cls;
    answer.length += size * count;
    return size * count;
}

static size_t take_header(char *data, size_t size, size_t count, void *cls)
{
    size_t before = strlen(answer.head), length = size * count;
    (void)cls;
    if (before + length < sizeof answer.head)
        memcpy(answer.head + before, data, length);
    return length;
}

/* Trusts that certificate and no other. */
static CURL *client(const char *trusted)
{
    CURL *curl = curl_easy_init();
    ck_assert_ptr_nonnull(curl);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)WITHIN_MS * program_patience());
    curl_easy_setopt(curl, CURLOPT_CAINFO, trusted);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    return curl;
}

static CURLcode ask(CURL *curl, const char *path)
{
    answer = (struct answer){0};
    curl_easy_setopt(curl, CURLOPT_URL, client_text("https://127.0.0.1:%d%s", spare.port, path));
    answer.result = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &answer.made);
    return answer.result;
}

static CURLcode ask_anew(const char *trusted, const char *path)
{
    CURL *curl = client(trusted);
    CURLcode result = ask(curl, path);
    curl_easy_cleanup(curl);
    return result;
}

START_TEST(all_is_served_over_tls)
{
    start("");
    ck_assert_int_eq(ask_anew(certificate, "/healthz"), CURLE_OK);
    ck_assert_int_eq(answer.status, 200);
    ck_assert_ptr_nonnull(strcasestr(answer.head, "\r\nStrict-Transport-Security: max-age="));
    ck_assert_int_eq(ask_anew(certificate, "/openapi.yaml"), CURLE_OK); /* many records */
    ck_assert_uint_gt(answer.length, 100000);

    CURL *curl = client(certificate);
    struct curl_slist *type = curl_slist_append(NULL, "Content-Type: application/json");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, type);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "{\"login\":\"agent1\",\"password\":\"demo-2026\"}");
    ck_assert_int_eq(ask(curl, "/v1/sessions"), CURLE_OK);
    ck_assert_int_eq(answer.status, 201);
    const char *cookie = strcasestr(answer.head, "\r\nSet-Cookie:");
    ck_assert_ptr_nonnull(cookie);
    ck_assert_ptr_nonnull(strstr(cookie, "; Secure"));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, client_text("%*s", 200 * 1024, "{}"));
    ck_assert_int_eq(ask(curl, "/v1/complaints"), CURLE_OK);
    ck_assert_int_eq(answer.status, 401);
    curl_slist_free_all(type);
    curl_easy_cleanup(curl);
    stop();
}
END_TEST

/* The client speaks old versions here, if it is let. */
static CURLcode speak(long version)
{
    CURL *curl = client(certificate);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, version);
    curl_easy_setopt(curl, CURLOPT_SSL_CIPHER_LIST, "ALL:@SECLEVEL=0");
    CURLcode result = ask(curl, "/healthz");
    curl_easy_cleanup(curl);
    return result;
}

START_TEST(nothing_before_tls_1_2)
{
    start("");
    ck_assert_int_eq(speak(CURL_SSLVERSION_TLSv1_3), CURLE_OK);
    ck_assert_int_eq(speak(CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_2), CURLE_OK);
    ck_assert_int_ne(speak(CURL_SSLVERSION_TLSv1_1 | CURL_SSLVERSION_MAX_TLSv1_1), CURLE_OK);
    ck_assert_int_ne(speak(CURL_SSLVERSION_TLSv1_0 | CURL_SSLVERSION_MAX_TLSv1_0), CURLE_OK);
    stop();
}
END_TEST

START_TEST(nothing_without_tls)
{
    start("[http]\nmetrics_listen = 127.0.0.1\nmetrics_port = 0\nheader_timeout = 1s\n");
    int fd = wire_connect(spare.port);
    ck_assert(wire_send(fd, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 0));
    ck_assert(wire_ends(fd));
    /* A handshake that never begins ends as a header that does not. */
    ck_assert(wire_ends(wire_connect(spare.port)));
    /* Figures are for a network of one's own. */
    ck_assert_int_eq(
        wire_ask(&fd, spare.metrics_port, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .status,
        200);
    close(fd);
    stop();
}
END_TEST

static bool becomes_trusted(const char *trusted)
{
    int64_t give_up = now_ms() + (int64_t)WITHIN_MS * program_patience();
    while (ask_anew(trusted, "/healthz") != CURLE_OK) {
        if (now_ms() > give_up)
            return false;
        usleep(20000);
    }
    return true;
}

static bool becomes_logged(const char *event)
{
    int64_t give_up = now_ms() + (int64_t)WITHIN_MS * program_patience();
    while (!spare_logged(&spare, event, "")) {
        if (now_ms() > give_up)
            return false;
        usleep(20000);
    }
    return true;
}

START_TEST(a_certificate_is_renewed_without_ending_connections)
{
    start("");
    CURL *old = client(certificate);
    ck_assert_int_eq(ask(old, "/healthz"), CURLE_OK);
    ck_assert_int_eq(answer.made, 1);

    char *newer_key = program_file("check/tls-newer-key.pem");
    char *older = program_file("check/tls-older.pem");
    certificate_make(newer, newer_key);
    ck_assert_int_eq(rename(certificate, older), 0);
    /* Half a renewal: the key is not the certificate's. */
    ck_assert_int_eq(link(newer, certificate), 0);
    kill(spare.pid, SIGHUP);
    ck_assert(becomes_logged("certificate not reloaded"));
    ck_assert_int_eq(ask_anew(older, "/healthz"), CURLE_OK);
    ck_assert_int_eq(ask_anew(newer, "/healthz"), CURLE_PEER_FAILED_VERIFICATION);

    ck_assert_int_eq(rename(newer_key, key), 0);
    kill(spare.pid, SIGHUP);
    ck_assert(becomes_trusted(newer));
    ck_assert_int_eq(ask_anew(older, "/healthz"), CURLE_PEER_FAILED_VERIFICATION);
    ck_assert_int_eq(ask(old, "/healthz"), CURLE_OK);
    ck_assert_int_eq(answer.status, 200);
    ck_assert_int_eq(answer.made, 0);
    curl_easy_cleanup(old);
    unlink(newer);
    free(newer_key);
    free(older);
    stop();
}
END_TEST

START_TEST(without_tls_there_is_nothing_to_renew)
{
    spare = spare_start("");
    kill(spare.pid, SIGHUP);
    ck_assert(becomes_logged("nothing to reload"));
    ck_assert_int_eq(spare_ask(&spare, (struct shot){.path = "/readyz"}).status, 200);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

Suite *wire_tls_suite(void);
Suite *wire_tls_suite(void)
{
    Suite *suite = suite_create("wire_tls");
    TCase *tcase = tcase_create("tls");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_test(tcase, all_is_served_over_tls);
    tcase_add_test(tcase, nothing_before_tls_1_2);
    tcase_add_test(tcase, nothing_without_tls);
    tcase_add_test(tcase, a_certificate_is_renewed_without_ending_connections);
    tcase_add_test(tcase, without_tls_there_is_nothing_to_renew);
    suite_add_tcase(suite, tcase);
    return suite;
}
