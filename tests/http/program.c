#include "tests/http/program.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/http/leak.h"

#define READY_WITHIN_S 30
#define STOPPED_WITHIN_S 30
#define POLL_US 10000

struct program {
    pid_t pid;
    int port;
    char *log;
};

/* The one that all tests ask, and who started it: forked tests must not stop it. */
static struct program *shared;
static pid_t starter;

int program_patience(void)
{
    const char *multiplier = getenv("CK_TIMEOUT_MULTIPLIER");
    long times = multiplier ? strtol(multiplier, NULL, 10) : 1;
    return times > 0 ? (int)times : 1;
}

char *program_file(const char *name)
{
    char self[PATH_MAX], *path = NULL;
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    ck_assert_int_gt(length, 0);
    self[length] = '\0';
    ck_assert_int_gt(asprintf(&path, "%s/%s", dirname(dirname(self)), name), 0);
    return path;
}

static const char *required(const char *variable)
{
    const char *value = getenv(variable);
    ck_assert_msg(value && *value, "%s is not set", variable);
    return value;
}

/* A key for the heads of the log, which is no secret. */
static char *write_key(void)
{
    char *path = program_file("check/journal.key");
    (void)unlink(path);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ck_assert_msg(file >= 0, "%s: %s", path, strerror(errno));
    ck_assert_int_eq(dprintf(file, "%064d\n", 7), 65);
    ck_assert_int_eq(close(file), 0);
    return path;
}

/* The settings that differ from the defaults; the database's address goes by the environment, as
 * it may be longer than a line of the file. */
static char *write_config(void)
{
    char *path = program_file("check/http.ini");
    FILE *file = fopen(path, "w");
    ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
    fputs("[http]\nlisten = 127.0.0.1\nport = 0\n[log]\nlevel = debug\n[demo]\nenabled = true\n"
          /* Not while a test alters a row. */
          "[duty]\ncompare = 0\n[privacy]\nunmaskings_per_hour = 1000\n",
          file);
    char *key = write_key();
    fprintf(file, "[journal]\nkey_file = %s\n", key);
    free(key);
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

/* Ours without COMPLAINTD_…, which are the tests' own, and with the database and the keys. */
static char **make_environment(const char *database)
{
    size_t count = 0, kept = 0;
    while (environ[count])
        count++;
    char **made = calloc(count + 3, sizeof *made);
    ck_assert_ptr_nonnull(made);
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], "COMPLAINTD_", 11) != 0)
            made[kept++] = environ[i];
    ck_assert_int_gt(asprintf(&made[kept++], "COMPLAINTD_DATABASE_URL=%s", database), 0);
    ck_assert_int_gt(asprintf(&made[kept], "COMPLAINTD_PRIVACY_KEY_FILE=%s",
                              required("COMPLAINTD_PRIVACY_KEY_FILE")),
                     0);
    return made;
}

static void spawn(struct program *program, const char *config, const char *database)
{
    char *binary = realpath(required("COMPLAINTD_BIN"), NULL);
    ck_assert_msg(binary != NULL, "%s: %s", getenv("COMPLAINTD_BIN"), strerror(errno));
    char **environment = make_environment(database);
    int log = open(program->log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    ck_assert_msg(log >= 0, "%s: %s", program->log, strerror(errno));

    program->pid = fork();
    ck_assert_int_ge(program->pid, 0);
    if (program->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(log, STDOUT_FILENO);
        dup2(log, STDERR_FILENO);
        execle(binary, binary, "--config", config, (char *)NULL, environment);
        _exit(127);
    }
    close(log);
    for (size_t i = 0; environment[i]; i++)
        if (strncmp(environment[i], "COMPLAINTD_", 11) == 0)
            free(environment[i]);
    free(environment);
    free(binary);
}

static char *read_log(const struct program *program)
{
    FILE *file = fopen(program->log, "r");
    size_t capacity = 0;
    char *text = NULL;
    if (file) {
        if (getdelim(&text, &capacity, '\0', file) < 0)
            *text = '\0';
        fclose(file);
    }
    return text ? text : strdup("");
}

/* Shows the end of the log, where the reason stands. */
static void show_log(const struct program *program)
{
    char *text = read_log(program);
    size_t length = strlen(text);
    fprintf(stderr, "--- %s\n%s\n---\n", program->log, length > 4000 ? text + length - 4000 : text);
    free(text);
}

static bool ended(struct program *program, int *status)
{
    pid_t pid = waitpid(program->pid, status, WNOHANG);
    if (pid == program->pid)
        program->pid = 0;
    return pid != 0;
}

/* The port in {"event":"listening","port":N}, 0 when it was not said yet. */
static int logged_port(const struct program *program)
{
    char *text = read_log(program), *rest = text, *line;
    int port = 0;
    while ((line = strsep(&rest, "\n"))) {
        json_t *object = json_loads(line, 0, NULL);
        const char *event = json_string_value(json_object_get(object, "event"));
        if (event && strcmp(event, "listening") == 0)
            port = (int)json_integer_value(json_object_get(object, "port"));
        json_decref(object);
    }
    free(text);
    return port;
}

/* Asks by hand, so that what is recorded as exchanges is the tests' alone. */
static bool is_ready(const struct program *program)
{
    static const char question[] = "GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n";
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)program->port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char answer[16] = "";
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ready = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
                 write(fd, question, strlen(question)) == (ssize_t)strlen(question) &&
                 recv(fd, answer, sizeof answer - 1, MSG_WAITALL) > 12 &&
                 strncmp(answer + 8, " 200", 4) == 0;
    if (fd >= 0)
        close(fd);
    return ready;
}

/* The page of metrics, by hand too; the caller frees it. */
static char *read_metrics(const struct program *program)
{
    static const char question[] = "GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n";
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)program->port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    FILE *answer = fd >= 0 ? fdopen(fd, "r+") : NULL;
    size_t capacity = 0;
    char *page = NULL;

    if (answer && connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
        write(fd, question, strlen(question)) == (ssize_t)strlen(question) &&
        getdelim(&page, &capacity, '\0', answer) < 0)
        *page = '\0';
    if (answer)
        fclose(answer);
    return page ? page : strdup("");
}

static void wait_until(struct program *program, bool (*there)(const struct program *))
{
    int status = 0;
    for (long waited = 0; waited < READY_WITHIN_S * 1000000L * program_patience();
         waited += POLL_US) {
        if (!program->port)
            program->port = logged_port(program);
        if (program->port && (!there || there(program)))
            return;
        if (ended(program, &status)) {
            show_log(program);
            ck_abort_msg("the server ended while starting, wait status %#x", status);
        }
        usleep(POLL_US);
    }
    show_log(program);
    ck_abort_msg("the server was not there in time");
}

/* A mistake that no test happened to notice; what a sanitiser reports ends the server otherwise. */
static bool log_has_errors(const struct program *program)
{
    char *text = read_log(program), *rest = text, *line;
    bool found = false;
    while ((line = strsep(&rest, "\n"))) {
        if (!strstr(line, "\"level\":\"error\"") && !strstr(line, "runtime error:"))
            continue;
        fprintf(stderr, "the server logged: %s\n", line);
        found = true;
    }
    free(text);
    return found;
}

static bool stopped_well(struct program *program)
{
    int status = 0;
    long waited = 0, limit = STOPPED_WITHIN_S * 1000000L * program_patience();
    pid_t pid = program->pid;

    kill(pid, SIGTERM);
    while (!ended(program, &status) && waited < limit) {
        usleep(POLL_US);
        waited += POLL_US;
    }
    if (program->pid) {
        fprintf(stderr, "the server did not end on SIGTERM\n");
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        return false;
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        show_log(program);
        fprintf(stderr, "the server ended with wait status %#x\n", status);
        return false;
    }
    return true;
}

struct program *program_run(const char *name, const char *database)
{
    struct program *program = calloc(1, sizeof *program);
    char *directory = program_file("check"), *config, *log = NULL;

    ck_assert_ptr_nonnull(program);
    (void)mkdir(directory, 0755);
    ck_assert_int_gt(asprintf(&log, "%s/%s.log", directory, name), 0);
    program->log = log;
    config = write_config();
    spawn(program, config, database);
    wait_until(program, NULL);
    free(config);
    free(directory);
    return program;
}

bool program_end(struct program *program)
{
    bool well = stopped_well(program);
    well = !log_has_errors(program) && well;
    free(program->log);
    free(program);
    return well;
}

int program_port(const struct program *program)
{
    return program->port;
}

static void end_shared(void)
{
    if (!shared || starter != getpid())
        return;
    struct program *program = shared;
    char *metrics = read_metrics(program);
    char *log = strdup(program->log);
    shared = NULL;
    bool well = program_end(program);
    well = !leak_found(dirname(log), metrics) && well;
    free(log);
    free(metrics);
    if (!well) {
        fflush(NULL);
        _exit(EXIT_FAILURE);
    }
}

void program_start(void)
{
    if (shared)
        return;
    starter = getpid();
    atexit(end_shared);
    shared = program_run("http-server", required("COMPLAINTD_TEST_APP"));
    wait_until(shared, is_ready);
}

const struct program *program_shared(void)
{
    ck_assert_msg(shared != NULL, "client_setup() is not among the suite's fixtures");
    return shared;
}
