#ifndef SERVER_EVENT_PORTION_H
#define SERVER_EVENT_PORTION_H

#include "server/engine.h"

/* Stretches of the log as events, shared by all who follow it: an entry is read from the database and
 * written as JSON once, however many streams it goes to. */

#define EVENT_PORTION 200 /* entries in one */

struct event {
    int64_t n;
    struct text json;
    size_t unnamed; /* bytes of json before what an entry of audit names */
    bool of_complaint;
    /* Who sees it (complaint_seen) sees the event, of NULL nobody; or is told what an entry of audit
     * names, of NULL everybody who sees the entry. */
    const struct complaint *complaint;
    int audit_action;    /* of an entry of audit; TERM_NONE: unknown */
    struct uuid unit_id; /* of an entry of audit: see audit.h */
};

/* The entries after a number, without a gap. Not changed once it is made. */
struct event_portion {
    int64_t after;
    size_t count;
    struct event events[EVENT_PORTION];
    /* event_portion.c's: */
    struct arena *arena;
    int64_t read_us, log_size; /* when it was read */
    int users;
};

struct event_portions;

/* Any thread may use them. */
struct event_portions *event_portions_new(void);
void event_portions_free(struct event_portions *portions);

/* The portion that holds the entry behind `after`, or, if the log ends there, one without any behind
 * it; who sees its complaints is as it was within the last second. The caller hands it back with
 * event_portion_release(). FAULT_NONE, or the fault of the statement that failed. */
enum fault event_portion_take(struct slow_context *context, int64_t after,
                              struct event_portion **ret);
void event_portion_release(struct event_portions *portions, struct event_portion *portion);

/* Whether the log may go on behind it. */
bool event_portion_full(const struct event_portion *portion);

#endif
