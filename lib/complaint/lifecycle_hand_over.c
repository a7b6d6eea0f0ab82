#include "lib/complaint/change.h"
#include "lib/complaint/lifecycle.h"

/* Of what the rules of single hand-overs say; nothing is possible here that is not there. */
enum fault lifecycle_hand_over(const struct situation *situation,
                               const struct hand_over_command *command, struct change *ret)
{
    const struct complaint *before = situation->before;
    const struct assign_command assign = {.owner = command->to->login, .reason = command->reason};
    const struct offer_command offer = {.to = command->to->login, .reason = command->reason};
    const struct reason_command over = {.reason = command->reason};

    if (before->status != STATUS_OPEN)
        return FAULT_NOT_OPEN;
    if (uuid_equal(before->owner.id, command->from->id))
        return lifecycle_assign(situation, &assign, ret);
    if (!uuid_equal(before->pending_owner.id, command->from->id))
        return FAULT_NO_OFFER;
    return uuid_equal(before->owner.id, command->to->id)
               ? lifecycle_take_back(situation, &over, ret)
               : lifecycle_offer(situation, &offer, ret);
}
