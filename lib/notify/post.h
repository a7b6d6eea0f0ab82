#ifndef NOTIFY_POST_H
#define NOTIFY_POST_H

#include "lib/base/text.h"

#define POST_ERROR_MAX 256

/* Sends JSON to an address by POST and waits for the answer, at most timeout_ms in all; redirections
 * are not followed, the answer's body is not read beyond 64 KiB.
 * Returns the HTTP status; 0 when there was no answer, and why in `error`, for logs: the address,
 * which may hold a secret, is not in it. */
int post_json(const char *url, struct text body, long timeout_ms,
              char error[static POST_ERROR_MAX]);

#endif
