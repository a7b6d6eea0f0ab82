/* Signed heads of the log and proofs, as an auditor gets and checks them; and where heads are kept. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/complaint/log_head.h"
#include "lib/complaint/merkle.h"
#include "tests/http/client.h"
#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/program.h"
#include "tests/http/spare.h"
#include "tests/support/shell.h"

Suite *log_suite(void);

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(65536);
}

static void tear_down(void)
{
    arena_free(arena);
}

static const struct reply *sign(const char *as)
{
    return client_call(&(struct call){.method = "POST", .path = "/v1/log/heads", .as = as});
}

/* Waits until every entry has a number, then signs. */
static struct log_head signed_head(void)
{
    struct log_head head;

    for (int i = 0; i < 200 && database_number("SELECT count(*) FROM log_todo") > 0; i++)
        usleep(20000);
    const struct reply *reply = sign("auditor1");
    ck_assert_msg(reply->status == 200 || reply->status == 201, "%s", reply->body);
    ck_assert(log_head_read(arena, text_of(reply->body), &head));
    ck_assert(log_head_sound(arena, &head));
    return head;
}

static struct hash hash_at(const struct reply *reply, const char *where)
{
    struct hash hash;
    ck_assert(log_hex(text_of(reply_text(reply, where)), hash.bytes, sizeof hash.bytes));
    return hash;
}

static size_t proof_of(const struct reply *reply, struct hash proof[MERKLE_PROOF_MAX])
{
    size_t count = json_array_size(reply_at(reply, "proof"));
    ck_assert_uint_le(count, MERKLE_PROOF_MAX);
    for (size_t i = 0; i < count; i++)
        proof[i] = hash_at(reply, client_text("proof.%zu", i));
    return count;
}

static char *content_of(const char *path)
{
    static char content[1024 * 1024];
    FILE *file = fopen(path, "r");
    size_t length = file ? fread(content, 1, sizeof content - 1, file) : 0;
    content[length] = '\0';
    if (file)
        fclose(file);
    return content;
}

static void write_text(const char *path, struct text text)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text.at, 1, text.length, file), text.length);
    ck_assert_int_eq(fclose(file), 0);
}

/* --- heads -------------------------------------------------------------------------------------- */

START_TEST(heads_are_signed_on_demand)
{
    (void)matter_new("agent1", NULL);
    for (int i = 0; i < 200 && database_number("SELECT count(*) FROM log_todo") > 0; i++)
        usleep(20000);
    const struct reply *reply = sign("auditor1");
    EXPECT_STATUS(reply, 201);
    for (int i = 0; i < 20 && reply->status == 201; i++) /* others write to the log too */
        reply = sign("auditor1");
    EXPECT_STATUS(reply, 200);
    const struct reply *list = client_get("auditor1", "/v1/log/heads");
    EXPECT_STATUS(list, 200);
    ck_assert(json_equal(reply_at(list, "items.0"), reply->json));

    (void)matter_new("agent1", NULL);
    struct log_head newer = signed_head();
    list = client_get("auditor1", "/v1/log/heads?limit=1");
    ck_assert_int_eq(reply_integer(list, "items.0.size"), newer.size);
    ck_assert_int_eq(reply_integer(list, "next"), newer.size);
    list = client_get("auditor1", "/v1/log/heads?limit=1&before=%lld", (long long)newer.size);
    ck_assert_int_lt(reply_integer(list, "items.0.size"), newer.size);
}
END_TEST

START_TEST(heads_and_proofs_are_the_auditors)
{
    static const char *const paths[] = {"/v1/log/heads", "/v1/log/proofs/1",
                                        "/v1/log/consistency?from=1&to=1"};
    (void)signed_head();
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        EXPECT_PROBLEM(client_get(NULL, "%s", paths[i]), 401, "unauthenticated");
        EXPECT_PROBLEM(client_get("supervisor1", "%s", paths[i]), 403, "forbidden");
        EXPECT_STATUS(client_get("auditor1", "%s", paths[i]), 200);
    }
    EXPECT_PROBLEM(sign(NULL), 401, "unauthenticated");
    EXPECT_PROBLEM(sign("admin"), 403, "forbidden");
}
END_TEST

START_TEST(without_a_key_nothing_is_signed)
{
    struct spare spare = spare_start("[session]\nlifetime = 12h");
    EXPECT_PROBLEM(
        client_call(&(struct call){
            .method = "POST", .path = "/v1/log/heads", .as = "auditor1", .port = spare.port}),
        409, "no-signing-key");
    ck_assert_int_eq(spare_metric(&spare, "complaintd_log_signing"), 0);
    ck_assert_int_eq(spare_stop(&spare, 15000, NULL), 0);
}
END_TEST

/* --- proofs ------------------------------------------------------------------------------------- */

START_TEST(an_entry_is_proven_to_be_in_a_head)
{
    struct matter matter = matter_at("investigation");
    struct log_head head = signed_head();
    struct hash proof[MERKLE_PROOF_MAX];
    long n = database_number("SELECT n FROM log WHERE id = '%s' AND index = 2", matter.id);
    const struct reply *reply =
        client_get("auditor1", "/v1/log/proofs/%ld?size=%lld", n, (long long)head.size);
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_integer(reply, "n"), n);
    ck_assert_str_eq(reply_text(matter_get(&matter, "auditor1", "/journal"), "items.1.hash"),
                     reply_text(reply, "hash"));
    struct hash hash = hash_at(reply, "hash"), leaf = merkle_leaf(&hash);
    struct hash root = hash_at(reply, "root");
    ck_assert_mem_eq(root.bytes, head.root.bytes, sizeof root.bytes);
    size_t count = proof_of(reply, proof);
    ck_assert(merkle_includes(&leaf, n, head.size, proof, count, &head.root));
    ck_assert(!merkle_includes(&leaf, n - 1, head.size, proof, count, &head.root));
    /* Without a size, the log as it is. */
    EXPECT_STATUS(client_get("auditor1", "/v1/log/proofs/%ld", n), 200);
}
END_TEST

START_TEST(a_head_is_proven_to_extend_another)
{
    struct log_head older = signed_head();
    struct hash proof[MERKLE_PROOF_MAX];
    (void)matter_at("investigation");
    struct log_head newer = signed_head();
    ck_assert_int_gt(newer.size, older.size);
    const struct reply *reply = client_get("auditor1", "/v1/log/consistency?from=%lld&to=%lld",
                                           (long long)older.size, (long long)newer.size);
    EXPECT_STATUS(reply, 200);
    size_t count = proof_of(reply, proof);
    ck_assert(merkle_extends(older.size, &older.root, newer.size, &newer.root, proof, count));
    ck_assert(!merkle_extends(older.size, &newer.root, newer.size, &newer.root, proof, count));
}
END_TEST

START_TEST(what_is_not_in_the_log_has_no_proof)
{
    struct log_head head = signed_head();
    static const char *const none[] = {"0",  "x", "-1", "999999999999", "99999999999999999999",
                                       "1.5"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        EXPECT_PROBLEM(client_get("auditor1", "/v1/log/proofs/%s", none[i]), 404, "not-found");
    const char *const bad[] = {"proofs/2?size=1",
                               "proofs/1?size=0",
                               "proofs/1?size=999999999999",
                               "proofs/1?colour=red",
                               "consistency",
                               "consistency?from=1",
                               "consistency?from=2&to=1",
                               "consistency?from=0&to=1",
                               "consistency?from=1&to=999999999999",
                               "heads?limit=0",
                               "heads?before=x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        EXPECT_PROBLEM(client_get("auditor1", "/v1/log/%s", bad[i]), 400, "invalid-parameter");
    EXPECT_PROBLEM(client_call(&(struct call){
                       .method = "POST", .path = "/v1/log/heads?size=1", .as = "auditor1"}),
                   400, "invalid-parameter");
    ck_assert_int_ge(head.size, 1);
}
END_TEST

/* --- beyond the database ------------------------------------------------------------------------ */

/* What an auditor has who keeps heads and asks for proofs, and no more. */
START_TEST(complaintctl_checks_proofs)
{
    char *path = program_file("check/proof");
    struct log_head older = signed_head();
    (void)matter_at("investigation");
    struct log_head newer = signed_head();
    struct text_buffer heads = text_buffer_new(arena, 2048);
    log_head_write(&older, &heads);
    text_buffer_add_char(&heads, '\n');
    log_head_write(&newer, &heads);
    text_buffer_add_char(&heads, '\n');
    write_text(client_text("%s.heads", path), text_buffer_text(&heads));
    const struct reply *replies[] = {client_get("auditor1", "/v1/log/consistency?from=%lld&to=%lld",
                                                (long long)older.size, (long long)newer.size),
                                     client_get("auditor1", "/v1/log/proofs/%lld?size=%lld",
                                                (long long)older.size, (long long)newer.size)};
    struct text key = text_hex(arena, newer.key, sizeof newer.key);
    const char *command =
        client_text("\"$COMPLAINTD_CTL\" verify --proof %s --heads %s.heads --key %.*s >%s.said",
                    path, path, TEXT_ARG(key), path);
    for (size_t i = 0; i < 2; i++) {
        EXPECT_STATUS(replies[i], 200);
        write_text(path, text_of(replies[i]->body));
        ck_assert_int_eq(shell(command), 0);
        ck_assert(strncmp(content_of(client_text("%s.said", path)), "proven: ", 8) == 0);
        /* Another hash at its end is no proof. */
        char *altered = strdup(replies[i]->body), *last = strrchr(altered, ']') - 2;
        *last = *last == '0' ? '1' : '0';
        write_text(path, text_of(altered));
        ck_assert_int_eq(shell(command), 1);
        free(altered);
    }
    write_text(path, TEXT("{\"n\":1,\"size\":1000000000,\"proof\":[]}"));
    ck_assert_int_eq(shell(command), 2);
    free(path);
}
END_TEST

/* Takes heads, after having refused the first request. */
struct receiver {
    int fd, port;
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    char taken[65536];
    size_t length;
    int requests;
};

static void *receive(void *argument)
{
    struct receiver *self = argument;
    char request[8192];
    int fd;

    while ((fd = accept(self->fd, NULL, NULL)) >= 0) {
        size_t length = 0;
        ssize_t got = 1;
        const char *body = NULL;
        while (got > 0 && !(body && strchr(body, '}') && request[length - 1] == '}')) {
            got = recv(fd, request + length, sizeof request - 1 - length, 0);
            length += got > 0 ? (size_t)got : 0;
            request[length] = '\0';
            body = strstr(request, "\r\n\r\n");
        }
        pthread_mutex_lock(&self->lock);
        bool takes = self->requests++ > 0;
        static const char yes[] = "HTTP/1.1 204 x\r\nConnection: close\r\n\r\n";
        static const char no[] = "HTTP/1.1 500 x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        (void)!write(fd, takes ? yes : no, strlen(takes ? yes : no));
        if (takes && body)
            self->length += (size_t)snprintf(self->taken + self->length,
                                             sizeof self->taken - self->length, "%s\n", body + 4);
        pthread_mutex_unlock(&self->lock);
        close(fd);
    }
    return NULL;
}

static struct receiver *receiver_start(void)
{
    struct receiver *self = calloc(1, sizeof *self);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    pthread_mutex_init(&self->lock, NULL);
    self->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(self->fd, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(listen(self->fd, 8), 0);
    ck_assert_int_eq(getsockname(self->fd, (struct sockaddr *)&address, &length), 0);
    self->port = ntohs(address.sin_port);
    ck_assert_int_eq(pthread_create(&self->thread, NULL, receive, self), 0);
    return self;
}

/* Whether a text holds the line of a head that commits to at least that many entries. */
static bool holds_head(const char *text, long size)
{
    struct log_head head = {.size = -1};
    for (const char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
        ck_assert(log_head_read(arena, (struct text){line, (size_t)(end - line)}, &head));
        ck_assert(log_head_sound(arena, &head));
    }
    return head.size >= size;
}

/* The same of what a receiver has taken so far. */
static bool took_head(struct receiver *receiver, long size)
{
    pthread_mutex_lock(&receiver->lock);
    bool took = receiver->requests >= 2 && holds_head(receiver->taken, size);
    pthread_mutex_unlock(&receiver->lock);
    return took;
}

START_TEST(heads_leave_the_database)
{
    struct receiver *receiver = receiver_start();
    char *key = program_file("check/journal.key"), *path = program_file("check/heads.jsonl");
    (void)unlink(path);
    const char *settings =
        client_text("[journal]\nkey_file = %s\nhead_interval = 1s\nhead_file = %s\n"
                    "head_url = http://127.0.0.1:%d/heads",
                    key, path, receiver->port);
    struct spare spare = spare_start(settings);
    const struct matter matter = matter_new("agent1", NULL);
    long n = 0;
    bool there = false;
    for (int i = 0; i < 300 && !there; i++) {
        usleep(100000);
        n = database_number("SELECT n FROM log WHERE id = '%s'", matter.id);
        there = n > 0 && holds_head(content_of(path), n) && took_head(receiver, n);
    }
    ck_assert_msg(there, "%ld: %.2000s", n, content_of(path));
    ck_assert_int_eq(spare_metric(&spare, "complaintd_log_damaged"), 0);
    ck_assert_int_eq(spare_stop(&spare, 20000, NULL), 0);

    /* What was cut off in the middle of a line is mended, and nothing is there twice. */
    char *whole = strdup(content_of(path));
    ck_assert_int_eq(truncate(path, (off_t)strlen(whole) - 5), 0);
    spare = spare_start(settings);
    for (int i = 0; i < 300 && !holds_head(content_of(path), n); i++)
        usleep(100000);
    ck_assert(strncmp(content_of(path), whole, strlen(whole)) == 0);
    ck_assert_int_eq(spare_stop(&spare, 20000, NULL), 0);

    /* The whole log, with what was kept. */
    const char *public = database_text("SELECT encode(key, 'hex') FROM log_head LIMIT 1");
    ck_assert_int_eq(
        shell(
            client_text("COMPLAINTD_DATABASE_URL=\"$COMPLAINTD_TEST_OWNER\" \"$COMPLAINTD_CTL\" "
                        "export-log 2>/dev/null >%s.log && \"$COMPLAINTD_CTL\" verify --log %s.log "
                        "--heads %s --key %s",
                        path, path, path, public)),
        0);
    shutdown(receiver->fd, SHUT_RDWR);
    pthread_join(receiver->thread, NULL);
    close(receiver->fd);
    free(receiver);
    free(whole);
    free(key);
    free(path);
}
END_TEST

/* A file that knows of more than the database: entries are gone. */
START_TEST(a_lost_head_is_noticed)
{
    char *key = program_file("check/journal.key"), *path = program_file("check/more-heads.jsonl");
    struct log_head head = {.size = 1000000000, .at = instant_now()};
    uint8_t public[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
    struct text_buffer line = text_buffer_new(arena, 1024);
    (void)crypto_sign_keypair(public, secret);
    log_head_sign(arena, secret, &head);
    log_head_write(&head, &line);
    FILE *file = fopen(path, "w");
    fprintf(file, "%.*s\n", (int)line.length, line.at);
    fclose(file);
    struct spare spare =
        spare_start(client_text("[journal]\nkey_file = %s\nhead_file = %s", key, path));
    bool noticed = false;
    for (int i = 0; i < 150 && !noticed; i++) {
        usleep(100000);
        noticed = spare_metric(&spare, "complaintd_log_damaged") == 1;
    }
    ck_assert(noticed);
    const struct reply *ready = client_call(&(struct call){.path = "/readyz", .port = spare.port});
    EXPECT_STATUS(ready, 200);
    ck_assert_str_eq(reply_text(ready, "status"), "degraded");
    ck_assert_str_eq(reply_text(ready, "reason"), "log-damaged");
    ck_assert_int_eq(spare_stop(&spare, 15000, NULL), 0);
    free(key);
    free(path);
}
END_TEST

Suite *log_suite(void)
{
    Suite *suite = suite_create("log");
    TCase *tcase = tcase_create("log");
    tcase_set_timeout(tcase, 120);
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, heads_are_signed_on_demand);
    tcase_add_test(tcase, heads_and_proofs_are_the_auditors);
    tcase_add_test(tcase, without_a_key_nothing_is_signed);
    tcase_add_test(tcase, an_entry_is_proven_to_be_in_a_head);
    tcase_add_test(tcase, a_head_is_proven_to_extend_another);
    tcase_add_test(tcase, what_is_not_in_the_log_has_no_proof);
    tcase_add_test(tcase, complaintctl_checks_proofs);
    tcase_add_test(tcase, heads_leave_the_database);
    tcase_add_test(tcase, a_lost_head_is_noticed);
    suite_add_tcase(suite, tcase);
    return suite;
}
