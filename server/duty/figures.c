/* What is open and overdue when a day ends, for the reports (GET /v1/reports/volume): counted in the first
 * minutes of the next day, or later on it when a server runs again. */
#include "lib/store/report_store.h"
#include "server/duty/duty.h"
#include "server/server.h"

#define DEADLINE_US (30 * INSTANT_SECOND)

static void count_day(struct server *server, struct pg *pg, struct arena *arena)
{
    int zone_minutes = server->settings.institution.zone_minutes;
    struct pg_binds binds = pg_binds_new(arena);

    figure_count_bind(&binds, instant_day(instant_now(), zone_minutes) - 1, zone_minutes);
    (void)pg_run(pg, &figure_count, &binds, monotonic_now_us() + DEADLINE_US, NULL);
}

const struct duty duty_figures = {
    .name = "figures", .period_ms = 60000, .exclusive = true, .run = count_day};
