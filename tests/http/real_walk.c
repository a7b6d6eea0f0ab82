/* Walking complaints through the stages: each client takes from a queue of its login what waits for
 * it, does one thing, and passes the complaint on to whose turn it is. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/http/real.h"
#include "tests/http/real_report.h"

#define EACH 12           /* every twelfth complaint walks */
#define OTHER_ENDS_EACH 8 /* every eighth of those ends before feedback does */
#define STALE_PERCENT 4
#define REPEATED_PERCENT 4
#define EXTRAS_MAX 5
#define HAND_OVERS_MAX 4
#define SEND_BACKS_MAX 2

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct real_complaint *first[REAL_LOGINS], *last[REAL_LOGINS];
    size_t left; /* walks that have not ended */
} queues = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void put(struct real_complaint *complaint)
{
    pthread_mutex_lock(&queues.lock);
    complaint->waiting = NULL;
    if (complaint->next == REAL_NOBODY) {
        queues.left--;
    } else if (queues.first[complaint->next]) {
        queues.last[complaint->next]->waiting = complaint;
        queues.last[complaint->next] = complaint;
    } else {
        queues.first[complaint->next] = queues.last[complaint->next] = complaint;
    }
    pthread_cond_broadcast(&queues.changed);
    pthread_mutex_unlock(&queues.lock);
}

/* Waits for work of that login; NULL when there will be none any more. */
static struct real_complaint *take(int login)
{
    struct real_complaint *taken = NULL;

    pthread_mutex_lock(&queues.lock);
    while (queues.left > 0 && real_going_on()) {
        taken = queues.first[login];
        if (taken) {
            queues.first[login] = taken->waiting;
            break;
        }
        struct timespec soon;
        clock_gettime(CLOCK_REALTIME, &soon);
        soon.tv_sec++;
        pthread_cond_timedwait(&queues.changed, &queues.lock, &soon);
    }
    pthread_mutex_unlock(&queues.lock);
    return taken;
}

void real_walk_begin(void)
{
    static const enum real_end ends[] = {END_SETTLE, END_DECLINE, END_WITHDRAW};
    size_t walk = 0;

    for (size_t i = EACH / 2; i < real.count; i += EACH, walk++) {
        struct real_complaint *complaint = &real.complaints[i];
        bool other = walk % OTHER_ENDS_EACH == OTHER_ENDS_EACH - 1;
        complaint->walks = true;
        complaint->end = other ? ends[walk / OTHER_ENDS_EACH % 3] : END_CLOSE;
        complaint->end_stage = real_below(complaint, STAGE_COUNT);
        complaint->unreachable = real_chance(complaint, 15);
        complaint->extras_left = real_below(complaint, EXTRAS_MAX + 1);
        complaint->hand_overs_left = real_below(complaint, HAND_OVERS_MAX + 1);
        complaint->send_backs_left = real_below(complaint, SEND_BACKS_MAX + 1);
        complaint->turn = TURN_OWNER;
        complaint->next = complaint->owner;
        queues.left++;
        put(complaint);
    }
}

void real_walk(int number)
{
    struct real_client client;
    struct real_complaint *complaint;
    int login = number % REAL_LOGINS;

    if (real_client_open(&client, real_logins[login])) {
        while ((complaint = take(login))) {
            if (!real_step(&client, complaint))
                break;
            put(complaint);
        }
    }
    real_client_close(&client);
}

/* --- commands ----------------------------------------------------------------------------------- */

/* With the version before the present one: refused, and told what the present one is. */
static bool refused_as_stale(struct real_client *client, const struct real_complaint *complaint,
                             const struct real_request *request)
{
    struct real_request stale = *request;

    stale.key = NULL;
    stale.version = complaint->version - 1;
    if (!real_call(client, &stale, 412))
        return false;
    int actor = complaint->done[complaint->done_count - 1].actor;
    const char *changed_by = json_string_value(json_object_get(client->json, "changed_by"));
    if (json_integer_value(json_object_get(client->json, "current_version")) ==
            complaint->version &&
        changed_by && strcmp(changed_by, real_logins[actor]) == 0)
        return true;
    real_fail("%s: the refusal as stale names another version or person", complaint->number);
    return false;
}

/* Before acting, people look: what they are about to do must be among what they may do. */
static bool shown_as_allowed(struct real_client *client, const struct real_complaint *complaint,
                             enum action action)
{
    char path[96];
    const struct real_request request = {.path = path};
    struct text code = vocabulary_code(&vocabulary_action, (int)action);
    const json_t *one;
    size_t i;

    snprintf(path, sizeof path, "/v1/complaints/%s", complaint->id);
    if (!real_call(client, &request, 200))
        return false;
    json_array_foreach(json_object_get(client->json, "allowed_actions"), i, one)
    {
        if (text_equal(text_of(json_string_value(one)), code))
            return real_compare(complaint, client->json);
    }
    real_fail("%s: %.*s is not among what %s may do", complaint->number, TEXT_ARG(code),
              client->login);
    return false;
}

static bool repeated(struct real_client *client, const struct real_request *request, int status)
{
    char *before = strdup(client->body);
    bool good = before && real_call(client, request, status);

    if (good && strcmp(before, client->body) != 0) {
        real_fail("%s: repeated under the same key, the answer is another", request->path);
        good = false;
    }
    free(before);
    return good;
}

static bool send(struct real_client *client, struct real_complaint *complaint, enum action action,
                 const struct real_request *request, struct real_span *ret)
{
    int status = action >= ACTION_NOTES && action != ACTION_APPROVE_PLAN ? 201 : 200;

    if (real_chance(complaint, STALE_PERCENT) && complaint->version > 1 &&
        !refused_as_stale(client, complaint, request))
        return false;
    if (real_chance(complaint, 10) && !shown_as_allowed(client, complaint, action))
        return false;
    ret->from = instant_now();
    if (!real_call(client, request, status))
        return false;
    ret->to = instant_now();
    if (client->version != complaint->version + 1) {
        real_fail("%s: the answer's ETag is not the next version", request->path);
        return false;
    }
    return !real_chance(complaint, REPEATED_PERCENT) || repeated(client, request, status);
}

bool real_command(struct real_client *client, struct real_complaint *complaint, enum action action,
                  const char *path, json_t *body, struct real_span *ret)
{
    char whole[128], key[96];
    const struct real_request request = {
        .path = whole, .body = body, .version = complaint->version, .key = key};

    snprintf(whole, sizeof whole, "/v1/complaints/%s/%s", complaint->id, path);
    snprintf(key, sizeof key, "%s-%lld", complaint->number, (long long)complaint->version);
    bool good =
        complaint->done_count < REAL_ACTIONS_MAX && send(client, complaint, action, &request, ret);
    json_decref(body);
    if (!good) {
        real_fail("%s: %s by %s did not succeed", complaint->number, path, client->login);
        return false;
    }
    complaint->version++;
    complaint->done[complaint->done_count].action = (int)action;
    complaint->done[complaint->done_count++].actor = real_login_number(client->login);
    return true;
}
