#include "tests/http/wire.h"

#include <arpa/inet.h>
#include <check.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/http/client.h"
#include "tests/http/program.h"

#define WAIT_MS 15000

int wire_connect(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

bool wire_send(int fd, const char *bytes, size_t length)
{
    if (length == 0)
        length = strlen(bytes);
    for (size_t sent = 0; sent < length;) {
        ssize_t n = send(fd, bytes + sent, length - sent, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        sent += (size_t)n;
    }
    return true;
}

/* Bytes read, 0 when the connection was closed, -1 when nothing came. */
static ssize_t read_some(int fd, char *out, size_t room)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    if (poll(&ready, 1, WAIT_MS * program_patience()) != 1)
        return -1;
    ssize_t n = recv(fd, out, room, 0);
    return n < 0 ? 0 : n; /* reset */
}

static bool read_exactly(int fd, char *out, size_t length)
{
    for (size_t got = 0; got < length;) {
        ssize_t n = read_some(fd, out + got, length - got);
        ck_assert_msg(n >= 0, "the server neither answers nor hangs up");
        if (n == 0)
            return false;
        got += (size_t)n;
    }
    return true;
}

struct wire_answer wire_read(int fd)
{
    struct wire_answer answer = {0};
    char head[8192] = "";
    size_t length = 0;

    while (!strstr(head, "\r\n\r\n")) {
        ck_assert_uint_lt(length, sizeof head - 1);
        if (!read_exactly(fd, head + length, 1))
            return answer;
        head[++length] = '\0';
    }
    const char *announced = strcasestr(head, "\r\nContent-Length:");
    size_t size = announced ? strtoul(announced + strlen("\r\nContent-Length:"), NULL, 10) : 0;
    char *body = calloc(1, size + 1);
    ck_assert_ptr_nonnull(body);
    ck_assert(read_exactly(fd, body, size));
    answer = (struct wire_answer){.status = (int)strtol(head + strlen("HTTP/1.1 "), NULL, 10),
                                  .head = client_text("%s", head),
                                  .body = client_text("%s", body)};
    free(body);
    return answer;
}

struct wire_answer wire_ask(int *fd, int port, const char *bytes)
{
    *fd = wire_connect(port);
    ck_assert(wire_send(*fd, bytes, 0));
    return wire_read(*fd);
}

bool wire_ends(int fd)
{
    char rest[4096];
    ssize_t n;
    while ((n = read_some(fd, rest, sizeof rest)) > 0)
        ;
    close(fd);
    return n == 0;
}
