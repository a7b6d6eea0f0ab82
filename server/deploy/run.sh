#!/usr/bin/env bash
# Starts the demo installation, with all that it needs, and says where it is. Called again it
# builds what changed and starts the server anew on the same data. PORT=... for another port.
# shellcheck source=server/deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

PORT=${PORT:-8080}
[[ $PORT =~ ^[0-9]{1,5}$ ]] || die "not a port: $PORT"
ADDRESS=http://127.0.0.1:$PORT
SERVER=$ROOT/build/complaintd
LOG=$RUN_DIR/complaintd.log
PID_FILE=$RUN_DIR/complaintd.pid
DATABASE=complaintd
cd "$ROOT"

# Every key can be overridden by COMPLAINTD_<SECTION>_<KEY> in the environment.
write_config() {
    cat >"$RUN_DIR/complaintd.ini" <<CONF
; Written by server/deploy/run.sh at every start.
[http]
listen = 127.0.0.1
port = $PORT
threads = 1

[database]
url = $(cluster demo url app "$DATABASE")
threads = 2
slow_threads = 2

[institution]
zone = +08:00

[journal]
key_file = $RUN_DIR/journal.key
head_interval = 30s
head_file = $RUN_DIR/heads.jsonl

[privacy]
key_file = $KEYS

[demo]
enabled = true
CONF
}

show_log_and_die() {
    tail -n 20 "$LOG" >&2
    die "$1 (see $LOG)"
}

start_server() {
    stop_pid "$PID_FILE" "$SERVER"
    # Whoever answers there now is not ours: do not take its answers for our own.
    if (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; then
        die "port $PORT is taken by another program; try: make run PORT=8081"
    fi
    setsid "$SERVER" --config "$RUN_DIR/complaintd.ini" >"$LOG" 2>&1 </dev/null &
    echo $! >"$PID_FILE"
}

wait_until_ready() {
    local i
    for ((i = 0; i < 300; i++)); do
        if curl -fs -o /dev/null --noproxy '*' --max-time 2 "$ADDRESS/readyz"; then return; fi
        sleep 0.1
        # setsid becomes the server only after a moment.
        ((i < 10)) || running_pid "$PID_FILE" "$SERVER" || show_log_and_die "the server ended"
    done
    show_log_and_die "the server is not ready after 30 s"
}

"$DEPLOY/setup.sh" run
make build
mkdir -p "$RUN_DIR"
cluster demo start
cluster demo createdb "$DATABASE"
"$DEPLOY/migrate.sh" "$(cluster demo dbmate-url "$DATABASE")" >"$RUN_DIR/migrate.log" 2>&1 || {
    cat "$RUN_DIR/migrate.log" >&2
    die "the migrations failed"
}
export COMPLAINTD_CTL=$ROOT/build/complaintctl
if [[ -x $DEPLOY/demo.sh ]]; then
    "$DEPLOY/demo.sh" "$(cluster demo url owner "$DATABASE")"
fi
[[ -e $RUN_DIR/journal.key ]] || "$COMPLAINTD_CTL" make-key "$RUN_DIR/journal.key" >"$RUN_DIR/journal.key.pub"
KEYS=$(cluster demo directory)/data-keys # lives and dies with the data that it opens
[[ -e $KEYS ]] || "$COMPLAINTD_CTL" make-data-key "$KEYS" >/dev/null
write_config
start_server
wait_until_ready
if [[ -x $DEPLOY/samples.sh ]]; then "$DEPLOY/samples.sh" "$ADDRESS"; fi

cat <<TEXT

complaintd runs.
  desk       $ADDRESS/
  API        $ADDRESS/v1
  docs       $ADDRESS/docs
  metrics    $ADDRESS/metrics
  log-ins    agent1 handler1 agent2 supervisor1 auditor1 admin (password: demo-2026)
  database   server/deploy/cluster.sh demo psql $DATABASE
  log        build/run/complaintd.log
  end        make stop
TEXT
