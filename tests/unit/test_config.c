#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/config.h"

Suite *config_suite(void);

struct sample {
    const char *host, *password;
    int port, zone_minutes;
    bool tls;
    int64_t timeout_ms;
};

static const struct config_setting settings[] = {
    CONFIG_STRING("http", "host", struct sample, host, 1, 255, "127.0.0.1", "Address to listen on"),
    CONFIG_INT("http", "port", struct sample, port, 1, 65535, "8080", "Port to listen on"),
    CONFIG_BOOL("http", "tls", struct sample, tls, "false", "Whether to speak TLS"),
    CONFIG_DURATION("http", "timeout", struct sample, timeout_ms, 100, 3600000, "30s",
                    "How long a request may take"),
    CONFIG_STRING("database", "password", struct sample, password, 0, 100, "", "Password"),
    CONFIG_ZONE("institution", "zone", struct sample, zone_minutes, "+08:00", "Offset from UTC"),
};
static const char *const ignored[] = {"SAMPLE_BIN", "SAMPLE_TEST_*", NULL};
static const struct config_schema schema = {"SAMPLE_", settings, sizeof settings / sizeof *settings,
                                            ignored};

static struct arena *arena;
static struct sample values;
static struct config_errors errors;

static void setup(void)
{
    arena = arena_new(4096);
    memset(&values, 0x55, sizeof values);
}

static void teardown(void)
{
    arena_free(arena);
}

static bool load(const char *content, char *const *environment)
{
    return config_load_text(arena, &schema, "c.ini", text_of(content), environment, &values,
                            &errors);
}

/* expected: the sentences, each with a line feed. */
static void expect_errors(const char *expected)
{
    struct text_buffer all = text_buffer_new(arena, 1024);

    for (size_t i = 0; i < errors.count; i++)
        text_buffer_printf(&all, "%.*s\n", TEXT_ARG(errors.list[i]));
    text_buffer_add_char(&all, '\0');
    ck_assert_str_eq(all.at, expected);
}

static void expect_fine(const char *content, char *const *environment)
{
    bool fine = load(content, environment);

    expect_errors("");
    ck_assert(fine);
}

START_TEST(defaults)
{
    expect_fine("", NULL);
    ck_assert_str_eq(values.host, "127.0.0.1");
    ck_assert_str_eq(values.password, "");
    ck_assert_int_eq(values.port, 8080);
    ck_assert(!values.tls);
    ck_assert_int_eq(values.timeout_ms, 30000);
    ck_assert_int_eq(values.zone_minutes, 480);
    ck_assert(config_load(arena, &schema, NULL, NULL, &values, &errors));
    ck_assert_int_eq(values.port, 8080);
}
END_TEST

START_TEST(file_sets_values)
{
    expect_fine("\xEF\xBB\xBF; a comment\r\n"
                "[http]\r\n"
                "host = ::1 ; to this machine only\r\n"
                "port=9090\r\n"
                "tls : true\r\n"
                "\r\n"
                "[institution]\n"
                "# another\n"
                "  zone = -03:30\n"
                "[database]\n"
                "password = p;a#s=s: 密码\n"
                "[http]\n"
                "timeout = 2m",
                NULL);
    ck_assert_str_eq(values.host, "::1");
    ck_assert_int_eq(values.port, 9090);
    ck_assert(values.tls);
    ck_assert_int_eq(values.zone_minutes, -210);
    ck_assert_str_eq(values.password, "p;a#s=s: 密码");
    ck_assert_int_eq(values.timeout_ms, 120000);
}
END_TEST

START_TEST(environment_overrides)
{
    char *environment[] = {"PATH=/bin",
                           "SAMPLE_HTTP_PORT=7",
                           "SAMPLE_DATABASE_PASSWORD= ; # = kept ",
                           "SAMPLE_BIN=x",
                           "SAMPLE_TEST_ANYTHING=x",
                           "SAMPLEX=1",
                           NULL};

    expect_fine("[http]\nport = 1000\nhost = a\n", environment);
    ck_assert_int_eq(values.port, 7);
    ck_assert_str_eq(values.host, "a");
    ck_assert_str_eq(values.password, " ; # = kept ");
}
END_TEST

START_TEST(values_outlive_their_sources)
{
    char content[] = "[http]\nhost = from-file\n", variable[] = "SAMPLE_DATABASE_PASSWORD=secret";
    char *environment[] = {variable, NULL};

    expect_fine(content, environment);
    memset(content, 'x', sizeof content - 1);
    memset(variable, 'x', sizeof variable - 1);
    ck_assert_str_eq(values.host, "from-file");
    ck_assert_str_eq(values.password, "secret");
}
END_TEST

START_TEST(durations)
{
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {{"100ms", 100}, {"1s", 1000}, {"59m", 3540000}, {"1h", 3600000}};
    static const char *const bad[] = {"",
                                      "30",
                                      "s",
                                      "-1s",
                                      "+1s",
                                      "1.5s",
                                      "1 s",
                                      "1S",
                                      "30sec",
                                      "0x1s",
                                      "1s1ms",
                                      "∞",
                                      "1w",
                                      "99999999999999999999s",
                                      "9223372036854775807d"};

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        expect_fine(arena_printf(arena, "[http]\ntimeout=%s\n", good[i].text), NULL);
        ck_assert_int_eq(values.timeout_ms, good[i].ms);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert(!load(arena_printf(arena, "[http]\ntimeout=%s\n", bad[i]), NULL));
        expect_errors(arena_printf(arena,
                                   "c.ini:2: http.timeout must be a duration such as 250ms, 30s, "
                                   "5m, 2h or 7d, not \"%s\"\n",
                                   bad[i]));
    }
    ck_assert(!load("[http]\ntimeout = 0", NULL));
    expect_errors("c.ini:2: http.timeout must lie between 100ms and 1h, it is 0\n");
    ck_assert(!load("[http]\ntimeout = 1d", NULL));
    expect_errors("c.ini:2: http.timeout must lie between 100ms and 1h, it is 1d\n");
}
END_TEST

START_TEST(numbers)
{
    static const char *const bad[] = {"",     "-",   "x",   "1x",  "+1",
                                      "0x10", "1e3", "1.0", "1 2", "99999999999999999999"};

    expect_fine("[http]\nport = 1", NULL);
    ck_assert_int_eq(values.port, 1);
    expect_fine("[http]\nport = 65535", NULL);
    ck_assert_int_eq(values.port, 65535);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert(!load(arena_printf(arena, "[http]\nport=%s\n", bad[i]), NULL));
        expect_errors(
            arena_printf(arena, "c.ini:2: http.port must be a whole number, not \"%s\"\n", bad[i]));
    }
    ck_assert(!load("[http]\nport = 0", NULL));
    expect_errors("c.ini:2: http.port must lie between 1 and 65535, it is 0\n");
    ck_assert(!load("[http]\nport = -1", NULL));
    expect_errors("c.ini:2: http.port must lie between 1 and 65535, it is -1\n");
    ck_assert(!load("[http]\nport = 4294967376", NULL)); /* 80 in 32 bits */
    expect_errors("c.ini:2: http.port must lie between 1 and 65535, it is 4294967376\n");
}
END_TEST

START_TEST(all_mistakes_are_listed_by_line)
{
    char *environment[] = {"SAMPLE_HTTP_PROT=1", "SAMPLE_HTTP_PORT=none",
                           "SAMPLE_=", "SAMPLE_HTTP_TLS=TRUE", NULL};

    ck_assert(!load("port = 1\n"      /* 1 */
                    "[http]\n"        /* 2 */
                    "prot = 80\n"     /* 3 */
                    "just words\n"    /* 4 */
                    "port = 0\n"      /* 5 */
                    "port = 81\n"     /* 6 */
                    "[htp]\n"         /* 7 */
                    "port = 1\n"      /* 8 */
                    "[institution\n"  /* 9 */
                    "[institution]\n" /* 10 */
                    "zone = +8\n"     /* 11 */
                    "[http]\n"        /* 12 */
                    "tls = yes\n"     /* 13 */
                    "host =\n",       /* 14 */
                    environment));
    expect_errors("c.ini:1: \"port\" stands before the first section\n"
                  "c.ini:3: section [http] has no setting \"prot\"\n"
                  "c.ini:4: neither [section] nor key = value\n"
                  "c.ini:5: http.port must lie between 1 and 65535, it is 0\n"
                  "c.ini:6: http.port was given in line 5 already\n"
                  "c.ini:8: \"port\" stands in the unknown section [htp]\n"
                  "c.ini:9: neither [section] nor key = value\n"
                  "c.ini:11: institution.zone must be an offset such as +08:00 or Z, not \"+8\"\n"
                  "c.ini:13: http.tls must be true or false, not \"yes\"\n"
                  "c.ini:14: http.host must have 1 to 255 bytes, it has 0\n"
                  "SAMPLE_HTTP_PROT: there is no such setting\n"
                  "SAMPLE_: there is no such setting\n"
                  "SAMPLE_HTTP_PORT: http.port must be a whole number, not \"none\"\n"
                  "SAMPLE_HTTP_TLS: http.tls must be true or false, not \"TRUE\"\n");
    /* Even so, the struct can be read. */
    ck_assert_str_eq(values.host, "127.0.0.1");
}
END_TEST

START_TEST(secrets_are_not_quoted)
{
    char *environment[] = {"SAMPLE_DATABASE_PASSWORD=hunter2\x01", "SAMPLE_PASSWORD=hunter2", NULL};

    ck_assert(!load("[database]\npasswrod = hunter2\npassword = hunter2\xFF\n", environment));
    expect_errors("c.ini:2: section [database] has no setting \"passwrod\"\n"
                  "c.ini:3: database.password is not UTF-8\n"
                  "SAMPLE_PASSWORD: there is no such setting\n"
                  "SAMPLE_DATABASE_PASSWORD: database.password holds a control character\n");
}
END_TEST

START_TEST(long_values_continue_on_indented_lines)
{
    char line[400];

    expect_fine("[database]\npassword = one\n  two\n\tthree\n[http]\nport = 5\n", NULL);
    ck_assert_str_eq(values.password, "one two three");
    ck_assert_int_eq(values.port, 5);
    /* What continues a refused line is part of the same mistake. */
    ck_assert(!load("[http]\nprot = 1\n  2\nport = 3\n", NULL));
    expect_errors("c.ini:2: section [http] has no setting \"prot\"\n");
    /* The longest line, and one byte more. */
    snprintf(line, sizeof line, "[http]\nhost=%0185d\n", 0);
    expect_fine(line, NULL);
    ck_assert_uint_eq(strlen(values.host), 185);
    snprintf(line, sizeof line, "[http]\nhost=%0186d\nport=x\n", 0);
    ck_assert(!load(line, NULL));
    expect_errors("c.ini:2: the line is longer than 190 bytes; continue it on an indented line\n"
                  "c.ini:3: http.port must be a whole number, not \"x\"\n");
    snprintf(line, sizeof line, "# %0300d\n[http]\nport=6\n", 0);
    expect_fine(line, NULL);
    ck_assert_int_eq(values.port, 6);
}
END_TEST

START_TEST(zero_bytes_are_refused)
{
    static const char content[] = "[http]\nhost = a\0b\nport = 9\n";

    ck_assert(!config_load_text(arena, &schema, "c.ini", (struct text){content, sizeof content - 1},
                                NULL, &values, &errors));
    expect_errors("c.ini:2: the line holds a zero byte\n");
}
END_TEST

START_TEST(mistakes_that_only_the_parser_sees_are_reported)
{
    ck_assert(!load("[ht ;tp]\nport = 1\n", NULL));
    ck_assert_uint_ge(errors.count, 1);
}
END_TEST

START_TEST(required_settings_must_be_given)
{
    static const struct config_setting required[] = {
        CONFIG_STRING("http", "host", struct sample, host, 1, 255, NULL, "Address"),
        CONFIG_INT("http", "port", struct sample, port, 1, 65535, NULL, "Port"),
    };
    static const struct config_schema strict = {"SAMPLE_", required, 2, NULL};
    char *environment[] = {"SAMPLE_HTTP_PORT=1", NULL};

    ck_assert(!config_load_text(arena, &strict, "c.ini", TEXT(""), environment, &values, &errors));
    expect_errors("http.host must be given\n");
    ck_assert_int_eq(values.port, 1);
    ck_assert_str_eq(values.host, "");
}
END_TEST

START_TEST(a_table_with_a_bad_default_is_reported)
{
    static const struct config_setting wrong[] = {
        CONFIG_INT("http", "port", struct sample, port, 1, 65535, "70000", "Port")};
    static const struct config_schema broken = {"SAMPLE_", wrong, 1, NULL};

    ck_assert(!config_load_text(arena, &broken, "c.ini", TEXT(""), NULL, &values, &errors));
    expect_errors("default: http.port must lie between 1 and 65535, it is 70000\n");
}
END_TEST

START_TEST(reads_files)
{
    char path[] = "/tmp/test_config_XXXXXX";
    int fd = mkstemp(path);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, "[http]\nport = 99\nx\n", 19), 19);
    close(fd);
    ck_assert(!config_load(arena, &schema, path, NULL, &values, &errors));
    expect_errors(arena_printf(arena, "%s:3: neither [section] nor key = value\n", path));
    ck_assert_int_eq(values.port, 99);
    unlink(path);
    ck_assert(!config_load(arena, &schema, path, NULL, &values, &errors));
    expect_errors(arena_printf(arena, "%s: No such file or directory\n", path));
    ck_assert(!config_load(arena, &schema, "/", NULL, &values, &errors));
    expect_errors("/: Is a directory\n");
}
END_TEST

START_TEST(description_is_a_file_of_defaults)
{
    struct text_buffer out = text_buffer_new(arena, 1024);

    config_describe(&schema, &out);
    text_buffer_add_char(&out, '\0');
    ck_assert_ptr_nonnull(
        strstr(out.at, "[http]\n# Address to listen on (text of 1 to 255 bytes; SAMPLE_HTTP_HOST)\n"
                       "host = 127.0.0.1\n"));
    ck_assert_ptr_nonnull(strstr(out.at, "# How long a request may take (100ms to 1h; "
                                         "SAMPLE_HTTP_TIMEOUT)\ntimeout = 30s\n"));
    expect_fine(out.at, NULL);
    ck_assert_int_eq(values.port, 8080);
    ck_assert_int_eq(values.timeout_ms, 30000);
}
END_TEST

START_TEST(any_bytes_are_survived)
{
    uint64_t random = 1;
    static const char alphabet[] = "[]=:;# \t\r\nhttpor1x\"\\\xFF\xE6\x80\0";

    for (int round = 0; round < 3000; round++) {
        char content[300];
        for (size_t i = 0; i < sizeof content; i++) {
            random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            content[i] = alphabet[(random >> 33) % (sizeof alphabet - 1)];
        }
        config_load_text(arena, &schema, "c.ini", (struct text){content, sizeof content}, NULL,
                         &values, &errors);
        ck_assert_uint_gt(strlen(values.host), 0);
        arena_reset(arena);
    }
}
END_TEST

Suite *config_suite(void)
{
    Suite *suite = suite_create("config");
    TCase *tcase = tcase_create("config");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, defaults);
    tcase_add_test(tcase, file_sets_values);
    tcase_add_test(tcase, environment_overrides);
    tcase_add_test(tcase, values_outlive_their_sources);
    tcase_add_test(tcase, durations);
    tcase_add_test(tcase, numbers);
    tcase_add_test(tcase, all_mistakes_are_listed_by_line);
    tcase_add_test(tcase, secrets_are_not_quoted);
    tcase_add_test(tcase, long_values_continue_on_indented_lines);
    tcase_add_test(tcase, zero_bytes_are_refused);
    tcase_add_test(tcase, mistakes_that_only_the_parser_sees_are_reported);
    tcase_add_test(tcase, required_settings_must_be_given);
    tcase_add_test(tcase, a_table_with_a_bad_default_is_reported);
    tcase_add_test(tcase, reads_files);
    tcase_add_test(tcase, description_is_a_file_of_defaults);
    tcase_add_test(tcase, any_bytes_are_survived);
    suite_add_tcase(suite, tcase);
    return suite;
}
