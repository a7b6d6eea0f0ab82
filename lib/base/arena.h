#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

/* Memory that lives as long as one request: allocate many times, free once.
 *
 * An arena belongs to one thread at a time. What it hands out is never freed singly, is aligned
 * for any type and is zeroed. Allocation does not fail: the sizes asked for follow from inputs
 * that were bounded before, so running out of system memory ends the process. */
struct arena;

/* Makes an arena. block_size: bytes taken from the system at a time, at least 1024.
 * The caller releases it with arena_free(). */
struct arena *arena_new(size_t block_size);

/* Releases the arena and everything it handed out. NULL is allowed. */
void arena_free(struct arena *arena);

/* Empties the arena but keeps its first block, so that the next request needs no system call.
 * Everything it handed out becomes invalid (poisoned under AddressSanitizer). */
void arena_reset(struct arena *arena);

/* The same, and overwrites what it handed out, for memory that held a secret. */
void arena_wipe(struct arena *arena);

/* Returns size zeroed bytes; for size 0 a valid pointer that must not be read. */
void *arena_alloc(struct arena *arena, size_t size);

/* The same without the zeroes, for bytes that are written before they are read. */
void *arena_bytes(struct arena *arena, size_t size);

/* Returns count zeroed members of size bytes; ends the process when the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* Copies length bytes and adds a zero byte. */
char *arena_copy(struct arena *arena, const void *bytes, size_t length);

/* Formats as printf does into the arena. */
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_array((arena), (count), sizeof(type)))

#endif
