#include "lib/json/link_json.h"

#define OTHER __typeof__(((struct link_view *)NULL)->other)

static const struct member other_members[] = {
    {MEMBER("id", UUID, OTHER, id)},
    {MEMBER("number", TEXT, OTHER, number)},
    {MEMBER("status", TERM, OTHER, status), .vocabulary = &vocabulary_status},
};
static const struct shape other_shape = {
    .name = "LinkedComplaint", .size = sizeof(OTHER), SHAPE_MEMBERS(other_members)};

static const struct member members[] = {
    {MEMBER("number", INTEGER, struct link_view, work.number), .flags = MEMBER_REQUIRED},
    {MEMBER("recorded_at", INSTANT, struct link_view, work.at)},
    {MEMBER("by", STAFF, struct link_view, work.by)},
    {MEMBER("stage", TERM, struct link_view, work.stage), .vocabulary = &vocabulary_stage},
    {MEMBER("round", INTEGER, struct link_view, work.round), .flags = MEMBER_REQUIRED},
    {MEMBER("direction", TERM, struct link_view, direction),
     .vocabulary = &vocabulary_link_direction},
    {MEMBER("kind", TERM, struct link_view, kind), .vocabulary = &vocabulary_link_kind},
    {MEMBER("complaint", OBJECT, struct link_view, other), .shape = &other_shape},
    {MEMBER("reason", LINES, struct link_view, reason)},
    {MEMBER("in_force", BOOLEAN, struct link_view, in_force)},
    {MEMBER("removal", JSON, struct link_view, removal)},
};
const struct shape link_view_shape = {
    .name = "ListedLink", .size = sizeof(struct link_view), SHAPE_MEMBERS(members)};
