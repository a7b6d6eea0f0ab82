#include "server/present.h"

#include "lib/complaint/secret.h"

#include <stdio.h>
#include <string.h>

#include "lib/complaint/retention.h"

#define YEARS_MAX 8

void warnings_for(const struct institution *institution, instant from, instant to,
                  struct arena *arena, struct warning **ret_warnings, size_t *ret_count)
{
    int years[YEARS_MAX];
    size_t count = calendar_years_missing(institution->calendar, from, to, years, YEARS_MAX);
    struct warning *warnings = ARENA_ARRAY(arena, struct warning, count);

    for (size_t i = 0; i < count; i++) {
        warnings[i].code = "calendar_year_missing";
        warnings[i].detail = text_printf(
            arena,
            "The calendar of %d is not loaded: its weekdays count as working days (%d年日历未导入，"
            "按周一至周五计算)",
            years[i], years[i]);
    }
    *ret_warnings = warnings;
    *ret_count = count;
}

/* What is there to be shown at whatever moment. */
static void present_at(const struct institution *institution, const struct complaint *complaint,
                       instant at, struct complaint_view *ret)
{
    *ret = (struct complaint_view){.complaint = *complaint};
    ret->overdue = complaint_overdue(complaint, at);
    ret->approvals = ret->approvals_room;
    ret->approval_count = approvals_awaited(institution, complaint, at, ret->approvals_room);
}

void complaint_present(const struct institution *institution, const struct principal *who,
                       const struct complaint *complaint, instant now, struct arena *arena,
                       struct complaint_view *ret)
{
    present_at(institution, complaint, now, ret);
    ret->retention_until = arena ? retention_until(institution, complaint) : INSTANT_NONE;
    if (who->scopes & SCOPE_BIT(SCOPE_WRITE))
        ret->allowed_actions = lifecycle_allowed(institution, complaint,
                                                 permission_relations(institution, who, complaint));
    if (!arena || complaint->status != STATUS_OPEN || complaint->stage_count == 0)
        return;
    /* Only the clock of the stage that runs counts working days. */
    const struct stage_row *stage = complaint_current(complaint);
    warnings_for(institution, stage->entered_at, stage->due_at, arena, &ret->warnings,
                 &ret->warning_count);
}

void complaint_present_past(const struct institution *institution,
                            const struct complaint *complaint, instant as_of,
                            struct complaint_view *ret)
{
    present_at(institution, complaint, as_of, ret);
    ret->retention_until = retention_until(institution, complaint);
}

bool etag_names(struct text if_none_match, const char *etag)
{
    return !text_is_none(if_none_match) &&
           (text_equal(if_none_match, TEXT("*")) ||
            memmem(if_none_match.at, if_none_match.length, etag, strlen(etag)));
}

bool etag_matches(struct text if_none_match, int64_t version)
{
    char etag[32];

    snprintf(etag, sizeof etag, "\"%lld\"", (long long)version);
    return etag_names(if_none_match, etag);
}

bool complaint_unchanged(const struct complaint *complaint, struct text if_none_match, instant now)
{
    bool turned = complaint_overdue(complaint, now) && complaint->due_at >= complaint->updated_at;
    instant lapses = complaint->unmasking.at == INSTANT_NONE
                         ? INSTANT_NONE
                         : complaint->unmasking.at + UNMASK_WAITS;
    turned = turned || (lapses < now && lapses >= complaint->updated_at);
    return !turned && etag_matches(if_none_match, complaint->version);
}

const char *governing_clock(const struct complaint *complaint)
{
    if (complaint->due_at == INSTANT_NONE)
        return NULL;
    return complaint->due_at == complaint->stage_due_at ? "stage" : "statutory";
}

void warnings_add(struct arena *arena, struct warning **warnings, size_t *count, const char *code,
                  struct text detail)
{
    struct warning *longer = ARENA_ARRAY(arena, struct warning, *count + 1);

    if (*count > 0)
        memcpy(longer, *warnings, *count * sizeof *longer);
    longer[(*count)++] = (struct warning){code, detail, NULL};
    *warnings = longer;
}

void warnings_for_secrets(const struct receive_command *input, struct arena *arena,
                          struct warning **warnings, size_t *count)
{
    const struct {
        const char *pointer;
        struct text value;
    } members[] = {
        {"/subject", input->subject}, {"/narrative", input->narrative}, {"/demand", input->demand}};

    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (!secret_found(members[i].value))
            continue;
        warnings_add(
            arena, warnings, count, "secret_suspected",
            TEXT("内容中似有密码或银行卡安全码，此类信息不得记入投诉，请更正并提醒客户修改。"
                 " It seems to hold a password or a security code, which never belong in "
                 "a complaint: correct it, and tell the customer to change them."));
        (*warnings)[*count - 1].pointer = members[i].pointer;
    }
}
