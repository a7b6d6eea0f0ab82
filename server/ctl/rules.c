#include "server/ctl/rules.h"

#include <stdio.h>

#include "server/ctl/import.h"

int rules_open(struct ctl *ctl, int argc, char **argv, const struct shape *shape,
               struct violations *violations, void *ret, struct rules_import *ret_import)
{
    static const struct option options[] = {{"by", required_argument, NULL, 'b'}, {0}};
    struct text content;
    int option;

    while ((option = ctl_option(ctl, argc, argv, options)) != -1)
        if (option == 'b')
            ret_import->by = optarg;
    ctl_expect_arguments(ctl, argc, 1);
    ret_import->file = argv[optind];
    int code = import_read(ctl, ret_import->file, &content);
    if (code == CTL_DONE && shape_decode(shape, content, ctl->arena, violations, ret) != FAULT_NONE)
        code = rules_refuse(ret_import, violations);
    return code;
}

int rules_refuse(const struct rules_import *import, const struct violations *violations)
{
    for (size_t i = 0; i < violations->count; i++) {
        const struct violation *violation = &violations->list[i];
        bool whole = violation->pointer.length == 0;
        fprintf(stderr, "%s: %.*s: %.*s\n", import->file,
                TEXT_ARG(whole ? TEXT("the file") : violation->pointer), TEXT_ARG(violation->en));
    }
    return ctl_fail(CTL_REFUSED, "%zu errors in %s; nothing was imported", violations->count,
                    import->file);
}

int rules_connect(struct ctl *ctl, const struct rules_import *import, struct audit_origin *ret)
{
    int code = ctl_connect(ctl) ? ctl_by(ctl, import->by) : CTL_TROUBLE;

    *ret = ctl_origin(ctl);
    return code;
}

int rules_judge(const struct ctl *ctl, enum store_result result)
{
    switch (result) {
    case STORE_NONE:
        return ctl_fail(CTL_REFUSED, "complaints are open: --by LOGIN has to name who stands in "
                                     "their journals; nothing was changed");
    case STORE_REFUSED:
        return ctl_fail(CTL_REFUSED, "due times are still being recalculated after an earlier "
                                     "change: the servers have to finish that first");
    default: return ctl_judge(ctl, result, NULL, "another policy of that day");
    }
}

void rules_report(const char *what, const struct rules_added *added)
{
    if (!added->added)
        printf("%s %d already is the same; nothing to do\n", what, added->version);
    else if (added->finished)
        printf("no complaint is open: nothing else changes\n");
    else
        printf("the servers compute the due times of open complaints anew: recalculation %d\n",
               added->recalculation);
}
