#include <stdio.h>

#include "lib/store/policy_store.h"
#include "server/ctl/rules.h"

static int store_policy(struct ctl *ctl, const struct rules_import *import,
                        const struct policy_document *document)
{
    struct audit_origin origin;
    struct rules_added added;
    int code = rules_connect(ctl, import, &origin);

    if (code != CTL_DONE)
        return code;
    code = rules_judge(
        ctl, policy_add(ctl->pg, ctl->arena, &document->policy, &origin, ctl_deadline(), &added));
    if (code != CTL_DONE)
        return code;
    if (added.added)
        printf("policy %d holds for complaints received from %.*s on\n", added.version,
               TEXT_ARG(document->effective_from));
    rules_report("policy", &added);
    return CTL_DONE;
}

static int import_policy(struct ctl *ctl, int argc, char **argv)
{
    struct rules_import import = {0};
    struct policy_document document;
    struct violations violations = {.arena = ctl->arena};
    int code = rules_open(ctl, argc, argv, &policy_document_shape, &violations, &document, &import);

    if (code != CTL_DONE)
        return code;
    policy_document_read(&document, "", &violations);
    return violations.count ? rules_refuse(&import, &violations)
                            : store_policy(ctl, &import, &document);
}

const struct command command_import_policy = {
    .name = "import-policy",
    .arguments = "FILE [--by LOGIN]",
    .help =
        "Checks a policy and adds it as a new version, unless the one of its day is the same. FILE\n"
        "(-: standard input) holds JSON, as POST /v1/policies takes it:\n"
        "  {\"effective_from\": \"2027-01-01\", \"levels\": {\"ordinary\": {\"intake_days\": 1,\n"
        "   \"investigation_days\": 5, \"resolution_days\": 3, \"feedback_days\": 2,\n"
        "   \"statutory_days\": 15, \"due_soon_minutes\": 450}, \"complex\": …, \"major\": …},\n"
        "   \"failed_attempts_to_close\": 2, \"redress_approval_fen\": 1000000,\n"
        "   \"major_from_people\": 20, \"extension_max_days\": 30, \"extended_max_days\": 60,\n"
        "   \"review_apply_days\": 30, \"review_days\": 30, \"reopen_days\": 15,\n"
        "   \"retention_years\": 3}\n"
        "A complaint keeps the policy of its day of receipt: a policy that takes effect on a past\n"
        "day corrects that for the open complaints received since; their due times are computed\n"
        "anew. --by names who answers for that in their journals, and is needed while a complaint\n"
        "is open. POST /v1/deadline-previews shows beforehand what it would move.\n",
    .run = import_policy};
