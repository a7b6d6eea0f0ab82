/* complaintctl: administration and verification of an installation, beside the server. */
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/keyring.h"
#include "lib/complaint/naming.h"
#include "server/ctl/ctl.h"

static const struct command *const commands[] = {
    &command_create_admin,   &command_add_unit,        &command_add_staff,
    &command_add_client,     &command_set_password,    &command_disable_staff,
    &command_issue_token,    &command_import_calendar, &command_import_policy,
    &command_import_classes, &command_import_staff,    &command_verify,
    &command_export_log,     &command_make_key,        &command_make_data_key,
    &command_data_keys};
#define COMMAND_COUNT (sizeof commands / sizeof *commands) /* NOLINT(bugprone-sizeof-expression) */

static void print_usage(FILE *out)
{
    fputs("usage: complaintctl [--database URL | --config FILE] COMMAND ...\n\n"
          "Administers and verifies an installation of complaintd. It works on the database and\n"
          "needs no server; what it changes, running servers take over at once.\n\n"
          "  --database URL   libpq connection string or URI of the owner role\n"
          "  --config FILE    take [database] url from complaintd's configuration file\n"
          "  --help           this page; complaintctl COMMAND --help for a command's\n"
          "  --version        print the version\n\n"
          "Without either option COMPLAINTD_DATABASE_URL is taken from the environment. Keep a\n"
          "password out of URL, where everybody sees it: use passfile= or PGPASSFILE.\n\n",
          out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %s %s\n", commands[i]->name, commands[i]->arguments);
    fputs(
        "\nExit code: 0 done or sound; 1 verify found flaws; 2 wrong usage, or trouble with files\n"
        "or the database; 3 exists already; 4 refused: not valid, unknown, or against a rule.\n",
        out);
}

static void print_command_usage(const struct command *command, FILE *out)
{
    fprintf(out, "usage: complaintctl %s %s\n\n%s", command->name, command->arguments,
            command->help);
}

int ctl_fail(int code, const char *format, ...)
{
    va_list arguments;

    fputs("complaintctl: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return code;
}

_Noreturn void ctl_misuse(const struct ctl *ctl, const char *message)
{
    fprintf(stderr, "complaintctl %s: %s\nusage: complaintctl %s %s\n", ctl->command->name, message,
            ctl->command->name, ctl->command->arguments);
    exit(CTL_TROUBLE);
}

#define OPTION_HELP 1000
#define OPTIONS_MAX 8

int ctl_option(struct ctl *ctl, int argc, char **argv, const struct option *options)
{
    struct option all[OPTIONS_MAX + 2] = {{"help", no_argument, NULL, OPTION_HELP}};

    for (int i = 0; i < OPTIONS_MAX && options[i].name; i++)
        all[i + 1] = options[i];
    int option = getopt_long(argc, argv, "", all, NULL);
    if (option == OPTION_HELP) {
        print_command_usage(ctl->command, stdout);
        exit(CTL_DONE);
    }
    if (option == '?')
        exit(CTL_TROUBLE); /* getopt_long has said why */
    return option;
}

void ctl_expect_arguments(struct ctl *ctl, int argc, int count)
{
    if (argc - optind < count)
        ctl_misuse(ctl, "an argument is missing");
    if (argc - optind > count)
        ctl_misuse(ctl, "too many arguments");
}

bool ctl_name(struct ctl *ctl, const char *what, const char *given, struct text *ret)
{
    struct text name;

    if (text_normalise(ctl->arena, text_of(given), false, &name) != TEXT_SOUND) {
        ctl_fail(CTL_REFUSED, "%s must be UTF-8 without control characters", what);
        return false;
    }
    if (name.length == 0 || text_characters(name) > 100) {
        ctl_fail(CTL_REFUSED, "%s must have 1 to 100 characters", what);
        return false;
    }
    *ret = name;
    return true;
}

bool ctl_code(const char *what, const char *given, struct text *ret)
{
    if (!naming_is_code(text_of(given))) {
        ctl_fail(CTL_REFUSED,
                 "%s must have 1 to 64 letters, digits or ._-@, not signs alone, and be no UUID",
                 what);
        return false;
    }
    *ret = text_of(given);
    return true;
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

/* Reads what stands before the command. Returns -1 to go on, or an exit code. */
static int read_options(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{"database", required_argument, NULL, 'd'},
                                            {"config", required_argument, NULL, 'c'},
                                            {"help", no_argument, NULL, 'h'},
                                            {"version", no_argument, NULL, 'v'},
                                            {0}};
    int option;

    while ((option = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
        switch (option) {
        case 'd': ctl->database = optarg; break;
        case 'c': ctl->config = optarg; break;
        case 'h': print_usage(stdout); return CTL_DONE;
        case 'v': puts("complaintctl " COMPLAINTD_VERSION); return CTL_DONE;
        default: return CTL_TROUBLE;
        }
    }
    if (ctl->database && ctl->config)
        return ctl_fail(CTL_TROUBLE, "give either --database or --config");
    return -1;
}

static int run(struct ctl *ctl, int argc, char **argv)
{
    int code = read_options(ctl, argc, argv);

    if (code >= 0)
        return code;
    if (optind == argc) {
        print_usage(stderr);
        return CTL_TROUBLE;
    }
    argc -= optind;
    argv += optind;
    ctl->command = find_command(argv[0]);
    if (!ctl->command)
        return ctl_fail(CTL_TROUBLE, "there is no command \"%s\"; see complaintctl --help",
                        argv[0]);
    /* getopt_long begins its messages with this. */
    argv[0] = arena_printf(ctl->arena, "complaintctl %s", ctl->command->name);
    optind = 0;
    return ctl->command->run(ctl, argc, argv);
}

/* Here and not on the stack, as wrong usage ends the program from within. */
static struct ctl ctl;

int main(int argc, char **argv)
{
    if (sodium_init() < 0)
        return ctl_fail(CTL_TROUBLE, "libsodium cannot start");
    ctl.arena = arena_new((size_t)64 * 1024);
    int code = run(&ctl, argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout))
        code = ctl_fail(CTL_TROUBLE, "standard output cannot be written");
    keyring_forget();
    pg_free(ctl.pg);
    arena_free(ctl.arena);
    return code;
}
