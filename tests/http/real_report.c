#include "tests/http/real_report.h"

#include <check.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>

#define KEPT_MAX 8
#define TEXT_MAX 400
#define THREADS_MAX 16

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char kept[KEPT_MAX][TEXT_MAX];
static int found;

void real_fail(const char *format, ...)
{
    va_list arguments;

    pthread_mutex_lock(&lock);
    if (found < KEPT_MAX) {
        va_start(arguments, format);
        vsnprintf(kept[found], TEXT_MAX, format, arguments);
        va_end(arguments);
    }
    found++;
    pthread_mutex_unlock(&lock);
}

bool real_failed(void)
{
    pthread_mutex_lock(&lock);
    bool failed = found > 0;
    pthread_mutex_unlock(&lock);
    return failed;
}

void real_must_be_well(void)
{
    char all[KEPT_MAX * (TEXT_MAX + 1) + 1] = "";
    size_t length = 0;

    for (int i = 0; i < found && i < KEPT_MAX; i++)
        length += (size_t)snprintf(all + length, sizeof all - length, "\n%s", kept[i]);
    ck_assert_msg(found == 0, "%d things are wrong:%s", found, all);
}

struct part {
    void (*function)(int number);
    int number;
};

static void *run(void *cls)
{
    const struct part *part = cls;

    part->function(part->number);
    return NULL;
}

void real_together(int count, void (*function)(int number))
{
    pthread_t threads[THREADS_MAX];
    struct part parts[THREADS_MAX];
    int started = 0;

    for (; started < count && started < THREADS_MAX; started++) {
        parts[started] = (struct part){function, started};
        if (pthread_create(&threads[started], NULL, run, &parts[started]) != 0)
            break;
    }
    if (started < count)
        real_fail("only %d threads of %d were started", started, count);
    while (started > 0)
        pthread_join(threads[--started], NULL);
}
