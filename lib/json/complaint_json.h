#ifndef JSON_COMPLAINT_JSON_H
#define JSON_COMPLAINT_JSON_H

#include "lib/complaint/approval.h"
#include "lib/complaint/command.h"
#include "lib/complaint/complaint.h"
#include "lib/json/shape.h"

/* The shapes of a complaint and of everything that is sent to or recorded beside it. */

struct warning {
    const char *code; /* "calendar_year_missing" */
    struct text detail;
    const char *pointer; /* to the member of the input that it is about; NULL: to none */
};

/* Limits of api.md. */
#define SUBJECT_CHARACTERS 200
#define NARRATIVE_CHARACTERS 20000
#define OTHER_TEXT_CHARACTERS 2000
#define NAME_CHARACTERS 100
#define PRODUCT_CHARACTERS 100
#define PHONE_CHARACTERS 40
#define EMAIL_CHARACTERS 254
#define CODE_CHARACTERS 64 /* logins, codes, and numbers given by others */
#define ATTACHMENT_NAME_CHARACTERS 200
#define URGENCY_MAX 3
#define EXTENSION_DAYS_MAX 366 /* what a policy allows is less */
#define PEOPLE_MAX 100000
#define AMOUNT_MAX_FEN INT64_C(1000000000000000)

/* A complaint as one caller sees it at one moment. */
struct complaint_view {
    struct complaint complaint;
    bool overdue;
    instant retention_until; /* NONE while it is open */
    action_set allowed_actions;
    struct approval approvals_room[APPROVALS_MAX];
    struct approval *approvals; /* awaited; in the room of this very view */
    size_t approval_count;
    struct warning *warnings;
    size_t warning_count;
};

/* Output. */
extern const struct shape complaint_shape;           /* struct complaint_view, all of it */
extern const struct shape complaint_item_shape;      /* struct complaint_view as a row of a list: no
                                                   narrative, demand, stages and warnings */
extern const struct shape complaint_reference_shape; /* struct complaint_reference */
extern const struct shape stage_shape;               /* struct stage_row */
extern const struct shape warning_shape;             /* struct warning */

/* Input, one for each command of lib/complaint/command.h; those of case work also encode the
 * masked struct as the item's body. */
extern const struct shape receive_shape, advance_shape, send_back_shape, offer_shape, assign_shape,
    reason_shape /* reason required */, optional_reason_shape, withdraw_shape, settle_shape,
    decline_shape, classify_shape, close_shape, note_shape, contact_shape, findings_shape,
    plan_shape, notice_shape, delivery_shape, correct_shape, pause_shape, end_pause_shape,
    extension_shape, approve_extension_shape, refuse_extension_shape, tell_extension_shape,
    reopen_shape, review_shape, unmask_shape, link_shape, remove_link_shape, urge_shape,
    urge_answer_shape;
extern const struct shape attachment_parameters; /* struct attachment_command, what a query names */
extern const struct shape attachment_shape;      /* the same, what is kept of it */
extern const struct shape link_item_shape;       /* struct link_item: what a link keeps */

/* Appends {"number", "recorded_at", "by", "stage", "round", …members of body}. */
void work_encode(const struct work_view *work, int zone_minutes, struct text_buffer *out);

#endif
