/* The filters of lists once more, in C, for complaints that are no rows: those of the past. */
#include "lib/store/list_store.h"

static bool among(const struct list_query *query, struct uuid unit_id)
{
    for (size_t i = 0; i < query->unit_count; i++)
        if (uuid_equal(query->units[i], unit_id))
            return true;
    return false;
}

/* from <= at; as in SQL, what is not recorded lies in no range. */
static bool from(instant at, instant limit)
{
    return at != INSTANT_NONE && at >= limit;
}

static bool before(instant at, instant limit)
{
    return at != INSTANT_NONE && at < limit;
}

static bool passes(const struct list_query *query, enum list_filter filter,
                   const struct complaint *complaint)
{
    switch (filter) {
    case LIST_SCOPE:
    case LIST_CURSOR:
    case LIST_NUMBER:
    case LIST_AS_OF:
    case LIST_OPEN_THEN: return true; /* judged by the present row */
    case LIST_STAGE: return complaint->stage == query->stage;
    case LIST_STATUS: return complaint->status == query->status;
    case LIST_LEVEL: return complaint->level == query->level;
    case LIST_SOURCE: return complaint->source == query->source;
    case LIST_OWNER: return uuid_equal(complaint->owner.id, query->owner_id);
    case LIST_PENDING: return uuid_equal(complaint->pending_owner.id, query->pending_owner_id);
    case LIST_UNIT:
        return among(query, complaint->unit_id) || among(query, complaint->owner_unit_id);
    case LIST_OWNER_UNIT: return among(query, complaint->owner_unit_id);
    case LIST_CLASS:
        return text_equal(complaint->channel_class, query->class_code) ||
               text_equal(complaint->business_class, query->class_code) ||
               text_equal(complaint->cause_class, query->class_code);
    case LIST_TAG: return complaint->tags & 1u << query->tag;
    case LIST_RECEIVED_FROM: return from(complaint->received_at, query->received_from);
    case LIST_RECEIVED_TO: return before(complaint->received_at, query->received_to);
    case LIST_DUE_FROM: return from(complaint->due_at, query->due_from);
    case LIST_DUE_TO: return before(complaint->due_at, query->due_to);
    case LIST_CLOSED_FROM: return from(complaint->closed_at, query->closed_from);
    case LIST_CLOSED_TO: return before(complaint->closed_at, query->closed_to);
    case LIST_OVERDUE: return complaint_overdue(complaint, query->now);
    case LIST_NOT_OVERDUE: return !complaint_overdue(complaint, query->now);
    case LIST_URGED: return complaint->urge_due_at != INSTANT_NONE;
    case LIST_NOT_URGED: return complaint->urge_due_at == INSTANT_NONE;
    case LIST_DUE_SOON: return before(complaint->due_at, query->horizons[complaint->level]);
    case LIST_EXTERNAL:
        return text_equal(complaint->external_case_number, query->external_case_number);
    case LIST_CUSTOMER:
        return text_equal(complaint->complainant.customer_number, query->customer_number);
    case LIST_TEXT:
    case LIST_FREQUENT_TEXT:
    case LIST_RECENT_TEXT: break; /* the index knows the present alone: never asked of the past */
    }
    return false; /* nor is LIST_AWAITING */
}

bool list_matches(const struct list_query *query, const struct complaint *complaint)
{
    if (query->order == ORDER_DUE &&
        (complaint->status != STATUS_OPEN || complaint->due_at == INSTANT_NONE))
        return false;
    for (unsigned rest = query->filters; rest; rest &= rest - 1)
        if (!passes(query, (enum list_filter)(rest & -rest), complaint))
            return false;
    return true;
}
