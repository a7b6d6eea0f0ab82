#include "tests/http/matter.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/instant.h"

#define ZONE_SECONDS INT64_C(28800)

json_t *body(const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    json_error_t error;

    va_start(arguments, format);
    ck_assert_int_ge(vasprintf(&text, format, arguments), 0);
    va_end(arguments);
    for (char *c = text; *c; c++)
        if (*c == '\'')
            *c = '"';
    json_t *made = json_loads(text, 0, &error);
    ck_assert_msg(made != NULL, "%s: %s", error.text, text);
    free(text);
    return made;
}

const char *body_text(json_t *json)
{
    char *made = json_dumps(json, JSON_COMPACT);
    ck_assert_ptr_nonnull(made);
    const char *text = client_text("%s", made);
    free(made);
    json_decref(json);
    return text;
}

json_t *matter_full(void)
{
    return body(
        "{'source': 'hotline', 'subject': '手机银行转账失败但已扣款',"
        " 'narrative': '客户来电称转账失败。\\n回拨13800001234，卡号6222021234567890128。',"
        " 'demand': '退回款项并说明原因', 'received_at': '2026-11-20T09:12:00+08:00',"
        " 'occurred_at': '2026-11-19T18:00:00+08:00', 'level': 'ordinary', 'urgency': 2,"
        " 'unit': 'HN-CS-001', 'channel_class': 'A01033', 'business_class': 'B05',"
        " 'cause_class': 'C02', 'product': '手机银行转账', 'amount_in_dispute': 500000,"
        " 'external_case_number': null, 'staff_complained_of': null, 'tags': [],"
        " 'complainant': {'name': '张三', 'phone': '13800001234', 'email': null, 'address': null,"
        " 'identity_number': null, 'account_number': null, 'customer_number': null,"
        " 'capacity': 'self', 'people': 1}, 'owner': 'agent1'}");
}

json_t *matter_minimal(void)
{
    return body("{'source': 'branch', 'subject': '柜面排队时间过长', 'narrative': '等候两小时。',"
                " 'received_at': '%s', 'complainant': {'name': '李四', 'phone': '13900005678'}}",
                time_text(-60));
}

const struct reply *matter_receive(const char *as, json_t *input)
{
    return client_post(as, 0, input, "/v1/complaints");
}

struct matter matter_new(const char *as, json_t *members)
{
    json_t *input = matter_minimal();
    if (members)
        ck_assert_int_eq(json_object_update(input, members), 0);
    json_decref(members);
    const struct reply *reply = matter_receive(as, input);
    EXPECT_STATUS(reply, 201);
    return (struct matter){reply_text(reply, "id"), reply_text(reply, "number"), 1};
}

const struct reply *matter_do(struct matter *matter, const char *as, const char *action,
                              json_t *input)
{
    const struct reply *reply =
        client_post(as, matter->version, input, "/v1/complaints/%s/%s", matter->id, action);
    if (reply->status == 200 || reply->status == 201) {
        int64_t version = reply_version(reply);
        ck_assert_msg(version == matter->version + 1, "%s: version %lld after %lld", action,
                      (long long)version, (long long)matter->version);
        matter->version = version;
    }
    return reply;
}

const struct reply *matter_must(struct matter *matter, const char *as, const char *action,
                                json_t *input)
{
    const struct reply *reply = matter_do(matter, as, action, input);
    ck_assert_msg(reply->status == 200 || reply->status == 201, "%s by %s: %d %s", action, as,
                  reply->status, reply->body);
    return reply;
}

const struct reply *matter_get(const struct matter *matter, const char *as, const char *rest)
{
    const struct reply *reply = client_get(as, "/v1/complaints/%s%s", matter->id, rest ? rest : "");
    EXPECT_STATUS(reply, 200);
    return reply;
}

struct matter matter_at(const char *stage)
{
    struct matter matter = matter_new("agent1", NULL);
    static const char *const stages[] = {"intake", "investigation", "resolution", "feedback"};
    const char *owner = "agent1";

    for (size_t i = 0; strcmp(stages[i], stage) != 0; i++) {
        if (i == 1)
            matter_must(&matter, owner, "findings", body_findings());
        if (i == 2)
            matter_must(&matter, owner, "plan", body_plan(100));
        matter_must(&matter, owner, "advance", body("{'owner': 'handler1'}"));
        owner = "handler1";
    }
    return matter;
}

json_t *body_findings(void)
{
    return body("{'facts': '经核查，扣款后未入账。', 'basis': '系统流水', 'responsible': '科技部',"
                " 'upheld': 'yes'}");
}

json_t *body_plan(int64_t refund_fen)
{
    return body("{'summary': '退款并致歉', 'redress': [{'type': 'refund', 'amount': %lld},"
                " {'type': 'apology'}]}",
                (long long)refund_fen);
}

json_t *body_notice(void)
{
    return body("{'facts': '扣款后未入账', 'basis': '系统流水', 'decision': '三日内退款'}");
}

json_t *body_delivery(void)
{
    return body("{'channel': 'letter', 'at': '%s', 'proof': '挂号信回执XA123'}", time_text(0));
}

json_t *body_contact(const char *direction, bool reached)
{
    return body("{'method': 'phone', 'direction': '%s', 'at': '%s', 'reached': %s,"
                " 'summary': '拨打登记号码'}",
                direction, time_text(-30), reached ? "true" : "false");
}

/* By the clock that the server reads: time() may be a tick behind it, and then names the second before. */
static struct tm parts_of_time(int64_t seconds_from_now)
{
    time_t at = (time_t)(instant_now() / INSTANT_SECOND + ZONE_SECONDS + seconds_from_now);
    struct tm parts;
    gmtime_r(&at, &parts);
    return parts;
}

const char *time_text(int64_t seconds_from_now)
{
    struct tm parts = parts_of_time(seconds_from_now);
    char text[32];
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    return client_text("%s+08:00", text);
}

const char *today_text(void)
{
    struct tm parts = parts_of_time(0);
    char text[16];
    strftime(text, sizeof text, "%Y%m%d", &parts);
    return client_text("%s", text);
}

bool journals_are_sound(void)
{
    const char *program = getenv("COMPLAINTD_CTL"), *url = getenv("COMPLAINTD_TEST_OWNER");
    int status = -1;
    ck_assert(program && url);
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        setenv("COMPLAINTD_DATABASE_URL", url, 1);
        execl(program, program, "verify", "--all", (char *)NULL);
        _exit(127);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
