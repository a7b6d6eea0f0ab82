#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tests/runner.h"
#include "tests/unit/fixture.h"
#include "tests/unit/history_model.h"

/* The rules against the naive clock on whole histories. HISTORIES: how many, SEED: from which. */
Suite *histories_suite(void);

#define HISTORIES_USUAL 20000
#define HISTORIES_TELLING 5000 /* from how many on each kind of action must have occurred */
#define HISTORIES_PER_POOL 250
#define POOL 12 /* calendars of which the histories of a pool take theirs */

static int64_t histories_wanted(void)
{
    const char *given = getenv("HISTORIES");
    return given ? strtoll(given, NULL, 10) : HISTORIES_USUAL;
}

static void make_pool(struct random *random, struct history_calendar pool[POOL])
{
    day_number base = day_from_date((struct date){2024, 1, 1}) + random_below(random, 1000);
    int zone = random_below(random, 4) ? 8 * 60 : random_below(random, 113) * 15 - 14 * 60;

    for (int i = 0; i < POOL; i++) {
        random_calendar(random, base - 6, RANDOM_CALENDAR_DAYS, &pool[i].written);
        pool[i].written.source.zone_minutes = zone;
        pool[i].base = base;
        history_calendar_build(&pool[i]);
    }
}

static void free_pool(struct history_calendar pool[POOL])
{
    for (int i = 0; i < POOL; i++)
        history_calendar_free(&pool[i]);
}

static int64_t sum(const int64_t counts[])
{
    int64_t total = 0;
    for (int i = 0; i <= ACTION_COUNT; i++)
        total += counts[i];
    return total;
}

/* What histories should meet often enough for the comparison to mean something. */
static void check_count(const struct history_count *count, int64_t histories)
{
    static const int needed[] = {
        ACTION_RECEIVE,
        ACTION_ADVANCE,
        ACTION_SEND_BACK,
        ACTION_CLASSIFY,
        ACTION_PAUSES,
        ACTION_END_PAUSE,
        ACTION_CORRECT,
        ACTION_CLOSE,
        ACTION_WITHDRAW,
        ACTION_EXTENSIONS,
        ACTION_APPROVE_EXTENSION,
        ACTION_REFUSE_EXTENSION,
        ACTION_REOPEN,
        ACTION_REVIEW,
        STEP_CALENDAR,
        ACTION_TELL_EXTENSION,
        ACTION_ACCEPT,
    };
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        ck_assert_msg(count->accepted[needed[i]] > histories / 100,
                      "only %" PRId64 " times action %d", count->accepted[needed[i]], needed[i]);
    ck_assert_int_gt(count->effective, histories / 100);
    ck_assert_int_gt(count->ineffective, histories / 100);
    ck_assert_int_gt(count->stopped, histories);
    ck_assert_int_gt(count->overdue, histories);
    ck_assert_int_gt(sum(count->refused), histories);
}

static void report(const struct history *history, struct disagreement found, uint64_t seed)
{
    struct shrunk *shrunk = history_shrink(history, PLANTED_NONE);
    fflush(stdout);
    fprintf(stderr, "SEED=%" PRIu64 ": a history of %d steps disagrees (%s); the smallest:\n", seed,
            history->count, found.what);
    history_print(stderr, &shrunk->history, PLANTED_NONE);
    ck_abort_msg("SEED=%" PRIu64 ": rules and naive clock disagree: %s", seed, found.what);
}

START_TEST(the_rules_agree_with_the_naive_clock)
{
    static struct history_calendar pool[POOL];
    struct random random = random_from("SEED");
    int64_t wanted = histories_wanted();
    struct history_count count = {0};
    struct history history;

    for (int64_t i = 0; i < wanted; i++) {
        if (i % HISTORIES_PER_POOL == 0) {
            free_pool(pool);
            make_pool(&random, pool);
        }
        struct disagreement found =
            history_make(random_bits(&random), pool, POOL, PLANTED_NONE, &count, &history);
        if (found.what)
            report(&history, found, random.seed);
    }
    free_pool(pool);
    printf("histories: %" PRId64 " random ones agree, %" PRId64 " actions accepted, %" PRId64
           " refused; %" PRId64 " pauses, %" PRId64 " extensions that count and %" PRId64
           " that do not, %" PRId64 " further rounds, %" PRId64 " levels, %" PRId64
           " corrections, %" PRId64 " calendars replaced (SEED=%" PRIu64 ")\n",
           wanted, sum(count.accepted), sum(count.refused), count.accepted[ACTION_PAUSES],
           count.effective, count.ineffective,
           count.accepted[ACTION_REOPEN] + count.accepted[ACTION_REVIEW],
           count.accepted[ACTION_CLASSIFY], count.accepted[ACTION_CORRECT],
           count.accepted[STEP_CALENDAR], random.seed);
    if (wanted >= HISTORIES_TELLING)
        check_count(&count, wanted);
}
END_TEST

/* --- faults that were planted --------------------------------------------------------------------- */

#define PLANTED_HISTORIES 10

/* The steps that show each, at the least. */
static const struct {
    enum planted_fault fault;
    int steps;
    const char *what;
} planted[] = {
    {PLANTED_END_MINUTE, 3, "the stage clock"},         /* receive, pause, end */
    {PLANTED_UNTOLD_TIME, 2, "the statutory clock"},    /* receive, pause */
    {PLANTED_OLD_LIMIT, 3, "the stage clock"},          /* receive, advance, send back */
    {PLANTED_LATE_EXTENSION, 4, "the statutory clock"}, /* receive, ask, approve, tell */
    {PLANTED_LATE_LEVEL, 2, "the statutory clock"},     /* receive, classify */
    {PLANTED_OLD_CALENDAR, 2, "the stage clock"},       /* receive, calendar */
    {PLANTED_KEPT_TIMES, 2, "the stage clock"},         /* the same */
    {PLANTED_MOVED_PAST, 3, "the stage clock"},         /* receive, withdraw, calendar */
};

/* Nothing more can be left out, and it is the planted fault that makes it fail. */
static void check_shrunk(const struct shrunk *shrunk)
{
    const struct history *history = &shrunk->history;

    ck_assert_ptr_nonnull(history_replay(history, shrunk->planted_fault, NULL).what);
    ck_assert_ptr_null(history_replay(history, PLANTED_NONE, NULL).what);
    for (int step = 1; step < history->count; step++) {
        struct history less = *history;
        memmove(&less.steps[step], &less.steps[step + 1],
                (size_t)(less.count - step - 1) * sizeof *less.steps);
        less.count--;
        ck_assert_ptr_null(history_replay(&less, shrunk->planted_fault, NULL).what);
    }
}

static struct shrunk *find(struct random *random, const struct history_calendar pool[], int fault)
{
    struct history_count count = {0};
    struct history history;

    for (int i = 0; i < 2000; i++)
        if (history_make(random_bits(random), pool, POOL, fault, &count, &history).what)
            return history_shrink(&history, fault);
    ck_abort_msg("SEED=%" PRIu64 ": planted fault %d is not noticed", random->seed, fault);
}

/* Of some histories that fail, the smallest. */
START_TEST(a_planted_fault_is_found_and_shrunk)
{
    static struct history_calendar pool[POOL];
    struct random random = random_new(1);
    struct shrunk *smallest = NULL;

    make_pool(&random, pool);
    for (int i = 0; i < PLANTED_HISTORIES; i++) {
        struct shrunk *shrunk = find(&random, pool, planted[_i].fault);
        check_shrunk(shrunk);
        if (smallest && smallest->history.count <= shrunk->history.count) {
            history_shrunk_free(shrunk);
            continue;
        }
        if (smallest)
            history_shrunk_free(smallest);
        smallest = shrunk;
    }
    if (_i == 0) { /* so that one sees what a failure would look like */
        printf("a planted fault, and the smallest history that shows it:\n");
        history_print(stdout, &smallest->history, planted[_i].fault);
    }
    ck_assert_int_eq(smallest->history.count, planted[_i].steps);
    ck_assert_str_eq(history_replay(&smallest->history, planted[_i].fault, NULL).what,
                     planted[_i].what);
    history_shrunk_free(smallest);
    free_pool(pool);
}
END_TEST

Suite *histories_suite(void)
{
    Suite *suite = suite_create("histories");
    TCase *tests = tcase_create("histories");

    tcase_set_timeout(tests, 60 + (double)histories_wanted() / 300);
    tcase_add_checked_fixture(tests, history_setup, history_teardown);
    tcase_add_test(tests, the_rules_agree_with_the_naive_clock);
    tcase_add_loop_test(tests, a_planted_fault_is_found_and_shrunk, 0,
                        sizeof planted / sizeof *planted);
    suite_add_tcase(suite, tests);
    return suite;
}
