#include "lib/auth/token.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/store/staff_store.h"
#include "lib/store/token_store.h"
#include "server/ctl/ctl.h"

#define DAYS_DEFAULT 90
#define DAYS_MAX 3650

static bool read_days(const char *given, long *ret)
{
    char *end;
    long days = strtol(given, &end, 10);

    if (end == given || *end || days < 1 || days > DAYS_MAX) {
        ctl_fail(CTL_REFUSED, "--days must be a number from 1 to %d", DAYS_MAX);
        return false;
    }
    *ret = days;
    return true;
}

static bool read_scope(const char *given, unsigned *scopes)
{
    int scope = vocabulary_find(&vocabulary_scope, text_of(given));

    if (scope == TERM_NONE) {
        ctl_fail(CTL_REFUSED, "--scope is one of read, write and administer");
        return false;
    }
    *scopes |= SCOPE_BIT(scope);
    return true;
}

/* Finds whom the token signs in. */
static int find_holder(struct ctl *ctl, struct text login, struct uuid *ret_id)
{
    struct credential credential;
    enum store_result result =
        staff_credential(ctl->pg, ctl->arena, login, ctl_deadline(), &credential);

    if (result != STORE_DONE)
        return ctl_judge(ctl, result,
                         arena_printf(ctl->arena, "nobody has the login %.*s", TEXT_ARG(login)),
                         NULL);
    if (!credential.active)
        return ctl_fail(CTL_REFUSED, "%.*s has no access any more", TEXT_ARG(login));
    *ret_id = credential.staff_id;
    return CTL_DONE;
}

static enum store_result save(struct ctl *ctl, struct text login, struct token_row *row)
{
    enum store_result result = ctl_begin(ctl);

    if (result != STORE_DONE)
        return result;
    result = token_add(ctl->pg, ctl->arena, row, ctl_deadline());
    const struct audit_event event = {
        .action = AUDIT_TOKEN_ISSUED,
        .success = true,
        .subject = login,
        .facts = {{"expires_at", audit_instant(ctl->arena, row->expires_at)},
                  {"id", audit_id(ctl->arena, row->id)},
                  {"program", row->client},
                  {"scopes", audit_terms(ctl->arena, &vocabulary_scope, row->scopes)}}};
    return ctl_end(ctl, result, &event);
}

static int issue(struct ctl *ctl, struct text login, struct token_row *row)
{
    char token[TOKEN_LENGTH + 1];

    token_make(token);
    token_hash(text_of(token), row->hash.bytes);
    int code = ctl_judge(ctl, save(ctl, login, row), "they have no access any more", NULL);
    if (code == CTL_DONE) {
        char until[INSTANT_TEXT_MAX];
        size_t length = instant_format(row->expires_at, 0, until);
        puts(token);
        fprintf(stderr, "good until %.*s; it is not stored and cannot be shown again\n",
                (int)length, until);
    }
    password_wipe(token, sizeof token);
    return code;
}

static int issue_token(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{"client", required_argument, NULL, 'c'},
                                            {"days", required_argument, NULL, 'd'},
                                            {"scope", required_argument, NULL, 's'},
                                            {0}};
    struct token_row row = {.client = TEXT_NONE};
    struct text login;
    long days = DAYS_DEFAULT;
    int option;

    while ((option = ctl_option(ctl, argc, argv, options)) != -1)
        if ((option == 'c' && !ctl_name(ctl, "the client", optarg, &row.client)) ||
            (option == 'd' && !read_days(optarg, &days)) ||
            (option == 's' && !read_scope(optarg, &row.scopes)))
            return CTL_REFUSED;
    ctl_expect_arguments(ctl, argc, 1);
    if (!row.scopes)
        row.scopes = SCOPES_ALL;
    if (text_is_none(row.client))
        ctl_misuse(ctl, "--client is needed: the journal names the program that calls");
    if (!ctl_code("the login", argv[optind], &login))
        return CTL_REFUSED;
    if (!ctl_connect(ctl))
        return CTL_TROUBLE;
    int code = find_holder(ctl, login, &row.staff_id);
    /* Whole seconds, as they are shown. */
    row.expires_at = (instant_now() / INSTANT_SECOND + days * 86400) * INSTANT_SECOND;
    return code == CTL_DONE ? issue(ctl, login, &row) : code;
}

const struct command command_issue_token = {
    .name = "issue-token",
    .arguments = "LOGIN --client NAME [--scope SCOPE]... [--days N]",
    .help =
        "Makes a bearer token with which a program calls the API as LOGIN, good for N days\n"
        "(90). It is printed once, on standard output; only its hash is stored. LOGIN may be that\n"
        "of a client. A token is good for its scopes alone, whatever the roles: read, write,\n"
        "administer; without --scope for all.\n",
    .run = issue_token};
