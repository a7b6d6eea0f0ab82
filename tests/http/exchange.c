#include "tests/http/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "tests/http/program.h"

/* Beyond this only pages and scripts go, whose content no contract describes: the longest answer is that
 * to a batch of 500 receipts. */
#define BODY_RECORDED_MAX ((size_t)4 * 1024 * 1024)

static int open_file(int flags)
{
    const char *given = getenv("COMPLAINTD_EXCHANGES");
    char *path = given && *given ? strdup(given) : program_file("exchanges.jsonl");
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | flags, 0644);
    ck_assert_msg(fd >= 0, "%s: %s", path, strerror(errno));
    free(path);
    return fd;
}

void exchange_begin(void)
{
    close(open_file(O_TRUNC));
}

/* null for what is no UTF-8. */
static json_t *text_or_null(const char *text, size_t length)
{
    json_t *string = text && length <= BODY_RECORDED_MAX ? json_stringn(text, length) : NULL;
    return string ? string : json_null();
}

void exchange_record(const struct call *call, const struct reply *reply)
{
    const char *type = reply_header(reply, "content-type");
    size_t length = call->body ? (call->body_length ? call->body_length : strlen(call->body)) : 0;
    json_t *line =
        json_pack("{s:s, s:s, s:i, s:s?, s:O, s:o, s:{s:s?, s:o}}", "method", call->method, "path",
                  call->path, "status", reply->status, "content_type", type, "headers",
                  reply->headers, "body", text_or_null(reply->body, reply->length), "request",
                  "content_type", call->content_type, "body", text_or_null(call->body, length));
    ck_assert_ptr_nonnull(line);
    char *text = json_dumps(line, JSON_COMPACT);
    ck_assert_ptr_nonnull(text);
    json_decref(line);

    size_t size = strlen(text);
    text[size++] = '\n'; /* in place of the zero byte */
    int fd = open_file(0);
    ck_assert_int_eq(flock(fd, LOCK_EX), 0);
    for (size_t written = 0; written < size;) {
        ssize_t n = write(fd, text + written, size - written);
        ck_assert_msg(n > 0, "writing an exchange: %s", strerror(errno));
        written += (size_t)n;
    }
    close(fd);
    free(text);
}
