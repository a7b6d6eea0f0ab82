#include "tests/http/provider.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/http/client.h"

static struct {
    pid_t pid;
    int port, input; /* input: it ends when that is closed */
} provider;

static void run(int input, int output)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(input, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    execlp("node", "node", "tests/contract/provider.mjs", NULL);
    _exit(127);
}

int provider_start(void)
{
    int in[2], out[2];
    char line[32] = "";

    if (provider.pid)
        return provider.port;
    ck_assert_int_eq(pipe(in), 0);
    ck_assert_int_eq(pipe(out), 0);
    provider.pid = fork();
    ck_assert_int_ge(provider.pid, 0);
    if (provider.pid == 0) {
        close(in[1]);
        close(out[0]);
        run(in[0], out[1]);
    }
    close(in[0]);
    close(out[1]);
    provider.input = in[1];
    FILE *file = fdopen(out[0], "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_msg(fgets(line, sizeof line, file), "the provider does not start");
    fclose(file);
    provider.port = (int)strtol(line, NULL, 10);
    ck_assert_int_gt(provider.port, 0);
    return provider.port;
}

void provider_stop(void)
{
    if (!provider.pid)
        return;
    close(provider.input);
    kill(provider.pid, SIGTERM);
    waitpid(provider.pid, NULL, 0);
    provider.pid = 0;
}

struct answer {
    char *at;
    size_t length;
};

static size_t take(char *data, size_t size, size_t count, void *cls)
{
    struct answer *answer = cls;
    char *more = realloc(answer->at, answer->length + size * count + 1);

    ck_assert_ptr_nonnull(more);
    memcpy(more + answer->length, data, size * count);
    answer->at = more;
    answer->length += size * count;
    more[answer->length] = '\0';
    return size * count;
}

const char *provider_ask(const char *path, const char *json)
{
    struct answer answer = {0};
    CURL *curl = curl_easy_init();

    ck_assert_ptr_nonnull(curl);
    curl_easy_setopt(curl, CURLOPT_URL,
                     client_text("http://127.0.0.1:%d%s", provider_start(), path));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, json);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
    ck_assert_int_eq(curl_easy_perform(curl), CURLE_OK);
    curl_easy_cleanup(curl);
    ck_assert_ptr_nonnull(answer.at);
    const char *text = client_text("%s", answer.at);
    free(answer.at);
    return text;
}
