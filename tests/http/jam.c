#include "tests/http/jam.h"

#include <string.h>
#include <unistd.h>

#include "tests/http/program.h"

#define PATIENCE_MS 10000
#define POLL_US 5000

struct shot shot_receipt(const char *subject)
{
    json_t *input = matter_minimal();
    json_object_set_new(input, "subject", json_string(subject));
    return (struct shot){
        .path = "/v1/complaints", .token = client_token("agent1"), .body = body_text(input)};
}

struct shot shot_note(const struct matter *matter, const char *text)
{
    return (struct shot){.path = client_text("/v1/complaints/%s/notes", matter->id),
                         .token = client_token("agent1"),
                         .body = client_text("{\"text\": \"%s\"}", text),
                         .version = matter->version};
}

struct shot shot_advance(const struct matter *matter)
{
    return (struct shot){.path = client_text("/v1/complaints/%s/advance", matter->id),
                         .token = client_token("agent1"),
                         .body = "{\"owner\": \"handler1\", \"note\": \"请核实\"}",
                         .version = matter->version};
}

void expect_shot(const struct shot *shot, int status, const char *slug)
{
    ck_assert_msg(shot->status == status, "%s: %d, not %d, after %lld ms: %s", shot->path,
                  shot->status, status, (long long)shot->took_ms, shot->answer ? shot->answer : "");
    if (slug)
        ck_assert_msg(strstr(shot->answer, client_text("/problems/%s\"", slug)) != NULL,
                      "not %s: %s", slug, shot->answer);
    if (status == 503)
        ck_assert_int_ge(shot->retry_after_s, 1);
}

const char *unique(const char *what)
{
    static int count;
    return client_text("%s %d %d", what, getpid(), ++count);
}

long subjects(const char *like)
{
    return database_number("SELECT count(*) FROM complaint WHERE subject LIKE '%s%%'", like);
}

void expect_nothing_half_written(void)
{
    ck_assert_int_eq(
        database_number(
            "SELECT count(*) FROM complaint c WHERE"
            " (SELECT count(*) FROM journal j WHERE j.complaint_id = c.id)"
            " <> c.journal_length OR c.journal_length <> c.version OR"
            " (SELECT count(*) FROM work w WHERE w.complaint_id = c.id AND w.kind IN"
            " ('notes', 'contacts', 'findings', 'plan', 'notices', 'deliveries',"
            " 'pauses', 'extensions', 'links', 'void', 'unmask', 'attachments', 'urge')) <> c.notes + c.contacts"
            " + c.findings + c.plans + c.notices + c.deliveries + c.pauses"
            " + c.extensions + c.links + c.voids + c.unmaskings + c.attachments + c.urges OR"
            " (SELECT count(*) FROM attachment a WHERE a.complaint_id = c.id"
            " AND a.number IS NOT NULL) <> c.attachments OR"
            " (SELECT count(*) FROM link l WHERE l.complaint_id = c.id) <> c.links OR"
            " (SELECT count(*) FROM stage s WHERE s.complaint_id = c.id"
            " AND s.completed_at IS NULL) <> (c.status = 'open')::integer"),
        0);
    ck_assert_int_eq(database_number("SELECT count(*) FROM journal j WHERE NOT EXISTS"
                                     " (SELECT FROM complaint c WHERE c.id = j.complaint_id)"),
                     0);
    ck_assert_int_eq(database_number("SELECT count(*) FROM stage s WHERE NOT EXISTS"
                                     " (SELECT FROM complaint c WHERE c.id = s.complaint_id)"),
                     0);
    ck_assert_int_eq(database_number("SELECT count(*) FROM complaint c FULL JOIN handler h"
                                     " ON h.complaint_id = c.id AND h.staff_id = ANY(c.handlers)"
                                     " AND h.open = (c.status = 'open')"
                                     " AND h.received_at = c.received_at"
                                     " WHERE c.id IS NULL OR h.staff_id IS NULL"),
                     0);
}

static bool is_held_up(const struct spare *spare, size_t unused)
{
    (void)spare;
    (void)unused;
    return database_number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0;
}

static bool is_queued(const struct spare *spare, size_t count)
{
    return spare_metric(spare, "complaintd_queue_length{queue=\"fast\"}") >= (long)count;
}

static void wait_until(bool (*there)(const struct spare *, size_t), const struct spare *spare,
                       size_t count)
{
    int64_t give_up = now_ms() + (int64_t)PATIENCE_MS * program_patience();
    while (!there(spare, count)) {
        ck_assert_msg(now_ms() < give_up, "it never waits");
        usleep(POLL_US);
    }
}

void jam_begin(struct jam *jam, const struct spare *spare, const struct matter *matter)
{
    jam->lock = database_lock_complaint(matter->number);
    jam->shot = shot_note(matter, "等锁");
    jam->volley = spare_fire(spare, &jam->shot, 1);
    wait_until(is_held_up, spare, 1);
}

void jam_end(struct jam *jam)
{
    database_unlock(jam->lock);
    spare_await(jam->volley);
}

void jam_fire(const struct spare *spare, const struct matter *matter, struct shot shots[],
              size_t count)
{
    struct jam jam;
    jam_begin(&jam, spare, matter);
    struct volley *volley = spare_fire(spare, shots, count);
    wait_until(is_queued, spare, count);
    jam_end(&jam);
    spare_await(volley);
    expect_shot(&jam.shot, 201, NULL);
}
