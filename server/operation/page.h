#ifndef SERVER_OPERATION_PAGE_H
#define SERVER_OPERATION_PAGE_H

#include "server/request.h"

/* Pages of things that are numbered within a complaint: ?after=N&limit=N, answered as
 * {"items": […], "next": N or null}. */

#define PAGE_LIMIT_DEFAULT 100
#define PAGE_LIMIT_MAX 200

struct page_input {
    int after, limit;
};
extern const struct shape page_parameters;

struct page_writer {
    struct text_buffer out;
    int limit, rows, last;
    bool more;
};

struct page_writer page_begin(struct arena *arena, int limit);
/* Whether there is room for the item with that number, which the caller then writes to out. */
bool page_next(struct page_writer *writer, int number);
/* Finishes the page and makes it the answer. */
void page_end(struct page_writer *writer, struct request *request);

#endif
