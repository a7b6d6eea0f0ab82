#include "lib/complaint/recusal.h"

bool recusal_bars(const struct complaint *complaint, const struct staff *staff)
{
    struct text barred = complaint->staff_complained_of;

    return !text_is_none(barred) && text_equal(barred, staff->login);
}

bool recusal_bars_owner(const struct complaint *complaint, const struct staff *staff)
{
    if (recusal_bars(complaint, staff))
        return true;
    for (int i = 0; i < complaint->barred_handlers; i++)
        if (uuid_equal(complaint->handlers[i], staff->id))
            return true;
    return false;
}
