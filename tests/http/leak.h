#ifndef TESTS_HTTP_LEAK_H
#define TESTS_HTTP_LEAK_H

#include <stdbool.h>

/* Proves at the end of the whole run that nothing personal that any test sent stands where nothing
 * personal belongs: every name, phone, e-mail, identity and account number of a recorded request is
 * looked for byte by byte in the logs of all servers, in the journal's bytes, in a page of metrics
 * and in what was exported: tables and the archive of a case. Says on standard error what was found
 * where, though not what. directory: of the logs; called when no test runs any more. */
bool leak_found(const char *directory, const char *metrics);

#endif
