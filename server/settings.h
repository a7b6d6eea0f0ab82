#ifndef SERVER_SETTINGS_H
#define SERVER_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/config.h"

#define BATCH_MAX 64 /* requests in one round trip: database.batch at most */

/* What the configuration file and the environment set; see settings.c for meaning and limits. */
struct settings {
    struct {
        const char *listen;
        int port, threads, connections, connections_per_address;
        int64_t idle_timeout_ms, header_timeout_ms, transfer_timeout_ms;
        int64_t request_timeout_ms, drain_timeout_ms;
        const char *trusted_proxies, *cors_origins;
        const char *metrics_listen; /* empty: /metrics is served beside all else */
        int metrics_port;
    } http;
    struct {
        const char *certificate, *key; /* empty: no TLS */
        const char *priorities;
    } tls;
    struct {
        int rate, burst, export_rows;
    } limit;
    struct {
        const char *url;
        int threads, slow_threads, batch, queue, slow_queue;
        int64_t statement_timeout_ms;
    } database;
    struct {
        int zone_minutes;
    } institution;
    struct {
        int64_t lifetime_ms, idle_ms;
        bool secure;
    } session;
    struct {
        const char *issuer; /* "": there is no single sign-on */
        const char *client_id, *client_secret, *client_secret_file, *redirect_url;
        const char *claim, *scopes, *page;
    } sign_on;
    struct {
        int64_t compare_ms;
    } duty;
    struct {
        const char *key_file, *head_file, *head_url; /* "": none */
        int64_t head_interval_ms;
        int streams, streams_of_one;
    } journal;
    struct {
        const char *key_file, *keys; /* one of them is empty */
        int unmaskings_per_hour;
    } privacy;
    struct {
        const char *level;
        bool access;
    } log;
    struct {
        bool enabled;
    } demo;
};

extern const struct config_schema settings_schema;

/* Rules that concern more than one setting; adds to errors. Returns whether there were none. */
bool settings_check(struct arena *arena, const struct settings *settings,
                    struct config_errors *errors);

#endif
