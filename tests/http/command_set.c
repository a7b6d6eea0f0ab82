#include "tests/http/command_set.h"

enum set_kind set_kind(size_t i)
{
    return (enum set_kind)(1u << i / SET_OF_A_KIND);
}

bool set_is_marked(size_t i)
{
    return i % SET_OF_A_KIND == 1;
}

int set_success(size_t i)
{
    return set_kind(i) == SET_ADVANCE ? 200 : 201;
}

static const struct matter *matter_of(const struct command_set *set, size_t i)
{
    return set_kind(i) == SET_ADVANCE ? &set->advanced[i % SET_OF_A_KIND]
                                      : &set->noted[i % SET_OF_A_KIND];
}

static struct shot shot_of(const struct command_set *set, size_t i, bool by_number)
{
    struct matter named = *matter_of(set, i);
    if (by_number)
        named.id = named.number;
    switch (set_kind(i)) {
    case SET_ADVANCE: return shot_advance(&named);
    case SET_NOTE: return shot_note(&named, "备注");
    default: return shot_receipt(set->subjects[i % SET_OF_A_KIND]);
    }
}

struct command_set set_make(bool by_number)
{
    struct command_set set = {.first = matter_new("agent1", NULL)};
    for (size_t i = 0; i < SET_OF_A_KIND; i++) {
        set.advanced[i] = matter_new("agent1", NULL);
        set.noted[i] = matter_new("agent1", NULL);
        set.subjects[i] = unique(set_is_marked(i) ? "坏" : "好");
    }
    for (size_t i = 0; i < SET_SIZE; i++) {
        set.shots[i] = shot_of(&set, i, by_number);
        set.shots[i].key = unique(set_is_marked(i) ? "marked" : "key");
    }
    set.marked_ids = client_text("'%s', '%s'", set.advanced[1].id, set.noted[1].id);
    return set;
}

void set_expect_done(const struct command_set *set, size_t i, bool done)
{
    if (set_kind(i) == SET_RECEIPT)
        ck_assert_int_eq(subjects(set->subjects[i % SET_OF_A_KIND]), done);
    else
        ck_assert_int_eq(reply_integer(matter_get(matter_of(set, i), "agent1", NULL), "version"),
                         done ? 2 : 1);
    ck_assert_int_eq(
        database_number("SELECT count(*) FROM idempotency WHERE key = '%s'", set->shots[i].key),
        done);
}

void set_expect_repeated(const struct spare *spare, const struct command_set *set)
{
    for (size_t i = 0; i < SET_SIZE; i++) {
        struct shot again = spare_ask(spare, set->shots[i]);
        expect_shot(&again, set_success(i), NULL);
        if (set->shots[i].status == set_success(i))
            ck_assert_str_eq(again.answer, set->shots[i].answer);
        set_expect_done(set, i, true);
    }
    expect_nothing_half_written();
}
