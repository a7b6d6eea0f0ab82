#include "lib/store/complaint_compare.h"

#include "lib/store/complaint_store.h"

static void add_name(struct text_buffer *names, const char *prefix, const char *name)
{
    if (names->length > 0)
        text_buffer_add_char(names, ',');
    text_buffer_add_string(names, prefix);
    text_buffer_add_string(names, name);
}

static bool comparable(const struct column *column, const struct journal_replay *replay)
{
    const void *rebuilt = (const char *)&replay->complaint + column->offset;

    if (column->offset == offsetof(struct complaint, tracking_code))
        return false;
    return !replay->erased || column->kind != COLUMN_TEXT ||
           !text_is_none(*(const struct text *)rebuilt);
}

static void compare_stages(struct text_buffer *names, const struct complaint *stored,
                           const struct complaint *rebuilt)
{
    if (stored->stage_count != rebuilt->stage_count) {
        add_name(names, "", "stages");
        return;
    }
    for (size_t i = 0; i < stored->stage_count; i++) {
        const char *prefix = arena_printf(names->arena, "stages.%zu.", i);
        for (size_t j = 0; j < stage_column_count; j++)
            if (!column_same(&stage_columns[j], &stored->stages[i], &rebuilt->stages[i]))
                add_name(names, prefix, stage_columns[j].name);
    }
}

struct text complaint_differences(struct arena *arena, const struct complaint *stored,
                                  const struct journal_replay *replay)
{
    const struct complaint *rebuilt = &replay->complaint;
    struct text_buffer names = text_buffer_new(arena, 64);

    if (replay->broken || rebuilt->journal_length == 0)
        return TEXT("journal");
    for (size_t i = 0; i < complaint_column_count; i++)
        if (comparable(&complaint_columns[i], replay) &&
            !column_same(&complaint_columns[i], stored, rebuilt))
            add_name(&names, "", complaint_columns[i].name);
    compare_stages(&names, stored, rebuilt);
    return names.length > 0 ? text_buffer_text(&names) : TEXT_NONE;
}
