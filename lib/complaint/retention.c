#include "lib/complaint/retention.h"

#include "lib/complaint/change.h"
#include "lib/complaint/recusal.h"

static day_number last_day(const struct institution *institution, const struct complaint *complaint)
{
    const struct policy *policy = institution_policy(institution, complaint->policy_version);
    int years = policy->retention_years;
    struct date date = day_to_date(instant_day(complaint->closed_at, institution->zone_minutes));
    bool leap;

    date.year += years < RETENTION_YEARS_MIN ? RETENTION_YEARS_MIN : years;
    leap = (date.year % 4 == 0 && date.year % 100 != 0) || date.year % 400 == 0;
    if (date.month == 2 && date.day == 29 && !leap)
        date.day = 28;
    return day_from_date(date);
}

instant retention_until(const struct institution *institution, const struct complaint *complaint)
{
    if (complaint->status == STATUS_OPEN || complaint->closed_at == INSTANT_NONE)
        return INSTANT_NONE;
    return instant_of_day(last_day(institution, complaint) + 1, institution->zone_minutes) -
           INSTANT_SECOND;
}

bool retention_is_over(const struct institution *institution, const struct complaint *complaint,
                       instant now)
{
    instant until = retention_until(institution, complaint);

    return until != INSTANT_NONE && now >= until + INSTANT_SECOND;
}

enum fault lifecycle_erase(const struct situation *situation, const void *input, struct change *ret)
{
    const struct erase_command *command = input;
    const struct complaint *before = situation->before;
    struct change change;

    if (complaint_is_erased(before))
        return FAULT_ERASED;
    if (!retention_is_over(situation->institution, before, situation->at))
        return FAULT_STILL_OPEN;
    if (recusal_bars(before, situation->who->staff) ||
        (!text_is_none(before->staff_complained_of) &&
         text_equal(before->staff_complained_of, command->requested_by)))
        return FAULT_RECUSED;
    change_begin(situation, ACTION_ERASE, &change);
    change.after.erased_at = situation->at;
    change_fact_number(situation, &change, "order", command->order);
    change_fact_text(situation, &change, "requested_by", command->requested_by);
    *ret = change;
    return FAULT_NONE;
}
