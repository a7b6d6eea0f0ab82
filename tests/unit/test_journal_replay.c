#include "lib/complaint/journal_replay.h"
#include "lib/complaint/retention.h"

#include <stdio.h>

#include "lib/complaint/recalculation.h"
#include "lib/store/complaint_compare.h"
#include "lib/store/complaint_store.h"
#include "tests/runner.h"
#include "tests/support/random.h"
#include "tests/unit/fixture.h"

Suite *journal_replay_suite(void);

#define LIVES 2000
#define STEPS_MAX 40
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A complaint's life as the rules decide it, with its journal, and the same rebuilt beside it. */
static struct arena *arena; /* of one life */
static struct random dice;
static struct complaint states[STEPS_MAX + 1]; /* states[n] is what entry n left */
static struct journal_stored entries[STEPS_MAX + 1];
static int length; /* entries */
static instant at;
static action_set exercised;

static const char *const people[] = {"agent1",  "handler1",    "intake1",     "agent2",
                                     "leaver1", "supervisor1", "supervisor2", "outsider1",
                                     "agent1",  "handler1",    "nobody"};

/* --- comparing ---------------------------------------------------------------------------------- */

static void expect_staff(const char *what, const struct staff_reference *expected,
                         const struct staff_reference *actual)
{
    ck_assert_msg(text_equal(expected->login, actual->login) &&
                      text_equal(expected->name, actual->name),
                  "seed %" PRIu64 ": %s", dice.seed, what);
}

/* Every column there is, so that one of which the journal does not tell is noticed. */
static void expect_same(const struct complaint *expected, const struct complaint *actual)
{
    for (size_t i = 0; i < complaint_column_count; i++) {
        const struct column *column = &complaint_columns[i];
        ck_assert_msg(strcmp(column->name, "tracking_code") == 0 ||
                          column_same(column, expected, actual),
                      "seed %" PRIu64 ": %s differs after entry %d: %s", dice.seed, column->name,
                      expected->journal_length, entries[expected->journal_length].bytes.at);
    }
    ck_assert_msg(expected->stage_count == actual->stage_count,
                  "seed %" PRIu64 ": %zu stage rows, not %zu", dice.seed, actual->stage_count,
                  expected->stage_count);
    for (size_t i = 0; i < expected->stage_count; i++)
        for (size_t j = 0; j < stage_column_count; j++)
            ck_assert_msg(column_same(&stage_columns[j], &expected->stages[i], &actual->stages[i]),
                          "seed %" PRIu64 ": stage row %zu: %s after entry %d: %s", dice.seed, i,
                          stage_columns[j].name, expected->journal_length,
                          entries[expected->journal_length].bytes.at);
    expect_staff("owner", &expected->owner, &actual->owner);
    expect_staff("pending owner", &expected->pending_owner, &actual->pending_owner);
    expect_staff("entered by", &expected->entered_by, &actual->entered_by);
    expect_staff("updated by", &expected->updated_by, &actual->updated_by);
    ck_assert(text_equal(expected->unit, actual->unit));
    ck_assert(text_equal(expected->owner_unit, actual->owner_unit));
    ck_assert(text_is_none(actual->tracking_code));
}

static void begin(struct journal_replay *replay)
{
    journal_replay_begin(replay, &fixture->institution, arena);
}

/* --- a life ------------------------------------------------------------------------------------- */

static int below(int limit)
{
    return random_below(&dice, limit);
}

static struct text login(void)
{
    return text_of(people[below((int)COUNT(people))]);
}

static struct text words(void)
{
    static const char *const texts[] = {"客户称转账失败，请回电13800001234。",
                                        "身份证号11010519491231002X，卡号6222021234567890128",
                                        "he said \"no\"\\\n\tand left",
                                        "已核实",
                                        "😀 \xe2\x80\xa8 end",
                                        "a"};
    return text_of(texts[below((int)COUNT(texts))]);
}

static struct text maybe(const char *text)
{
    return below(2) ? text_of(text) : TEXT_NONE;
}

static struct receive_command receipt(void)
{
    static const int64_t amounts[] = {-1, 0, 500000, INT64_C(900000000000000)};
    static const int crowds[] = {-1, 1, 3, 25};
    return (struct receive_command){
        .source = below(SOURCE_COUNT),
        .subject = words(),
        .narrative = words(),
        .demand = below(2) ? words() : TEXT_NONE,
        .received_at = at - below(40) * INSTANT_DAY - below(1000),
        .occurred_at = below(2) ? at - below(90) * INSTANT_DAY : INSTANT_NONE,
        .level = below(LEVEL_COUNT + 1) - 1,
        .urgency = below(4) == 0 ? -1 : 1 + below(3),
        .unit = maybe(below(2) ? "HN-CS-001" : "HN-CS-002"),
        .channel_class = maybe("A01033"),
        .business_class = maybe("B05"),
        .cause_class = maybe("C02"),
        .product = maybe("手机银行13800001234"),
        .amount_in_dispute = amounts[below(4)],
        .external_case_number = maybe("12378-2026-1"),
        .staff_complained_of = below(4) ? TEXT_NONE : TEXT("intake1"),
        .tags = (unsigned)below(1 << TAG_COUNT),
        .complainant = {.name = maybe("欧阳修"),
                        .phone = maybe("0731-88881234"),
                        .email = maybe("fanli@example.com"),
                        .address = maybe("湖南省长沙市岳麓区麓山路1号"),
                        .identity_number = maybe("11010519491231002X"),
                        .account_number = maybe("6222021234567890128"),
                        .customer_number = maybe("C13800001234"),
                        .capacity = below(CAPACITY_COUNT + 1) - 1,
                        .people = crowds[below(4)]},
        .owner = below(2) ? login() : TEXT_NONE,
    };
}

#define INPUT(type, ...) \
    ((type *)memcpy(ARENA_NEW(arena, type), &(const type){__VA_ARGS__}, sizeof(type)))

static const void *plan(void)
{
    struct redress_item *redress = ARENA_ARRAY(arena, struct redress_item, 2);
    redress[0] = (struct redress_item){REDRESS_REFUND, below(2000000)};
    redress[1] = (struct redress_item){REDRESS_APOLOGY, -1};
    return INPUT(struct plan_command, words(), redress, (size_t)below(3));
}

/* Some of the facts that can be corrected, a few of them cleared. */
static const void *correction(void)
{
    struct correct_command *command = ARENA_NEW(arena, struct correct_command);
    bool *given = (bool *)&command->given;

    command->to = receipt();
    if (below(3)) /* clears names and texts that may be absent */
        command->to.demand = command->to.product = command->to.complainant.email = TEXT_NONE;
    for (size_t i = 0; i < sizeof command->given; i++)
        given[i] = below(4) == 0;
    if (command->to.complainant.capacity == TERM_NONE)
        command->given.capacity = false;
    if (command->to.complainant.people < 1)
        command->given.people = false;
    command->reason = maybe("更正");
    return command;
}

/* What is sent with an action; NULL: nobody has taught this test that action. */
static const void *input_of(enum action action, const struct complaint *now)
{
    switch (action) {
    case ACTION_ADVANCE: return INPUT(struct advance_command, login(), maybe("请核实"));
    case ACTION_SEND_BACK:
        return INPUT(struct send_back_command, below(STAGE_COUNT), login(), words());
    case ACTION_OFFER: return INPUT(struct offer_command, login(), words());
    case ACTION_ASSIGN: return INPUT(struct assign_command, login(), words());
    case ACTION_ACCEPT:
    case ACTION_REFUSE:
    case ACTION_TAKE_BACK:
    case ACTION_APPROVE_PLAN:
    case ACTION_VOID:
    case ACTION_APPROVE_VOID:
    case ACTION_REFUSE_VOID:
    case ACTION_APPROVE_UNMASK:
    case ACTION_REFUSE_UNMASK:
    case ACTION_READ_UNMASKED: return INPUT(struct reason_command, maybe("原因"));
    case ACTION_UNMASK:
        return INPUT(struct unmask_command, 1u + (unsigned)below((1 << UNMASK_FIELD_COUNT) - 1),
                     words(), false);
    case ACTION_WITHDRAW:
        return INPUT(struct withdraw_command, words(),
                     below(2) ? at - below(100000) : INSTANT_NONE);
    case ACTION_SETTLE: return INPUT(struct settle_command, words());
    case ACTION_DECLINE: return INPUT(struct decline_command, below(DECLINE_REASON_COUNT), words());
    case ACTION_CLASSIFY:
        return INPUT(struct classify_command, below(LEVEL_COUNT + 1) - 1, below(5) - 1,
                     maybe("A01033"), maybe("B05"), maybe("C02"), maybe("原因"),
                     (unsigned)below(1 << TAG_COUNT), below(2));
    case ACTION_CLOSE: return INPUT(struct close_command, below(3), maybe("办结"));
    case ACTION_NOTES: return INPUT(struct note_command, words());
    case ACTION_CONTACTS:
        return INPUT(struct contact_command, below(CHANNEL_COUNT), below(DIRECTION_COUNT), at,
                     below(2), words());
    case ACTION_FINDINGS:
        return INPUT(struct findings_command, words(), words(), maybe("科技部"),
                     below(UPHELD_COUNT));
    case ACTION_PLAN: return plan();
    case ACTION_NOTICES: return INPUT(struct notice_command, words(), words(), words(), TEXT_NONE);
    case ACTION_DELIVERIES:
        return INPUT(struct delivery_command, below(CHANNEL_COUNT), at, words(),
                     now->notices - below(2));
    case ACTION_CORRECT: return correction();
    case ACTION_PAUSES:
        return INPUT(struct pause_command, below(PAUSE_REASON_COUNT), at - below(100000),
                     below(2) ? at : INSTANT_NONE, maybe("调解"));
    case ACTION_END_PAUSE:
        return INPUT(struct end_pause_command, now->pauses - below(3), at, maybe("恢复"));
    case ACTION_EXTENSIONS: return INPUT(struct extension_command, 1 + below(15), words());
    case ACTION_APPROVE_EXTENSION:
    case ACTION_REFUSE_EXTENSION:
        return INPUT(struct extension_decision_command, now->extensions, words());
    case ACTION_TELL_EXTENSION:
        return INPUT(struct tell_extension_command, now->extensions, at, below(CHANNEL_COUNT),
                     false);
    case ACTION_REOPEN:
    case ACTION_REVIEW:
        return INPUT(struct round_command, .kind = below(2) ? ROUND_NEW_FACTS : ROUND_ERROR,
                     .stage = below(STAGE_COUNT + 1) - 1, .owner = login(), .reason = words(),
                     .at = INSTANT_NONE);
    case ACTION_LINKS:
        return INPUT(struct link_command, below(8) ? below(LINK_MERGED_INTO) : LINK_MERGED_INTO,
                     TEXT("TS20261120000002"), words());
    case ACTION_REMOVE_LINK:
        return INPUT(struct remove_link_command, 1 + below(now->links + 1), words());
    case ACTION_ATTACHMENTS:
        return INPUT(struct attachment_command, words(), below(ATTACHMENT_TYPE_COUNT),
                     below(1 << 24),
                     TEXT("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e8"
                          "46f6be03"),
                     {{7}});
    case ACTION_URGE: return INPUT(struct urge_command, words(), at + 1 + below(1000000));
    case ACTION_ANSWER_URGE:
        return INPUT(struct urge_answer_command, now->urges - below(3), words());
    case ACTION_RECEIVE:
    case ACTION_RECALCULATE: /* not among what anybody may do: see recalculate() */
    case ACTION_ERASE:       /* nor this */
    case ACTION_COUNT: break;
    }
    return NULL;
}

/* The links that it made, as the store would tell them. */
static struct link links[STEPS_MAX];

/* Each to another one, so that there can be many. */
static void follow_links(const struct complaint *before, const struct change *change)
{
    if (change->action == ACTION_LINKS) {
        links[change->link->number - 1] = *change->link;
        links[change->link->number - 1].to_id = (struct uuid){{8}};
    }
    if (change->action == ACTION_REMOVE_LINK)
        links[change->item_number - 1].over = true;
    for (int i = 0; before && change->after.round != before->round && i < before->links; i++)
        links[i].over = links[i].over || links[i].kind == LINK_MERGED_INTO;
}

/* Writes the entry of a change, as the engine does, and keeps what it left. */
static void record(const struct complaint *before, struct change *change,
                   const struct principal *who)
{
    static const uint8_t salt[JOURNAL_SALT_LENGTH] = "0123456789abcdef";
    struct principal caller = *who;
    struct journal_entry entry;

    /* Now and then a program acts for them: it stays their act. */
    if (below(4) == 0)
        caller.through = institution_staff_by_login(&fixture->institution, TEXT("admin"));
    change->after.updated_by =
        (struct staff_reference){who->staff->id, who->staff->login, who->staff->name};
    journal_compose(arena, before, change, &caller, at, salt, &entry);
    length++;
    states[length] = change->after;
    entries[length] = (struct journal_stored){.index = entry.index,
                                              .bytes = text_copy(arena, entry.bytes),
                                              .hash = entry.hash,
                                              .private_json = entry.private_json};
    follow_links(before, change);
    exercised |= ACTION_BIT(change->action);
}

/* Another complaint like this one, with which it can be linked and merged. */
static const struct complaint *other_than(const struct complaint *complaint)
{
    struct complaint *other = ARENA_NEW(arena, struct complaint);
    *other = *complaint;
    other->id.bytes[1] ^= 0xff;
    other->number = TEXT("TS20261120000002");
    return other;
}

static struct situation situation_of(const struct principal *who, const struct complaint *before)
{
    struct violations *violations = ARENA_NEW(arena, struct violations);
    violations->arena = arena;
    return (struct situation){.institution = &fixture->institution,
                              .who = who,
                              .before = before,
                              .other = before ? other_than(before) : NULL,
                              .links = links,
                              .link_count = before ? (size_t)before->links : 0,
                              .at = at,
                              .arena = arena,
                              .violations = violations};
}

static const struct staff *somebody(void)
{
    const struct staff *staff = NULL;
    while (!staff)
        staff = institution_staff_by_login(&fixture->institution, login());
    return staff;
}

static void receive(void)
{
    struct receive_identity identity = {
        {{3, (uint8_t)below(256)}}, TEXT("TS20261120000001"), TEXT("track")};
    enum fault fault;

    do {
        struct principal who = fixture_principal(somebody());
        struct situation situation = situation_of(&who, NULL);
        struct receive_command input = receipt();
        struct change change = {0};
        fault = lifecycle_receive(&situation, &input, &identity, &change);
        if (fault == FAULT_NONE)
            record(NULL, &change, &who);
    } while (fault != FAULT_NONE);
}

/* One of the actions in a set: often one that leads on, seldom one that ends a complaint before its
 * time. */
static enum action choose(action_set allowed)
{
    const action_set ends = ACTION_BIT(ACTION_SETTLE) | ACTION_BIT(ACTION_DECLINE) |
                            ACTION_BIT(ACTION_APPROVE_VOID) | ACTION_BIT(ACTION_WITHDRAW);
    const action_set onward =
        ACTION_BIT(ACTION_ADVANCE) | ACTION_BIT(ACTION_DELIVERIES) | ACTION_BIT(ACTION_CLOSE);
    action_set wanted = below(40) ? allowed & ~ends : allowed & ends;

    if (wanted & onward && below(3) == 0)
        wanted &= onward;
    if (!wanted)
        wanted = allowed;
    for (int skip = below(__builtin_popcountll(wanted)); skip > 0; skip--)
        wanted &= wanted - 1;
    return (enum action)__builtin_ctzll(wanted);
}

/* As programs recorded it before their entries told the last fact of such a change. */
static void make_older(const struct complaint *before, struct change *change)
{
    if (change->action == ACTION_NOTICES)
        change->after.facts.failed_attempts = before->facts.failed_attempts;
    else if (change->action == ACTION_WITHDRAW)
        change->after.closed_at = change->stage_ended->completed_at = at;
    else
        return;
    change->fact_count--;
}

/* Tries one step by somebody; most callers may do nothing, and most rules refuse something. */
static void step(void)
{
    const struct complaint *before = &states[length];
    struct principal who = fixture_principal(somebody());
    action_set allowed = lifecycle_allowed(
        &fixture->institution, before, permission_relations(&fixture->institution, &who, before));

    if (!allowed)
        return;
    enum action action = choose(allowed);
    const void *input = input_of(action, before);
    struct situation situation = situation_of(&who, before);
    struct change change = {0};
    if (!input || fixture_rule(action)(&situation, input, &change) != FAULT_NONE)
        return;
    if (below(3) == 0)
        make_older(before, &change);
    record(before, &change, &who);
}

/* A calendar that works fewer hours, and a policy that gives more days and makes more of them major:
 * the institution holds them while one complaint is recalculated. */
static void recalculate(void)
{
    const struct complaint *before = &states[length];
    struct principal who = fixture_principal(fixture->supervisor1);
    struct situation situation = situation_of(&who, before);
    struct institution later = fixture->institution;
    struct policy *policies = ARENA_ARRAY(arena, struct policy, later.policy_count + 1);
    struct recalculate_command command = {.number = 1 + below(9), .rules = below(RULES_COUNT)};
    const struct calendar_source source = {.version = 2,
                                           .zone_minutes = later.zone_minutes,
                                           .weekdays = 0x1f,
                                           .periods = {{600, 660 + below(300)}},
                                           .period_count = 1};
    struct calendar *calendar = calendar_new(&source);
    struct change change = {0};

    memcpy(policies, later.policies, later.policy_count * sizeof *policies);
    struct policy *newest = &policies[later.policy_count];
    *newest = policies[later.policy_count - 1];
    newest->version = command.version = 7;
    newest->effective_from += below(2) ? 0 : 1000000;
    newest->limits[LEVEL_ORDINARY].stage_days[STAGE_INTAKE] += 1 + below(3);
    newest->major_from_people = 2;
    later.policies = policies;
    later.policy_count += command.rules == RULES_POLICY;
    later.calendar = command.rules == RULES_CALENDAR ? calendar : later.calendar;
    situation.institution = &later;
    if (lifecycle_recalculate(&situation, &command, &change) == FAULT_NONE &&
        recalculation_changes(before, &change.after))
        record(before, &change, &who);
    calendar_free(calendar);
}

/* What ended is erased when its time is over; nothing more is done to it. */
static void erase(void)
{
    const struct complaint *before = &states[length];
    struct principal who = fixture_principal(fixture->supervisor1);
    const struct erase_command command = {1 + below(9), TEXT("supervisor2")};
    struct change change = {0};

    if (before->status == STATUS_OPEN || complaint_is_erased(before))
        return;
    at = before->closed_at + 4 * 366 * INSTANT_DAY;
    struct situation situation = situation_of(&who, before);
    ck_assert_int_eq(lifecycle_erase(&situation, &command, &change), FAULT_NONE);
    record(before, &change, &who);
}

static void live(void)
{
    struct journal_replay replay;
    int rebuilt = 0;

    length = 0;
    at = fixture_time("2026-09-01T09:00:00+08:00") + below(100) * INSTANT_DAY;
    begin(&replay);
    receive();
    for (int tries = 0; tries < 400; tries++) {
        if (length > rebuilt) {
            rebuilt = length;
            ck_assert_msg(journal_replay_entry(&replay, &entries[length]), "seed %" PRIu64 ": %s",
                          dice.seed, entries[length].bytes.at);
            ck_assert(!replay.erased);
            expect_same(&states[length], &replay.complaint);
            ck_assert(text_is_none(complaint_differences(arena, &states[length], &replay)));
        }
        if (length == STEPS_MAX)
            break;
        at += below(3) ? below(1000000000) + INT64_C(1) : below(4) * INSTANT_DAY + 1;
        if (below(8))
            step();
        else if (below(4))
            recalculate();
        else
            erase();
    }
}

/* The journal up to any entry tells what the complaint was after it. */
static void look_back(void)
{
    int until = 1 + below(length);
    struct journal_replay replay;

    begin(&replay);
    for (int n = 1; n <= until; n++)
        ck_assert(journal_replay_entry(&replay, &entries[n]));
    expect_same(&states[until], &replay.complaint);
}

static action_set possible_actions(void)
{
    action_set actions =
        ACTION_BIT(ACTION_RECEIVE) | ACTION_BIT(ACTION_RECALCULATE) | ACTION_BIT(ACTION_ERASE);
    for (int action = 0; action < ACTION_COUNT; action++)
        for (int stage = 0; stage < STAGE_COUNT; stage++)
            if (lifecycle_row((enum action)action, stage))
                actions |= ACTION_BIT(action);
    return actions;
}

START_TEST(journal_tells_every_state_of_every_life)
{
    long total = 0;
    int lives = 0;

    dice = random_from("REPLAY_SEED");
    exercised = 0;
    /* Rare actions may take more lives. */
    for (; lives < LIVES || (possible_actions() & ~exercised && lives < 10 * LIVES); lives++) {
        live();
        look_back();
        total += length;
        arena_reset(arena);
    }
    printf("journal_replay: seed %" PRIu64 ", %d lives, %ld entries\n", dice.seed, lives, total);
    fflush(stdout);
    ck_assert_int_gt(total, LIVES * 5L);
    for (int action = 0; action < ACTION_COUNT; action++)
        ck_assert_msg(!(possible_actions() & ~exercised & ACTION_BIT(action)),
                      "seed %" PRIu64 ": no life had the action %s", dice.seed,
                      vocabulary_code(&vocabulary_action, action).at);
}
END_TEST

/* --- what is not as it was written ---------------------------------------------------------------- */

/* A life of at least so many entries. */
static void live_long(int least)
{
    if (dice.seed != 1)
        dice = random_new(1);
    do {
        arena_reset(arena);
        live();
    } while (length < least);
}

/* Rewrites a part of an entry and gives it, and those that follow, hashes that fit. */
static void rewrite(int n, const char *part, const char *instead)
{
    static const struct hash none;
    const char *bytes = entries[n].bytes.at, *found = strstr(bytes, part);
    ck_assert_msg(found != NULL, "%s: %s", part, bytes);
    entries[n].bytes =
        text_printf(arena, "%.*s%s%s", (int)(found - bytes), bytes, instead, found + strlen(part));
    for (int i = n; i <= length; i++)
        entries[i].hash = journal_hash(i > 1 ? &entries[i - 1].hash : &none, entries[i].bytes);
}

static bool replay_all(struct journal_replay *replay)
{
    bool good = true;
    begin(replay);
    for (int n = 1; n <= length && good; n++)
        good = journal_replay_entry(replay, &entries[n]);
    ck_assert_int_eq(good, !replay->broken);
    return good;
}

START_TEST(what_a_newer_program_recorded_is_followed)
{
    struct journal_replay replay;

    do
        live_long(5);
    while (states[length].stage == STAGE_INTAKE);
    int n = 2; /* the first entry that leaves intake */
    while (states[n].stage == STAGE_INTAKE)
        n++;
    rewrite(n, "{\"action\":\"advance\"", "{\"action\":\"advance_further\"");
    rewrite(n, "\"changes\":{", "\"changes\":{\"a_fact\":[null,{}],");
    ck_assert(replay_all(&replay));
    struct text names = complaint_differences(arena, &states[length], &replay);
    ck_assert_msg(text_equal(names, TEXT("journal_head")), "%.*s", TEXT_ARG(names));
}
END_TEST

START_TEST(unsound_entries_are_refused)
{
    struct journal_replay replay;

    live_long(4);
    ck_assert(replay_all(&replay));
    struct journal_stored kept = entries[3];
    entries[3].hash.bytes[0] ^= 1;
    ck_assert(!replay_all(&replay));
    ck_assert_str_eq(complaint_differences(arena, &states[length], &replay).at, "journal");
    entries[3] = entries[4]; /* one is missing */
    ck_assert(!replay_all(&replay));
    entries[3] = kept;
    entries[3].bytes = TEXT("[]");
    ck_assert(!replay_all(&replay));
    entries[3] = kept;
    entries[3].index = 4;
    ck_assert(!replay_all(&replay));
    entries[3] = kept;
    rewrite(3, "\"complaint\":\"03", "\"complaint\":\"04");
    ck_assert(!replay_all(&replay));
    entries[3] = kept;
    rewrite(1, "\"status\":[null,\"open\"]", "\"status\":[null,\"opened\"]");
    ck_assert(!replay_all(&replay));
    begin(&replay); /* no entry at all */
    ck_assert_str_eq(complaint_differences(arena, &states[length], &replay).at, "journal");
}
END_TEST

START_TEST(erased_values_are_told_and_not_compared)
{
    struct journal_replay replay;

    live_long(2);
    for (int n = 1; n <= length; n++)
        entries[n].private_json = TEXT_NONE;
    ck_assert(replay_all(&replay));
    ck_assert(replay.erased);
    ck_assert(text_is_none(replay.complaint.subject));
    ck_assert(text_is_none(replay.complaint.complainant.name));
    ck_assert(text_is_none(complaint_differences(arena, &states[length], &replay)));
    states[length].urgency = 9;
    ck_assert_str_eq(complaint_differences(arena, &states[length], &replay).at, "urgency");
}
END_TEST

START_TEST(differences_name_columns_and_no_values)
{
    struct journal_replay replay;
    struct complaint *now = &states[0];

    live_long(2);
    ck_assert(replay_all(&replay));
    *now = states[length];
    now->narrative = TEXT("geheim");
    now->due_at++;
    now->tracking_code = TEXT("other"); /* not compared */
    now->stages = ARENA_ARRAY(arena, struct stage_row, now->stage_count);
    memcpy(now->stages, states[length].stages, now->stage_count * sizeof *now->stages);
    now->stages[0].owner.id.bytes[0] ^= 1;
    struct text names = complaint_differences(arena, now, &replay);
    ck_assert_msg(text_equal(names, TEXT("due_at,narrative,stages.0.owner_id")), "%.*s",
                  TEXT_ARG(names));
    now->stage_count--;
    names = complaint_differences(arena, now, &replay);
    ck_assert_msg(text_equal(names, TEXT("due_at,narrative,stages")), "%.*s", TEXT_ARG(names));
}
END_TEST

static void setup(void)
{
    fixture_setup();
    arena = arena_new((size_t)256 * 1024);
}

static void teardown(void)
{
    arena_free(arena);
    fixture_teardown();
}

Suite *journal_replay_suite(void)
{
    Suite *suite = suite_create("journal_replay");
    TCase *tcase = tcase_create("replay");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 300);
    tcase_add_test(tcase, journal_tells_every_state_of_every_life);
    tcase_add_test(tcase, what_a_newer_program_recorded_is_followed);
    tcase_add_test(tcase, unsound_entries_are_refused);
    tcase_add_test(tcase, erased_values_are_told_and_not_compared);
    tcase_add_test(tcase, differences_name_columns_and_no_values);
    suite_add_tcase(suite, tcase);
    return suite;
}
