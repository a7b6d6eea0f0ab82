#ifndef COMPLAINT_RIGHT_H
#define COMPLAINT_RIGHT_H

#include "lib/base/fault.h"
#include "lib/complaint/permission.h"

/* The rights of every operation: right.def as a table. */

/* What the bits of `who` are. */
enum right_of {
    OF_ANYBODY,   /* none: no token is needed */
    OF_SIGNED_IN, /* none: any token will do */
    OF_SESSION,   /* none: but signed in by oneself, with no program's token */
    OF_ROLE,      /* roles, in any unit */
    OF_UNIT,      /* roles, over the unit that the input names */
    OF_COMPLAINT  /* relations to the complaint */
};

struct right {
    const char *operation;
    const char *part; /* of its input; NULL: of all of it */
    unsigned scopes;  /* what the token must be good for, as a bit; 0: any will do */
    enum right_of of;
    unsigned who;    /* role or relation bits */
    unsigned barred; /* relations that may not all the same: FAULT_SELF_APPROVAL */
};

/* The indices of rights[]; RIGHT_NONE is nobody's. */
enum right_index {
    RIGHT_NONE,
#define COMMAND(operation, ...) RIGHT_##operation,
#define ANSWER(operation, ...) RIGHT_##operation,
#define PART(id, ...) RIGHT_##id,
#include "lib/complaint/right.def"
#undef COMMAND
#undef ANSWER
#undef PART
    RIGHT_COUNT
};

extern const struct right rights[RIGHT_COUNT];

/* That of an action; rights[RIGHT_NONE], which admits nobody, for what no caller can do. */
const struct right *right_of_action(enum action action);

/* What can be judged before anything is loaded: the token's scopes, and the caller's roles where
 * these decide. Nobody administers on behalf of somebody else. FAULT_NONE, FAULT_TOKEN_SCOPE or
 * FAULT_FORBIDDEN. */
enum fault right_of_caller(const struct right *right, const struct principal *who);

/* How a caller with these relations stands to a complaint that is only read: FAULT_NONE,
 * FAULT_NOT_FOUND without any, FAULT_FORBIDDEN. */
enum fault right_to_read(const struct right *right, unsigned relations);

#endif
