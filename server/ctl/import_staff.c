/* Units, staff and roles as the personnel system has them. */
#include <stdio.h>
#include <stdlib.h>

#include "lib/store/audit_store.h"
#include "lib/store/institution_store.h"
#include "lib/store/unit_store.h"
#include "server/ctl/roster.h"

struct importing {
    struct ctl *ctl;
    struct institution *institution;
    struct roster roster;
    bool disables; /* those who are missing */
    int changes, obstacles;
};

/* What was done to one unit or person, in the transaction of the whole. */
static enum store_result record(const struct importing *importing, const struct audit_event *event)
{
    struct ctl *ctl = importing->ctl;
    struct arena *arena = arena_new(4096); /* there may be many */
    const struct audit_origin origin = ctl_origin(ctl);
    enum store_result result = audit_record(ctl->pg, arena, event, &origin, ctl_deadline());

    arena_free(arena);
    return result;
}

/* --- units -------------------------------------------------------------------------------------- */

static bool is_there(const struct importing *importing, struct text code, const bool added[])
{
    const struct roster_unit *unit = roster_unit(&importing->roster, code);

    return institution_unit_by_code(importing->institution, code) ||
           (unit && added[unit - importing->roster.units]);
}

static enum store_result add_unit(struct importing *importing, const struct roster_unit *unit)
{
    struct ctl *ctl = importing->ctl;
    const struct new_unit added = {.id = uuid_make(instant_now()),
                                   .code = unit->code,
                                   .name = unit->name,
                                   .parent = unit->parent,
                                   .by = ctl->by_id};

    const struct audit_event event = {.action = AUDIT_UNIT_ADDED,
                                      .success = true,
                                      .subject = unit->code,
                                      .facts = {{"name", unit->name}, {"parent", unit->parent}}};

    printf("unit %.*s added: %.*s\n", TEXT_ARG(unit->code), TEXT_ARG(unit->name));
    importing->changes++;
    enum store_result result = unit_add(ctl->pg, ctl->arena, &added, ctl_deadline());
    return result == STORE_DONE ? record(importing, &event) : result;
}

/* Superiors before those below them; there are no circles. */
static enum store_result add_units(struct importing *importing)
{
    const struct roster *roster = &importing->roster;
    bool *added = ARENA_ARRAY(importing->ctl->arena, bool, roster->unit_count), more = true;
    enum store_result result = STORE_DONE;

    memset(added, 0, roster->unit_count * sizeof *added);
    while (more && result == STORE_DONE) {
        more = false;
        for (size_t i = 0; i < roster->unit_count && result == STORE_DONE; i++) {
            const struct roster_unit *unit = &roster->units[i];
            if (is_there(importing, unit->code, added) ||
                (!text_is_none(unit->parent) && !is_there(importing, unit->parent, added)))
                continue;
            result = add_unit(importing, unit);
            added[i] = more = true;
        }
    }
    return result;
}

static enum store_result change_unit(struct importing *importing, const struct roster_unit *unit)
{
    struct ctl *ctl = importing->ctl;
    const struct unit *before = institution_unit_by_code(importing->institution, unit->code);
    const struct unit *parent =
        before ? institution_unit(importing->institution, before->parent_id) : NULL;
    bool opens = before && before->closed;
    bool renamed = before && !text_is_none(unit->name) && !text_equal(unit->name, before->name);
    bool moved = before && !text_is_none(unit->parent) &&
                 !(parent && text_equal(unit->parent, parent->code));

    if (!renamed && !moved && !opens)
        return STORE_DONE;
    if (opens)
        printf("unit %.*s is open again\n", TEXT_ARG(unit->code));
    if (renamed)
        printf("unit %.*s renamed: %.*s\n", TEXT_ARG(unit->code), TEXT_ARG(unit->name));
    if (moved)
        printf("unit %.*s moved below %.*s\n", TEXT_ARG(unit->code), TEXT_ARG(unit->parent));
    const struct audit_event event = {.action = AUDIT_UNIT_CHANGED,
                                      .success = true,
                                      .subject = unit->code,
                                      .unit_id = before->id,
                                      .facts = {{"change", TEXT("imported")},
                                                {"name", renamed ? unit->name : TEXT_NONE},
                                                {opens ? "open" : NULL, TEXT("again")},
                                                {"parent", moved ? unit->parent : TEXT_NONE}}};
    const struct unit_change change = {.code = unit->code,
                                       .name = unit->name,
                                       .parent = unit->parent,
                                       .opens = opens,
                                       .by = ctl->by_id};
    importing->changes++;
    enum store_result result = unit_change(ctl->pg, ctl->arena, &change, ctl_deadline());
    return result == STORE_DONE ? record(importing, &event) : result;
}

/* --- people ------------------------------------------------------------------------------------- */

static bool same_grants(const struct staff *staff, const struct roster_person *person)
{
    size_t different = 0;

    for (size_t i = 0; i < person->grant_count; i++) {
        bool found = false, repeated = false;
        for (size_t j = 0; j < staff->grant_count; j++)
            found = found || (staff->grants[j].role == person->grants[i].role &&
                              text_equal(staff->grants[j].unit->code, person->grants[i].unit));
        for (size_t j = 0; j < i; j++)
            repeated = repeated || (person->grants[j].role == person->grants[i].role &&
                                    text_equal(person->grants[j].unit, person->grants[i].unit));
        if (!found)
            return false;
        different += !repeated;
    }
    return different == staff->grant_count;
}

static void print_roles(const struct roster_person *person, struct text roles)
{
    printf("%.*s has the roles: %.*s\n", TEXT_ARG(person->login),
           TEXT_ARG(roles.length ? roles : TEXT("none")));
}

static enum store_result add_person(struct importing *importing, const struct roster_person *person)
{
    struct ctl *ctl = importing->ctl;
    const struct new_staff staff = {.id = uuid_make(instant_now()),
                                    .login = person->login,
                                    .name = person->name,
                                    .unit = person->unit,
                                    .grants = person->grants,
                                    .grant_count = person->grant_count,
                                    .by = ctl->by_id};
    struct text roles = grants_text(ctl->arena, person->grants, person->grant_count);
    const struct audit_event event = {.action = AUDIT_STAFF_ADDED,
                                      .success = true,
                                      .subject = person->login,
                                      .facts = {{"kind", TEXT("person")},
                                                {"name", person->name},
                                                {"roles", roles},
                                                {"unit", person->unit}}};

    printf("%.*s added to %.*s: %.*s\n", TEXT_ARG(person->login), TEXT_ARG(person->unit),
           TEXT_ARG(person->name));
    if (person->grant_count)
        print_roles(person, roles);
    importing->changes++;
    enum store_result result = staff_add(ctl->pg, ctl->arena, &staff, ctl_deadline());
    return result == STORE_DONE ? record(importing, &event) : result;
}

static enum store_result change_person(struct importing *importing,
                                       const struct roster_person *person)
{
    struct ctl *ctl = importing->ctl;
    const struct staff *before = institution_staff_by_login(importing->institution, person->login);
    enum store_result result = STORE_DONE;

    if (!before)
        return add_person(importing, person);
    struct text roles = grants_text(ctl->arena, person->grants, person->grant_count);
    bool renamed = !text_equal(person->name, before->name);
    bool moved = !text_equal(person->unit, before->unit->code);
    bool granted = importing->roster.has_roles && !same_grants(before, person);
    int changes = importing->changes;
    if (renamed)
        printf("%.*s renamed: %.*s\n", TEXT_ARG(person->login), TEXT_ARG(person->name));
    if (moved)
        printf("%.*s moved to %.*s\n", TEXT_ARG(person->login), TEXT_ARG(person->unit));
    if (!before->active)
        printf("%.*s has access again\n", TEXT_ARG(person->login));
    if (renamed || moved || !before->active) {
        const struct staff_change change = {.login = person->login,
                                            .name = person->name,
                                            .unit = person->unit,
                                            .enables = !before->active,
                                            .by = ctl->by_id};
        result = staff_change(ctl->pg, ctl->arena, &change, ctl_deadline());
        importing->changes++;
    }
    if (result == STORE_DONE && granted) {
        print_roles(person, roles);
        result = staff_set_grants(ctl->pg, ctl->arena, person->login, person->grants,
                                  person->grant_count, 0, ctl->by_id, ctl_deadline());
        importing->changes++;
    }
    /* What stays as it is, is null. */
    const struct audit_event event = {
        .action = AUDIT_STAFF_CHANGED,
        .success = true,
        .subject = person->login,
        .unit_id = before->unit->id,
        .facts = {{"access", before->active ? TEXT_NONE : TEXT("given")},
                  {"change", TEXT("imported")},
                  {"name", renamed ? person->name : TEXT_NONE},
                  {"roles", granted ? roles : TEXT_NONE},
                  {"unit", moved ? person->unit : TEXT_NONE}}};
    return result == STORE_DONE && importing->changes > changes ? record(importing, &event)
                                                                : result;
}

/* --- those who are missing ---------------------------------------------------------------------- */

static bool administers(const struct staff *staff)
{
    for (size_t i = 0; i < staff->grant_count; i++)
        if (staff->grants[i].role == ROLE_SECURITY_ADMIN ||
            staff->grants[i].role == ROLE_SYSTEM_ADMIN)
            return true;
    return false;
}

static enum store_result disable_missing(struct importing *importing, const struct staff *staff)
{
    struct ctl *ctl = importing->ctl;
    int64_t stages = 0;

    if (!staff->active || staff->client || roster_has(&importing->roster, staff->login))
        return STORE_DONE;
    if (administers(staff)) { /* or nobody might be left to administer */
        printf("%.*s is missing and stays: an administrator\n", TEXT_ARG(staff->login));
        return STORE_DONE;
    }
    enum store_result result =
        staff_disable(ctl->pg, ctl->arena, staff->login, ctl->by_id, ctl_deadline(), &stages);
    if (result == STORE_EXISTS) /* disabled since they were read */
        return STORE_DONE;
    if (result == STORE_REFUSED) {
        importing->obstacles++;
        (void)ctl_fail(CTL_REFUSED, "%.*s is missing and owns or is offered %lld open stages",
                       TEXT_ARG(staff->login), (long long)stages);
        return STORE_DONE;
    }
    if (result != STORE_DONE)
        return result;
    const struct audit_event event = {.action = AUDIT_STAFF_CHANGED,
                                      .success = true,
                                      .subject = staff->login,
                                      .unit_id = staff->unit->id,
                                      .facts = {{"change", TEXT("disabled")}}};
    printf("%.*s is missing: disabled\n", TEXT_ARG(staff->login));
    importing->changes++;
    return record(importing, &event);
}

/* --- the whole ---------------------------------------------------------------------------------- */

static enum store_result carry_out(struct importing *importing)
{
    const struct roster *roster = &importing->roster;
    const struct institution *institution = importing->institution;
    enum store_result result = add_units(importing);

    for (size_t i = 0; i < roster->unit_count && result == STORE_DONE; i++)
        result = change_unit(importing, &roster->units[i]);
    for (size_t i = 0; i < roster->person_count && result == STORE_DONE; i++)
        result = change_person(importing, &roster->people[i]);
    for (size_t i = 0; importing->disables && i < institution->staff_count && result == STORE_DONE;
         i++)
        result = disable_missing(importing, institution->staff_by_login[i]);
    return result == STORE_DONE && importing->obstacles ? STORE_REFUSED : result;
}

static int import(struct importing *importing, const char *path, bool dry)
{
    struct ctl *ctl = importing->ctl;
    int code = roster_read(ctl, path, importing->institution, &importing->roster);

    if (code != CTL_DONE)
        return code;
    enum store_result result = ctl_begin(ctl);
    if (result != STORE_DONE)
        return ctl_judge(ctl, result, NULL, NULL);
    result = carry_out(importing);
    bool drops = result == STORE_DONE && (dry || importing->changes == 0);
    const struct audit_event event = {
        .action = AUDIT_STAFF_CHANGED,
        .success = true,
        .facts = {{"change", TEXT("imported")},
                  {"changes", text_printf(ctl->arena, "%d", importing->changes)}}};
    enum store_result end = ctl_end(ctl, drops ? STORE_REFUSED : result, &event);
    if (importing->obstacles)
        return ctl_fail(CTL_REFUSED, "nothing was changed: hand their work over first");
    if (!drops && end != STORE_DONE)
        return ctl_judge(ctl, end, "a unit is missing", "a unit or login");
    printf("%d changes%s\n", importing->changes, dry ? " would be made" : "");
    return CTL_DONE;
}

static int import_staff(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{"dry-run", no_argument, NULL, 'd'},
                                            {"disable-missing", no_argument, NULL, 'm'},
                                            {"by", required_argument, NULL, 'b'},
                                            {0}};
    struct importing importing = {.ctl = ctl};
    enum fault fault = FAULT_NONE;
    const char *flaw = NULL, *by = NULL;
    bool dry = false;
    int option;

    while ((option = ctl_option(ctl, argc, argv, options)) != -1) {
        dry = dry || option == 'd';
        importing.disables = importing.disables || option == 'm';
        by = option == 'b' ? optarg : by;
    }
    ctl_expect_arguments(ctl, argc, 1);
    int code = ctl_connect(ctl) ? ctl_by(ctl, by) : CTL_TROUBLE;
    if (code != CTL_DONE)
        return code;
    importing.institution = institution_load(ctl->pg, 0, ctl_deadline(), &fault, &flaw);
    if (!importing.institution)
        return ctl_fail(CTL_TROUBLE, "units and staff cannot be read: %s",
                        flaw ? flaw : pg_error(ctl->pg).message);
    code = import(&importing, argv[optind], dry);
    institution_free(importing.institution);
    return code;
}

const struct command command_import_staff = {
    .name = "import-staff",
    .arguments = "FILE.csv [--dry-run] [--disable-missing] [--by LOGIN]",
    .help =
        "Makes units, staff and roles what the personnel system's file says, all or nothing, and\n"
        "prints each change; a second time it changes nothing. --dry-run only prints.\n"
        "The file is CSV in UTF-8. Its first line names the columns, in any order:\n"
        "  unit       code of a unit (needed)\n"
        "  unit_name  its name; needed for a new one\n"
        "  parent     code of the unit above; empty: as it is, a new one is a root\n"
        "  login      of somebody of that unit; empty: the line is about the unit alone\n"
        "  name       theirs\n"
        "  roles      ROLE or ROLE:UNIT, separated by spaces, in place of those they have;\n"
        "             without the column roles stay\n"
        "Whoever is listed and was disabled has access again, a unit that was closed is open\n"
        "again; new people need set-password.\n"
        "--disable-missing disables staff who are not listed, but no administrators and no\n"
        "programs; refused while one of them owns or is offered open stages.\n"
        "--by names who answers for the changes on the audit trail.\n",
    .run = import_staff};
