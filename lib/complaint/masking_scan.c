/* Characters, groups and chains of digits. */
#include "lib/complaint/masking_scan.h"

/* --- characters --------------------------------------------------------------------------------- */

uint32_t scan_character(struct text text, size_t at, size_t *ret_size)
{
    uint32_t code;
    *ret_size = at < text.length ? text_decode(text.at + at, text.length - at, &code) : 0;
    return *ret_size > 0 ? code : 0;
}

uint32_t scan_character_before(struct text text, size_t end, size_t *ret_size)
{
    size_t at = end;
    while (at > 0 && end - at < 4 && (text.at[at - 1] & 0xC0) == 0x80)
        at--;
    *ret_size = 0;
    return at > 0 ? scan_character(text, at - 1, ret_size) : 0;
}

enum scan_joint scan_joint(uint32_t code)
{
    if (code < 0x80)
        return code == ' ' ? JOINT_SPACE : code == '-' ? JOINT_HYPHEN : JOINT_NONE;
    switch (code) {
    case 0x00A0: /* no-break space */
    case 0x202F: /* narrow no-break space */
    case 0x205F: /* mathematical space */
    case 0x2060: /* word joiner */
    case 0x3000: /* ideographic space */
    case 0xFEFF: /* zero-width no-break space */ return JOINT_SPACE;
    case 0x00AD: /* soft hyphen */
    case 0x2212: /* minus */
    case 0xFE58: /* small dash */
    case 0xFE63: /* small hyphen */
    case 0xFF0D: /* full-width hyphen */ return JOINT_HYPHEN;
    default: break;
    }
    if (code >= 0x2000 && code <= 0x200D) /* spaces of any width, none included */
        return JOINT_SPACE;
    /* Hyphens and dashes: "—" is common in Chinese texts. */
    return code >= 0x2010 && code <= 0x2015 ? JOINT_HYPHEN : JOINT_NONE;
}

static bool is_open_bracket(uint32_t code)
{
    return code == '(' || code == 0xFF08;
}

static bool is_close_bracket(uint32_t code)
{
    return code == ')' || code == 0xFF09;
}

bool scan_is_plus(uint32_t code)
{
    return code == '+' || code == 0xFF0B;
}

/* X in either case and width: 10 as the check digit of an identity number. */
static bool is_x(uint32_t code)
{
    return code == 'X' || code == 'x' || code == 0xFF38 || code == 0xFF58;
}

static bool is_digit(uint32_t code)
{
    return (code >= '0' && code <= '9') || (code >= 0xFF10 && code <= 0xFF19);
}

bool scan_is_word(uint32_t code)
{
    return is_digit(code) || (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z') ||
           (code >= 0xFF21 && code <= 0xFF3A) || (code >= 0xFF41 && code <= 0xFF5A);
}

/* --- groups and chains -------------------------------------------------------------------------- */

static bool stars_at(struct text text, size_t at)
{
    return at <= text.length && text.length - at >= SCAN_STARS_MIN &&
           memcmp(text.at + at, SCAN_STARS, SCAN_STARS_MIN) == 0;
}

bool scan_is_remains(struct text text, const struct scan_group *group)
{
    bool tail = group->count == SCAN_KEPT_LAST ||
                (group->count == SCAN_KEPT_LAST - 1 && group->x_end > 0); /* "123X" */
    if (tail && group->begin >= SCAN_STARS_MIN && stars_at(text, group->begin - SCAN_STARS_MIN))
        return true;
    if (stars_at(text, group->end)) /* mobile and identity, with 86 or 0086, card */
        return group->count == 3 || (group->count >= 5 && group->count <= 7);
    if (group->end < text.length && text.at[group->end] == '-')
        return stars_at(text, group->end + 1) && group->count >= 2 && group->count <= 8;
    return false;
}

void scan_group(struct text text, size_t at, size_t used, char digits[], struct scan_group *group)
{
    *group = (struct scan_group){.open = at, .begin = at, .first = used};
    size_t size = 0;
    for (int digit; (digit = scan_digit(text, at, &size)) >= 0; at += size) {
        if (used + group->count < SCAN_NUMBER_MAX)
            digits[used + group->count] = (char)('0' + digit);
        group->count++;
    }
    group->end = at;

    size_t before, after, next;
    uint32_t following = scan_character(text, at, &after);
    if (is_x(following) && !scan_is_word(scan_character(text, at + after, &next)))
        group->x_end = at + after;
    if (is_close_bracket(following) && group->count >= 2 && group->count <= 4 &&
        is_open_bracket(scan_character_before(text, group->begin, &before))) {
        group->bracketed = true;
        group->open -= before;
    }
}

/* One space, or up to three hyphens and spaces with a hyphen among them: "0731——8888…" with the
 * Chinese dash, and "0731- 8888…", are as common as a single hyphen. *at moves behind them. */
static enum scan_joint read_separators(struct text text, size_t *at)
{
    enum scan_joint joint = JOINT_NONE, one;
    size_t end = *at, size;
    int count = 0;
    for (; count < 4; count++, end += size) {
        one = scan_joint(scan_character(text, end, &size));
        if (one == JOINT_NONE)
            break;
        if (joint != JOINT_HYPHEN)
            joint = one;
    }
    if (count > (joint == JOINT_HYPHEN ? 3 : 1))
        return JOINT_NONE;
    *at = end;
    return joint;
}

/* Whether what follows a group joins it to another one; *ret_at: where that one's digits begin. */
static enum scan_joint read_joint(struct text text, const struct scan_group *group, size_t *ret_at)
{
    size_t at = group->end, size;
    if (group->bracketed) {
        scan_character(text, at, &size);
        at += size;
    }
    enum scan_joint joint = read_separators(text, &at);
    if (group->bracketed) {
        joint = JOINT_BRACKET;
    } else if (is_open_bracket(scan_character(text, at, &size))) {
        at += size; /* "0086(0731)…" */
        joint = JOINT_BRACKET;
    }
    *ret_at = at;
    return joint != JOINT_NONE && scan_digit(text, at, &size) >= 0 ? joint : JOINT_NONE;
}

void scan_chain(struct text text, size_t at, struct scan_chain *ret)
{
    ret->count = ret->digit_count = 0;
    enum scan_joint joint = JOINT_NONE;
    size_t size;
    do {
        struct scan_group *group = &ret->groups[ret->count];
        scan_group(text, at, ret->digit_count, ret->digits, group);
        group->joint = joint;
        if (ret->count == 0 && is_digit(scan_character_before(text, group->open, &size)))
            group->open = group->begin; /* the bracket parts them from what the mask leaves */
        if (ret->count > 0) {
            struct scan_number alone;
            bool stray_bracket =
                joint == JOINT_BRACKET && !group->bracketed && !group[-1].bracketed;
            if (ret->digit_count + group->count > SCAN_NUMBER_MAX || stray_bracket ||
                scan_is_remains(text, group) || scan_number_alone(text, group, ret->digits, &alone))
                return;
        }
        ret->count++;
        ret->digit_count += group->count;
        joint = read_joint(text, group, &at);
    } while (joint != JOINT_NONE && ret->digit_count < SCAN_NUMBER_MAX);
}
