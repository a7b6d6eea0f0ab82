#include "lib/notify/fetch.h"

#include <curl/curl.h>
#include <stdio.h>

#include "lib/notify/start.h"

static bool on_loopback(const char *url)
{
    static const char *const hosts[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};

    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        size_t length = strlen(hosts[i]);
        if (strncmp(url, hosts[i], length) == 0 &&
            (url[length] == ':' || url[length] == '/' || url[length] == '\0'))
            return !strchr(url, '@');
    }
    return false;
}

bool fetch_allows(const char *url)
{
    return (strncmp(url, "https://", 8) == 0 && url[8] != '\0') || on_loopback(url);
}

struct taking {
    struct text_buffer body;
    size_t max;
};

static size_t take(char *data, size_t size, size_t count, void *cls)
{
    struct taking *taking = cls;
    size_t more = size * count;

    if (more > taking->max - taking->body.length)
        return 0;
    text_buffer_add(&taking->body, data, more);
    return more;
}

static void prepare(CURL *curl, const struct fetch *fetch, struct taking *taking)
{
    curl_easy_setopt(curl, CURLOPT_URL, fetch->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, on_loopback(fetch->url) ? "http" : "https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, fetch->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, fetch->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, taking);
    if (!text_is_none(fetch->form)) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)fetch->form.length);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, fetch->form.at);
    }
    if (fetch->user) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(curl, CURLOPT_USERNAME, fetch->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, fetch->password);
    }
}

int fetch_do(struct arena *arena, const struct fetch *fetch, struct text *ret,
             char error[static FETCH_ERROR_MAX])
{
    struct taking taking = {text_buffer_new(arena, 4096), fetch->body_max};
    CURLcode code = CURLE_OUT_OF_MEMORY;
    long status = 0;

    if (!fetch_allows(fetch->url)) {
        snprintf(error, FETCH_ERROR_MAX, "neither https nor on loopback");
        return 0;
    }
    notify_start();
    CURL *curl = curl_easy_init();
    if (curl) {
        prepare(curl, fetch, &taking);
        code = curl_easy_perform(curl);
    }
    if (code == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    snprintf(error, FETCH_ERROR_MAX, "%s", code == CURLE_OK ? "" : curl_easy_strerror(code));
    curl_easy_cleanup(curl);
    *ret = text_buffer_text(&taking.body);
    return (int)status;
}
