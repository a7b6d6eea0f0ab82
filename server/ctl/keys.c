#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/keyring.h"
#include "lib/store/private_store.h"
#include "server/ctl/ctl.h"

/* In so long all servers have read the file again. */
#define BEGINS_LATER (60 * INSTANT_SECOND)
#define CONTENT_MAX 8192

/* --- taking them from where the server does ----------------------------------------------------- */

int ctl_keys(struct ctl *ctl, const char *file, bool *ret_found)
{
    const char *content = getenv("COMPLAINTD_PRIVACY_KEYS");
    struct text error = TEXT_NONE;

    if (!file && ctl->config) {
        file = ctl_setting(ctl, "privacy", "key_file", "");
        if (file && !(content && *content))
            content = ctl_setting(ctl, "privacy", "keys", "");
        if (!file || !content)
            return CTL_TROUBLE;
    } else if (!file) {
        file = getenv("COMPLAINTD_PRIVACY_KEY_FILE");
    }
    *ret_found = (file && *file) || (content && *content);
    if (!*ret_found)
        return CTL_DONE;
    struct keyring *keyring = file && *file ? keyring_read(ctl->arena, file, &error)
                                            : keyring_parse(ctl->arena, text_of(content), &error);
    if (!keyring)
        return ctl_fail(CTL_REFUSED, "the keys cannot be used: %.*s", TEXT_ARG(error));
    keyring_use(keyring);
    return CTL_DONE;
}

/* --- make-data-key ------------------------------------------------------------------------------ */

static bool write_all(int file, const char *at, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, at, length);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            at += written;
            length -= (size_t)written;
        }
    }
    return true;
}

/* The file as it was, to be read by whoever could before. */
static bool copy_old(const char *path, int to)
{
    char content[CONTENT_MAX];
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = -1;

    if (file < 0)
        return errno == ENOENT;
    if (fstat(file, &status) == 0 && fchmod(to, status.st_mode & 07777) == 0 &&
        (fchown(to, status.st_uid, status.st_gid) == 0 || status.st_uid == geteuid()))
        got = read(file, content, sizeof content);
    bool done = got >= 0 && (size_t)got < sizeof content && write_all(to, content, (size_t)got) &&
                (got == 0 || content[got - 1] == '\n' || write_all(to, "\n", 1));
    sodium_memzero(content, sizeof content);
    close(file);
    return done;
}

/* All or nothing: servers may read the file at any moment. */
static int append(struct ctl *ctl, const char *path, const char *line)
{
    char *other = arena_printf(ctl->arena, "%s.new", path);
    int file = open(other, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (file < 0)
        return ctl_fail(CTL_TROUBLE, "%s cannot be written: %s", other, strerror(errno));
    bool done = copy_old(path, file) && write_all(file, line, strlen(line)) && fsync(file) == 0;
    done = close(file) == 0 && done && rename(other, path) == 0;
    if (done)
        return CTL_DONE;
    int why = errno;
    (void)unlink(other);
    return ctl_fail(CTL_TROUBLE, "%s cannot be written: %s", path, strerror(why));
}

/* The number and the beginning of the next key of a file that may not be there yet; path: "-" for one
 * that is printed, beside those that the servers have. */
static int next_key(struct ctl *ctl, const char *path, instant *from, int *ret_id)
{
    bool print = strcmp(path, "-") == 0, found = !print && access(path, F_OK) == 0;
    int code = print || found ? ctl_keys(ctl, print ? NULL : path, &found) : CTL_DONE;
    const struct keyring *keyring = keyring_now();

    *ret_id = 1;
    if (code != CTL_DONE)
        return code;
    if (keyring_count(keyring) == KEYRING_MAX)
        return ctl_fail(CTL_REFUSED, "there are %d keys: remove those that no row needs",
                        KEYRING_MAX);
    for (size_t i = 0; i < keyring_count(keyring); i++)
        if (keyring_at(keyring, i).id >= *ret_id)
            *ret_id = keyring_at(keyring, i).id + 1;
    if (*from == INSTANT_NONE)
        *from = instant_now() + (keyring ? BEGINS_LATER : 0);
    *from -= *from % INSTANT_SECOND;
    for (size_t i = 0; i < keyring_count(keyring); i++) /* ascending: no two begin together */
        *from += keyring_at(keyring, i).from == *from ? INSTANT_SECOND : 0;
    return CTL_DONE;
}

static int make(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{"from", required_argument, NULL, 'f'}, {0}};
    char line[KEY_LINE_SIZE];
    instant from = INSTANT_NONE;
    int id;

    while (ctl_option(ctl, argc, argv, options) != -1)
        if (!instant_parse(text_of(optarg), &from))
            ctl_misuse(ctl, "--from takes a time such as 2026-11-22T00:00:00Z");
    ctl_expect_arguments(ctl, argc, 1);
    const char *path = argv[optind];
    bool print = strcmp(path, "-") == 0;
    int code = next_key(ctl, path, &from, &id);
    if (code != CTL_DONE)
        return code;
    keyring_make_line(id, from, line);
    if (print)
        fputs(line, stdout);
    else
        code = append(ctl, path, line);
    sodium_memzero(line, sizeof line);
    if (code == CTL_DONE && !print)
        printf("key %d added to %s\n", id, path);
    return code;
}

const struct command command_make_data_key = {
    .name = "make-data-key",
    .arguments = "[--from TIME] FILE",
    .help =
        "Adds a key for personal values to FILE, which is made if there is none, or prints it (-),\n"
        "numbered behind those of --config, COMPLAINTD_PRIVACY_KEY_FILE or COMPLAINTD_PRIVACY_KEYS.\n"
        "It encrypts from TIME on, by default in a minute, the first one at once: by then every\n"
        "server must have the file. Running servers read it again by themselves, and encrypt\n"
        "older values anew. Keep FILE apart from the database and its backups; whatever was\n"
        "encrypted with a key that is lost is lost.\n",
    .run = make};

/* --- data-keys ---------------------------------------------------------------------------------- */

static int64_t rows_of(const struct key_use *uses, size_t count, int id)
{
    for (size_t i = 0; i < count; i++)
        if (uses[i].key_id == id)
            return uses[i].rows;
    return 0;
}

static void print_key(const struct key *key, bool newest, int64_t rows)
{
    char from[INSTANT_TEXT_MAX];
    size_t length = instant_format(key->from, 0, from);

    printf("key %d from %.*s: %lld entries%s\n", key->id, (int)length, from, (long long)rows,
           newest                      ? ", encrypts"
           : key->from > instant_now() ? ", encrypts later"
           : rows == 0                 ? ", can be removed"
                                       : "");
}

static int list(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{"keys", required_argument, NULL, 'k'}, {0}};
    const char *file = NULL;
    struct key_use *uses;
    size_t count = 0;
    bool found;

    while (ctl_option(ctl, argc, argv, options) != -1)
        file = optarg;
    ctl_expect_arguments(ctl, argc, 0);
    int code = ctl_keys(ctl, file, &found);
    if (code == CTL_DONE && !found)
        return ctl_fail(CTL_TROUBLE,
                        "which keys? Give --keys, --config or COMPLAINTD_PRIVACY_KEY_FILE");
    if (code != CTL_DONE)
        return code;
    if (!ctl_connect(ctl))
        return CTL_TROUBLE;
    code = ctl_judge(ctl, private_key_uses(ctl->pg, ctl->arena, ctl_deadline(), &uses, &count),
                     NULL, NULL);
    if (code != CTL_DONE)
        return code;
    int newest = keyring_newest(keyring_now(), instant_now()).id;
    for (size_t i = 0; i < keyring_count(keyring_now()); i++) {
        struct key key = keyring_at(keyring_now(), i);
        print_key(&key, key.id == newest, rows_of(uses, count, key.id));
    }
    for (size_t i = 0; i < count; i++) {
        if (uses[i].key_id == 0)
            printf("not encrypted yet: %lld entries\n", (long long)uses[i].rows);
        else if (keyring_find(keyring_now(), uses[i].key_id).id == 0) {
            printf("key %d is missing: %lld entries need it\n", uses[i].key_id,
                   (long long)uses[i].rows);
            code = CTL_FLAWS;
        }
    }
    return code;
}

const struct command command_data_keys = {
    .name = "data-keys",
    .arguments = "[--keys FILE]",
    .help =
        "Counts the journal entries whose personal values each key encrypts, and says which keys\n"
        "can be removed from the file. Exit code 1: one that is needed is missing. FILE: by\n"
        "default that of --config or of COMPLAINTD_PRIVACY_KEY_FILE.\n",
    .run = list};
