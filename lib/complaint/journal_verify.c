#include <jansson.h>

#include "lib/complaint/journal.h"

/* Apart from writing, because a verifier needs this half alone. */

static json_t *parse_object(struct text bytes)
{
    if (text_is_none(bytes))
        return NULL;
    json_t *root = json_loadb(bytes.at, bytes.length, JSON_REJECT_DUPLICATES, NULL);
    if (root && !json_is_object(root)) {
        json_decref(root);
        return NULL;
    }
    return root;
}

static bool names_complaint(const json_t *root, struct uuid complaint_id)
{
    const char *named = json_string_value(json_object_get(root, "complaint"));
    struct uuid id;

    return named && uuid_parse(text_of(named), &id) && uuid_equal(id, complaint_id);
}

static bool hash_matches(const json_t *written, const struct hash *hash, struct arena *arena)
{
    const char *hexadecimal = json_string_value(written);

    return hexadecimal &&
           text_equal(text_of(hexadecimal), text_hex(arena, hash->bytes, sizeof hash->bytes));
}

/* Either nothing is left of the private values, or all of them are as they were: they are erased
 * together with the salt that they share, since a salt that stays would let short values be
 * guessed. */
static bool private_sound(struct arena *arena, const json_t *root,
                          const struct journal_stored *entry)
{
    json_t *hashes = json_object_get(json_object_get(root, "detail"), "private");

    if (text_is_none(entry->private_json))
        return true;
    json_auto_t *values = parse_object(entry->private_json);
    if (!values || json_object_size(values) != json_object_size(hashes))
        return false;

    const char *name;
    json_t *value;
    json_object_foreach(values, name, value)
    {
        struct text text = {json_string_value(value), json_string_length(value)};
        if (!json_is_string(value))
            return false;
        struct hash hash = journal_private_hash(entry->salt, name, text);
        if (!hash_matches(json_object_get(hashes, name), &hash, arena))
            return false;
    }
    return true;
}

static bool stored_somewhere(const struct journal_stored entries[], size_t count, int index)
{
    for (size_t i = 0; i < count; i++)
        if (entries[i].index == index)
            return true;
    return false;
}

/* Judges the entry that stands where `index` belongs, after the one with the hash `previous`. */
static enum journal_flaw entry_flaw(struct arena *arena, struct uuid complaint_id,
                                    const struct journal_stored *entry, int index,
                                    const struct hash *previous)
{
    json_auto_t *root = parse_object(entry->bytes);
    struct hash hash = journal_hash(previous, entry->bytes);

    if (!root)
        return JOURNAL_ALTERED;
    if (json_integer_value(json_object_get(root, "index")) != index ||
        !names_complaint(root, complaint_id))
        return JOURNAL_REORDERED;
    if (memcmp(hash.bytes, entry->hash.bytes, sizeof hash.bytes) != 0)
        return JOURNAL_ALTERED;
    return private_sound(arena, root, entry) ? JOURNAL_SOUND : JOURNAL_PRIVATE_ALTERED;
}

static enum journal_flaw flaw_at(int index, enum journal_flaw flaw, int *ret_index)
{
    *ret_index = index;
    return flaw;
}

enum journal_flaw journal_verify(struct arena *arena, struct uuid complaint_id,
                                 const struct journal_stored entries[], size_t count,
                                 int head_length, const struct hash *head, int *ret_index)
{
    struct hash previous = {{0}};
    int index = 0;

    for (size_t i = 0; i < count; i++) {
        const struct journal_stored *entry = &entries[i];

        index++;
        if (entry->index != index)
            return flaw_at(index,
                           stored_somewhere(entries, count, index) ? JOURNAL_REORDERED
                                                                   : JOURNAL_MISSING,
                           ret_index);
        enum journal_flaw flaw = entry_flaw(arena, complaint_id, entry, index, &previous);
        if (flaw != JOURNAL_SOUND)
            return flaw_at(index, flaw, ret_index);
        if (index > head_length) /* an entry stands where none belongs */
            return flaw_at(index, JOURNAL_REORDERED, ret_index);
        previous = entry->hash;
    }
    if (index < head_length)
        return flaw_at(index + 1, JOURNAL_MISSING, ret_index);
    /* A whole tail written anew, each hash fitting the one before: only the head tells. */
    if (memcmp(previous.bytes, head->bytes, sizeof previous.bytes) != 0)
        return flaw_at(index, JOURNAL_ALTERED, ret_index);
    return flaw_at(0, JOURNAL_SOUND, ret_index);
}
