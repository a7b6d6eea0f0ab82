/* libFuzzer's side: COMPLAINTD_FUZZ names the target. */
#include <string.h>

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerInitialize(const int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const struct fuzz_target *chosen;

int LLVMFuzzerInitialize(const int *argc, char ***argv)
{
    const char *name = getenv("COMPLAINTD_FUZZ");
    (void)argc;
    (void)argv;

    for (size_t i = 0; name && i < fuzz_target_count; i++) {
        if (strcmp(fuzz_targets[i].name, name) == 0)
            chosen = &fuzz_targets[i];
    }
    if (!chosen) {
        fprintf(stderr, "COMPLAINTD_FUZZ names no target\n");
        exit(2);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    fuzz_run(chosen, bytes, length);
    return 0;
}
