#include <stdio.h>

#include "lib/store/journal_store.h"
#include "lib/store/log_store.h"
#include "server/ctl/verify_log.h"

/* Complaints of one round trip; a journal has some ten entries of 1–2 KB. */
#define BATCH 200
#define ORPHANS_MAX 1000

struct tally {
    size_t complaints, entries, flaws, locked;
};

static const char *flaw_name(enum journal_flaw flaw)
{
    switch (flaw) {
    case JOURNAL_SOUND: return "sound";
    case JOURNAL_ALTERED: return "altered";
    case JOURNAL_MISSING: return "missing";
    case JOURNAL_REORDERED: return "reordered";
    case JOURNAL_PRIVATE_ALTERED: return "private altered";
    }
    return "unknown flaw";
}

static void check(struct arena *arena, const struct journal_whole *whole, struct tally *tally)
{
    int index = 0;
    enum journal_flaw flaw = journal_verify(arena, whole->complaint_id, whole->entries,
                                            whole->count, whole->length, &whole->head, &index);

    tally->complaints++;
    for (size_t i = 0; i < whole->count; i++)
        tally->locked += whole->entries[i].locked;
    tally->entries += whole->count;
    if (flaw == JOURNAL_SOUND)
        return;
    tally->flaws++;
    printf("%.*s: entry %d: %s\n", TEXT_ARG(whole->number), index, flaw_name(flaw));
}

static int verify_numbers(struct ctl *ctl, int count, char **numbers, struct tally *tally)
{
    int code = CTL_DONE;

    for (int i = 0; i < count; i++) {
        struct journal_whole whole;
        enum store_result result =
            journal_read_whole(ctl->pg, ctl->arena, text_of(numbers[i]), ctl_deadline(), &whole);
        if (result == STORE_NONE)
            code = ctl_fail(CTL_TROUBLE, "there is no complaint %s", numbers[i]);
        else if (result != STORE_DONE)
            return ctl_judge(ctl, result, NULL, NULL);
        else
            check(ctl->arena, &whole, tally);
    }
    return code;
}

/* Whoever removes a complaint's row hides its journal from those who start at the row. */
static int report_orphans(struct ctl *ctl, struct arena *arena, struct tally *tally)
{
    struct uuid *ids;
    size_t count;
    enum store_result result =
        journal_read_orphans(ctl->pg, arena, ORPHANS_MAX, ctl_deadline(), &ids, &count);

    if (result != STORE_DONE)
        return ctl_judge(ctl, result, NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        char id[UUID_TEXT_LENGTH];
        uuid_format(ids[i], id);
        printf("%.*s: has a journal, but the complaint's row is missing\n", UUID_TEXT_LENGTH, id);
    }
    tally->flaws += count;
    return CTL_DONE;
}

/* Whoever puts an entry into a journal, with a hash that fits, does not put it into the log; and whoever
 * removes a complaint with its journal, or an entry before it has a number, leaves one without the
 * other. */
static int report_strays(struct ctl *ctl, struct arena *arena, struct tally *tally)
{
    struct log_stray *strays;
    size_t count;
    enum store_result result =
        log_strays(ctl->pg, arena, ORPHANS_MAX, ctl_deadline(), &strays, &count);

    if (result != STORE_DONE)
        return ctl_judge(ctl, result, NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        char id[UUID_TEXT_LENGTH];
        uuid_format(strays[i].id, id);
        printf("%.*s: ", UUID_TEXT_LENGTH, id);
        if (strays[i].index)
            printf("entry %d: ", strays[i].index);
        else
            printf("entry of the audit trail: ");
        puts(strays[i].removed ? "removed: only the log has it" : "not in the log as it is here");
    }
    tally->flaws += count;
    return CTL_DONE;
}

static int verify_all(struct ctl *ctl, struct tally *tally)
{
    struct arena *arena =
        arena_new((size_t)1024 * 1024); /* reused, however many complaints there are */
    struct uuid after = UUID_NONE;
    struct journal_wholes wholes;
    int code = CTL_DONE;

    do {
        arena_reset(arena);
        code = ctl_judge(ctl,
                         journal_read_wholes(ctl->pg, arena, after, BATCH, ctl_deadline(), &wholes),
                         NULL, NULL);
        if (code != CTL_DONE)
            goto out;
        for (size_t i = 0; i < wholes.count; i++)
            check(arena, &wholes.list[i], tally);
        if (wholes.count)
            after = wholes.list[wholes.count - 1].complaint_id;
    } while (wholes.count == BATCH);
    code = report_orphans(ctl, arena, tally);
    if (code == CTL_DONE && tally->flaws == 0) /* else it is the same entries again */
        code = report_strays(ctl, arena, tally);
out:
    arena_free(arena);
    return code;
}

/* Without the database. */
static int verify_exported(struct ctl *ctl, int argc, bool all, const struct verify_log *log)
{
    ctl_expect_arguments(ctl, argc, 0);
    if (all || !log->log == !log->proof || !log->head_file_count != !log->key_count)
        ctl_misuse(ctl, "give --log or --proof, and --heads together with --key");
    return verify_log(ctl, log);
}

static int verify(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{"all", no_argument, NULL, 'a'},
                                            {"log", required_argument, NULL, 'l'},
                                            {"proof", required_argument, NULL, 'p'},
                                            {"heads", required_argument, NULL, 'h'},
                                            {"key", required_argument, NULL, 'k'},
                                            {"keys", required_argument, NULL, 'd'},
                                            {"case-file", required_argument, NULL, 'c'},
                                            {0}};
    struct tally tally = {0};
    struct verify_log log = {.log = NULL};
    const char *keys = NULL, *case_file = NULL;
    bool all = false, found;
    int option, key_code = CTL_DONE;

    while ((option = ctl_option(ctl, argc, argv, options)) != -1) {
        all = all || option == 'a';
        if (option == 'l')
            log.log = optarg;
        if (option == 'p')
            log.proof = optarg;
        if (option == 'h' && log.head_file_count == VERIFY_FILES_MAX)
            ctl_misuse(ctl, "too many files of heads");
        if (option == 'h')
            log.head_files[log.head_file_count++] = optarg;
        if (option == 'k' && (key_code = verify_log_key(ctl, optarg, &log)) != CTL_DONE)
            return key_code;
        if (option == 'd')
            keys = optarg;
        if (option == 'c')
            case_file = optarg;
    }
    if (case_file && (all || optind < argc || log.log || log.proof || !log.key_count))
        ctl_misuse(ctl, "give --case-file with --key, and nothing else");
    if (case_file)
        return verify_case_file(ctl, case_file, &log);
    if (log.log || log.proof || log.head_file_count || log.key_count)
        return verify_exported(ctl, argc, all, &log);
    if (all == (optind < argc))
        ctl_misuse(ctl, "give either --all or numbers of complaints");
    int code = ctl_keys(ctl, keys, &found);
    if (code != CTL_DONE)
        return code;
    if (!ctl_connect(ctl))
        return CTL_TROUBLE;
    code =
        all ? verify_all(ctl, &tally) : verify_numbers(ctl, argc - optind, argv + optind, &tally);
    printf("%zu complaints with %zu entries checked: ", tally.complaints, tally.entries);
    if (tally.locked)
        printf("(private values of %zu entries unread: %s) ", tally.locked,
               found ? "their key is missing" : "no keys given");
    if (tally.locked && found && code == CTL_DONE)
        code = CTL_TROUBLE;
    if (tally.flaws)
        printf("%zu with flaws\n", tally.flaws);
    else
        puts(code == CTL_DONE ? "sound" : "no flaw found, but not all could be checked");
    return tally.flaws ? CTL_FLAWS : code;
}

const struct command command_verify = {
    .name = "verify",
    .arguments =
        "[--keys FILE] {--all | NUMBER...} | {--log | --proof} FILE [--heads FILE... --key KEY...]"
        " | --case-file FILE --key KEY...",
    .help =
        "Checks the journals of complaints: every entry against its hash and the one before,\n"
        "the last one against the complaint's row, private values against their hashes (erased\n"
        "ones are no flaw). Prints the first bad entry of each complaint and what is wrong:\n"
        "altered, missing, reordered, private altered. --all also looks for complaints that were\n"
        "removed, and for entries of journals and audit trail that the log does not have as they\n"
        "are, or that nothing but the log has.\n"
        "--keys: keys of private values, by default those of --config or of\n"
        "COMPLAINTD_PRIVACY_KEY_FILE; without keys all but these values is checked.\n"
        "--log: checks an export of the log (export-log) instead, without database and server:\n"
        "every entry, every journal's chain, and that the whole is what was signed, by the heads\n"
        "that a server kept in a file (journal.head_file) or sent. KEY: the public key, or a file\n"
        "that holds it. Prints the first entry that was altered, left out, put in or moved; where\n"
        "all hashes were computed anew, the entries between two heads; and the heads of entries\n"
        "that are not there any more.\n"
        "--proof: checks an answer of GET /v1/log/proofs/{n} or /v1/log/consistency against heads.\n"
        "--case-file: checks the archive that GET /v1/complaints/{id}/case-file answers: that a KEY\n"
        "signed its manifest, that it holds the files of the manifest and no other, as they were, the\n"
        "chain of the journal's entries up to the last, that each is in the log that was signed, and\n"
        "that the attachments are those of which the journal tells. Names every file and entry that\n"
        "was altered, removed or added.\n",
    .run = verify};
