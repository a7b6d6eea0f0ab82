#include "tests/support/keys.h"

#include <check.h>

const char keys_lines[] = "1 2025-01-01T00:00:00Z MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=\n"
                          "2 2026-01-01T00:00:00Z MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI=\n"
                          "3 2126-01-01T00:00:00Z MzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM=\n";

void keys_use(size_t count)
{
    struct arena *arena = arena_new(1024);
    struct text error = TEXT_NONE;
    struct keyring *keyring =
        keyring_parse(arena, (struct text){keys_lines, count * (sizeof keys_lines / 3)}, &error);

    ck_assert_msg(keyring != NULL, "%.*s", TEXT_ARG(error));
    keyring_use(keyring);
    arena_free(arena);
}
