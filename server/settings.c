#include "server/settings.h"

#include <string.h>

#include "lib/base/log.h"
#include "lib/base/network.h"
#include "lib/notify/fetch.h"

#define S struct settings

static const struct config_setting settings[] = {
    CONFIG_STRING("http", "listen", S, http.listen, 1, 64, "127.0.0.1", "Address to listen on"),
    CONFIG_INT("http", "port", S, http.port, 0, 65535, "8080", "Port; 0 takes a free one"),
    CONFIG_INT("http", "threads", S, http.threads, 1, 64, "1",
               "Threads that read requests and write answers; one serves two cores"),
    CONFIG_INT("http", "connections", S, http.connections, 16, 100000, "2048",
               "Connections at a time"),
    CONFIG_INT("http", "connections_per_address", S, http.connections_per_address, 0, 100000, "0",
               "Connections at a time from one address; 0: no limit"),
    CONFIG_DURATION("http", "idle_timeout", S, http.idle_timeout_ms, 1000, 3600000, "60s",
                    "A connection that is silent for so long is closed"),
    CONFIG_DURATION("http", "header_timeout", S, http.header_timeout_ms, 100, 600000, "10s",
                    "A request's header must be complete in so long, or the connection is closed"),
    CONFIG_DURATION("http", "transfer_timeout", S, http.transfer_timeout_ms, 100, 3600000, "60s",
                    "A body must have come in so long, and an answer been taken"),
    CONFIG_DURATION("http", "request_timeout", S, http.request_timeout_ms, 100, 600000, "10s",
                    "A request that was not begun after so long is refused"),
    CONFIG_DURATION("http", "drain_timeout", S, http.drain_timeout_ms, 0, 600000, "10s",
                    "On SIGTERM, requests in hand may take so long"),
    CONFIG_STRING("http", "trusted_proxies", S, http.trusted_proxies, 0, 1000, "",
                  "Addresses and networks (10.0.0.0/8) whose X-Forwarded-For is believed"),
    CONFIG_STRING("http", "cors_origins", S, http.cors_origins, 0, 1000, "",
                  "Web origins (https://desk.example) whose pages may use the API"),
    CONFIG_STRING("http", "metrics_listen", S, http.metrics_listen, 0, 64, "",
                  "Address on which /metrics is served, and not on the other; without TLS"),
    CONFIG_INT("http", "metrics_port", S, http.metrics_port, 0, 65535, "9090",
               "Port at that address; 0 takes a free one"),
    CONFIG_STRING("tls", "certificate", S, tls.certificate, 0, 1000, "",
                  "PEM file of the certificate and those between it and the root; read again on "
                  "SIGHUP, as is the key"),
    CONFIG_STRING("tls", "key", S, tls.key, 0, 1000, "", "PEM file of its private key"),
    CONFIG_STRING("tls", "priorities", S, tls.priorities, 1, 500,
                  "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE",
                  "Versions and ciphers, as GnuTLS names them; nothing before TLS 1.2"),
    CONFIG_INT("limit", "rate", S, limit.rate, 0, 100000, "200",
               "Requests a second that a client may go on sending; 0: no limit"),
    CONFIG_INT("limit", "burst", S, limit.burst, 1, 100000, "400",
               "Requests that a client may send at once"),
    CONFIG_INT("limit", "export_rows", S, limit.export_rows, 1, 10000000, "100000",
               "Rows that a list exported as a file has at most"),
    CONFIG_STRING("database", "url", S, database.url, 1, 1000, NULL,
                  "PostgreSQL connection string of the application role"),
    CONFIG_INT("database", "threads", S, database.threads, 1, 32, "2",
               "Threads for complaints, a pipelined connection each; about one a core"),
    CONFIG_INT("database", "slow_threads", S, database.slow_threads, 1, 32, "2",
               "Threads for everything else, a connection each"),
    CONFIG_INT("database", "batch", S, database.batch, 1, BATCH_MAX, "32",
               "Requests that one round trip carries at most"),
    CONFIG_INT("database", "queue", S, database.queue, 16, 100000, "1024",
               "Requests that may wait for a database thread"),
    CONFIG_INT("database", "slow_queue", S, database.slow_queue, 4, 10000, "128",
               "Requests that may wait for a slow thread"),
    CONFIG_DURATION("database", "statement_timeout", S, database.statement_timeout_ms, 100, 600000,
                    "5s", "A statement that takes longer is ended"),
    CONFIG_ZONE("institution", "zone", S, institution.zone_minutes, "+08:00",
                "The institution's fixed offset from UTC"),
    CONFIG_DURATION("session", "lifetime", S, session.lifetime_ms, 60000, 2592000000, "12h",
                    "A sign-in is good for so long"),
    CONFIG_DURATION("session", "idle", S, session.idle_ms, 120000, 2592000000, "30m",
                    "A sign-in that is not used for so long has ended, to a minute or so"),
    CONFIG_BOOL("session", "secure", S, session.secure, "false",
                "A proxy in front speaks TLS with browsers: their cookie is for TLS alone"),
    CONFIG_STRING("sign_on", "issuer", S, sign_on.issuer, 0, 500, "",
                  "OpenID Connect provider at which people may sign in; without one they cannot"),
    CONFIG_STRING("sign_on", "client_id", S, sign_on.client_id, 0, 200, "",
                  "What this server is called there"),
    CONFIG_STRING("sign_on", "client_secret", S, sign_on.client_secret, 0, 1000, "",
                  "Its secret, for the environment; none for a public client"),
    CONFIG_STRING("sign_on", "client_secret_file", S, sign_on.client_secret_file, 0, 180, "",
                  "File that holds the secret, closed to others"),
    CONFIG_STRING("sign_on", "redirect_url", S, sign_on.redirect_url, 0, 500, "",
                  "Where the provider sends people back: this server as browsers see it, with "
                  "/v1/sign-on/callback"),
    CONFIG_STRING("sign_on", "claim", S, sign_on.claim, 1, 64, "preferred_username",
                  "The claim of the ID token that holds the login"),
    CONFIG_STRING("sign_on", "scopes", S, sign_on.scopes, 1, 180, "openid profile",
                  "What is asked for; openid is among it"),
    CONFIG_STRING("sign_on", "page", S, sign_on.page, 1, 180, "/",
                  "Path on this server to which people come when they have signed in"),
    CONFIG_DURATION(
        "duty", "compare", S, duty.compare_ms, 0, 604800000, "24h",
        "How often open complaints are compared with their journals, counted from 02:00 "
        "in the institution's zone; 0: never"),
    CONFIG_STRING("journal", "key_file", S, journal.key_file, 0, 1000, "",
                  "Key by which heads of the log are signed (complaintctl make-key); without one "
                  "none are"),
    CONFIG_DURATION("journal", "head_interval", S, journal.head_interval_ms, 1000, 604800000, "5m",
                    "How often the log is signed when it has grown"),
    CONFIG_STRING("journal", "head_file", S, journal.head_file, 0, 1000, "",
                  "File to which each signed head is added, a line of JSON each"),
    CONFIG_STRING("journal", "head_url", S, journal.head_url, 0, 1000, "",
                  "Address to which each signed head is sent by POST"),
    CONFIG_INT("journal", "streams", S, journal.streams, 0, 10000, "64",
               "Followers of events that are connected at a time, and as many files that are read"),
    CONFIG_INT("journal", "streams_of_one", S, journal.streams_of_one, 1, 10000, "8",
               "Of these, those with the tokens of one person or client"),
    CONFIG_STRING("privacy", "key_file", S, privacy.key_file, 0, 180, "",
                  "File of the keys that encrypt personal values, readable by this program alone; "
                  "read again when it changes"),
    CONFIG_STRING("privacy", "keys", S, privacy.keys, 0, 4000, "",
                  "The same keys themselves, for the environment: separated by commas"),
    CONFIG_INT("privacy", "unmaskings_per_hour", S, privacy.unmaskings_per_hour, 1, 100000, "30",
               "How often one person, and whoever acts for them, may be shown values as they were "
               "written, in an hour; a client ten times as often"),
    CONFIG_STRING("log", "level", S, log.level, 4, 7, "info", "debug, info, warning or error"),
    CONFIG_BOOL("log", "access", S, log.access, "true", "Whether each request is logged"),
    CONFIG_BOOL("demo", "enabled", S, demo.enabled, "false",
                "Demo installation with known passwords: refuses to listen on any address but "
                "loopback"),
};

/* Those of the tests, and those that Kubernetes gives every container beside a service of our name. */
static const char *const ignored[] = {
    "COMPLAINTD_BIN",       "COMPLAINTD_CTL",  "COMPLAINTD_TEST_*", "COMPLAINTD_SOURCE",
    "COMPLAINTD_SERVICE_*", "COMPLAINTD_PORT", "COMPLAINTD_PORT_*", NULL};

const struct config_schema settings_schema = {
    .prefix = "COMPLAINTD_",
    .settings = settings,
    .setting_count = sizeof settings / sizeof *settings,
    .ignored = ignored,
};

static void add_error(struct arena *arena, struct config_errors *errors, const char *sentence)
{
    struct text *list = ARENA_ARRAY(arena, struct text, errors->count + 1);
    if (errors->count)
        memcpy(list, errors->list, errors->count * sizeof *list);
    list[errors->count++] = text_of(sentence);
    errors->list = list;
}

static bool is_loopback(const char *listen)
{
    return strncmp(listen, "127.", 4) == 0 || strcmp(listen, "::1") == 0;
}

/* Origins as browsers write them: scheme, host, perhaps a port, and nothing behind. */
static bool are_origins(const char *list)
{
    static const char separators[] = ", \t";
    for (const char *at = list + strspn(list, separators); *at; at += strspn(at, separators)) {
        size_t scheme = strncmp(at, "https://", 8) == 0  ? 8
                        : strncmp(at, "http://", 7) == 0 ? 7
                                                         : 0;
        size_t length = strcspn(at, separators);
        if (!scheme || length == scheme || memchr(at + scheme, '/', length - scheme) ||
            memchr(at, '*', length))
            return false;
        at += length;
    }
    return true;
}

static void check_wire(struct arena *arena, const struct settings *values,
                       struct config_errors *errors)
{
    struct networks proxies;

    if (!networks_parse(values->http.trusted_proxies, &proxies))
        add_error(arena, errors,
                  "http.trusted_proxies are at most 32 addresses or networks such as 10.0.0.0/8, "
                  "whose bits beyond the prefix are zero");
    if (!are_origins(values->http.cors_origins))
        add_error(arena, errors, "http.cors_origins are such as https://desk.example");
    if (!*values->tls.certificate != !*values->tls.key)
        add_error(arena, errors, "tls.certificate and tls.key belong together");
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), more = strlen(end);
    return length > more && strcmp(text + length - more, end) == 0;
}

/* A path on this server alone: browsers take //host and /\\host for another one. */
static bool is_own_path(const char *path)
{
    return path[0] == '/' && path[1] != '/' && !strchr(path, '\\');
}

static bool has_word(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += length)
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

static void check_sign_on(struct arena *arena, const struct settings *values,
                          struct config_errors *errors)
{
    if (!*values->sign_on.issuer)
        return;
    if (!fetch_allows(values->sign_on.issuer) || strpbrk(values->sign_on.issuer, "?#"))
        add_error(
            arena, errors,
            "sign_on.issuer begins with https://, or is on loopback, and has neither ? nor #");
    if (!*values->sign_on.client_id)
        add_error(arena, errors, "sign_on.client_id must be given with sign_on.issuer");
    if (!fetch_allows(values->sign_on.redirect_url) ||
        !ends_with(values->sign_on.redirect_url, "/v1/sign-on/callback"))
        add_error(arena, errors,
                  "sign_on.redirect_url begins with https://, or is on loopback, and ends with "
                  "/v1/sign-on/callback");
    if (*values->sign_on.client_secret && *values->sign_on.client_secret_file)
        add_error(arena, errors,
                  "sign_on.client_secret and sign_on.client_secret_file: only one of them");
    if (!is_own_path(values->sign_on.page))
        add_error(arena, errors, "sign_on.page is a path on this server, such as /");
    if (!has_word(values->sign_on.scopes, "openid"))
        add_error(arena, errors, "sign_on.scopes have openid among them");
}

bool settings_check(struct arena *arena, const struct settings *values,
                    struct config_errors *errors)
{
    enum log_level level;
    size_t before = errors->count;

    if (!log_level_parse(text_of(values->log.level), &level))
        add_error(arena, errors, "log.level is one of debug, info, warning, error");
    if (values->http.connections < values->http.threads)
        add_error(arena, errors,
                  "http.connections are shared among http.threads: at least one for each");
    if (!*values->privacy.key_file == !*values->privacy.keys)
        add_error(arena, errors,
                  "privacy.key_file or privacy.keys: one of them must be given, as personal values "
                  "are encrypted; complaintctl make-data-key makes a key");
    check_wire(arena, values, errors);
    check_sign_on(arena, values, errors);
    if (values->demo.enabled && !is_loopback(values->http.listen))
        add_error(arena, errors,
                  "demo.enabled: the demo's passwords are public, so http.listen must be loopback");
    if (*values->journal.head_url && strncmp(values->journal.head_url, "https://", 8) != 0 &&
        strncmp(values->journal.head_url, "http://", 7) != 0)
        add_error(arena, errors, "journal.head_url begins with https:// or http://");
    return errors->count == before;
}
