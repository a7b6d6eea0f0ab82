#ifndef SERVER_UNMASK_H
#define SERVER_UNMASK_H

#include "lib/complaint/audit.h"
#include "server/command.h"

/* Whether who asks, or who acts for them, was shown as much as is allowed in an hour: by `stored`, rows of
 * unmask_count, and by the commands that were granted before in the same set. */
bool unmask_too_often(const struct command *command, const struct pg_rows *stored,
                      struct command *const granted[], size_t count);

/* Reads what was written last of each field that the change reveals, into command->values. False: some of
 * the complaint's values cannot be decrypted, so that nobody knows what was. */
bool unmask_open(struct command *command);

/* The command's answer, an object, with the member "values" more: of each field that the change reveals
 * what unmask_open() found; null when nothing is on record or it was erased. */
struct text unmask_reveal(const struct command *command);

/* What the audit trail keeps of it: which fields of which complaint, in the arena. */
const struct audit_entry *unmask_record(const struct command *command, instant now,
                                        struct arena *arena);

#endif
