#!/usr/bin/env bash
# Measures requests/s and latency of complaintd beside pgbench doing the same on the same cluster.
# Called by `make bench`; prints a table and writes build/bench.json.
#
#   BENCH_ROWS=1000000    complaints to load
#   BENCH_S=10            seconds a cell takes
#   BENCH_ROUNDS=5        rounds, each of every cell
#   BENCH_OPS="get list search create advance"
#   BENCH_SEARCH=first    which pgbench variants a round measures: "first": all of them once, with
#                         shorter cells, then the best two in every round; "every": all in every round
#   BENCH_LISTS=true      also what pages of lists and searches cost among 10,000 and among BENCH_ROWS complaints (40,000 at least)
#   BENCH_STREAMS=0       event streams open meanwhile: every tenth a supervisor's, who sees all, the others of
#                         a branch that none of the complaints belongs to
#   BENCH_ACCESS_LOG=true the server's log.access
#   BENCH_KEEP=           1: keep the loaded cluster, and use it again if it is what would be loaded
#   BENCH_DESK=           1: measure the desk in a browser instead, tests/web/figures.mjs
#   BENCH_PORT=18480      where the server listens
# shellcheck source=server/deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../server/deploy/common.sh"

export BENCH_ROWS=${BENCH_ROWS:-1000000} BENCH_S=${BENCH_S:-10} BENCH_ROUNDS=${BENCH_ROUNDS:-5}
export BENCH_OPS=${BENCH_OPS:-get list search create advance} BENCH_SEARCH=${BENCH_SEARCH:-first}
export BENCH_STREAMS=${BENCH_STREAMS:-0}
ACCESS_LOG=${BENCH_ACCESS_LOG:-true} LISTS=${BENCH_LISTS-true}
PORT=${BENCH_PORT:-18480}
[[ $BENCH_STREAMS == 0 ]] || streams=$BENCH_STREAMS
for number in "${streams:-1}" "$BENCH_ROWS" "$BENCH_S" "$BENCH_ROUNDS" "$PORT"; do
    [[ $number =~ ^[1-9][0-9]{0,8}$ ]] || die "not a number: $number"
done
((BENCH_ROWS >= 1000)) || die "BENCH_ROWS is at least 1000"

HERE=$ROOT/tests/bench
OUT=$ROOT/build/bench
SERVER=$OUT/complaintd # a copy: a build meanwhile must not change what is measured
PID_FILE=$OUT/complaintd.pid
DB=bench
MEASURE=
cd "$ROOT"

# A quarter of the memory, as is usual for PostgreSQL, within bounds. Checkpoints are made between
# cells and must not fall into one.
memory_mb=$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 1024))
quarter=$((memory_mb / 4))
export PG_SHARED_BUFFERS=${PG_SHARED_BUFFERS:-$((quarter < 256 ? 256 : quarter > 4096 ? 4096 : quarter))MB}
export PG_MAX_WAL_SIZE=${PG_MAX_WAL_SIZE:-16GB}

bench_psql() { cluster bench psql -X -q -v ON_ERROR_STOP=1 -d "$DB" "$@"; }

# shellcheck disable=SC2317 # the trap calls it
clean_up() {
    local status=$?
    trap - EXIT INT TERM
    # The measuring process ends the load generator that it started.
    if [[ -n $MEASURE ]] && kill -TERM "$MEASURE" 2>/dev/null; then wait "$MEASURE" || true; fi
    stop_pid "$PID_FILE" "$SERVER"
    if [[ ${BENCH_KEEP-} ]]; then cluster bench stop; else cluster bench destroy; fi
    exit "$status"
}

start_server() {
    local i
    stop_pid "$PID_FILE" "$SERVER"
    if (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; then
        die "port $PORT is taken by another program; try BENCH_PORT=18481"
    fi
    [[ -e $OUT/data-keys ]] || "$ROOT/build/complaintctl" make-data-key "$OUT/data-keys" >/dev/null
    cat >"$OUT/complaintd.ini" <<CONF
[http]
listen = 127.0.0.1
port = $PORT

[database]
url = $(cluster bench url app "$DB")

[privacy]
key_file = $OUT/data-keys

[log]
access = $ACCESS_LOG

[journal]
streams = $((BENCH_STREAMS + 64))
streams_of_one = $((BENCH_STREAMS + 8))

[demo]
enabled = true
CONF
    "$SERVER" --config "$OUT/complaintd.ini" >"$OUT/complaintd.log" 2>&1 </dev/null &
    echo $! >"$PID_FILE"
    for ((i = 0; i < 300; i++)); do
        if curl -fs -o /dev/null --noproxy '*' --max-time 2 "http://127.0.0.1:$PORT/readyz"; then return; fi
        running_pid "$PID_FILE" "$SERVER" || ((i < 10)) || break
        sleep 0.1
    done
    tail -n 20 "$OUT/complaintd.log" >&2
    die "the server does not become ready"
}

# Whether a kept cluster holds what this run would load.
is_loaded() {
    [[ ${BENCH_KEEP-} && $(cat "$OUT/loaded" 2>/dev/null) == "$wanted" ]] &&
        [[ $(bench_psql -At -c "SELECT rows FROM bench.loaded" 2>/dev/null) == "$BENCH_ROWS" ]]
}

make_database() {
    say "making the database"
    cluster bench dropdb "$DB"
    cluster bench createdb "$DB"
    "$DEPLOY/migrate.sh" "$(cluster bench dbmate-url "$DB")" >"$OUT/migrate.log" 2>&1 || {
        cat "$OUT/migrate.log" >&2
        die "the migrations failed"
    }
    local url
    url=$(cluster bench url owner "$DB")
    COMPLAINTD_CTL=$ROOT/build/complaintctl "$DEPLOY/demo.sh" "$url" >/dev/null
    COMPLAINTD_DATABASE_URL=$url "$ROOT/build/complaintctl" add-unit HN-CS-003 客户服务三部 --parent HN >/dev/null
    COMPLAINTD_DATABASE_URL=$url "$ROOT/build/complaintctl" add-staff agent3 坐席三 --unit HN-CS-003 --role handler \
        --any-password --password-file - <<<demo-2026 >/dev/null
}

# One request of each kind is made through the server while PostgreSQL logs what arrives: from its
# statements and values pgbench's scripts and the loaded rows are made, so that both sides write
# rows of the same sizes, and pgbench the very statements that are measured.
take_samples() {
    local log
    log=$(dirname "$(bench_psql -At -c 'SHOW data_directory')")/log
    bench_psql -c "ALTER ROLE complaintd_app SET log_statement = 'all'"
    start_server
    node "$HERE/sample.mjs" "http://127.0.0.1:$PORT" "$log" "$OUT"
    stop_pid "$PID_FILE" "$SERVER"
    bench_psql -c "ALTER ROLE complaintd_app RESET log_statement"
}

# The cluster with these settings (NAME=VALUE…), or without them: NAME…
restart_cluster() {
    local setting
    for setting; do
        bench_psql -c "ALTER SYSTEM $([[ $setting == *=* ]] && echo SET || echo RESET) $setting"
    done
    cluster bench stop
    cluster bench start
}

# What is loaded need not survive a crash until it is there: then everything is written, and the
# cluster measured as it was.
load() {
    local began=$SECONDS search status=0
    say "loading $BENCH_ROWS complaints"
    restart_cluster wal_level=minimal max_wal_senders=0 fsync=off
    : >"$OUT/load_search.log"
    bench_psql -v rows="$BENCH_ROWS" -f "$HERE/load_texts.sql" >"$OUT/load.log" 2>&1 || status=$?
    if ((status == 0)); then
        bench_psql -f "$HERE/load_search.sql" >"$OUT/load_search.log" 2>&1 &
        search=$!
        bench_psql -v sample="$(cat "$OUT/sample.id")" -f "$HERE/load.sql" >>"$OUT/load.log" 2>&1 || status=$?
        wait "$search" || status=$?
    fi
    if ((status)); then
        cat "$OUT/load.log" "$OUT/load_search.log" >&2
        die "loading failed"
    fi
    restart_cluster wal_level max_wal_senders fsync
    sync
    say "loaded in $((SECONDS - began)) s, $(bench_psql -At -c "SELECT pg_size_pretty(pg_database_size('$DB'))")"
}

# The tests' own look at lists, with their rows, in databases of its own. Among fewer rows, reading
# all that is open may be cheaper than an index, so that there is nothing to compare.
measure_lists() {
    local name status=0 rows=$((BENCH_ROWS < 40000 ? 40000 : BENCH_ROWS))
    say "loading $rows complaints for lists"
    for name in bench_few bench_many; do
        cluster bench dropdb "$name"
        cluster bench createdb "$name"
        "$DEPLOY/migrate.sh" "$(cluster bench dbmate-url "$name")" >"$OUT/migrate.log" 2>&1
    done
    COMPLAINTD_TEST_OWNER=$(cluster bench url owner bench_many) COMPLAINTD_TEST_ROWS=$rows \
        COMPLAINTD_TEST_SECOND=$(cluster bench url owner bench_few) \
        "$ROOT/build/default/tests/store" list_growth || status=$?
    cluster bench dropdb bench_few
    cluster bench dropdb bench_many
    return "$status"
}

fdatasync_us() {
    # In the directory of the cluster, whose disk counts.
    local file
    file=$(mktemp /var/tmp/complaintd-fsync.XXXXXX)
    "${PGBIN:-/usr/lib/postgresql/15/bin}/pg_test_fsync" -s 1 -f "$file" 2>/dev/null |
        sed -n '/one 8kB write/,/two 8kB/s/^ *fdatasync .* \([0-9]*\) usecs.*/\1/p' | head -n 1
    rm -f "$file"
}

mkdir -p "$OUT"
trap clean_up EXIT
trap 'exit 130' INT TERM
cp build/complaintd "$SERVER.new" && mv "$SERVER.new" "$SERVER"
cluster bench start
# The tables are vacuumed between cells; the launcher would do it within some of them.
cluster bench psql -X -q -c "ALTER SYSTEM SET autovacuum = off" -c "SELECT pg_reload_conf()" -o /dev/null
wanted="$BENCH_ROWS $(cat migrations/*.sql "$HERE"/load*.sql | sha256sum)"
if is_loaded; then
    take_samples
else
    rm -f "$OUT/loaded"
    make_database
    take_samples
    load
    printf '%s\n' "$wanted" >"$OUT/loaded"
fi
start_server
if [[ ${BENCH_DESK-} ]]; then
    install_npm_packages "$ROOT/tests/web"
    CHROMIUM=$(command -v chromium || command -v chromium-browser) || die "there is no chromium"
    CHROMIUM=$CHROMIUM node "$ROOT/tests/web/figures.mjs" "http://127.0.0.1:$PORT"
    exit
fi
BENCH_FDATASYNC_US=$(fdatasync_us) BENCH_SOCKET=$(cluster bench url app "$DB" | sed 's/^host=\([^ ]*\) .*/\1/') \
    BENCH_ACCESS_LOG=$ACCESS_LOG BENCH_PG_SETTINGS="shared_buffers $PG_SHARED_BUFFERS, max_wal_size $PG_MAX_WAL_SIZE" \
    BENCH_SERVER_PID=$(cat "$PID_FILE") BENCH_ADDRESS=http://127.0.0.1:$PORT \
    node "$HERE/measure.mjs" "$OUT" &
MEASURE=$!
status=0
wait "$MEASURE" || status=$?
MEASURE=
stop_pid "$PID_FILE" "$SERVER"
if [[ $LISTS == true ]]; then measure_lists || status=1; fi
exit "$status"
