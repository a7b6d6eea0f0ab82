#include "lib/json/problem.h"

#include "lib/base/json_text.h"

static void add_member(struct text_buffer *out, const char *key, struct text value)
{
    text_buffer_add_string(out, key);
    json_text_add(out, value);
}

/* A refusal's own sentence: the first violation and how many more there are, or the title. */
static struct text problem_detail(const struct fault_text *row, const struct violations *violations,
                                  bool chinese, struct arena *arena)
{
    if (!violations || violations->count == 0)
        return text_of(chinese ? row->zh : row->en);

    const struct violation *first = &violations->list[0];
    struct text sentence = chinese ? first->zh : first->en;
    size_t more = violations->count - 1;
    struct text_buffer detail = text_buffer_new(arena, 128);

    if (first->pointer.length > 0) {
        text_buffer_add_text(&detail, first->pointer);
        text_buffer_add_string(&detail, chinese ? "：" : ": ");
    }
    text_buffer_add_text(&detail, sentence);
    if (more > 0 && chinese)
        text_buffer_printf(&detail, "（另有 %zu 处问题）", more);
    else if (more > 0)
        text_buffer_printf(&detail, " (and %zu more)", more);
    return text_buffer_text(&detail);
}

static void add_errors(struct text_buffer *out, const struct violations *violations, bool chinese)
{
    text_buffer_add_string(out, ",\"errors\":[");
    for (size_t i = 0; i < violations->count; i++) {
        const struct violation *violation = &violations->list[i];
        add_member(out, i > 0 ? ",{\"pointer\":" : "{\"pointer\":", violation->pointer);
        add_member(out, ",\"code\":", text_of(violation->code));
        add_member(out, ",\"detail\":", chinese ? violation->zh : violation->en);
        text_buffer_add_char(out, '}');
    }
    text_buffer_add_char(out, ']');
}

void problem_encode(enum fault fault, struct text request_id, const struct violations *violations,
                    struct text extra_members, bool chinese, struct text_buffer *out)
{
    const struct fault_text *row = fault_text(fault);

    text_buffer_add_string(out, "{\"type\":\"/problems/");
    text_buffer_add_string(out, row->slug);
    add_member(out, "\",\"title\":", text_of(chinese ? row->zh : row->en));
    text_buffer_add_string(out, ",\"status\":");
    json_text_add_integer(out, row->status);
    add_member(out, ",\"detail\":", problem_detail(row, violations, chinese, out->arena));
    if (!text_is_none(request_id))
        add_member(out, ",\"instance\":", request_id);
    if (violations && violations->count > 0)
        add_errors(out, violations, chinese);
    if (extra_members.length > 0) {
        text_buffer_add_char(out, ',');
        text_buffer_add_text(out, extra_members);
    }
    text_buffer_add_char(out, '}');
}
