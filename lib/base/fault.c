#include "lib/base/fault.h"

static const struct fault_text faults[FAULT_COUNT] = {
#define FAULT(name, status, slug, en, zh) [FAULT_##name] = {status, slug, en, zh},
#include "lib/base/fault.def"
#undef FAULT
};

const struct fault_text *fault_text(enum fault fault)
{
    /* A number that is no fault is a mistake of ours, and so is its answer. */
    if (fault <= FAULT_NONE || fault >= FAULT_COUNT)
        fault = FAULT_INTERNAL;
    return &faults[fault];
}
