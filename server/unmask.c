#include "server/unmask.h"

#include <jansson.h>

#include "lib/base/json_text.h"
#include "lib/complaint/private_fact.h"
#include "lib/store/private_store.h"
#include "server/server.h"

/* Behind a client sits a whole hotline: it is shown so many times what one person may be. */
#define CLIENT_FACTOR 10

/* By enum unmask_field: the name of the private value, and where its mask stands in the complaint. */
#define FIELD(field, name_, member) \
    [field] = {.name = (name_), .masked = offsetof(struct complaint, member)}
static const struct {
    const char *name;
    size_t masked;
} fields[UNMASK_FIELD_COUNT] = {
    FIELD(UNMASK_NAME, "complainant.name", complainant.name),
    FIELD(UNMASK_PHONE, "complainant.phone", complainant.phone),
    FIELD(UNMASK_EMAIL, "complainant.email", complainant.email),
    FIELD(UNMASK_ADDRESS, "complainant.address", complainant.address),
    FIELD(UNMASK_IDENTITY_NUMBER, "complainant.identity_number", complainant.identity_number),
    FIELD(UNMASK_ACCOUNT_NUMBER, "complainant.account_number", complainant.account_number),
    FIELD(UNMASK_SUBJECT, "subject", subject),
    FIELD(UNMASK_NARRATIVE, "narrative", narrative),
    FIELD(UNMASK_DEMAND, "demand", demand),
};

/* Takes over what an entry has written of the fields asked for; a later entry corrects. */
static void take(struct arena *arena, struct text private_json, unsigned wanted,
                 struct text values[static UNMASK_FIELD_COUNT])
{
    json_auto_t *written = json_loadb(private_json.at, private_json.length, 0, NULL);

    for (unsigned rest = wanted; rest; rest &= rest - 1) {
        int field = __builtin_ctz(rest);
        const json_t *value = json_object_get(written, fields[field].name);
        if (json_is_string(value))
            values[field] = text_copy(
                arena, (struct text){json_string_value(value), json_string_length(value)});
    }
}

/* How often somebody was shown values, for themselves or for others: as is stored, and by the set. */
static int64_t shown_to(const struct staff *staff, const struct pg_rows *stored,
                        struct command *const granted[], size_t count)
{
    int64_t times = 0;

    for (size_t i = 0; i < stored->count; i++)
        if (uuid_equal(pg_uuid(stored, i, 0), staff->id) ||
            uuid_equal(pg_uuid(stored, i, 1), staff->id))
            times += pg_int8(stored, i, 2);
    for (size_t i = 0; i < count; i++) {
        const struct principal *who = &granted[i]->who;
        bool theirs = uuid_equal(who->staff->id, staff->id) ||
                      (who->through && uuid_equal(who->through->id, staff->id));
        times += theirs && granted[i]->change.reveals;
    }
    return times;
}

bool unmask_too_often(const struct command *command, const struct pg_rows *stored,
                      struct command *const granted[], size_t count)
{
    const struct staff *callers[] = {command->who.staff, command->who.through};
    int64_t most = command->request->server->settings.privacy.unmaskings_per_hour;

    for (size_t i = 0; i < 2; i++)
        if (callers[i] && shown_to(callers[i], stored, granted, count) >=
                              (callers[i]->client ? CLIENT_FACTOR * most : most))
            return true;
    return false;
}

bool unmask_open(struct command *command)
{
    struct arena *arena = command->request->arena;
    struct text *values = ARENA_ARRAY(arena, struct text, UNMASK_FIELD_COUNT);

    for (size_t row = 0; command->private && row < command->private->count; row++) {
        bool locked;
        if (!uuid_equal(pg_uuid(command->private, row, 0), command->id))
            continue;
        struct text json = private_at(command->private, row, 2, arena, command->id,
                                      pg_int4(command->private, row, 1), &locked);
        if (locked || (json.length == 0 && !text_is_none(json))) /* it may be what holds now */
            return false;
        if (json.length)
            take(arena, json, command->change.reveals, values);
    }
    command->values = values;
    return true;
}

struct text unmask_reveal(const struct command *command)
{
    struct text_buffer out =
        text_buffer_new(command->request->arena, command->answer.body.length + 1024);
    unsigned wanted = command->change.reveals;

    text_buffer_add(&out, command->answer.body.at, command->answer.body.length - 1);
    for (unsigned rest = wanted; rest; rest &= rest - 1) {
        int field = __builtin_ctz(rest);
        const struct text *masked =
            (const void *)((const char *)command->before + fields[field].masked);
        text_buffer_printf(&out, "%s\"%.*s\":", rest == wanted ? ",\"values\":{" : ",",
                           TEXT_ARG(vocabulary_code(&vocabulary_unmask_field, field)));
        json_text_add(&out, text_is_none(*masked) ? TEXT_NONE
                                                  : command->values[field]); /* none: cleared */
    }
    text_buffer_add_string(&out, "}}");
    return text_buffer_text(&out);
}

const struct audit_entry *unmask_record(const struct command *command, instant now,
                                        struct arena *arena)
{
    const struct audit_origin origin = audit_origin_of(&command->who);
    struct audit_entry *entry = ARENA_NEW(arena, struct audit_entry);
    const struct audit_event event = {
        .action = AUDIT_UNMASKED,
        .success = true,
        .subject = command->change.after.number,
        .facts = {
            {"fields", audit_terms(arena, &vocabulary_unmask_field, command->change.reveals)}}};

    audit_compose(arena, &event, &origin, uuid_make(now), now, entry);
    return entry;
}
