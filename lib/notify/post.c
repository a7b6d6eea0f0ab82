#include "lib/notify/post.h"

#include <curl/curl.h>
#include <stdio.h>

#include "lib/notify/start.h"

#define ANSWER_MAX ((size_t)64 * 1024)

/* Reads the answer away; one that does not end is given up. */
static size_t discard(char *data, size_t size, size_t count, void *cls)
{
    size_t *length = cls, more = size * count;
    (void)data;

    *length += more;
    return *length <= ANSWER_MAX ? more : 0;
}

static void prepare(CURL *curl, const char *url, struct text body, struct curl_slist *headers,
                    long timeout_ms, size_t *answered)
{
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.length);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.at);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answered);
}

int post_json(const char *url, struct text body, long timeout_ms, char error[static POST_ERROR_MAX])
{
    size_t answered = 0;
    long status = 0;

    notify_start();
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (curl && headers) {
        prepare(curl, url, body, headers, timeout_ms, &answered);
        code = curl_easy_perform(curl);
    }
    if (code == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    snprintf(error, POST_ERROR_MAX, "%s", code == CURLE_OK ? "" : curl_easy_strerror(code));
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return (int)status;
}
