#!/usr/bin/env bash
# Random commands against COMPLAINTD_BIN over the database of COMPLAINTD_TEST_APP, in which the demo
# staff are, beside a small independent model of the rules; then invariants in SQL.
# MODEL_COMMANDS (default 3000), MODEL_CLIENTS (8) and SEED, see drive.mjs.
# shellcheck source=server/deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../server/deploy/common.sh"

HERE=$ROOT/tests/model
WORK=$ROOT/build/${FLAVOUR:-default}/check
LOG=$WORK/model-server.log
[[ -x ${COMPLAINTD_BIN-} ]] || die "COMPLAINTD_BIN is not a program"
mkdir -p "$WORK"
server=
passed=0 failed=0

stop_server() {
    if [[ $server ]] && kill -TERM "$server" 2>/dev/null; then wait "$server" || failed=$((failed + 1)); fi
    server=
}
# shellcheck disable=SC2317 # the trap calls it
trap 'stop_server' EXIT

printf '[http]\nport = 0\n[demo]\nenabled = true\n[log]\naccess = false\n[privacy]\nunmaskings_per_hour = 100000\n' >"$WORK/model.ini"
env -i ASAN_OPTIONS="${ASAN_OPTIONS-}" TSAN_OPTIONS="${TSAN_OPTIONS-}" \
    COMPLAINTD_PRIVACY_KEY_FILE="$COMPLAINTD_PRIVACY_KEY_FILE" COMPLAINTD_DATABASE_URL="$COMPLAINTD_TEST_APP" "$COMPLAINTD_BIN" --config "$WORK/model.ini" >"$LOG" 2>&1 </dev/null &
server=$!
port=
for ((i = 0; i < 300 && ${#port} == 0; i++)); do
    sleep 0.1
    port=$(sed -n 's/.*"event":"listening".*"port":\([0-9]*\).*/\1/p' "$LOG")
done
[[ $port ]] || { cat "$LOG"; die "the server does not listen"; }
for ((i = 0; i < 100; i++)); do
    if curl -fs -o /dev/null --noproxy '*' "http://127.0.0.1:$port/readyz"; then break; fi
    sleep 0.1
done

if node "$HERE/drive.mjs" "http://127.0.0.1:$port" "$DEPLOY/calendar-cn-2024-2026.json"; then
    passed=$((passed + 1))
else
    failed=$((failed + 1))
fi
stop_server
if grep '"level":"error"' "$LOG"; then failed=$((failed + 1)); else passed=$((passed + 1)); fi

# What must hold of the rows whatever was done.
while IFS=$'\t' read -r what sql; do
    bad=$(psql -X -At -v ON_ERROR_STOP=1 "$COMPLAINTD_TEST_OWNER" -c "SELECT count(*) FROM ($sql) bad") || bad=error
    if [[ $bad == 0 ]]; then passed=$((passed + 1)); else failed=$((failed + 1)); say "$what: $bad"; fi
done <"$HERE/invariants.tsv"
if "$COMPLAINTD_CTL" --database "$COMPLAINTD_TEST_OWNER" verify --all >"$WORK/model-verify.log" 2>&1; then
    passed=$((passed + 1))
else
    failed=$((failed + 1))
    cat "$WORK/model-verify.log"
fi
say "$passed passed, $failed failed"
((failed == 0))
