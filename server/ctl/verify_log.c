/* verify --log: an export of the log against signed heads, without server and database. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/complaint/log_head.h"
#include "lib/complaint/log_verify.h"
#include "server/ctl/import.h"
#include "server/ctl/verify_log.h"

#define HEADS_MAX 1000000 /* of all files */

struct heads {
    struct log_head *list; /* in order of size */
    size_t count, capacity;
};

/* --- heads -------------------------------------------------------------------------------------- */

static int read_key(struct ctl *ctl, const char *given, uint8_t ret[static LOG_KEY_LENGTH])
{
    struct text content = text_of(given);

    if (log_hex(content, ret, LOG_KEY_LENGTH))
        return CTL_DONE;
    int code = import_read(ctl, given, &content);
    while (content.length && content.at[content.length - 1] == '\n')
        content.length--;
    if (code == CTL_DONE && !log_hex(content, ret, LOG_KEY_LENGTH))
        code =
            ctl_fail(CTL_REFUSED, "%s does not hold a public key of 64 hexadecimal digits", given);
    return code;
}

static bool key_known(const struct verify_log *input, const uint8_t key[static LOG_KEY_LENGTH])
{
    for (size_t i = 0; i < input->key_count; i++)
        if (memcmp(input->keys[i], key, LOG_KEY_LENGTH) == 0)
            return true;
    return false;
}

static void add_head(struct arena *arena, struct heads *heads, const struct log_head *head)
{
    if (heads->count == heads->capacity) {
        size_t capacity = heads->capacity ? 2 * heads->capacity : 64;
        struct log_head *list = ARENA_ARRAY(arena, struct log_head, capacity);
        if (heads->count)
            memcpy(list, heads->list, heads->count * sizeof *list);
        heads->list = list;
        heads->capacity = capacity;
    }
    heads->list[heads->count++] = *head;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = ((const struct log_head *)a)->size, y = ((const struct log_head *)b)->size;

    return (x > y) - (x < y);
}

static const char *when(const struct log_head *head)
{
    static char text[INSTANT_TEXT_MAX + 1];

    text[instant_format(head->at, 0, text)] = '\0';
    return text;
}

/* A head that nobody signed with a known key proves nothing, and should not be there. */
static int take_head(struct ctl *ctl, const struct verify_log *input, const char *name, size_t line,
                     struct text json, struct heads *heads)
{
    struct log_head head;

    if (!log_head_read(ctl->arena, json, &head))
        return ctl_fail(CTL_TROUBLE, "%s:%zu: not a signed head", name, line);
    if (!log_head_sound(ctl->arena, &head)) {
        printf("%s:%zu: the signature is wrong\n", name, line);
        return CTL_FLAWS;
    }
    if (!key_known(input, head.key)) {
        printf("%s:%zu: signed with a key that is none of those given\n", name, line);
        return CTL_FLAWS;
    }
    add_head(ctl->arena, heads, &head);
    return CTL_DONE;
}

static int worse(int a, int b)
{
    return a == CTL_DONE ? b : a;
}

/* Whoever names a file has heads in it: without them nothing is signed for. */
static int read_heads(struct ctl *ctl, const struct verify_log *input, const char *name,
                      struct heads *heads)
{
    FILE *file = fopen(name, "re");
    char *line = NULL;
    size_t room = 0, number = 0, before = heads->count;
    ssize_t length;
    int code = CTL_DONE;

    if (!file)
        return ctl_fail(CTL_TROUBLE, "%s cannot be read: %s", name, strerror(errno));
    while ((length = getline(&line, &room, file)) > 0) {
        number++;
        if (heads->count == HEADS_MAX) {
            code = worse(
                code, ctl_fail(CTL_TROUBLE, "%s:%zu: more than %d heads", name, number, HEADS_MAX));
            break;
        }
        if (line[length - 1] != '\n') { /* the server is writing it */
            fprintf(stderr, "%s:%zu: the last line is not complete\n", name, number);
            break;
        }
        code = worse(code, take_head(ctl, input, name, number,
                                     (struct text){line, (size_t)length - 1}, heads));
    }
    if (ferror(file))
        code = worse(code, ctl_fail(CTL_TROUBLE, "%s cannot be read to its end", name));
    else if (code == CTL_DONE && heads->count == before)
        code = ctl_fail(CTL_TROUBLE, "%s holds no head", name);
    free(line);
    fclose(file);
    return code;
}

/* --- the log ------------------------------------------------------------------------------------ */

/* How far the heads have been compared. */
struct comparison {
    const struct heads *heads;
    size_t next;
    int64_t sound; /* entries that a head vouches for */
};

static int compare_heads(const struct log_verifier *verifier, struct comparison *comparison)
{
    int64_t size = log_verifier_size(verifier);
    struct hash root = {{0}};
    bool computed = false;

    for (; comparison->next < comparison->heads->count; comparison->next++) {
        const struct log_head *head = &comparison->heads->list[comparison->next];
        if (head->size > size)
            return CTL_DONE;
        if (!computed)
            root = log_verifier_root(verifier);
        computed = true;
        if (memcmp(head->root.bytes, root.bytes, sizeof root.bytes) != 0) {
            printf("entries %lld to %lld: not those that were signed at %s\n",
                   (long long)comparison->sound + 1, (long long)size, when(head));
            return CTL_FLAWS;
        }
        comparison->sound = size;
    }
    return CTL_DONE;
}

static const char *flaw_name(enum log_flaw flaw)
{
    switch (flaw) {
    case LOG_SOUND: return "sound";
    case LOG_ALTERED: return "altered";
    case LOG_MISSING: return "missing, it or an entry before it";
    case LOG_REORDERED: return "reordered";
    }
    return "unknown flaw";
}

static int take_entry(struct log_verifier *verifier, struct arena *arena, const char *name,
                      struct text line, struct comparison *comparison)
{
    int64_t expected = log_verifier_size(verifier) + 1;
    struct log_record record;

    if (!log_record_read(arena, line, &record))
        return ctl_fail(CTL_TROUBLE, "%s:%lld: not an entry of the log", name, (long long)expected);
    enum log_flaw flaw = log_verifier_add(verifier, &record);
    if (flaw != LOG_SOUND) {
        printf("entry %lld: %s\n", (long long)expected, flaw_name(flaw));
        return CTL_FLAWS;
    }
    return compare_heads(verifier, comparison);
}

/* Reads the log; ends at the first flaw, as everything behind hangs on it. */
static int read_log(struct log_verifier *verifier, const char *name, struct comparison *comparison)
{
    FILE *file = fopen(name, "re");
    struct arena *arena = arena_new((size_t)64 * 1024);
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    int code = CTL_DONE;

    if (!file)
        code = ctl_fail(CTL_TROUBLE, "%s cannot be read: %s", name, strerror(errno));
    else
        code = compare_heads(verifier, comparison); /* of an empty log */
    while (file && code == CTL_DONE && (length = getline(&line, &room, file)) > 0) {
        length -= line[length - 1] == '\n';
        code = take_entry(verifier, arena, name, (struct text){line, (size_t)length}, comparison);
        arena_reset(arena);
    }
    free(line);
    if (file)
        fclose(file);
    arena_free(arena);
    return code;
}

/* Heads of more entries than there are. */
static int report_tail(const struct log_verifier *verifier, const struct comparison *comparison)
{
    int64_t size = log_verifier_size(verifier);

    if (comparison->next == comparison->heads->count)
        return CTL_DONE;
    const struct log_head *last = &comparison->heads->list[comparison->heads->count - 1];
    printf("entries %lld to %lld: missing: the log was cut off, or is a backup from before %s\n",
           (long long)size + 1, (long long)last->size, when(last));
    return CTL_FLAWS;
}

int verify_log(struct ctl *ctl, const struct verify_log *input)
{
    struct heads heads = {.list = NULL};
    int code = CTL_DONE;

    for (size_t i = 0; i < input->head_file_count; i++)
        code = worse(code, read_heads(ctl, input, input->head_files[i], &heads));
    if (code != CTL_DONE)
        return code;
    if (heads.count)
        qsort(heads.list, heads.count, sizeof *heads.list, by_size);
    if (input->proof)
        return verify_proof(ctl, input->proof, heads.list, heads.count);
    struct log_verifier *verifier = log_verifier_new();
    struct comparison comparison = {.heads = &heads};
    code = read_log(verifier, input->log, &comparison);
    if (code == CTL_DONE)
        code = report_tail(verifier, &comparison);
    if (code == CTL_DONE)
        printf("%lld entries and %zu heads checked: sound; %lld entries are signed for\n",
               (long long)log_verifier_size(verifier), heads.count, (long long)comparison.sound);
    log_verifier_free(verifier);
    return code;
}

int verify_log_key(struct ctl *ctl, const char *given, struct verify_log *input)
{
    if (input->key_count == VERIFY_FILES_MAX)
        ctl_misuse(ctl, "too many keys");
    return read_key(ctl, given, input->keys[input->key_count++]);
}
