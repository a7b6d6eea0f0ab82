#include "lib/base/violation.h"

void violation_add(struct violations *violations, const char *pointer, const char *code,
                   const char *en, const char *zh)
{
    if (violations->count >= VIOLATIONS_MAX)
        return;
    struct arena *arena = violations->arena;
    violations->list[violations->count++] = (struct violation){
        .pointer = text_copy(arena, text_of(pointer)),
        .code = code,
        .en = text_copy(arena, text_of(en)),
        .zh = text_copy(arena, text_of(zh)),
    };
}
