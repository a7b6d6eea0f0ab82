#ifndef TESTS_STORE_MANY_H
#define TESTS_STORE_MANY_H

/* A bank's worth of rows, made by the database itself, in which plans and costs can be seen: by
 * default few enough for every run, COMPLAINTD_TEST_ROWS of them otherwise.
 *
 * Units are sql_id(1) to sql_id(MANY_UNITS), with four people each; one complaint in 5,000 belongs
 * to the unit MANY_SMALL. Unit u has the people sql_id(MANY_STAFF + 4 * u) to + 3. Complaint number
 * n (from 0, "N0" on) is received n minutes after the beginning of 2024; one in five is open, one in
 * eight is owned by another unit than received it. What their texts hold is said in many.sql. */

#define MANY_UNITS 200
#define MANY_SMALL (MANY_UNITS + 1)
#define MANY_STAFF 0x1000

/* How many complaints there shall be at most. */
long many_wanted(void);

/* Adds complaints with all that belongs to them, until there are `count`; then vacuums. */
void many_fill(long count);

#endif
