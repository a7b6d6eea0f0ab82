#include "lib/store/log_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/auth/signing.h"
#include "lib/complaint/log_verify.h"
#include "server/ctl/ctl.h"

#define BATCH 1000

/* --- export-log --------------------------------------------------------------------------------- */

static void print_entries(struct arena *arena, const struct pg_rows *rows)
{
    struct log_entry *entries = ARENA_ARRAY(arena, struct log_entry, rows->count);
    struct text_buffer out = text_buffer_new(arena, (size_t)64 * 1024);
    size_t count = log_page_read(rows, entries);

    for (size_t i = 0; i < count; i++) {
        const struct log_record record = {.n = entries[i].n,
                                          .id = entries[i].id,
                                          .index = entries[i].index,
                                          .bytes = entries[i].bytes,
                                          .hash = entries[i].hash};
        log_record_write(&record, &out);
        text_buffer_add_char(&out, '\n');
    }
    fwrite(out.at, 1, out.length, stdout);
}

/* Page after page up to the number that was the last when it began, whatever is missing between. */
static int print_log(struct ctl *ctl, struct arena *arena, int64_t size)
{
    for (int64_t after = 0; after < size && !ferror(stdout); after += BATCH) {
        STORE_ROWS rows = {0};
        struct pg_binds binds = pg_binds_new(arena);
        log_page_bind(&binds, after, (int)(size - after < BATCH ? size - after : BATCH));
        int code = ctl_judge(ctl, store_run(ctl->pg, &log_page, &binds, ctl_deadline(), &rows),
                             NULL, NULL);
        if (code != CTL_DONE)
            return code;
        print_entries(arena, &rows);
        arena_reset(arena);
    }
    return CTL_DONE;
}

static int export_log(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{0}};
    int64_t size = 0;

    while (ctl_option(ctl, argc, argv, options) != -1)
        ;
    ctl_expect_arguments(ctl, argc, 0);
    if (!ctl_connect(ctl))
        return CTL_TROUBLE;
    int code = ctl_judge(ctl, log_size(ctl->pg, ctl->arena, ctl_deadline(), &size), NULL, NULL);
    if (code != CTL_DONE)
        return code;
    struct arena *arena = arena_new((size_t)1024 * 1024);
    code = print_log(ctl, arena, size);
    arena_free(arena);
    if (code == CTL_DONE)
        fprintf(stderr, "%lld entries\n", (long long)size);
    return code;
}

const struct command command_export_log = {
    .name = "export-log",
    .arguments = "",
    .help = "Prints the log, all entries of the journals and of the audit trail in their order, a\n"
            "line of JSON each: what verify --log checks. Personal values are in it as salted\n"
            "hashes only. Any role that may read the log will do.\n",
    .run = export_log};

/* --- make-key ----------------------------------------------------------------------------------- */

static int write_key(const char *path, const char *seed)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (file < 0)
        return ctl_fail(errno == EEXIST ? CTL_EXISTS : CTL_TROUBLE, "%s: %s", path,
                        strerror(errno));
    bool good = write(file, seed, SIGNING_SEED_TEXT) == SIGNING_SEED_TEXT &&
                write(file, "\n", 1) == 1 && fsync(file) == 0;
    int why = errno;
    close(file);
    return good ? CTL_DONE : ctl_fail(CTL_TROUBLE, "%s: %s", path, strerror(why));
}

static int make_key(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{0}};
    char seed[SIGNING_SEED_TEXT + 1], key[SIGNING_SEED_TEXT + 1];

    while (ctl_option(ctl, argc, argv, options) != -1)
        ;
    ctl_expect_arguments(ctl, argc, 1);
    signing_make(seed, key);
    int code = write_key(argv[optind], seed);
    password_wipe(seed, sizeof seed);
    if (code == CTL_DONE)
        puts(key);
    return code;
}

const struct command command_make_key = {
    .name = "make-key",
    .arguments = "FILE",
    .help =
        "Makes a key by which a server signs the log (journal.key_file), into a new FILE that\n"
        "its owner alone can read, and prints the public key, by which verify --key knows what\n"
        "was signed with it: keep that where nobody who owns the database can change it.\n",
    .run = make_key};
