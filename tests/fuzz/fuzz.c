#include "tests/fuzz/fuzz.h"

#include <jansson.h>
#include <string.h>

#include "lib/json/problem.h"

#define ARENA_BLOCK ((size_t)64 * 1024)

#define TARGET(name) void fuzz_##name(struct text input, struct arena *arena);
#include "tests/fuzz/targets.def"
#undef TARGET

const struct fuzz_target fuzz_targets[] = {
#define TARGET(name) {#name, fuzz_##name},
#include "tests/fuzz/targets.def"
#undef TARGET
};
const size_t fuzz_target_count = sizeof fuzz_targets / sizeof *fuzz_targets;

const char *fuzz_file;

void fuzz_run(const struct fuzz_target *target, const uint8_t *bytes, size_t length)
{
    struct arena *arena = arena_new(ARENA_BLOCK);
    char *copy = malloc(length ? length : 1);

    if (!copy)
        abort();
    if (length)
        memcpy(copy, bytes, length);
    target->run((struct text){copy, length}, arena);
    free(copy);
    arena_free(arena);
}

unsigned fuzz_take(struct text *input)
{
    if (input->length == 0)
        return 0;
    input->length--;
    return (unsigned char)*input->at++;
}

int64_t fuzz_take_number(struct text *input, size_t bytes)
{
    uint64_t number = 0;

    for (size_t i = 0; i < bytes; i++)
        number |= (uint64_t)fuzz_take(input) << (8 * i);
    return (int64_t)number;
}

void fuzz_violations(const struct violations *violations, struct arena *arena)
{
    struct text_buffer out = text_buffer_new(arena, 1024);

    FUZZ_HOLDS(violations->count <= VIOLATIONS_MAX);
    for (size_t i = 0; i < violations->count; i++) {
        const struct violation *violation = &violations->list[i];
        FUZZ_HOLDS(!text_is_none(violation->pointer) && violation->code && *violation->code);
        FUZZ_HOLDS(!text_is_none(violation->en) && !text_is_none(violation->zh));
    }
    problem_encode(FAULT_INVALID, TEXT_NONE, violations, TEXT_NONE, true, &out);
    json_t *problem = json_loadb(out.at, out.length, JSON_REJECT_DUPLICATES, NULL);
    FUZZ_HOLDS(problem);
    json_decref(problem);
}
