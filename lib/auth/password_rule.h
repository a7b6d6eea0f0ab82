#ifndef AUTH_PASSWORD_RULE_H
#define AUTH_PASSWORD_RULE_H

#include <stdbool.h>

#include "lib/base/violation.h"

/* What a password that somebody chooses must be, after NIST SP 800-63B §5.1.1.2: long, and not one
 * that is tried first. There are no rules of composition and none expires. */

#define PASSWORD_CHARACTERS_MIN 12
#define PASSWORD_CHOSEN_MAX 1000 /* bytes */
#define PASSWORD_WORDS_MAX 14

/* Judges a password in its normal form and adds every violation under that pointer: too_short,
 * too_long, too_guessable. words: what would be tried against this person first, such as their login
 * and the institution's name, at most PASSWORD_WORDS_MAX; none among them is left out. Common
 * passwords, words, names, dates, rows of keys and repetitions are known to libzxcvbn. Returns
 * whether there was no violation. Takes some milliseconds. */
bool password_judge(struct text password, const struct text words[], size_t count,
                    const char *pointer, struct violations *violations);

#endif
