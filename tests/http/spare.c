#include "tests/http/spare.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/http/client.h"
#include "tests/http/program.h"

#define READY_WITHIN_MS INT64_C(15000)
#define ANSWER_WITHIN_MS 25000L
#define POLL_US 10000

struct aim {
    const struct spare *spare;
    struct shot *shot;
    pthread_t thread;
    char *answer;
};

struct volley {
    size_t count;
    struct aim aims[];
};

int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- the program ------------------------------------------------------------------------------ */

static const char *required(const char *variable)
{
    const char *value = getenv(variable);
    ck_assert_msg(value && *value, "%s is not set", variable);
    return value;
}

static char *write_config(const char *settings)
{
    char *path = program_file("check/http-spare.ini");
    FILE *file = fopen(path, "w");
    ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
    fprintf(file, "%s\n[http]\nlisten = 127.0.0.1\nport = 0\n%s", settings,
            strstr(settings, "[demo]") ? "" : "[demo]\nenabled = true\n");
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

static void run(const char *config, const char *log, const char *database)
{
    char *url = NULL, *keys = NULL;
    if (asprintf(&url, "COMPLAINTD_DATABASE_URL=%s", database) < 0 ||
        asprintf(&keys, "COMPLAINTD_PRIVACY_KEY_FILE=%s", required("COMPLAINTD_PRIVACY_KEY_FILE")) <
            0)
        _exit(126);
    char *environment[] = {url, keys, NULL, NULL};
    for (char **variable = environ; *variable; variable++)
        if (strncmp(*variable, "ASAN_OPTIONS=", 13) == 0 ||
            strncmp(*variable, "TSAN_OPTIONS=", 13) == 0)
            environment[2] = *variable;
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execle(required("COMPLAINTD_BIN"), "complaintd", "--config", config, (char *)NULL, environment);
    _exit(127);
}

/* The number that follows a text in the last "listening" line after `from`; 0: there is none. */
static int logged_number(const char *log, long from, const char *before)
{
    char line[1024];
    int number = 0;
    FILE *file = fopen(log, "r");
    if (!file)
        return 0;
    fseek(file, from, SEEK_SET);
    while (fgets(line, sizeof line, file)) {
        const char *at = strstr(line, "\"listening\"") ? strstr(line, before) : NULL;
        if (at)
            number = (int)strtol(at + strlen(before), NULL, 10);
    }
    fclose(file);
    return number;
}

static long size_of(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? (long)status.st_size : 0;
}

struct spare spare_start(const char *settings)
{
    return spare_start_over(settings, required("COMPLAINTD_TEST_APP"));
}

struct spare spare_start_over(const char *settings, const char *database)
{
    struct spare spare = {.log = program_file("check/http-spare.log"),
                          .tls = strstr(settings, "[tls]") != NULL};
    char *config = write_config(settings);
    spare.log_from = size_of(spare.log);
    int64_t give_up = now_ms() + READY_WITHIN_MS * program_patience();
    int status;

    spare.pid = fork();
    ck_assert_int_ge(spare.pid, 0);
    if (spare.pid == 0)
        run(config, spare.log, database);
    while (!spare.port && now_ms() < give_up) {
        usleep(POLL_US);
        spare.port = logged_number(spare.log, spare.log_from, "\"port\":");
        ck_assert_msg(waitpid(spare.pid, &status, WNOHANG) == 0, "%s: it ended at once", spare.log);
    }
    ck_assert_msg(spare.port != 0, "%s: it does not listen", spare.log);
    spare.metrics_port = logged_number(spare.log, spare.log_from, "\"metrics_port\":");
    ck_assert(spare_becomes(&spare, 200, READY_WITHIN_MS));
    free(config);
    return spare;
}

int spare_stop(struct spare *spare, int64_t limit_ms, int64_t *ret_took_ms)
{
    int64_t begin = now_ms();
    int status = 0;
    pid_t ended;

    kill(spare->pid, SIGTERM);
    while ((ended = waitpid(spare->pid, &status, WNOHANG)) == 0 && now_ms() < begin + limit_ms)
        usleep(POLL_US);
    if (ended == 0) {
        kill(spare->pid, SIGKILL);
        waitpid(spare->pid, NULL, 0);
    }
    if (ret_took_ms)
        *ret_took_ms = now_ms() - begin;
    free(spare->log);
    spare->log = NULL;
    return ended == spare->pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* --- requests --------------------------------------------------------------------------------- */

static size_t take_body(char *data, size_t size, size_t count, void *cls)
{
    struct aim *aim = cls;
    size_t before = aim->answer ? strlen(aim->answer) : 0, more = size * count;
    char *grown = realloc(aim->answer, before + more + 1);
    if (!grown)
        return 0;
    memcpy(grown + before, data, more);
    grown[before + more] = '\0';
    aim->answer = grown;
    return more;
}

static size_t take_header(char *data, size_t size, size_t count, void *cls)
{
    struct shot *shot = cls;
    if (size * count > 13 && strncasecmp(data, "Retry-After:", 12) == 0)
        shot->retry_after_s = (int)strtol(data + 12, NULL, 10);
    return size * count;
}

static struct curl_slist *add_header(struct curl_slist *list, const char *name, const char *value)
{
    char header[1024];
    if (!value)
        return list;
    snprintf(header, sizeof header, "%s%s", name, value);
    return curl_slist_append(list, header);
}

static void *fire(void *argument)
{
    struct aim *aim = argument;
    struct shot *shot = aim->shot;
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
    char url[512], version[32];
    long status = 0;
    int64_t begin = now_ms();

    snprintf(url, sizeof url, "%s://127.0.0.1:%d%s", aim->spare->tls ? "https" : "http",
             aim->spare->port, shot->path);
    snprintf(version, sizeof version, "\"%lld\"", (long long)shot->version);
    headers = add_header(headers, "Authorization: Bearer ", shot->token);
    headers = add_header(headers, "Idempotency-Key: ", shot->key);
    headers = add_header(headers, "If-Match: ", shot->version ? version : NULL);
    headers = add_header(headers, "Content-Type: ", shot->body ? "application/json" : NULL);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L); /* test_wire_tls.c does */
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, ANSWER_WITHIN_MS * program_patience());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, aim);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, shot);
    if (shot->body)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, shot->body);
    if (shot->method)
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, shot->method);
    if (curl_easy_perform(curl) == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    shot->status = (int)status;
    shot->took_ms = now_ms() - begin;
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return NULL;
}

struct volley *spare_fire(const struct spare *spare, struct shot shots[], size_t count)
{
    struct volley *volley = calloc(1, sizeof *volley + count * sizeof volley->aims[0]);
    ck_assert_ptr_nonnull(volley);
    volley->count = count;
    for (size_t i = 0; i < count; i++) {
        volley->aims[i] = (struct aim){.spare = spare, .shot = &shots[i]};
        ck_assert_int_eq(pthread_create(&volley->aims[i].thread, NULL, fire, &volley->aims[i]), 0);
    }
    return volley;
}

void spare_await(struct volley *volley)
{
    for (size_t i = 0; i < volley->count; i++) {
        struct aim *aim = &volley->aims[i];
        pthread_join(aim->thread, NULL);
        if (aim->answer)
            aim->shot->answer = client_text("%s", aim->answer);
        free(aim->answer);
    }
    free(volley);
}

void spare_fire_all(const struct spare *spare, struct shot shots[], size_t count)
{
    spare_await(spare_fire(spare, shots, count));
}

struct shot spare_ask(const struct spare *spare, struct shot shot)
{
    spare_fire_all(spare, &shot, 1);
    return shot;
}

bool spare_logged(const struct spare *spare, const char *one, const char *other)
{
    char line[4096];
    bool found = false;
    FILE *file = fopen(spare->log, "r");
    ck_assert_ptr_nonnull(file);
    fseek(file, spare->log_from, SEEK_SET);
    while (!found && fgets(line, sizeof line, file))
        found = strstr(line, one) && strstr(line, other);
    fclose(file);
    return found;
}

bool spare_becomes(const struct spare *spare, int readyz_status, int64_t limit_ms)
{
    int64_t give_up = now_ms() + limit_ms * program_patience();
    while (spare_ask(spare, (struct shot){.path = "/readyz"}).status != readyz_status) {
        if (now_ms() >= give_up)
            return false;
        usleep(POLL_US);
    }
    return true;
}

long spare_metric(const struct spare *spare, const char *name)
{
    struct shot shot = spare_ask(spare, (struct shot){.path = "/metrics"});
    char line[128];
    ck_assert_int_eq(shot.status, 200);
    snprintf(line, sizeof line, "\n%s ", name);
    const char *at = strstr(shot.answer, line);
    ck_assert_msg(at != NULL, "there is no metric %s", name);
    return strtol(at + strlen(line), NULL, 10);
}
