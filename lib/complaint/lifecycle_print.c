#include "lib/complaint/lifecycle_print.h"

#include "lib/complaint/lifecycle.h"
#include "lib/complaint/right.h"

#define NAMES_MAX 120

struct bit_name {
    unsigned bit;
    const char *name;
};

static const struct bit_name relation_names[] = {
    {RELATION_OWNER, "owner"},
    {RELATION_PENDING, "pending"},
    {RELATION_STAFF, "staff"},
    {RELATION_SUPERVISOR, "supervisor"},
    {RELATION_EARLIER, "earlier owner"},
    {RELATION_AUDITOR, "auditor"},
    {RELATION_PLANNER, "planner"},
    {RELATION_SUPERIOR, "superior supervisor"},
    {RELATION_REQUESTER, "requester"},
    {RELATION_VOIDER, "requester"},
    {RELATION_UNMASKER, "requester"},
    {RELATION_SHOWN, "requester"},
    {0, NULL},
};

static const struct bit_name requirement_names[] = {
    {REQUIRES_FINDINGS, "findings"},
    {REQUIRES_PLAN, "plan"},
    {REQUIRES_APPROVED_PLAN, "plan approved"},
    {REQUIRES_DELIVERY, "notice delivered"},
    {REQUIRES_NO_OFFER, "no offer pending"},
    {REQUIRES_OFFER, "offer pending"},
    {REQUIRES_UNAPPROVED_PLAN, "plan waiting for approval"},
    {REQUIRES_NOTICE, "notice"},
    {REQUIRES_OPEN_PAUSE, "open pause"},
    {REQUIRES_NO_EXTENSION, "no extension in progress"},
    {REQUIRES_WAITING_EXTENSION, "extension waiting for approval"},
    {REQUIRES_APPROVED_EXTENSION, "approved extension"},
    {REQUIRES_DECISION, "decision"},
    {REQUIRES_NO_ANSWER, "no decision delivered"},
    {REQUIRES_NO_VOIDING, "no voiding asked for"},
    {REQUIRES_VOIDING, "voiding asked for"},
    {REQUIRES_LINK, "link"},
    {REQUIRES_WAITING_UNMASK, "unmasking asked for"},
    {REQUIRES_APPROVED_UNMASK, "unmasking approved"},
    {REQUIRES_URGE, "an order waits for an answer"},
    {0, NULL},
};

/* The names of the bits that are set, "-" for none. */
static struct text joined(struct arena *arena, const struct bit_name *names, unsigned bits)
{
    struct text_buffer buffer = text_buffer_new(arena, NAMES_MAX);

    for (; names->name; names++) {
        if (!(bits & names->bit))
            continue;
        if (buffer.length > 0)
            text_buffer_add_string(&buffer, ", ");
        text_buffer_add_string(&buffer, names->name);
    }
    if (buffer.length == 0)
        text_buffer_add_char(&buffer, '-');
    return text_buffer_text(&buffer);
}

/* The codes of the roles, "-" for none. */
static struct text roles_of(struct arena *arena, unsigned roles)
{
    struct bit_name names[ROLE_COUNT + 1] = {0};

    for (int role = 0; role < ROLE_COUNT; role++)
        names[role] = (struct bit_name){1u << role, vocabulary_role.terms[role].code.at};
    return joined(arena, names, roles);
}

static void print_line(struct text_buffer *out, struct text action, struct text from,
                       struct text who, struct text requires, struct text next)
{
    text_buffer_printf(out, "%-17.*s  %-22.*s  %-35.*s  %-43.*s  %.*s\n", TEXT_ARG(action),
                       TEXT_ARG(from), TEXT_ARG(who), TEXT_ARG(requires), TEXT_ARG(next));
}

static struct text next_of(const struct transition *row)
{
    if (row->always)
        return TEXT("as it is");
    if (row->next_status != STATUS_OPEN)
        return vocabulary_code(&vocabulary_status, row->next_status);
    if (row->next_stage == NEXT_STAGE_EARLIER)
        return TEXT("an earlier stage");
    if (row->next_stage == NEXT_STAGE_NAMED)
        return TEXT("a new round in a stage named");
    if (row->next_stage == NEXT_STAGE_MERGED)
        return TEXT("same stage, closed when merged");
    if (row->next_stage == TERM_NONE)
        return TEXT("same stage");
    return vocabulary_code(&vocabulary_stage, row->next_stage);
}

static struct text from_of(struct arena *arena, int from, const struct transition *row)
{
    struct text stage = vocabulary_code(&vocabulary_stage, from);

    if (row->ended)
        return text_printf(arena, "ended in %.*s", TEXT_ARG(stage));
    return row->always ? text_printf(arena, "%.*s or ended", TEXT_ARG(stage)) : stage;
}

/* Those whom a right admits. */
static struct text who_of(struct arena *arena, const struct right *right)
{
    struct text who = right->of == OF_COMPLAINT ? joined(arena, relation_names, right->who)
                                                : roles_of(arena, right->who);

    if (right->barred)
        who = text_printf(arena, "%.*s, not the %.*s", TEXT_ARG(who),
                          TEXT_ARG(joined(arena, relation_names, right->barred)));
    return who;
}

static void print_row(struct text_buffer *out, enum action action, int from,
                      const struct transition *row)
{
    struct text who = who_of(out->arena, right_of_action(action));

    print_line(out, vocabulary_code(&vocabulary_action, (int)action),
               from_of(out->arena, from, row), who,
               joined(out->arena, requirement_names, row->requires), next_of(row));
}

void lifecycle_print(struct text_buffer *out)
{
    print_line(out, TEXT("action"), TEXT("from"), TEXT("who"), TEXT("requires"), TEXT("next"));
    print_line(out, vocabulary_code(&vocabulary_action, ACTION_RECEIVE), TEXT("-"),
               text_printf(out->arena, "%.*s of unit",
                           TEXT_ARG(who_of(out->arena, right_of_action(ACTION_RECEIVE)))),
               TEXT("-"), vocabulary_code(&vocabulary_stage, STAGE_INTAKE));
    print_line(out, vocabulary_code(&vocabulary_action, ACTION_RECALCULATE), TEXT("any stage"),
               TEXT("the product, for a new calendar or policy"), TEXT("-"), TEXT("same stage"));
    print_line(out, vocabulary_code(&vocabulary_action, ACTION_ERASE), TEXT("any end"),
               TEXT("the product, by an order of erasure"), TEXT("retention over"),
               TEXT("same stage"));
    for (int action = 0; action < ACTION_COUNT; action++)
        for (int stage = 0; stage < STAGE_COUNT; stage++) {
            const struct transition *row = lifecycle_row((enum action)action, stage);
            if (row)
                print_row(out, (enum action)action, stage, row);
        }
}

/* --- rights ------------------------------------------------------------------------------------ */

static void print_columns(struct text_buffer *out, const char *operation, const char *part,
                          struct text scope, const char *of, struct text who)
{
    text_buffer_printf(out, "%-27s  %-19s  %-10.*s  %-9s  %.*s\n", operation, part, TEXT_ARG(scope),
                       of, TEXT_ARG(who));
}

void rights_print(struct text_buffer *out)
{
    static const char *const of[] = {"anybody", "signed in", "session",
                                     "role",    "unit",      "complaint"};

    print_columns(out, "operation", "part", TEXT("token"), "of", TEXT("who"));
    for (int i = RIGHT_NONE + 1; i < RIGHT_COUNT; i++) {
        const struct right *right = &rights[i];
        int scope = right->scopes ? __builtin_ctz(right->scopes) : TERM_NONE;
        print_columns(out, right->operation, right->part ? right->part : "-",
                      right->scopes ? vocabulary_code(&vocabulary_scope, scope) : TEXT("-"),
                      of[right->of], who_of(out->arena, right));
    }
}
