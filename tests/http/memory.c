#include "tests/http/memory.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REGION_MAX (1ul << 28) /* larger ones are a sanitiser's */

/* In a copy of one region; what the process itself must not touch cannot be read. */
static size_t count_in(int memory, unsigned long from, unsigned long to, const char *needle)
{
    size_t length = to - from, count = 0;
    char *copy = malloc(length);

    ck_assert_ptr_nonnull(copy);
    ssize_t got = pread(memory, copy, length, (off_t)from);
    for (char *at = copy, *end = copy + (got > 0 ? got : 0);
         (at = memmem(at, (size_t)(end - at), needle, strlen(needle))); at++)
        count++;
    free(copy);
    return count;
}

static FILE *open_maps(int pid, int *ret_memory)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/mem", pid);
    *ret_memory = open(path, O_RDONLY | O_CLOEXEC);
    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    FILE *maps = fopen(path, "re");
    ck_assert(maps && *ret_memory >= 0);
    return maps;
}

size_t memory_count(int pid, const char *needle)
{
    int memory;
    FILE *maps = open_maps(pid, &memory);
    char line[1024];
    size_t count = 0;

    while (fgets(line, sizeof line, maps)) {
        char *rest;
        unsigned long from = strtoul(line, &rest, 16), to = strtoul(rest + 1, &rest, 16);
        if (strncmp(rest, " rw", 3) == 0 && to - from <= REGION_MAX)
            count += count_in(memory, from, to, needle);
    }
    fclose(maps);
    close(memory);
    return count;
}
