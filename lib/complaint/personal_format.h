#ifndef COMPLAINT_PERSONAL_FORMAT_H
#define COMPLAINT_PERSONAL_FORMAT_H

#include <stdbool.h>

#include "lib/base/text.h"

/* Whether personal data look like what they should be. Wide on purpose: the call must not be lost
 * because a number is unusual, but a slip of the hand is to be noticed while the customer is on the
 * line. */

/* 5 to 20 digits, in groups if one likes: 13800001234, 0731-88881234, 95588, +44 20 7946 0000. */
bool format_is_phone(struct text phone);

/* name@domain with a dot in the domain; internationalised names too. */
bool format_is_email(struct text email);

/* Letters and digits, 5 to 20: identity cards of both lengths, passports, credit codes. */
bool format_is_identity(struct text number);

/* Written like an identity card of 18 characters (GB 11643) whose check digit is wrong. */
bool format_identity_check_fails(struct text number);

/* 8 to 32 digits, in groups if one likes. */
bool format_is_account(struct text number);

#endif
