#include <check.h>
#include <stdio.h>

#include "lib/auth/token.h"

/* A token and what `printf %s … | sha256sum` says about it. */
#define KNOWN_TOKEN "cd_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define KNOWN_HASH "cee3ab77bb7508f32bc39ce2cb672c299e40efa6bd838da04d441eedf533548f"

START_TEST(tokens_have_prefix_and_length_and_differ)
{
    char one[TOKEN_LENGTH + 1], other[TOKEN_LENGTH + 1];

    token_make(one);
    token_make(other);
    ck_assert_uint_eq(strlen(one), TOKEN_LENGTH);
    ck_assert_int_eq(strncmp(one, TOKEN_PREFIX, strlen(TOKEN_PREFIX)), 0);
    ck_assert_str_ne(one, other);
    ck_assert_uint_eq(strspn(one, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789-_"),
                      TOKEN_LENGTH);
}
END_TEST

START_TEST(hash_is_sha256_of_the_whole_text)
{
    uint8_t hash[TOKEN_HASH_LENGTH];
    char hexadecimal[2 * TOKEN_HASH_LENGTH + 1];

    ck_assert(token_hash(TEXT(KNOWN_TOKEN), hash));
    for (size_t i = 0; i < sizeof hash; i++)
        snprintf(hexadecimal + 2 * i, 3, "%02x", hash[i]);
    ck_assert_str_eq(hexadecimal, KNOWN_HASH);
}
END_TEST

START_TEST(made_tokens_can_be_hashed_and_compared)
{
    char one[TOKEN_LENGTH + 1], other[TOKEN_LENGTH + 1];
    uint8_t first[TOKEN_HASH_LENGTH], again[TOKEN_HASH_LENGTH], second[TOKEN_HASH_LENGTH];

    token_make(one);
    token_make(other);
    ck_assert(token_hash(text_of(one), first));
    ck_assert(token_hash(text_of(one), again));
    ck_assert(token_hash(text_of(other), second));
    ck_assert(token_hash_equal(first, again));
    ck_assert(!token_hash_equal(first, second));
}
END_TEST

START_TEST(what_cannot_be_a_token_is_refused)
{
    static const char *const wrong[] = {
        "",
        "cd_",
        "cd_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh",   /* short */
        "cd_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8A", /* long */
        "cd_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", /* padded */
        "xx_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",  /* prefix */
        "cd_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH+8",  /* the other base64 */
        "cd_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH 8",
    };
    uint8_t hash[TOKEN_HASH_LENGTH];

    ck_assert(!token_hash(TEXT_NONE, hash));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_assert_msg(!token_hash(text_of(wrong[i]), hash), "%s", wrong[i]);
}
END_TEST

Suite *token_suite(void);
Suite *token_suite(void)
{
    Suite *suite = suite_create("token");
    TCase *tests = tcase_create("token");

    tcase_add_test(tests, tokens_have_prefix_and_length_and_differ);
    tcase_add_test(tests, hash_is_sha256_of_the_whole_text);
    tcase_add_test(tests, made_tokens_can_be_hashed_and_compared);
    tcase_add_test(tests, what_cannot_be_a_token_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
