#ifndef NOTIFY_START_H
#define NOTIFY_START_H

/* Makes libcurl ready, once for the program; any thread. */
void notify_start(void);

#endif
