#include "lib/complaint/complaint.h"
#include "lib/json/shape.h"

/* Rows for spreadsheets (RFC 4180) from the tables that write JSON. */

static const struct term format_terms[] = {
    [FORMAT_JSON] = {{"json", 4}, "JSON", "JSON"}, [FORMAT_CSV] = {{"csv", 3}, "CSV", "CSV"}};
const struct vocabulary vocabulary_format = {"format", format_terms, 2};

/* What a spreadsheet takes for the beginning of a formula, also as a wide character. */
static bool begins_formula(struct text text)
{
    static const char *const wide[] = {"＝", "＋", "－", "＠"};

    if (text.length == 0)
        return false;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (text.length >= 3 && memcmp(text.at, wide[i], 3) == 0)
            return true;
    return strchr("=+-@\t\r\n", *text.at) != NULL;
}

void csv_add_text(struct text_buffer *out, struct text text)
{
    text_buffer_add_char(out, '"');
    if (begins_formula(text))
        text_buffer_add_char(out, '\'');
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] == '"')
            text_buffer_add_char(out, '"');
        text_buffer_add_char(out, text.at[i]);
    }
    text_buffer_add_char(out, '"');
}

static void add_string(struct text_buffer *out, const char *string)
{
    csv_add_text(out, text_of(string));
}

/* As spreadsheets read a moment: "2026-11-20 09:12:00". */
static void add_instant(struct text_buffer *out, instant at, int zone_minutes)
{
    char text[INSTANT_TEXT_MAX];

    if (at == INSTANT_NONE)
        return;
    (void)instant_format(at, zone_minutes, text);
    text_buffer_printf(out, "%.10s %.8s", text, text + 11);
}

static void add_number(struct text_buffer *out, const struct member *member, int64_t number)
{
    if (number != -1 || member->flags & MEMBER_REQUIRED)
        text_buffer_printf(out, "%lld", (long long)number);
}

static void add_term(struct text_buffer *out, const struct vocabulary *vocabulary, int term,
                     bool chinese)
{
    if (term == TERM_NONE)
        return;
    if (chinese)
        text_buffer_add_string(out, vocabulary->terms[term].zh);
    else
        text_buffer_add_text(out, vocabulary->terms[term].code);
}

static void add_terms(struct text_buffer *out, const struct vocabulary *vocabulary, unsigned terms,
                      bool chinese)
{
    text_buffer_add_char(out, '"');
    for (unsigned rest = terms; rest; rest &= rest - 1) {
        if (rest != terms)
            text_buffer_add_string(out, chinese ? "、" : ", ");
        add_term(out, vocabulary, __builtin_ctz(rest), chinese);
    }
    text_buffer_add_char(out, '"');
}

static void add_id(struct text_buffer *out, struct uuid id)
{
    char text[UUID_TEXT_LENGTH];

    if (uuid_is_none(id))
        return;
    uuid_format(id, text);
    text_buffer_add(out, text, sizeof text);
}

static bool is_column(const struct member *member)
{
    switch (member->type) {
    case MEMBER_TEXTS:
    case MEMBER_INTEGERS:
    case MEMBER_LIST:
    case MEMBER_ACTIONS: return false;
    default: return true;
    }
}

static void add_name(struct text_buffer *out, const char *prefix, const struct member *member,
                     const char *part, const char *part_zh, bool chinese)
{
    text_buffer_add_string(out, out->length && out->at[out->length - 1] == '"' ? ",\"" : "\"");
    if (chinese && member->zh)
        text_buffer_printf(out, "%s%s\"", member->zh, part_zh);
    else
        text_buffer_printf(out, "%s%s%s\"", prefix, member->name, part);
}

static void add_head(struct text_buffer *out, const struct shape *shape, const char *prefix,
                     bool chinese)
{
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        if (!is_column(member))
            continue;
        if (member->type == MEMBER_STAFF) {
            add_name(out, prefix, member, ".login", "登录名", chinese);
            add_name(out, prefix, member, ".name", "姓名", chinese);
        } else if (member->type == MEMBER_OBJECT) {
            add_head(out, member->shape, arena_printf(out->arena, "%s%s.", prefix, member->name),
                     chinese);
        } else {
            add_name(out, prefix, member, "", "", chinese);
        }
    }
}

size_t csv_columns(const struct shape *shape)
{
    size_t count = 0;

    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        if (member->type == MEMBER_OBJECT)
            count += csv_columns(member->shape);
        else if (is_column(member))
            count += member->type == MEMBER_STAFF ? 2 : 1;
    }
    return count;
}

void csv_add_head(struct text_buffer *out, const struct shape *shape, bool chinese)
{
    add_head(out, shape, "", chinese);
    text_buffer_add_string(out, "\r\n");
}

static void add_row(struct text_buffer *out, const struct shape *shape, const char *object,
                    int zone_minutes, bool chinese);

static void add_cell(struct text_buffer *out, const struct member *member, const void *field,
                     int zone_minutes, bool chinese)
{
    switch (member->type) {
    case MEMBER_TEXT:
    case MEMBER_LINES: {
        const struct text *text = field;
        if (!text_is_none(*text))
            csv_add_text(out, *text);
        break;
    }
    case MEMBER_TERM: add_term(out, member->vocabulary, *(const int *)field, chinese); break;
    case MEMBER_TERMS: add_terms(out, member->vocabulary, *(const unsigned *)field, chinese); break;
    case MEMBER_INTEGER: add_number(out, member, *(const int *)field); break;
    case MEMBER_LONG: add_number(out, member, *(const int64_t *)field); break;
    case MEMBER_BOOLEAN:
        text_buffer_add_string(out, *(const bool *)field ? (chinese ? "是" : "true")
                                                         : (chinese ? "否" : "false"));
        break;
    case MEMBER_INSTANT: add_instant(out, *(const instant *)field, zone_minutes); break;
    case MEMBER_UUID: add_id(out, *(const struct uuid *)field); break;
    case MEMBER_STAFF: {
        const struct staff_reference *staff = field;
        csv_add_text(out, staff->login);
        text_buffer_add_char(out, ',');
        csv_add_text(out, staff->name);
        break;
    }
    case MEMBER_LOGIN: csv_add_text(out, ((const struct staff_reference *)field)->login); break;
    case MEMBER_JSON: text_buffer_add_text(out, *(const struct text *)field); break;
    case MEMBER_STRING:
        if (*(const char *const *)field)
            add_string(out, *(const char *const *)field);
        break;
    case MEMBER_OBJECT: add_row(out, member->shape, field, zone_minutes, chinese); break;
    default: break; /* no column */
    }
}

static void add_row(struct text_buffer *out, const struct shape *shape, const char *object,
                    int zone_minutes, bool chinese)
{
    const char *separator = "";

    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        if (!is_column(member))
            continue;
        text_buffer_add_string(out, separator);
        add_cell(out, member, object + member->offset, zone_minutes, chinese);
        separator = ",";
    }
}

void csv_add_row(struct text_buffer *out, const struct shape *shape, const void *object,
                 int zone_minutes, bool chinese)
{
    add_row(out, shape, object, zone_minutes, chinese);
    text_buffer_add_string(out, "\r\n");
}
