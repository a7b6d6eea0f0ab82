#ifndef PG_PG_H
#define PG_PG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/instant.h"
#include "lib/base/text.h"
#include "lib/base/uuid.h"

/* One connection to PostgreSQL in pipeline mode. Everything goes in binary. The only user of
 * libpq-fe.h, with its .c files. A connection belongs to one thread. */
struct pg;

/* The types that are bound; arrays are bound as sets, one member a row. */
enum pg_type {
    PG_BOOL,
    PG_INT4,
    PG_INT8,
    PG_TEXT,
    PG_BYTEA,
    PG_UUID,
    PG_TIMESTAMPTZ,
    PG_DATE,
    PG_TYPE_COUNT
};

#define PG_PARAMETERS_MAX 96

/* A statement, known by its address; prepared on each connection the first time it is sent. */
struct pg_statement {
    const char *name; /* unique, the prepared statement's name; "" is prepared anew each time */
    const char *sql;
};

struct pg_options {
    const char *url;          /* libpq connection string or URI */
    const char *application;  /* application_name */
    int statement_timeout_ms; /* ends a statement in the server; half of it, a wait for a lock */
    int connect_timeout_s;    /* at least 2 */
    bool generic_plans;       /* plan prepared statements once */
};

/* Connects; blocks up to the timeout. Returns NULL and sets *ret_error (in the arena) on failure.
 * The caller releases it with pg_free(). */
struct pg *pg_connect(const struct pg_options *options, struct arena *arena,
                      struct text *ret_error);
void pg_free(struct pg *pg);

/* The process that serves the connection, for a lost one too. */
int pg_backend(const struct pg *pg);

/* False after a failure that only a new connection mends. */
bool pg_usable(const struct pg *pg);

/* Parameters of one statement, in order. Memory comes from the arena. */
struct pg_binds {
    struct arena *arena;
    int count;
    uint32_t types[PG_PARAMETERS_MAX];
    const char *values[PG_PARAMETERS_MAX]; /* NULL: null */
    int lengths[PG_PARAMETERS_MAX];
    int formats[PG_PARAMETERS_MAX]; /* all 1: binary */
};

struct pg_binds pg_binds_new(struct arena *arena);
void pg_bind_bool(struct pg_binds *binds, bool value);
void pg_bind_int4(struct pg_binds *binds, int32_t value);
void pg_bind_int8(struct pg_binds *binds, int64_t value);
void pg_bind_text(struct pg_binds *binds, struct text value); /* none: null */
void pg_bind_bytes(struct pg_binds *binds, const void *bytes, size_t length);
void pg_bind_uuid(struct pg_binds *binds, struct uuid value); /* none: null */
void pg_bind_instant(struct pg_binds *binds, instant value);  /* INSTANT_NONE: null */
void pg_bind_day(struct pg_binds *binds, day_number value);

/* A one-dimensional array parameter that is filled member by member. */
struct pg_array {
    struct pg_binds *binds;
    struct text_buffer buffer;
    enum pg_type type;
    size_t left; /* members still to come */
};

/* Starts an array of exactly `count` members (0 is allowed); after the last member has been added,
 * pg_array_end() makes it the next parameter. */
struct pg_array pg_array_begin(struct pg_binds *binds, enum pg_type type, size_t count);
void pg_array_add_null(struct pg_array *array);
void pg_array_add_bool(struct pg_array *array, bool value);
void pg_array_add_int4(struct pg_array *array, int32_t value);
void pg_array_add_int8(struct pg_array *array, int64_t value);
void pg_array_add_text(struct pg_array *array, struct text value);
void pg_array_add_bytes(struct pg_array *array, const void *bytes, size_t length);
void pg_array_add_uuid(struct pg_array *array, struct uuid value);
void pg_array_add_instant(struct pg_array *array, instant value);
void pg_array_end(struct pg_array *array);

/* "{id,id}": an array of ids as text, for where an array of arrays would be flattened. */
struct text pg_uuids_literal(struct arena *arena, const struct uuid ids[], size_t count);

/* The rows of one result. */
struct pg_rows {
    void *result; /* libpq's; NULL: none */
    size_t count;
    int64_t affected; /* rows changed, where the statement changes any */
};

void pg_rows_free(struct pg_rows *rows);
bool pg_is_null(const struct pg_rows *rows, size_t row, int column);
/* Values of a column known to have that type; null gives false, 0, none or INSTANT_NONE. Texts
 * point into the result and live as long as it does. */
bool pg_bool(const struct pg_rows *rows, size_t row, int column);
int32_t pg_int4(const struct pg_rows *rows, size_t row, int column);
int64_t pg_int8(const struct pg_rows *rows, size_t row, int column);
struct text pg_text(const struct pg_rows *rows, size_t row, int column); /* bytea too */
struct uuid pg_uuid(const struct pg_rows *rows, size_t row, int column);
instant pg_instant(const struct pg_rows *rows, size_t row, int column);
day_number pg_day(const struct pg_rows *rows, size_t row, int column);
/* Members of an array column: returns how many and points *ret_members (in the arena) at their
 * bytes as texts; nulls are none. */
size_t pg_members(const struct pg_rows *rows, size_t row, int column, struct arena *arena,
                  struct text **ret_members);

/* A member of an array of integers; 0 when it is null. */
int32_t pg_member_int4(struct text member);
/* A member of an array of timestamptz; INSTANT_NONE when it is null. */
instant pg_member_instant(struct text member);

enum pg_status {
    PG_DONE,    /* the statement succeeded; rows are filled */
    PG_FAILED,  /* the server refused it; pg_error() tells */
    PG_SKIPPED, /* not run, because one before it in the same sync failed */
    PG_SYNCED,  /* the end of a sync */
    PG_LOST     /* the connection broke or the deadline passed; pg_usable() is false now */
};

/* Queues a statement; nothing need have reached the server yet. False: the connection is lost. */
bool pg_send(struct pg *pg, const struct pg_statement *statement, const struct pg_binds *binds);

/* Ends a group: the statements since the last sync succeed or fail together (unless an explicit
 * BEGIN spans them), and everything is flushed. */
bool pg_sync(struct pg *pg);

/* Waits for the next statement's result, in the order they were sent, or for the end of the sync.
 * deadline_us: by monotonic_now_us(). rows may be NULL where none are wanted; otherwise the caller
 * frees them. */
enum pg_status pg_next(struct pg *pg, int64_t deadline_us, struct pg_rows *rows);

/* SQLSTATE and message of the last PG_FAILED or PG_LOST; they live until the next call. */
struct pg_error {
    char sqlstate[6];
    const char *message, *constraint; /* constraint: its name or "" */
};
struct pg_error pg_error(const struct pg *pg);

/* Whether the last PG_FAILED was nobody's mistake: somebody else held a lock, or the statement ran
 * out of time (SQLSTATE 55P03, 57014). */
bool pg_held_up(const struct pg *pg);

/* Notices whether an idle connection was closed meanwhile: costs one system call if it was not. */
bool pg_alive(struct pg *pg);

/* One statement by itself: send, sync, wait. */
enum pg_status pg_run(struct pg *pg, const struct pg_statement *statement,
                      const struct pg_binds *binds, int64_t deadline_us, struct pg_rows *rows);

/* Waits up to timeout_ms for a notification. Returns false when the connection is lost; otherwise
 * fills *ret_channel and *ret_payload (none when nothing came), which live until the next call. */
bool pg_wait_notify(struct pg *pg, int timeout_ms, struct text *ret_channel,
                    struct text *ret_payload);

extern const struct pg_statement pg_begin, pg_commit, pg_rollback;
/* Begins a transaction whose statements all see the same moment. */
extern const struct pg_statement pg_begin_read;

#endif
