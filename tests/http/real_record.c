/* Case work of the walks: what is recorded beside a complaint. */
#include <stdio.h>
#include <string.h>

#include "tests/http/real_report.h"
#include "tests/http/real_step.h"

#define PHONE_MASK "%.3s****%.4s"
#define REDRESS_LIMIT_FEN 1000000 /* above it the plan needs a second person */

json_t *real_told(const struct real_complaint *complaint, const char *what)
{
    return json_sprintf("%s，已联系客户%s。", what, complaint->row->written[REAL_PHONE].at);
}

/* Records an item and checks it: its number, who, when, where, and its text masked. */
static bool add(struct real_client *client, struct real_complaint *complaint, enum action action,
                const char *path, const char *text_member, json_t *body, int *count)
{
    const char *phone = complaint->row->written[REAL_PHONE].at;
    struct real_span at;
    char masked[16];

    if (!real_command(client, complaint, action, path, body, &at))
        return false;
    ++*count;
    snprintf(masked, sizeof masked, PHONE_MASK, phone, phone + 7);
    const json_t *item = client->json;
    const char *text = json_string_value(json_object_get(item, text_member));
    const char *by = json_string_value(json_object_get(json_object_get(item, "by"), "login"));
    const char *when = json_string_value(json_object_get(item, "recorded_at"));
    instant recorded = INSTANT_NONE;
    if (json_integer_value(json_object_get(item, "number")) == *count && text &&
        strstr(text, masked) && by && strcmp(by, client->login) == 0 &&
        instant_parse(text_of(when), &recorded) && recorded >= at.from && recorded <= at.to)
        return true;
    real_fail("%s: the item of %s is not what was recorded", complaint->number, path);
    return false;
}

bool real_add_note(struct real_client *client, struct real_complaint *complaint)
{
    return add(client, complaint, ACTION_NOTES, "notes", "text",
               json_pack("{s:o}", "text", real_told(complaint, "备注")), &complaint->notes);
}

bool real_add_contact(struct real_client *client, struct real_complaint *complaint, bool reached)
{
    static const char *const methods[] = {"letter", "phone", "sms", "email", "in_person", "app"};
    bool outbound = !reached || real_chance(complaint, 50);
    json_t *body =
        json_pack("{s:s, s:s, s:s, s:b, s:o}", "method", methods[real_below(complaint, 6)],
                  "direction", outbound ? "outbound" : "inbound", "at", complaint->row->received,
                  "reached", reached, "summary", real_told(complaint, "联系"));

    if (!add(client, complaint, ACTION_CONTACTS, "contacts", "summary", body, &complaint->contacts))
        return false;
    complaint->failed_attempts += outbound && !reached;
    return true;
}

bool real_add_findings(struct real_client *client, struct real_complaint *complaint)
{
    static const char *const upheld[] = {"yes", "partly", "no"};
    json_t *body = json_pack("{s:o, s:s, s:s}", "facts", real_told(complaint, "经查"), "basis",
                             "内部管理规定", "upheld", upheld[real_below(complaint, 3)]);

    return add(client, complaint, ACTION_FINDINGS, "findings", "facts", body, &complaint->findings);
}

/* Above the limit only where another than the supervisor plans: nobody else could approve. */
bool real_add_plan(struct real_client *client, struct real_complaint *complaint)
{
    bool large = complaint->owner != REAL_SUPERVISOR && real_chance(complaint, 40);
    json_t *body = json_pack("{s:o, s:[{s:s, s:i}, {s:s}]}", "summary",
                             real_told(complaint, "方案"), "redress", "type", "refund", "amount",
                             REDRESS_LIMIT_FEN + (large ? 1 : 0), "type", "apology");

    if (!add(client, complaint, ACTION_PLAN, "plan", "summary", body, &complaint->plans))
        return false;
    complaint->plan_approved = !large;
    return true;
}

bool real_add_notice(struct real_client *client, struct real_complaint *complaint)
{
    json_t *body = json_pack("{s:s, s:s, s:o}", "facts", "经核实情况属实。", "basis",
                             "内部管理规定", "decision", real_told(complaint, "决定"));

    if (!add(client, complaint, ACTION_NOTICES, "notices", "decision", body, &complaint->notices))
        return false;
    complaint->delivered = false;
    complaint->failed_attempts = 0;
    return true;
}

bool real_add_delivery(struct real_client *client, struct real_complaint *complaint)
{
    char path[64];
    json_t *body = json_pack("{s:s, s:s, s:o}", "channel", "letter", "at", complaint->row->received,
                             "proof", real_told(complaint, "签收"));

    snprintf(path, sizeof path, "notices/%d/deliveries", complaint->notices);
    if (!add(client, complaint, ACTION_DELIVERIES, path, "proof", body, &complaint->deliveries))
        return false;
    complaint->delivered = true;
    return true;
}
