/* Which certificates, keys and priorities the server starts with. Connections: tests/http. */
#include "server/tls.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/settings.h"
#include "tests/support/certificate.h"

Suite *tls_suite(void);

#define TEMPLATE "/tmp/complaintd-XXXXXX"

static char directory[sizeof TEMPLATE];
static char certificate[64], key[64], other_certificate[64], other_key[64];
static struct settings settings;
static const char *error;

static void setup(void)
{
    strcpy(directory, TEMPLATE);
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(certificate, sizeof certificate, "%s/certificate", directory);
    snprintf(key, sizeof key, "%s/key", directory);
    snprintf(other_certificate, sizeof other_certificate, "%s/other", directory);
    snprintf(other_key, sizeof other_key, "%s/other-key", directory);
    certificate_make(certificate, key);
    certificate_make(other_certificate, other_key);
}

static void teardown(void)
{
    unlink(certificate);
    unlink(key);
    unlink(other_certificate);
    unlink(other_key);
    rmdir(directory);
}

static struct tls *start(const char *certificate_path, const char *key_path, const char *priorities)
{
    settings.tls.certificate = certificate_path;
    settings.tls.key = key_path;
    settings.tls.priorities = priorities;
    error = NULL;
    return tls_new(&settings, &error);
}

#define SOUND "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

START_TEST(a_certificate_and_its_key)
{
    struct tls *tls = start(certificate, key, SOUND);
    ck_assert_msg(tls != NULL, "%s", error);
    ck_assert_ptr_nonnull(strstr(tls_certificate(tls), "BEGIN CERTIFICATE"));
    ck_assert_ptr_nonnull(strstr(tls_key(tls), "PRIVATE KEY"));
    ck_assert_ptr_null(tls_reload(tls));
    tls_free(tls);
}
END_TEST

START_TEST(what_cannot_be_used)
{
    static const struct {
        const char *certificate, *key, *priorities;
    } cases[] = {{certificate, other_key, SOUND},
                 {key, certificate, SOUND},
                 {certificate, "/nowhere", SOUND},
                 {"/nowhere", key, SOUND},
                 {certificate, key, "EVERYTHING"},
                 {certificate, key, "NORMAL:-VERS-ALL:+VERS-TLS1.1"},
                 {certificate, key, "NORMAL:+VERS-TLS1.0"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_ptr_null(start(cases[i].certificate, cases[i].key, cases[i].priorities));
        ck_assert_msg(error && *error, "case %zu", i);
    }
    ck_assert_ptr_nonnull(strstr(error, "TLS 1.2"));
}
END_TEST

/* A renewal that went wrong changes nothing. */
START_TEST(files_that_went_bad)
{
    struct tls *tls = start(certificate, key, SOUND);
    ck_assert_ptr_nonnull(tls);
    ck_assert_int_eq(rename(other_key, key), 0);
    ck_assert_ptr_nonnull(tls_reload(tls));
    ck_assert_int_eq(rename(other_certificate, certificate), 0);
    ck_assert_ptr_null(tls_reload(tls));
    ck_assert_int_eq(unlink(certificate), 0);
    ck_assert_ptr_nonnull(tls_reload(tls));
    tls_free(tls);
}
END_TEST

Suite *tls_suite(void)
{
    Suite *suite = suite_create("tls");
    TCase *tcase = tcase_create("tls");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_certificate_and_its_key);
    tcase_add_test(tcase, what_cannot_be_used);
    tcase_add_test(tcase, files_that_went_bad);
    suite_add_tcase(suite, tcase);
    return suite;
}
