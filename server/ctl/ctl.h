#ifndef CTL_CTL_H
#define CTL_CTL_H

#include <getopt.h>
#include <stdbool.h>

#include "lib/auth/password.h"
#include "lib/complaint/audit.h"
#include "lib/store/result.h"

/* complaintctl: what an installation's owner does beside the server. */

/* Exit codes, documented by --help. */
enum ctl_exit {
    CTL_DONE = 0,
    CTL_FLAWS = 1,   /* verify found a flaw */
    CTL_TROUBLE = 2, /* wrong usage, a file that cannot be read, or trouble with the database */
    CTL_EXISTS = 3,  /* the code or login exists already; nothing was changed */
    CTL_REFUSED = 4  /* the input is not valid, names something unknown, or a rule forbids it */
};

struct ctl {
    struct arena *arena;
    const char *database, *config; /* as given; NULL: not */
    const struct command *command;
    struct pg *pg;
    struct text by; /* login of who answers for it, see ctl_by(); none: nobody is named */
    struct uuid by_id;
};

struct command {
    const char *name;
    const char *arguments; /* for its usage line */
    const char *help;      /* sentences, each line ending with a line feed */
    /* argv[0] is for messages. Returns an exit code. */
    int (*run)(struct ctl *ctl, int argc, char **argv);
};

extern const struct command command_create_admin, command_add_unit, command_add_staff,
    command_add_client, command_set_password, command_disable_staff, command_issue_token,
    command_import_calendar, command_import_policy, command_import_classes, command_import_staff,
    command_verify, command_export_log, command_make_key, command_make_data_key, command_data_keys;

/* --- messages ------------------------------------------------------------------------------- */

/* Prints "complaintctl: …" on standard error and returns the code. */
int ctl_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* --- arguments ------------------------------------------------------------------------------ */

/* The next option's val, or -1 after the last. Ends the program for --help and wrong usage.
 * options: without help, ended by a zero row. */
int ctl_option(struct ctl *ctl, int argc, char **argv, const struct option *options);

/* Ends the program unless just so many arguments are left after the options. */
void ctl_expect_arguments(struct ctl *ctl, int argc, int count);

/* Ends the program for wrong usage: "complaintctl COMMAND: message". */
_Noreturn void ctl_misuse(const struct ctl *ctl, const char *message);

/* Reads a name of up to 100 characters, or a code or login (naming_is_code()).
 * Returns false after having printed why; what: for the message. */
bool ctl_name(struct ctl *ctl, const char *what, const char *given, struct text *ret);
bool ctl_code(const char *what, const char *given, struct text *ret);

/* --- database ------------------------------------------------------------------------------- */

/* Connects to --database, --config or COMPLAINTD_DATABASE_URL, in this order. Returns false after
 * having printed why. */
bool ctl_connect(struct ctl *ctl);

/* What the keys of personal values are taken from: the file given (NULL: none), [privacy] key_file or
 * keys of --config, or as the server does from the environment; puts them to use. *ret_found: whether
 * any were named. Returns an exit code, having printed why it is not CTL_DONE. */
int ctl_keys(struct ctl *ctl, const char *file, bool *ret_found);

/* The value of a key in the file of --config, `otherwise` when there is none, or NULL after having
 * printed why. otherwise: NULL: there must be one. */
const char *ctl_setting(struct ctl *ctl, const char *section, const char *key,
                        const char *otherwise);

/* By when a statement has to be done. */
int64_t ctl_deadline(void);

/* The exit code of a result; prints the message for its kind unless it is STORE_DONE. none, exists:
 * what to say, NULL where it cannot be. */
int ctl_judge(const struct ctl *ctl, enum store_result result, const char *none,
              const char *exists);

/* --- changes -------------------------------------------------------------------------------- */

/* Looks up who answers for the changes: somebody with access, by login; NULL: nobody is named. Returns an
 * exit code, having printed why it is not CTL_DONE. */
int ctl_by(struct ctl *ctl, const char *login);

/* Who stands in the audit trail: the one named, if any; the program, and the user of the system as
 * address. */
struct audit_origin ctl_origin(struct ctl *ctl);

/* A change and its entry in the audit trail are one transaction: ctl_begin(), then ctl_end() with the
 * result of the change, made only if that of ctl_begin() is STORE_DONE. ctl_end() returns the change's
 * result, or why it was not committed. */
enum store_result ctl_begin(struct ctl *ctl);
enum store_result ctl_end(struct ctl *ctl, enum store_result result,
                          const struct audit_event *event);

struct new_unit;

/* unit_add() with its entry. */
enum store_result unit_add_recorded(struct ctl *ctl, const struct new_unit *unit);

/* --- passwords ------------------------------------------------------------------------------ */

struct password_wanted {
    const char *file; /* whose only line it is, "-": standard input; NULL: the terminal, twice and
                         without echo, or standard input when that is none */
    bool any;         /* the rules of password_rule.h do not apply: for demonstrations */
    struct text login, name; /* whose it will be; name may be none */
};

/* Reads a password and hashes it. Returns an exit code, having printed why it is not CTL_DONE. */
int ctl_read_password(struct ctl *ctl, const struct password_wanted *wanted,
                      char ret[static PASSWORD_HASH_SIZE]);

#endif
