#include "lib/base/network.h"

#include <check.h>

Suite *network_suite(void);

/* What an address looks like after reading and writing; "" when it is none. */
static const char *read_back(const char *text)
{
    static char out[ADDRESS_TEXT_MAX];
    struct address address;
    out[0] = '\0';
    if (address_parse(text_of(text), &address))
        address_format(&address, out);
    return out;
}

START_TEST(addresses)
{
    static const char *const cases[][2] = {
        {"192.0.2.1", "192.0.2.1"},
        {"192.0.2.1:4711", "192.0.2.1"},
        {"::1", "::1"},
        {"2001:DB8:0:0::1", "2001:db8::1"},
        {"[2001:db8::1]:4711", "2001:db8::1"},
        {"[2001:db8::1]", "2001:db8::1"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"", ""},
        {"unknown", ""},
        {"192.0.2", ""},
        {"192.0.2.256", ""},
        {"192.0.2.1 ", ""},
        {"_hidden", ""},
        {"[", ""},
        {"[]", ""},
        {":", ""},
        {"fe80::1%eth0", ""},
        {"10.0.0.0/8", ""},
        {"1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:1111", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_str_eq(read_back(cases[i][0]), cases[i][1]);
    struct address untouched = {{7}};
    ck_assert(!address_parse(TEXT_NONE, &untouched));
    ck_assert_int_eq(untouched.bytes[0], 7);
}
END_TEST

static bool loopback(const char *text)
{
    struct address address;
    ck_assert(address_parse(text_of(text), &address));
    return address_is_loopback(&address);
}

START_TEST(loopback_addresses)
{
    ck_assert(loopback("127.0.0.1") && loopback("127.9.8.7") && loopback("::1"));
    ck_assert(!loopback("128.0.0.1") && !loopback("::2") && !loopback("::") &&
              !loopback("7f00::1"));
}
END_TEST

static bool in(const char *list, const char *text)
{
    struct networks networks;
    struct address address;
    ck_assert_msg(networks_parse(list, &networks), "%s", list);
    ck_assert(address_parse(text_of(text), &address));
    return networks_hold(&networks, &address);
}

START_TEST(networks_hold_their_addresses)
{
    ck_assert(in("10.0.0.0/8", "10.255.255.255"));
    ck_assert(!in("10.0.0.0/8", "11.0.0.0"));
    ck_assert(in("192.0.2.4/30", "192.0.2.7"));
    ck_assert(!in("192.0.2.4/30", "192.0.2.8"));
    ck_assert(in("0.0.0.0/0", "203.0.113.9"));
    ck_assert(!in("0.0.0.0/0", "2001:db8::1"));
    ck_assert(in("::/0", "2001:db8::1"));
    ck_assert(in("2001:db8::/33", "2001:db8:7fff::1"));
    ck_assert(!in("2001:db8::/33", "2001:db8:8000::1"));
    ck_assert(in("192.0.2.1", "192.0.2.1"));
    ck_assert(!in("192.0.2.1", "192.0.2.2"));
    ck_assert(in("10.0.0.0/8, ::1\t192.0.2.1", "192.0.2.1"));
    ck_assert(!in("", "127.0.0.1"));
}
END_TEST

START_TEST(what_is_no_network)
{
    static const char *const lists[] = {
        "10.0.0.1/8", "10.0.0.0/33",   "10.0.0.0/",    "10.0.0.0/-1", "10.0.0.0/8x",   "localhost",
        "::/129",     "10.0.0.0/008/", "10.0.0.0/0x8", "10.0.0.1:80", "2001:db8::1/32"};
    struct networks networks;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        ck_assert_msg(!networks_parse(lists[i], &networks), "%s", lists[i]);
    char many[(NETWORKS_MAX + 1) * 4 + 1] = "";
    for (size_t i = 0; i <= NETWORKS_MAX; i++)
        memcpy(many + i * 4, "::1,", 4);
    ck_assert(!networks_parse(many, &networks));
    many[sizeof many - 6] = '\0'; /* one less */
    ck_assert(networks_parse(many, &networks));
}
END_TEST

static const char *behind(const char *trusted, const char *peer, const char *list)
{
    static char out[ADDRESS_TEXT_MAX];
    struct networks networks;
    struct address address;
    ck_assert(networks_parse(trusted, &networks) && address_parse(text_of(peer), &address));
    address = address_behind(&networks, address, text_of(list));
    address_format(&address, out);
    return out;
}

/* Only what a trusted proxy wrote counts; the left end of the list is anybody's. */
START_TEST(clients_behind_proxies)
{
    static const char proxies[] = "10.0.0.0/8";
    ck_assert_str_eq(behind(proxies, "10.0.0.1", "203.0.113.9"), "203.0.113.9");
    ck_assert_str_eq(behind(proxies, "10.0.0.1", "1.2.3.4, 203.0.113.9"), "203.0.113.9");
    ck_assert_str_eq(behind(proxies, "10.0.0.1", "203.0.113.9 ,10.0.0.2,\t10.0.0.3"),
                     "203.0.113.9");
    ck_assert_str_eq(behind(proxies, "192.0.2.1", "203.0.113.9"), "192.0.2.1");
    ck_assert_str_eq(behind("", "10.0.0.1", "203.0.113.9"), "10.0.0.1");
    ck_assert_str_eq(behind(proxies, "10.0.0.1", NULL), "10.0.0.1");
    ck_assert_str_eq(behind(proxies, "10.0.0.1", ""), "10.0.0.1");
    ck_assert_str_eq(behind(proxies, "10.0.0.1", "203.0.113.9, unknown"), "10.0.0.1");
    ck_assert_str_eq(behind(proxies, "10.0.0.1", "unknown, 10.0.0.2"), "10.0.0.2");
    ck_assert_str_eq(behind(proxies, "10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3");
    ck_assert_str_eq(behind(proxies, "10.0.0.1", ",,,"), "10.0.0.1");
    ck_assert_str_eq(behind(proxies, "10.0.0.1", "[2001:db8::7]:443"), "2001:db8::7");
}
END_TEST

Suite *network_suite(void)
{
    Suite *suite = suite_create("network");
    TCase *tcase = tcase_create("network");
    tcase_add_test(tcase, addresses);
    tcase_add_test(tcase, loopback_addresses);
    tcase_add_test(tcase, networks_hold_their_addresses);
    tcase_add_test(tcase, what_is_no_network);
    tcase_add_test(tcase, clients_behind_proxies);
    suite_add_tcase(suite, tcase);
    return suite;
}
