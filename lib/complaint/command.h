#ifndef COMPLAINT_COMMAND_H
#define COMPLAINT_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/instant.h"
#include "lib/base/text.h"
#include "lib/complaint/complaint.h"

/* What a caller sends with each command, after decoding: texts normalised and within their limits,
 * terms known, but nothing looked up yet. Optional members are none, TERM_NONE, INSTANT_NONE or -1
 * when absent. Texts are as written; the rules mask them. */

struct receive_command {
    int source;
    struct text subject, narrative, demand;
    instant received_at, occurred_at;
    int level, urgency; /* level TERM_NONE: ordinary; urgency -1: 3 (the least) */
    struct text unit;   /* code; none: the caller's */
    struct text channel_class, business_class, cause_class, product;
    int64_t amount_in_dispute;
    struct text external_case_number, staff_complained_of;
    unsigned tags;
    struct {
        struct text name, phone, email, address, identity_number, account_number, customer_number;
        int capacity, people; /* people -1: 1 */
    } complainant;
    struct text owner; /* login; none: the caller */
};

struct advance_command {
    struct text owner, note; /* note is optional */
};

struct send_back_command {
    int to; /* enum stage, earlier than the current one */
    struct text owner, reason;
};

struct offer_command {
    struct text to, reason; /* login */
};

/* All work of one person to another: `to` is somebody else. */
struct hand_over_command {
    const struct staff *from, *to;
    struct text reason;
};

struct assign_command {
    struct text owner, reason;
};

/* refuse, void and refuse-void need the reason; accept, take-back and approve-void take an optional
 * one. */
struct reason_command {
    struct text reason;
};

struct withdraw_command {
    struct text reason;
    instant at; /* when the withdrawal arrived; NONE: now */
};

struct settle_command {
    struct text summary; /* what was agreed with the customer */
};

struct decline_command {
    int reason_code; /* enum decline_reason */
    struct text reason;
};

/* Absent members stay as they are; tags_given tells whether tags replace the present ones. */
struct classify_command {
    int level, urgency;
    struct text channel_class, business_class, cause_class, reason;
    unsigned tags;
    bool tags_given;
};

struct close_command {
    int outcome; /* upheld, partly_upheld or not_upheld */
    struct text note;
};

/* Case work: what is recorded beside the complaint. */

struct note_command {
    struct text text;
};

struct contact_command {
    int method, direction; /* enum channel, enum direction */
    instant at;
    bool reached;
    struct text summary;
};

struct findings_command {
    struct text facts, basis, responsible; /* responsible is optional */
    int upheld;
};

#define REDRESS_MAX 10

struct redress_item {
    int type;       /* enum redress */
    int64_t amount; /* fen; -1: none */
};

struct plan_command {
    struct text summary;
    struct redress_item *redress;
    size_t redress_count; /* at most REDRESS_MAX */
};

struct notice_command {
    struct text facts, basis, decision;
    struct text remedies; /* added by the product (domain.md §3), never read from input */
};

struct delivery_command {
    int channel;
    instant at;
    struct text proof;
    int notice; /* number of the notice, from the path */
};

/* The clocks (domain.md §2). */

struct pause_command {
    int reason;            /* enum pause_reason */
    instant from, told_at; /* told_at: when the complainant was told; NONE if never */
    struct text note;      /* optional */
};

struct end_pause_command {
    int pause; /* its number, from the path */
    instant at;
    struct text note; /* optional */
};

struct extension_command {
    int days; /* natural days */
    struct text reason;
};

/* approve (reason optional), refuse (reason needed). */
struct extension_decision_command {
    int extension; /* its number, from the path */
    struct text reason;
};

struct tell_extension_command {
    int extension; /* its number, from the path */
    instant at;
    int method;     /* enum channel */
    bool effective; /* decided by the product, never read from input */
};

/* Supervision (domain.md §1 row 5). */

struct urge_command {
    struct text text;
    instant due_at; /* by when the owner is to answer */
};

struct urge_answer_command {
    int urge; /* its number, from the path */
    struct text text;
};

/* Links between complaints (domain.md §2). */

struct link_command {
    int kind;              /* enum link_kind */
    struct text complaint; /* id or number of the other */
    struct text reason;
};

/* What is kept of it. */
struct link_item {
    int kind;
    struct complaint_reference complaint;
    struct text reason;
};

struct remove_link_command {
    int link; /* its number, from the path */
    struct text reason;
};

/* Unmasking (domain.md §3). */

struct unmask_command {
    unsigned fields; /* bits 1 << enum unmask_field */
    struct text purpose;
    bool granted; /* contact data for the owner; decided by the product, never read from input */
};

/* A file; all but its name is known once it has been stored, and never read from input. */

struct attachment_command {
    struct text name;
    int type;           /* enum attachment_type */
    int64_t size;       /* bytes */
    struct text sha256; /* hexadecimal */
    struct uuid id;     /* of what is stored */
};

/* Another round (domain.md §3). */

/* What remains of the round before, frozen. */
struct round_figures {
    int round, status, outcome;
    struct text owner; /* login */
    instant closed_at, decided_at, stage_due_at, statutory_due_at, due_at;
};

struct round_command {
    int kind;  /* enum round_kind; of a review ROUND_REVIEW, never read from input */
    int stage; /* enum stage; TERM_NONE: investigation */
    struct text owner, reason;
    instant at;                    /* the application, or the receipt of the new facts; NONE: now */
    struct round_figures previous; /* recorded by the product, never read from input */
};

/* Correction of recorded facts: of the members of a receipt those that were sent (also as null,
 * which clears what may be absent). owner, unit, level, urgency and tags are not corrected here. */
struct correct_command {
    struct receive_command to;
    struct {
        bool source, subject, narrative, demand, received_at, occurred_at, channel_class,
            business_class, cause_class, product, amount_in_dispute, external_case_number,
            staff_complained_of, name, phone, email, address, identity_number, account_number,
            customer_number, capacity, people;
    } given;
    struct text reason;
};

#endif
