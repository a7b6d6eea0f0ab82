#ifndef COMPLAINT_SECRET_H
#define COMPLAINT_SECRET_H

#include <stdbool.h>

#include "lib/base/text.h"

/* Whether a text holds what looks like a password, a PIN or a card's security code: the word (密码,
 * 安全码, CVV, PIN, password …) and then, with nothing but "是", ":" and the like between, digits or a
 * token. Such things never belong in a complaint (domain.md §6): whoever enters one is warned. Wide
 * enough for how people write, and narrow enough that "密码错误3次" is none. */
bool secret_found(struct text text);

#endif
