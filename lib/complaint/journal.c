#include "lib/complaint/journal.h"

#include <sodium.h>

#include "lib/base/json_text.h"
#include "lib/complaint/journal_field.h"

/* Version of the form below: canonical JSON, hashed with SHA-256. Another algorithm is another
 * version. */
#define FORMAT 1

#define HASH_HEX_LENGTH (2 * HASH_LENGTH)

_Static_assert(HASH_LENGTH == crypto_hash_sha256_BYTES, "journal hashes are SHA-256");

/* --- what a change says about a complaint ------------------------------------------------------- */

#define FIELD(name, kind, member)                                       \
    {                                                                   \
        name, FIELD_##kind, offsetof(struct complaint, member), NULL, 0 \
    }
#define TERMS(name, kind, member, vocabulary)                                               \
    {                                                                                       \
        name, FIELD_##kind, offsetof(struct complaint, member), &vocabulary_##vocabulary, 0 \
    }
#define UNIT(name, member)                                          \
    {                                                               \
        name, FIELD_UNIT, offsetof(struct complaint, member), NULL, \
            offsetof(struct complaint, member##_id)                 \
    }

/* Every recorded fact that is neither personal nor free text (those are private values) nor follows
 * from the journal itself (version, counts, updated_at). Sorted by name, as the bytes must be. The
 * tracking code is left out: it opens the public page to whoever reads it. */
const struct journal_field journal_fields[] = {
    FIELD("amount_in_dispute", LONG, amount_in_dispute),
    FIELD("business_class", TEXT, business_class),
    TERMS("capacity", TERM, complainant.capacity, capacity),
    FIELD("cause_class", TEXT, cause_class),
    FIELD("channel_class", TEXT, channel_class),
    FIELD("clock_from", INSTANT, clock_from),
    FIELD("closed_at", INSTANT, closed_at),
    FIELD("decided_at", INSTANT, decided_at),
    TERMS("decline_reason", TERM, decline_reason, decline_reason),
    FIELD("due_at", INSTANT, due_at),
    FIELD("entered_at", INSTANT, entered_at),
    FIELD("entered_by", LOGIN, entered_by),
    FIELD("extended_days", INTEGER, extended_days),
    FIELD("external_case_number", TEXT, external_case_number),
    TERMS("level", TERM, level, level),
    TERMS("limit_level", TERM, limit_level, level),
    FIELD("merged_into", TEXT, merged_into.number),
    FIELD("number", TEXT, number),
    FIELD("occurred_at", INSTANT, occurred_at),
    TERMS("outcome", TERM, outcome, outcome),
    FIELD("owner", LOGIN, owner),
    UNIT("owner_unit", owner_unit),
    FIELD("pending_owner", LOGIN, pending_owner),
    FIELD("people", INTEGER, complainant.people),
    FIELD("policy_version", INTEGER, policy_version),
    FIELD("product", TEXT, product),
    FIELD("received_at", INSTANT, received_at),
    FIELD("round", INTEGER, round),
    TERMS("round_kind", TERM, round_kind, round_kind),
    TERMS("source", TERM, source, source),
    FIELD("staff_complained_of", TEXT, staff_complained_of),
    TERMS("stage", TERM, stage, stage),
    FIELD("stage_due_at", INSTANT, stage_due_at),
    TERMS("status", TERM, status, status),
    FIELD("statutory_days", INTEGER, statutory_days),
    FIELD("statutory_due_at", INSTANT, statutory_due_at),
    TERMS("tags", TAGS, tags, tag),
    UNIT("unit", unit),
    FIELD("urge_due_at", INSTANT, urge_due_at),
    FIELD("urgency", INTEGER, urgency),
    FIELD("void_requested_at", INSTANT, voiding.at),
    FIELD("void_requested_by", LOGIN, voiding.by),
};
const size_t journal_field_count = sizeof journal_fields / sizeof *journal_fields;

/* A field's value; the members that fit its kind are set. */
struct field_value {
    int64_t number; /* INT64_MIN: null */
    struct text text;
};

static int64_t number_or_null(int64_t number)
{
    return number == -1 ? INT64_MIN : number;
}

static struct field_value field_value(const struct journal_field *field,
                                      const struct complaint *complaint)
{
    const void *at = (const char *)complaint + field->offset;
    struct field_value value = {INT64_MIN, TEXT_NONE};

    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_UNIT: value.text = *(const struct text *)at; break;
    case FIELD_TERM: value.text = vocabulary_code(field->vocabulary, *(const int *)at); break;
    case FIELD_TAGS: value.number = *(const unsigned *)at; break;
    case FIELD_INTEGER: value.number = number_or_null(*(const int *)at); break;
    case FIELD_LONG: value.number = number_or_null(*(const int64_t *)at); break;
    case FIELD_INSTANT: value.number = *(const instant *)at; break;
    case FIELD_LOGIN: {
        const struct staff_reference *staff = at;
        value.text = uuid_is_none(staff->id) ? TEXT_NONE : staff->login;
        break;
    }
    }
    return value;
}

static void add_tags(struct text_buffer *out, const struct vocabulary *vocabulary, unsigned tags)
{
    text_buffer_add_char(out, '[');
    for (unsigned rest = tags; rest; rest &= rest - 1) {
        if (rest != tags)
            text_buffer_add_char(out, ',');
        json_text_add(out, vocabulary_code(vocabulary, __builtin_ctz(rest)));
    }
    text_buffer_add_char(out, ']');
}

static void add_field(struct text_buffer *out, const struct journal_field *field,
                      const struct field_value *value)
{
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_TERM:
    case FIELD_UNIT:
    case FIELD_LOGIN: json_text_add(out, value->text); break;
    case FIELD_TAGS: add_tags(out, field->vocabulary, (unsigned)value->number); break;
    case FIELD_INSTANT: json_text_add_instant(out, value->number); break;
    case FIELD_INTEGER:
    case FIELD_LONG:
        if (value->number == INT64_MIN)
            text_buffer_add(out, "null", 4);
        else
            json_text_add_integer(out, value->number);
        break;
    }
}

static bool same_value(const struct field_value *a, const struct field_value *b)
{
    if (text_is_none(a->text))
        return text_is_none(b->text) && a->number == b->number;
    return text_equal(a->text, b->text);
}

/* What a field holds before there is a complaint: null, for tags the empty list. */
static struct field_value nothing(const struct journal_field *field)
{
    return (struct field_value){field->kind == FIELD_TAGS ? 0 : INT64_MIN, TEXT_NONE};
}

/* --- writing ----------------------------------------------------------------------------------- */

static void add_name(struct text_buffer *out, const char *name)
{
    if (out->at[out->length - 1] != '{')
        text_buffer_add_char(out, ',');
    json_text_add(out, text_of(name));
    text_buffer_add_char(out, ':');
}

static void add_changes(struct text_buffer *out, const struct complaint *before,
                        const struct complaint *after)
{
    text_buffer_add_char(out, '{');
    for (size_t i = 0; i < journal_field_count; i++) {
        const struct journal_field *field = &journal_fields[i];
        struct field_value was = before ? field_value(field, before) : nothing(field);
        struct field_value is = field_value(field, after);

        if (same_value(&was, &is))
            continue;
        add_name(out, field->name);
        text_buffer_add_char(out, '[');
        if (before)
            add_field(out, field, &was);
        else
            text_buffer_add(out, "null", 4);
        text_buffer_add_char(out, ',');
        add_field(out, field, &is);
        text_buffer_add_char(out, ']');
    }
    text_buffer_add_char(out, '}');
}

/* Fills order with the numbers 0 … count-1 so that the names they stand for ascend. names: the first
 * one, each next one `stride` bytes further. */
static void sort_names(const void *names, size_t stride, size_t count, size_t order[])
{
    const char *base = names;

    for (size_t i = 0; i < count; i++) {
        const char *name = *(const char *const *)(base + i * stride);
        size_t at = i;
        for (; at > 0; at--) {
            if (strcmp(*(const char *const *)(base + order[at - 1] * stride), name) <= 0)
                break;
            order[at] = order[at - 1];
        }
        order[at] = i;
    }
}

static void add_facts(struct text_buffer *out, const struct change *change)
{
    size_t order[CHANGE_FACTS_MAX];

    sort_names(&change->facts->name, sizeof *change->facts, change->fact_count, order);
    text_buffer_add_char(out, '{');
    for (size_t i = 0; i < change->fact_count; i++) {
        add_name(out, change->facts[order[i]].name);
        text_buffer_add_text(out, change->facts[order[i]].json);
    }
    text_buffer_add_char(out, '}');
}

/* The private values' hashes into the bytes, the values themselves into what lies beside them. */
static void add_private(struct text_buffer *out, struct text_buffer *beside,
                        const struct change *change, const uint8_t salt[])
{
    size_t order[CHANGE_PRIVATE_MAX];

    sort_names(&change->private_values->name, sizeof *change->private_values, change->private_count,
               order);
    text_buffer_add_char(out, '{');
    text_buffer_add_char(beside, '{');
    for (size_t i = 0; i < change->private_count; i++) {
        const struct private_value *value = &change->private_values[order[i]];
        if (text_is_none(value->value))
            continue;
        struct hash hash = journal_private_hash(salt, value->name, value->value);
        add_name(out, value->name);
        json_text_add(out, text_hex(out->arena, hash.bytes, sizeof hash.bytes));
        add_name(beside, value->name);
        json_text_add(beside, value->value);
    }
    text_buffer_add_char(out, '}');
    text_buffer_add_char(beside, '}');
}

static void add_text(struct text_buffer *out, const char *name, struct text value)
{
    add_name(out, name);
    json_text_add(out, value);
}

/* Members in the order of their names. */
static struct text entry_bytes(struct text_buffer *beside, const struct complaint *before,
                               const struct change *change, const struct principal *who,
                               const struct journal_entry *entry)
{
    struct text_buffer out = text_buffer_new(beside->arena, 2048);
    char id[UUID_TEXT_LENGTH];

    uuid_format(entry->complaint_id, id);
    text_buffer_add_char(&out, '{');
    add_text(&out, "action", vocabulary_code(&vocabulary_action, (int)change->action));
    add_text(&out, "actor", (who->through ? who->through : who->staff)->login);
    add_text(&out, "address", who->address);
    add_name(&out, "at");
    json_text_add_instant(&out, entry->at);
    add_text(&out, "client", who->client);
    add_text(&out, "complaint", (struct text){id, sizeof id});
    add_name(&out, "detail");
    text_buffer_add_char(&out, '{');
    add_name(&out, "changes");
    add_changes(&out, before, &change->after);
    add_name(&out, "facts");
    add_facts(&out, change);
    add_name(&out, "private");
    add_private(&out, beside, change, entry->salt);
    text_buffer_add_char(&out, '}');
    add_name(&out, "index");
    json_text_add_integer(&out, entry->index);
    add_text(&out, "on_behalf_of", who->through ? who->staff->login : TEXT_NONE);
    add_text(&out, "request_id", who->request_id);
    add_name(&out, "v");
    json_text_add_integer(&out, FORMAT);
    text_buffer_add_char(&out, '}');
    return text_buffer_text(&out);
}

void journal_compose(struct arena *arena, const struct complaint *before, struct change *change,
                     const struct principal *who, instant at,
                     const uint8_t salt[static JOURNAL_SALT_LENGTH], struct journal_entry *ret)
{
    struct text_buffer beside = text_buffer_new(arena, 256);
    struct journal_entry entry = {
        .complaint_id = change->after.id,
        .index = before ? before->journal_length + 1 : 1,
        .at = at,
    };

    if (before)
        entry.previous = before->journal_head;
    memcpy(entry.salt, salt, sizeof entry.salt);
    entry.bytes = entry_bytes(&beside, before, change, who, &entry);
    entry.hash = journal_hash(&entry.previous, entry.bytes);
    if (beside.length > 2) /* more than {} */
        entry.private_json = text_buffer_text(&beside);
    change->after.journal_length = entry.index;
    change->after.journal_head = entry.hash;
    *ret = entry;
}

struct hash journal_hash(const struct hash *previous, struct text bytes)
{
    crypto_hash_sha256_state state;
    struct hash hash;

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, previous->bytes, sizeof previous->bytes);
    crypto_hash_sha256_update(&state, (const unsigned char *)bytes.at, bytes.length);
    crypto_hash_sha256_final(&state, hash.bytes);
    return hash;
}

struct hash journal_private_hash(const uint8_t salt[static JOURNAL_SALT_LENGTH], const char *name,
                                 struct text value)
{
    crypto_hash_sha256_state state;
    struct hash hash;

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, salt, JOURNAL_SALT_LENGTH);
    /* With its zero byte, so that no part of the name can pass into the value. */
    crypto_hash_sha256_update(&state, (const unsigned char *)name, strlen(name) + 1);
    crypto_hash_sha256_update(&state, (const unsigned char *)value.at, value.length);
    crypto_hash_sha256_final(&state, hash.bytes);
    return hash;
}
