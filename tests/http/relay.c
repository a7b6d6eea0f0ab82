#include "tests/http/relay.h"

#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/http/client.h"

#define LINES_MAX 32 /* connections at a time */
#define TURN_MS 20

/* Bind of the prepared statement "commit" to the unnamed portal; CommandComplete of COMMIT. */
static const char commit_sent[] = "\0commit", commit_done[] = "C\0\0\0\x0b"
                                                              "COMMIT";

/* Looks for a pattern, with its closing zero byte, in a stream that comes in pieces. */
struct finder {
    const char *pattern;
    size_t length, matched;
};

struct line {
    int server, database; /* sockets; -1: the line is free */
    struct finder mark, sent, done;
    bool marked; /* what is not committed yet held the mark */
};

struct relay {
    char directory[32];
    struct sockaddr_un listening, database;
    const char *url;
    int socket;
    pthread_t thread;
    atomic_bool stop, barred, bar, has_cut;
    _Atomic(enum relay_cut) cut;
    _Atomic(const char *) mark;
    struct line lines[LINES_MAX];
};

/* --- looking ---------------------------------------------------------------------------------- */

static bool finds(struct finder *finder, const char *bytes, size_t length)
{
    bool found = false;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == finder->pattern[finder->matched])
            finder->matched++;
        else /* good enough: neither pattern begins with a part that comes again in it */
            finder->matched = bytes[i] == finder->pattern[0];
        if (finder->matched == finder->length) {
            finder->matched = 0;
            found = true;
        }
    }
    return found;
}

/* --- passing on ------------------------------------------------------------------------------- */

static void close_line(struct line *line)
{
    close(line->server);
    close(line->database);
    *line = (struct line){.server = -1, .database = -1};
}

static bool pass(int to, const char *bytes, size_t length)
{
    while (length) {
        ssize_t written = send(to, bytes, length, MSG_NOSIGNAL);
        if (written <= 0)
            return false;
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

/* Whether a commit that is at this point is the one to cut at. */
static bool is_due(struct relay *relay, const struct line *line, enum relay_cut point)
{
    return line->marked && atomic_load(&relay->cut) == point;
}

static void look_for_mark(struct relay *relay, struct line *line, const char *bytes, size_t length)
{
    const char *mark = atomic_load(&relay->mark);

    if (!mark)
        return;
    if (line->mark.pattern != mark)
        line->mark = (struct finder){mark, strlen(mark), 0};
    if (finds(&line->mark, bytes, length))
        line->marked = true;
}

static void cut(struct relay *relay, struct line *line)
{
    atomic_store(&relay->cut, RELAY_PASS);
    atomic_store(&relay->barred, atomic_load(&relay->bar));
    close_line(line);
    atomic_store(&relay->has_cut, true);
}

static void from_server(struct relay *relay, struct line *line)
{
    char bytes[65536];
    ssize_t length = read(line->server, bytes, sizeof bytes);
    if (length <= 0) {
        close_line(line);
        return;
    }
    look_for_mark(relay, line, bytes, (size_t)length);
    bool commits = finds(&line->sent, bytes, (size_t)length);
    bool lost = commits && is_due(relay, line, RELAY_BEFORE_COMMIT);
    if (!lost && !pass(line->database, bytes, (size_t)length))
        close_line(line);
    else if (lost || (commits && is_due(relay, line, RELAY_AFTER_COMMIT)))
        cut(relay, line);
}

static void from_database(struct relay *relay, struct line *line)
{
    char bytes[65536];
    ssize_t length = read(line->database, bytes, sizeof bytes);
    if (length <= 0) {
        close_line(line);
        return;
    }
    bool committed = finds(&line->done, bytes, (size_t)length);
    if (committed && is_due(relay, line, RELAY_BEFORE_ANSWER)) {
        cut(relay, line);
        return;
    }
    if (committed)
        line->marked = false;
    if (!pass(line->server, bytes, (size_t)length))
        close_line(line);
}

static void take_line(struct relay *relay)
{
    int server = accept(relay->socket, NULL, NULL), database = -1;
    struct line *line = relay->lines;
    while (line < relay->lines + LINES_MAX && line->server >= 0)
        line++;
    if (server >= 0 && line < relay->lines + LINES_MAX && !atomic_load(&relay->barred)) {
        database = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(database, (struct sockaddr *)&relay->database, sizeof relay->database) == 0) {
            *line = (struct line){.server = server,
                                  .database = database,
                                  .sent = {commit_sent, sizeof commit_sent, 0},
                                  .done = {commit_done, sizeof commit_done, 0}};
            return;
        }
    }
    close(database);
    close(server);
}

static void *work(void *argument)
{
    struct relay *relay = argument;
    while (!atomic_load(&relay->stop)) {
        struct pollfd fds[1 + 2 * LINES_MAX] = {{.fd = relay->socket, .events = POLLIN}};
        for (size_t i = 0; i < LINES_MAX; i++) {
            fds[1 + 2 * i] = (struct pollfd){.fd = relay->lines[i].server, .events = POLLIN};
            fds[2 + 2 * i] = (struct pollfd){.fd = relay->lines[i].database, .events = POLLIN};
        }
        if (poll(fds, sizeof fds / sizeof *fds, TURN_MS) <= 0)
            continue;
        for (size_t i = 0; i < LINES_MAX; i++) {
            struct line *line = &relay->lines[i];
            if (line->server >= 0 && fds[1 + 2 * i].revents)
                from_server(relay, line);
            if (line->server >= 0 && fds[2 + 2 * i].revents)
                from_database(relay, line);
        }
        if (fds[0].revents)
            take_line(relay);
    }
    for (size_t i = 0; i < LINES_MAX; i++)
        if (relay->lines[i].server >= 0)
            close_line(&relay->lines[i]);
    return NULL;
}

/* --- its life --------------------------------------------------------------------------------- */

static void name_socket(struct sockaddr_un *address, const char *directory, const char *port)
{
    const char *path = client_text("%s/.s.PGSQL.%s", directory, port);
    address->sun_family = AF_UNIX;
    ck_assert_uint_lt(strlen(path), sizeof address->sun_path);
    memcpy(address->sun_path, path, strlen(path) + 1);
}

struct relay *relay_start(void)
{
    const char *url = getenv("COMPLAINTD_TEST_APP");
    struct relay *relay = calloc(1, sizeof *relay);
    ck_assert(url && relay);
    PGconn *connection = PQconnectdb(url);
    ck_assert_msg(PQstatus(connection) == CONNECTION_OK, "%s", PQerrorMessage(connection));

    memcpy(relay->directory, "/tmp/relay-XXXXXX", sizeof "/tmp/relay-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(relay->directory));
    name_socket(&relay->database, PQhost(connection), PQport(connection));
    name_socket(&relay->listening, relay->directory, PQport(connection));
    relay->url = client_text("%s host=%s", url, relay->directory); /* the last host counts */
    PQfinish(connection);
    for (size_t i = 0; i < LINES_MAX; i++)
        relay->lines[i].server = relay->lines[i].database = -1;
    relay->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(
        bind(relay->socket, (struct sockaddr *)&relay->listening, sizeof relay->listening), 0);
    ck_assert_int_eq(listen(relay->socket, LINES_MAX), 0);
    ck_assert_int_eq(pthread_create(&relay->thread, NULL, work, relay), 0);
    return relay;
}

void relay_stop(struct relay *relay)
{
    atomic_store(&relay->stop, true);
    pthread_join(relay->thread, NULL);
    close(relay->socket);
    unlink(relay->listening.sun_path);
    rmdir(relay->directory);
    free(relay);
}

const char *relay_url(const struct relay *relay)
{
    return relay->url;
}

void relay_arm(struct relay *relay, enum relay_cut cut, const char *mark, bool and_bar)
{
    atomic_store(&relay->has_cut, false);
    atomic_store(&relay->bar, and_bar);
    atomic_store(&relay->mark, mark);
    atomic_store(&relay->cut, cut);
}

void relay_admit(struct relay *relay)
{
    atomic_store(&relay->barred, false);
}

bool relay_has_cut(const struct relay *relay)
{
    return atomic_load(&relay->has_cut);
}
