#include <errno.h>
#include <ini.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/store/audit_store.h"
#include "lib/store/staff_store.h"
#include "server/ctl/ctl.h"

/* Of one statement: verify reads many rows, and an administrator would rather wait. */
#define STATEMENT_MS INT64_C(600000)

struct wanted {
    struct arena *arena;
    const char *section, *key, *value;
};

/* One key of the server's file; the server itself judges the rest. */
static int on_pair(void *context, const char *section, const char *key, const char *value)
{
    struct wanted *wanted = context;

    if (strcmp(section, wanted->section) == 0 && strcmp(key, wanted->key) == 0)
        wanted->value = arena_printf(wanted->arena, "%s", value);
    return 1;
}

const char *ctl_setting(struct ctl *ctl, const char *section, const char *key,
                        const char *otherwise)
{
    struct wanted wanted = {.arena = ctl->arena, .section = section, .key = key};

    errno = 0;
    int line = ini_parse(ctl->config, on_pair, &wanted);
    if (line < 0)
        ctl_fail(CTL_TROUBLE, "%s cannot be read: %s", ctl->config, strerror(errno));
    else if (line > 0)
        ctl_fail(CTL_TROUBLE, "%s:%d cannot be understood", ctl->config, line);
    else if (!wanted.value && !otherwise)
        ctl_fail(CTL_TROUBLE, "%s has no %s in [%s]", ctl->config, key, section);
    else
        return wanted.value ? wanted.value : otherwise;
    return NULL;
}

static const char *find_url(struct ctl *ctl)
{
    if (ctl->database)
        return ctl->database;
    if (ctl->config)
        return ctl_setting(ctl, "database", "url", NULL);
    const char *url = getenv("COMPLAINTD_DATABASE_URL");
    if (!url || !*url)
        ctl_fail(CTL_TROUBLE,
                 "which database? Give --database, --config or COMPLAINTD_DATABASE_URL");
    return url && *url ? url : NULL;
}

/* libpq's messages have several lines; one will do. */
static struct text one_line(struct arena *arena, struct text message)
{
    struct text line = text_copy(arena, message);

    while (line.length && line.at[line.length - 1] == '\n')
        line.length--;
    for (size_t i = 0; i < line.length; i++)
        if (line.at[i] == '\n' || line.at[i] == '\t')
            ((char *)line.at)[i] = ' '; /* our own copy */
    return line;
}

bool ctl_connect(struct ctl *ctl)
{
    struct pg_options options = {.url = find_url(ctl),
                                 .application = "complaintctl",
                                 .statement_timeout_ms = (int)STATEMENT_MS,
                                 .connect_timeout_s = 10};
    struct text error = TEXT_NONE;

    if (!options.url)
        return false;
    ctl->pg = pg_connect(&options, ctl->arena, &error);
    if (!ctl->pg) {
        error = one_line(ctl->arena, error);
        ctl_fail(CTL_TROUBLE, "the database cannot be reached: %.*s", TEXT_ARG(error));
    }
    return ctl->pg;
}

int ctl_by(struct ctl *ctl, const char *login)
{
    struct credential credential;

    if (!login)
        return CTL_DONE;
    int code = ctl_judge(
        ctl, staff_credential(ctl->pg, ctl->arena, text_of(login), ctl_deadline(), &credential),
        arena_printf(ctl->arena, "nobody has the login %s", login), NULL);
    if (code != CTL_DONE)
        return code;
    if (!credential.active)
        return ctl_fail(CTL_REFUSED, "%s has no access any more and answers for nothing", login);
    ctl->by = text_of(login);
    ctl->by_id = credential.staff_id;
    return CTL_DONE;
}

struct audit_origin ctl_origin(struct ctl *ctl)
{
    const struct passwd *user = getpwuid(getuid());

    return (struct audit_origin){
        .staff_id = ctl->by_id,
        .caller_id = ctl->by_id,
        .actor = ctl->by,
        .client = TEXT("complaintctl"),
        .address = user ? text_printf(ctl->arena, "local user %s", user->pw_name)
                        : text_printf(ctl->arena, "local user %u", (unsigned)getuid())};
}

enum store_result ctl_begin(struct ctl *ctl)
{
    return store_begin(ctl->pg, ctl_deadline());
}

enum store_result ctl_end(struct ctl *ctl, enum store_result result,
                          const struct audit_event *event)
{
    const struct audit_origin origin = ctl_origin(ctl);

    if (result == STORE_DONE)
        result = audit_record(ctl->pg, ctl->arena, event, &origin, ctl_deadline());
    return store_end(ctl->pg, result, ctl_deadline());
}

int64_t ctl_deadline(void)
{
    return monotonic_now_us() + STATEMENT_MS * INSTANT_MILLISECOND + INSTANT_SECOND;
}

static int judge_failure(const struct ctl *ctl)
{
    struct pg_error error = pg_error(ctl->pg);

    if (strcmp(error.sqlstate, "42501") == 0)
        return ctl_fail(CTL_TROUBLE,
                        "this role may not do that (%s): connect as the database's owner role",
                        error.message);
    if (strcmp(error.sqlstate, "42P01") == 0 || strcmp(error.sqlstate, "42703") == 0)
        return ctl_fail(CTL_TROUBLE, "the database is not of this version (%s): migrate it first",
                        error.message);
    return ctl_fail(CTL_TROUBLE, "the database refused: %s (%s)", error.message, error.sqlstate);
}

int ctl_judge(const struct ctl *ctl, enum store_result result, const char *none, const char *exists)
{
    switch (result) {
    case STORE_DONE: return CTL_DONE;
    case STORE_NONE: return ctl_fail(CTL_REFUSED, "%s", none ? none : "there is no such thing");
    case STORE_EXISTS:
        return ctl_fail(CTL_EXISTS, "%s exists already", exists ? exists : "the row");
    case STORE_REFUSED: return ctl_fail(CTL_REFUSED, "a rule forbids it");
    case STORE_FAILED: return judge_failure(ctl);
    case STORE_LOST: break;
    }
    return ctl_fail(CTL_TROUBLE, "the connection to the database was lost: %s",
                    pg_error(ctl->pg).message);
}
