#include "lib/store/staff_store.h"

#include <stdio.h>

#include "lib/store/unit_store.h"
#include "server/ctl/ctl.h"

#define GRANTS_MAX 32

/* What create-admin and add-staff are given. */
struct newcomer {
    struct new_staff staff;
    struct new_grant grants[GRANTS_MAX];
    struct password_wanted password;
    struct text unit_name; /* create-admin: make the unit if it is missing */
};

static const char *no_such_staff(struct ctl *ctl, struct text login)
{
    return arena_printf(ctl->arena, "nobody has the login %.*s", TEXT_ARG(login));
}

/* ROLE or ROLE:UNIT. */
static bool read_grant(struct ctl *ctl, const char *given, struct newcomer *newcomer)
{
    struct new_staff *staff = &newcomer->staff;
    const char *colon = strchr(given, ':');
    struct text code = {given, colon ? (size_t)(colon - given) : strlen(given)};
    int role = vocabulary_find(&vocabulary_role, code);
    struct new_grant *grant = &newcomer->grants[staff->grant_count];

    if (role == TERM_NONE) {
        struct text_buffer known = text_buffer_new(ctl->arena, 128);
        for (int i = 0; i < vocabulary_role.count; i++) {
            text_buffer_add_char(&known, ' ');
            text_buffer_add_text(&known, vocabulary_code(&vocabulary_role, i));
        }
        ctl_fail(CTL_REFUSED, "there is no role \"%.*s\"; the roles are:%.*s", TEXT_ARG(code),
                 TEXT_ARG(text_buffer_text(&known)));
        return false;
    }
    if (staff->grant_count == GRANTS_MAX) {
        ctl_fail(CTL_REFUSED, "more than %d roles", GRANTS_MAX);
        return false;
    }
    *grant = (struct new_grant){.role = (enum role)role};
    if (colon && !ctl_code("the role's unit", colon + 1, &grant->unit))
        return false;
    staff->grant_count++;
    return true;
}

/* Roles without a unit hold in the home unit. */
static void complete_grants(struct newcomer *newcomer)
{
    for (size_t i = 0; i < newcomer->staff.grant_count; i++)
        if (text_is_none(newcomer->grants[i].unit))
            newcomer->grants[i].unit = newcomer->staff.unit;
    newcomer->staff.grants = newcomer->grants;
}

/* Adds somebody, or a program, and records it. */
static int add(struct ctl *ctl, struct newcomer *newcomer, bool client)
{
    struct arena *arena = ctl->arena;
    struct new_staff *staff = &newcomer->staff;

    staff->id = uuid_make(instant_now());
    complete_grants(newcomer);
    const struct audit_event event = {
        .action = AUDIT_STAFF_ADDED,
        .success = true,
        .subject = staff->login,
        .facts = {{"kind", client ? TEXT("client") : TEXT("person")},
                  {"name", staff->name},
                  {"roles", grants_text(arena, staff->grants, staff->grant_count)},
                  {"unit", staff->unit}}};
    enum store_result result = ctl_begin(ctl);
    if (result == STORE_DONE)
        result = ctl_end(ctl,
                         client ? client_add(ctl->pg, arena, staff, ctl_deadline())
                                : staff_add(ctl->pg, arena, staff, ctl_deadline()),
                         &event);
    return ctl_judge(ctl, result,
                     arena_printf(arena, "the unit %.*s or one that a role names is missing",
                                  TEXT_ARG(staff->unit)),
                     arena_printf(arena, "the login %.*s", TEXT_ARG(staff->login)));
}

static int save(struct ctl *ctl, struct newcomer *newcomer)
{
    const struct new_staff *staff = &newcomer->staff;
    int code = add(ctl, newcomer, false);
    if (code == CTL_DONE)
        printf("%.*s added%s\n", TEXT_ARG(staff->login),
               text_is_none(staff->password_hash) ? "; give them a password with set-password"
                                                  : "");
    return code;
}

/* Exit 3 before anybody is asked for a password in vain. */
static int expect_unknown(struct ctl *ctl, struct text login)
{
    struct credential credential;
    enum store_result result =
        staff_credential(ctl->pg, ctl->arena, login, ctl_deadline(), &credential);

    if (result == STORE_NONE)
        return CTL_DONE;
    return ctl_judge(ctl, result == STORE_DONE ? STORE_EXISTS : result, NULL,
                     arena_printf(ctl->arena, "the login %.*s", TEXT_ARG(login)));
}

static int read_password(struct ctl *ctl, struct newcomer *newcomer, char *hash)
{
    newcomer->password.login = newcomer->staff.login;
    newcomer->password.name = newcomer->staff.name;
    return ctl_read_password(ctl, &newcomer->password, hash);
}

static int add_staff(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{"unit", required_argument, NULL, 'u'},
                                            {"role", required_argument, NULL, 'r'},
                                            {"password-file", required_argument, NULL, 'p'},
                                            {"any-password", no_argument, NULL, 'a'},
                                            {0}};
    struct newcomer newcomer = {0};
    struct new_staff *staff = &newcomer.staff;
    char hash[PASSWORD_HASH_SIZE];
    int option;

    while ((option = ctl_option(ctl, argc, argv, options)) != -1) {
        if (option == 'u' && !ctl_code("the unit's code", optarg, &staff->unit))
            return CTL_REFUSED;
        if (option == 'r' && !read_grant(ctl, optarg, &newcomer))
            return CTL_REFUSED;
        if (option == 'p')
            newcomer.password.file = optarg;
        if (option == 'a')
            newcomer.password.any = true;
    }
    ctl_expect_arguments(ctl, argc, 2);
    if (text_is_none(staff->unit) || staff->grant_count == 0)
        ctl_misuse(ctl, "--unit and at least one --role are needed");
    if (!ctl_code("the login", argv[optind], &staff->login) ||
        !ctl_name(ctl, "the name", argv[optind + 1], &staff->name))
        return CTL_REFUSED;
    if (!ctl_connect(ctl))
        return CTL_TROUBLE;
    int code = expect_unknown(ctl, staff->login);
    if (code == CTL_DONE && newcomer.password.file) {
        code = read_password(ctl, &newcomer, hash);
        staff->password_hash = text_of(hash);
    }
    return code == CTL_DONE ? save(ctl, &newcomer) : code;
}

const struct command command_add_staff = {
    .name = "add-staff",
    .arguments = "LOGIN NAME --unit CODE --role ROLE[:UNIT]... [--password-file FILE]",
    .help =
        "Adds somebody who works on complaints. --role may be repeated; it reaches the subtree\n"
        "of its unit, or without one of the home unit. Roles: intake, handler, supervisor,\n"
        "auditor, security_admin, system_admin. Without --password-file (-: standard input)\n"
        "they cannot sign in until set-password.\n",
    .run = add_staff};

static int add_client(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {
        {"unit", required_argument, NULL, 'u'}, {"role", required_argument, NULL, 'r'}, {0}};
    struct newcomer newcomer = {0};
    struct new_staff *client = &newcomer.staff;
    int option;

    while ((option = ctl_option(ctl, argc, argv, options)) != -1)
        if ((option == 'u' && !ctl_code("the unit's code", optarg, &client->unit)) ||
            (option == 'r' && !read_grant(ctl, optarg, &newcomer)))
            return CTL_REFUSED;
    ctl_expect_arguments(ctl, argc, 2);
    if (text_is_none(client->unit) || client->grant_count == 0)
        ctl_misuse(ctl, "--unit and at least one --role are needed");
    if (!ctl_code("the login", argv[optind], &client->login) ||
        !ctl_name(ctl, "the name", argv[optind + 1], &client->name))
        return CTL_REFUSED;
    if (!ctl_connect(ctl))
        return CTL_TROUBLE;
    int code = add(ctl, &newcomer, true);
    if (code == CTL_DONE)
        printf("%.*s added; give it a token with issue-token\n", TEXT_ARG(client->login));
    return code;
}

const struct command command_add_client = {
    .name = "add-client",
    .arguments = "LOGIN NAME --unit CODE --role ROLE[:UNIT]...",
    .help =
        "Adds a program that calls the API, with roles as add-staff grants them. It may act on\n"
        "behalf of people (On-Behalf-Of: their login) as far as both have a right, and owns\n"
        "nothing. disable-staff takes its access away.\n",
    .run = add_client};

/* Makes the administrator's unit where --unit-name asks for it; one that exists will do. */
static int make_unit(struct ctl *ctl, const struct newcomer *newcomer)
{
    struct new_unit unit = {
        .id = uuid_make(instant_now()), .code = newcomer->staff.unit, .name = newcomer->unit_name};
    enum store_result result =
        text_is_none(unit.name) ? STORE_EXISTS : unit_add_recorded(ctl, &unit);

    return result == STORE_EXISTS ? CTL_DONE : ctl_judge(ctl, result, NULL, NULL);
}

static int create_admin(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{"name", required_argument, NULL, 'n'},
                                            {"unit", required_argument, NULL, 'u'},
                                            {"unit-name", required_argument, NULL, 'm'},
                                            {"password-file", required_argument, NULL, 'p'},
                                            {"any-password", no_argument, NULL, 'a'},
                                            {0}};
    struct newcomer newcomer = {
        .grants = {{.role = ROLE_SECURITY_ADMIN}, {.role = ROLE_SYSTEM_ADMIN}}};
    struct new_staff *staff = &newcomer.staff;
    char hash[PASSWORD_HASH_SIZE];
    int option;

    while ((option = ctl_option(ctl, argc, argv, options)) != -1) {
        if ((option == 'n' && !ctl_name(ctl, "the name", optarg, &staff->name)) ||
            (option == 'u' && !ctl_code("the unit's code", optarg, &staff->unit)) ||
            (option == 'm' && !ctl_name(ctl, "the unit's name", optarg, &newcomer.unit_name)))
            return CTL_REFUSED;
        if (option == 'p')
            newcomer.password.file = optarg;
        if (option == 'a')
            newcomer.password.any = true;
    }
    ctl_expect_arguments(ctl, argc, 1);
    if (text_is_none(staff->unit) || text_is_none(staff->name))
        ctl_misuse(ctl, "--name and --unit are needed");
    if (!ctl_code("the login", argv[optind], &staff->login))
        return CTL_REFUSED;
    if (!ctl_connect(ctl))
        return CTL_TROUBLE;
    int code = expect_unknown(ctl, staff->login);
    if (code == CTL_DONE)
        code = read_password(ctl, &newcomer, hash);
    if (code == CTL_DONE)
        code = make_unit(ctl, &newcomer);
    if (code != CTL_DONE)
        return code;
    staff->password_hash = text_of(hash);
    staff->grant_count = 2;
    return save(ctl, &newcomer);
}

const struct command command_create_admin = {
    .name = "create-admin",
    .arguments = "LOGIN --name NAME --unit CODE [--unit-name NAME] [--password-file FILE]",
    .help = "Adds an administrator (security_admin and system_admin), the first member of staff.\n"
            "--unit-name makes the unit as a root if it is missing. The password is asked for at\n"
            "the terminal, or read from FILE or standard input.\n",
    .run = create_admin};

static int set_password(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{"password-file", required_argument, NULL, 'p'},
                                            {"any-password", no_argument, NULL, 'a'},
                                            {"temporary", no_argument, NULL, 't'},
                                            {0}};
    struct password_wanted wanted = {0};
    struct text login;
    bool temporary = false;
    char hash[PASSWORD_HASH_SIZE];
    int option;

    while ((option = ctl_option(ctl, argc, argv, options)) != -1)
        if (option == 'p')
            wanted.file = optarg;
        else if (option == 'a')
            wanted.any = true;
        else if (option == 't')
            temporary = true;
    ctl_expect_arguments(ctl, argc, 1);
    if (!ctl_code("the login", argv[optind], &login))
        return CTL_REFUSED;
    if (!ctl_connect(ctl))
        return CTL_TROUBLE;
    wanted.login = login;
    int code = ctl_read_password(ctl, &wanted, hash);
    if (code != CTL_DONE)
        return code;
    const struct audit_event event = {.action = AUDIT_STAFF_CHANGED,
                                      .success = true,
                                      .subject = login,
                                      .facts = {{"change", TEXT("password")}}};
    enum store_result result = ctl_begin(ctl);
    if (result == STORE_DONE)
        result = ctl_end(ctl,
                         staff_set_password(ctl->pg, ctl->arena, login, text_of(hash), temporary,
                                            UUID_NONE, ctl_deadline()),
                         &event);
    code = ctl_judge(
        ctl, result,
        arena_printf(ctl->arena, "nobody has the login %.*s, or a program has it", TEXT_ARG(login)),
        NULL);
    if (code == CTL_DONE)
        printf("password of %.*s set; their sessions have ended\n", TEXT_ARG(login));
    return code;
}

const struct command command_set_password = {
    .name = "set-password",
    .arguments = "LOGIN [--password-file FILE] [--temporary] [--any-password]",
    .help =
        "Sets a password of at least 12 characters that is not among the first to be tried, and\n"
        "ends the person's sessions; tokens of programs stay. The password is asked for at the\n"
        "terminal, or read from FILE or standard input, never taken from the command line.\n"
        "A program (add-client) has none.\n"
        "--temporary: they have to change it before they can do anything else.\n"
        "--any-password: of any kind, for demonstrations.\n",
    .run = set_password};

static int disable_staff(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{0}};
    struct text login;
    int64_t stages = 0;

    while (ctl_option(ctl, argc, argv, options) != -1)
        ;
    ctl_expect_arguments(ctl, argc, 1);
    if (!ctl_code("the login", argv[optind], &login))
        return CTL_REFUSED;
    if (!ctl_connect(ctl))
        return CTL_TROUBLE;
    const struct audit_event event = {.action = AUDIT_STAFF_CHANGED,
                                      .success = true,
                                      .subject = login,
                                      .facts = {{"change", TEXT("disabled")}}};
    enum store_result result = ctl_begin(ctl);
    if (result == STORE_DONE)
        result = ctl_end(
            ctl, staff_disable(ctl->pg, ctl->arena, login, UUID_NONE, ctl_deadline(), &stages),
            &event);
    if (result == STORE_REFUSED)
        return ctl_fail(
            CTL_REFUSED,
            "%.*s owns or is offered %lld open stages: hand them over or assign them first",
            TEXT_ARG(login), (long long)stages);
    if (result == STORE_EXISTS) /* they had none before */
        result = STORE_DONE;
    int code = ctl_judge(ctl, result, no_such_staff(ctl, login), NULL);
    if (code == CTL_DONE)
        printf("%.*s has no access any more\n", TEXT_ARG(login));
    return code;
}

const struct command command_disable_staff = {
    .name = "disable-staff",
    .arguments = "LOGIN",
    .help = "Takes away somebody's access and ends their sessions and tokens; what they did stays\n"
            "on record. Refused while they own open stages, as nobody would be responsible.\n",
    .run = disable_staff};
