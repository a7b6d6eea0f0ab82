#ifndef TESTS_SOURCE_FILE_H
#define TESTS_SOURCE_FILE_H

#include <jansson.h>

/* Reads a JSON file of the source tree; `name` is relative to its top, which is the environment's
 * COMPLAINTD_SOURCE or else the working directory. Fails the test when that is not possible. The
 * caller releases it with json_decref(). */
json_t *source_file_json(const char *name);

#endif
