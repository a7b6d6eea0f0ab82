#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <stdatomic.h>

#include "lib/complaint/log_head.h"
#include "server/audit.h"
#include "server/follow.h"
#include "server/frequent.h"
#include "server/identity.h"
#include "server/keys.h"
#include "server/limits.h"
#include "server/measures.h"
#include "server/queue.h"
#include "server/reference.h"
#include "server/settings.h"
#include "server/sign_on.h"
#include "server/throttle.h"

struct http;
struct tls;

/* What the parts of the running program share. Made in main.c, where its life is told. */
struct server {
    struct settings settings;
    struct reference *reference; /* the institution's data, as a snapshot */
    struct identities *identities;
    struct frequent *frequent; /* terms that many complaints have */
    struct measures *measures;
    struct limits *limits;
    struct throttle *throttle;
    struct sign_on *sign_on;         /* NULL: there is no single sign-on */
    struct tls *tls;                 /* NULL: none */
    struct networks trusted_proxies; /* settings http.trusted_proxies */
    struct followers *followers;
    struct event_portions *event_portions;
    struct denials *denials;     /* denied actions that are to be written */
    struct key_file key_file;    /* as it was when its keys were read; the duty's */
    _Atomic(struct http *) http; /* NULL until it listens; the database threads run before that */
    struct queue *fast, *slow;   /* requests for the database threads and for the slow pool */
    bool signs;                  /* there is a key for heads of the log */
    uint8_t signing_secret[LOG_SECRET_LENGTH];
    atomic_int connected;       /* database threads that have a usable connection */
    atomic_bool draining;       /* no new work is taken */
    atomic_size_t large_bodies; /* bytes reserved for bodies beyond BODY_MAX */
    atomic_llong differing;     /* complaints that differed from their journals, as last compared */
};

#endif
