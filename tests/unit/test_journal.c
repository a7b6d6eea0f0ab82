#include <check.h>
#include <jansson.h>
#include <stdio.h>

#include "lib/complaint/journal.h"

Suite *journal_suite(void);

#define LENGTH 4

/* A complaint's first entries: received, advanced, a note, classified. */
static struct arena *arena;
static struct complaint states[LENGTH + 1]; /* states[n] is what entry n left */
static struct journal_entry entries[LENGTH + 1];
static struct journal_stored stored[LENGTH];

static const uint8_t salt[JOURNAL_SALT_LENGTH] = "0123456789abcdef";
static const struct staff caller = {
    .id = {{1}}, .login = {"agent1", 6}, .name = {"坐席一", 9}, .active = true};
static const struct principal who = {
    .staff = &caller, .client = {NULL, 0}, .request_id = {"req-1", 5}, .address = {"::1", 3}};

static instant time_of(const char *text)
{
    instant at;

    ck_assert(instant_parse(text_of(text), &at));
    return at;
}

static struct complaint received(void)
{
    struct complaint complaint = {
        .id = {{0x01, 0x93, [15] = 0x42}},
        .number = TEXT("TS20261120000001"),
        .tracking_code = TEXT("secret"),
        .version = 1,
        .status = STATUS_OPEN,
        .stage = STAGE_INTAKE,
        .round = 1,
        .level = LEVEL_ORDINARY,
        .urgency = 3,
        .source = SOURCE_HOTLINE,
        .unit = TEXT("HN-CS-001"),
        .owner = {{{1}}, TEXT("agent1"), TEXT("坐席一")},
        .entered_by = {{{1}}, TEXT("agent1"), TEXT("坐席一")},
        .received_at = time_of("2026-11-20T09:12:00+08:00"),
        .entered_at = time_of("2026-11-20T09:15:00.25+08:00"),
        .updated_at = time_of("2026-11-20T09:15:00.25+08:00"),
        .occurred_at = INSTANT_NONE,
        .closed_at = INSTANT_NONE,
        .decided_at = INSTANT_NONE,
        .voiding.at = INSTANT_NONE,
        .urge_due_at = INSTANT_NONE,
        .unmasking.at = INSTANT_NONE,
        .unmasking.approved_at = INSTANT_NONE,
        .clock_from = time_of("2026-11-20T09:12:00+08:00"),
        .statutory_days = 15,
        .stage_due_at = time_of("2026-11-23T17:30:00+08:00"),
        .statutory_due_at = time_of("2026-12-05T23:59:59+08:00"),
        .due_at = time_of("2026-11-23T17:30:00+08:00"),
        .policy_version = 1,
        .subject = TEXT("转账失败"),
        .amount_in_dispute = -1,
        .product = TEXT("卡\"1\""),
        .complainant = {.name = TEXT("张*"), .capacity = CAPACITY_SELF, .people = 1},
        .outcome = TERM_NONE,
        .decline_reason = TERM_NONE,
    };
    return complaint;
}

static void compose(int n, struct change *change, const char *at)
{
    journal_compose(arena, n > 1 ? &states[n - 1] : NULL, change, &who, time_of(at), salt,
                    &entries[n]);
    states[n] = change->after;
    stored[n - 1] = (struct journal_stored){
        .index = n,
        .bytes = text_copy(arena, entries[n].bytes),
        .hash = entries[n].hash,
        .private_json = text_copy(arena, entries[n].private_json),
    };
    memcpy(stored[n - 1].salt, salt, sizeof salt);
}

static void setup(void)
{
    arena = arena_new(16384);
    struct change change = {.action = ACTION_RECEIVE, .after = received()};
    change.private_values[0] = (struct private_value){"subject", TEXT("转账失败")};
    change.private_values[1] = (struct private_value){"complainant.name", TEXT("张三")};
    change.private_values[2] = (struct private_value){"demand", TEXT_NONE};
    change.private_count = 3;
    compose(1, &change, "2026-11-20T09:15:00.25+08:00");

    change = (struct change){.action = ACTION_ADVANCE, .after = states[1]};
    change.after.version = 2;
    change.after.stage = STAGE_INVESTIGATION;
    change.after.owner = (struct staff_reference){{{2}}, TEXT("handler1"), TEXT("经办一")};
    change.after.stage_due_at = INSTANT_NONE;
    compose(2, &change, "2026-11-20T10:00:00+08:00");

    change = (struct change){.action = ACTION_NOTES, .after = states[2], .item_number = 1};
    change.after.version = 3;
    change.after.notes = 1;
    change.facts[0] = (struct fact){"number", TEXT("1")};
    change.facts[1] = (struct fact){"kind", TEXT("\"x\"")};
    change.fact_count = 2;
    change.private_values[0] = (struct private_value){"text", TEXT("a\n\"b\"\\")};
    change.private_count = 1;
    compose(3, &change, "2026-11-20T11:00:00+08:00");

    change = (struct change){.action = ACTION_CLASSIFY, .after = states[3]};
    change.after.version = 4;
    change.after.level = LEVEL_MAJOR;
    change.after.tags = 1U << TAG_PETITION | 1U << TAG_REGULATOR;
    change.after.amount_in_dispute = 0;
    compose(4, &change, "2026-11-20T12:00:00+08:00");
}

static void teardown(void)
{
    arena_free(arena);
}

static enum journal_flaw verify(size_t count, int *ret_index)
{
    const struct complaint *last = &states[LENGTH];

    *ret_index = -1;
    return journal_verify(arena, last->id, stored, count, last->journal_length, &last->journal_head,
                          ret_index);
}

static void assert_flaw(size_t count, enum journal_flaw flaw, int index)
{
    int at;

    ck_assert_int_eq(verify(count, &at), flaw);
    ck_assert_int_eq(at, index);
}

/* --- writing ----------------------------------------------------------------------------------- */

/* Hashed bytes outlive programs: a change of this literal is a new format version. */
START_TEST(bytes_are_stable)
{
    ck_assert_str_eq(
        stored[0].bytes.at,
        "{\"action\":\"receive\",\"actor\":\"agent1\",\"address\":\"::1\","
        "\"at\":\"2026-11-20T01:15:00.250000Z\",\"client\":null,"
        "\"complaint\":\"01930000-0000-0000-0000-000000000042\",\"detail\":{\"changes\":{"
        "\"capacity\":[null,\"self\"],\"clock_from\":[null,\"2026-11-20T01:12:00.000000Z\"],\"due_at\":[null,\"2026-11-23T09:30:00.000000Z\"],"
        "\"entered_at\":[null,\"2026-11-20T01:15:00.250000Z\"],\"entered_by\":[null,\"agent1\"],"
        "\"extended_days\":[null,0],"
        "\"level\":[null,\"ordinary\"],\"limit_level\":[null,\"ordinary\"],\"number\":[null,\"TS20261120000001\"],"
        "\"owner\":[null,\"agent1\"],\"people\":[null,1],\"policy_version\":[null,1],"
        "\"product\":[null,\"卡\\\"1\\\"\"],"
        "\"received_at\":[null,\"2026-11-20T01:12:00.000000Z\"],\"round\":[null,1],\"round_kind\":[null,\"first\"],"
        "\"source\":[null,\"hotline\"],\"stage\":[null,\"intake\"],"
        "\"stage_due_at\":[null,\"2026-11-23T09:30:00.000000Z\"],\"status\":[null,\"open\"],\"statutory_days\":[null,15],"
        "\"statutory_due_at\":[null,\"2026-12-05T15:59:59.000000Z\"],"
        "\"unit\":[null,\"HN-CS-001\"],\"urgency\":[null,3]},\"facts\":{},\"private\":{"
        "\"complainant.name\":"
        "\"d75ef24cd16fbeb2688b51b5d1011511aaa488c5ec9ac61d6c5b284092c9add4\","
        "\"subject\":\"2cf100f9f0771902d00e87d5a5ac1c1f1f093e2e8efc3f0c860c0a9d37609f37\"}},"
        "\"index\":1,\"on_behalf_of\":null,\"request_id\":\"req-1\",\"v\":1}");
    ck_assert_str_eq(stored[0].private_json.at,
                     "{\"complainant.name\":\"张三\",\"subject\":\"转账失败\"}");
    ck_assert_str_eq(text_hex(arena, stored[0].hash.bytes, HASH_LENGTH).at,
                     "b2bfbe5286a73ddb1bda3ba33b4ab464a17ce7c021dd629c7d7185fc2a33214e");
}
END_TEST

static void assert_detail(int n, const char *expected)
{
    ck_assert_msg(strstr(stored[n - 1].bytes.at, expected) != NULL, "%s", stored[n - 1].bytes.at);
}

START_TEST(only_what_differs_is_told)
{
    assert_detail(2, "\"detail\":{\"changes\":{\"owner\":[\"agent1\",\"handler1\"],"
                     "\"stage\":[\"intake\",\"investigation\"],"
                     "\"stage_due_at\":[\"2026-11-23T09:30:00.000000Z\",null]},"
                     "\"facts\":{},\"private\":{}}");
    ck_assert(text_is_none(entries[2].private_json));
    assert_detail(3, "\"detail\":{\"changes\":{},\"facts\":{\"kind\":\"x\",\"number\":1},"
                     "\"private\":{\"text\":\"");
    ck_assert_str_eq(stored[2].private_json.at, "{\"text\":\"a\\n\\\"b\\\"\\\\\"}");
    assert_detail(4, "\"changes\":{\"amount_in_dispute\":[null,0],"
                     "\"level\":[\"ordinary\",\"major\"],\"tags\":[[],[\"regulator\","
                     "\"petition\"]]}");
}
END_TEST

START_TEST(entries_form_a_chain)
{
    static const struct hash zero;

    ck_assert_mem_eq(entries[1].previous.bytes, zero.bytes, HASH_LENGTH);
    for (int n = 1; n <= LENGTH; n++) {
        struct hash hash = journal_hash(&entries[n].previous, entries[n].bytes);
        ck_assert_int_eq(entries[n].index, n);
        ck_assert_mem_eq(entries[n].hash.bytes, hash.bytes, HASH_LENGTH);
        ck_assert_int_eq(states[n].journal_length, n);
        ck_assert_mem_eq(states[n].journal_head.bytes, hash.bytes, HASH_LENGTH);
        if (n > 1)
            ck_assert_mem_eq(entries[n].previous.bytes, entries[n - 1].hash.bytes, HASH_LENGTH);
        ck_assert(uuid_equal(entries[n].complaint_id, states[n].id));
        ck_assert_mem_eq(entries[n].salt, salt, sizeof salt);
    }
}
END_TEST

START_TEST(bytes_are_canonical_json)
{
    for (int n = 0; n < LENGTH; n++) {
        json_t *root =
            json_loadb(stored[n].bytes.at, stored[n].bytes.length, JSON_REJECT_DUPLICATES, NULL);
        char *again = json_dumps(root, JSON_SORT_KEYS | JSON_COMPACT);
        ck_assert_str_eq(again, stored[n].bytes.at);
        free(again);
        json_decref(root);
    }
}
END_TEST

START_TEST(every_public_fact_is_journalled)
{
    struct complaint full = received();
    full.tags = 1;
    full.pending_owner = full.entered_by;
    full.occurred_at = full.closed_at = full.decided_at = full.received_at;
    full.channel_class = full.business_class = full.cause_class = TEXT("A");
    full.product = full.external_case_number = full.staff_complained_of = TEXT("B");
    full.amount_in_dispute = 1;
    full.owner_unit = full.unit;
    full.outcome = OUTCOME_UPHELD;
    full.decline_reason = DECLINE_OTHER;
    full.merged_into = (struct complaint_reference){full.id, full.number};
    full.voiding.by = full.entered_by;
    full.voiding.at = full.received_at;
    struct change change = {.action = ACTION_RECEIVE, .after = full};
    struct journal_entry entry;

    journal_compose(arena, NULL, &change, &who, 0, salt, &entry);
    json_t *root = json_loadb(entry.bytes.at, entry.bytes.length, JSON_REJECT_DUPLICATES, NULL);
    json_t *changes = json_object_get(json_object_get(root, "detail"), "changes");
    ck_assert_uint_eq(json_object_size(changes), 41);
    char *sorted = json_dumps(root, JSON_SORT_KEYS | JSON_COMPACT);
    ck_assert(text_equal(text_of(sorted), entry.bytes));
    free(sorted);
    json_decref(root);
}
END_TEST

START_TEST(nothing_private_is_in_the_bytes)
{
    static const char *const secrets[] = {"张", "转账失败", "secret", "\\n"};

    for (int n = 0; n < LENGTH; n++)
        for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
            ck_assert_ptr_null(strstr(stored[n].bytes.at, secrets[i]));
}
END_TEST

START_TEST(private_hashes_depend_on_salt_name_and_value)
{
    static const uint8_t other[JOURNAL_SALT_LENGTH] = "0123456789abcdeg";
    struct hash hash = journal_private_hash(salt, "a", TEXT("bc"));
    struct hash others[] = {
        journal_private_hash(other, "a", TEXT("bc")), journal_private_hash(salt, "ab", TEXT("c")),
        journal_private_hash(salt, "a", TEXT("bd")), journal_private_hash(salt, "a", TEXT(""))};

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ck_assert_mem_ne(hash.bytes, others[i].bytes, HASH_LENGTH);
    /* SHA-256("0123456789abcdef" "a" 00 "bc"), computed with sha256sum. */
    ck_assert_str_eq(text_hex(arena, hash.bytes, HASH_LENGTH).at,
                     "1c9281bee12330063181c54e2c5084967effef6828ebef429ff3bb52788cc977");
}
END_TEST

/* --- verifying --------------------------------------------------------------------------------- */

START_TEST(untouched_entries_are_sound)
{
    assert_flaw(LENGTH, JOURNAL_SOUND, 0);
}
END_TEST

START_TEST(any_altered_byte_is_found)
{
    for (size_t n = 0; n < LENGTH; n++) {
        char *bytes = arena_copy(arena, stored[n].bytes.at, stored[n].bytes.length);
        stored[n].bytes.at = bytes;
        for (size_t i = 0; i < stored[n].bytes.length; i++) {
            int at;
            bytes[i] ^= 1;
            enum journal_flaw flaw = verify(LENGTH, &at);
            /* In its own index or complaint a byte makes it look like another entry. */
            ck_assert(flaw == JOURNAL_ALTERED || flaw == JOURNAL_REORDERED);
            ck_assert_int_eq(at, (int)n + 1);
            bytes[i] ^= 1;
        }
    }
    assert_flaw(LENGTH, JOURNAL_SOUND, 0);
}
END_TEST

START_TEST(an_altered_actor_is_an_alteration)
{
    char *at = strstr(arena_copy(arena, stored[1].bytes.at, stored[1].bytes.length), "agent1");

    stored[1].bytes.at = at - (strstr(stored[1].bytes.at, "agent1") - stored[1].bytes.at);
    at[5] = '2';
    assert_flaw(LENGTH, JOURNAL_ALTERED, 2);
    /* With a hash that fits, the next entry does not. */
    stored[1].hash = journal_hash(&stored[0].hash, stored[1].bytes);
    assert_flaw(LENGTH, JOURNAL_ALTERED, 3);
    /* With all that follows written anew, only the head tells, at the last entry. */
    stored[2].hash = journal_hash(&stored[1].hash, stored[2].bytes);
    stored[3].hash = journal_hash(&stored[2].hash, stored[3].bytes);
    assert_flaw(LENGTH, JOURNAL_ALTERED, 4);
}
END_TEST

START_TEST(an_altered_hash_is_found)
{
    stored[2].hash.bytes[31] ^= 1;
    assert_flaw(LENGTH, JOURNAL_ALTERED, 3);
}
END_TEST

START_TEST(a_cut_tail_is_missing)
{
    for (int count = 0; count < LENGTH; count++)
        assert_flaw((size_t)count, JOURNAL_MISSING, count + 1);
}
END_TEST

START_TEST(a_removed_entry_is_missing)
{
    for (int gone = 1; gone < LENGTH; gone++) {
        struct journal_stored kept[LENGTH];
        memcpy(kept, stored, sizeof kept);
        memmove(stored + gone - 1, stored + gone, (size_t)(LENGTH - gone) * sizeof *stored);
        assert_flaw(LENGTH - 1, JOURNAL_MISSING, gone);
        memcpy(stored, kept, sizeof kept);
    }
}
END_TEST

START_TEST(a_removed_entry_whose_place_was_taken)
{
    memmove(stored + 1, stored + 2, 2 * sizeof *stored);
    stored[1].index = 2;
    stored[2].index = 3;
    assert_flaw(LENGTH - 1, JOURNAL_REORDERED, 2);
}
END_TEST

START_TEST(swapped_entries_are_reordered)
{
    struct journal_stored kept = stored[1];

    stored[1] = stored[2];
    stored[2] = kept;
    assert_flaw(LENGTH, JOURNAL_REORDERED, 2);
    /* With their numbers swapped too. */
    stored[1].index = 2;
    stored[2].index = 3;
    assert_flaw(LENGTH, JOURNAL_REORDERED, 2);
}
END_TEST

START_TEST(an_entry_of_another_complaint_is_reordered)
{
    struct uuid other = {{0x09}};
    int at;

    ck_assert_int_eq(
        journal_verify(arena, other, stored, LENGTH, LENGTH, &states[LENGTH].journal_head, &at),
        JOURNAL_REORDERED);
    ck_assert_int_eq(at, 1);
}
END_TEST

START_TEST(an_entry_beyond_the_head)
{
    int at;

    ck_assert_int_eq(
        journal_verify(arena, states[1].id, stored, LENGTH, 2, &states[2].journal_head, &at),
        JOURNAL_REORDERED);
    ck_assert_int_eq(at, 3);
}
END_TEST

START_TEST(private_values)
{
    static const char *const edits[] = {
        "{\"complainant.name\":\"李四\",\"subject\":\"转账失败\"}", /* edited */
        "{\"complainant.name\":\"张三\"}",                          /* one gone, the salt stays */
        "{\"complainant.name\":\"张三\",\"subject\":\"转账失败\",\"x\":\"1\"}",
        "{\"complainant.name\":\"转账失败\",\"subject\":\"张三\"}",
        "{\"complainant.name\":1,\"subject\":\"转账失败\"}",
        "{}",
        "[]",
        "",
    };

    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        stored[0].private_json = text_of(edits[i]);
        assert_flaw(LENGTH, JOURNAL_PRIVATE_ALTERED, 1);
    }
    /* Written by a database that keeps its own white space and order. */
    stored[0].private_json = TEXT("{ \"subject\": \"转账失败\", \"complainant.name\": \"张三\" }");
    assert_flaw(LENGTH, JOURNAL_SOUND, 0);
    stored[0].salt[3] ^= 1;
    assert_flaw(LENGTH, JOURNAL_PRIVATE_ALTERED, 1);
    /* Lawfully erased: value and salt are gone, the chain is whole. */
    stored[0].private_json = TEXT_NONE;
    memset(stored[0].salt, 0, sizeof stored[0].salt);
    assert_flaw(LENGTH, JOURNAL_SOUND, 0);
    stored[1].private_json = TEXT("{\"note\":\"slipped in\"}");
    assert_flaw(LENGTH, JOURNAL_PRIVATE_ALTERED, 2);
}
END_TEST

Suite *journal_suite(void)
{
    Suite *suite = suite_create("journal");
    TCase *tests = tcase_create("journal");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, bytes_are_stable);
    tcase_add_test(tests, only_what_differs_is_told);
    tcase_add_test(tests, entries_form_a_chain);
    tcase_add_test(tests, bytes_are_canonical_json);
    tcase_add_test(tests, every_public_fact_is_journalled);
    tcase_add_test(tests, nothing_private_is_in_the_bytes);
    tcase_add_test(tests, private_hashes_depend_on_salt_name_and_value);
    tcase_add_test(tests, untouched_entries_are_sound);
    tcase_add_test(tests, any_altered_byte_is_found);
    tcase_add_test(tests, an_altered_actor_is_an_alteration);
    tcase_add_test(tests, an_altered_hash_is_found);
    tcase_add_test(tests, a_cut_tail_is_missing);
    tcase_add_test(tests, a_removed_entry_is_missing);
    tcase_add_test(tests, a_removed_entry_whose_place_was_taken);
    tcase_add_test(tests, swapped_entries_are_reordered);
    tcase_add_test(tests, an_entry_of_another_complaint_is_reordered);
    tcase_add_test(tests, an_entry_beyond_the_head);
    tcase_add_test(tests, private_values);
    suite_add_tcase(suite, tests);
    return suite;
}
