#include "lib/complaint/journal_replay.h"

#include "lib/complaint/journal_effect.h"
#include "lib/complaint/journal_field.h"
#include "lib/complaint/masking.h"
#include "lib/complaint/private_fact.h"

#define ROOM_FIRST 4 /* stage rows, handlers, pauses: most complaints have no more */

/* --- values ------------------------------------------------------------------------------------- */

static bool read_text(struct arena *arena, const json_t *value, struct text *ret)
{
    if (!json_is_string(value) && !json_is_null(value))
        return false;
    *ret = text_copy(arena, (struct text){json_string_value(value), json_string_length(value)});
    return true;
}

static bool read_number(const json_t *value, int64_t *ret)
{
    if (!json_is_integer(value) && !json_is_null(value))
        return false;
    *ret = json_is_null(value) ? -1 : json_integer_value(value);
    return true;
}

bool journal_read_instant(const json_t *value, instant *ret)
{
    *ret = INSTANT_NONE;
    return json_is_null(value) ||
           (json_is_string(value) &&
            instant_parse((struct text){json_string_value(value), json_string_length(value)}, ret));
}

static bool read_term(const struct vocabulary *vocabulary, const json_t *value, int *ret)
{
    *ret = TERM_NONE;
    if (json_is_null(value))
        return true;
    *ret = vocabulary_find(vocabulary, text_of(json_string_value(value)));
    return *ret != TERM_NONE;
}

static bool read_tags(const struct vocabulary *vocabulary, const json_t *value, unsigned *ret)
{
    int term;

    *ret = 0;
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (!read_term(vocabulary, json_array_get(value, i), &term) || term == TERM_NONE)
            return false;
        *ret |= 1u << term;
    }
    return json_is_array(value) || json_is_null(value);
}

static struct staff_reference staff_of(const struct institution *institution, struct text login)
{
    const struct staff *staff =
        text_is_none(login) ? NULL : institution_staff_by_login(institution, login);

    return staff ? (struct staff_reference){staff->id, staff->login, staff->name}
                 : (struct staff_reference){.login = login};
}

static struct uuid unit_of(const struct institution *institution, struct text code)
{
    const struct unit *unit =
        text_is_none(code) ? NULL : institution_unit_by_code(institution, code);

    return unit ? unit->id : UUID_NONE;
}

/* Sets what a field holds; null is what it holds before there is a complaint. */
static bool set_field(struct journal_replay *replay, const struct journal_field *field,
                      const json_t *value)
{
    char *complaint = (char *)&replay->complaint;
    void *at = complaint + field->offset;
    struct text text = TEXT_NONE;
    int64_t number = -1;
    bool good;

    switch (field->kind) {
    case FIELD_TEXT: return read_text(replay->arena, value, at);
    case FIELD_TERM: return read_term(field->vocabulary, value, at);
    case FIELD_TAGS: return read_tags(field->vocabulary, value, at);
    case FIELD_LONG: return read_number(value, at);
    case FIELD_INSTANT: return journal_read_instant(value, at);
    case FIELD_INTEGER:
        good = read_number(value, &number) && number >= INT32_MIN && number <= INT32_MAX;
        *(int *)at = (int)number;
        return good;
    case FIELD_LOGIN:
        good = read_text(replay->arena, value, &text);
        *(struct staff_reference *)at = staff_of(replay->institution, text);
        return good;
    case FIELD_UNIT:
        good = read_text(replay->arena, value, at);
        *(struct uuid *)(void *)(complaint + field->second) =
            unit_of(replay->institution, *(const struct text *)at);
        return good;
    }
    return false;
}

static const struct journal_field *find_field(const char *name)
{
    for (size_t i = 0; i < journal_field_count; i++)
        if (strcmp(journal_fields[i].name, name) == 0)
            return &journal_fields[i];
    return NULL;
}

/* Each change is [before, after]. */
static bool apply_changes(struct journal_replay *replay, const struct told *told)
{
    const char *name;
    json_t *pair;

    json_object_foreach(told->changes, name, pair)
    {
        const struct journal_field *field = find_field(name);
        if (!field) /* recorded by a newer program */
            continue;
        if (json_array_size(pair) != 2 || !set_field(replay, field, json_array_get(pair, 1)))
            return false;
    }
    return json_is_object(told->changes);
}

/* --- private values ----------------------------------------------------------------------------- */

struct text journal_shown(struct arena *arena, const char *name, struct text value)
{
    const struct private_fact *fact = private_fact_find(name);

    return fact && fact->mask ? fact->mask(arena, value) : masking_text(arena, value);
}

static bool is_cleared(const struct told *told, const char *name)
{
    const json_t *cleared = json_object_get(told->facts, "cleared");
    for (size_t i = 0; i < json_array_size(cleared); i++) {
        const char *found = json_string_value(json_array_get(cleared, i));
        if (found && strcmp(found, name) == 0)
            return true;
    }
    return false;
}

static bool apply_private(struct journal_replay *replay, const struct told *told,
                          struct text private_json)
{
    json_auto_t *values = NULL;

    for (size_t i = 0; i < private_fact_count; i++) {
        const struct private_fact *fact = &private_facts[i];
        struct text *at = (void *)((char *)&replay->complaint + fact->to);
        if (fact->journalled)
            continue;
        if (is_cleared(told, fact->name))
            *at = TEXT_NONE;
        if (!json_object_get(told->hashes, fact->name))
            continue;
        if (text_is_none(private_json)) {
            *at = TEXT_NONE;
            replay->erased = true;
            continue;
        }
        if (!values)
            values = json_loadb(private_json.at, private_json.length, 0, NULL);
        json_t *value = json_object_get(values, fact->name);
        if (!json_is_string(value) || !read_text(replay->arena, value, at))
            return false;
        *at = private_fact_shown(fact, replay->arena, *at);
    }
    return json_is_object(told->hashes);
}

/* --- what follows from the facts ---------------------------------------------------------------- */

void *journal_grown(struct arena *arena, void *list, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return list;
    *room = *room ? *room * 2 : ROOM_FIRST;
    void *larger = arena_array(arena, *room, size);
    if (count > 0)
        memcpy(larger, list, count * size);
    return larger;
}

static void make_responsible(const struct complaint *complaint, struct stage_row *row, instant at)
{
    row->owner = complaint->owner;
    row->unit_id = complaint->owner_unit_id;
    row->unit = complaint->owner_unit;
    row->accepted_at = at;
}

static void open_row(struct journal_replay *replay, instant entered_at, instant at)
{
    struct complaint *complaint = &replay->complaint;

    complaint->stages = journal_grown(replay->arena, complaint->stages, complaint->stage_count,
                                      &replay->stage_room, sizeof *complaint->stages);
    complaint->stage_count++;
    struct stage_row *row = complaint_current(complaint);
    *row = (struct stage_row){.sequence = (int)complaint->stage_count,
                              .stage = complaint->stage,
                              .round = complaint->round,
                              .entered_at = entered_at,
                              .completed_at = INSTANT_NONE};
    make_responsible(complaint, row, at);
}

/* Another stage or round is another row; an end completes the last one; within a row, another
 * owner is a hand-over. The row's due time is the complaint's; the first one counts from receipt,
 * which is corrected while it is the present one. */
static void follow_stages(struct journal_replay *replay, const struct complaint *before, instant at)
{
    struct complaint *complaint = &replay->complaint;
    bool moved = complaint->stage != before->stage || complaint->round != before->round;

    if (before->stage_count == 0) {
        open_row(replay, complaint->received_at, at);
    } else {
        struct stage_row *row = complaint_current(complaint);
        if ((moved || complaint->status != STATUS_OPEN) && row->completed_at == INSTANT_NONE)
            row->completed_at = at;
        if (moved) {
            open_row(replay, at, at);
        } else if (!uuid_equal(complaint->owner.id, before->owner.id)) {
            make_responsible(complaint, row, at);
            row->handovers++;
        }
        if (complaint->stage_count == 1 && complaint->received_at != before->received_at)
            row->entered_at = complaint->received_at;
    }
    complaint_current(complaint)->due_at = complaint->stage_due_at;
}

static void follow_handlers(struct journal_replay *replay)
{
    struct complaint *complaint = &replay->complaint;

    if (uuid_is_none(complaint->owner.id))
        return;
    for (size_t i = 0; i < complaint->handler_count; i++)
        if (uuid_equal(complaint->handlers[i], complaint->owner.id))
            return;
    complaint->handlers =
        journal_grown(replay->arena, complaint->handlers, complaint->handler_count,
                      &replay->handler_room, sizeof *complaint->handlers);
    complaint->handlers[complaint->handler_count++] = complaint->owner.id;
}

/* --- an entry ----------------------------------------------------------------------------------- */

/* Whether it is the next one of this complaint's; the first one says which complaint that is. */
static bool comes_next(struct journal_replay *replay, const json_t *root,
                       const struct journal_stored *stored)
{
    struct complaint *complaint = &replay->complaint;
    struct hash hash = journal_hash(&complaint->journal_head, stored->bytes);
    struct uuid id = UUID_NONE;

    if (memcmp(hash.bytes, stored->hash.bytes, sizeof hash.bytes) != 0 ||
        stored->index != complaint->journal_length + 1 ||
        json_integer_value(json_object_get(root, "index")) != stored->index ||
        !uuid_parse(text_of(json_string_value(json_object_get(root, "complaint"))), &id))
        return false;
    if (stored->index == 1)
        complaint->id = id;
    return uuid_equal(complaint->id, id);
}

static bool apply(struct journal_replay *replay, const json_t *root,
                  const struct journal_stored *stored)
{
    const struct complaint before = replay->complaint;
    const json_t *detail = json_object_get(root, "detail");
    struct complaint *complaint = &replay->complaint;
    struct text login = TEXT_NONE, person = TEXT_NONE; /* who acted, and for whom if for another */
    const json_t *behalf = json_object_get(root, "on_behalf_of");
    struct told told = {
        .changes = json_object_get(detail, "changes"),
        .facts = json_object_get(detail, "facts"),
        .hashes = json_object_get(detail, "private"),
        .action = vocabulary_find(&vocabulary_action,
                                  text_of(json_string_value(json_object_get(root, "action")))),
    };

    if (!comes_next(replay, root, stored) ||
        !journal_read_instant(json_object_get(root, "at"), &told.at) ||
        !read_text(replay->arena, json_object_get(root, "actor"), &login) ||
        (behalf && !read_text(replay->arena, behalf, &person)) || !apply_changes(replay, &told) ||
        !apply_private(replay, &told, stored->private_json))
        return false;
    told.actor = staff_of(replay->institution, text_is_none(person) ? login : person);
    complaint->version++;
    complaint->updated_at = told.at;
    complaint->updated_by = told.actor;
    complaint->journal_length = stored->index;
    complaint->journal_head = stored->hash;
    follow_stages(replay, &before, told.at);
    follow_handlers(replay);
    journal_effect(replay, &before, &told);
    return true;
}

void journal_replay_begin(struct journal_replay *replay, const struct institution *institution,
                          struct arena *arena)
{
    *replay = (struct journal_replay){.institution = institution, .arena = arena};
    for (size_t i = 0; i < journal_field_count; i++)
        (void)set_field(replay, &journal_fields[i], json_null());
    replay->complaint.erased_at = replay->complaint.plan_waits_since = INSTANT_NONE;
    replay->complaint.extension.waits_since = replay->complaint.extension.approved_at =
        INSTANT_NONE;
    replay->complaint.unmasking.at = replay->complaint.unmasking.approved_at = INSTANT_NONE;
}

bool journal_replay_entry(struct journal_replay *replay, const struct journal_stored *entry)
{
    if (replay->broken)
        return false;
    json_auto_t *root =
        json_loadb(entry->bytes.at, entry->bytes.length, JSON_REJECT_DUPLICATES, NULL);
    replay->broken = !root || !apply(replay, root, entry);
    return !replay->broken;
}
