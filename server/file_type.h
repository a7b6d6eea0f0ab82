#ifndef SERVER_FILE_TYPE_H
#define SERVER_FILE_TYPE_H

#include <stdbool.h>
#include <stddef.h>

/* What a file is by its content, given its first bytes, some KB of them if it has as many: enum
 * attachment_type, or TERM_NONE when files of its kind are not taken. False: it cannot be told, as the
 * library's own data cannot be read. */
bool file_type_find(const char *bytes, size_t length, int *ret);

#endif
