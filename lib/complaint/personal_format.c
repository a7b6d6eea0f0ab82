#include "lib/complaint/personal_format.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Between min and max digits, single separators only between them. */
static bool is_grouped_number(const char *at, size_t length, const char *separators, size_t min,
                              size_t max)
{
    size_t digits = 0;

    for (size_t i = 0; i < length; i++) {
        if (is_digit(at[i]))
            digits++;
        else if (i == 0 || i + 1 == length || !is_digit(at[i - 1]) || at[i] == '\0' ||
                 !strchr(separators, at[i]))
            return false;
    }
    return digits >= min && digits <= max;
}

bool format_is_phone(struct text phone)
{
    size_t plus = phone.length > 0 && phone.at[0] == '+' ? 1 : 0;

    return !text_is_none(phone) &&
           is_grouped_number(phone.at + plus, phone.length - plus, " -", 5, 20);
}

bool format_is_account(struct text number)
{
    return is_grouped_number(number.at, number.length, " ", 8, 32);
}

/* A run of labels with single dots between them; bytes above ASCII belong to other scripts. */
static bool is_dotted(const char *at, size_t length, const char *allowed, size_t min_labels)
{
    size_t labels = 1;

    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)at[i];
        if (c == '.') {
            if (i == 0 || i + 1 == length || at[i - 1] == '.')
                return false;
            labels++;
        } else if (c == '\0' ||
                   (c < 0x80 && !is_digit(at[i]) && !is_letter(at[i]) && !strchr(allowed, c))) {
            return false;
        }
    }
    return length > 0 && labels >= min_labels;
}

bool format_is_email(struct text email)
{
    const char *sign = email.length > 0 ? memchr(email.at, '@', email.length) : NULL;
    size_t local, domain;

    if (!sign || email.length > 254) /* RFC 5321 */
        return false;
    local = (size_t)(sign - email.at);
    domain = email.length - local - 1;
    return is_dotted(email.at, local, "!#$%&'*+/=?^_`{|}~-", 1) &&
           is_dotted(sign + 1, domain, "-", 2) && sign[1] != '-' &&
           email.at[email.length - 1] != '-';
}

bool format_is_identity(struct text number)
{
    if (number.length < 5 || number.length > 20)
        return false;
    for (size_t i = 0; i < number.length; i++)
        if (!is_digit(number.at[i]) && !is_letter(number.at[i]))
            return false;
    return true;
}

bool format_identity_check_fails(struct text number)
{
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    static const char check[] = "10X98765432";
    int sum = 0;
    char last;

    if (number.length != 18)
        return false;
    for (size_t i = 0; i < 17; i++) {
        if (!is_digit(number.at[i]))
            return false;
        sum += weights[i] * (number.at[i] - '0');
    }
    last = number.at[17];
    if (last == 'x')
        last = 'X';
    return (is_digit(last) || last == 'X') && check[sum % 11] != last;
}
