#ifndef STORE_STATEMENTS_H
#define STORE_STATEMENTS_H

#include "lib/pg/pg.h"

/* Every statement of the stores but those of lists, which list_statement() composes. */

/* Number i from 0, NULL behind the last. complaint_store_start() must have been called. */
const struct pg_statement *store_statement(size_t i);

/* Each store's own, ended by NULL. */
extern const struct pg_statement *const audit_statements[],
    *const board_statements[],
        *const calendar_statements[],
            *const class_statements[],
                *const complaint_statements[],
                    *const departure_statements[],
                        *const handler_statements[],
                            *const institution_statements[],
                                *const journal_statements[],
                                    *const link_statements[],
                                        *const log_head_statements[],
                                            *const log_statements[],
                                                *const policy_statements[],
                                                    *const rebuild_statements[],
                                                        *const recalculation_statements[],
                                                            *const roster_statements[],
                                                                *const search_statements[],
                                                                    *const session_statements[],
                                                                        *const staff_statements[],
                                                                            *const token_statements[],
                                                                                *const unit_statements
                                                                                    [],
                                                                                        *const
                                                                                            work_statements
                                                                                                [];

#endif
