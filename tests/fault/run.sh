#!/usr/bin/env bash
# Proves that what was acknowledged survives: complaintd is killed and PostgreSQL crashed in random
# moments under load, and then every answer is held against the database. Called by tests/run.sh.
#
#   FAULT_KILLS=20     how often each of the two is killed
#   FAULT_CLIENTS=12   clients that call at the same time
#   FAULT_SEED=        repeats the choices of an earlier run; by default another every time
# shellcheck source=server/deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../server/deploy/common.sh"

HERE=$ROOT/tests/fault
OUT=$ROOT/build/${FLAVOUR:-default}/check
DB=fault
SERVER=$(readlink -f "${COMPLAINTD_BIN:-$ROOT/build/complaintd}")
PID_FILE=$OUT/fault.pid
CTL=${COMPLAINTD_CTL:-$ROOT/build/complaintctl}
MAIN=
cd "$ROOT"

# shellcheck disable=SC2317 # the trap calls it
clean_up() {
    local status=$?
    trap - EXIT INT TERM
    if [[ -n $MAIN ]] && kill -TERM "$MAIN" 2>/dev/null; then wait "$MAIN" || true; fi
    stop_pid "$PID_FILE" "$SERVER"
    cluster fault destroy
    exit "$status"
}

mkdir -p "$OUT"
trap clean_up EXIT
trap 'exit 130' INT TERM
cluster fault destroy # of a run that was itself killed
cluster fault start
cluster fault createdb "$DB"
"$DEPLOY/migrate.sh" "$(cluster fault dbmate-url "$DB")" >"$OUT/fault.migrate.log" 2>&1 || {
    cat "$OUT/fault.migrate.log" >&2
    die "the migrations failed"
}
COMPLAINTD_CTL=$CTL "$DEPLOY/demo.sh" "$(cluster fault url owner "$DB")" >/dev/null
FAULT_SERVER=$SERVER FAULT_CTL=$CTL FAULT_PID_FILE=$PID_FILE FAULT_LOG=$OUT/fault-server.log \
    FAULT_CLUSTER=$DEPLOY/cluster.sh FAULT_DB=$DB FAULT_URL=$(cluster fault url app "$DB") \
    FAULT_OWNER_URL=$(cluster fault url owner "$DB") node "$HERE/fault.mjs" &
MAIN=$!
status=0
wait "$MAIN" || status=$?
MAIN=
exit "$status"
