#ifndef COMPLAINT_LIFECYCLE_H
#define COMPLAINT_LIFECYCLE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/arena.h"
#include "lib/base/fault.h"
#include "lib/base/instant.h"
#include "lib/base/violation.h"
#include "lib/complaint/command.h"
#include "lib/complaint/complaint.h"
#include "lib/complaint/institution.h"
#include "lib/complaint/permission.h"
#include "lib/complaint/principal.h"

/* The life of a complaint: which action is possible when, for whom, and what it changes. */

/* What an action needs besides stage and caller; each bit that is not met is one fault. */
enum requirement {
    REQUIRES_FINDINGS = 1 << 0,      /* FAULT_FINDINGS_MISSING */
    REQUIRES_PLAN = 1 << 1,          /* FAULT_PLAN_MISSING */
    REQUIRES_APPROVED_PLAN = 1 << 2, /* FAULT_PLAN_NOT_APPROVED: redress above the limit */
    REQUIRES_DELIVERY = 1 << 3,      /* FAULT_NOTICE_NOT_DELIVERED; anonymous complaints excepted */
    REQUIRES_NO_OFFER = 1 << 4,      /* FAULT_OFFER_PENDING */
    REQUIRES_OFFER = 1 << 5,         /* FAULT_NO_OFFER */
    REQUIRES_UNAPPROVED_PLAN = 1 << 6,     /* FAULT_PLAN_MISSING: a plan that waits for approval */
    REQUIRES_NOTICE = 1 << 7,              /* FAULT_NOTICE_UNKNOWN: a notice of the current round */
    REQUIRES_OPEN_PAUSE = 1 << 8,          /* FAULT_PAUSE_UNKNOWN */
    REQUIRES_NO_EXTENSION = 1 << 9,        /* FAULT_EXTENSION_PENDING: none in progress */
    REQUIRES_WAITING_EXTENSION = 1 << 10,  /* FAULT_EXTENSION_UNKNOWN: one waits for approval */
    REQUIRES_APPROVED_EXTENSION = 1 << 11, /* FAULT_EXTENSION_UNKNOWN: one waits to be told */
    REQUIRES_DECISION = 1 << 12,           /* FAULT_NOT_DECIDED: ended by a decision */
    REQUIRES_NO_ANSWER = 1 << 13,          /* FAULT_DECISION_DELIVERED: none in any round */
    REQUIRES_NO_VOIDING = 1 << 14,         /* FAULT_VOID_PENDING: nobody asks for voiding */
    REQUIRES_VOIDING = 1 << 15,            /* FAULT_VOID_UNKNOWN: somebody does */
    REQUIRES_LINK = 1 << 16,               /* FAULT_LINK_UNKNOWN: a link that it made stands */
    REQUIRES_WAITING_UNMASK = 1 << 17,     /* FAULT_UNMASK_UNKNOWN: one waits for approval */
    REQUIRES_APPROVED_UNMASK = 1 << 18,    /* FAULT_UNMASK_UNKNOWN: one waits to be read */
    REQUIRES_URGE = 1 << 19,               /* FAULT_URGE_UNKNOWN: an order waits for its answer */
};

/* One row of the table: an action in one stage, for those whom right.def names. What has no row is
 * impossible (FAULT_STAGE_MISMATCH). */
struct transition {
    bool possible;
    unsigned requires; /* requirement bits */
    int next_stage;    /* TERM_NONE: stays; or one of enum next_stage */
    int next_status;   /* status afterwards */
    bool ended;        /* possible once the complaint has ended, and only then */
    bool always;       /* possible before and after the end, which it leaves as it is */
};

/* Beside the stages: what the caller names. NEXT_STAGE_MERGED: stays, or ends there as closed when it
 * is merged into another complaint. */
enum next_stage { NEXT_STAGE_EARLIER = STAGE_COUNT, NEXT_STAGE_NAMED, NEXT_STAGE_MERGED };

/* The row of an action in a stage; NULL when it is impossible there. */
const struct transition *lifecycle_row(enum action action, int stage);

/* Judges whether the caller may do `action` now. relations: from permission_relations().
 * Rights are judged before state (api.md, order of judgement), hence two functions.
 *
 * lifecycle_right: FAULT_NONE; FAULT_NOT_OWNER when only the owner may and the caller is somebody
 * else who could be; FAULT_FORBIDDEN otherwise; FAULT_SELF_APPROVAL. For accept and refuse, somebody
 * who could be offered the complaint but is not hears FAULT_NO_OFFER (FAULT_NOT_OPEN once it has
 * ended): a hand-over that was taken back is no lack of rights.
 * lifecycle_state: FAULT_NONE, FAULT_NOT_OPEN, FAULT_STAGE_MISMATCH or the fault of the first unmet
 * requirement in the order of the bits. */
enum fault lifecycle_right(const struct complaint *complaint, unsigned relations,
                           enum action action);
enum fault lifecycle_state(const struct institution *institution, const struct complaint *complaint,
                           enum action action);

/* The actions for which both answer FAULT_NONE: allowed_actions. */
action_set lifecycle_allowed(const struct institution *institution,
                             const struct complaint *complaint, unsigned relations);

/* All that a decision may look at. Nothing here is changed but the arena and the violations. */
struct situation {
    const struct institution *institution;
    const struct principal *who;
    const struct complaint *before; /* NULL for receive */
    const struct complaint *other;  /* that the command names, if the caller may see it; or NULL */
    const struct link *links;       /* from and to it; for those actions alone that ask for them */
    size_t link_count;
    instant at; /* the moment of the decision */
    struct arena *arena;
    struct violations *violations; /* filled when a decision answers FAULT_INVALID */
};

/* A value that the journal shows as it is. */
struct fact {
    const char *name;
    struct text json; /* a JSON value, already encoded */
};

/* A personal value or a free text: the journal's bytes hold only its salted hash; the value as
 * written lies beside the entry and can be erased. */
struct private_value {
    const char *name;
    struct text value;
};

#define CHANGE_FACTS_MAX 8
#define CHANGE_PRIVATE_MAX 12 /* all the texts of a complaint, and a reason */

/* What a command does, for all commands alike: saved by one set of statements. */
struct change {
    enum action action;
    struct complaint after;         /* version is one more than before (1 when received) */
    struct stage_row *stage_ended;  /* the row among after.stages that was current, if it changed */
    struct stage_row *stage_opened; /* the row that is new, if there is one */
    bool corrects;                  /* facts of the receipt differ, which no other change touches */
    int item_number;                /* case work: its number within its kind, from 1; 0: none */
    const void *item;               /* case work: the command's struct with its texts masked */
    unsigned reveals; /* bits 1 << enum unmask_field: to be shown as written in the answer, once */
    const struct link *link; /* the link that it makes; NULL: none */
    struct uuid attached;    /* the stored file that is the complaint's now; none: no file */
    struct fact facts[CHANGE_FACTS_MAX];
    size_t fact_count;
    struct private_value private_values[CHANGE_PRIVATE_MAX];
    size_t private_count;
};

/* A rule: decides one command. Rights and state were judged already for every action but receive.
 * Returns FAULT_NONE and fills *ret, or a fault and leaves *ret untouched; FAULT_INVALID comes with
 * violations whose pointers name the input's members ("/owner"). input is the struct of command.h;
 * struct reason_command for accept, refuse, take_back, approve_plan, void and its decisions, and those
 * on unmasking. */
typedef enum fault decide_function(const struct situation *situation, const void *input,
                                   struct change *ret);

/* receive additionally answers FAULT_FORBIDDEN (no intake, handler or supervisor role over the
 * unit) and FAULT_RECUSED. The caller of the rule has filled identity->id, number and
 * tracking_code, which rules cannot make. */
struct receive_identity {
    struct uuid id;
    struct text number, tracking_code;
};
enum fault lifecycle_receive(const struct situation *situation, const struct receive_command *input,
                             const struct receive_identity *identity, struct change *ret);

decide_function lifecycle_settle, lifecycle_decline, lifecycle_classify, lifecycle_advance,
    lifecycle_send_back, lifecycle_offer, lifecycle_accept, lifecycle_refuse, lifecycle_take_back,
    lifecycle_assign, lifecycle_withdraw, lifecycle_close, lifecycle_notes, lifecycle_contacts,
    lifecycle_findings, lifecycle_plan, lifecycle_approve_plan, lifecycle_notices,
    lifecycle_deliveries, lifecycle_pauses, lifecycle_end_pause, lifecycle_extensions,
    lifecycle_approve_extension, lifecycle_refuse_extension, lifecycle_tell_extension,
    lifecycle_reopen, lifecycle_review, lifecycle_correct, lifecycle_links, lifecycle_remove_link,
    lifecycle_void, lifecycle_approve_void, lifecycle_refuse_void, lifecycle_unmask,
    lifecycle_approve_unmask, lifecycle_refuse_unmask, lifecycle_read_unmasked,
    lifecycle_attachments, lifecycle_urge, lifecycle_answer_urge;

/* Fields that the owner of the current stage may see alone. */
#define UNMASK_CONTACT \
    (1u << UNMASK_NAME | 1u << UNMASK_PHONE | 1u << UNMASK_EMAIL | 1u << UNMASK_ADDRESS)
#define UNMASK_WAITS (24 * INSTANT_HOUR) /* an unmasking that nobody decides is over */
#define UNMASK_READ_WITHIN INSTANT_HOUR  /* of the approval */

/* The natural days of the round's own limit, extensions not counted (domain.md §2 and §3). */
int lifecycle_round_days(const struct policy *policy, const struct complaint *complaint);

/* The due times of a complaint received at that moment, each stage as if the one before ended at
 * its due time (POST /v1/deadline-previews). */
struct deadline_preview {
    instant stage_due_at[STAGE_COUNT];
    instant statutory_due_at, due_at; /* due_at: the earlier of the first stage's and statutory */
};
void lifecycle_preview(const struct institution *institution, instant received_at, enum level level,
                       struct deadline_preview *ret);

/* Passes on what one person owns of a complaint, or was offered, to another: assigns it; offers it to
 * the other instead; or takes the offer back, if the other owns it. Rights are the caller's to judge.
 * FAULT_NONE, FAULT_NOT_OPEN, FAULT_NO_OFFER when the person neither owns it nor was offered it, or
 * the faults of assign and offer. */
enum fault lifecycle_hand_over(const struct situation *situation,
                               const struct hand_over_command *command, struct change *ret);

#endif
