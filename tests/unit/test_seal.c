#include <check.h>
#include <string.h>

#include "lib/base/seal.h"
#include "tests/support/keys.h"

Suite *seal_suite(void);

static struct arena *arena;
static struct key key;
static const struct uuid place = {{1, 2, 3}};

static void set_up(void)
{
    arena = arena_new(4096);
    keys_use(2);
    key = keyring_find(keyring_now(), 1);
}

static void tear_down(void)
{
    keyring_forget();
    arena_free(arena);
}

static struct text seal(struct text bytes)
{
    return seal_bytes(arena, &key, KEY_SEALS_FILES, place, 7, bytes);
}

static bool opens(struct text sealed, struct text *ret)
{
    return seal_open(arena, &key, KEY_SEALS_FILES, place, 7, sealed, ret);
}

static const size_t lengths[] = {0, 1, 15, 16, 17, 262144};

START_TEST(what_was_sealed_comes_back)
{
    char *bytes = arena_bytes(arena, lengths[_i] + 1);
    struct text back = TEXT_NONE;

    memset(bytes, 'x', lengths[_i]);
    struct text sealed = seal((struct text){bytes, lengths[_i]});
    ck_assert_uint_eq(sealed.length, lengths[_i] + SEAL_OVERHEAD);
    ck_assert(opens(sealed, &back));
    ck_assert(text_equal(back, (struct text){bytes, lengths[_i]}));
}
END_TEST

/* Nor does it look the same twice. */
START_TEST(nobody_can_read_it)
{
    const struct text said = TEXT("This is what the customer said");
    struct text one = seal(said), other = seal(said);

    ck_assert_ptr_null(memmem(one.at, one.length, "customer", 8));
    ck_assert(!text_equal(one, other));
    ck_assert_int_ne(memcmp(one.at, other.at, 24), 0); /* the nonces */
}
END_TEST

/* Each bit, each length: and what comes back is nothing. */
START_TEST(what_was_altered_does_not_open)
{
    struct text sealed = seal(TEXT("said")), back = TEXT("untouched");

    for (size_t i = 0; i < 8 * sealed.length; i++) {
        char *altered = arena_copy(arena, sealed.at, sealed.length);
        altered[i / 8] = (char)(altered[i / 8] ^ (1 << i % 8));
        ck_assert_msg(!opens((struct text){altered, sealed.length}, &back), "bit %zu", i);
    }
    for (size_t length = 0; length < sealed.length; length++)
        ck_assert(!opens((struct text){sealed.at, length}, &back));
    ck_assert(text_equal(back, TEXT("untouched")));
}
END_TEST

START_TEST(nor_does_what_belongs_elsewhere)
{
    struct text sealed = seal(TEXT("said")), back = TEXT("untouched");
    struct key other = keyring_find(keyring_now(), 2);
    struct uuid elsewhere = place;

    elsewhere.bytes[15] ^= 1;
    ck_assert(!seal_open(arena, &key, KEY_SEALS_FILES, elsewhere, 7, sealed, &back));
    for (int bit = 0; bit < 31; bit++)
        ck_assert(!seal_open(arena, &key, KEY_SEALS_FILES, place, 7 ^ (1 << bit), sealed, &back));
    ck_assert(!seal_open(arena, &key, KEY_SEALS, place, 7, sealed, &back));
    ck_assert(!seal_open(arena, &other, KEY_SEALS_FILES, place, 7, sealed, &back));
    ck_assert(text_equal(back, TEXT("untouched")));
    ck_assert(opens(sealed, &back));
}
END_TEST

Suite *seal_suite(void)
{
    Suite *suite = suite_create("seal");
    TCase *tests = tcase_create("seal");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, what_was_sealed_comes_back, 0,
                        (int)(sizeof lengths / sizeof *lengths));
    tcase_add_test(tests, nobody_can_read_it);
    tcase_add_test(tests, what_was_altered_does_not_open);
    tcase_add_test(tests, nor_does_what_belongs_elsewhere);
    suite_add_tcase(suite, tests);
    return suite;
}
