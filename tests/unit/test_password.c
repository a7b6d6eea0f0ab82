#include <check.h>
#include <time.h>

#include "lib/auth/password.h"

static struct text hash_of(const char *password, char buffer[static PASSWORD_HASH_SIZE])
{
    ck_assert(password_hash(text_of(password), buffer));
    return text_of(buffer);
}

START_TEST(right_password_verifies_and_others_do_not)
{
    char buffer[PASSWORD_HASH_SIZE];
    struct text hash = hash_of("demo-2026 密码", buffer);

    ck_assert(password_verify(hash, TEXT("demo-2026 密码")));
    ck_assert(!password_verify(hash, TEXT("demo-2026 密碼")));
    ck_assert(!password_verify(hash, TEXT("demo-2026 密码 ")));
    ck_assert(!password_verify(hash, TEXT("")));
    ck_assert(!password_verify(hash, TEXT_NONE));
}
END_TEST

START_TEST(hash_is_argon2id_of_the_cost_wanted_with_its_own_salt)
{
    char one[PASSWORD_HASH_SIZE], other[PASSWORD_HASH_SIZE];

    hash_of("secret-1", one);
    hash_of("secret-1", other);
    ck_assert_int_eq(strncmp(one, "$argon2id$v=19$m=19456,t=2,p=1$", 31), 0);
    ck_assert_str_ne(one, other);
    ck_assert(password_hash_current(text_of(one)));
    ck_assert(!password_hash_current(TEXT("$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$"
                                          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")));
}
END_TEST

START_TEST(empty_and_overlong_passwords_have_no_hash)
{
    char buffer[PASSWORD_HASH_SIZE] = "untouched";
    char longest[PASSWORD_BYTES_MAX + 1];

    memset(longest, 'x', sizeof longest);
    ck_assert(!password_hash(TEXT_NONE, buffer));
    ck_assert(!password_hash(TEXT(""), buffer));
    ck_assert(!password_hash((struct text){longest, sizeof longest}, buffer));
    ck_assert_str_eq(buffer, "untouched");
    ck_assert(password_hash((struct text){longest, PASSWORD_BYTES_MAX}, buffer));
}
END_TEST

START_TEST(what_is_no_hash_never_verifies)
{
    char overlong[PASSWORD_HASH_SIZE + 1];

    memset(overlong, '$', sizeof overlong);
    ck_assert(!password_verify(TEXT_NONE, TEXT("secret-1")));
    ck_assert(!password_verify(TEXT(""), TEXT("")));
    ck_assert(!password_verify(TEXT("secret-1"), TEXT("secret-1")));
    ck_assert(!password_verify((struct text){overlong, sizeof overlong}, TEXT("secret-1")));
    /* Even somebody who knew the password of the hash that stands in would not get in. */
    ck_assert(!password_verify(TEXT_NONE, TEXT("-")));
}
END_TEST

static double milliseconds_to_verify(struct text hash, struct text password)
{
    struct timespec from, to;
    double best = 1e9;

    for (int i = 0; i < 5; i++) {
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
        password_verify(hash, password);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
        double took =
            (double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6;
        if (took < best)
            best = took;
    }
    return best;
}

START_TEST(unknown_login_costs_as_much_as_a_known_one)
{
    char buffer[PASSWORD_HASH_SIZE];
    struct text hash = hash_of("secret-1", buffer);

    ck_assert(password_hash_current(text_of(password_nobody)));
    double known = milliseconds_to_verify(hash, TEXT("wrong-1"));
    double unknown = milliseconds_to_verify(TEXT_NONE, TEXT("wrong-1"));
    double empty = milliseconds_to_verify(hash, TEXT(""));
    ck_assert_double_gt(unknown, known / 3);
    ck_assert_double_lt(unknown, known * 3);
    ck_assert_double_gt(empty, known / 3);
}
END_TEST

START_TEST(wiped_memory_is_zero)
{
    char secret[8] = "geheim!";

    password_wipe(secret, sizeof secret);
    for (size_t i = 0; i < sizeof secret; i++)
        ck_assert_int_eq(secret[i], 0);
}
END_TEST

Suite *password_suite(void);
Suite *password_suite(void)
{
    Suite *suite = suite_create("password");
    TCase *tests = tcase_create("password");

    tcase_add_test(tests, right_password_verifies_and_others_do_not);
    tcase_add_test(tests, hash_is_argon2id_of_the_cost_wanted_with_its_own_salt);
    tcase_add_test(tests, empty_and_overlong_passwords_have_no_hash);
    tcase_add_test(tests, what_is_no_hash_never_verifies);
    tcase_add_test(tests, unknown_login_costs_as_much_as_a_known_one);
    tcase_add_test(tests, wiped_memory_is_zero);
    suite_add_tcase(suite, tests);
    return suite;
}
