#include "lib/base/log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/instant.h"

#define ENDING "}\n"
#define TRUNCATED_ENDING ",\"truncated\":true}\n"
/* An opened string must be closed before the ending. */
#define ROOM_FOR_ENDING (sizeof "\"" TRUNCATED_ENDING - 1)

_Atomic int log_threshold = LOG_INFO;
static _Atomic int log_fd = STDERR_FILENO;
static _Atomic uint64_t lost;

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARNING] = "warning", [LOG_ERROR] = "error"};

/* A line in the making. Once something did not fit, nothing more is added. */
struct line {
    size_t length;
    bool truncated;
    char at[LOG_LINE_MAX];
};

/* Lines of this thread that were not written yet, see log_gather(); as many as a pipe takes whole. */
static _Thread_local struct {
    bool on;
    size_t length;
    uint64_t lines;
    char at[LOG_LINE_MAX];
} gathered;

void log_configure(int fd, enum log_level threshold)
{
    atomic_store_explicit(&log_fd, fd, memory_order_relaxed);
    atomic_store_explicit(&log_threshold, (int)threshold, memory_order_relaxed);
}

bool log_level_parse(struct text text, enum log_level *ret)
{
    for (int i = LOG_DEBUG; i <= LOG_ERROR; i++) {
        if (text_equal(text, text_of(level_names[i]))) {
            *ret = (enum log_level)i;
            return true;
        }
    }
    return false;
}

uint64_t log_lost(void)
{
    return atomic_load_explicit(&lost, memory_order_relaxed);
}

/* Bytes that may be added. The quote that closes a string may lie beyond, see ROOM_FOR_ENDING. */
static size_t room(const struct line *line)
{
    size_t limit = sizeof line->at - ROOM_FOR_ENDING;

    return line->length < limit ? limit - line->length : 0;
}

/* Adds all of it or nothing. */
static bool add(struct line *line, const char *bytes, size_t length)
{
    if (line->truncated || length > room(line)) {
        line->truncated = true;
        return false;
    }
    memcpy(line->at + line->length, bytes, length);
    line->length += length;
    return true;
}

static void add_string(struct line *line, const char *string)
{
    add(line, string, strlen(string));
}

static void add_unicode_escape(struct line *line, uint32_t code)
{
    static const char digits[] = "0123456789abcdef";
    const char escape[] = {'\\',
                           'u',
                           digits[code >> 12 & 15],
                           digits[code >> 8 & 15],
                           digits[code >> 4 & 15],
                           digits[code & 15]};

    add(line, escape, sizeof escape);
}

/* What JSON demands to be escaped, and what a terminal or a viewer of logs would act upon: DEL, C1,
 * line separators and bidirectional controls. */
static bool needs_escape(uint32_t code)
{
    return code < 0x20 || code == '"' || code == '\\' || (code >= 0x7F && code <= 0x9F) ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

/* Adds the character that begins at `at`; returns the bytes it took. When the line is full, it is
 * marked as truncated. */
static size_t add_character(struct line *line, const char *at, size_t length)
{
    uint32_t code;
    size_t size = text_decode(at, length, &code);

    if (size == 0) {
        add_unicode_escape(line, 0xFFFD);
        return 1; /* one for each bad byte */
    }
    if (!needs_escape(code))
        add(line, at, size);
    else if (code == '"' || code == '\\')
        add(line, (char[]){'\\', (char)code}, 2);
    else
        add_unicode_escape(line, code);
    return size;
}

static size_t plain_run(const char *at, size_t length)
{
    size_t run = 0;

    while (run < length && at[run] >= 0x20 && at[run] < 0x7F && at[run] != '"' && at[run] != '\\')
        run++;
    return run;
}

/* A quoted string, cut when the line is full. */
static void add_quoted(struct line *line, struct text text)
{
    if (!add(line, "\"", 1))
        return;
    for (size_t i = 0; i < text.length && !line->truncated;) {
        size_t space = room(line), left = text.length - i;
        size_t run = plain_run(text.at + i, left < space ? left : space);
        add(line, text.at + i, run);
        i += run;
        if (i < text.length)
            i += add_character(line, text.at + i, text.length - i);
    }
    line->at[line->length++] = '"'; /* there is always room, see ROOM_FOR_ENDING */
}

static void add_integer(struct line *line, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        digits[--at] = '-';
    add(line, digits + at, sizeof digits - at);
}

static void add_id(struct line *line, struct uuid id)
{
    char text[UUID_TEXT_LENGTH + 2];

    if (uuid_is_none(id)) {
        add_string(line, "null");
        return;
    }
    text[0] = text[UUID_TEXT_LENGTH + 1] = '"';
    uuid_format(id, text + 1);
    add(line, text, sizeof text);
}

static void add_value(struct line *line, const struct log_field *field)
{
    switch (field->kind) {
    case LOG_KIND_TEXT:
        if (text_is_none(field->text))
            add_string(line, "null");
        else
            add_quoted(line, field->text);
        break;
    case LOG_KIND_INT: add_integer(line, field->integer); break;
    case LOG_KIND_BOOL: add_string(line, field->boolean ? "true" : "false"); break;
    case LOG_KIND_ID: add_id(line, field->id); break;
    case LOG_KIND_END: break;
    }
}

/* A member that does not fit is taken back, unless it is a text, of which a part remains. */
static void add_member(struct line *line, const struct log_field *field)
{
    size_t before = line->length;
    /* Names are words of our own: nothing to escape. */
    bool fits =
        add(line, ",\"", 2) && add(line, field->name, strlen(field->name)) && add(line, "\":", 2);
    size_t value_at = line->length;
    if (fits)
        add_value(line, field);
    bool has_value = fits && line->length > value_at;
    if (line->truncated && !has_value)
        line->length = before;
}

/* RFC 3339, UTC, milliseconds. */
static void add_time(struct line *line, instant now)
{
    char text[INSTANT_TEXT_MAX];
    char ending[] = {'.', '0', '0', '0', 'Z', '"'};
    int ms = (int)(now / INSTANT_MILLISECOND % 1000);

    ending[1] = (char)('0' + ms / 100);
    ending[2] = (char)('0' + ms / 10 % 10);
    ending[3] = (char)('0' + ms % 10);
    size_t length = instant_format(now - now % INSTANT_SECOND, 0, text);
    add_string(line, "{\"time\":\"");
    add(line, text, length - 1); /* without its Z */
    add(line, ending, sizeof ending);
}

/* One write(2) unless the system takes only a part, as it may on a disk that fills up. */
static void write_lines(const char *at, size_t length, uint64_t lines)
{
    int fd = atomic_load_explicit(&log_fd, memory_order_relaxed);
    size_t written = 0;

    while (written < length) {
        ssize_t n = write(fd, at + written, length - written);
        if (n > 0) {
            written += (size_t)n;
        } else if (n == 0 || errno != EINTR) {
            atomic_fetch_add_explicit(&lost, lines, memory_order_relaxed);
            return;
        }
    }
}

void log_gather(void)
{
    gathered.on = true;
}

void log_flush(void)
{
    int saved_errno = errno;

    write_lines(gathered.at, gathered.length, gathered.lines);
    gathered.length = 0;
    gathered.lines = 0;
    errno = saved_errno;
}

static void gather(const struct line *line)
{
    if (line->length > sizeof gathered.at - gathered.length)
        log_flush();
    memcpy(gathered.at + gathered.length, line->at, line->length);
    gathered.length += line->length;
    gathered.lines++;
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
    int saved_errno = errno;
    struct line line;

    line.length = 0;
    line.truncated = false;
    add_time(&line, instant_now());
    add_string(&line, ",\"level\":\"");
    add_string(&line, level_names[level]);
    add_string(&line, "\",\"event\":");
    add_quoted(&line, text_of(event));
    for (; fields->kind != LOG_KIND_END && !line.truncated; fields++)
        add_member(&line, fields);
    const char *ending = line.truncated ? TRUNCATED_ENDING : ENDING;
    memcpy(line.at + line.length, ending, strlen(ending));
    line.length += strlen(ending);
    if (gathered.on)
        gather(&line);
    else
        write_lines(line.at, line.length, 1);
    if (level >= LOG_ERROR)
        log_flush();
    errno = saved_errno;
}
