#include "tests/http/newcomer.h"

#include <unistd.h>

#include "tests/http/client.h"
#include "tests/http/database.h"
#include "tests/http/spare.h"

#define WAIT_MS 10000

static bool is_known(const char *login)
{
    const struct reply *reply = client_call(
        &(struct call){.path = "/v1/sessions",
                       .json = json_pack("{s:s, s:s}", "login", login, "password", "demo-2026")});
    return reply->status == 201;
}

void newcomer_add(const char *login, const char *unit, const char *role)
{
    int64_t end_ms = now_ms() + WAIT_MS;

    database_run("WITH added AS (INSERT INTO staff (id, login, name, unit_id, password_hash) "
                 "SELECT gen_random_uuid(), '%s', '新人', unit.id, password_hash FROM staff, unit "
                 "WHERE login = 'agent1' AND unit.code = '%s' RETURNING id, unit_id) "
                 "INSERT INTO staff_grant SELECT id, '%s', unit_id FROM added",
                 login, unit, role);
    while (!is_known(login)) {
        ck_assert_msg(now_ms() < end_ms, "%s is not known", login);
        usleep(20000);
    }
    database_run("DELETE FROM token USING staff WHERE staff_id = staff.id AND login = '%s'", login);
}

void newcomer_remove(const char *login)
{
    database_run("DELETE FROM token USING staff WHERE staff_id = staff.id AND login = '%s';"
                 "DELETE FROM deputy USING staff WHERE staff.id IN (staff_id, deputy_id) "
                 "AND login = '%s';"
                 "DELETE FROM departure USING staff WHERE staff_id = staff.id AND login = '%s';"
                 "DELETE FROM staff_grant USING staff WHERE staff_id = staff.id AND login = '%s';"
                 "DELETE FROM staff WHERE login = '%s'",
                 login, login, login, login, login);
}
