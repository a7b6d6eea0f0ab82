#include "lib/complaint/log_verify.h"

#include <jansson.h>
#include <limits.h>
#include <stdlib.h>

#include "lib/base/json_text.h"
#include "lib/complaint/journal.h"
#include "lib/complaint/log_head.h"

#define SLOTS_AT_FIRST 1024

/* The newest entry of a journal, or an entry of audit (index 0). */
struct chain {
    struct uuid id; /* none: an empty slot */
    int index;
    struct hash hash;
};

/* Chains are found by their ids' last bytes, which are random, in a table at most half full. */
struct log_verifier {
    struct merkle_frontier frontier;
    struct chain *slots;
    size_t slot_count, used;
};

struct log_verifier *log_verifier_new(void)
{
    struct log_verifier *verifier = calloc(1, sizeof *verifier);

    if (!verifier)
        abort();
    verifier->slot_count = SLOTS_AT_FIRST;
    verifier->slots = calloc(verifier->slot_count, sizeof *verifier->slots);
    if (!verifier->slots)
        abort();
    return verifier;
}

void log_verifier_free(struct log_verifier *verifier)
{
    if (!verifier)
        return;
    free(verifier->slots);
    free(verifier);
}

static struct chain *find_slot(struct chain slots[], size_t count, struct uuid id)
{
    uint64_t start;

    memcpy(&start, id.bytes + 8, sizeof start);
    for (size_t at = start & (count - 1);; at = (at + 1) & (count - 1)) {
        if (uuid_is_none(slots[at].id) || uuid_equal(slots[at].id, id))
            return &slots[at];
    }
}

static void grow(struct log_verifier *verifier)
{
    size_t count = 2 * verifier->slot_count;
    struct chain *slots = calloc(count, sizeof *slots);

    if (!slots)
        abort();
    for (size_t i = 0; i < verifier->slot_count; i++)
        if (!uuid_is_none(verifier->slots[i].id))
            *find_slot(slots, count, verifier->slots[i].id) = verifier->slots[i];
    free(verifier->slots);
    verifier->slots = slots;
    verifier->slot_count = count;
}

/* Whether the bytes name what they are said to be of. */
static bool names(const json_t *bytes, const struct log_record *record)
{
    const char *named =
        json_string_value(json_object_get(bytes, record->index ? "complaint" : "id"));
    struct uuid id;

    return named && uuid_parse(text_of(named), &id) && uuid_equal(id, record->id) &&
           (record->index == 0 ||
            json_integer_value(json_object_get(bytes, "index")) == record->index);
}

static enum log_flaw chain_flaw(const struct chain *chain, const struct log_record *record,
                                struct hash *ret_previous)
{
    static const struct hash first = {{0}};
    bool known = !uuid_is_none(chain->id);

    *ret_previous = known ? chain->hash : first;
    if (record->index == 0)
        return known ? LOG_REORDERED : LOG_SOUND;
    int expected = known ? chain->index + 1 : 1;
    return record->index == expected  ? LOG_SOUND
           : record->index > expected ? LOG_MISSING
                                      : LOG_REORDERED;
}

static enum log_flaw bytes_flaw(const struct log_record *record, const struct hash *previous)
{
    struct hash hash = journal_hash(previous, record->bytes);

    if (memcmp(hash.bytes, record->hash.bytes, sizeof hash.bytes) != 0)
        return LOG_ALTERED;
    json_auto_t *bytes =
        json_loadb(record->bytes.at, record->bytes.length, JSON_REJECT_DUPLICATES, NULL);
    return bytes && names(bytes, record) ? LOG_SOUND : LOG_REORDERED;
}

enum log_flaw log_verifier_add(struct log_verifier *verifier, const struct log_record *record)
{
    struct chain *chain = find_slot(verifier->slots, verifier->slot_count, record->id);
    struct hash previous;

    if (record->n != verifier->frontier.size + 1)
        return record->n > verifier->frontier.size ? LOG_MISSING : LOG_REORDERED;
    if (text_is_none(record->bytes))
        return LOG_MISSING;
    enum log_flaw flaw = chain_flaw(chain, record, &previous);
    if (flaw == LOG_SOUND)
        flaw = bytes_flaw(record, &previous);
    if (flaw != LOG_SOUND)
        return flaw;
    verifier->used += uuid_is_none(chain->id);
    *chain = (struct chain){record->id, record->index, record->hash};
    if (2 * verifier->used > verifier->slot_count)
        grow(verifier);
    struct hash leaf = merkle_leaf(&record->hash);
    (void)merkle_add(&verifier->frontier, &leaf, NULL);
    return LOG_SOUND;
}

int64_t log_verifier_size(const struct log_verifier *verifier)
{
    return verifier->frontier.size;
}

struct hash log_verifier_root(const struct log_verifier *verifier)
{
    return merkle_root(&verifier->frontier);
}

/* --- lines -------------------------------------------------------------------------------------- */

void log_record_write(const struct log_record *record, struct text_buffer *out)
{
    char id[UUID_TEXT_LENGTH];

    uuid_format(record->id, id);
    text_buffer_printf(out,
                       "{\"n\":%lld,\"id\":\"%.*s\",\"index\":%d,\"hash\":", (long long)record->n,
                       UUID_TEXT_LENGTH, id, record->index);
    json_text_add(out, text_hex(out->arena, record->hash.bytes, sizeof record->hash.bytes));
    text_buffer_add_string(out, ",\"bytes\":");
    json_text_add(out, record->bytes);
    text_buffer_add_char(out, '}');
}

bool log_record_read(struct arena *arena, struct text line, struct log_record *ret)
{
    json_auto_t *root = json_loadb(line.at, line.length, JSON_REJECT_DUPLICATES, NULL);
    const json_t *n = json_object_get(root, "n"), *index = json_object_get(root, "index");
    const json_t *bytes = json_object_get(root, "bytes");
    struct log_record record = {.n = json_integer_value(n),
                                .index = (int)json_integer_value(index)};

    if (!json_is_integer(n) || !json_is_integer(index) || record.index < 0 ||
        json_integer_value(index) > INT_MAX || !(json_is_string(bytes) || json_is_null(bytes)) ||
        !uuid_parse(text_of(json_string_value(json_object_get(root, "id"))), &record.id) ||
        !log_hex(text_of(json_string_value(json_object_get(root, "hash"))), record.hash.bytes,
                 sizeof record.hash.bytes))
        return false;
    if (json_is_string(bytes))
        record.bytes =
            text_copy(arena, (struct text){json_string_value(bytes), json_string_length(bytes)});
    *ret = record;
    return true;
}
