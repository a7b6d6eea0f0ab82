/* Signed heads of the log, and bringing them to where whoever owns the database cannot reach. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/log.h"
#include "lib/notify/post.h"
#include "lib/store/log_store.h"
#include "server/duty/duty.h"
#include "server/server.h"

#define DEADLINE_US (30 * INSTANT_SECOND)
#define POST_TIMEOUT_MS 5000
#define AT_ONCE 20         /* heads that are kept or sent in one turn */
#define HEAD_LINE_MAX 2048 /* bytes of a head's line, which has some 600 */

static void fail(const char *event, struct pg *pg)
{
    log_line(LOG_WARNING, event, LOG_STRING("error", pg_error(pg).message));
}

static void say_damaged(struct server *server, const char *why, const struct log_head *head)
{
    if (metric_value(server->measures->log_damaged))
        return;
    metric_set(server->measures->log_damaged, 1);
    log_line(LOG_ERROR, "the log is not what was signed", LOG_STRING("reason", why),
             LOG_INT("size", head->size), LOG_TEXT("head", head->bytes));
}

/* --- signing ------------------------------------------------------------------------------------ */

/* Signs the log if it has grown and the last head is old enough. */
static void sign(struct server *server, struct pg *pg, struct arena *arena)
{
    int64_t deadline_us = monotonic_now_us() + DEADLINE_US, size = 0;
    struct log_head *last, head;
    size_t count;
    bool added;

    if (!server->signs)
        return;
    if (log_heads_before(pg, arena, INT64_MAX, 1, deadline_us, &last, &count) != STORE_DONE ||
        log_size(pg, arena, deadline_us, &size) != STORE_DONE) {
        fail("the log is not signed", pg);
        return;
    }
    if (count && last->size > size) {
        say_damaged(server, "it has fewer entries", last);
        return;
    }
    if (size == 0 ||
        (count && (last->size == size ||
                   instant_now() - last->at <
                       server->settings.journal.head_interval_ms * INSTANT_MILLISECOND)))
        return;
    switch (log_sign(pg, arena, server->signing_secret, deadline_us, &head, &added)) {
    case STORE_DONE: break;
    case STORE_REFUSED: say_damaged(server, "it lacks rows", &head); break;
    default: fail("the log is not signed", pg);
    }
}

const struct duty duty_sign = {.name = "sign", .period_ms = 500, .exclusive = true, .run = sign};

/* --- a file ------------------------------------------------------------------------------------- */

/* The last whole line of the file, at most HEAD_LINE_MAX long, and where it ends: what stands behind is
 * the rest of a write that was cut off. Returns false, with errno, when it cannot be read. */
static bool read_last_line(int file, char line[static HEAD_LINE_MAX], struct text *ret,
                           off_t *ret_end)
{
    static const off_t span = 2 * HEAD_LINE_MAX;
    char tail[2 * HEAD_LINE_MAX];
    struct stat about;

    *ret = TEXT_NONE;
    *ret_end = 0;
    if (fstat(file, &about) != 0)
        return false;
    off_t from = about.st_size > span ? about.st_size - span : 0;
    ssize_t got = pread(file, tail, sizeof tail, from);
    if (got < 0)
        return false;
    const char *end = memrchr(tail, '\n', (size_t)got);
    if (!end)
        return true;
    const char *before = end > tail ? memrchr(tail, '\n', (size_t)(end - tail)) : NULL;
    const char *start = before ? before + 1 : tail;
    size_t length = (size_t)(end - start);
    *ret_end = from + (end - tail) + 1;
    if (length < HEAD_LINE_MAX) {
        memcpy(line, start, length);
        *ret = (struct text){line, length};
    }
    return true;
}

static bool append(int file, struct arena *arena, const struct log_head *head)
{
    struct text_buffer line = text_buffer_new(arena, 1024);

    log_head_write(head, &line);
    text_buffer_add_char(&line, '\n');
    return write(file, line.at, line.length) == (ssize_t)line.length;
}

/* Adds the heads that the file does not have yet. What it has must be what the database has. */
static void keep_in(struct server *server, struct pg *pg, struct arena *arena, int file)
{
    char line[HEAD_LINE_MAX];
    struct text last_line;
    struct log_head last = {.size = 0}, *heads;
    size_t count = 0, i = 0;
    off_t end;

    if (!read_last_line(file, line, &last_line, &end)) {
        log_line(LOG_WARNING, "heads not kept", LOG_STRING("error", strerror(errno)));
        return;
    }
    bool has_last = log_head_read(arena, last_line, &last);
    if (log_heads_after(pg, arena, has_last ? last.size - 1 : 0, AT_ONCE,
                        monotonic_now_us() + DEADLINE_US, &heads, &count) != STORE_DONE) {
        fail("heads not kept", pg);
        return;
    }
    if (has_last) {
        if (count == 0 || !text_equal(heads[0].bytes, last.bytes)) {
            say_damaged(server, "the database lacks the newest head of the file", &last);
            return;
        }
        i = 1;
    }
    if (i == count)
        return;
    bool good = ftruncate(file, end) == 0 && lseek(file, end, SEEK_SET) == end;
    for (; good && i < count; i++) {
        if (!log_head_sound(arena, &heads[i])) {
            say_damaged(server, "a head's signature is wrong", &heads[i]);
            break;
        }
        good = append(file, arena, &heads[i]);
    }
    good = fsync(file) == 0 && good;
    if (!good)
        log_line(LOG_WARNING, "heads not kept", LOG_STRING("error", strerror(errno)));
}

static void keep(struct server *server, struct pg *pg, struct arena *arena)
{
    const char *path = server->settings.journal.head_file;

    if (!*path)
        return;
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (file < 0) {
        log_line(LOG_WARNING, "heads not kept", LOG_STRING("error", strerror(errno)));
        return;
    }
    keep_in(server, pg, arena, file);
    close(file);
}

/* Each server for itself: files of several servers are as good as several files. */
const struct duty duty_keep = {.name = "keep", .period_ms = 1000, .run = keep};

/* --- a webhook ---------------------------------------------------------------------------------- */

static bool send_head(const char *url, struct arena *arena, const struct log_head *head)
{
    struct text_buffer body = text_buffer_new(arena, 1024);
    char error[POST_ERROR_MAX];

    log_head_write(head, &body);
    int status = post_json(url, text_buffer_text(&body), POST_TIMEOUT_MS, error);
    if (status / 100 != 2)
        log_line(LOG_WARNING, "a head was not sent", LOG_INT("size", head->size),
                 LOG_INT("status", status), LOG_STRING("error", error));
    return status / 100 == 2;
}

/* Sends heads in order; one that was not taken is sent again the next time. */
static void send_heads(struct server *server, struct pg *pg, struct arena *arena)
{
    const char *url = server->settings.journal.head_url;
    int64_t deadline_us = monotonic_now_us() + DEADLINE_US, sent = 0;
    struct log_head *heads;
    struct hash hash;
    size_t count = 0;

    if (!*url)
        return;
    crypto_hash_sha256(hash.bytes, (const unsigned char *)url, strlen(url));
    if (log_sent(pg, arena, &hash, deadline_us, &sent) != STORE_DONE ||
        log_heads_after(pg, arena, sent, AT_ONCE, deadline_us, &heads, &count) != STORE_DONE) {
        fail("heads not sent", pg);
        return;
    }
    for (size_t i = 0; i < count && !atomic_load(&server->draining); i++) {
        if (!send_head(url, arena, &heads[i]))
            break;
        if (log_sent_to(pg, arena, &hash, heads[i].size, monotonic_now_us() + DEADLINE_US) !=
            STORE_DONE) {
            fail("heads not sent", pg);
            break;
        }
    }
}

const struct duty duty_send_heads = {
    .name = "send heads", .period_ms = 2000, .exclusive = true, .run = send_heads};
