/* The case file of a complaint: what is in it, that it proves itself, and that whatever is done to it is
 * found and named. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/auth/signing.h"
#include "lib/base/tar.h"
#include "lib/complaint/journal.h"
#include "lib/complaint/log_head.h"
#include "tests/http/attached.h"
#include "tests/http/database.h"
#include "tests/http/program.h"
#include "tests/http/spare.h"
#include "tests/support/shell.h"

Suite *case_file_suite(void);

#define PARTS_MAX 32

struct part {
    char name[TAR_NAME_MAX + 1];
    char *bytes;
    size_t length;
};

struct archive {
    struct part parts[PARTS_MAX];
    size_t count;
};

/* --- reading and making archives ---------------------------------------------------------------- */

static struct archive unpack(const struct reply *reply)
{
    struct archive archive = {.count = 0};
    size_t at = 0;
    int64_t size;
    while (tar_read(reply->body + at, archive.parts[archive.count].name, &size) == TAR_FILE) {
        struct part *part = &archive.parts[archive.count++];
        ck_assert_uint_lt(archive.count, PARTS_MAX);
        part->length = (size_t)size;
        part->bytes = file_keep(malloc(part->length + 1));
        memcpy(part->bytes, reply->body + at + TAR_BLOCK, part->length);
        part->bytes[part->length] = '\0';
        at += TAR_BLOCK + part->length + tar_padding(size);
        ck_assert_uint_le(at + TAR_END, reply->length);
    }
    ck_assert_uint_eq(at + TAR_END, reply->length);
    return archive;
}

static char *path_of(void)
{
    return program_file("check/case.tar");
}

static void pack(const struct archive *archive)
{
    static const char zeros[TAR_END];
    char header[TAR_BLOCK], *path = path_of();
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    for (size_t i = 0; i < archive->count; i++) {
        const struct part *part = &archive->parts[i];
        tar_header(part->name, (int64_t)part->length, 0, header);
        fwrite(header, 1, TAR_BLOCK, file);
        fwrite(part->bytes, 1, part->length, file);
        fwrite(zeros, 1, tar_padding((int64_t)part->length), file);
    }
    fwrite(zeros, 1, TAR_END, file);
    ck_assert_int_eq(fclose(file), 0);
    free(path);
}

static struct part *part_of(struct archive *archive, const char *name)
{
    for (size_t i = 0; i < archive->count; i++)
        if (strcmp(archive->parts[i].name, name) == 0)
            return &archive->parts[i];
    ck_abort_msg("no %s", name);
    return NULL;
}

static json_t *json_of(struct archive *archive, const char *name)
{
    const struct part *part = part_of(archive, name);
    json_t *json = json_loadb(part->bytes, part->length, 0, NULL);
    ck_assert_msg(json != NULL, "%s", name);
    return json;
}

/* --- checking them ------------------------------------------------------------------------------ */

static const char *said; /* by the verifier */

static int verify_with(const char *key)
{
    static char output[8192];
    char *path = path_of();
    const char *command =
        client_text("%s verify --case-file %s --key %s 2>&1", getenv("COMPLAINTD_CTL"), path, key);
    FILE *pipe = popen(command, "re"); /* NOLINT(cert-env33-c): as people do */
    ck_assert_ptr_nonnull(pipe);
    size_t length = fread(output, 1, sizeof output - 1, pipe);
    output[length] = '\0';
    said = output;
    free(path);
    int status = pclose(pipe);
    ck_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* The key of the server under test. */
static void load_key(uint8_t secret[static SIGNING_SECRET_LENGTH])
{
    char *path = program_file("check/journal.key");
    ck_assert_ptr_null(signing_load(path, secret));
    free(path);
}

static const char *public_key(void)
{
    static char hex[2 * LOG_KEY_LENGTH + 1];
    uint8_t secret[SIGNING_SECRET_LENGTH];
    load_key(secret);
    sodium_bin2hex(hex, sizeof hex, secret + 32, LOG_KEY_LENGTH);
    return hex;
}

static int verify(const struct archive *archive)
{
    pack(archive);
    return verify_with(public_key());
}

#define EXPECT_FLAW(archive, text)                               \
    do {                                                         \
        ck_assert_int_eq(verify(archive), 1);                    \
        ck_assert_msg(strstr(said, (text)) != NULL, "%s", said); \
    } while (0)

static void put(struct part *part, char *text)
{
    part->bytes = file_keep(text);
    part->length = strlen(text);
}

/* Somebody who has the server's key: the manifest says what the files are now, and is signed. */
static void sign_again(struct archive *archive)
{
    struct part *manifest = part_of(archive, "manifest.json"),
                *signature = part_of(archive, "manifest.sig");
    uint8_t secret[SIGNING_SECRET_LENGTH];
    json_t *json = json_of(archive, "manifest.json"), *files = json_array();
    for (size_t i = 2; i < archive->count; i++) {
        const struct part *part = &archive->parts[i];
        uint8_t hash[crypto_hash_sha256_BYTES];
        char hex[2 * sizeof hash + 1];
        crypto_hash_sha256(hash, (const unsigned char *)part->bytes, part->length);
        sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
        json_array_append_new(files, json_pack("{s:s, s:s, s:i}", "name", part->name, "sha256", hex,
                                               "size", (int)part->length));
    }
    json_object_set_new(json, "files", files);
    put(manifest, json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS));
    load_key(secret);
    crypto_sign_detached((unsigned char *)signature->bytes, NULL,
                         (const unsigned char *)manifest->bytes, manifest->length, secret);
    json_decref(json);
}

/* --- one to work on ----------------------------------------------------------------------------- */

static const struct reply *get(const struct matter *matter, const char *as)
{
    const struct reply *reply;
    /* Until its entries have their numbers. */
    for (int i = 0; i < 200; i++) {
        reply = client_get(as, "/v1/complaints/%s/case-file", matter->id);
        if (reply->status != 503)
            break;
        usleep(50000);
    }
    return reply;
}

static struct matter a_matter(struct file files[static 2])
{
    struct matter matter = matter_at("feedback");
    matter_must(&matter, "handler1", "notices", body_notice());
    matter_must(&matter, "handler1", "notices/1/deliveries", body_delivery());
    files[0] = file_pdf("bill.pdf", 700001);
    files[1] = file_of("note.txt", "What the customer wrote.\n", 0);
    file_must(&matter, "handler1", &files[0]);
    file_must(&matter, "handler1", &files[1]);
    return matter;
}

static struct archive an_archive(void)
{
    struct file files[2];
    struct matter matter = a_matter(files);
    const struct reply *reply = get(&matter, "supervisor1");
    EXPECT_STATUS(reply, 200);
    return unpack(reply);
}

/* --- tests -------------------------------------------------------------------------------------- */

START_TEST(all_that_is_on_record_is_in_it)
{
    struct file files[2];
    struct matter matter = a_matter(files);
    const struct reply *reply = get(&matter, "supervisor1");
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_header(reply, "content-type"), "application/x-tar");
    ck_assert_str_eq(reply_header(reply, "content-disposition"),
                     client_text("attachment; filename=\"%s.tar\"", matter.number));
    ck_assert_str_eq(reply_header(reply, "content-length"), client_text("%zu", reply->length));
    struct archive archive = unpack(reply);
    static const char *const names[] = {
        "manifest.json",        "manifest.sig",     "README.txt",     "complaint.json",
        "deadlines.json",       "notices.json",     "case-work.json", "attachments/0001.pdf",
        "attachments/0002.txt", "attachments.json", "journal.jsonl",  "log-head.json"};
    ck_assert_uint_eq(archive.count, sizeof names / sizeof *names);
    for (size_t i = 0; i < archive.count; i++)
        ck_assert_str_eq(archive.parts[i].name, names[i]);
    for (size_t i = 0; i < 2; i++) {
        const struct part *part = &archive.parts[7 + i];
        ck_assert_uint_eq(part->length, files[i].length);
        ck_assert_int_eq(memcmp(part->bytes, files[i].bytes, part->length), 0);
    }
    json_t *complaint = json_of(&archive, "complaint.json");
    ck_assert_str_eq(json_string_value(json_object_get(complaint, "number")), matter.number);
    ck_assert_int_eq(json_integer_value(json_object_get(complaint, "version")), matter.version);
    json_decref(complaint);
    ck_assert_ptr_nonnull(strstr(part_of(&archive, "notices.json")->bytes, "\"deliveries\":["));
    ck_assert_ptr_nonnull(strstr(part_of(&archive, "case-work.json")->bytes, "\"findings\":["));
    ck_assert_ptr_nonnull(strstr(part_of(&archive, "deadlines.json")->bytes, "statutory_clock"));
    ck_assert_int_eq(verify(&archive), 0);
    ck_assert_msg(strstr(said, client_text("%lld entries and 2 attachments: sound",
                                           (long long)matter.version)) != NULL,
                  "%s", said);
    ck_assert_int_eq(database_number("SELECT count(*) FROM audit WHERE action = 'exported' AND "
                                     "bytes::jsonb->>'subject' = '%s'",
                                     matter.number),
                     1);
}
END_TEST

/* As its README says, with what any system has. */
START_TEST(it_can_be_checked_without_our_program)
{
    struct archive archive = an_archive();
    char *path = path_of();
    pack(&archive);
    ck_assert_int_eq(
        shell(client_text("rm -rf %s.d && mkdir %s.d && tar xf %s -C %s.d && cd %s.d && "
                          "jq -r '.files[] | \"\\(.sha256)  \\(.name)\"' manifest.json | "
                          "sha256sum -c --quiet",
                          path, path, path, path, path)),
        0);
    if (shell("command -v openssl >/dev/null && command -v xxd >/dev/null") == 0)
        ck_assert_int_eq(
            shell(client_text("cd %s.d && echo 302a300506032b6570032100%s | xxd -r -p | "
                              "openssl pkey -pubin -inform DER -out key.pem && "
                              "openssl pkeyutl -verify -pubin -inkey key.pem -rawin "
                              "-in manifest.json -sigfile manifest.sig >/dev/null",
                              path, public_key())),
            0);
    free(path);
}
END_TEST

START_TEST(who_may_export)
{
    struct file files[2];
    struct matter matter = a_matter(files);
    static const char *const admitted[] = {"handler1", "supervisor1", "auditor1"};
    for (size_t i = 0; i < sizeof admitted / sizeof *admitted; i++)
        EXPECT_STATUS(get(&matter, admitted[i]), 200);
    EXPECT_PROBLEM(get(&matter, "agent1"), 403, "forbidden");
    EXPECT_PROBLEM(get(&matter, "agent2"), 404, "not-found");
    EXPECT_PROBLEM(get(&matter, NULL), 401, "unauthenticated");
    EXPECT_PROBLEM(client_get("auditor1", "/v1/complaints/%s/case-file?x=1", matter.id), 400,
                   "invalid-parameter");
    struct spare spare = spare_start("");
    EXPECT_PROBLEM(
        client_call(&(struct call){.path = client_text("/v1/complaints/%s/case-file", matter.id),
                                   .as = "auditor1",
                                   .port = spare.port}),
        409, "no-signing-key");
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* From outside: whoever has no key. */
START_TEST(what_is_done_to_a_file_is_named)
{
    struct archive archive = an_archive();
    for (size_t i = 0; i < archive.count; i++) {
        struct archive other = archive;
        struct part *part = &other.parts[i];
        part->bytes = file_keep(malloc(part->length));
        memcpy(part->bytes, archive.parts[i].bytes, part->length);
        part->bytes[part->length / 2] ^= 1;
        EXPECT_FLAW(&other,
                    i < 2 ? "manifest.json: not signed" : client_text("%s: altered", part->name));

        other = archive; /* removed */
        memmove(part, part + 1, (archive.count - i - 1) * sizeof *part);
        other.count--;
        EXPECT_FLAW(&other, i < 2 ? "manifest.json: not signed"
                                  : client_text("%s: missing", archive.parts[i].name));
    }
    struct archive more = archive;
    more.parts[more.count] = more.parts[2];
    strcpy(more.parts[more.count++].name, "attachments/0003.txt");
    EXPECT_FLAW(&more, "attachments/0003.txt: added");
    more = archive;
    more.parts[more.count++] = archive.parts[2];
    EXPECT_FLAW(&more, "README.txt: there twice");
}
END_TEST

START_TEST(what_is_no_whole_archive)
{
    struct archive archive = an_archive();
    char *path = path_of();
    pack(&archive);
    ck_assert_int_eq(
        verify_with("0000000000000000000000000000000000000000000000000000000000000001"), 1);
    ck_assert_ptr_nonnull(strstr(said, "manifest.json: not signed"));
    ck_assert_int_eq(truncate(path, 100000), 0);
    ck_assert_int_eq(verify_with(public_key()), 1);
    ck_assert_ptr_nonnull(strstr(said, "cut off"));
    ck_assert_int_eq(truncate(path, 0), 0);
    ck_assert_int_eq(verify_with(public_key()), 1);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(verify_with(public_key()), 2);
    free(path);
}
END_TEST

/* Puts bytes into the archive that was packed last. */
static void write_at(size_t at, const char *bytes, size_t length)
{
    char *path = path_of();
    FILE *file = fopen(path, "r+");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fseek(file, (long)at, SEEK_SET), 0);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
    free(path);
}

static void expect_damage(const char *text)
{
    ck_assert_int_eq(verify_with(public_key()), 1);
    ck_assert_msg(strstr(said, text) != NULL, "%s", said);
}

/* Programs differ in what they unpack behind a block of zeros. */
START_TEST(nothing_is_hidden_where_no_file_is)
{
    static const char more[TAR_BLOCK] = "{}";
    struct archive archive = an_archive();
    const struct part *manifest = &archive.parts[0];
    char other[TAR_BLOCK];
    pack(&archive);
    size_t end = 0, sealed = 2 * (size_t)TAR_BLOCK + manifest->length +
                             tar_padding((int64_t)manifest->length) + archive.parts[1].length;
    for (size_t i = 0; i < archive.count; i++)
        end += TAR_BLOCK + archive.parts[i].length + tar_padding((int64_t)archive.parts[i].length);
    write_at(sealed + 9, "x", 1);
    expect_damage("manifest.sig: cut off, or something is hidden behind it");

    tar_header("complaint.json", 2, 0, other);
    for (size_t zeros = 1; zeros <= 2; zeros++) {
        pack(&archive);
        write_at(end + zeros * TAR_BLOCK, other, sizeof other);
        write_at(end + (zeros + 1) * TAR_BLOCK, more, sizeof more);
        expect_damage("the end of the archive is damaged");
    }
    char *path = path_of();
    pack(&archive);
    ck_assert_int_eq(truncate(path, (off_t)(end + TAR_BLOCK)), 0);
    expect_damage("the end of the archive is damaged");
    pack(&archive);
    ck_assert_int_eq(truncate(path, (off_t)(end + 20 * TAR_BLOCK)), 0); /* as tar fills it up */
    ck_assert_int_eq(verify_with(public_key()), 0);
    free(path);
}
END_TEST

/* What stands in an archive does not write on the terminal of whoever checks it. */
START_TEST(a_name_is_no_message)
{
    struct archive archive = an_archive();
    struct part *last = &archive.parts[archive.count - 1];
    strcpy(last->name, "x\n\033[2K\rcase file: sound");
    EXPECT_FLAW(&archive, "damaged after journal.jsonl");
    ck_assert_ptr_null(strchr(said, '\033'));
    ck_assert_ptr_null(strstr(said, "sound"));
}
END_TEST

START_TEST(nothing_takes_memory_that_nobody_has_signed)
{
    enum { FILES = 5, SIZE = 60 * 1024 * 1024, LIMIT_KIB = 200000 };
    char header[TAR_BLOCK], *path = path_of();
    if (program_patience() > 1) { /* sanitisers take any amount of addresses */
        free(path);
        return;
    }
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    for (int i = 0; i < FILES; i++) { /* zeros, which take no room on the disk */
        tar_header(client_text("%d.json", i), SIZE, 0, header);
        fwrite(header, 1, TAR_BLOCK, file);
        ck_assert_int_eq(fseek(file, SIZE, SEEK_CUR), 0);
    }
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(truncate(path, FILES * ((off_t)SIZE + TAR_BLOCK) + TAR_END), 0);
    ck_assert_int_eq(
        shell(client_text("ulimit -v %d; %s verify --case-file %s --key %s >/dev/null 2>&1",
                          LIMIT_KIB, getenv("COMPLAINTD_CTL"), path, public_key())),
        1);
    ck_assert_int_eq(unlink(path), 0);
    free(path);
}
END_TEST

/* --- somebody who has the key of the manifest ---------------------------------------------------- */

/* Replaces the first place of a text; both are of one length. */
static void replace(struct part *part, const char *from, const char *to)
{
    char *copy = file_keep(malloc(part->length + 1)), *at;
    ck_assert_uint_eq(strlen(from), strlen(to));
    memcpy(copy, part->bytes, part->length + 1);
    at = strstr(copy, from);
    ck_assert_msg(at != NULL, "%s", from);
    memcpy(at, to, strlen(to));
    part->bytes = copy;
}

START_TEST(an_entry_cannot_be_altered_even_with_the_key)
{
    struct archive archive = an_archive();
    replace(part_of(&archive, "journal.jsonl"), "\\\"actor\\\":\\\"handler1\\\"",
            "\\\"actor\\\":\\\"handler2\\\"");
    sign_again(&archive);
    EXPECT_FLAW(&archive, ": altered");
}
END_TEST

START_TEST(nor_left_out)
{
    struct archive archive = an_archive();
    struct part *journal = part_of(&archive, "journal.jsonl");
    const char *second = strchr(journal->bytes, '\n') + 1;
    put(journal, strdup(second)); /* the first one */
    sign_again(&archive);
    EXPECT_FLAW(&archive, "journal.jsonl: entry 1: missing");
    archive = an_archive();
    journal = part_of(&archive, "journal.jsonl");
    char *shorter = strndup(journal->bytes, journal->length - 1);
    *(strrchr(shorter, '\n') + 1) = '\0'; /* the last one, of the second attachment */
    put(journal, shorter);
    sign_again(&archive);
    EXPECT_FLAW(&archive, ": missing");
    ck_assert_ptr_nonnull(strstr(said, "attachments: 2 files, 1 in the journal"));
}
END_TEST

/* All hashes computed anew: then it is not what was in the log when that was signed. */
START_TEST(nor_written_anew)
{
    struct archive archive = an_archive();
    struct part *journal = part_of(&archive, "journal.jsonl");
    json_t *manifest = json_of(&archive, "manifest.json");
    struct hash previous = {{0}};
    size_t size = 2 * journal->length, length = 0;
    char *lines = calloc(1, size), hex[65] = "";
    for (const char *line = journal->bytes, *end; (end = strchr(line, '\n')); line = end + 1) {
        json_t *entry = json_loadb(line, (size_t)(end - line), 0, NULL);
        char *bytes = strdup(json_string_value(json_object_get(entry, "bytes")));
        char *actor = strstr(bytes, "\"actor\":\"handler1\"");
        if (actor)
            *strchr(actor, '1') = '2';
        previous = journal_hash(&previous, text_of(bytes));
        sodium_bin2hex(hex, sizeof hex, previous.bytes, sizeof previous.bytes);
        json_object_set_new(entry, "bytes", json_string(bytes));
        json_object_set_new(entry, "hash", json_string(hex));
        char *dumped = json_dumps(entry, JSON_COMPACT);
        length += (size_t)snprintf(lines + length, size - length, "%s\n", dumped);
        ck_assert_uint_lt(length, size);
        free(dumped);
        json_decref(entry);
        free(bytes);
    }
    put(journal, lines);
    json_object_set_new(manifest, "journal_head", json_string(hex));
    put(part_of(&archive, "manifest.json"), json_dumps(manifest, JSON_COMPACT));
    json_decref(manifest);
    sign_again(&archive);
    EXPECT_FLAW(&archive, "not proven to be in the signed log");
    ck_assert_ptr_null(strstr(said, "altered"));
}
END_TEST

START_TEST(nor_can_an_attachment_be_exchanged)
{
    struct archive archive = an_archive();
    put(part_of(&archive, "attachments/0002.txt"), strdup("What the customer never wrote.\n"));
    sign_again(&archive);
    EXPECT_FLAW(&archive, "attachments/0002.* is not the file that was attached");
    archive = an_archive();
    struct part *head = part_of(&archive, "log-head.json");
    char *digit = strstr(head->bytes, "\"signature\":\"") + strlen("\"signature\":\"");
    *digit = *digit == '0' ? '1' : '0';
    sign_again(&archive);
    EXPECT_FLAW(&archive, "log-head.json: not signed");
}
END_TEST

Suite *case_file_suite(void)
{
    Suite *suite = suite_create("case_file");
    TCase *tests = tcase_create("case_file");
    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, all_that_is_on_record_is_in_it);
    tcase_add_test(tests, it_can_be_checked_without_our_program);
    tcase_add_test(tests, who_may_export);
    tcase_add_test(tests, what_is_done_to_a_file_is_named);
    tcase_add_test(tests, what_is_no_whole_archive);
    tcase_add_test(tests, nothing_is_hidden_where_no_file_is);
    tcase_add_test(tests, a_name_is_no_message);
    tcase_add_test(tests, nothing_takes_memory_that_nobody_has_signed);
    tcase_add_test(tests, an_entry_cannot_be_altered_even_with_the_key);
    tcase_add_test(tests, nor_left_out);
    tcase_add_test(tests, nor_written_anew);
    tcase_add_test(tests, nor_can_an_attachment_be_exchanged);
    suite_add_tcase(suite, tests);
    return suite;
}
