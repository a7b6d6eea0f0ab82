#ifndef JSON_RULES_JSON_H
#define JSON_RULES_JSON_H

#include "lib/complaint/institution.h"
#include "lib/json/shape.h"

/* Calendars and policies as documents: what administrators write, complaintctl reads from a file
 * and the API takes and shows. */

struct calendar_period_document {
    struct text from, to; /* "HH:MM", up to "24:00" */
};

struct calendar_document {
    struct text name;
    int *years;
    size_t year_count;
    unsigned weekdays; /* bits 1 << enum weekday */
    struct calendar_period_document *periods;
    size_t period_count;
    struct text *off, *work; /* "YYYY-MM-DD": holidays, make-up working days */
    size_t off_count, work_count;
};

extern const struct shape calendar_document_shape;

/* Checks what a shape cannot say: years that come twice, periods in order, days that exist, lie in
 * the years listed and come once. All violations are added, each pointer after the prefix ("" or
 * "/calendar"). Fills *ret with a source that calendar_new() takes, days and years ascending, in the
 * arena of the violations; it is only worth something when there are none. zone_minutes: the
 * institution's. */
void calendar_document_read(const struct calendar_document *document, const char *prefix,
                            int zone_minutes, struct violations *violations,
                            struct calendar_source *ret);

/* The document that a source was read from. Texts live in the arena. */
void calendar_document_write(struct text name, const struct calendar_source *source,
                             struct arena *arena, struct calendar_document *ret);

struct policy_document {
    struct text effective_from; /* "YYYY-MM-DD" */
    struct policy policy;       /* all but its version and effective_from */
};

extern const struct shape policy_document_shape;

/* The same for a policy: its day must exist. Fills document->policy.effective_from, and
 * retention_years with the least there may be if none are given. */
void policy_document_read(struct policy_document *document, const char *prefix,
                          struct violations *violations);
void policy_document_write(const struct policy *policy, struct arena *arena,
                           struct policy_document *ret);

#endif
