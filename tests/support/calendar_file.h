#ifndef TESTS_CALENDAR_FILE_H
#define TESTS_CALENDAR_FILE_H

#include "lib/complaint/calendar.h"

/* Reads a calendar that the product carries, zone +08:00, version 1; `name` is relative to the
 * tree's top (environment COMPLAINTD_SOURCE, or the working directory). Fails the test when that
 * is not possible. The caller releases it with calendar_file_free(). */
struct calendar_source calendar_file_read(const char *name);
void calendar_file_free(struct calendar_source *source);

#define CALENDAR_CN "server/deploy/calendar-cn-2024-2026.json"

/* Opens a file of the tree as JSON for any test; NULL fails the test. */
struct json_t *source_file_json(const char *name);

#endif
