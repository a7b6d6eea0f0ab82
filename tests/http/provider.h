#ifndef TESTS_HTTP_PROVIDER_H
#define TESTS_HTTP_PROVIDER_H

/* The sign-on providers of tests/contract/provider.mjs, as a process beside the server. It ends with
 * the calling process at the latest. */

/* Starts it, or does nothing if it runs; returns its port. */
int provider_start(void);
void provider_stop(void);

/* What it answers to a POST of JSON at a path; nobody frees it. */
const char *provider_ask(const char *path, const char *json);

#endif
