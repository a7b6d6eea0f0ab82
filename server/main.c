/* complaintd: the server. Its life: settings, threads, requests until a signal, drain, end. */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/auth/signing.h"
#include "lib/base/log.h"
#include "lib/complaint/lifecycle_print.h"
#include "lib/store/complaint_store.h"
#include "server/duty/duty.h"
#include "server/engine.h"
#include "server/event_portion.h"
#include "server/http.h"
#include "server/server.h"
#include "server/tls.h"

enum { EXIT_SETTINGS = 2 };

#define MEMORY_KEPT (16 * 1024 * 1024) /* bytes */

static const char usage[] =
    "Usage: complaintd [--config FILE] [--check-config | --print-routes | --print-lifecycle |\n"
    "                   --print-permissions]\n"
    "\n"
    "Serves complaints of a bank over HTTP from a PostgreSQL database.\n"
    "\n"
    "  --config FILE      read settings from an INI file; the environment overrides it\n"
    "  --check-config     say what is wrong with the settings and exit\n"
    "  --print-routes     print operations, vocabularies and problems as JSON and exit\n"
    "  --print-lifecycle  print the table of transitions and exit\n"
    "  --print-permissions  print who may call which operation and exit\n"
    "  --version          print the version and exit\n"
    "  --help             print this and all settings with their defaults and exit\n"
    "\n"
    "SIGTERM and SIGINT end it when the requests in hand are answered; SIGHUP makes it read the\n"
    "certificate and its key again.\n"
    "Exit status: 0 ended as told, 1 could not start, 2 wrong usage or settings.\n\n";

static void print(struct arena *arena, void (*write)(struct text_buffer *))
{
    struct text_buffer out = text_buffer_new(arena, 16384);
    write(&out);
    fwrite(out.at, 1, out.length, stdout);
}

static void describe_settings(struct text_buffer *out)
{
    text_buffer_add_string(out, usage);
    config_describe(&settings_schema, out);
}

static bool load_settings(struct arena *arena, const char *path, struct settings *ret)
{
    struct config_errors errors = {0};
    struct text error = TEXT_NONE;
    bool good = config_load(arena, &settings_schema, path, environ, ret, &errors) &&
                settings_check(arena, ret, &errors);
    if (good && !keys_load(arena, ret, &error)) {
        fprintf(stderr, "complaintd: privacy.%s: %.*s\n",
                *ret->privacy.key_file ? "key_file" : "keys", TEXT_ARG(error));
        good = false;
    }
    const char *why = NULL;
    if (good && !sign_on_load_secret(arena, ret, &why)) {
        fprintf(stderr, "complaintd: sign_on.client_secret_file: %s\n", why);
        good = false;
    }
    for (size_t i = 0; i < errors.count; i++)
        fprintf(stderr, "complaintd: %.*s\n", TEXT_ARG(errors.list[i]));
    return good;
}

/* Tells systemd; without it, nothing. */
static void notify_supervisor(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!path || strlen(path) >= sizeof address.sun_path)
        return;
    memcpy(address.sun_path, path, strlen(path));
    if (address.sun_path[0] == '@')
        address.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    (void)sendto(fd, state, strlen(state), 0, (struct sockaddr *)&address,
                 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path)));
    close(fd);
}

/* Refuses new work, lets the work in hand end, and stops. libmicrohttpd must not be stopped while
 * a connection is suspended, so the queues are emptied first. */
static void drain(struct server *server, struct http *http, struct engine *engine,
                  struct duties *duties)
{
    int64_t end_us = monotonic_now_us() + server->settings.http.drain_timeout_ms * 1000;

    atomic_store(&server->draining, true);
    notify_supervisor("STOPPING=1");
    http_quiesce(http);
    while (http_in_flight(http) > 0 && monotonic_now_us() < end_us)
        usleep(10000);
    followers_stop(server->followers);
    queue_close(server->fast);
    queue_close(server->slow);
    engine_stop(engine);
    duties_stop(duties); /* one of them takes requests from the queues, too */
    http_stop(http);
}

static int wait_for_signal(const sigset_t *signals)
{
    int signal;
    while (sigwait(signals, &signal) != 0)
        ;
    return signal;
}

/* A certificate that was renewed. What is wrong with it does no harm before the next start. */
static void reload(struct server *server)
{
    const char *flaw = server->tls ? tls_reload(server->tls) : NULL;

    if (!server->tls)
        log_line(LOG_INFO, "nothing to reload");
    else if (flaw)
        log_line(LOG_WARNING, "certificate not reloaded", LOG_STRING("error", flaw));
    else
        log_line(LOG_INFO, "certificate reloaded");
}

/* Returns the signal that ends the server. */
static int wait_for_end(struct server *server, const sigset_t *signals)
{
    int signal;
    while ((signal = wait_for_signal(signals)) == SIGHUP)
        reload(server);
    return signal;
}

static int serve(struct server *server, const sigset_t *signals)
{
    struct engine *engine = engine_start(server);
    struct duties *duties = duties_start(server);
    struct http *http = http_start(server);
    int status = EXIT_SUCCESS;

    if (http) {
        log_line(LOG_INFO, "listening", LOG_STRING("address", server->settings.http.listen),
                 LOG_INT("port", http_port(http)), LOG_INT("metrics_port", http_metrics_port(http)),
                 LOG_STRING("tls", server->tls ? "yes" : "no"),
                 LOG_STRING("version", COMPLAINTD_VERSION));
        notify_supervisor("READY=1");
        log_line(LOG_INFO, "stopping", LOG_INT("signal", wait_for_end(server, signals)));
        drain(server, http, engine, duties);
    } else {
        log_line(LOG_ERROR, "cannot listen", LOG_STRING("address", server->settings.http.listen),
                 LOG_INT("port", server->settings.http.port), LOG_STRING("error", strerror(errno)));
        status = EXIT_FAILURE;
        atomic_store(&server->draining, true);
        followers_stop(server->followers);
        queue_close(server->fast);
        queue_close(server->slow);
        engine_stop(engine);
        duties_stop(duties);
    }
    return status;
}

/* False, and logged: the certificate cannot be used. */
static bool start_tls(struct server *server)
{
    const char *error = NULL;

    if (!*server->settings.tls.certificate)
        return true;
    server->tls = tls_new(&server->settings, &error);
    if (!server->tls)
        log_line(LOG_ERROR, "no TLS", LOG_STRING("error", error));
    return server->tls != NULL;
}

/* A key that was named and cannot be read is an error: heads would be missing unnoticed. */
static bool load_signing_key(struct server *server)
{
    const char *path = server->settings.journal.key_file;
    const char *flaw = *path ? signing_load(path, server->signing_secret) : NULL;

    server->signs = *path && !flaw;
    if (flaw)
        log_line(LOG_ERROR, "the signing key cannot be read", LOG_STRING("file", path),
                 LOG_STRING("error", flaw));
    else if (!*path)
        log_line(LOG_WARNING, "the log is not signed: journal.key_file is not set");
    return !flaw;
}

/* Of what was sent jansson makes copies, and passwords are among it. */
static void wipe_and_free(void *memory)
{
    if (memory)
        explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

static int run(struct arena *arena, const struct settings *settings)
{
    struct server server = {.settings = *settings};
    enum log_level level = LOG_INFO;
    sigset_t signals;

    /* Before the first thread, so that every thread has them blocked and one waits for them. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    json_set_alloc_funcs(malloc, wipe_and_free);

    /* Answers of some 100 KiB come and go all the time: keep their memory instead of giving it back
     * to the system and faulting it in again for the next one. */
    mallopt(M_MMAP_THRESHOLD, MEMORY_KEPT / 4);
    mallopt(M_TRIM_THRESHOLD, MEMORY_KEPT);
    (void)log_level_parse(text_of(settings->log.level), &level);
    log_configure(STDERR_FILENO, level);
    if (!start_tls(&server))
        return EXIT_FAILURE;
    (void)networks_parse(settings->http.trusted_proxies, &server.trusted_proxies);
    complaint_store_start(arena);
    if (!load_signing_key(&server))
        return EXIT_FAILURE;
    server.reference = reference_new();
    server.identities = identities_new(settings->session.idle_ms);
    server.frequent = frequent_new();
    server.measures = measures_new();
    server.limits = limits_new(&server.settings);
    server.throttle = throttle_new(&server.settings);
    metric_set(server.measures->log_signing, server.signs);
    server.denials = denials_new();
    server.sign_on = sign_on_new(&server.settings);
    server.fast = queue_new((size_t)settings->database.queue);
    server.slow = queue_new((size_t)settings->database.slow_queue);
    server.event_portions = event_portions_new();
    server.followers = followers_new(&server, (size_t)settings->journal.streams,
                                     (size_t)settings->journal.streams_of_one);
    int status = serve(&server, &signals);
    followers_free(server.followers);
    event_portions_free(server.event_portions);
    sodium_memzero(server.signing_secret, sizeof server.signing_secret);
    queue_free(server.slow);
    queue_free(server.fast);
    throttle_free(server.throttle);
    sign_on_free(server.sign_on);
    limits_free(server.limits);
    denials_free(server.denials);
    measures_free(server.measures);
    frequent_free(server.frequent);
    identities_free(server.identities);
    reference_free(server.reference);
    tls_free(server.tls);
    return status;
}

enum option_code {
    OPTION_CONFIG = 1,
    OPTION_CHECK,
    OPTION_ROUTES,
    OPTION_LIFECYCLE,
    OPTION_PERMISSIONS,
    OPTION_VERSION,
    OPTION_HELP
};

static const struct option options[] = {
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"check-config", no_argument, NULL, OPTION_CHECK},
    {"print-routes", no_argument, NULL, OPTION_ROUTES},
    {"print-lifecycle", no_argument, NULL, OPTION_LIFECYCLE},
    {"print-permissions", no_argument, NULL, OPTION_PERMISSIONS},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"help", no_argument, NULL, OPTION_HELP},
    {0}};

int main(int argc, char *argv[])
{
    struct arena *arena = arena_new(64 * 1024);
    const char *path = NULL;
    int asked = 0, option, status = EXIT_SUCCESS;
    struct settings settings;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == OPTION_CONFIG)
            path = optarg;
        else if (option == '?')
            return EXIT_SETTINGS;
        else
            asked = option;
    }
    if (sodium_init() < 0 || optind < argc) {
        fputs("complaintd: see --help\n", stderr);
        return EXIT_SETTINGS;
    }
    switch (asked) {
    case OPTION_ROUTES: print(arena, operations_print); break;
    case OPTION_LIFECYCLE: print(arena, lifecycle_print); break;
    case OPTION_PERMISSIONS: print(arena, rights_print); break;
    case OPTION_HELP: print(arena, describe_settings); break;
    case OPTION_VERSION: puts("complaintd " COMPLAINTD_VERSION); break;
    default:
        if (!load_settings(arena, path, &settings))
            status = EXIT_SETTINGS;
        else if (asked != OPTION_CHECK)
            status = run(arena, &settings);
    }
    keyring_forget();
    arena_free(arena);
    return status;
}
