#include "lib/complaint/contact.h"

#include <string.h>

#define IDENTITY_OLD 15
#define IDENTITY_NEW 18

static const char *const names[CONTACT_KIND_COUNT] = {
    [CONTACT_PHONE] = "complainant.phone",
    [CONTACT_EMAIL] = "complainant.email",
    [CONTACT_IDENTITY] = "complainant.identity_number",
    [CONTACT_ACCOUNT] = "complainant.account_number",
};

enum contact_kind contact_kind_of(const char *name)
{
    int kind = 0;
    while (kind < CONTACT_KIND_COUNT && strcmp(names[kind], name) != 0)
        kind++;
    return (enum contact_kind)kind;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool begins(struct text text, const char *with)
{
    size_t length = strlen(with);
    return text.length > length && memcmp(text.at, with, length) == 0;
}

static struct text without(struct text text, size_t first)
{
    return (struct text){text.at + first, text.length - first};
}

/* A number abroad keeps its country's prefix. */
static struct text usual_phone(struct text digits, bool plus)
{
    if (begins(digits, "0086"))
        digits = without(digits, 4);
    else if (begins(digits, "86") && (plus || (digits.length == 13 && digits.at[2] == '1')))
        digits = without(digits, 2);
    while (begins(digits, "0"))
        digits = without(digits, 1);
    return digits;
}

/* The century that is meant is the last one: no such number was given out later. */
static struct text usual_identity(struct arena *arena, struct text number)
{
    static const int weights[IDENTITY_NEW - 1] = {7, 9, 10, 5,  8, 4, 2, 1, 6,
                                                  3, 7, 9,  10, 5, 8, 4, 2};
    int sum = 0;

    for (size_t i = 0; i < number.length; i++)
        if (number.length != IDENTITY_OLD || !is_digit(number.at[i]))
            return number;
    char *long_form = arena_printf(arena, "%.6s19%.9s?", number.at, number.at + 6);
    for (size_t i = 0; i < IDENTITY_NEW - 1; i++)
        sum += weights[i] * (long_form[i] - '0');
    long_form[IDENTITY_NEW - 1] = "10X98765432"[sum % 11];
    return (struct text){long_form, IDENTITY_NEW};
}

struct text contact_usual(struct arena *arena, enum contact_kind kind, struct text value)
{
    char *kept = arena_bytes(arena, value.length + 1);
    struct text usual = {kept, 0};

    for (size_t i = 0; i < value.length; i++) {
        char c = value.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (kind == CONTACT_EMAIL)
            kept[usual.length++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
        else if (is_digit(c) || (kind == CONTACT_IDENTITY && letter))
            kept[usual.length++] = (char)(c >= 'a' ? c - 32 : c);
    }
    if (kind == CONTACT_PHONE)
        usual = usual_phone(usual, value.length > 0 && value.at[0] == '+');
    if (kind == CONTACT_IDENTITY && usual.length == IDENTITY_OLD)
        usual = usual_identity(arena, usual);
    return usual.length > 0 ? usual : TEXT_NONE;
}
