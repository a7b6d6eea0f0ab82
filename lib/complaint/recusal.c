#include "lib/complaint/recusal.h"

bool recusal_bars(const struct complaint *complaint, const struct staff *staff)
{
    struct text barred = complaint->staff_complained_of;

    return !text_is_none(barred) && text_equal(barred, staff->login);
}
