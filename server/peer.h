#ifndef SERVER_PEER_H
#define SERVER_PEER_H

#include <stdint.h>
#include <sys/socket.h>

#include "lib/base/network.h"

struct credentials;

/* A client's connection. An HTTP thread keeps those of its own in a list, to end the ones that are
 * late: libmicrohttpd knows only of clients that are silent, not of those who send a byte now and
 * then. */
struct peer {
    struct peer *next, *previous;
    int fd;
    int64_t deadline_us; /* by monotonic_now_us(): what is awaited from the client must be there, or
                            what is sent to it taken; INT64_MAX: it is not the client's turn */
    struct address address;
    char address_text[ADDRESS_TEXT_MAX];
    struct credentials *credentials; /* NULL: no TLS */
};

struct peers {
    struct peer *first;
    int64_t next_look_us;
};

/* The list's, until peer_remove(). */
struct peer *peer_add(struct peers *peers, int fd, const struct sockaddr *address,
                      int64_t deadline_us);
/* From now on the client has so long for its part. */
void peer_await(struct peer *peer, int64_t limit_ms);
void peer_remove(struct peers *peers, struct peer *peer);

/* Shuts the sockets of those who are late, some times a second; the connections end by that. Returns
 * how many. */
int peers_end_late(struct peers *peers, int64_t now_us);

#endif
