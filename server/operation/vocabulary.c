#include "lib/base/json_text.h"
#include "lib/json/shape.h"
#include "server/engine.h"

/* GET /v1/vocabulary: every code with its Chinese and English name. */

static void write_term(struct text_buffer *out, struct text code, struct text dimension,
                       struct text zh, struct text en)
{
    text_buffer_add_string(out, "{\"code\":");
    json_text_add(out, code);
    if (!text_is_none(dimension)) {
        text_buffer_add_string(out, ",\"dimension\":");
        json_text_add(out, dimension);
    }
    text_buffer_add_string(out, ",\"zh\":");
    json_text_add(out, zh);
    text_buffer_add_string(out, ",\"en\":");
    json_text_add(out, en);
    text_buffer_add_char(out, '}');
}

static enum fault answer_vocabulary(struct slow_context *context)
{
    struct text_buffer out = text_buffer_new(context->request->arena, 16384);

    text_buffer_add_string(&out, "{\"vocabularies\":{");
    for (size_t i = 0; vocabularies[i]; i++) {
        text_buffer_printf(&out, "%s\"%s\":[", i ? "," : "", vocabularies[i]->name);
        for (int j = 0; j < vocabularies[i]->count; j++) {
            const struct term *term = &vocabularies[i]->terms[j];
            if (j)
                text_buffer_add_char(&out, ',');
            write_term(&out, term->code, TEXT_NONE, text_of(term->zh), text_of(term->en));
        }
        text_buffer_add_char(&out, ']');
    }
    text_buffer_add_string(&out, "},\"classes\":[");
    for (size_t i = 0; i < context->institution->class_count; i++) {
        const struct complaint_class *class = &context->institution->classes[i];
        char dimension = (char)class->dimension;
        if (i)
            text_buffer_add_char(&out, ',');
        write_term(&out, class->code, (struct text){&dimension, 1}, class->name_zh, class->name_en);
    }
    text_buffer_add_string(&out, "]}");
    request_answer(context->request, 200, text_buffer_text(&out));
    return FAULT_NONE;
}

const struct operation vocabulary_get = {.name = "vocabulary_get",
                                         .method = METHOD_GET,
                                         .path = "/v1/vocabulary",
                                         .kind = OPERATION_SLOW,
                                         .handle = answer_vocabulary};
