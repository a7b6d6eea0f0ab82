#include "server/numbers.h"

#include <sodium.h>
#include <string.h>

#include "lib/store/complaint_store.h"

#define NUMBERS_TAKEN 200 /* that a thread takes at a time */

/* Makes sure that the worker has `count` numbers of today. They are taken in a transaction of their
 * own, so gaps are normal and a rolled-back set never gives a number twice. */
static bool take_numbers(struct worker *worker, day_number today, int64_t count)
{
    if (worker->number_day == today && worker->number_last - worker->number_next >= count)
        return true;
    struct pg_binds binds = pg_binds_new(worker->arena);
    struct pg_rows rows;
    number_take_bind(&binds, today, NUMBERS_TAKEN);
    enum pg_status status =
        pg_run(worker->pg, &number_take, &binds, worker_deadline(worker), &rows);
    if (status == PG_DONE && rows.count == 1) {
        worker->number_day = today;
        worker->number_next = pg_int8(&rows, 0, 0);
        worker->number_last = worker->number_next + NUMBERS_TAKEN;
    }
    pg_rows_free(&rows);
    return status == PG_DONE;
}

void numbers_drop_duplicates(struct worker *worker)
{
    struct pg_error error = pg_error(worker->pg);
    if (strcmp(error.sqlstate, "23505") == 0 &&
        strcmp(error.constraint, "complaint_number_key") == 0)
        worker->number_last = worker->number_next;
}

/* What the customer follows the progress by: 80 random bits in letters that are hard to confuse. */
static struct text tracking_code(struct arena *arena)
{
    static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    unsigned char random[16];
    char *code = arena_alloc(arena, sizeof random + 1);
    randombytes_buf(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++)
        code[i] = letters[random[i] & 31];
    return (struct text){code, sizeof random};
}

static void give_identity(struct worker *worker, struct command *command, instant now)
{
    struct date date = day_to_date(worker->number_day);
    command->identity.id = uuid_make(now);
    command->identity.tracking_code = tracking_code(command->request->arena);
    command->identity.number =
        text_printf(command->request->arena, "TS%04d%02d%02d%06lld", date.year, date.month,
                    date.day, (long long)worker->number_next++);
}

bool numbers_give(struct worker *worker, struct command *const commands[], size_t count)
{
    instant now = instant_now();
    day_number today = instant_day(now, worker->institution->zone_minutes);
    int64_t received = 0;
    for (size_t i = 0; i < count; i++)
        received += commands[i]->receives;
    if (received && !take_numbers(worker, today, received))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (commands[i]->receives)
            give_identity(worker, commands[i], now);
    }
    return true;
}
