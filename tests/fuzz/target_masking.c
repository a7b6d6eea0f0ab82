/* What is shown of texts that hold numbers, and what is made of texts for search. */
#include <string.h>

#include "lib/complaint/bigram.h"
#include "lib/complaint/contact.h"
#include "lib/complaint/likeness.h"
#include "lib/complaint/masking.h"
#include "lib/complaint/personal_format.h"
#include "lib/complaint/secret.h"
#include "tests/fuzz/fuzz.h"

void fuzz_masking(struct text input, struct arena *arena);
void fuzz_words(struct text input, struct arena *arena);

#define CARD_MIN 16
#define CARD_MAX 19
#define SHOWN_MAX 6 /* digits in a row that the mask of a card leaves */

typedef struct text mask(struct arena *arena, struct text text);

static mask *const masks[] = {masking_text, masking_phone, masking_identity, masking_account,
                              masking_name, masking_email, masking_address};

/* Normalised text, as masking is given; false when the bytes are none. */
static bool normalised(struct arena *arena, struct text input, struct text *ret)
{
    return text_normalise(arena, input, true, ret) == TEXT_SOUND;
}

static void hold_twice(struct arena *arena, mask *mask_of, struct text text)
{
    struct text once = mask_of(arena, text), again = mask_of(arena, once), sound;

    FUZZ_HOLDS(text_equal(once, again));
    FUZZ_HOLDS(text_normalise(arena, once, true, &sound) == TEXT_SOUND);
}

/* A number that passes as a card's, of the digits given and the one that completes it (Luhn). */
static struct text make_card(struct arena *arena, struct text *input)
{
    size_t length = CARD_MIN + fuzz_take(input) % (CARD_MAX - CARD_MIN + 1);
    char *card = arena_alloc(arena, length + 1);
    int sum = 0;

    for (size_t i = 0; i < length - 1; i++) {
        int digit = (int)(i ? fuzz_take(input) % 10 : 1 + fuzz_take(input) % 9);
        card[i] = (char)('0' + digit);
        if ((length - i) % 2 == 0)
            digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
        sum += digit;
    }
    card[length - 1] = (char)('0' + (10 - sum % 10) % 10);
    return (struct text){card, length};
}

static size_t longest_run(struct text text)
{
    size_t longest = 0, run = 0;

    for (size_t i = 0; i < text.length; i++) {
        run = text.at[i] >= '0' && text.at[i] <= '9' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

/* A card in any surroundings is masked there just as by itself. */
static void hold_card(struct arena *arena, struct text card, struct text before, struct text after)
{
    struct text marked = text_printf(arena, "卡号%.*s，", TEXT_ARG(card));
    struct text_buffer around = text_buffer_new(arena, before.length + after.length + 64);

    text_buffer_add_text(&around, before);
    text_buffer_add_text(&around, marked);
    text_buffer_add_text(&around, after);
    struct text alone = masking_text(arena, marked);
    struct text masked = masking_text(arena, text_buffer_text(&around));
    FUZZ_HOLDS(longest_run(alone) <= SHOWN_MAX);
    FUZZ_HOLDS(memmem(masked.at, masked.length, alone.at, alone.length));
}

void fuzz_masking(struct text input, struct arena *arena)
{
    struct text text;
    struct text card = make_card(arena, &input);
    size_t half = fuzz_take(&input);

    if (!normalised(arena, input, &text))
        return;
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++)
        hold_twice(arena, masks[i], text);
    FUZZ_HOLDS(!masking_finds_document(masking_text(arena, text)));
    while (half < text.length && (text.at[half] & 0xC0) == 0x80)
        half++;
    half = half < text.length ? half : text.length;
    hold_card(arena, card, (struct text){text.at, half},
              (struct text){text.at + half, text.length - half});
}

/* The usual form is usual already; of telephone numbers, from which prefixes go, it is digits. */
static void hold_contact(struct arena *arena, struct text text)
{
    for (enum contact_kind kind = 0; kind < CONTACT_KIND_COUNT; kind++) {
        struct text usual = contact_usual(arena, kind, text);
        if (text_is_none(usual))
            continue;
        FUZZ_HOLDS(usual.length > 0);
        if (kind != CONTACT_PHONE)
            FUZZ_HOLDS(text_equal(contact_usual(arena, kind, usual), usual));
        for (size_t i = 0; kind == CONTACT_PHONE && i < usual.length; i++)
            FUZZ_HOLDS(usual.at[i] >= '0' && usual.at[i] <= '9');
    }
}

static void hold_query(struct arena *arena, struct text text)
{
    struct bigram_query query;

    if (!bigram_query(arena, text, &query))
        return;
    FUZZ_HOLDS(query.term_count > 0 && query.parts > 0);
    for (size_t i = 0; i < query.term_count; i++)
        FUZZ_HOLDS(query.terms[i].length > 0 && query.part_of[i] >= 1 &&
                   query.part_of[i] <= query.parts);
}

void fuzz_words(struct text input, struct arena *arena)
{
    struct text text;
    struct bigram *terms;

    if (!normalised(arena, input, &text))
        return;
    size_t count = bigram_read(arena, text, &terms);
    for (size_t i = 0; i < count;
         i++) /* nothing in a term could be taken for the syntax around it */
        FUZZ_HOLDS(terms[i].term.length > 0 &&
                   !memchr(terms[i].term.at, '\'', terms[i].term.length) &&
                   !memchr(terms[i].term.at, '\\', terms[i].term.length) &&
                   !memchr(terms[i].term.at, ' ', terms[i].term.length));
    (void)bigram_vector(arena, &text, 1);
    hold_query(arena, text);
    hold_contact(arena, text);
    (void)secret_found(text);
    (void)format_is_phone(text);
    (void)format_is_email(text);
    (void)format_is_identity(text);
    (void)format_identity_check_fails(text);
    (void)format_is_account(text);
}
