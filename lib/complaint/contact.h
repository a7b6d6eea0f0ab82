#ifndef COMPLAINT_CONTACT_H
#define COMPLAINT_CONTACT_H

#include "lib/base/arena.h"
#include "lib/base/text.h"

/* By what a complainant is found again though the values are encrypted: each kind of value in one
 * form, however it was written. */

enum contact_kind {
    CONTACT_PHONE,
    CONTACT_EMAIL,
    CONTACT_IDENTITY,
    CONTACT_ACCOUNT,
    CONTACT_KIND_COUNT
};

/* The kind of the private value of that name ("complainant.phone"), or CONTACT_KIND_COUNT. */
enum contact_kind contact_kind_of(const char *name);

/* The usual form: of telephone numbers the digits without separators, country prefix of China and
 * leading zeros; e-mail in lower case; identity numbers in capitals, those of 15 digits as the 18
 * that they are now (GB 11643); of accounts the digits. None when nothing is left. */
struct text contact_usual(struct arena *arena, enum contact_kind kind, struct text value);

#endif
