#ifndef COMPLAINT_COMPLAINT_H
#define COMPLAINT_COMPLAINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/instant.h"
#include "lib/base/text.h"
#include "lib/base/uuid.h"
#include "lib/complaint/deadline.h"
#include "lib/complaint/vocabulary.h"

/* A complaint as it is kept and shown. Personal values and free texts are here in their masked form
 * only; what was written lies beside the journal entry that recorded it (struct private_value) and
 * is not loaded by ordinary work. Ints that hold a term use TERM_NONE for "not recorded". */

#define HASH_LENGTH 32 /* SHA-256 */

struct hash {
    uint8_t bytes[HASH_LENGTH];
};

struct staff_reference {
    struct uuid id; /* none: nobody */
    struct text login, name;
};

struct complaint_reference {
    struct uuid id; /* none: no complaint */
    struct text number;
};

/* A link from one complaint to another, for the rules. */
struct link {
    struct uuid from_id, to_id;
    int number; /* 1, 2, … within the links of `from` */
    int kind;   /* enum link_kind */
    bool over;  /* removed, or a merge that was undone by reopening */
};

/* One run through a stage. A complaint has them in order of entry; sending back adds a row. */
struct stage_row {
    int sequence; /* 1, 2, … within the complaint */
    int stage;    /* enum stage */
    int round;
    struct staff_reference owner; /* never none while the row is open */
    struct uuid unit_id;          /* the owner's unit when the owner became responsible */
    struct text unit;             /* its code */
    instant entered_at;           /* the clock of 受理 starts at receipt, of the others here */
    instant accepted_at;          /* when the present owner became responsible */
    instant due_at;               /* INSTANT_NONE while paused */
    instant completed_at;         /* INSTANT_NONE while the row is open */
    int handovers;                /* accepted offers and assignments: ping-pong is visible */
    int refusals;
};

struct complaint {
    struct uuid id;
    struct text number, tracking_code;
    int64_t version;
    int status, stage, round; /* the stage in which it is, or in which it ended */
    int round_kind;
    int level, urgency, source;
    unsigned tags; /* bit 1 << enum tag */

    struct uuid unit_id; /* the unit under which it was received */
    struct text unit;    /* its code */
    struct staff_reference owner, pending_owner, entered_by, updated_by;
    struct uuid owner_unit_id; /* of the current stage's owner when they became responsible */
    struct text owner_unit;    /* its code */
    struct uuid *handlers;     /* everybody who owns or owned it, each once, in that order */
    size_t handler_count;
    int barred_handlers; /* a review: so many of them handled what is reviewed */

    instant received_at, entered_at, updated_at, occurred_at, closed_at;
    instant decided_at; /* delivery of the decision, or the end without one; NONE while undecided */
    instant stage_due_at, statutory_due_at, due_at; /* due_at is the earlier of the two */
    int policy_version;

    /* The statutory clock of the round: its start, and its natural days, which follow from what the
     * policy says and the next two (change_clocks): they are never counted up and down. */
    instant clock_from;
    int statutory_days;
    int limit_level;   /* the last level given in time: the first round has its limit */
    int extended_days; /* the round's effective extensions, which count up to the ceiling */
    struct pause *clock_pauses; /* of the round, in the order of their numbers */
    size_t clock_pause_count;
    struct {                 /* the extension in progress: asked for and neither refused nor told */
        int days;            /* 0: there is none */
        struct uuid by;      /* who asked: may not approve */
        instant waits_since; /* INSTANT_NONE unless it waits for approval */
        instant approved_at; /* INSTANT_NONE while it waits for approval */
    } extension;

    struct text subject, narrative, demand; /* masked */
    struct text channel_class, business_class, cause_class, product;
    int64_t amount_in_dispute; /* fen; -1: not recorded */
    struct text external_case_number;
    struct text staff_complained_of; /* a login */

    struct {
        struct text name, phone, email, address, identity_number, account_number; /* masked */
        struct text customer_number;
        int capacity, people;
    } complainant;

    int outcome, decline_reason;
    struct complaint_reference
        merged_into;               /* the one that goes on for it; none: it is no merged one */
    instant plan_waits_since;      /* NONE unless the plan waits for approval */
    struct {                       /* the voiding that was asked for and not yet decided */
        struct staff_reference by; /* may not decide it; none: there is none */
        instant at;
    } voiding;
    struct { /* the unmasking in progress that needs a second person: asked for, neither refused nor
                read */
        struct staff_reference by; /* may not decide it; none: there is none */
        instant at, approved_at;   /* approved_at: NONE while it waits */
        unsigned fields;           /* bits 1 << enum unmask_field */
        int number;
    } unmasking;

    /* Orders of supervisors (督办). An end leaves none waiting, so that a round begins without any. */
    instant
        urge_due_at; /* the earliest due time of those that wait for an answer; NONE: none does */
    instant *urge_dues; /* due times of those of the round, in the order of their numbers; NONE: it
                            was answered */
    size_t urge_due_count;

    /* What has been recorded, so that rules need no other rows. */
    int notes, contacts, findings, plans, notices, deliveries; /* counts: the next one's number */
    int pauses, extensions, links, voids, unmaskings, attachments, urges;
    int64_t attachment_bytes; /* of all of them together */
    struct
        complaint_facts { /* within the current round but for linked; the bools lie side by side, see COLUMN_FLAGS */
        bool findings, plan, plan_approved, delivered, pause_open, extension_waiting,
            extension_approved, linked; /* linked: a link that it made stands, of any round */
        int failed_attempts;            /* since the newest notice, or the beginning of the round */
        struct uuid planned_by;         /* who recorded the plan: may not approve it */
        int first_notice;               /* number of the round's first notice, 0: none */
    } facts;

    instant erased_at; /* when what it says of people was erased, see complaint_is_erased() */

    int journal_length; /* entries; the head's hash follows */
    struct hash journal_head;

    struct stage_row *stages; /* in order of sequence; the last one is the current one */
    size_t stage_count;
};

/* An item of case work: what all kinds share; the kind's own members follow from `body`. */
struct work_view {
    int number;
    instant at; /* when it was recorded */
    struct staff_reference by;
    int stage, round;
    struct text body; /* a JSON object, whose members are spliced in */
};

/* The current stage's row: the last one. */
static inline struct stage_row *complaint_current(const struct complaint *complaint)
{
    return &complaint->stages[complaint->stage_count - 1];
}

/* Whether its personal values and free texts were erased (retention.h): nothing more is done to it. */
static inline bool complaint_is_erased(const struct complaint *complaint)
{
    return complaint->erased_at > 0;
}

/* Open and past its due time at that moment. Computed when asked for, never stored. */
static inline bool complaint_overdue(const struct complaint *complaint, instant now)
{
    return complaint->status == STATUS_OPEN && complaint->due_at != INSTANT_NONE &&
           complaint->due_at < now;
}

#endif
