#include "server/peer.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/instant.h"

#define LOOK_EVERY (200 * INSTANT_MILLISECOND)

static struct address address_of(const struct sockaddr *socket)
{
    struct address address = {{0}};
    if (socket && socket->sa_family == AF_INET)
        address = address_from_four(&((const struct sockaddr_in *)(const void *)socket)->sin_addr);
    else if (socket && socket->sa_family == AF_INET6)
        memcpy(address.bytes, &((const struct sockaddr_in6 *)(const void *)socket)->sin6_addr,
               sizeof address.bytes);
    return address;
}

struct peer *peer_add(struct peers *peers, int fd, const struct sockaddr *address,
                      int64_t deadline_us)
{
    struct peer *peer = calloc(1, sizeof *peer);
    if (!peer)
        abort();
    *peer = (struct peer){
        .next = peers->first, .fd = fd, .deadline_us = deadline_us, .address = address_of(address)};
    address_format(&peer->address, peer->address_text);
    if (peers->first)
        peers->first->previous = peer;
    peers->first = peer;
    return peer;
}

void peer_await(struct peer *peer, int64_t limit_ms)
{
    peer->deadline_us = monotonic_now_us() + limit_ms * INSTANT_MILLISECOND;
}

void peer_remove(struct peers *peers, struct peer *peer)
{
    if (peer->next)
        peer->next->previous = peer->previous;
    if (peer->previous)
        peer->previous->next = peer->next;
    else
        peers->first = peer->next;
    free(peer);
}

int peers_end_late(struct peers *peers, int64_t now_us)
{
    int ended = 0;
    if (now_us < peers->next_look_us)
        return 0;
    peers->next_look_us = now_us + LOOK_EVERY;
    for (struct peer *peer = peers->first; peer; peer = peer->next) {
        if (now_us < peer->deadline_us)
            continue;
        (void)shutdown(peer->fd, SHUT_RDWR);
        peer->deadline_us = INT64_MAX; /* once is enough */
        ended++;
    }
    return ended;
}
