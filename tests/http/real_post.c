/* Sending the complaints: each client its share of the rows, one after the other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/http/real.h"
#include "tests/http/real_report.h"

#define REPEATED_PERCENT 5
#define REUSED_PERCENT 1 /* sent once more under the same key, but changed */

int real_below(struct real_complaint *complaint, int limit)
{
    return random_below(&complaint->random, limit);
}

bool real_chance(struct real_complaint *complaint, int percent)
{
    return real_below(complaint, 100) < percent;
}

int real_login_number(const char *login)
{
    for (int i = 0; login && i < REAL_LOGINS; i++)
        if (strcmp(real_logins[i], login) == 0)
            return i;
    return REAL_NOBODY;
}

bool real_going_on(void)
{
    if (real_failed())
        return false;
    if (monotonic_now_us() < real.give_up_us)
        return true;
    real_fail("this takes too long");
    return false;
}

static void set_text(json_t *object, const char *name, struct text value)
{
    if (!text_is_none(value))
        json_object_set_new(object, name, json_stringn(value.at, value.length));
}

static json_t *body_of(const struct real_complaint *complaint)
{
    const struct real_row *row = complaint->row;
    json_t *complainant = json_object();
    json_t *body = json_pack("{s:s, s:s, s:o}", "source", row->source, "received_at", row->received,
                             "complainant", complainant);

    for (int i = 0; i < REAL_FIELDS; i++)
        set_text(i < REAL_NAME ? body : complainant, real_field_names[i], row->written[i]);
    set_text(body, "product", row->product);
    set_text(body, "external_case_number", row->case_number);
    if (row->level != TERM_NONE)
        set_text(body, "level", vocabulary_code(&vocabulary_level, row->level));
    if (row->people)
        json_object_set_new(complainant, "people", json_integer(row->people));
    return body;
}

/* The unit and the first owner: mostly what follows from the caller, else said. */
static void choose_parties(struct real_complaint *complaint, int login, json_t *body)
{
    static const char *const home[REAL_LOGINS] = {"HN-CS-001", "HN-CS-001", "HN-CS-002", "HN"};

    complaint->unit = home[login];
    if (login == REAL_SUPERVISOR && real_chance(complaint, 70)) {
        complaint->unit = home[real_below(complaint, REAL_LOGINS)];
        json_object_set_new(body, "unit", json_string(complaint->unit));
    }
    complaint->entered_by = complaint->owner = login;
    if (real_chance(complaint, 30)) {
        complaint->owner = real_below(complaint, REAL_LOGINS);
        json_object_set_new(body, "owner", json_string(real_logins[complaint->owner]));
    }
}

/* The model of a complaint that was just received. */
static void begin_model(struct real_complaint *complaint)
{
    const struct real_row *row = complaint->row;
    int level = row->level == TERM_NONE ? LEVEL_ORDINARY : row->level;

    if (row->people >= 20)
        level = LEVEL_MAJOR;
    complaint->version = 1;
    complaint->status = STATUS_OPEN;
    complaint->outcome = TERM_NONE;
    complaint->level = complaint->received_level = level;
    complaint->pending = REAL_NOBODY;
    complaint->stages[0] = (struct real_stage){.stage = STAGE_INTAKE,
                                               .owner = complaint->owner,
                                               .level = level,
                                               .entered_from = row->received_at,
                                               .entered_to = row->received_at};
    complaint->stage_count = 1;
    complaint->done[0].action = ACTION_RECEIVE;
    complaint->done[0].actor = complaint->entered_by;
    complaint->done_count = 1;
}

static bool take_identity(const struct real_client *client, struct real_complaint *complaint)
{
    const char *id = json_string_value(json_object_get(client->json, "id"));
    const char *number = json_string_value(json_object_get(client->json, "number"));

    if (!id || !number || strlen(id) >= sizeof complaint->id ||
        strlen(number) >= sizeof complaint->number) {
        real_fail("%s, row %zu: no id or number", complaint->row->file, complaint->row->line);
        return false;
    }
    memcpy(complaint->id, id, strlen(id) + 1);
    memcpy(complaint->number, number, strlen(number) + 1);
    if (client->version != 1 || !strstr(client->location, id)) {
        real_fail("%s: ETag or Location is wrong", number);
        return false;
    }
    return true;
}

/* Sends the same again under the same key: the answer has to be the same, byte for byte. */
static bool repeat(struct real_client *client, const struct real_request *request)
{
    char *before = strdup(client->body);
    bool good = before && real_call(client, request, 201);

    if (good && strcmp(before, client->body) != 0) {
        real_fail("repeated under the same key, the answer is another");
        good = false;
    }
    free(before);
    return good;
}

static bool reuse(struct real_client *client, const struct real_request *request)
{
    json_t *other = json_deep_copy(request->body);
    struct real_request changed = *request;

    json_object_set_new(other, "urgency", json_integer(1));
    changed.body = other;
    bool good = real_call(client, &changed, 422);
    json_decref(other);
    const char *type = json_string_value(json_object_get(client->json, "type"));
    if (good && (!type || strcmp(type, "/problems/idempotency-key-reused") != 0)) {
        real_fail("another request under a used key: %s", type ? type : "no type");
        good = false;
    }
    return good;
}

/* Reads it back by id or number: the same as was answered, and as the model says. */
static bool read_back(struct real_client *client, const struct real_complaint *complaint)
{
    char path[128];
    json_t *posted = json_incref(client->json);
    const struct real_request request = {.path = path, .gzip = complaint->row->line % 2};

    snprintf(path, sizeof path, "/v1/complaints/%s",
             complaint->row->line % 3 ? complaint->id : complaint->number);
    bool good = real_call(client, &request, 200);
    if (good && !json_equal(posted, client->json)) {
        real_fail("%s: read back, it is another than was answered", complaint->number);
        good = false;
    }
    json_decref(posted);
    return good && real_compare(complaint, client->json);
}

static bool post(struct real_client *client, struct real_complaint *complaint, int login)
{
    char key[64];
    json_t *body = body_of(complaint);
    const struct real_request request = {.path = "/v1/complaints", .body = body, .key = key};

    snprintf(key, sizeof key, "real-%llx-%s-%zu", (unsigned long long)real.seed,
             complaint->row->file, complaint->row->line);
    choose_parties(complaint, login, body);
    bool good = real_call(client, &request, 201) && take_identity(client, complaint);
    if (good) {
        begin_model(complaint);
        if (real_chance(complaint, REPEATED_PERCENT))
            good = repeat(client, &request);
        if (good)
            good = read_back(client, complaint);
        if (good && real_chance(complaint, REUSED_PERCENT))
            good = reuse(client, &request);
    }
    json_decref(body);
    return good;
}

void real_post(int number)
{
    struct real_client client;
    int login = number % REAL_LOGINS;

    if (real_client_open(&client, real_logins[login])) {
        for (size_t i = (size_t)number; i < real.count && real_going_on(); i += REAL_CLIENTS) {
            real.complaints[i].random = random_new(real.seed * 1000003 + i);
            if (!post(&client, &real.complaints[i], login))
                break;
        }
    }
    real_client_close(&client);
}
