#include <stdio.h>

#include "lib/complaint/calendar.h"
#include "lib/store/calendar_store.h"
#include "server/ctl/rules.h"

static int store_calendar(struct ctl *ctl, const struct rules_import *import, struct text name,
                          const struct calendar_source *source)
{
    struct audit_origin origin;
    struct rules_added added;
    int code = rules_connect(ctl, import, &origin);

    if (code != CTL_DONE)
        return code;
    code = rules_judge(
        ctl, calendar_import(ctl->pg, ctl->arena, name, source, &origin, ctl_deadline(), &added));
    if (code != CTL_DONE)
        return code;
    if (added.added)
        printf("calendar %d is in force: %zu days in %zu years\n", added.version, source->day_count,
               source->year_count);
    rules_report("calendar", &added);
    return CTL_DONE;
}

static int import_calendar(struct ctl *ctl, int argc, char **argv)
{
    struct rules_import import = {0};
    struct calendar_document document;
    struct calendar_source source;
    struct violations violations = {.arena = ctl->arena};
    int code =
        rules_open(ctl, argc, argv, &calendar_document_shape, &violations, &document, &import);

    if (code != CTL_DONE)
        return code;
    calendar_document_read(&document, "", 0, &violations, &source);
    if (violations.count == 0) {
        /* What the server is going to do with it. */
        struct calendar *calendar = calendar_new(&source);
        if (!calendar)
            violation_add(&violations, "", "unusable", "Is no calendar that the server can use.",
                          "");
        calendar_free(calendar);
    }
    return violations.count ? rules_refuse(&import, &violations)
                            : store_calendar(ctl, &import, document.name, &source);
}

const struct command command_import_calendar = {
    .name = "import-calendar",
    .arguments = "FILE [--by LOGIN]",
    .help =
        "Checks a working calendar and puts it in force as a new version, unless the one in force\n"
        "is the same. FILE (-: standard input) holds JSON, as POST /v1/calendars takes it:\n"
        "  {\"name\": …, \"years\": [2026, …], \"weekdays\": [\"monday\", …],\n"
        "   \"periods\": [{\"from\": \"09:00\", \"to\": \"12:00\"}, …],\n"
        "   \"off\": [\"2026-01-01\", …], \"work\": [\"2026-02-14\", …]}\n"
        "off: holidays; work: make-up working days. The servers then compute the due times of open\n"
        "complaints anew; --by names who answers for that in their journals, and is needed while a\n"
        "complaint is open. POST /v1/deadline-previews shows beforehand what it would move.\n",
    .run = import_calendar};
