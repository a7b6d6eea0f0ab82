/* What the commands of a set are answered when their connection to the database breaks, in each part
 * of the set's way; above all during the commit, which may then be done or not. */
#include <string.h>

#include "tests/http/command_set.h"
#include "tests/http/relay.h"
#include "tests/http/trap.h"

Suite *engine_cut_suite(void);

#define ALL_MARKED MARKED_COMPLAINT " OR " MARKED_RECEIPT

/* Before every test, as the one before may have failed halfway. */
static void mend(void)
{
    trap_clear();
}

/* --- before anything is sent to be committed, and in the commit itself -------------------------- */

static const struct part {
    const char *name, *trap;
    bool decided; /* refusals stood before the connection was lost */
} parts[] = {
    {"lock", TRAP_ROW("complaint", "id IN ($)", "trap_end_row()"), false},
    {"load", TRAP_ROW("stage", "complaint_id IN ($)", "trap_end_row()"), false},
    {"save", TRAP_WRITE("INSERT", "work", MARKED_ID, "trap_end()"), true},
    {"save: last", TRAP_WRITE("INSERT", "idempotency", MARKED_KEY, "trap_end()"), true},
    {"commit", TRAP_COMMIT(ALL_MARKED, "trap_end()"), true},
};
#define PART_COUNT ((int)(sizeof parts / sizeof *parts))

START_TEST(lost_before_the_commit_nothing_is_changed)
{
    const struct part *part = &parts[_i];
    struct spare spare = spare_start(ONE_THREAD);
    struct command_set set = set_make(false);
    struct shot shots[SET_SIZE + 1];

    memcpy(shots, set.shots, sizeof set.shots);
    struct matter stale = matter_new("agent1", NULL);
    stale.version = 5;
    shots[SET_SIZE] = shot_note(&stale, "备注");
    trap_set(part->trap, set.marked_ids);
    jam_fire(&spare, &set.first, shots, SET_SIZE + 1);
    mend();
    for (size_t i = 0; i < SET_SIZE; i++) {
        expect_shot(&shots[i], 503, "database-away");
        set_expect_done(&set, i, false);
    }
    if (part->decided)
        expect_shot(&shots[SET_SIZE], 412, "stale-version");
    else
        expect_shot(&shots[SET_SIZE], 503, "database-away");
    expect_nothing_half_written();
    ck_assert(spare_becomes(&spare, 200, 10000));
    set_expect_repeated(&spare, &set);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* --- after it was sent ------------------------------------------------------------------------ */

/* How the connection is cut, and what is answered then. */
static const struct fate {
    const char *name;
    enum relay_cut cut;
    bool bar;         /* and there is no other for a while */
    const char *trap; /* while the commit takes long */
    const char *slug; /* of the problem; NULL: success */
    bool done;
} fates[] = {
    {"the commit never arrives", RELAY_BEFORE_COMMIT, false, NULL, "database-away", false},
    {"its answer never arrives", RELAY_BEFORE_ANSWER, false, NULL, NULL, true},
    {"it is still going on", RELAY_AFTER_COMMIT, false,
     TRAP_COMMIT(MARKED_RECEIPT, "trap_sleep(1.2)"), NULL, true},
    {"nobody can be asked", RELAY_BEFORE_ANSWER, true, NULL, "outcome-unknown", true},
    {"it goes on for too long", RELAY_AFTER_COMMIT, false,
     TRAP_COMMIT(MARKED_RECEIPT, "trap_sleep(4)"), "outcome-unknown", true},
};
#define FATE_COUNT ((int)(sizeof fates / sizeof *fates))

static void fire_and_cut(const struct spare *spare, struct relay *relay, struct command_set *set,
                         enum relay_cut point, bool and_bar)
{
    relay_arm(relay, point, "marked", and_bar);
    jam_fire(spare, &set->first, set->shots, SET_SIZE);
    ck_assert(relay_has_cut(relay));
}

START_TEST(lost_during_the_commit_the_fate_is_told)
{
    const struct fate *fate = &fates[_i];
    struct relay *relay = relay_start();
    struct spare spare = spare_start_over(ONE_THREAD, relay_url(relay));
    struct command_set set = set_make(false);
    struct shot again[SET_SIZE];

    if (fate->trap)
        trap_set(fate->trap, set.marked_ids);
    fire_and_cut(&spare, relay, &set, fate->cut, fate->bar);
    memcpy(again, set.shots, sizeof again);
    relay_admit(relay);
    ck_assert(spare_becomes(&spare, 200, 10000));
    /* Those who repeat at once wait for what is still going on. */
    if (fate->trap)
        spare_fire_all(&spare, again, SET_SIZE);
    for (size_t i = 0; i < SET_SIZE; i++) {
        expect_shot(&set.shots[i], fate->slug ? 503 : set_success(i), fate->slug);
        if (fate->trap)
            expect_shot(&again[i], set_success(i), NULL);
        set_expect_done(&set, i, fate->done);
    }
    expect_nothing_half_written();
    mend();
    set_expect_repeated(&spare, &set);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
    relay_stop(relay);
}
END_TEST

/* Whichever is quicker, the commit or the cut: what is said is true. */
START_TEST(lost_at_the_commit_the_truth_is_told)
{
    struct relay *relay = relay_start();
    struct spare spare = spare_start_over(ONE_THREAD, relay_url(relay));

    for (int round = 0; round < 5; round++) {
        struct command_set set = set_make(false);
        fire_and_cut(&spare, relay, &set, RELAY_AFTER_COMMIT, false);
        bool done = set.shots[0].status != 503;
        for (size_t i = 0; i < SET_SIZE; i++) {
            expect_shot(&set.shots[i], done ? set_success(i) : 503, done ? NULL : "database-away");
            set_expect_done(&set, i, done);
        }
        ck_assert(spare_becomes(&spare, 200, 10000));
        set_expect_repeated(&spare, &set);
    }
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
    relay_stop(relay);
}
END_TEST

/* No timeout of the database ends a commit. The server gives the connection up after a while, but
 * goes on to ask what became of it. */
START_TEST(slow_commit_is_not_taken_for_a_failure)
{
    struct spare spare = spare_start(ONE_THREAD "statement_timeout = 1s\n");
    struct command_set set = set_make(false);

    trap_set(TRAP_COMMIT(MARKED_RECEIPT, "trap_sleep(3.5)"), set.marked_ids);
    jam_fire(&spare, &set.first, set.shots, SET_SIZE);
    mend();
    for (size_t i = 0; i < SET_SIZE; i++) {
        expect_shot(&set.shots[i], set_success(i), NULL);
        ck_assert_int_ge(set.shots[i].took_ms, 3000);
        set_expect_done(&set, i, true);
    }
    set_expect_repeated(&spare, &set);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

START_TEST(journals_are_sound_afterwards)
{
    ck_assert(journals_are_sound());
}
END_TEST

Suite *engine_cut_suite(void)
{
    Suite *suite = suite_create("engine_cut");
    TCase *tcase = tcase_create("cut");
    tcase_add_unchecked_fixture(tcase, client_setup, mend);
    tcase_add_checked_fixture(tcase, mend, NULL);
    tcase_add_loop_test(tcase, lost_before_the_commit_nothing_is_changed, 0, PART_COUNT);
    tcase_add_loop_test(tcase, lost_during_the_commit_the_fate_is_told, 0, FATE_COUNT);
    tcase_add_test(tcase, lost_at_the_commit_the_truth_is_told);
    tcase_add_test(tcase, slow_commit_is_not_taken_for_a_failure);
    tcase_add_test(tcase, journals_are_sound_afterwards);
    suite_add_tcase(suite, tcase);
    return suite;
}
