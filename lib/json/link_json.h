#ifndef JSON_LINK_JSON_H
#define JSON_LINK_JSON_H

#include "lib/complaint/complaint.h"
#include "lib/json/shape.h"

/* A link as it is listed for one of its two complaints. */
struct link_view {
    struct work_view work; /* its body is not written */
    int direction, kind;   /* enum link_direction, enum link_kind */
    struct {
        struct uuid id;
        struct text number;
        int status;
    } other;
    struct text reason;  /* masked */
    bool in_force;       /* neither removed nor, a merge, undone by reopening */
    struct text removal; /* JSON; none: it was not removed */
};

extern const struct shape link_view_shape;

#endif
