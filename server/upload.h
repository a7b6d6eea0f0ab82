#ifndef SERVER_UPLOAD_H
#define SERVER_UPLOAD_H

#include <sodium.h>

#include "lib/base/uuid.h"
#include "server/request.h"

/* A body that is stored as it comes: never more of it is in memory than a buffer. When that is full and
 * there is more, the connection is suspended, the operation's handle() stores it on the slow pool, and
 * the connection goes on; the last part is handed over likewise, and then the command is carried out as
 * any other. The file belongs to nobody until that is saved. */
struct upload {
    struct uuid complaint_id,
        id; /* none: nothing is stored, yet or as the request has its answer */
    struct arena *arena;
    char *buffer;
    size_t length; /* bytes in it */
    bool last;     /* no more come */
    bool stored;   /* all of it */
    int chunks;    /* that were seen to */
    int64_t size;  /* bytes that came so far */
    int type;      /* enum attachment_type */
    crypto_hash_sha256_state state;
};

/* In the request's arena. */
struct upload *upload_new(struct arena *arena);

/* Takes as many bytes as there is room for; returns how many. */
size_t upload_take(struct upload *upload, const char *bytes, size_t length);

/* What is in the buffer was seen to. */
void upload_stored(struct upload *upload);

#endif
