#ifndef STORE_STATEMENTS_H
#define STORE_STATEMENTS_H

#include "lib/pg/pg.h"

/* Every statement of the stores but those of lists, which list_statement() composes. */

/* Number i from 0, NULL behind the last. complaint_store_start() must have been called. */
const struct pg_statement *store_statement(size_t i);

/* Each store's own, ended by NULL. */
extern const struct pg_statement *const attachment_statements[];
extern const struct pg_statement *const audit_statements[];
extern const struct pg_statement *const board_statements[];
extern const struct pg_statement *const calendar_statements[];
extern const struct pg_statement *const class_statements[];
extern const struct pg_statement *const complaint_statements[];
extern const struct pg_statement *const departure_statements[];
extern const struct pg_statement *const deputy_statements[];
extern const struct pg_statement *const handler_statements[];
extern const struct pg_statement *const erasure_statements[];
extern const struct pg_statement *const institution_statements[];
extern const struct pg_statement *const journal_statements[];
extern const struct pg_statement *const link_statements[];
extern const struct pg_statement *const log_statements[];
extern const struct pg_statement *const log_head_statements[];
extern const struct pg_statement *const policy_statements[];
extern const struct pg_statement *const private_statements[];
extern const struct pg_statement *const progress_statements[];
extern const struct pg_statement *const rebuild_statements[];
extern const struct pg_statement *const recalculation_statements[];
extern const struct pg_statement *const report_statements[];
extern const struct pg_statement *const reseal_statements[];
extern const struct pg_statement *const retention_statements[];
extern const struct pg_statement *const search_statements[];
extern const struct pg_statement *const session_statements[];
extern const struct pg_statement *const staff_statements[];
extern const struct pg_statement *const token_statements[];
extern const struct pg_statement *const unit_statements[];
extern const struct pg_statement *const unmask_statements[];
extern const struct pg_statement *const work_statements[];

#endif
