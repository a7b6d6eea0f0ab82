#ifndef TESTS_HTTP_TRAP_H
#define TESTS_HTTP_TRAP_H

/* Faults in the database itself: statements that make the marked rows of a table fail for the
 * application. Conditions see the row as NEW in triggers; $ stands for the list of marked ids.
 * Functions: trap_raise; trap_swallow, which leaves the row unwritten; trap_sleep('seconds');
 * trap_end, which ends the connection. */

/* When the application reads or locks a row; `function` is trap_raise_row() or trap_end_row(). */
#define TRAP_ROW(table, condition, function)                                            \
    "CREATE POLICY trap_others ON " table " USING (true); CREATE POLICY trap ON " table \
    " AS RESTRICTIVE USING (CASE WHEN " condition " THEN " function                     \
    " ELSE true END); ALTER TABLE " table " ENABLE ROW LEVEL SECURITY"

/* When it writes one: INSERT or UPDATE. */
#define TRAP_WRITE(event, table, condition, function)                                     \
    "CREATE TRIGGER trap BEFORE " event " ON " table " FOR EACH ROW WHEN (" condition ")" \
    " EXECUTE FUNCTION " function

/* When it commits a complaint that it wrote. */
#define TRAP_COMMIT(condition, function)                                 \
    "CREATE CONSTRAINT TRIGGER trap AFTER INSERT OR UPDATE ON complaint" \
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (" condition ")"   \
    " EXECUTE FUNCTION " function

/* Sets one; ids: "'…', '…'". */
void trap_set(const char *statement, const char *ids);
/* Removes what is set, if anything is. */
void trap_clear(void);

#endif
