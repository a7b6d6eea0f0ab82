#include "lib/store/statements.h"

static const struct pg_statement *const *const stores[] = {
    attachment_statements, audit_statements,     board_statements,       calendar_statements,
    class_statements,      complaint_statements, departure_statements,   deputy_statements,
    erasure_statements,    handler_statements,   institution_statements, journal_statements,
    link_statements,       log_head_statements,  log_statements,         policy_statements,
    private_statements,    progress_statements,  rebuild_statements,     recalculation_statements,
    report_statements,     reseal_statements,    retention_statements,   search_statements,
    session_statements,    staff_statements,     token_statements,       unit_statements,
    unmask_statements,     work_statements};

const struct pg_statement *store_statement(size_t i)
{
    for (size_t store = 0; store < sizeof stores / sizeof *stores; store++) {
        for (size_t j = 0; stores[store][j]; j++) {
            if (i-- == 0)
                return stores[store][j];
        }
    }
    return NULL;
}
