#ifndef SERVER_UNMASK_H
#define SERVER_UNMASK_H

#include "lib/complaint/audit.h"
#include "server/command.h"

/* The command's answer, an object, with the member "values" more: of each field that the change reveals
 * what was written last; null when nothing is on record, it was erased, or its key is missing. */
struct text unmask_reveal(const struct command *command);

/* What the audit trail keeps of it: which fields of which complaint, in the arena. */
const struct audit_entry *unmask_record(const struct command *command, instant now,
                                        struct arena *arena);

#endif
