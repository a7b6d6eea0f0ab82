#include "lib/base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* gcc defines the first, clang answers the second. */
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif

#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
#define POISON(at, size) __asan_poison_memory_region((at), (size))
#define UNPOISON(at, size) __asan_unpoison_memory_region((at), (size))
#define RED_ZONE ((size_t)16) /* never handed out, so that an overrun by one byte is seen */
#else
#define POISON(at, size) ((void)(at), (void)(size))
#define UNPOISON(at, size) ((void)(at), (void)(size))
#define RED_ZONE ((size_t)0)
#endif

#define ALIGNMENT ((size_t)16)
#define BLOCK_SIZE_MIN ((size_t)1024)

struct block {
    struct block *next;
    size_t capacity, used; /* bytes of memory[] */
    alignas(ALIGNMENT) unsigned char memory[];
};

struct arena {
    size_t block_size; /* capacity of an ordinary block */
    size_t used;       /* bytes handed out, as asked for */
    struct block *first;
    struct block *current; /* what is behind it on the list is full or made for one allocation */
};

_Static_assert(alignof(max_align_t) <= ALIGNMENT, "what the arena hands out must suit any type");

static _Noreturn void out_of_memory(size_t size)
{
    fprintf(stderr, "arena: no memory for %zu bytes\n", size);
    abort();
}

static struct block *block_new(size_t capacity)
{
    if (capacity > SIZE_MAX - sizeof(struct block))
        out_of_memory(capacity);
    struct block *block = malloc(sizeof *block + capacity);
    if (!block)
        out_of_memory(capacity);
    block->next = NULL;
    block->capacity = capacity;
    block->used = 0;
    POISON(block->memory, capacity);
    return block;
}

static void block_free(struct block *block)
{
    UNPOISON(block->memory, block->capacity);
    free(block);
}

struct arena *arena_new(size_t block_size)
{
    struct arena *arena = malloc(sizeof *arena);
    if (!arena)
        out_of_memory(sizeof *arena);
    arena->block_size = block_size < BLOCK_SIZE_MIN ? BLOCK_SIZE_MIN : block_size;
    arena->used = 0;
    arena->first = arena->current = block_new(arena->block_size);
    return arena;
}

static void free_blocks_after(struct block *block)
{
    struct block *next = block->next;

    block->next = NULL;
    while (next) {
        struct block *after = next->next;
        block_free(next);
        next = after;
    }
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    free_blocks_after(arena->first);
    block_free(arena->first);
    free(arena);
}

void arena_reset(struct arena *arena)
{
    free_blocks_after(arena->first);
    POISON(arena->first->memory, arena->first->capacity);
    arena->first->used = 0;
    arena->current = arena->first;
    arena->used = 0;
}

void arena_wipe(struct arena *arena)
{
    struct block *block = arena->first;

    do {
        UNPOISON(block->memory, block->used);
        explicit_bzero(block->memory, block->used);
        block = block->next;
    } while (block);
    arena_reset(arena);
}

/* Finds a block with `needed` bytes left. What is large beside a block gets one of its own, behind
 * the current one, whose rest stays in use. */
static struct block *block_with_room(struct arena *arena, size_t needed)
{
    struct block *current = arena->current;

    if (needed <= current->capacity - current->used)
        return current;
    bool own = needed > arena->block_size / 4;
    struct block *block = block_new(own ? needed : arena->block_size);
    block->next = current->next;
    current->next = block;
    if (!own)
        arena->current = block;
    return block;
}

/* Hands out bytes that hold anything. */
static void *take(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX - ALIGNMENT - RED_ZONE)
        out_of_memory(size);
    size_t needed = ((size + ALIGNMENT - 1) & ~(ALIGNMENT - 1)) + RED_ZONE;
    struct block *block = block_with_room(arena, needed);
    void *at = block->memory + block->used;
    block->used += needed;
    arena->used += size;
    UNPOISON(at, size);
    return at;
}

void *arena_bytes(struct arena *arena, size_t size)
{
    return take(arena, size);
}

void *arena_alloc(struct arena *arena, size_t size)
{
    /* Zeroed here and not by the block, which is used again after a reset. */
    return memset(take(arena, size), 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(count, size, &total))
        out_of_memory(SIZE_MAX);
    return arena_alloc(arena, total);
}

char *arena_copy(struct arena *arena, const void *bytes, size_t length)
{
    if (length == SIZE_MAX)
        out_of_memory(length);
    char *copy = take(arena, length + 1);
    if (length > 0)
        memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
    char small[256]; /* most texts are short: formatted once, then copied */
    va_list again;

    va_copy(again, arguments);
    int length = vsnprintf(small, sizeof small, format, arguments);
    if (length < 0) {
        fputs("arena: a text that cannot be formatted\n", stderr);
        abort();
    }
    char *text;
    if ((size_t)length < sizeof small) {
        text = arena_copy(arena, small, (size_t)length);
    } else {
        text = take(arena, (size_t)length + 1);
        vsnprintf(text, (size_t)length + 1, format, again);
    }
    va_end(again);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}
