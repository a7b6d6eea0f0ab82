#include "server/ctl/roster.h"

#include <csv.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define ROWS_MAX 100000
#define GRANTS_MAX 32
#define VIOLATIONS_SHOWN 200

enum column { UNIT, UNIT_NAME, PARENT, LOGIN, NAME, ROLES, COLUMN_COUNT };

static const char *const column_names[COLUMN_COUNT] = {"unit",  "unit_name", "parent",
                                                       "login", "name",      "roles"};

struct reading {
    struct ctl *ctl;
    const char *path;
    const struct institution *institution;
    struct roster *roster;
    const char *fields[COLUMN_COUNT]; /* of the line in hand, by place */
    size_t field_count;
    int columns[COLUMN_COUNT]; /* by place, from the first line */
    size_t column_count;
    bool refused;     /* the first line was: no other can be understood */
    int line, breaks; /* breaks: lines that ended within its fields */
    int violations;
};

static void __attribute__((format(printf, 3, 4)))
refuse(struct reading *reading, int line, const char *format, ...)
{
    va_list arguments;

    if (reading->violations++ >= VIOLATIONS_SHOWN)
        return;
    fprintf(stderr, "complaintctl: %s:%d: ", reading->path, line);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

/* --- fields ------------------------------------------------------------------------------------- */

static void on_field(void *data, size_t length, void *cls)
{
    struct reading *reading = cls;
    struct text field = text_copy(reading->ctl->arena, (struct text){data, length});
    size_t i = reading->field_count++;

    for (size_t j = 0; j < length; j++)
        reading->breaks += field.at[j] == '\n';
    if (i < COLUMN_COUNT)
        reading->fields[i] = arena_printf(reading->ctl->arena, "%.*s", TEXT_ARG(field));
    if (length && memchr(field.at, '\0', length))
        refuse(reading, reading->line, "a field has a zero byte");
}

static void read_header(struct reading *reading)
{
    bool has[COLUMN_COUNT] = {false};

    for (size_t i = 0; i < reading->field_count && i < COLUMN_COUNT; i++) {
        int column = 0;
        while (column < COLUMN_COUNT && strcmp(reading->fields[i], column_names[column]) != 0)
            column++;
        if (column == COLUMN_COUNT)
            refuse(reading, 1, "there is no column \"%s\"", reading->fields[i]);
        else if (has[column])
            refuse(reading, 1, "the column %s comes twice", reading->fields[i]);
        else
            has[column] = true;
        reading->columns[i] = column;
    }
    if (reading->field_count > COLUMN_COUNT)
        refuse(reading, 1, "there are more than %d columns", COLUMN_COUNT);
    for (int column = 0; column < COLUMN_COUNT; column++)
        if (!has[column] && (column == UNIT || column == LOGIN || column == NAME))
            refuse(reading, 1, "the column %s is missing", column_names[column]);
    reading->roster->has_roles = has[ROLES];
    reading->column_count = reading->field_count;
    reading->refused = reading->violations > 0;
}

/* What to call a field in a message of ctl_name() or ctl_code(). */
static const char *place(const struct reading *reading, enum column column)
{
    return arena_printf(reading->ctl->arena, "%s:%d: %s", reading->path, reading->line,
                        column_names[column]);
}

static struct text code_in(struct reading *reading, enum column column, const char *given)
{
    struct text code = TEXT_NONE;

    if (*given && !ctl_code(place(reading, column), given, &code))
        reading->violations++;
    return code;
}

static struct text name_in(struct reading *reading, enum column column, const char *given)
{
    struct text name = TEXT_NONE;

    if (*given && !ctl_name(reading->ctl, place(reading, column), given, &name))
        reading->violations++;
    return name;
}

/* ROLE or ROLE:UNIT, which starts at given. */
static bool read_grant(struct reading *reading, const char *given, struct text home,
                       struct new_grant *ret)
{
    size_t length = strlen(given), role_length = strcspn(given, ":");
    int role = vocabulary_find(&vocabulary_role, (struct text){given, role_length});

    if (role == TERM_NONE) {
        refuse(reading, reading->line, "there is no role \"%.*s\"", (int)role_length, given);
        return false;
    }
    *ret = (struct new_grant){(enum role)role, home};
    if (role_length < length)
        ret->unit = code_in(reading, ROLES, given + role_length + 1);
    return true;
}

static void read_grants(struct reading *reading, const char *given, struct roster_person *person)
{
    struct arena *arena = reading->ctl->arena;
    struct new_grant *grants = ARENA_ARRAY(arena, struct new_grant, GRANTS_MAX);

    for (const char *at = given + strspn(given, " ;"); *at; at += strspn(at, " ;")) {
        size_t length = strcspn(at, " ;");
        if (person->grant_count == GRANTS_MAX) {
            refuse(reading, reading->line, "more than %d roles", GRANTS_MAX);
            break;
        }
        person->grant_count += read_grant(reading, arena_printf(arena, "%.*s", (int)length, at),
                                          person->unit, &grants[person->grant_count]);
        at += length;
    }
    person->grants = grants;
}

/* --- lines -------------------------------------------------------------------------------------- */

static void read_row(struct reading *reading)
{
    const char *given[COLUMN_COUNT] = {"", "", "", "", "", ""};
    struct roster *roster = reading->roster;

    if (reading->field_count != reading->column_count) {
        refuse(reading, reading->line, "%zu fields instead of %zu", reading->field_count,
               reading->column_count);
        return;
    }
    if (roster->unit_count == ROWS_MAX) {
        refuse(reading, reading->line, "more than %d lines", ROWS_MAX);
        return;
    }
    for (size_t i = 0; i < reading->column_count; i++)
        given[reading->columns[i]] = reading->fields[i];
    struct roster_unit *unit = &roster->units[roster->unit_count++];
    *unit = (struct roster_unit){.line = reading->line};
    unit->code = code_in(reading, UNIT, given[UNIT]);
    unit->name = name_in(reading, UNIT_NAME, given[UNIT_NAME]);
    unit->parent = code_in(reading, PARENT, given[PARENT]);
    if (!*given[UNIT])
        refuse(reading, reading->line, "unit is empty");
    if (!*given[LOGIN] && (*given[NAME] || *given[ROLES]))
        refuse(reading, reading->line, "login is empty, and a name or roles are given");
    if (!*given[LOGIN])
        return;
    struct roster_person *person = &roster->people[roster->person_count++];
    *person = (struct roster_person){.line = reading->line, .unit = unit->code};
    person->login = code_in(reading, LOGIN, given[LOGIN]);
    person->name = name_in(reading, NAME, given[NAME]);
    if (!*given[NAME])
        refuse(reading, reading->line, "name is empty");
    read_grants(reading, given[ROLES], person);
}

/* Called at each end of a line, of empty ones too. */
static void on_line(int end, void *cls)
{
    struct reading *reading = cls;

    if (reading->field_count && reading->column_count == 0)
        read_header(reading);
    else if (reading->field_count && !reading->refused && reading->violations < VIOLATIONS_SHOWN)
        read_row(reading);
    if (reading->field_count)
        reading->line += reading->breaks;
    reading->line += end == '\n';
    reading->field_count = 0;
    reading->breaks = 0;
}

/* Returns an exit code. */
static int read_file(struct reading *reading)
{
    static const unsigned char mark[] = {0xEF, 0xBB, 0xBF};
    struct csv_parser parser;
    char buffer[65536];
    FILE *file = fopen(reading->path, "re");

    if (!file)
        return ctl_fail(CTL_TROUBLE, "%s: %s", reading->path, strerror(errno));
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0)
        abort();
    size_t got = fread(buffer, 1, sizeof buffer, file);
    size_t skip = got >= 3 && memcmp(buffer, mark, 3) == 0 ? 3 : 0;
    bool good = true;
    for (; got > 0 && good; got = fread(buffer, 1, sizeof buffer, file), skip = 0)
        good =
            csv_parse(&parser, buffer + skip, got - skip, on_field, on_line, reading) == got - skip;
    good = good && csv_fini(&parser, on_field, on_line, reading) == 0;
    if (!good)
        refuse(reading, reading->line, "the quotes are not as they should be");
    csv_free(&parser);
    int code = ferror(file) ? ctl_fail(CTL_TROUBLE, "%s cannot be read", reading->path) : CTL_DONE;
    fclose(file);
    if (code == CTL_DONE && reading->column_count == 0 && good)
        refuse(reading, 1, "there is no line with the columns");
    return code;
}

/* --- the whole ---------------------------------------------------------------------------------- */

static int by_code(const void *a, const void *b)
{
    const struct roster_unit *one = a, *other = b;
    int order = text_compare(one->code, other->code);
    return order ? order : one->line - other->line;
}

static int by_login(const void *a, const void *b)
{
    const struct roster_person *one = a, *other = b;
    int order = text_compare(one->login, other->login);
    return order ? order : one->line - other->line;
}

const struct roster_unit *roster_unit(const struct roster *roster, struct text code)
{
    const struct roster_unit wanted = {.code = code};
    size_t low = 0, high = roster->unit_count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (text_compare(roster->units[middle].code, wanted.code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < roster->unit_count && text_equal(roster->units[low].code, code)
               ? &roster->units[low]
               : NULL;
}

bool roster_has(const struct roster *roster, struct text login)
{
    size_t low = 0, high = roster->person_count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (text_compare(roster->people[middle].login, login) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < roster->person_count && text_equal(roster->people[low].login, login);
}

/* One value of two lines about the same unit. */
static void merge(struct reading *reading, struct text *kept, struct text other, int line,
                  const char *what)
{
    if (text_is_none(*kept))
        *kept = other;
    else if (!text_is_none(other) && !text_equal(*kept, other))
        refuse(reading, line, "another %s than before for the same unit", what);
}

static void merge_units(struct reading *reading)
{
    struct roster *roster = reading->roster;
    size_t count = 0;

    qsort(roster->units, roster->unit_count, sizeof *roster->units, by_code);
    for (size_t i = 0; i < roster->unit_count; i++) {
        struct roster_unit *unit = &roster->units[i];
        struct roster_unit *before = count ? &roster->units[count - 1] : NULL;
        if (!before || !text_equal(before->code, unit->code)) {
            roster->units[count++] = *unit;
            continue;
        }
        merge(reading, &before->name, unit->name, unit->line, "unit_name");
        merge(reading, &before->parent, unit->parent, unit->line, "parent");
    }
    roster->unit_count = count;
}

static bool unit_known(const struct reading *reading, struct text code)
{
    return roster_unit(reading->roster, code) ||
           institution_unit_by_code(reading->institution, code);
}

/* The superior that a unit will have; none at a root. */
static struct text parent_of(const struct reading *reading, struct text code)
{
    const struct roster_unit *unit = roster_unit(reading->roster, code);
    const struct unit *present = institution_unit_by_code(reading->institution, code);
    const struct unit *parent =
        present ? institution_unit(reading->institution, present->parent_id) : NULL;

    if (unit && !text_is_none(unit->parent))
        return unit->parent;
    return parent ? parent->code : TEXT_NONE;
}

static void judge_unit(struct reading *reading, const struct roster_unit *unit)
{
    size_t most = reading->roster->unit_count + reading->institution->unit_count;
    struct text at = unit->code;

    if (!institution_unit_by_code(reading->institution, unit->code) && text_is_none(unit->name))
        refuse(reading, unit->line, "the unit %.*s is new and has no unit_name",
               TEXT_ARG(unit->code));
    if (!text_is_none(unit->parent) && !unit_known(reading, unit->parent))
        refuse(reading, unit->line, "the parent %.*s is no unit", TEXT_ARG(unit->parent));
    for (size_t steps = 0; !text_is_none(at) && steps <= most; steps++) {
        at = parent_of(reading, at);
        if (!text_is_none(at) && text_equal(at, unit->code)) {
            refuse(reading, unit->line, "the unit %.*s would be above itself",
                   TEXT_ARG(unit->code));
            return;
        }
    }
}

static void judge_people(struct reading *reading)
{
    struct roster *roster = reading->roster;

    qsort(roster->people, roster->person_count, sizeof *roster->people, by_login);
    for (size_t i = 0; i < roster->person_count; i++) {
        const struct roster_person *person = &roster->people[i];
        const struct staff *staff = institution_staff_by_login(reading->institution, person->login);
        if (i && text_equal(person->login, person[-1].login))
            refuse(reading, person->line, "%.*s stands in line %d already", TEXT_ARG(person->login),
                   person[-1].line);
        if (staff && staff->client)
            refuse(reading, person->line, "%.*s is a program", TEXT_ARG(person->login));
        for (size_t j = 0; j < person->grant_count; j++)
            if (!unit_known(reading, person->grants[j].unit))
                refuse(reading, person->line, "a role names %.*s, which is no unit",
                       TEXT_ARG(person->grants[j].unit));
    }
}

int roster_read(struct ctl *ctl, const char *path, const struct institution *institution,
                struct roster *ret)
{
    struct reading reading = {
        .ctl = ctl, .path = path, .institution = institution, .roster = ret, .line = 1};

    *ret = (struct roster){.units = ARENA_ARRAY(ctl->arena, struct roster_unit, ROWS_MAX),
                           .people = ARENA_ARRAY(ctl->arena, struct roster_person, ROWS_MAX)};
    int code = read_file(&reading);
    if (code != CTL_DONE)
        return code;
    if (reading.violations == 0) {
        merge_units(&reading);
        for (size_t i = 0; i < ret->unit_count; i++)
            judge_unit(&reading, &ret->units[i]);
        judge_people(&reading);
    }
    return reading.violations
               ? ctl_fail(CTL_REFUSED, "%d violations; nothing was changed", reading.violations)
               : CTL_DONE;
}
