#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/text.h"
#include "lib/base/uuid.h"

/* One JSON object a line:
 *   {"time":"2026-11-20T01:12:00.123Z","level":"info","event":"request","status":200}
 * Only programs log; library code returns faults. Not to be used beside <syslog.h>, which has the
 * same names. */

enum log_level {
    LOG_DEBUG,   /* for those who look for a mistake in the program */
    LOG_INFO,    /* what happens in good order */
    LOG_WARNING, /* the program copes, somebody should look */
    LOG_ERROR    /* something was not done */
};

enum log_kind { LOG_KIND_END, LOG_KIND_TEXT, LOG_KIND_INT, LOG_KIND_BOOL, LOG_KIND_ID };

/* A member of the line; made by the macros below. */
struct log_field {
    const char *name;
    enum log_kind kind;
    union {
        struct text text;
        int64_t integer;
        bool boolean;
        struct uuid id;
    };
};

/* A text may hold any bytes: what is not UTF-8 becomes U+FFFD, none becomes null. */
#define LOG_TEXT(field, value)                                  \
    {                                                           \
        .name = (field), .kind = LOG_KIND_TEXT, .text = (value) \
    }
/* A zero-terminated string, NULL becomes null. */
#define LOG_STRING(field, value) LOG_TEXT(field, text_of(value))
#define LOG_INT(field, value)                                              \
    {                                                                      \
        .name = (field), .kind = LOG_KIND_INT, .integer = (int64_t)(value) \
    }
#define LOG_BOOL(field, value)                                     \
    {                                                              \
        .name = (field), .kind = LOG_KIND_BOOL, .boolean = (value) \
    }
/* A struct uuid; UUID_NONE becomes null. */
#define LOG_ID(field, value)                                \
    {                                                       \
        .name = (field), .kind = LOG_KIND_ID, .id = (value) \
    }

/* log_line(level, "event", field, …): writes a line with one write(2), if the level is logged.
 * Any thread; no allocation; errno is kept. A line longer than 4 KiB, which a pipe takes whole, is
 * cut: the value that does not fit is shortened at a character, what follows it is left out, and
 * "truncated":true is added. Names must be unique within a line. */
#define log_line(level, ...)                                                                \
    (log_enabled(level)                                                                     \
         ? log_write((level), LOG_FIRST_(__VA_ARGS__, 0), LOG_REST_(__VA_ARGS__, LOG_END_)) \
         : (void)0)
#define LOG_FIRST_(first, ...) (first)
#define LOG_REST_(first, ...) ((const struct log_field[]){__VA_ARGS__})
#define LOG_END_     \
    {                \
        .name = NULL \
    }

#define LOG_LINE_MAX 4096 /* bytes, with the line feed */

/* Where lines go and which: those of the threshold and above. Before the first call they go to
 * standard error from LOG_INFO on. fd: stays the caller's, who keeps it open. */
void log_configure(int fd, enum log_level threshold);

/* "debug", "info", "warning", "error". */
bool log_level_parse(struct text text, enum log_level *ret);

/* From now on lines of the calling thread below LOG_ERROR are gathered, to be written together by
 * log_flush(), by one of LOG_ERROR or when the buffer is full: for a thread that logs a line a
 * request. A killed program loses what it had gathered. */
void log_gather(void);
void log_flush(void);

/* Lines that could not be written (disk full, a reader that stands still), since the start. */
uint64_t log_lost(void);

/* What log_line() uses. fields: up to the first of LOG_KIND_END. */
extern _Atomic int log_threshold;
static inline bool log_enabled(enum log_level level)
{
    return (int)level >= atomic_load_explicit(&log_threshold, memory_order_relaxed);
}
void log_write(enum log_level level, const char *event, const struct log_field *fields);

#endif
