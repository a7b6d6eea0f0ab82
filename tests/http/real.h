#ifndef TESTS_HTTP_REAL_H
#define TESTS_HTTP_REAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/arena.h"
#include "lib/base/instant.h"
#include "lib/base/text.h"
#include "lib/complaint/calendar.h"
#include "lib/complaint/vocabulary.h"
#include "tests/http/real_client.h"
#include "tests/support/random.h"

/* Complaints of real people, from a folder that lies beside the tree and is no part of it: sent,
 * worked on to the end by several clients at once, and then held against a model of what was done.
 * real_data.c reads them, real_post.c sends them, real_walk.c and real_step.c work on them,
 * real_compare.c and test_real_input.c judge. */

#define REAL_ZONE_MINUTES 480
#define REAL_LOGINS 4  /* agent1, handler1, agent2, supervisor1 */
#define REAL_CLIENTS 8 /* two of each */
#define REAL_SUPERVISOR 3
#define REAL_NOBODY (-1)
extern const char *const real_logins[REAL_LOGINS];

/* --- what is sent ------------------------------------------------------------------------------- */

enum real_field {
    REAL_SUBJECT,
    REAL_NARRATIVE,
    REAL_DEMAND, /* from here on ours: the data name nobody */
    REAL_NAME,
    REAL_PHONE,
    REAL_EMAIL,
    REAL_ADDRESS,
    REAL_IDENTITY,
    REAL_ACCOUNT,
    REAL_FIELDS
};
/* Its name in JSON; the fields from REAL_NAME on are members of "complainant". */
extern const char *const real_field_names[REAL_FIELDS];

struct real_row {
    const char *file;
    size_t line;                      /* of the file's rows, from 1 */
    struct text written[REAL_FIELDS]; /* none: not sent */
    struct text shown[REAL_FIELDS];   /* what the API has to answer */
    char received[INSTANT_TEXT_MAX];
    instant received_at;
    struct text product, case_number;
    const char *source;
    int level, people; /* level TERM_NONE, people 0: not sent */
};

/* --- what became of it -------------------------------------------------------------------------- */

#define REAL_STAGES_MAX 16
#define REAL_ACTIONS_MAX 96

struct real_stage {
    int stage, owner;
    int level; /* by which its due time is reckoned */
    int handovers, refusals;
    instant entered_from, entered_to; /* it began in between */
    bool completed;
};

/* Whose turn it is in a walk, and for what. */
enum real_turn { TURN_OWNER, TURN_ANSWER, TURN_ASSIGN, TURN_APPROVE, TURN_NOTE };
enum real_end { END_CLOSE, END_SETTLE, END_DECLINE, END_WITHDRAW };

/* What the test did to a complaint, and so what the server must say about it. */
struct real_complaint {
    const struct real_row *row;
    char id[40], number[32];
    const char *unit;
    int entered_by;
    int64_t version;
    int status, outcome, level, received_level, owner, pending;
    struct real_stage stages[REAL_STAGES_MAX];
    int stage_count;
    int notes, contacts, findings, plans, notices, deliveries, failed_attempts;
    bool plan_approved, delivered;
    struct {
        int action, actor;
    } done[REAL_ACTIONS_MAX];
    int done_count;

    struct random random;
    bool walks;
    enum real_end end;
    int end_stage; /* of a withdrawal */
    bool unreachable;
    enum real_turn turn;
    int next; /* login whose turn it is */
    int extras_left, hand_overs_left, send_backs_left;
    struct real_complaint *waiting; /* next in the queue of that login */
};

static inline struct real_stage *real_current(struct real_complaint *complaint)
{
    return &complaint->stages[complaint->stage_count - 1];
}

/* Everything at once; threads change only complaints that are theirs. */
struct real {
    uint64_t seed;
    struct arena *arena;
    struct real_row *rows;
    struct real_complaint *complaints; /* one a row */
    size_t count, chinese;
    size_t cut_subjects, cut_narratives, replaced, masked; /* texts, but replaced: characters */
    struct calendar_source calendar;
    int64_t give_up_us; /* monotonic */
};
extern struct real real;

/* The folder: $SHARED_DATA, or ../shared/data beside the tree; NULL when there is none. */
const char *real_folder(void);

/* Reads the folder into real.rows; failures end the test. */
void real_data_read(void);

/* The parts of the work of client `number`, for real_together(). */
void real_post(int number);
void real_walk_begin(void);
void real_walk(int number);

/* Every command of the walks; path: behind the complaint's address; steals the body. Fills *ret_at
 * with the moments before and after. False: reported. */
struct real_span {
    instant from, to;
};
bool real_command(struct real_client *client, struct real_complaint *complaint, enum action action,
                  const char *path, json_t *body, struct real_span *ret);

/* One action of the client whose turn it is; sets turn and next, REAL_NOBODY at the end. */
bool real_step(struct real_client *client, struct real_complaint *complaint);

/* Whether an answer, {"id": …, "stages": …}, is what the model says; reports what is not. */
bool real_compare(const struct real_complaint *complaint, const json_t *answer);

/* Whether time is left and nothing is wrong. */
bool real_going_on(void);

int real_below(struct real_complaint *complaint, int limit);
bool real_chance(struct real_complaint *complaint, int percent);
int real_login_number(const char *login);

#endif
