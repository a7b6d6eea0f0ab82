#ifndef COMPLAINT_MASKING_H
#define COMPLAINT_MASKING_H

#include "lib/base/arena.h"
#include "lib/base/text.h"

/* What is shown instead of personal data (domain.md §6). All functions are pure and idempotent,
 * keep none as none, and put their result into the arena. Input is normalised UTF-8. */

struct text masking_name(struct arena *arena, struct text name);       /* 张*, 欧阳*, J* */
struct text masking_phone(struct arena *arena, struct text phone);     /* 138****1234, 0731-****1234 */
struct text masking_identity(struct arena *arena, struct text number); /* first 3 + last 4 */
struct text masking_account(struct arena *arena, struct text number);  /* first 6 + last 4 */
struct text masking_email(struct arena *arena, struct text email);     /* f**@example.com */
struct text masking_address(struct arena *arena, struct text address); /* down to the district */

/* Masks inside free text: mobile and landline numbers, identity numbers with a valid check digit,
 * 16–19-digit card numbers that pass Luhn; also when split by spaces or hyphens and in full-width
 * digits. Everything else stays byte for byte. Returns the input itself when nothing is masked. */
struct text masking_text(struct arena *arena, struct text text);

#endif
