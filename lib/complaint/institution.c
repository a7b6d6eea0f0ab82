#include "lib/complaint/institution.h"

#include <stdlib.h>

/* For bsearch(): what is looked for, and a member of the array or a pointer to one. */

static int unit_by_id(const void *id, const void *unit)
{
    return uuid_compare(*(const struct uuid *)id, (*(const struct unit *const *)unit)->id);
}

static int unit_by_code(const void *code, const void *unit)
{
    return text_compare(*(const struct text *)code, (*(const struct unit *const *)unit)->code);
}

static int staff_by_id(const void *id, const void *staff)
{
    return uuid_compare(*(const struct uuid *)id, ((const struct staff *)staff)->id);
}

static int staff_by_login(const void *login, const void *staff)
{
    return text_compare(*(const struct text *)login, (*(const struct staff *const *)staff)->login);
}

static int class_by_code(const void *code, const void *class)
{
    return text_compare(*(const struct text *)code, ((const struct complaint_class *)class)->code);
}

/* An institution that is not filled yet has no arrays. */
static const void *find(const void *key, const void *members, size_t count, size_t size,
                        int (*compare)(const void *, const void *))
{
    return count ? bsearch(key, members, count, size, compare) : NULL;
}

const struct unit *institution_unit(const struct institution *institution, struct uuid id)
{
    const struct unit *const *found = find(&id, institution->units_by_id, institution->unit_count,
                                           sizeof *institution->units_by_id, unit_by_id);
    return found ? *found : NULL;
}

const struct unit *institution_unit_by_code(const struct institution *institution, struct text code)
{
    const struct unit *const *found =
        find(&code, institution->units_by_code, institution->unit_count,
             sizeof *institution->units_by_code, unit_by_code);
    return found ? *found : NULL;
}

const struct staff *institution_staff(const struct institution *institution, struct uuid id)
{
    return find(&id, institution->staff, institution->staff_count, sizeof *institution->staff,
                staff_by_id);
}

const struct staff *institution_staff_by_login(const struct institution *institution,
                                               struct text login)
{
    const struct staff *const *found =
        find(&login, institution->staff_by_login, institution->staff_count,
             sizeof *institution->staff_by_login, staff_by_login);
    return found ? *found : NULL;
}

const struct complaint_class *institution_class(const struct institution *institution,
                                                struct text code)
{
    return find(&code, institution->classes, institution->class_count, sizeof *institution->classes,
                class_by_code);
}

bool institution_deputises(const struct institution *institution, struct uuid deputy_id,
                           struct uuid staff_id, instant at)
{
    for (size_t i = 0; i < institution->deputyship_count; i++) {
        const struct deputyship *deputyship = &institution->deputyships[i];
        if (uuid_equal(deputyship->deputy_id, deputy_id) &&
            uuid_equal(deputyship->staff_id, staff_id) &&
            (at == INSTANT_NONE || (deputyship->from <= at && at < deputyship->until)))
            return true;
    }
    return false;
}

bool unit_within(const struct unit *unit, const struct unit *root)
{
    return root->enter <= unit->enter && unit->enter < root->leave;
}

const struct policy *institution_policy_for(const struct institution *institution,
                                            instant received_at)
{
    day_number day = instant_day(received_at, institution->zone_minutes);
    const struct policy *found = &institution->policies[0];

    for (size_t i = 1; i < institution->policy_count; i++)
        if (institution->policies[i].effective_from <= day)
            found = &institution->policies[i];
    return found;
}

void institution_due_soon(const struct institution *institution, instant now,
                          instant ret_horizons[static LEVEL_COUNT])
{
    const struct policy *policy = institution_policy_for(institution, now);

    for (int level = 0; level < LEVEL_COUNT; level++)
        ret_horizons[level] =
            calendar_add_work(institution->calendar, now,
                              policy->limits[level].due_soon_minutes * (int64_t)INSTANT_MINUTE);
}

const struct policy *institution_policy(const struct institution *institution, int version)
{
    for (size_t i = 0; i < institution->policy_count; i++)
        if (institution->policies[i].version == version)
            return &institution->policies[i];
    return &institution->policies[0];
}

int institution_policy_newest(const struct institution *institution)
{
    int newest = 0;

    for (size_t i = 0; i < institution->policy_count; i++)
        if (institution->policies[i].version > newest)
            newest = institution->policies[i].version;
    return newest;
}
