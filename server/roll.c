#include "server/roll.h"

#include "lib/base/json_text.h"
#include "lib/complaint/naming.h"

#define LIMIT_DEFAULT 50

static const struct term count_terms[] = {{{"exact", 5}, "精确", "Exact"}};
const struct vocabulary vocabulary_count = {"count", count_terms, 1};

struct roll roll_begin(struct arena *arena, const struct roll_input *input)
{
    struct roll roll = {.out = text_buffer_new(arena, 4096),
                        .limit = input->limit > 0 ? input->limit : LIMIT_DEFAULT,
                        .counts = input->count != TERM_NONE};

    text_buffer_add_string(&roll.out, "{\"items\":[");
    return roll;
}

enum fault roll_judge(struct request *request, const struct roll_input *input)
{
    if (!text_is_none(input->cursor) && !naming_is_code(input->cursor))
        naming_refuse(request_violations(request), "cursor", "not_a_cursor",
                      "This is no cursor of this list.", "这不是此列表的游标。");
    return request_violations(request)->count ? FAULT_UNKNOWN_PARAMETER : FAULT_NONE;
}

bool roll_is_behind(const struct roll_input *input, struct text name)
{
    return text_is_none(input->cursor) || text_compare(name, input->cursor) > 0;
}

bool roll_takes(struct roll *roll, struct text name, bool behind)
{
    roll->total++;
    if (!behind || roll->more)
        return false;
    roll->more = roll->shown == roll->limit;
    if (roll->more)
        return false;
    if (roll->shown++)
        text_buffer_add_char(&roll->out, ',');
    roll->last = name;
    return true;
}

bool roll_is_full(const struct roll *roll)
{
    return roll->more && !roll->counts;
}

void roll_answer(struct roll *roll, struct request *request)
{
    struct text next = roll->more ? roll->last : TEXT_NONE;

    text_buffer_add_string(&roll->out, "],\"next\":");
    json_text_add(&roll->out, next);
    if (roll->counts)
        text_buffer_printf(&roll->out, ",\"total\":%lld", (long long)roll->total);
    text_buffer_add_char(&roll->out, '}');
    request_answer(request, 200, text_buffer_text(&roll->out));
    if (roll->more)
        request_link_next(request, next);
}
