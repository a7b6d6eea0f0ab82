#ifndef SERVER_OPERATION_DEADLINE_PREVIEW_H
#define SERVER_OPERATION_DEADLINE_PREVIEW_H

#include "lib/complaint/recalculation.h"
#include "lib/complaint/what_if.h"
#include "lib/json/rules_json.h"
#include "server/engine.h"

/* The three kinds of POST /v1/deadline-previews, told apart by what is sent: a moment of receipt; a
 * complaint and what might be done to it; a calendar or policy for all open complaints. */

struct preview_input {
    instant received_at;
    int level;
    struct text complaint; /* id or number */
    struct pause_what_if pause;
    struct extension_what_if {
        int days;
    } extension;
    struct calendar_document calendar;
    struct policy_document policy;
    bool has_pause, has_extension, has_calendar, has_policy;
};

/* What might be done to one complaint (deadline_preview_one.c) and to all (deadline_preview_all.c).
 * Faults as any handler's. */
enum fault preview_one(struct slow_context *context, const struct preview_input *input);
enum fault preview_all(struct slow_context *context, struct preview_input *input);

/* The members of an operation's figures, or of what they would be. */
#define FIGURE_MEMBER(name_, type_, struct_, figures_)                           \
    {                                                                            \
        MEMBER(#name_, type_, struct_, figures_.name_), .flags = MEMBER_REQUIRED \
    }
#define FIGURE_MEMBERS(struct_, figures_)                          \
    FIGURE_MEMBER(considered, LONG, struct_, figures_),            \
        FIGURE_MEMBER(changed, LONG, struct_, figures_),           \
        FIGURE_MEMBER(policy_changed, LONG, struct_, figures_),    \
        FIGURE_MEMBER(stage_moved, LONG, struct_, figures_),       \
        FIGURE_MEMBER(statutory_moved, LONG, struct_, figures_),   \
        FIGURE_MEMBER(moved, LONG, struct_, figures_),             \
        FIGURE_MEMBER(earlier, LONG, struct_, figures_),           \
        FIGURE_MEMBER(later, LONG, struct_, figures_),             \
        FIGURE_MEMBER(become_overdue, LONG, struct_, figures_),    \
        FIGURE_MEMBER(no_longer_overdue, LONG, struct_, figures_), \
        FIGURE_MEMBER(first_due_at, INSTANT, struct_, figures_),   \
        FIGURE_MEMBER(last_due_at, INSTANT, struct_, figures_)

#endif
