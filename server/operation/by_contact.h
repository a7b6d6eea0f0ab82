#ifndef SERVER_OPERATION_BY_CONTACT_H
#define SERVER_OPERATION_BY_CONTACT_H

#include "lib/store/private_store.h"
#include "server/engine.h"

/* Complaints found by contact data. So that nobody finds the rest of a masked number by trying, every
 * search takes a place of throttle_search() first, and is put on record. */

/* The newest complaints with one of the marks that the caller may see, newest first, at most `limit` of
 * ids[]; `left_out` is not among them. FAULT_NONE or statement_fault(). */
enum fault by_contact_find(struct slow_context *context, const struct mark marks[], size_t count,
                           struct uuid left_out, size_t limit, struct uuid ids[],
                           size_t *ret_count);

/* Puts a search on the audit trail: by whom, for what kind of value, never for which. number: of the
 * complaint whose values were looked for; none: a value that was sent. */
enum fault by_contact_record(struct slow_context *context, const char *kind, struct text number,
                             size_t found);

#endif
