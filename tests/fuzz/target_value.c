/* Single values: times, days, zones, ids, addresses, tokens; and lines of an exported log. */
#include <string.h>

#include "lib/auth/token.h"
#include "lib/base/instant.h"
#include "lib/base/network.h"
#include "lib/base/uuid.h"
#include "lib/complaint/journal.h"
#include "lib/complaint/log_verify.h"
#include "tests/fuzz/fuzz.h"

void fuzz_value(struct text input, struct arena *arena);
void fuzz_log(struct text input, struct arena *arena);

static void hold_times(struct text text)
{
    char written[INSTANT_TEXT_MAX], day_text[DAY_TEXT_LENGTH];
    instant at, again;
    day_number day, next;
    int zone;

    if (instant_parse(text, &at)) {
        size_t length = instant_format(at, 480, written);
        FUZZ_HOLDS(length <= sizeof written);
        FUZZ_HOLDS(instant_parse((struct text){written, length}, &again) && again == at);
    }
    if (day_parse(text, &day)) {
        day_format(day, day_text);
        FUZZ_HOLDS(text_equal((struct text){day_text, sizeof day_text}, text));
        FUZZ_HOLDS(day_parse(text, &next) && next == day_from_date(day_to_date(day)));
    }
    if (zone_parse(text, &zone))
        FUZZ_HOLDS(zone >= -14 * 60 && zone <= 14 * 60);
}

static void hold_addresses(struct arena *arena, struct text text)
{
    const char *string = text_copy(arena, text).at;
    char written[ADDRESS_TEXT_MAX];
    struct address address, again;
    struct networks networks;

    if (address_parse(text, &address)) {
        address_format(&address, written);
        FUZZ_HOLDS(address_parse(text_of(written), &again));
        FUZZ_HOLDS(memcmp(&address, &again, sizeof again) == 0);
    }
    if (networks_parse(string, &networks)) {
        FUZZ_HOLDS(networks.count <= NETWORKS_MAX);
        (void)address_behind(&networks, address_from_four("\177\0\0\1"), text);
    }
    FUZZ_HOLDS(networks_parse("127.0.0.0/8, 10.0.0.0/8", &networks));
    address = address_behind(&networks, address_from_four("\177\0\0\1"), text);
    address_format(&address, written);
}

void fuzz_value(struct text input, struct arena *arena)
{
    uint8_t hash[TOKEN_HASH_LENGTH];
    char id_text[UUID_TEXT_LENGTH + 1];
    struct uuid id;

    hold_times(input);
    hold_addresses(arena, input);
    FUZZ_HOLDS(!token_hash(input, hash) || input.length == TOKEN_LENGTH);
    if (uuid_parse(input, &id)) {
        uuid_format(id, id_text);
        FUZZ_HOLDS(strncasecmp(id_text, input.at, UUID_TEXT_LENGTH) == 0);
    }
}

/* A line that was read is written as one that says the same, and no line upsets the verifier. */
static void take_line(struct arena *arena, struct text line, struct log_verifier *verifier)
{
    struct log_record record, again;
    struct text_buffer out = text_buffer_new(arena, line.length + 256);

    if (!log_record_read(arena, line, &record))
        return;
    log_record_write(&record, &out);
    FUZZ_HOLDS(log_record_read(arena, text_buffer_text(&out), &again));
    FUZZ_HOLDS(record.n == again.n && record.index == again.index &&
               uuid_equal(record.id, again.id) && text_equal(record.bytes, again.bytes));
    int64_t size = log_verifier_size(verifier);
    bool sound = log_verifier_add(verifier, &record) == LOG_SOUND;
    FUZZ_HOLDS(log_verifier_size(verifier) == size + sound);
}

/* The same bytes as the entry of a journal whose hashes are as they should be. */
static void take_entry(struct arena *arena, struct text line)
{
    struct hash head = {{0}};
    struct journal_stored entry = {.index = 1, .bytes = line, .private_json = line};
    int index;

    head = entry.hash = journal_hash(&head, line);
    (void)journal_verify(arena, UUID_NONE, &entry, 1, 1, &head, &index);
}

void fuzz_log(struct text input, struct arena *arena)
{
    struct log_verifier *verifier = log_verifier_new();

    while (input.length) {
        const char *end = memchr(input.at, '\n', input.length);
        size_t length = end ? (size_t)(end - input.at) : input.length;
        take_line(arena, (struct text){input.at, length}, verifier);
        take_entry(arena, (struct text){input.at, length});
        length += end != NULL;
        input = (struct text){input.at + length, input.length - length};
    }
    log_verifier_free(verifier);
}
