#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "lib/auth/password_rule.h"
#include "server/ctl/ctl.h"

/* A line that is being read; wiped by whoever made it. */
struct line {
    char at[PASSWORD_BYTES_MAX + 2]; /* one byte more than fits shows that it is too long */
    size_t length;
};

static void line_wipe(struct line *line)
{
    password_wipe(line, sizeof *line);
}

#define LINE __attribute__((cleanup(line_wipe))) struct line

/* Reads without stdio, whose buffers would keep the secret: up to the end, or the line's on a
 * terminal. Returns false when it cannot be read. */
static bool read_line(int file, bool terminal, struct line *line)
{
    while (line->length < sizeof line->at) {
        ssize_t got = read(file, line->at + line->length, sizeof line->at - line->length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        line->length += (size_t)got;
        if (got == 0 || (terminal && line->at[line->length - 1] == '\n'))
            break;
    }
    if (line->length && line->at[line->length - 1] == '\n')
        line->length--;
    if (line->length && line->at[line->length - 1] == '\r')
        line->length--;
    return true;
}

/* What the terminal was like, for the handler of signals. */
static struct termios before;
static int terminal = -1;

static void on_signal(int signal)
{
    tcsetattr(terminal, TCSANOW, &before);
    raise(signal); /* SA_RESETHAND: now it does what it does */
}

static bool read_silently(const char *prompt, struct line *line)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    enum { COUNT = sizeof signals / sizeof *signals };
    struct sigaction restore = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    struct sigaction old[COUNT];

    if (tcgetattr(terminal, &before) != 0)
        return false;
    struct termios silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    for (int i = 0; i < COUNT; i++)
        sigaction(signals[i], &restore, &old[i]);
    fputs(prompt, stderr);
    tcsetattr(terminal, TCSAFLUSH, &silent);
    bool done = read_line(terminal, true, line);
    tcsetattr(terminal, TCSAFLUSH, &before);
    for (int i = 0; i < COUNT; i++)
        sigaction(signals[i], &old[i], NULL);
    fputc('\n', stderr);
    return done;
}

static int read_from_terminal(struct line *line)
{
    LINE again = {.length = 0};
    int code = CTL_DONE;

    terminal = STDIN_FILENO;
    if (!read_silently("Password: ", line) || !read_silently("Again: ", &again))
        return ctl_fail(CTL_TROUBLE, "the terminal cannot be read");
    if (line->length != again.length || memcmp(line->at, again.at, line->length) != 0)
        code = ctl_fail(CTL_REFUSED, "the two passwords differ");
    return code;
}

static int read_from_file(const char *name, struct line *line)
{
    bool standard = !name || strcmp(name, "-") == 0;
    int file = standard ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
    bool done = file >= 0 && read_line(file, false, line);
    int why = errno;

    if (file >= 0 && !standard)
        close(file);
    if (!done)
        return ctl_fail(CTL_TROUBLE, "the password cannot be read from %s: %s",
                        standard ? "standard input" : name, strerror(why));
    return CTL_DONE;
}

/* By the server's rules; every violation is printed. */
static int judge(struct ctl *ctl, const struct password_wanted *wanted, struct text password)
{
    const struct text words[] = {wanted->login, wanted->name};
    struct violations violations = {.arena = ctl->arena};

    if (wanted->any || password_judge(password, words, 2, "", &violations))
        return CTL_DONE;
    for (size_t i = 0; i < violations.count; i++)
        ctl_fail(CTL_REFUSED, "%.*s", TEXT_ARG(violations.list[i].en));
    return CTL_REFUSED;
}

/* Hashes the form in which the server will compare: NFC, trimmed. */
static int hash_line(struct ctl *ctl, const struct password_wanted *wanted, const struct line *line,
                     char ret[static PASSWORD_HASH_SIZE])
{
    struct text password;

    if (text_normalise(ctl->arena, (struct text){line->at, line->length}, false, &password) !=
        TEXT_SOUND)
        return ctl_fail(CTL_REFUSED,
                        "the password must be one line of UTF-8 without control characters");
    int code = judge(ctl, wanted, password);
    if (code == CTL_DONE && (!password.length || password.length > PASSWORD_CHOSEN_MAX))
        code = ctl_fail(CTL_REFUSED, "the password must have 1 to %d bytes", PASSWORD_CHOSEN_MAX);
    else if (code == CTL_DONE && !password_hash(password, ret))
        code = ctl_fail(CTL_TROUBLE, "there is not enough memory to hash the password");
    password_wipe((char *)password.at, password.length); /* the arena's copy is ours */
    return code;
}

int ctl_read_password(struct ctl *ctl, const struct password_wanted *wanted,
                      char ret[static PASSWORD_HASH_SIZE])
{
    LINE line = {.length = 0};
    int code = !wanted->file && isatty(STDIN_FILENO) ? read_from_terminal(&line)
                                                     : read_from_file(wanted->file, &line);

    return code == CTL_DONE ? hash_line(ctl, wanted, &line, ret) : code;
}
