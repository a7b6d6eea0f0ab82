#include "lib/auth/sign_on_state.h"

#include <check.h>
#include <sodium.h>
#include <string.h>

#define NOW ((instant)1800000000 * INSTANT_SECOND)

static struct arena *arena;
static struct keyring *keyring;

static struct keyring *keyring_of(int keys)
{
    struct text_buffer content = text_buffer_new(arena, 256);
    struct text error;
    for (int id = 1; id <= keys; id++) {
        char line[KEY_LINE_SIZE];
        keyring_make_line(id, NOW + (id - 1) * INSTANT_DAY, line);
        text_buffer_add_string(&content, line);
        text_buffer_add_char(&content, '\n');
    }
    struct keyring *made = keyring_parse(arena, text_buffer_text(&content), &error);
    ck_assert_ptr_nonnull(made);
    return made;
}

static void set_up(void)
{
    arena = arena_new(4096);
    keyring = keyring_of(2);
}

static void tear_down(void)
{
    keyring_free(keyring);
    arena_free(arena);
}

START_TEST(what_is_sealed_comes_back)
{
    struct sign_on_state state, other;
    sign_on_state_make(NOW, &state);
    ck_assert_uint_eq(strlen(state.verifier), SIGN_ON_TEXT);
    ck_assert_str_ne(state.state, state.nonce);
    ck_assert_str_ne(state.nonce, state.verifier);
    struct text sealed = sign_on_state_seal(arena, keyring, NOW, &state);
    ck_assert_ptr_null(memmem(sealed.at, sealed.length, state.state, SIGN_ON_TEXT));
    ck_assert(sign_on_state_open(keyring, NOW + 599 * INSTANT_SECOND, sealed, &other));
    ck_assert_str_eq(other.state, state.state);
    ck_assert_str_eq(other.verifier, state.verifier);
    ck_assert(!sign_on_state_open(keyring, NOW + 600 * INSTANT_SECOND, sealed, &other));
    /* A newer key seals from its beginning on; both open. */
    sign_on_state_make(NOW + INSTANT_DAY, &state);
    sealed = sign_on_state_seal(arena, keyring, NOW + INSTANT_DAY, &state);
    ck_assert(sign_on_state_open(keyring, NOW + INSTANT_DAY, sealed, &other));
}
END_TEST

START_TEST(what_was_altered_or_is_anothers_does_not)
{
    struct sign_on_state state, other;
    struct keyring *stranger = keyring_of(1);
    sign_on_state_make(NOW, &state);
    struct text sealed = sign_on_state_seal(arena, keyring, NOW, &state);
    ck_assert(!sign_on_state_open(stranger, NOW, sealed, &other));
    keyring_free(stranger);
    char *touched = arena_copy(arena, sealed.at, sealed.length);
    for (size_t i = 0; i < sealed.length - 1; i++) {
        touched[i] = touched[i] == 'A' ? 'B' : 'A';
        ck_assert(!sign_on_state_open(keyring, NOW, (struct text){touched, sealed.length}, &other));
        touched[i] = sealed.at[i];
    }
    ck_assert(!sign_on_state_open(keyring, NOW, (struct text){touched, sealed.length - 1}, &other));
    ck_assert(!sign_on_state_open(keyring, NOW, TEXT(""), &other));
    ck_assert(!sign_on_state_open(keyring, NOW, TEXT_NONE, &other));
}
END_TEST

/* RFC 7636, appendix B. */
START_TEST(the_challenge_is_the_hash_of_the_verifier)
{
    struct sign_on_state state = {.verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"};
    char challenge[SIGN_ON_TEXT + 1];
    sign_on_challenge(&state, challenge);
    ck_assert_str_eq(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}
END_TEST

Suite *sign_on_state_suite(void);
Suite *sign_on_state_suite(void)
{
    Suite *suite = suite_create("sign_on_state");
    TCase *tests = tcase_create("sign_on_state");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, what_is_sealed_comes_back);
    tcase_add_test(tests, what_was_altered_or_is_anothers_does_not);
    tcase_add_test(tests, the_challenge_is_the_hash_of_the_verifier);
    suite_add_tcase(suite, tests);
    return suite;
}
