#ifndef BASE_NETWORK_H
#define BASE_NETWORK_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/text.h"

/* Internet addresses and networks. IPv4 is kept as IPv4-mapped IPv6 (RFC 4291 §2.5.5.2), so that
 * there is one kind only. */
struct address {
    unsigned char bytes[16];
};

#define ADDRESS_TEXT_MAX 46 /* with the zero byte */

/* "192.0.2.1", "2001:db8::1", and as proxies write them "192.0.2.1:4711", "[2001:db8::1]:4711".
 * Returns false and leaves *ret alone when the text is no address. */
bool address_parse(struct text text, struct address *ret);

/* Four bytes as they stand in an IP packet. */
struct address address_from_four(const void *bytes);
bool address_is_four(const struct address *address);

/* Zero-terminated; IPv4 in its own form. */
void address_format(const struct address *address, char out[static ADDRESS_TEXT_MAX]);

bool address_is_loopback(const struct address *address);

/* The addresses that share the first bits. */
struct network {
    struct address base;
    int bits; /* 0–128 */
};

/* "10.0.0.0/8", "2001:db8::/32", or a single address; bits beyond the prefix must be zero.
 * Returns false and leaves *ret alone when the text is no network. */
bool network_parse(struct text text, struct network *ret);

bool network_holds(const struct network *network, const struct address *address);

#define NETWORKS_MAX 32

struct networks {
    struct network list[NETWORKS_MAX];
    size_t count;
};

/* Networks separated by commas or blanks. False when one of them is none or there are too many. */
bool networks_parse(const char *list, struct networks *ret);
bool networks_hold(const struct networks *networks, const struct address *address);

/* The client's address behind proxies: the rightmost one of an X-Forwarded-For list that is none of
 * the trusted proxies' addresses, when the list came from one of them. What stands further left was
 * written by strangers. peer: who is connected; list: none when nothing was forwarded. */
struct address address_behind(const struct networks *trusted, struct address peer,
                              struct text list);

#endif
