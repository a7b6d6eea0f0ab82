#include "lib/base/network.h"

#include <arpa/inet.h>
#include <string.h>

static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool address_is_four(const struct address *address)
{
    return memcmp(address->bytes, mapped, sizeof mapped) == 0;
}

struct address address_from_four(const void *bytes)
{
    struct address address;
    memcpy(address.bytes, mapped, sizeof mapped);
    memcpy(address.bytes + sizeof mapped, bytes, 4);
    return address;
}

/* The address without port and brackets. */
static struct text bare(struct text text)
{
    const char *colon = memchr(text.at, ':', text.length);
    const char *bracket = memchr(text.at, ']', text.length);

    if (text.length && text.at[0] == '[' && bracket)
        return (struct text){text.at + 1, (size_t)(bracket - text.at - 1)};
    /* One colon is before a port, more are an IPv6 address's own. */
    if (colon && !memchr(colon + 1, ':', text.length - (size_t)(colon - text.at) - 1))
        return (struct text){text.at, (size_t)(colon - text.at)};
    return text;
}

static bool parse_bare(struct text text, struct address *ret)
{
    char copy[ADDRESS_TEXT_MAX];
    struct in6_addr six;
    struct in_addr four;

    if (text.length == 0 || text.length >= sizeof copy || memchr(text.at, '\0', text.length))
        return false;
    memcpy(copy, text.at, text.length);
    copy[text.length] = '\0';
    if (inet_pton(AF_INET, copy, &four) == 1) {
        *ret = address_from_four(&four);
        return true;
    }
    if (inet_pton(AF_INET6, copy, &six) != 1)
        return false;
    memcpy(ret->bytes, &six, sizeof ret->bytes);
    return true;
}

bool address_parse(struct text text, struct address *ret)
{
    return text.length > 0 && parse_bare(bare(text), ret);
}

void address_format(const struct address *address, char out[static ADDRESS_TEXT_MAX])
{
    bool four = address_is_four(address);
    (void)inet_ntop(four ? AF_INET : AF_INET6, address->bytes + (four ? sizeof mapped : 0), out,
                    ADDRESS_TEXT_MAX);
}

bool address_is_loopback(const struct address *address)
{
    static const unsigned char one[16] = {[15] = 1};
    return address_is_four(address) ? address->bytes[12] == 127
                                    : memcmp(address->bytes, one, sizeof one) == 0;
}

/* Whether the two share their first bits. */
static bool same_bits(const struct address *a, const struct address *b, int bits)
{
    size_t whole = (size_t)bits / 8;
    int rest = bits % 8;
    return memcmp(a->bytes, b->bytes, whole) == 0 &&
           (rest == 0 || (a->bytes[whole] ^ b->bytes[whole]) >> (8 - rest) == 0);
}

static bool parse_bits(struct text text, int max, int *ret)
{
    int bits = 0;
    if (text.length == 0 || text.length > 3)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        bits = bits * 10 + (text.at[i] - '0');
    }
    *ret = bits;
    return bits <= max;
}

bool network_parse(struct text text, struct network *ret)
{
    const char *slash = text.length ? memchr(text.at, '/', text.length) : NULL;
    size_t length = slash ? (size_t)(slash - text.at) : text.length;
    struct network network = {.bits = 128};

    if (!parse_bare((struct text){text.at, length}, &network.base))
        return false;
    if (slash) {
        int before = address_is_four(&network.base) ? 96 : 0;
        if (!parse_bits((struct text){slash + 1, text.length - length - 1}, 128 - before,
                        &network.bits))
            return false;
        network.bits += before;
    }
    for (int bit = network.bits; bit < 128; bit++) {
        if (network.base.bytes[bit / 8] >> (7 - bit % 8) & 1)
            return false;
    }
    *ret = network;
    return true;
}

bool network_holds(const struct network *network, const struct address *address)
{
    return same_bits(&network->base, address, network->bits);
}

bool networks_parse(const char *list, struct networks *ret)
{
    static const char separators[] = ", \t";
    struct networks networks = {.count = 0};

    for (const char *at = list + strspn(list, separators); *at; at += strspn(at, separators)) {
        size_t length = strcspn(at, separators);
        if (networks.count == NETWORKS_MAX ||
            !network_parse((struct text){at, length}, &networks.list[networks.count]))
            return false;
        networks.count++;
        at += length;
    }
    *ret = networks;
    return true;
}

bool networks_hold(const struct networks *networks, const struct address *address)
{
    for (size_t i = 0; i < networks->count; i++) {
        if (network_holds(&networks->list[i], address))
            return true;
    }
    return false;
}

/* Cuts the last member off a list separated by commas; false when there is none left. */
static bool cut_last(struct text *list, struct text *ret)
{
    if (text_is_none(*list))
        return false;
    const char *comma = list->length ? memrchr(list->at, ',', list->length) : NULL;
    const char *start = comma ? comma + 1 : list->at, *end = list->at + list->length;
    while (start < end && (*start == ' ' || *start == '\t'))
        start++;
    while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *ret = (struct text){start, (size_t)(end - start)};
    *list = comma ? (struct text){list->at, (size_t)(comma - list->at)} : TEXT_NONE;
    return true;
}

struct address address_behind(const struct networks *trusted, struct address peer, struct text list)
{
    struct address address = peer;
    struct text member;

    /* What is no address was put there by whoever sent it: so far the list can be followed. */
    while (networks_hold(trusted, &address) && cut_last(&list, &member) &&
           address_parse(member, &address))
        ;
    return address;
}
