#include "lib/store/unit_store.h"

#include <stdio.h>

#include "server/ctl/ctl.h"

enum store_result unit_add_recorded(struct ctl *ctl, const struct new_unit *unit)
{
    const struct audit_event event = {.action = AUDIT_UNIT_ADDED,
                                      .success = true,
                                      .subject = unit->code,
                                      .facts = {{"name", unit->name}, {"parent", unit->parent}}};
    enum store_result result = ctl_begin(ctl);

    return result == STORE_DONE
               ? ctl_end(ctl, unit_add(ctl->pg, ctl->arena, unit, ctl_deadline()), &event)
               : result;
}

static int add_unit(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{"parent", required_argument, NULL, 'p'}, {0}};
    struct new_unit unit = {.id = uuid_make(instant_now())};
    int option;

    while ((option = ctl_option(ctl, argc, argv, options)) != -1)
        if (option == 'p' && !ctl_code("the parent's code", optarg, &unit.parent))
            return CTL_REFUSED;
    ctl_expect_arguments(ctl, argc, 2);
    if (!ctl_code("the unit's code", argv[optind], &unit.code) ||
        !ctl_name(ctl, "the unit's name", argv[optind + 1], &unit.name))
        return CTL_REFUSED;
    if (!ctl_connect(ctl))
        return CTL_TROUBLE;
    int code = ctl_judge(ctl, unit_add_recorded(ctl, &unit),
                         arena_printf(ctl->arena, "there is no unit %.*s", TEXT_ARG(unit.parent)),
                         arena_printf(ctl->arena, "the unit %.*s", TEXT_ARG(unit.code)));
    if (code == CTL_DONE)
        printf("unit %.*s added\n", TEXT_ARG(unit.code));
    return code;
}

const struct command command_add_unit = {
    .name = "add-unit",
    .arguments = "CODE NAME [--parent CODE]",
    .help = "Adds a unit of the institution, below its parent or as a root.\n",
    .run = add_unit};
