#include "server/repeat.h"

#include <sodium.h>

#include "lib/base/keyring.h"
#include "lib/store/complaint_store.h"

/* Under a key that the database does not have, as there may be a password in the body. */
static struct hash hash_of(const struct slow_context *context)
{
    struct key key = keyring_newest(keyring_now(), context->now);
    struct hash hash = request_hash(context->request), marked;

    crypto_generichash(marked.bytes, sizeof marked.bytes, hash.bytes, sizeof hash.bytes,
                       key.derived[KEY_MARKS_REQUEST], KEY_LENGTH);
    return marked;
}

static enum fault take(const struct slow_context *context, const struct pg_rows *rows)
{
    struct request *request = context->request;
    struct stored_answer stored;
    const struct hash hash = hash_of(context);

    idempotency_read(rows, &stored);
    if (memcmp(stored.request_hash.bytes, hash.bytes, HASH_LENGTH) != 0)
        return FAULT_KEY_REUSED;
    request->answer = (struct answer){.status = stored.status,
                                      .version = stored.version,
                                      .location = text_copy(request->arena, stored.location),
                                      .body = text_copy(request->arena, stored.body)};
    return FAULT_NONE;
}

/* Reads what is stored under the request's key: no row, if it has none. */
static enum fault look_up(const struct slow_context *context, struct pg_rows *rows)
{
    const struct request *request = context->request;
    struct pg_binds binds = pg_binds_new(request->arena);

    if (request->idempotency_key.length == 0)
        return FAULT_NONE;
    idempotency_find_bind(&binds, &context->who.caller, &request->idempotency_key, 1);
    return pg_run(context->pg, &idempotency_find, &binds, statement_deadline(context->server),
                  rows) == PG_DONE
               ? FAULT_NONE
               : statement_fault(context);
}

enum fault repeat_find(struct slow_context *context, bool *ret_found)
{
    STORE_ROWS rows = {0};
    enum fault fault = look_up(context, &rows);

    *ret_found = !fault && rows.count == 1;
    return *ret_found ? take(context, &rows) : fault;
}

enum fault repeat_known(const struct slow_context *context, bool *ret_known)
{
    STORE_ROWS rows = {0};
    enum fault fault = look_up(context, &rows);

    *ret_known = !fault && rows.count == 1;
    return fault;
}

enum store_result repeat_keep(struct slow_context *context)
{
    const struct request *request = context->request;
    const struct answer *answer = &request->answer;

    if (request->idempotency_key.length == 0)
        return STORE_DONE;
    const struct stored_answer stored = {.caller_id = context->who.caller,
                                         .key = request->idempotency_key,
                                         .request_hash = hash_of(context),
                                         .status = answer->status,
                                         .version = answer->version,
                                         .location = answer->location,
                                         .body =
                                             text_is_none(answer->body) ? TEXT("") : answer->body};
    return idempotency_add(context->pg, request->arena, &stored, context->now,
                           statement_deadline(context->server));
}
