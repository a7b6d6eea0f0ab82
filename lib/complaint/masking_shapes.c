/* What telephone, identity and card numbers look like, and what only looks like one. */
#include "lib/complaint/masking_scan.h"

/* --- what a number looks like ------------------------------------------------------------------- */

static bool is_mobile(const char *digits, size_t count)
{
    return count == 11 && digits[0] == '1' && digits[1] >= '3';
}

/* Length of the area code without its 0: 10 and 2x have two digits, 3xx–9xx three. */
static size_t area_length(const char *digits)
{
    if ((digits[0] == '1' && digits[1] == '0') || digits[0] == '2')
        return 2;
    return digits[0] >= '3' ? 3 : 0;
}

/* The area code's length when the digits are a landline number, else 0. It begins with 0 unless
 * the country code went before. Subscribers have seven or eight digits. */
static size_t landline_area(const char *digits, size_t count, bool after_country)
{
    size_t zero = after_country ? 0 : 1;
    if (count < SCAN_NUMBER_MIN - 1 || (!after_country && digits[0] != '0'))
        return 0;
    size_t area = area_length(digits + zero);
    if (area == 0)
        return 0;
    size_t subscriber = count - zero - area;
    return subscriber == 7 || subscriber == 8 ? zero + area : 0;
}

/* GB 11643—1999: weights 2^(17-i) mod 11, the remainder picks the check character. */
static bool is_identity(const char *digits, size_t count, bool x)
{
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    if (count + x != 18)
        return false;
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += (digits[i] - '0') * weights[i];
    return (x ? 'X' : digits[17]) == "10X98765432"[sum % 11];
}

/* Digits 7–14 are a date of birth. Asked of numbers put together from several groups only, where
 * chance would otherwise find one in eleven. */
static bool has_birthday(const char *digits)
{
    int year = (digits[6] - '0') * 10 + digits[7] - '0';
    int month = (digits[10] - '0') * 10 + digits[11] - '0';
    int day = (digits[12] - '0') * 10 + digits[13] - '0';
    return year >= 18 && year <= 20 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* ISO/IEC 7812: the check digit by Luhn; no card begins with 0. */
static bool is_card(const char *digits, size_t count)
{
    if (count < SCAN_CARD_MIN || count > SCAN_CARD_MAX || digits[0] == '0')
        return false;
    int sum = 0;
    for (size_t i = 0; i < count; i++) {
        int digit = digits[count - 1 - i] - '0';
        if (i % 2 == 1)
            digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
        sum += digit;
    }
    return sum % 10 == 0;
}

/* Digits of a country prefix: 0086, or 86 (which only an explicit + makes safe for landlines). */
static size_t country_prefix(const char *digits, size_t count)
{
    if (count > 4 && memcmp(digits, "0086", 4) == 0)
        return 4;
    return count > 2 && memcmp(digits, "86", 2) == 0 ? 2 : 0;
}

/* --- near misses -------------------------------------------------------------------------------- */

static bool ends_sentence(uint32_t code)
{
    switch (code) {
    case 0: /* the text's end */
    case '\n':
    case ',':
    case ';':
    case ')':
    case 0x3001: /* 、 */
    case 0x3002: /* 。 */
    case 0xFF0C: /* ， */
    case 0xFF1B: /* ； */
    case 0xFF09: /* ） */ return true;
    default: return false;
    }
}

/* "元" as a unit of money: not 元旦, 元月, 元宵, which are dates. */
static bool is_yuan(struct text text, size_t at)
{
    size_t size, next;
    if (scan_joint(scan_character(text, at, &size)) == JOINT_SPACE)
        at += size;
    if (scan_character(text, at, &size) != 0x5143)
        return false;
    uint32_t following = scan_character(text, at + size, &next);
    return following != 0x65E6 && following != 0x6708 && following != 0x5BB5;
}

/* Money: after a currency sign, before 元, or with two decimals after which the sentence or clause
 * ends ("…1234.20日" is a telephone number and a date). Decimals: after "0.". */
static bool is_amount(struct text text, size_t begin, size_t end)
{
    size_t size, next;
    uint32_t before = scan_character_before(text, begin, &size);
    if (before == 0xA5 || before == 0xFFE5 || before == '$')
        return true;
    if (before == '.' && scan_character_before(text, begin - size, &next) == '0') {
        size_t more;
        if (!scan_is_word(scan_character_before(text, begin - size - next, &more)))
            return true;
    }
    if (end < text.length && text.at[end] == '.' && scan_digit(text, end + 1, &size) >= 0 &&
        scan_digit(text, end + 1 + size, &next) >= 0) {
        size_t after = end + 1 + size + next, more;
        return ends_sentence(scan_character(text, after, &more)) || is_yuan(text, after);
    }
    return is_yuan(text, end);
}

/* The product's own complaint numbers, "TS" and at least 14 digits, are no cards. */
static bool is_complaint_number(struct text text, const struct scan_group *group)
{
    return group->count >= 14 && group->begin >= 2 &&
           memcmp(text.at + group->begin - 2, "TS", 2) == 0;
}

static int group_value(const struct scan_chain *chain, const struct scan_group *group)
{
    int value = 0;
    for (size_t i = 0; i < group->count && i < 4; i++)
        value = value * 10 + chain->digits[group->first + i] - '0';
    return value;
}

static bool is_year(const struct scan_chain *chain, const struct scan_group *group)
{
    int value = group_value(chain, group);
    return group->count == 4 && value >= 1900 && value <= 2099;
}

static bool is_hyphened(const struct scan_chain *chain, size_t at, int max)
{
    const struct scan_group *group = &chain->groups[at];
    int value = group_value(chain, group);
    return group->joint == JOINT_HYPHEN && group->count <= 2 && value >= 1 && value <= max;
}

/* Whether the first `count` groups hold a date (2026-11-20) or, if asked, a span of years. */
static bool has_date(const struct scan_chain *chain, size_t count, bool spans)
{
    for (size_t i = 0; i + 1 < count; i++) {
        if (!is_year(chain, &chain->groups[i]))
            continue;
        if (i + 2 < count && is_hyphened(chain, i + 1, 12) && is_hyphened(chain, i + 2, 31))
            return true;
        if (spans && chain->groups[i + 1].joint == JOINT_HYPHEN &&
            is_year(chain, &chain->groups[i + 1]))
            return true;
    }
    return false;
}

/* --- finding a number at the beginning of a chain ----------------------------------------------- */

/* A national number behind a country prefix; one without its 0 too, if the prefix is explicit. */
static size_t landline_area_abroad(struct text text, size_t begin, const char *digits, size_t count,
                                   size_t prefix)
{
    size_t size;
    if (prefix == 0 || (prefix == 2 && !scan_is_plus(scan_character_before(text, begin, &size))))
        return 0;
    return landline_area(digits + prefix, count - prefix, digits[prefix] != '0');
}

static bool is_mobile_abroad(const char *digits, size_t count, size_t prefix)
{
    return prefix > 0 && is_mobile(digits + prefix, count - prefix);
}

bool scan_number_alone(struct text text, const struct scan_group *group, const char digits[],
                       struct scan_number *ret)
{
    const char *own = digits + group->first;
    size_t count = group->count, area;
    if (count < SCAN_NUMBER_MIN || count > SCAN_CARD_MAX || is_complaint_number(text, group))
        return false;
    size_t prefix = country_prefix(own, count);
    struct scan_number number = {.groups = 1};

    if (is_identity(own, count, false) || (group->x_end > 0 && is_identity(own, count, true))) {
        number.kind = KIND_IDENTITY;
    } else if (is_mobile_abroad(own, count, prefix)) {
        number.kind = KIND_MOBILE;
        number.prefix = prefix;
    } else if ((area = landline_area(own, count, false)) > 0 && own[area] != '0') {
        number.kind = KIND_LANDLINE;
        number.area = area;
    } else if ((area = landline_area_abroad(text, group->begin, own, count, prefix)) > 0) {
        number.kind = KIND_LANDLINE;
        number.prefix = prefix;
        number.area = area;
    } else if ((is_mobile(own, count) || is_card(own, count)) &&
               !is_amount(text, group->begin, group->end)) {
        number.kind = is_mobile(own, count) ? KIND_MOBILE : KIND_CARD;
    }
    if (number.kind == KIND_NONE)
        return false;
    *ret = number;
    return true;
}

/* Digits that are spelled singly ("1 3 8 …") form a number only as a whole. */
static bool is_cut_short(const struct scan_chain *chain, size_t count)
{
    return count < chain->count && chain->groups[count - 1].count == 1 &&
           chain->groups[count].count == 1;
}

static bool has_brackets(const struct scan_chain *chain, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (chain->groups[i].bracketed)
            return true;
    return false;
}

/* An area code stands whole in its group, unless the digits are spelled singly. */
static bool has_area(const struct scan_chain *chain, size_t group, size_t area)
{
    return chain->groups[group].count >= area || chain->groups[group].count == 1;
}

/* A telephone number made of the first `count` groups, which hold `length` digits. */
static bool is_split_phone(struct text text, const struct scan_chain *chain, size_t count,
                           size_t length, struct scan_number *ret)
{
    const char *digits = chain->digits;
    const struct scan_group *first = &chain->groups[0];
    size_t prefix = country_prefix(digits, length), area;

    if (is_mobile(digits, length) || is_mobile_abroad(digits, length, prefix)) {
        *ret = (struct scan_number){.kind = KIND_MOBILE, .groups = count};
        ret->prefix = is_mobile(digits, length) ? 0 : prefix;
        return !has_date(chain, count, true) &&
               !is_amount(text, first->begin, chain->groups[count - 1].end);
    }
    if ((area = landline_area(digits, length, false)) > 0) {
        *ret = (struct scan_number){.kind = KIND_LANDLINE, .groups = count, .area = area};
        return has_area(chain, 0, area);
    }
    if ((area = landline_area_abroad(text, first->open, digits, length, prefix)) > 0) {
        *ret = (struct scan_number){KIND_LANDLINE, count, prefix, area};
        return first->count != prefix || has_area(chain, 1, area);
    }
    return false;
}

static bool is_split_identity(const struct scan_chain *chain, const struct scan_group *last,
                              size_t length)
{
    return (is_identity(chain->digits, length, false) ||
            (last->x_end > 0 && is_identity(chain->digits, length, true))) &&
           has_birthday(chain->digits);
}

bool scan_number_split(struct text text, const struct scan_chain *chain, struct scan_number *ret)
{
    size_t length = chain->groups[0].count, card_groups = 0;
    if (is_complaint_number(text, &chain->groups[0]))
        return false;
    for (size_t count = 2; count <= chain->count; count++) {
        const struct scan_group *last = &chain->groups[count - 1];
        length += last->count;
        if (length < SCAN_NUMBER_MIN || is_cut_short(chain, count))
            continue;
        if (is_split_phone(text, chain, count, length, ret))
            return true;
        if (has_brackets(chain, count))
            continue;
        if (is_split_identity(chain, last, length)) {
            *ret = (struct scan_number){.kind = KIND_IDENTITY, .groups = count};
            return true;
        }
        if (is_card(chain->digits, length) && !has_date(chain, count, false) &&
            !is_amount(text, chain->groups[0].begin, last->end))
            card_groups = count; /* the longest one that passes */
    }
    if (card_groups > 0)
        *ret = (struct scan_number){.kind = KIND_CARD, .groups = card_groups};
    return card_groups > 0;
}
