#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/text.h"
#include "lib/base/violation.h"

/* Whatever strangers send is read by a few functions; each target gives one of them any bytes and
 * holds the result to what must be true of every input. `make fuzz` lets libFuzzer look for inputs,
 * `make check` repeats those under tests/fuzz/corpus/NAME. */

struct fuzz_target {
    const char *name;
    /* input: a copy that ends where its memory ends; the arena is emptied afterwards. */
    void (*run)(struct text input, struct arena *arena);
};

/* In targets.def. */
extern const struct fuzz_target fuzz_targets[];
extern const size_t fuzz_target_count;

/* Runs a target on one input in an arena of its own. */
void fuzz_run(const struct fuzz_target *target, const uint8_t *bytes, size_t length);

/* The file that is being read, for what is printed when it breaks something; NULL: none. */
extern const char *fuzz_file;

/* The input breaks what must hold: the process ends, so that it is kept. */
#define FUZZ_HOLDS(condition)                                                                  \
    do {                                                                                       \
        if (!(condition)) {                                                                    \
            fprintf(stderr, "%s:%d: does not hold: %s (%s)\n", __FILE__, __LINE__, #condition, \
                    fuzz_file ? fuzz_file : "-");                                              \
            abort();                                                                           \
        }                                                                                      \
    } while (0)

/* Takes the first byte off the input; 0 when there is none. */
unsigned fuzz_take(struct text *input);

/* A number of up to eight bytes likewise, the lowest first. */
int64_t fuzz_take_number(struct text *input, size_t bytes);

/* Violations are bounded, complete, and can be told in an answer that is JSON. */
void fuzz_violations(const struct violations *violations, struct arena *arena);

#endif
