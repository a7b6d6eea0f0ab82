#ifndef SERVER_FOLLOW_H
#define SERVER_FOLLOW_H

#include "server/request.h"

/* Followers of the log: requests that wait for what is not there yet, without a thread. A handler of
 * the slow pool that finds nothing parks its request; when the log has grown the request goes to the
 * slow pool again, with the same handler, and when its time is over it is answered with nothing.
 *
 * A follower that streams is answered piece by piece: what a handler finds is its piece, which the
 * HTTP thread sends; then it is parked again. It holds one piece at a time, so that a slow reader
 * takes no more memory than that, and is dropped when a piece is not read in time. A file is streamed
 * alike, only that nothing is waited for: the handler is asked for its next piece at once. If not all of
 * it comes, the connection is broken off, so that nobody takes a part for the whole. */

struct case_file;
struct list_export;

struct follower {
    struct follower *next, *previous; /* of all that follow */
    struct uuid staff_id;             /* whose token it is */
    int64_t after;                    /* entries of the log up to here have been looked at */
    int64_t until_us;  /* when it is answered at the latest; of a stream, when it ends: a client
                         begins another where this one ended */
    int64_t looked_us; /* when its handler ran last */
    bool waits;        /* the handler found nothing: the request is to be parked */
    bool streams;
    bool is_file;
    int64_t length;              /* bytes of a file in all; -1: it is none, or nobody knows */
    bool complete;               /* of a file whose length nobody knows: its last piece is given */
    struct uuid file, complaint; /* to which it belongs */
    struct case_file *archive;   /* instead of such a file: made as it is sent */
    struct list_export *list;    /* likewise, whose length nobody knows */
    int64_t from, end; /* of a file: where its next piece begins, and where the last one ends */
    /* Of a stream: */
    bool begun;          /* the answer's header is on its way: it can no longer be refused */
    bool ended;          /* nothing comes any more */
    struct arena *arena; /* of the piece; emptied for each */
    struct text piece;
    size_t sent;      /* bytes of it */
    int64_t piece_us; /* when it was made, or a sign of life sent */
};

struct followers;

/* At most `limit` requests follow at a time, and of one caller so many. */
struct followers *followers_new(struct server *server, size_t limit, size_t limit_of_one);
/* Hands back all that are parked, and parks no more; called once the server drains. */
void followers_stop(struct followers *followers);
void followers_free(struct followers *followers);

/* Makes the request a follower, with room for it until it is completed. False: there are too many, of
 * this caller or of all. */
bool follow_begin(struct request *request, bool streams, int64_t after, int64_t until_us);
/* The same for bytes of a file, of which its handler knows more. There may be as many of these again. */
bool follow_begin_file(struct request *request, int64_t from, int64_t end);
/* And for a list that is made as it is sent. */
bool follow_begin_list(struct request *request, struct list_export *list);
/* The request is completed. */
void follow_end(struct request *request);

/* Parks a request until the log is longer than follower->after, or its time is over. Afterwards it must
 * not be touched. False: the server stops; the request stays in the caller's hands. */
bool follow_park(struct request *request);

/* Sees to the next piece of a stream, which comes with the connection's resumption: asks for it, or parks
 * the request. False: nothing comes any more. */
bool follow_on(struct request *request);

/* Answers a request for which nothing came, or ends a stream, and hands it back. */
void follow_give_up(struct request *request);

/* The log has so many entries. Any thread. */
void follow_grown(struct followers *followers, int64_t size);
/* How many it has, as last told. Any thread. */
int64_t followers_log_size(struct followers *followers);

/* Makes what the buffer holds the stream's next piece; copies it. */
void follow_give(struct request *request, struct text piece);

/* Instead of a refusal: ends a stream that has begun. False: it has not, or the request is none. */
bool follow_refuse(struct request *request);

#endif
