/* Commands on complaints, run in sets: lock and load in one round trip, decide each, save and
 * commit in the next. A set that fails is run again one by one, so that no request pays for
 * another's error. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/log.h"
#include "lib/store/attachment_store.h"
#include "lib/store/complaint_store.h"
#include "lib/store/link_store.h"
#include "lib/store/private_store.h"
#include "lib/store/recalculation_store.h"
#include "lib/store/unmask_store.h"
#include "server/command.h"
#include "server/fate.h"
#include "server/numbers.h"
#include "server/server.h"
#include "server/unmask.h"
#include "server/upload.h"

struct command_batch {
    struct worker *worker;
    struct command **commands;
    size_t count;
    struct pg_rows complaints, stages, links, private, unmasked, answers, versions;
    struct save *saves;
    struct command **saved; /* whose save is saves[i] */
    size_t save_count;
};

enum outcome_of_set {
    SET_DONE,   /* committed, or there was nothing to commit */
    SET_FAILED, /* the database refused it; nothing was changed */
    SET_LOST    /* the connection broke; what was sent may or may not be committed */
};

/* --- failures ----------------------------------------------------------------------------------- */

static void log_failure(const struct worker *worker, size_t count)
{
    struct pg_error error = pg_error(worker->pg);
    log_line(count > 1 ? LOG_INFO : LOG_WARNING, "commands failed", LOG_INT("commands", count),
             LOG_STRING("sqlstate", error.sqlstate), LOG_STRING("error", error.message));
}

/* Numbers what is received: at every try anew, as the last one may have failed for its number. */
static enum fault number(struct worker *worker, struct command *commands[], size_t count)
{
    if (numbers_give(worker, commands, count))
        return FAULT_NONE;
    log_failure(worker, count);
    return worker_fault(worker);
}

/* Answers the commands that receive; the others move up. Returns how many they are. */
static size_t refuse_receipts(struct command *commands[], size_t count, enum fault fault)
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        struct command *command = commands[i];
        if (command->receives) {
            command_fail(command, fault);
            command_answer(command);
        } else {
            commands[left++] = command;
        }
    }
    return left;
}

static void roll_back(struct worker *worker)
{
    if (pg_usable(worker->pg))
        (void)pg_run(worker->pg, &pg_rollback, NULL, worker_deadline(worker), NULL);
}

static void free_rows(struct command_batch *batch)
{
    pg_rows_free(&batch->complaints);
    pg_rows_free(&batch->stages);
    pg_rows_free(&batch->links);
    pg_rows_free(&batch->private);
    pg_rows_free(&batch->unmasked);
    pg_rows_free(&batch->answers);
    pg_rows_free(&batch->versions);
}

/* --- load --------------------------------------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
    return uuid_compare(*(const struct uuid *)a, *(const struct uuid *)b);
}

static size_t ids_of(const struct command_batch *batch, struct uuid ids[])
{
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        if (!uuid_is_none(batch->commands[i]->id))
            ids[count++] = batch->commands[i]->id;
        if (!uuid_is_none(batch->commands[i]->other_id))
            ids[count++] = batch->commands[i]->other_id;
    }
    qsort(ids, count, sizeof *ids, by_id);
    return count;
}

static bool send_answers_wanted(struct command_batch *batch, size_t *ret_count)
{
    struct arena *arena = batch->worker->arena;
    struct uuid *callers = ARENA_ARRAY(arena, struct uuid, batch->count);
    struct text *keys = ARENA_ARRAY(arena, struct text, batch->count);
    size_t count = 0;

    for (size_t i = 0; i < batch->count; i++) {
        const struct command *command = batch->commands[i];
        if (command->request->idempotency_key.length == 0)
            continue;
        callers[count] = command->who.caller;
        keys[count++] = command->request->idempotency_key;
    }
    *ret_count = count;
    if (count == 0)
        return true;
    struct pg_binds binds = pg_binds_new(arena);
    idempotency_find_bind(&binds, callers, keys, count);
    return pg_send(batch->worker->pg, &idempotency_find, &binds);
}

/* Only for those whose rule knows them: most sets need no such statement. */
static bool send_links_wanted(struct command_batch *batch, size_t *ret_count)
{
    struct arena *arena = batch->worker->arena;
    struct uuid *ids = ARENA_ARRAY(arena, struct uuid, batch->count);
    size_t count = 0;

    for (size_t i = 0; i < batch->count; i++) {
        const struct command *command = batch->commands[i];
        if (command->request->operation->knows_links && !uuid_is_none(command->id))
            ids[count++] = command->id;
    }
    *ret_count = count;
    if (count == 0)
        return true;
    struct pg_binds binds = pg_binds_new(arena);
    complaint_ids_bind(&binds, ids, count);
    return pg_send(batch->worker->pg, &link_get, &binds);
}

/* What unmasking needs: which complaints' values, and who asks, also for others. */
struct unmasking {
    struct uuid *ids, *people;
    size_t count, people_count;
};

static struct unmasking unmasking_of(const struct command_batch *batch)
{
    struct arena *arena = batch->worker->arena;
    struct unmasking wanted = {.ids = ARENA_ARRAY(arena, struct uuid, batch->count),
                               .people = ARENA_ARRAY(arena, struct uuid, 2 * batch->count)};

    for (size_t i = 0; i < batch->count; i++) {
        const struct command *command = batch->commands[i];
        if (!command->request->operation->unmasks || uuid_is_none(command->id))
            continue;
        wanted.ids[wanted.count++] = command->id;
        wanted.people[wanted.people_count++] = command->who.staff->id;
        if (command->who.through)
            wanted.people[wanted.people_count++] = command->who.through->id;
    }
    return wanted;
}

/* Before the complaints, like whoever changes staff and then their complaints. */
static bool send_people_locked(struct command_batch *batch, const struct unmasking *wanted)
{
    struct pg_binds binds = pg_binds_new(batch->worker->arena);

    if (wanted->count == 0)
        return true;
    complaint_ids_bind(&binds, wanted->people, wanted->people_count);
    return pg_send(batch->worker->pg, &unmask_lock, &binds);
}

static bool send_private_wanted(struct command_batch *batch, const struct unmasking *wanted)
{
    struct arena *arena = batch->worker->arena;
    struct pg_binds get = pg_binds_new(arena), count = pg_binds_new(arena);

    if (wanted->count == 0)
        return true;
    complaint_ids_bind(&get, wanted->ids, wanted->count);
    unmask_count_bind(&count, wanted->people, wanted->people_count, instant_now() - INSTANT_HOUR);
    return pg_send(batch->worker->pg, &private_get, &get) &&
           pg_send(batch->worker->pg, &unmask_count, &count);
}

/* Begins, locks the complaints in order of id, reads what belongs to them, the answers stored under
 * the keys and the versions of calendar and policies: after the lock, so that the answer of a twin
 * that was waited for is seen, and what was put in force meanwhile. */
static enum outcome_of_set load_once(struct command_batch *batch)
{
    struct worker *worker = batch->worker;
    struct pg *pg = worker->pg;
    struct uuid *ids = ARENA_ARRAY(worker->arena, struct uuid, 2 * batch->count);
    size_t id_count = ids_of(batch, ids), link_count = 0, answer_count = 0;
    const struct unmasking unmasking = unmasking_of(batch);
    bool good = pg_send(pg, &pg_begin, NULL) && pg_send(pg, &rules_share, NULL) &&
                send_people_locked(batch, &unmasking);

    if (id_count) {
        struct pg_binds binds = pg_binds_new(worker->arena);
        complaint_ids_bind(&binds, ids, id_count);
        good = good && pg_send(pg, &complaint_lock, &binds) && pg_send(pg, &stage_get, &binds);
    }
    good = good && send_links_wanted(batch, &link_count) &&
           send_private_wanted(batch, &unmasking) && send_answers_wanted(batch, &answer_count) &&
           pg_send(pg, &rules_versions, NULL) && pg_sync(pg);
    if (!good)
        return SET_LOST;
    good = worker_next(worker, NULL) == PG_DONE;
    good = worker_next(worker, NULL) == PG_DONE && good;
    if (unmasking.count)
        good = worker_next(worker, NULL) == PG_DONE && good;
    if (id_count) {
        good = worker_next(worker, &batch->complaints) == PG_DONE && good;
        good = worker_next(worker, &batch->stages) == PG_DONE && good;
    }
    if (link_count)
        good = worker_next(worker, &batch->links) == PG_DONE && good;
    if (unmasking.count) {
        good = worker_next(worker, &batch->private) == PG_DONE && good;
        good = worker_next(worker, &batch->unmasked) == PG_DONE && good;
    }
    if (answer_count)
        good = worker_next(worker, &batch->answers) == PG_DONE && good;
    good = worker_next(worker, &batch->versions) == PG_DONE && good;
    if (worker_next(worker, NULL) != PG_SYNCED)
        return SET_LOST;
    return good ? SET_DONE : SET_FAILED;
}

/* Nobody decides by a calendar or policies that are no longer the newest: what recalculates the open
 * complaints counts on it. */
static enum outcome_of_set load(struct command_batch *batch)
{
    struct worker *worker = batch->worker;
    enum outcome_of_set outcome;

    while ((outcome = load_once(batch)) == SET_DONE &&
           !rules_are_newest(&batch->versions, worker->institution)) {
        free_rows(batch);
        roll_back(worker);
        if (!pg_usable(worker->pg) || !worker_refresh(worker))
            return SET_LOST;
    }
    return outcome;
}

/* Gives each command the complaint and the stored answer that are its own. */
static void hand_out(struct command_batch *batch)
{
    struct worker *worker = batch->worker;
    size_t count = batch->complaints.count;
    struct complaint *complaints = ARENA_ARRAY(worker->arena, struct complaint, count);
    struct stored_answer *answers =
        ARENA_ARRAY(worker->arena, struct stored_answer, batch->answers.count);

    if (count) {
        complaint_read(&batch->complaints, worker->institution, worker->arena, complaints);
        stage_read(&batch->stages, worker->institution, worker->arena, complaints, count);
    }
    struct link *links = ARENA_ARRAY(worker->arena, struct link, batch->links.count);
    link_read(&batch->links, links);
    if (batch->answers.count)
        idempotency_read(&batch->answers, answers);
    for (size_t i = 0; i < batch->count; i++) {
        struct command *command = batch->commands[i];
        command->before = complaint_among(complaints, count, command->id);
        if (command->before && command->before->stage_count == 0) {
            log_line(LOG_ERROR, "a complaint has no stage",
                     LOG_TEXT("number", command->before->number));
            command->before = NULL; /* rules count on a current one */
        }
        command->other = complaint_among(complaints, count, command->other_id);
        command->links = links;
        command->link_count = batch->links.count;
        command->private = &batch->private;
        command->stored = NULL;
        for (size_t j = 0; j < batch->answers.count; j++) {
            if (uuid_equal(answers[j].caller_id, command->who.caller) &&
                text_equal(answers[j].key, command->request->idempotency_key))
                command->stored = &answers[j];
        }
    }
}

/* --- save --------------------------------------------------------------------------------------- */

static void decide(struct command_batch *batch)
{
    struct worker *worker = batch->worker;
    batch->saves = ARENA_ARRAY(worker->arena, struct save, batch->count);
    batch->saved = ARENA_ARRAY(worker->arena, struct command *, batch->count);
    for (size_t i = 0; i < batch->count; i++) {
        struct command *command = batch->commands[i];
        command->shown_enough =
            command->request->operation->unmasks &&
            unmask_too_often(command, &batch->unmasked, batch->saved, batch->save_count);
        if (!command_decide(command, worker->institution, worker->arena,
                            &batch->saves[batch->save_count]))
            continue;
        batch->saved[batch->save_count++] = command;
    }
}

/* Writes and commits, or ends the transaction when there is nothing to write. */
static enum outcome_of_set save(struct command_batch *batch)
{
    struct worker *worker = batch->worker;
    struct pg *pg = worker->pg;
    size_t sent = 0;
    bool good = true;

    if (batch->save_count) {
        sent = complaint_save_send(pg, worker->arena, batch->saves, batch->save_count);
        if (sent == 0)
            return SET_LOST;
    }
    if (!pg_send(pg, batch->save_count ? &pg_commit : &pg_rollback, NULL) || !pg_sync(pg))
        return SET_LOST;
    for (size_t i = 0; i <= sent; i++)
        good = worker_next(worker, NULL) == PG_DONE && good;
    if (worker_next(worker, NULL) != PG_SYNCED)
        return SET_LOST;
    return good ? SET_DONE : SET_FAILED;
}

/* --- a set -------------------------------------------------------------------------------------- */

static void fail_all(struct command_batch *batch, enum fault fault)
{
    for (size_t i = 0; i < batch->count; i++)
        command_fail(batch->commands[i], fault);
}

/* A file that its command did not attach goes at once: it counts among those that its person may have
 * begun, and what is left of it here goes only when nothing has come for a while. */
static void drop_file(struct worker *worker, const struct command *command)
{
    const struct upload *upload = command->request->upload;
    bool kept = !command->fault && uuid_equal(command->change.attached, upload->id);

    if (!kept && !uuid_is_none(upload->id) && command->fault != FAULT_OUTCOME_UNKNOWN &&
        pg_usable(worker->pg))
        (void)attachment_drop(worker->pg, worker->arena, upload->id, worker_deadline(worker));
}

static void answer(struct worker *worker, struct command *command)
{
    if (command->request->upload)
        drop_file(worker, command);
    command_answer(command);
}

/* The commit was sent and no answer came. */
static void settle_fate(struct command_batch *batch)
{
    bool settled = fate_settle(batch->worker);

    for (size_t i = 0; i < batch->save_count; i++)
        batch->saved[i]->fault =
            settled ? fate_look_up(batch->worker, &batch->saves[i]) : FAULT_OUTCOME_UNKNOWN;
}

/* Runs a set of commands on different complaints. SET_FAILED leaves them unanswered. */
static enum outcome_of_set run_set(struct worker *worker, struct command *commands[], size_t count)
{
    struct command_batch batch = {.worker = worker, .commands = commands, .count = count};

    enum outcome_of_set outcome = load(&batch);
    if (outcome == SET_LOST) {
        fail_all(&batch, FAULT_DATABASE_AWAY);
    } else if (outcome == SET_DONE) {
        hand_out(&batch);
        decide(&batch);
        outcome = save(&batch);
        if (outcome == SET_LOST && batch.save_count)
            settle_fate(&batch);
    }
    if (outcome == SET_FAILED) {
        log_failure(worker, count);
        numbers_drop_duplicates(worker);
        roll_back(worker);
    } else {
        for (size_t i = 0; i < count; i++)
            answer(worker, commands[i]);
    }
    free_rows(&batch);
    return outcome;
}

/* One try, or why there can be none. */
static enum fault try_alone(struct worker *worker, struct command *command)
{
    if (!pg_usable(worker->pg))
        return FAULT_DATABASE_AWAY;
    if (command->request->deadline_us < monotonic_now_us())
        return FAULT_DEADLINE_PASSED;
    enum fault fault = number(worker, &command, 1);
    if (fault)
        return fault;
    return run_set(worker, &command, 1) == SET_FAILED ? worker_fault(worker) : FAULT_NONE;
}

/* A key that a twin stored between our look-up and our insert fails the set; the next try finds
 * its answer. The second try also mends deadlocks; what fails twice is our mistake. */
static void run_alone(struct worker *worker, struct command *command)
{
    enum fault fault = try_alone(worker, command);
    if (fault == FAULT_INTERNAL)
        fault = try_alone(worker, command);
    if (fault) {
        command_fail(command, fault);
        answer(worker, command);
    }
}

static void run(struct worker *worker, struct command *commands[], size_t count)
{
    if (count == 1) {
        run_alone(worker, commands[0]);
        return;
    }
    enum fault fault = number(worker, commands, count);
    if (fault)
        count = refuse_receipts(commands, count, fault);
    if (count && run_set(worker, commands, count) == SET_FAILED) {
        metric_add(worker->server->measures->fallbacks, 1);
        for (size_t i = 0; i < count; i++)
            run_alone(worker, commands[i]);
    }
}

/* Whether what one command decides on is changed by the other. */
static bool touches(const struct command *a, const struct command *b)
{
    return !uuid_is_none(a->id) && (uuid_equal(a->id, b->id) || uuid_equal(a->id, b->other_id));
}

/* Whether two commands must not be in one set: the second would decide on what the first changes,
 * or is its twin. */
static bool collide(const struct command *a, const struct command *b)
{
    if (touches(a, b) || touches(b, a))
        return true;
    return a->request->idempotency_key.length && uuid_equal(a->who.caller, b->who.caller) &&
           text_equal(a->request->idempotency_key, b->request->idempotency_key);
}

/* Moves the commands that can run together to the front, in order; returns how many. */
static size_t choose_set(struct command *commands[], size_t count)
{
    struct command *later[BATCH_MAX];
    size_t chosen = 0, left = 0;

    for (size_t i = 0; i < count; i++) {
        bool collides = false;
        for (size_t j = 0; j < chosen && !collides; j++)
            collides = collide(commands[j], commands[i]);
        for (size_t j = 0; j < left && !collides; j++)
            collides = collide(later[j], commands[i]);
        if (collides)
            later[left++] = commands[i];
        else
            commands[chosen++] = commands[i];
    }
    memcpy(commands + chosen, later, left * sizeof *later);
    return chosen;
}

void command_run(struct worker *worker, struct command *commands[], size_t count)
{
    for (size_t done = 0; done < count;) {
        size_t set = choose_set(commands + done, count - done);
        if (pg_usable(worker->pg)) {
            run(worker, commands + done, set);
        } else {
            for (size_t i = done; i < done + set; i++) {
                command_fail(commands[i], FAULT_DATABASE_AWAY);
                command_answer(commands[i]);
            }
        }
        done += set;
    }
}

/* One by one, so that a row that cannot be read harms only who asked for it. */
static void look_up_failed(struct worker *worker, struct request *requests[], size_t count)
{
    if (count > 1 && pg_usable(worker->pg)) {
        for (size_t i = 0; i < count; i++) {
            if (requests[i]->deadline_us < monotonic_now_us())
                batch_refuse(requests[i], FAULT_DEADLINE_PASSED, NULL, TEXT_NONE);
            else
                batch_command(worker, &requests[i], 1);
        }
        return;
    }
    log_failure(worker, count);
    for (size_t i = 0; i < count; i++)
        batch_refuse(requests[i], worker_fault(worker), NULL, TEXT_NONE);
}

/* What names another complaint in a request's input; none when nothing does. */
static struct text other_named(const struct request *request)
{
    size_t offset = request->operation->other_offset;

    return offset && request->input && !request->input_fault
               ? *(const struct text *)(const void *)((const char *)request->input + offset - 1)
               : TEXT_NONE;
}

/* Finds the other complaints that requests name, with a look-up only if there is one. */
static bool resolve_others(struct worker *worker, struct request *const requests[], size_t count,
                           struct uuid ids[])
{
    struct text names[BATCH_MAX];
    bool any = false;

    for (size_t i = 0; i < count; i++) {
        names[i] = other_named(requests[i]);
        ids[i] = UUID_NONE;
        any = any || names[i].length > 0;
    }
    return !any || resolve_names(worker, names, count, ids);
}

void batch_command(struct worker *worker, struct request *requests[], size_t count)
{
    struct command *commands[BATCH_MAX];
    struct uuid ids[BATCH_MAX], others[BATCH_MAX];
    size_t n = 0;

    if (!identity_look_up(worker->server->identities, worker->pg, requests, count,
                          worker_deadline(worker)) ||
        !batch_resolve(worker, requests, count, ids) ||
        !resolve_others(worker, requests, count, others)) {
        look_up_failed(worker, requests, count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        enum fault fault;
        struct command *command = command_new(requests[i], worker->institution, ids[i], &fault);
        if (command) {
            command->other_id = others[i];
            commands[n++] = command;
        } else {
            batch_refuse(requests[i], fault, NULL, TEXT_NONE);
        }
    }
    command_run(worker, commands, n);
}
