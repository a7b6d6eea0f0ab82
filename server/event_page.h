#ifndef SERVER_EVENT_PAGE_H
#define SERVER_EVENT_PAGE_H

#include "server/engine.h"

/* What a caller may see of the log, as events: those of complaints as for GET of the complaint, those
 * of the audit trail as permission_sees_audit() says, but without what they name if that is a complaint
 * that the caller does not see. */

enum event_form {
    EVENT_JSON,  /* objects with commas between them */
    EVENT_STREAM /* server-sent events, the number as their id */
};

struct event_page {
    struct text_buffer out; /* in the worker's arena */
    size_t count;           /* of events in it */
    bool more;              /* it ended before the log and the limit: see event_page_read() */
    int64_t next;           /* up to here all entries were looked at */
};

/* Collects up to `limit` events after the number `after`; fewer when the log ends, or when many
 * entries that the caller may not see had to be gone through: then the next page goes on at `next`. */
enum fault event_page_read(struct slow_context *context, int64_t after, size_t limit,
                           enum event_form form, struct event_page *ret);

#endif
