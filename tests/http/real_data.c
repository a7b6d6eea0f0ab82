#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "lib/complaint/masking.h"
#include "tests/http/csv.h"
#include "tests/http/real.h"
#include "tests/http/real_needle.h"
#include "tests/http/real_text.h"

#define CHINESE "zh-gov-complaints-with-replies-2816.json"
#define ROWS_MAX 10000
#define PRODUCT_MAX 100

struct real real;

const char *const real_logins[REAL_LOGINS] = {"agent1", "handler1", "agent2", "supervisor1"};

const char *const real_field_names[REAL_FIELDS] = {"subject", "narrative",       "demand",
                                                   "name",    "phone",           "email",
                                                   "address", "identity_number", "account_number"};

static const struct field {
    struct text (*mask)(struct arena *arena, struct text text);
    size_t max; /* characters */
    bool multiline;
} fields[REAL_FIELDS] = {
    {masking_text, 200, false},     {masking_text, 20000, true},   {masking_text, 2000, true},
    {masking_name, 100, false},     {masking_phone, 40, false},    {masking_email, 254, false},
    {masking_address, 2000, false}, {masking_identity, 64, false}, {masking_account, 64, false},
};

const char *real_folder(void)
{
    static char path[4096];
    const char *given = getenv("SHARED_DATA"), *top = getenv("COMPLAINTD_SOURCE");
    struct stat folder;

    if (given && *given)
        snprintf(path, sizeof path, "%s", given);
    else
        snprintf(path, sizeof path, "%s/../shared/data", top ? top : ".");
    return stat(path, &folder) == 0 && S_ISDIR(folder.st_mode) ? path : NULL;
}

static const char *file_path(const char *name)
{
    return arena_printf(real.arena, "%s/%s", real_folder(), name);
}

/* --- texts -------------------------------------------------------------------------------------- */

/* What the API refuses in a text (api.md, input). */
static bool is_control(uint32_t code, bool multiline)
{
    if (code == '\n' || code == '\r' || code == '\t' || code == 0x2028 || code == 0x2029)
        return !multiline;
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

/* The text as it can be sent: a space instead of each control character, cut between characters. */
static struct text sendable(struct text raw, const struct field *field, size_t *cuts)
{
    struct text_buffer out = text_buffer_new(real.arena, raw.length + 1);
    size_t characters = 0, size;

    for (size_t at = 0; at < raw.length; at += size) {
        uint32_t code = 0;
        size = text_decode(raw.at + at, raw.length - at, &code);
        ck_assert_uint_gt(size, 0);
        if (characters++ == field->max) {
            ++*cuts;
            break;
        }
        if (is_control(code, field->multiline)) {
            text_buffer_add_char(&out, ' ');
            real.replaced++;
        } else {
            text_buffer_add(&out, raw.at + at, size);
        }
    }
    return text_buffer_text(&out);
}

static void keep_number(struct text number, void *cls)
{
    size_t *count = cls;

    ++*count;
    real_needle_add(number);
}

/* Reckons what has to be shown, by the library and then again without it. */
static void expect_texts(struct real_row *row)
{
    for (int i = 0; i < REAL_FIELDS; i++) {
        struct text normal;
        size_t numbers = 0;
        ck_assert_msg(text_normalise(real.arena, row->written[i], fields[i].multiline, &normal) ==
                          TEXT_SOUND,
                      "%s, row %zu: %s", row->file, row->line, real_field_names[i]);
        row->shown[i] = fields[i].mask(real.arena, normal);
        if (i >= REAL_NAME || text_is_none(normal))
            continue;
        ck_assert_msg(real_text_same_but_masks(normal, row->shown[i], keep_number, &numbers),
                      "%s, row %zu: masking changes more of %s than numbers", row->file, row->line,
                      real_field_names[i]);
        const char *leak = real_text_leak(row->shown[i]);
        ck_assert_msg(!leak, "%s, row %zu: masking leaves %s in %s", row->file, row->line, leak,
                      real_field_names[i]);
        ck_assert_msg(numbers > 0 || i != REAL_DEMAND, "%s, row %zu: no number found in demand",
                      row->file, row->line);
        real.masked += numbers > 0;
    }
    real_needle_add(row->written[REAL_PHONE]);
    real_needle_add(row->written[REAL_EMAIL]);
    real_needle_add(row->written[REAL_IDENTITY]);
    real_needle_add(row->written[REAL_ACCOUNT]);
}

/* --- people, who are all invented --------------------------------------------------------------- */

static const char *identity_number(size_t index)
{
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    char *number = arena_printf(real.arena, "430102%04zu%02zu%02zu%03zu ", 1950 + index % 50,
                                1 + index / 50 % 12, 1 + index / 600 % 28, index % 1000);
    int sum = 0;

    for (int i = 0; i < 17; i++)
        sum += (number[i] - '0') * weights[i];
    number[17] = "10X98765432"[sum % 11];
    return number;
}

static const char *card_number(size_t index)
{
    char *number = arena_printf(real.arena, "622202%012zu ", index * 7919);
    int sum = 0;

    for (int i = 0; i < 18; i++) {
        int digit = number[17 - i] - '0';
        sum += i % 2 ? digit : digit * 2 / 10 + digit * 2 % 10;
    }
    number[18] = (char)('0' + (10 - sum % 10) % 10);
    return number;
}

static const char *full_width(const char *digits)
{
    struct text_buffer out = text_buffer_new(real.arena, 64);

    for (; *digits; digits++) {
        text_buffer_add_string(&out, "\xEF\xBC");
        text_buffer_add_char(&out, (char)(0x90 + *digits - '0'));
    }
    text_buffer_add_char(&out, '\0');
    return out.at;
}

/* The data are cleared of mobile, identity and card numbers: here come some, in the ways in which
 * people write them. Every eighth row demands nothing. */
static struct text demand(size_t index, const char *phone)
{
    struct arena *arena = real.arena;

    switch (index % 8) {
    case 0: return TEXT_NONE;
    case 1: return text_printf(arena, "请尽快回电%s，谢谢。\r\n", phone);
    case 2: return text_printf(arena, "Call me: %.3s %.4s %s.", phone, phone + 3, phone + 7);
    case 3: return text_printf(arena, "身份证号%s，请核对。", identity_number(index));
    case 4: return text_printf(arena, "Refund to card %s, please.", card_number(index));
    case 5: return text_printf(arena, "电话：%s。", full_width(phone));
    case 6: return text_printf(arena, "固话（0731）8%s转803", phone + 4);
    default: return text_printf(arena, "\t+86-%.3s-%s \n再回复我。", phone, phone + 3);
    }
}

static void invent_person(struct real_row *row, size_t index)
{
    struct arena *arena = real.arena;
    const char *phone = arena_printf(arena, "19%09zu", (index + 1) * 104729 % 1000000000);

    if (text_is_none(row->written[REAL_NAME]))
        row->written[REAL_NAME] = index % 3 ? TEXT("Jane Roe") : TEXT("欧阳海");
    row->written[REAL_DEMAND] = demand(index, phone);
    row->written[REAL_PHONE] = text_of(phone);
    if (index % 5)
        return;
    row->written[REAL_EMAIL] = text_printf(arena, "customer%zu@example.com", index);
    row->written[REAL_ADDRESS] = TEXT("湖南省长沙市岳麓区麓山南路932号3栋");
    row->written[REAL_IDENTITY] = text_of(identity_number(index + 1));
    row->written[REAL_ACCOUNT] = text_of(card_number(index + 20000));
}

/* --- files -------------------------------------------------------------------------------------- */

static struct real_row *add_row(const char *file, size_t line, struct text subject,
                                struct text narrative)
{
    ck_assert_uint_lt(real.count, ROWS_MAX);
    struct real_row *row = &real.rows[real.count++];

    row->file = file;
    row->line = line;
    row->written[REAL_SUBJECT] = sendable(subject, &fields[REAL_SUBJECT], &real.cut_subjects);
    row->written[REAL_NARRATIVE] =
        sendable(narrative, &fields[REAL_NARRATIVE], &real.cut_narratives);
    return row;
}

static void finish_row(struct real_row *row, const char *received)
{
    size_t index = (size_t)(row - real.rows);

    snprintf(row->received, sizeof row->received, "%s+08:00", received);
    ck_assert_msg(instant_parse(text_of(row->received), &row->received_at), "%s, row %zu: date",
                  row->file, row->line);
    row->level = index % 10 == 3 ? LEVEL_COMPLEX : index % 10 == 6 ? LEVEL_MAJOR : TERM_NONE;
    row->people = index % 10 == 9 ? 25 : 0;
    invent_person(row, index);
    expect_texts(row);
}

static void read_chinese(void)
{
    static const char *const sources[] = {
        "government_12345", "wechat", "mobile_app", "branch", "visit", "social_media", "media"};
    json_t *list = json_load_file(file_path(CHINESE), JSON_REJECT_DUPLICATES, NULL), *item;
    size_t i;

    ck_assert_msg(json_is_array(list), "%s cannot be read", CHINESE);
    json_array_foreach(list, i, item)
    {
        const char *name = NULL, *title = NULL, *detail = NULL, *at = NULL;
        ck_assert_msg(json_unpack(item, "{s:s, s:s, s:s, s:s}", "user", &name, "title", &title,
                                  "detail", &detail, "submitted_at", &at) == 0,
                      "%s, row %zu", CHINESE, i + 1);
        struct real_row *row = add_row(CHINESE, i + 1, text_of(title), text_of(detail));
        row->written[REAL_NAME] = text_copy(real.arena, text_of(name));
        row->source = sources[i % (sizeof sources / sizeof *sources)];
        finish_row(row, at);
    }
    real.chinese = real.count;
    json_decref(list);
}

static struct text read_file(const char *name)
{
    FILE *file = fopen(file_path(name), "r");
    struct text_buffer all = text_buffer_new(real.arena, (size_t)1 << 21);
    size_t length;

    ck_assert_msg(file != NULL, "%s cannot be read", name);
    do {
        length = fread(text_buffer_reserve(&all, 65536), 1, 65536, file);
        all.length += length;
    } while (length > 0);
    ck_assert_int_eq(fclose(file), 0);
    return text_buffer_text(&all);
}

static const char *source_of(struct text way)
{
    static const char *const ways[][2] = {{"Phone", "hotline"},
                                          {"Postal mail", "letter"},
                                          {"Referral", "regulator_nfra"},
                                          {"Web", "online_bank"},
                                          {"Email", "email"}};

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (text_equal(way, text_of(ways[i][0])))
            return ways[i][1];
    return "other";
}

/* They have a day only: hours over the whole day are ours, and both its ends. */
static const char *moment(struct text day, size_t i)
{
    size_t second = i % 50 == 0 ? 0 : i % 50 == 1 ? 86399 : i * 977 % 86400;

    return arena_printf(real.arena, "%.*sT%02zu:%02zu:%02zu", TEXT_ARG(day), second / 3600,
                        second / 60 % 60, second % 60);
}

static void read_english(const char *name)
{
    struct csv csv;

    ck_assert_msg(csv_parse(real.arena, read_file(name), &csv), "%s is no table", name);
    for (size_t i = 0; i < csv.rows; i++) {
        struct text issue = csv_cell(&csv, i, "Issue"), part = csv_cell(&csv, i, "Sub-issue"),
                    told = csv_cell(&csv, i, "Consumer complaint narrative"), unused;
        struct text both =
            part.length ? text_printf(real.arena, "%.*s: %.*s", TEXT_ARG(issue), TEXT_ARG(part))
                        : issue;
        bool silent =
            text_normalise(real.arena, told, true, &unused) == TEXT_SOUND && unused.length == 0;
        struct real_row *row = add_row(name, i + 1, both, silent ? both : told);
        struct text product = csv_cell(&csv, i, "Product");
        row->product = product.length <= PRODUCT_MAX ? product : TEXT_NONE;
        row->case_number = csv_cell(&csv, i, "Complaint ID");
        row->source = source_of(csv_cell(&csv, i, "Submitted via"));
        finish_row(row, moment(csv_cell(&csv, i, "Date received"), i));
    }
}

void real_data_read(void)
{
    real.arena = arena_new((size_t)1 << 20);
    real.rows = ARENA_ARRAY(real.arena, struct real_row, ROWS_MAX);
    read_chinese();
    read_english("cfpb-2067-rows.csv");
    read_english("cfpb-100-narratives.csv");
    real.complaints = ARENA_ARRAY(real.arena, struct real_complaint, real.count);
    for (size_t i = 0; i < real.count; i++)
        real.complaints[i].row = &real.rows[i];
}
