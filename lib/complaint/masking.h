#ifndef COMPLAINT_MASKING_H
#define COMPLAINT_MASKING_H

#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/text.h"

/* What is shown instead of personal data (domain.md §6). All functions are pure and idempotent and
 * keep none as none and empty as empty. The result lies in the arena, or is the input itself.
 * Input is normalised UTF-8. What a field's mask does not recognise it hides altogether. */

/* The surname: 张*, 欧阳*; of other names the first character: J*, 阿*. */
struct text masking_name(struct arena *arena, struct text name);

/* 138****1234, 0731-****1234. A country prefix stays, an extension becomes stars, local numbers keep
 * their last four digits; several numbers in one field are masked each. */
struct text masking_phone(struct arena *arena, struct text phone);

/* First 3 + last 4 with as many stars between as there were characters; of documents with fewer
 * than 15 characters the first and the last two, with fewer than 8 nothing. */
struct text masking_identity(struct arena *arena, struct text number);

/* First 6 + last 4 in the same way; of fewer than 14 characters the last four, of fewer than 8
 * nothing. */
struct text masking_account(struct arena *arena, struct text number);

/* f**@example.com */
struct text masking_email(struct arena *arena, struct text email);

/* Down to the district, or to the city if that is all that can be told: 长沙市岳麓区**** */
struct text masking_address(struct arena *arena, struct text address);

/* Masks inside free text: mobile and landline numbers, identity numbers with a valid check digit,
 * 16–19-digit card numbers that pass Luhn; also when split by spaces or hyphens and in full-width
 * digits. A split number becomes the same mask as an unbroken one. Everything else stays byte for
 * byte. One pass, linear in the text's length. Returns the input itself when nothing is masked. */
struct text masking_text(struct arena *arena, struct text text);

/* Whether a text holds an identity or card number that masking_text() would mask. */
bool masking_finds_document(struct text text);

#endif
