#ifndef SERVER_ROLL_H
#define SERVER_ROLL_H

#include "lib/json/shape.h"
#include "server/request.h"

/* Pages of what every server knows, such as units and staff: ?limit&cursor&count=exact, answered as
 * {"items": […], "next": "cursor or null"} with "total" when it is counted. */

#define ROLL_LIMIT_MAX 200

/* What a list takes beside its filters. */
struct roll_input {
    struct text cursor; /* the name of the last one shown */
    int limit, count;
};

/* The rows of an input that holds a struct roll_input as `roll`. */
#define ROLL_LIMIT(input) \
    MEMBER("limit", INTEGER, input, roll.limit), .min = 1, .max = ROLL_LIMIT_MAX
#define ROLL_CURSOR(input) MEMBER("cursor", TEXT, input, roll.cursor), .max = 64
#define ROLL_COUNT(input) MEMBER("count", TERM, input, roll.count), .vocabulary = &vocabulary_count

/* How a total is asked for: exact. */
extern const struct vocabulary vocabulary_count;

/* A page as it grows. */
struct roll {
    struct text_buffer out;
    struct text last; /* the name of the last one shown */
    int limit, shown;
    int64_t total;
    bool counts, more;
};

struct roll roll_begin(struct arena *arena, const struct roll_input *input);

/* Refuses a cursor that no page has as its next: here names are logins. FAULT_UNKNOWN_PARAMETER also when
 * other parameters were refused before. */
enum fault roll_judge(struct request *request, const struct roll_input *input);

/* Whether a name comes behind the cursor, where names order the list. */
bool roll_is_behind(const struct roll_input *input, struct text name);

/* The next one that is to be listed, in their order; behind: it comes behind the cursor. Whether the
 * caller writes it to `out`. name: what its cursor is. */
bool roll_takes(struct roll *roll, struct text name, bool behind);

/* Whether nothing can come any more that would change the answer. */
bool roll_is_full(const struct roll *roll);

/* Finishes the page and makes it the answer. */
void roll_answer(struct roll *roll, struct request *request);

#endif
