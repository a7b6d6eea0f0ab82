/* What every command of a set is answered when one of them makes a part of the set's way fail: the
 * look-up of numbers, the lock, the load, the decision, each statement of the save, the commit. */
#include <stdlib.h>
#include <string.h>

#include "tests/http/command_set.h"
#include "tests/http/program.h"
#include "tests/http/trap.h"

Suite *engine_parts_suite(void);

static const struct part {
    const char *name, *trap;
    unsigned hits;  /* kinds whose marked command cannot succeed */
    bool by_number; /* complaints are named by number */
    int status;     /* of those */
    const char *slug;
} parts[] = {
    {"look-up", TRAP_ROW("complaint", "id IN ($)", "trap_raise_row()"), SET_ADVANCE | SET_NOTE,
     true, 500, "internal"},
    {"lock", TRAP_ROW("complaint", "id IN ($)", "trap_raise_row()"), SET_ADVANCE | SET_NOTE, false,
     500, "internal"},
    {"load", TRAP_ROW("stage", "complaint_id IN ($)", "trap_raise_row()"), SET_ADVANCE | SET_NOTE,
     false, 500, "internal"},
    {"save: complaint", TRAP_WRITE("INSERT", "complaint", MARKED_RECEIPT, "trap_raise()"),
     SET_RECEIPT, false, 500, "internal"},
    {"save: complaint changed", TRAP_WRITE("UPDATE", "complaint", MARKED_COMPLAINT, "trap_raise()"),
     SET_ADVANCE | SET_NOTE, false, 500, "internal"},
    {"save: complaint not changed",
     TRAP_WRITE("UPDATE", "complaint", MARKED_COMPLAINT, "trap_swallow()"), SET_ADVANCE | SET_NOTE,
     false, 500, "internal"},
    {"save: stage ended", TRAP_WRITE("UPDATE", "stage", MARKED_ID, "trap_raise()"), SET_ADVANCE,
     false, 500, "internal"},
    {"save: stage not ended", TRAP_WRITE("UPDATE", "stage", MARKED_ID, "trap_swallow()"),
     SET_ADVANCE, false, 500, "internal"},
    {"save: stage opened", TRAP_WRITE("INSERT", "stage", MARKED_ID, "trap_raise()"), SET_ADVANCE,
     false, 500, "internal"},
    {"save: work", TRAP_WRITE("INSERT", "work", MARKED_ID, "trap_raise()"), SET_NOTE, false, 500,
     "internal"},
    {"save: journal", TRAP_WRITE("INSERT", "journal", MARKED_ID, "trap_raise()"),
     SET_ADVANCE | SET_NOTE, false, 500, "internal"},
    {"save: private", TRAP_WRITE("INSERT", "journal_private", MARKED_ID, "trap_raise()"),
     SET_ADVANCE | SET_NOTE, false, 500, "internal"},
    {"save: answer", TRAP_WRITE("INSERT", "idempotency", MARKED_KEY, "trap_raise()"),
     SET_ADVANCE | SET_NOTE | SET_RECEIPT, false, 500, "internal"},
    {"save: too slow", TRAP_WRITE("INSERT", "work", MARKED_ID, "trap_sleep(60)"), SET_NOTE, false,
     503, "busy"},
    {"commit", TRAP_COMMIT(MARKED_COMPLAINT " OR " MARKED_RECEIPT, "trap_raise()"),
     SET_ADVANCE | SET_NOTE | SET_RECEIPT, false, 500, "internal"},
};
#define PART_COUNT ((int)(sizeof parts / sizeof *parts))

/* Before every test, as the one before may have failed halfway. */
static void mend(void)
{
    trap_clear();
    database_run("GRANT INSERT, UPDATE ON number_block TO complaintd_app");
}

/* Short, as traps that hold up let it run out; but a jam must fit into half of it. */
static const char *hasty(void)
{
    return client_text(ONE_THREAD "statement_timeout = %ds\n[http]\nrequest_timeout = 60s\n",
                       program_patience() > 1 ? 4 : 1);
}

static void expect_answers(const struct command_set *set, const struct part *part)
{
    for (size_t i = 0; i < SET_SIZE; i++) {
        const struct shot *shot = &set->shots[i];
        bool hit = set_is_marked(i) && set_kind(i) & part->hits;
        expect_shot(shot, hit ? part->status : set_success(i), hit ? part->slug : NULL);
        ck_assert_ptr_null(strstr(shot->answer, "trap"));
        set_expect_done(set, i, !hit);
    }
    expect_nothing_half_written();
}

START_TEST(one_trapped_command_harms_no_other)
{
    const struct part *part = &parts[_i];
    struct spare spare = spare_start(hasty());
    struct command_set set = set_make(part->by_number);

    trap_set(part->trap, set.marked_ids);
    jam_fire(&spare, &set.first, set.shots, SET_SIZE);
    mend();
    expect_answers(&set, part);
    /* They were one set, which failed; when already its look-up did, there was none. */
    ck_assert_int_eq(spare_metric(&spare, "complaintd_batch_fallbacks_total"), !part->by_number);
    set_expect_repeated(&spare, &set);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* --- lock, decide, numbers -------------------------------------------------------------------- */

START_TEST(one_locked_complaint_harms_no_other)
{
    static const struct part held = {"lock", NULL, SET_ADVANCE, false, 503, "busy"};
    struct spare spare = spare_start(hasty());
    struct command_set set = set_make(false);
    struct database_lock *lock = database_lock_complaint(set.advanced[1].number);

    jam_fire(&spare, &set.first, set.shots, SET_SIZE);
    database_unlock(lock);
    expect_answers(&set, &held);
    ck_assert_int_eq(spare_metric(&spare, "complaintd_batch_fallbacks_total"), 1);
    set_expect_repeated(&spare, &set);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* Refusals of every sort stand in a set that is committed. */
START_TEST(refused_commands_harm_no_other)
{
    struct spare spare = spare_start(ONE_THREAD);
    struct matter first = matter_new("agent1", NULL), matters[8];
    const char *subject = unique("好");
    struct shot stored[2], shots[12];

    for (size_t i = 0; i < 2; i++) {
        stored[i] = shot_receipt(subject);
        stored[i].key = unique("key");
        stored[i] = spare_ask(&spare, stored[i]);
    }
    for (size_t i = 0; i < 8; i++) {
        matters[i] = i == 4 ? matter_at("investigation") : matter_new("agent1", NULL);
        shots[i] = shot_note(&matters[i], "备注");
    }
    shots[1].version = 7;
    shots[2].version = 0;
    shots[3].path = client_text("/v1/complaints/%s/advance", matters[3].id);
    shots[3].body = "{\"owner\": \"nobody\"}";
    shots[4].path = client_text("/v1/complaints/%s/advance", matters[4].id);
    shots[4].body = "{\"owner\": \"handler1\"}";
    shots[4].token = client_token("handler1");
    shots[5].token = client_token("agent2");
    shots[6].token = client_token("auditor1");
    shots[8] = shot_note(&(struct matter){.id = "01900000-0000-7000-8000-000000000000"}, "备注");
    shots[9] = shot_receipt(subject);
    shots[10] = shot_receipt(unique("别"));
    shots[10].key = stored[0].key;
    shots[11] = stored[1];
    jam_fire(&spare, &first, shots, 12);
    expect_shot(&shots[0], 201, NULL);
    expect_shot(&shots[1], 412, "stale-version");
    expect_shot(&shots[2], 428, "version-required");
    expect_shot(&shots[3], 422, "invalid-input");
    expect_shot(&shots[4], 409, "findings-missing");
    expect_shot(&shots[5], 404, "not-found");
    expect_shot(&shots[6], 403, NULL);
    expect_shot(&shots[7], 201, NULL);
    expect_shot(&shots[8], 404, "not-found");
    expect_shot(&shots[9], 201, NULL);
    expect_shot(&shots[10], 422, "idempotency-key-reused");
    expect_shot(&shots[11], 201, NULL);
    ck_assert_str_eq(shots[11].answer, stored[1].answer);
    ck_assert_int_eq(subjects(subject), 3);
    for (size_t i = 0; i < 8; i++)
        ck_assert_int_eq(reply_integer(matter_get(&matters[i], "agent1", NULL), "version"),
                         matters[i].version + (i == 0 || i == 7));
    ck_assert_int_eq(spare_metric(&spare, "complaintd_batch_fallbacks_total"), 0);
    expect_nothing_half_written();
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* Only who needs a number fails when none can be had. */
START_TEST(missing_numbers_harm_receipts_alone)
{
    struct spare spare = spare_start(ONE_THREAD);
    struct command_set set = set_make(false);

    database_run("REVOKE INSERT, UPDATE ON number_block FROM complaintd_app");
    jam_fire(&spare, &set.first, set.shots, SET_SIZE);
    mend();
    for (size_t i = 0; i < SET_SIZE; i++) {
        bool hit = set_kind(i) == SET_RECEIPT;
        expect_shot(&set.shots[i], hit ? 500 : set_success(i), hit ? "internal" : NULL);
        set_expect_done(&set, i, !hit);
    }
    ck_assert_int_eq(spare_metric(&spare, "complaintd_batch_fallbacks_total"), 0);
    set_expect_repeated(&spare, &set);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

static const char *number_in(const struct shot *shot)
{
    json_t *json = json_loads(shot->answer, 0, NULL);
    const char *number = client_text("%s", json_string_value(json_object_get(json, "number")));
    json_decref(json);
    return number;
}

/* A number that another server has given is not tried again, by many nor by one alone. */
START_TEST(number_given_elsewhere_is_replaced)
{
    struct spare spare = spare_start(ONE_THREAD);
    struct matter first = matter_new("agent1", NULL), other = matter_new("agent1", NULL);
    struct shot shot = spare_ask(&spare, shot_receipt(unique("好"))), shots[6];
    const char *subject = unique("好"), *last = number_in(&shot), *taken;

    expect_shot(&shot, 201, NULL);
    taken = client_text("%.10s%06ld", last, strtol(last + 10, NULL, 10) + 3);
    database_run("UPDATE complaint SET number = '%s' WHERE id = '%s'", taken, other.id);
    for (size_t i = 0; i < 6; i++)
        shots[i] = shot_receipt(subject);
    jam_fire(&spare, &first, shots, 6);
    for (size_t i = 0; i < 6; i++) {
        expect_shot(&shots[i], 201, NULL);
        ck_assert_str_ne(number_in(&shots[i]), taken);
    }
    ck_assert_int_eq(spare_metric(&spare, "complaintd_batch_fallbacks_total"), 1);

    last = database_text("SELECT max(number) FROM complaint WHERE subject = '%s'", subject);
    taken = client_text("%.10s%06ld", last, strtol(last + 10, NULL, 10) + 1);
    database_run("UPDATE complaint SET number = '%s' WHERE id = '%s'", taken, other.id);
    shot = spare_ask(&spare, shot_receipt(subject));
    expect_shot(&shot, 201, NULL);
    ck_assert_str_ne(number_in(&shot), taken);
    database_run("UPDATE complaint SET number = '%s' WHERE id = '%s'", other.number, other.id);
    ck_assert_int_eq(subjects(subject), 7);
    expect_nothing_half_written();
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

START_TEST(journals_are_sound_afterwards)
{
    ck_assert(journals_are_sound());
}
END_TEST

Suite *engine_parts_suite(void)
{
    Suite *suite = suite_create("engine_parts");
    TCase *tcase = tcase_create("parts");
    tcase_add_unchecked_fixture(tcase, client_setup, mend);
    tcase_add_checked_fixture(tcase, mend, NULL);
    tcase_add_loop_test(tcase, one_trapped_command_harms_no_other, 0, PART_COUNT);
    tcase_add_test(tcase, one_locked_complaint_harms_no_other);
    tcase_add_test(tcase, refused_commands_harm_no_other);
    tcase_add_test(tcase, missing_numbers_harm_receipts_alone);
    tcase_add_test(tcase, number_given_elsewhere_is_replaced);
    tcase_add_test(tcase, journals_are_sound_afterwards);
    suite_add_tcase(suite, tcase);
    return suite;
}
