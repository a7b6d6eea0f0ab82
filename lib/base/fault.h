#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stddef.h>

/* Errors are values. FAULT_NONE is success; every other one is a refusal of fault.def. */
enum fault {
    FAULT_NONE = 0,
#define FAULT(name, status, slug, en, zh) FAULT_##name,
#include "lib/base/fault.def"
#undef FAULT
    FAULT_COUNT
};

struct fault_text {
    int status;       /* HTTP */
    const char *slug; /* last part of the problem's type */
    const char *en, *zh;
};

/* The row of a fault; fault must be a real one (not FAULT_NONE). */
const struct fault_text *fault_text(enum fault fault);

#endif
