#include "lib/complaint/institution.h"

const struct unit *institution_unit(const struct institution *institution, struct uuid id)
{
    size_t low = 0, high = institution->unit_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct unit *unit = institution->units_by_id[middle];
        int order = uuid_compare(id, unit->id);
        if (order == 0)
            return unit;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct unit *institution_unit_by_code(const struct institution *institution, struct text code)
{
    size_t low = 0, high = institution->unit_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct unit *unit = institution->units_by_code[middle];
        int order = text_compare(code, unit->code);
        if (order == 0)
            return unit;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct staff *institution_staff(const struct institution *institution, struct uuid id)
{
    size_t low = 0, high = institution->staff_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct staff *staff = &institution->staff[middle];
        int order = uuid_compare(id, staff->id);
        if (order == 0)
            return staff;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct staff *institution_staff_by_login(const struct institution *institution,
                                               struct text login)
{
    size_t low = 0, high = institution->staff_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct staff *staff = institution->staff_by_login[middle];
        int order = text_compare(login, staff->login);
        if (order == 0)
            return staff;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct complaint_class *institution_class(const struct institution *institution,
                                                struct text code)
{
    size_t low = 0, high = institution->class_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct complaint_class *class = &institution->classes[middle];
        int order = text_compare(code, class->code);
        if (order == 0)
            return class;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
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
