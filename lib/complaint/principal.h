#ifndef COMPLAINT_PRINCIPAL_H
#define COMPLAINT_PRINCIPAL_H

#include "lib/base/text.h"
#include "lib/complaint/institution.h"

/* On whose behalf a request runs. */
struct principal {
    const struct staff *staff; /* never NULL once signed in. Whose act it is; when a client acts on
                                  behalf of them, with the grants that both have;
                                  when a deputy does, with all of theirs */
    const struct staff
        *through;       /* the client or deputy that acts on behalf of staff; NULL: nobody */
    struct uuid caller; /* to whom idempotency keys belong: staff, or both together */
    unsigned scopes;    /* what the token is good for, as bits */
    struct text client; /* the program that calls, as named by its token; none: unnamed */
    struct text request_id;
    struct text address; /* the client's, also behind proxies that are trusted */
};

#endif
