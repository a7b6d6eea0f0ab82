#include "server/operation/page.h"

static const struct member members[] = {
    {MEMBER("after", INTEGER, struct page_input, after), .min = 0, .max = 1000000000},
    {MEMBER("limit", INTEGER, struct page_input, limit), .min = 1, .max = PAGE_LIMIT_MAX},
};
const struct shape page_parameters = {
    .name = "PageParameters", .size = sizeof(struct page_input), SHAPE_MEMBERS(members)};

struct page_writer page_begin(struct arena *arena, int limit)
{
    struct page_writer writer = {.out = text_buffer_new(arena, 4096), .limit = limit};
    text_buffer_add_string(&writer.out, "{\"items\":[");
    return writer;
}

bool page_next(struct page_writer *writer, int number)
{
    if (writer->rows == writer->limit) {
        writer->more = true;
        return false;
    }
    if (writer->rows++)
        text_buffer_add_char(&writer->out, ',');
    writer->last = number;
    return true;
}

void page_end(struct page_writer *writer, struct request *request)
{
    if (writer->more)
        text_buffer_printf(&writer->out, "],\"next\":%d}", writer->last);
    else
        text_buffer_add_string(&writer->out, "],\"next\":null}");
    request_answer(request, 200, text_buffer_text(&writer->out));
}
