#include "server/http_fields.h"

#include <microhttpd.h>
#include <strings.h>

#include "server/peer.h"
#include "server/server.h"

#define FIELD_OVERHEAD 64 /* what it costs libmicrohttpd besides */

enum single { HOST, CONTENT_LENGTH, TRANSFER_ENCODING, OTHERS };

/* Fields that have one value; the first ones are looked at further. */
static const char *const singles[] = {[HOST] = "Host",
                                      [CONTENT_LENGTH] = "Content-Length",
                                      [TRANSFER_ENCODING] = "Transfer-Encoding",
                                      [OTHERS] = "Authorization",
                                      "Content-Encoding",
                                      "Content-Type",
                                      "Idempotency-Key",
                                      "If-Match",
                                      "On-Behalf-Of",
                                      "Origin"};
#define SINGLES (sizeof singles / sizeof *singles)

struct look {
    struct fields *fields;
    struct request *request;
    const char *values[SINGLES]; /* by singles[]; NULL: not sent */
    bool from_proxy;
    struct text_buffer forwarded;
};

/* The name is the client's: it is shown only when it is one of ours. */
static void complain(struct look *look, const char *name, const char *code, const char *en,
                     const char *zh)
{
    violation_add(request_violations(look->request), name, code, en, zh);
    look->fields->sound = false;
}

/* RFC 9110 §5.6.2. */
static bool is_token(const char *name)
{
    for (const char *c = name; *c; c++) {
        if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
              strchr("!#$%&'*+-.^_`|~", *c)))
            return false;
    }
    return *name != '\0';
}

/* RFC 9110 §5.5: no control character but the tab. */
static bool is_value(const char *value)
{
    for (const char *c = value; *c; c++) {
        if (((unsigned char)*c < ' ' && *c != '\t') || *c == 0x7f)
            return false;
    }
    return true;
}

static void join_forwarded(struct look *look, const char *value)
{
    if (!look->forwarded.arena)
        look->forwarded = text_buffer_new(look->request->arena, 128);
    else
        text_buffer_add_char(&look->forwarded, ',');
    text_buffer_add_string(&look->forwarded, value);
}

static enum MHD_Result look_at(void *cls, enum MHD_ValueKind kind, const char *name,
                               const char *value)
{
    struct look *look = cls;
    (void)kind;

    value = value ? value : "";
    look->fields->bytes += strlen(name) + strlen(value) + FIELD_OVERHEAD;
    if (!is_token(name) || !is_value(value))
        complain(look, "", "field_malformed", "A header field cannot be read.",
                 "请求头字段无法解析。");
    if (look->from_proxy && strcasecmp(name, "X-Forwarded-For") == 0)
        join_forwarded(look, value);
    for (size_t i = 0; i < SINGLES; i++) {
        if (strcasecmp(name, singles[i]) != 0)
            continue;
        if (look->values[i])
            complain(look, singles[i], "field_repeated", "This header field may be sent once only.",
                     "该请求头字段只能出现一次。");
        look->values[i] = value;
        break;
    }
    return MHD_YES;
}

/* Where the body ends is told by one field, in the one way that we read. */
static void judge_framing(struct look *look, const char *version)
{
    const char *coding = look->values[TRANSFER_ENCODING];
    bool newer = strcmp(version, "HTTP/1.1") == 0;

    if (coding && look->values[CONTENT_LENGTH])
        complain(
            look, singles[TRANSFER_ENCODING], "framing_ambiguous",
            "The body's length may be told by Content-Length or by Transfer-Encoding, not both.",
            "不得同时使用 Content-Length 与 Transfer-Encoding。");
    else if (coding && (!newer || strcasecmp(coding, "chunked") != 0))
        complain(look, singles[TRANSFER_ENCODING], "framing_unknown",
                 "The only transfer coding is chunked, in HTTP/1.1.",
                 "仅支持 HTTP/1.1 的 chunked 传输编码。");
    if (newer && !look->values[HOST])
        complain(look, singles[HOST], "required", "HTTP/1.1 takes a Host.",
                 "HTTP/1.1 请求须包含 Host。");
}

void fields_read(struct fields *fields, struct request *request, const char *version)
{
    struct look look = {.fields = fields, .request = request};

    *fields = (struct fields){.sound = true};
    look.from_proxy = networks_hold(&request->server->trusted_proxies, &request->peer->address);
    (void)MHD_get_connection_values(request->connection, MHD_HEADER_KIND, look_at, &look);
    judge_framing(&look, version);
    fields->forwarded = text_buffer_text(&look.forwarded);
}
