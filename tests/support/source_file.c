#include "tests/support/source_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

json_t *source_file_json(const char *name)
{
    const char *top = getenv("COMPLAINTD_SOURCE");
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", top ? top : ".", name);
    json_error_t error;
    json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(json, "%s:%d: %s", path, error.line, error.text);
    return json;
}
