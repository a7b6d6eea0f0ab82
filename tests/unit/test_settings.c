/* The program's own settings; how settings are read in general: test_config.c. */
#include <check.h>
#include <string.h>

#include "server/settings.h"

Suite *settings_suite(void);

static struct arena *arena;
static struct settings values;
static struct config_errors errors;

static void setup(void)
{
    arena = arena_new(4096);
}

static void teardown(void)
{
    arena_free(arena);
}

static bool load(const char *content, char *const *environment)
{
    errors = (struct config_errors){0};
    return config_load_text(arena, &settings_schema, "c.ini", text_of(content), environment,
                            &values, &errors) &&
           settings_check(arena, &values, &errors);
}

#define KEYLESS "[database]\nurl = dbname=x\n"
#define DATABASE KEYLESS "[privacy]\nkey_file = keys\n"

/* A container beside a Kubernetes service of our name finds these, and nobody set them. */
START_TEST(links_to_services_are_no_settings)
{
    static char *environment[] = {"COMPLAINTD_SERVICE_HOST=10.0.0.1",
                                  "COMPLAINTD_SERVICE_PORT=8080",
                                  "COMPLAINTD_SERVICE_PORT_HTTP=8080",
                                  "COMPLAINTD_PORT=tcp://10.0.0.1:8080",
                                  "COMPLAINTD_PORT_8080_TCP=tcp://10.0.0.1:8080",
                                  "COMPLAINTD_PORT_8080_TCP_ADDR=10.0.0.1",
                                  "COMPLAINTD_HTTP_PORT=8081",
                                  NULL};
    ck_assert_msg(load(DATABASE, environment), "%.*s", TEXT_ARG(errors.list[0]));
    ck_assert_int_eq(values.http.port, 8081);
    static char *wrong[] = {"COMPLAINTD_PORTS=1", NULL};
    ck_assert(!load(DATABASE, wrong));
    ck_assert_uint_eq(errors.count, 1);
}
END_TEST

START_TEST(every_thread_has_a_connection)
{
    ck_assert(load(DATABASE "[http]\nthreads = 16\nconnections = 16\n", NULL));
    ck_assert(!load(DATABASE "[http]\nthreads = 17\nconnections = 16\n", NULL));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert(
        text_equal(errors.list[0],
                   TEXT("http.connections are shared among http.threads: at least one for each")));
}
END_TEST

START_TEST(the_demo_is_for_this_machine_alone)
{
    ck_assert(load(DATABASE "[demo]\nenabled = true\n", NULL));
    ck_assert(load(DATABASE "[demo]\nenabled = true\n[http]\nlisten = ::1\n", NULL));
    ck_assert(!load(DATABASE "[demo]\nenabled = true\n[http]\nlisten = 0.0.0.0\n", NULL));
    ck_assert(load(DATABASE "[http]\nlisten = 0.0.0.0\n", NULL));
    ck_assert(!load(DATABASE "[log]\nlevel = loudly\n", NULL));
}
END_TEST

START_TEST(proxies_and_origins_are_named_rightly)
{
    static const struct {
        const char *line;
        bool good;
    } cases[] = {
        {"trusted_proxies = 10.0.0.0/8, 2001:db8::/32 192.0.2.7", true},
        {"trusted_proxies = 10.0.0.1/8", false},
        {"trusted_proxies = proxy.example", false},
        {"cors_origins = https://desk.example, http://127.0.0.1:5173", true},
        {"cors_origins = *", false},
        {"cors_origins = https://*.example", false},
        {"cors_origins = https://desk.example/", false},
        {"cors_origins = desk.example", false},
        {"cors_origins = https://", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *content = arena_printf(arena, DATABASE "[http]\n%s\n", cases[i].line);
        ck_assert_msg(load(content, NULL) == cases[i].good, "%s", cases[i].line);
        ck_assert_uint_eq(errors.count, cases[i].good ? 0 : 1);
    }
}
END_TEST

#define PROVIDER                                                      \
    "[sign_on]\nissuer = https://login.bank.example\nclient_id = c\n" \
    "redirect_url = https://complaints.bank.example/v1/sign-on/callback\n"

START_TEST(a_provider_is_named_rightly)
{
    static const struct {
        const char *lines;
        size_t errors;
    } cases[] = {
        {PROVIDER, 0},
        {PROVIDER "client_secret = x\nclaim = email\npage = /desk/\n", 0},
        {"[sign_on]\nissuer = http://127.0.0.1:9/x\nclient_id = c\n"
         "redirect_url = http://localhost:8080/v1/sign-on/callback\n",
         0},
        {"[sign_on]\nissuer = https://login.bank.example\n", 2},
        {"[sign_on]\nissuer = http://login.bank.example\nclient_id = c\n"
         "redirect_url = http://complaints.bank.example/v1/sign-on/callback\n",
         2},
        {"[sign_on]\nissuer = http://127.0.0.1.bank.example\nclient_id = c\n"
         "redirect_url = http://localhost@bank.example/v1/sign-on/callback\n",
         2},
        {PROVIDER "page = //bank.example/\n", 1},
        {PROVIDER "page = /\\bank.example/\n", 1},
        {PROVIDER "page = https://bank.example/\n", 1},
        {PROVIDER "scopes = profile openidx\n", 1},
        {PROVIDER "client_secret = x\nclient_secret_file = y\n", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        (void)load(arena_printf(arena, DATABASE "%s", cases[i].lines), NULL);
        ck_assert_msg(errors.count == cases[i].errors, "%s: %zu", cases[i].lines, errors.count);
    }
}
END_TEST

START_TEST(a_certificate_has_a_key)
{
    ck_assert(load(DATABASE "[tls]\ncertificate = a.pem\nkey = b.pem\n", NULL));
    ck_assert(!load(DATABASE "[tls]\ncertificate = a.pem\n", NULL));
    ck_assert(!load(DATABASE "[tls]\nkey = b.pem\n", NULL));
    ck_assert_uint_eq(errors.count, 1);
}
END_TEST

/* Without one nothing would be encrypted; with two nobody would know which is meant. */
START_TEST(keys_come_from_one_place)
{
    static char *environment[] = {"COMPLAINTD_PRIVACY_KEYS=1", NULL};

    ck_assert(load(DATABASE, NULL));
    ck_assert(load(KEYLESS, environment));
    ck_assert(!load(KEYLESS, NULL));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert(strstr(errors.list[0].at, "make-data-key") != NULL);
    ck_assert(!load(DATABASE, environment));
}
END_TEST

Suite *settings_suite(void)
{
    Suite *suite = suite_create("settings");
    TCase *tcase = tcase_create("settings");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, links_to_services_are_no_settings);
    tcase_add_test(tcase, every_thread_has_a_connection);
    tcase_add_test(tcase, keys_come_from_one_place);
    tcase_add_test(tcase, the_demo_is_for_this_machine_alone);
    tcase_add_test(tcase, proxies_and_origins_are_named_rightly);
    tcase_add_test(tcase, a_provider_is_named_rightly);
    tcase_add_test(tcase, a_certificate_has_a_key);
    suite_add_tcase(suite, tcase);
    return suite;
}
