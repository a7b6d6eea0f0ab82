#ifndef SERVER_SIGN_ON_H
#define SERVER_SIGN_ON_H

#include "lib/auth/id_token.h"
#include "lib/base/fault.h"
#include "server/settings.h"

/* Single sign-on at an OpenID Connect provider (authorization code with PKCE): what the provider says
 * of itself and its keys, read when they are first needed and kept for an hour, and what is asked of
 * it. All of it may wait for the provider, so it is for the slow pool. */
struct sign_on;

/* Whether the settings name a provider. */
bool sign_on_is_set(const struct settings *settings);

/* Reads the client's secret from its file, if one is named, into the settings. False: it cannot be
 * read, and *ret_error is a sentence. */
bool sign_on_load_secret(struct arena *arena, struct settings *settings, const char **ret_error);

/* NULL: the settings name no provider. They must stay. */
struct sign_on *sign_on_new(const struct settings *settings);
void sign_on_free(struct sign_on *sign_on);

/* The provider's addresses, in the arena. FAULT_SIGN_ON_AWAY, FAULT_SIGN_ON_BROKEN. */
enum fault sign_on_provider(struct sign_on *sign_on, struct arena *arena, struct id_provider *ret);

/* Gives the provider the code that it gave, and judges what comes. *ret_claim: whom it names.
 * FAULT_SIGN_IN_FAILED: the code or the token is not good; logged with the reason. */
enum fault sign_on_redeem(struct sign_on *sign_on, struct arena *arena, struct text code,
                          const char *verifier, struct text nonce, struct text *ret_claim);

#endif
