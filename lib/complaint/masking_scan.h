#ifndef COMPLAINT_MASKING_SCAN_H
#define COMPLAINT_MASKING_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/text.h"

/* How masking reads digits; of use to masking*.c only.
 *
 * Text is read as chains of groups of digits: a group is an unbroken run, a chain is groups joined
 * by a space or by hyphens. A number is one group or several whole ones in sequence, so that no
 * part of a longer run is ever taken for a number. Reading starts anew at every group: chains in
 * real texts have one to four of them. */

#define SCAN_CARD_MIN 16
#define SCAN_CARD_MAX 19
#define SCAN_NUMBER_MAX (4 + SCAN_CARD_MAX) /* digits looked at together; 4 for the prefix 0086 */
#define SCAN_NUMBER_MIN 10                  /* the shortest number: 010 and seven digits */
#define SCAN_KEPT_LAST 4                    /* every mask shows the last four digits */
#define SCAN_STARS "****"
#define SCAN_STARS_MIN 4 /* the fewest stars that a mask holds */

enum scan_joint { JOINT_NONE, JOINT_SPACE, JOINT_HYPHEN, JOINT_BRACKET };

struct scan_group {
    size_t open;       /* where it begins, its opening bracket included if it can be spared */
    size_t begin, end; /* its digits, bytes in the text */
    size_t x_end;      /* the byte after an X that follows: 17 digits and X are an identity; or 0 */
    size_t first;      /* its first digit's index in the chain's digits */
    size_t count;      /* digits */
    bool bracketed;    /* stands in brackets of its own: "(0731)" */
    enum scan_joint joint; /* to the group before it */
};

struct scan_chain {
    struct scan_group groups[SCAN_NUMBER_MAX];
    size_t count;
    char digits[SCAN_NUMBER_MAX]; /* of all groups, as ASCII */
    size_t digit_count;
};

enum scan_kind { KIND_NONE, KIND_MOBILE, KIND_LANDLINE, KIND_IDENTITY, KIND_CARD };

struct scan_number {
    enum scan_kind kind;
    size_t groups; /* it takes up so many groups of the chain */
    size_t prefix; /* leading digits that belong to a country prefix and stay */
    size_t area;   /* length of a landline's area code */
};

/* The digit at a byte position, ASCII or full-width (U+FF10–FF19), or -1; *ret_size: its bytes. */
static inline int scan_digit(struct text text, size_t at, size_t *ret_size)
{
    if (at >= text.length)
        return -1;
    const unsigned char *byte = (const unsigned char *)text.at + at;
    if (byte[0] >= '0' && byte[0] <= '9') {
        *ret_size = 1;
        return byte[0] - '0';
    }
    if (byte[0] == 0xEF && text.length - at >= 3 && byte[1] == 0xBC && byte[2] >= 0x90 &&
        byte[2] <= 0x99) {
        *ret_size = 3;
        return byte[2] - 0x90;
    }
    return -1;
}

/* The code point at a position, or the one that ends there; 0 at the text's edges (size 0). */
uint32_t scan_character(struct text text, size_t at, size_t *ret_size);
uint32_t scan_character_before(struct text text, size_t end, size_t *ret_size);

/* What a character is between two groups of digits. */
enum scan_joint scan_joint(uint32_t code);
bool scan_is_plus(uint32_t code); /* + in either width */
bool scan_is_word(uint32_t code); /* Latin letter or digit in either width */

/* Reads the group that begins at a digit; digits[used…] take its first ones as ASCII. */
void scan_group(struct text text, size_t at, size_t used, char digits[], struct scan_group *ret);

/* Whether a group is what a mask has left of a number. Such groups are never read again, or the
 * rest of one number and its neighbours could pass for another, and masking twice would change
 * more. Digits of other lengths beside stars are numbers that somebody wanted to stress. */
bool scan_is_remains(struct text text, const struct scan_group *group);

/* Reads the chain that begins at a digit, as far as numbers of several groups could reach: up to
 * a group that is a number of its own or the remains of one. */
void scan_chain(struct text text, size_t at, struct scan_chain *ret);

/* The number that is this one group; false when it is none. digits: those of its chain. */
bool scan_number_alone(struct text text, const struct scan_group *group, const char digits[],
                       struct scan_number *ret);

/* The number that the chain's first groups, at least two, make up; false when there is none. */
bool scan_number_split(struct text text, const struct scan_chain *chain, struct scan_number *ret);

#endif
