#ifndef TESTS_CALENDAR_FILE_H
#define TESTS_CALENDAR_FILE_H

#include "lib/complaint/calendar.h"

/* Reads a calendar that the product carries, in zone +08:00 and as version 1; `name` as for
 * source_file_json(). The caller releases it with calendar_file_free(). */
struct calendar_source calendar_file_read(const char *name);
void calendar_file_free(struct calendar_source *source);

#define CALENDAR_CN "server/deploy/calendar-cn-2024-2026.json"

#endif
