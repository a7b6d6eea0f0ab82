/* What the people do with a complaint when it is their turn, and what the model says it becomes. */
#include "tests/http/real_step.h"

#include "tests/http/real_report.h"

/* --- changes of state --------------------------------------------------------------------------- */

static int somebody_else(struct real_complaint *complaint)
{
    return (complaint->owner + 1 + real_below(complaint, REAL_LOGINS - 1)) % REAL_LOGINS;
}

static const char *stage_code(int stage)
{
    return vocabulary_code(&vocabulary_stage, stage).at;
}

/* The model of a stage that begins, whatever ended. */
static void enter(struct real_complaint *complaint, int stage, int owner, struct real_span at)
{
    real_current(complaint)->completed = true;
    complaint->stages[complaint->stage_count++] = (struct real_stage){.stage = stage,
                                                                      .owner = owner,
                                                                      .level = complaint->level,
                                                                      .entered_from = at.from,
                                                                      .entered_to = at.to};
    complaint->owner = owner;
}

static bool advance(struct real_client *client, struct real_complaint *complaint)
{
    int owner = real_below(complaint, REAL_LOGINS);
    struct real_span at;

    if (!real_command(client, complaint, ACTION_ADVANCE, "advance",
                      json_pack("{s:s, s:o}", "owner", real_logins[owner], "note",
                                real_told(complaint, "转办")),
                      &at))
        return false;
    enter(complaint, real_current(complaint)->stage + 1, owner, at);
    return true;
}

static bool send_back(struct real_client *client, struct real_complaint *complaint)
{
    int to = real_below(complaint, real_current(complaint)->stage);
    int owner = real_below(complaint, REAL_LOGINS);
    struct real_span at;

    complaint->send_backs_left--;
    if (!real_command(client, complaint, ACTION_SEND_BACK, "send-back",
                      json_pack("{s:s, s:s, s:o}", "to", stage_code(to), "owner",
                                real_logins[owner], "reason", real_told(complaint, "退回")),
                      &at))
        return false;
    enter(complaint, to, owner, at);
    return true;
}

static bool classify(struct real_client *client, struct real_complaint *complaint)
{
    bool major = complaint->row->people >= 20; /* by rule, whatever one says */
    int level = major ? LEVEL_MAJOR : real_below(complaint, LEVEL_COUNT);
    struct real_span at;

    if (!real_command(client, complaint, ACTION_CLASSIFY, "classify",
                      json_pack("{s:s, s:o}", "level", vocabulary_code(&vocabulary_level, level).at,
                                "reason", real_told(complaint, "定级")),
                      &at))
        return false;
    complaint->level = real_current(complaint)->level = level;
    return true;
}

static bool offer(struct real_client *client, struct real_complaint *complaint)
{
    int to = somebody_else(complaint);
    struct real_span at;

    if (!real_command(
            client, complaint, ACTION_OFFER, "offer",
            json_pack("{s:s, s:o}", "to", real_logins[to], "reason", real_told(complaint, "移交")),
            &at))
        return false;
    complaint->pending = to;
    return true;
}

/* Somebody becomes the owner of the current stage. */
static void hand_over(struct real_complaint *complaint, int owner)
{
    struct real_stage *stage = real_current(complaint);

    stage->owner = complaint->owner = owner;
    stage->handovers++;
    complaint->pending = REAL_NOBODY;
}

static bool answer_offer(struct real_client *client, struct real_complaint *complaint)
{
    bool accepts = real_chance(complaint, 65);
    struct real_span at;

    if (!real_command(client, complaint, accepts ? ACTION_ACCEPT : ACTION_REFUSE,
                      accepts ? "accept" : "refuse",
                      accepts ? json_object()
                              : json_pack("{s:o}", "reason", real_told(complaint, "不属本部门")),
                      &at))
        return false;
    if (accepts) {
        hand_over(complaint, complaint->pending);
    } else {
        complaint->pending = REAL_NOBODY;
        real_current(complaint)->refusals++;
    }
    return true;
}

static bool take_back(struct real_client *client, struct real_complaint *complaint)
{
    struct real_span at;

    if (!real_command(client, complaint, ACTION_TAKE_BACK, "take-back", json_object(), &at))
        return false;
    complaint->pending = REAL_NOBODY;
    return true;
}

static bool assign(struct real_client *client, struct real_complaint *complaint)
{
    int owner = somebody_else(complaint);
    struct real_span at;

    if (!real_command(client, complaint, ACTION_ASSIGN, "assign",
                      json_pack("{s:s, s:o}", "owner", real_logins[owner], "reason",
                                real_told(complaint, "指派")),
                      &at))
        return false;
    hand_over(complaint, owner);
    return true;
}

static bool approve(struct real_client *client, struct real_complaint *complaint)
{
    struct real_span at;

    if (!real_command(client, complaint, ACTION_APPROVE_PLAN, "approve-plan", json_object(), &at))
        return false;
    complaint->plan_approved = true;
    return true;
}

/* Ends the complaint. */
static bool end(struct real_client *client, struct real_complaint *complaint, enum action action,
                int status, int outcome, json_t *body)
{
    struct text code = vocabulary_code(&vocabulary_action, (int)action);
    struct real_span at;

    if (!real_command(client, complaint, action, code.at, body, &at))
        return false;
    complaint->status = status;
    complaint->outcome = outcome;
    complaint->pending = REAL_NOBODY;
    real_current(complaint)->completed = true;
    return true;
}

static bool close_it(struct real_client *client, struct real_complaint *complaint)
{
    int outcome = OUTCOME_UPHELD + real_below(complaint, 3);

    return end(client, complaint, ACTION_CLOSE, STATUS_CLOSED, outcome,
               json_pack("{s:s, s:o}", "outcome", vocabulary_code(&vocabulary_outcome, outcome).at,
                         "note", real_told(complaint, "办结")));
}

static bool end_early(struct real_client *client, struct real_complaint *complaint)
{
    json_t *reason = real_told(complaint, "说明");

    switch (complaint->end) {
    case END_SETTLE:
        return end(client, complaint, ACTION_SETTLE, STATUS_CLOSED, OUTCOME_SETTLED_AT_INTAKE,
                   json_pack("{s:o}", "summary", reason));
    case END_DECLINE:
        return end(client, complaint, ACTION_DECLINE, STATUS_DECLINED, OUTCOME_NOT_ACCEPTED,
                   json_pack("{s:s, s:o}", "reason_code", "already_decided", "reason", reason));
    default:
        return end(client, complaint, ACTION_WITHDRAW, STATUS_WITHDRAWN, OUTCOME_WITHDRAWN,
                   json_pack("{s:o}", "reason", reason));
    }
}

/* --- whose turn it is --------------------------------------------------------------------------- */

static bool feedback(struct real_client *client, struct real_complaint *complaint)
{
    if (complaint->notices == 0)
        return real_add_notice(client, complaint);
    if (complaint->unreachable)
        return complaint->failed_attempts < 2 ? real_add_contact(client, complaint, false)
                                              : close_it(client, complaint);
    return complaint->delivered ? close_it(client, complaint)
                                : real_add_delivery(client, complaint);
}

/* The next thing that the course of a complaint needs. */
static bool go_on(struct real_client *client, struct real_complaint *complaint)
{
    int stage = real_current(complaint)->stage;

    if (complaint->end == END_WITHDRAW ? stage == complaint->end_stage
                                       : complaint->end != END_CLOSE)
        return end_early(client, complaint);
    switch (stage) {
    case STAGE_INTAKE: return advance(client, complaint);
    case STAGE_INVESTIGATION:
        return complaint->findings ? advance(client, complaint)
                                   : real_add_findings(client, complaint);
    case STAGE_RESOLUTION:
        if (complaint->plans == 0)
            return real_add_plan(client, complaint);
        if (complaint->notices == 0 && real_chance(complaint, 30))
            return real_add_notice(client, complaint);
        if (complaint->plan_approved)
            return advance(client, complaint);
        complaint->turn = TURN_APPROVE;
        return true;
    default: return feedback(client, complaint);
    }
}

static bool do_extra(struct real_client *client, struct real_complaint *complaint)
{
    complaint->extras_left--;
    switch (real_below(complaint, 4)) {
    case 0: return real_add_note(client, complaint);
    case 1: return real_add_contact(client, complaint, true);
    case 2: return classify(client, complaint);
    default: complaint->turn = TURN_NOTE; return true;
    }
}

/* An offer is followed by an answer, by second thoughts, or by the supervisor's word. */
static bool begin_hand_over(struct real_client *client, struct real_complaint *complaint)
{
    complaint->hand_overs_left--;
    if (real_chance(complaint, 25)) {
        complaint->turn = TURN_ASSIGN;
        return true;
    }
    if (!offer(client, complaint))
        return false;
    if (real_chance(complaint, 80))
        complaint->turn = real_chance(complaint, 90) ? TURN_ANSWER : TURN_ASSIGN;
    return true;
}

static bool own(struct real_client *client, struct real_complaint *complaint)
{
    int roll = real_below(complaint, 100);

    if (complaint->pending != REAL_NOBODY)
        return take_back(client, complaint);
    if (complaint->extras_left > 0 && roll < 30)
        return do_extra(client, complaint);
    if (complaint->hand_overs_left > 0 && roll < 55)
        return begin_hand_over(client, complaint);
    if (complaint->send_backs_left > 0 && roll < 65 && real_current(complaint)->stage > 0)
        return send_back(client, complaint);
    return go_on(client, complaint);
}

bool real_step(struct real_client *client, struct real_complaint *complaint)
{
    enum real_turn turn = complaint->turn;
    int64_t version = complaint->version;
    bool good = false;

    complaint->turn = TURN_OWNER;
    switch (turn) {
    case TURN_OWNER: good = own(client, complaint); break;
    case TURN_ANSWER: good = answer_offer(client, complaint); break;
    case TURN_ASSIGN: good = assign(client, complaint); break;
    case TURN_APPROVE: good = approve(client, complaint); break;
    case TURN_NOTE: good = real_add_note(client, complaint); break;
    }
    if (!good)
        return false;
    if (complaint->version != version && json_object_get(client->json, "stages") &&
        !real_compare(complaint, client->json))
        return false;
    complaint->next = complaint->owner;
    if (complaint->turn == TURN_ANSWER)
        complaint->next = complaint->pending;
    else if (complaint->turn != TURN_OWNER)
        complaint->next = REAL_SUPERVISOR;
    if (complaint->status != STATUS_OPEN)
        complaint->next = REAL_NOBODY;
    return true;
}
