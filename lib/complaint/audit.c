#include "lib/complaint/audit.h"

#include "lib/base/json_text.h"
#include "lib/complaint/journal.h"

#define FORMAT 1 /* canonical JSON, hashed with SHA-256 */

struct audit_origin audit_origin_of(const struct principal *who)
{
    struct audit_origin origin = {
        .client = who->client, .request_id = who->request_id, .address = who->address};

    if (who->staff) {
        const struct staff *caller = who->through ? who->through : who->staff;
        origin.staff_id = who->staff->id;
        origin.caller_id = caller->id;
        origin.unit_id = who->staff->unit ? who->staff->unit->id : UUID_NONE;
        origin.actor = caller->login;
        origin.on_behalf_of = who->through ? who->staff->login : TEXT_NONE;
    }
    return origin;
}

struct text audit_instant(struct arena *arena, instant at)
{
    char text[INSTANT_TEXT_MAX];
    size_t length = instant_format(at, 0, text);

    return text_copy(arena, (struct text){text, length});
}

struct text audit_id(struct arena *arena, struct uuid id)
{
    char text[UUID_TEXT_LENGTH];

    uuid_format(id, text);
    return text_copy(arena, (struct text){text, sizeof text});
}

struct text audit_terms(struct arena *arena, const struct vocabulary *vocabulary, unsigned terms)
{
    struct text_buffer out = text_buffer_new(arena, 64);

    for (unsigned rest = terms; rest; rest &= rest - 1)
        text_buffer_printf(&out, "%s%.*s", out.length ? ", " : "",
                           TEXT_ARG(vocabulary_code(vocabulary, __builtin_ctz(rest))));
    return text_buffer_text(&out);
}

static void add_name(struct text_buffer *out, const char *name)
{
    if (out->at[out->length - 1] != '{')
        text_buffer_add_char(out, ',');
    json_text_add(out, text_of(name));
    text_buffer_add_char(out, ':');
}

static void add_text(struct text_buffer *out, const char *name, struct text value)
{
    add_name(out, name);
    json_text_add(out, value);
}

static void add_facts(struct text_buffer *out, const struct audit_event *event)
{
    text_buffer_add_char(out, '{');
    for (size_t i = 0; i < AUDIT_FACTS_MAX; i++)
        if (event->facts[i].name)
            add_text(out, event->facts[i].name, event->facts[i].value);
    text_buffer_add_char(out, '}');
}

static struct text entry_bytes(struct arena *arena, const struct audit_event *event,
                               const struct audit_origin *origin, const struct audit_entry *entry)
{
    struct text_buffer out = text_buffer_new(arena, 512);
    char id[UUID_TEXT_LENGTH];

    uuid_format(entry->id, id);
    text_buffer_add_char(&out, '{');
    add_text(&out, "action", vocabulary_code(&vocabulary_audit_action, (int)entry->action));
    add_text(&out, "actor", origin->actor);
    add_text(&out, "address", origin->address);
    add_name(&out, "at");
    json_text_add_instant(&out, entry->at);
    add_text(&out, "client", origin->client);
    add_name(&out, "detail");
    add_facts(&out, event);
    add_text(&out, "id", (struct text){id, sizeof id});
    add_text(&out, "on_behalf_of", origin->on_behalf_of);
    add_text(&out, "request_id", origin->request_id);
    add_text(&out, "subject", event->subject);
    add_name(&out, "success");
    text_buffer_add_string(&out, event->success ? "true" : "false");
    add_name(&out, "v");
    json_text_add_integer(&out, FORMAT);
    text_buffer_add_char(&out, '}');
    return text_buffer_text(&out);
}

void audit_compose(struct arena *arena, const struct audit_event *event,
                   const struct audit_origin *origin, struct uuid id, instant at,
                   struct audit_entry *ret)
{
    static const struct hash first = {{0}};
    struct audit_entry entry = {.id = id,
                                .at = at,
                                .action = event->action,
                                .staff_id = origin->staff_id,
                                .caller_id = origin->caller_id,
                                .unit_id = uuid_is_none(event->unit_id) ? origin->unit_id
                                                                        : event->unit_id};

    entry.bytes = entry_bytes(arena, event, origin, &entry);
    entry.hash = journal_hash(&first, entry.bytes);
    *ret = entry;
}

bool audit_concerns_rights(enum audit_action action)
{
    switch (action) {
    case AUDIT_SIGN_IN:
    case AUDIT_SIGN_OUT:
    case AUDIT_DENIED:
    case AUDIT_STAFF_ADDED:
    case AUDIT_STAFF_CHANGED:
    case AUDIT_UNIT_ADDED:
    case AUDIT_UNIT_CHANGED:
    case AUDIT_TOKEN_ISSUED:
    case AUDIT_TOKEN_REVOKED: return true;
    case AUDIT_UNMASKED:
    case AUDIT_CONTACT_SEARCHED:
    case AUDIT_ATTACHMENT_READ:
    case AUDIT_EXPORTED:
    case AUDIT_CALENDAR_ADDED:
    case AUDIT_POLICY_ADDED:
    case AUDIT_RETENTION_HOLD:
    case AUDIT_ERASURE_ORDERED:
    case AUDIT_ERASED:
    case AUDIT_SETTINGS_CHANGED:
    case AUDIT_ACTION_COUNT: break;
    }
    return false;
}
