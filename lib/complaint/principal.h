#ifndef COMPLAINT_PRINCIPAL_H
#define COMPLAINT_PRINCIPAL_H

#include "lib/base/text.h"
#include "lib/complaint/institution.h"

/* On whose behalf a request runs. */
struct principal {
    const struct staff *staff; /* never NULL once signed in; grants are the staff member's */
    unsigned scopes;           /* what the token is good for, as bits */
    struct text client;        /* the program that calls, as named by its token; none: unnamed */
    struct text request_id;
    struct text address; /* the client's, also behind proxies that are trusted */
};

#endif
