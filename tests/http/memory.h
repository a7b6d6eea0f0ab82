#ifndef TESTS_HTTP_MEMORY_H
#define TESTS_HTTP_MEMORY_H

#include <stddef.h>

/* How often a text stands in the memory that a child process can write. */
size_t memory_count(int pid, const char *needle);

#endif
