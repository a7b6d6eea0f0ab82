#!/usr/bin/env bash
# A private PostgreSQL cluster for the demo installation, the tests and the benchmarks.
#
#   cluster.sh NAME start                    make it if needed, start it, make the roles
#   cluster.sh NAME stop                     stop it, keep its data
#   cluster.sh NAME crash                    end it at once, as a loss of power would
#   cluster.sh NAME destroy                  stop it, remove its data
#   cluster.sh NAME createdb DB              make the database if it is missing
#   cluster.sh NAME dropdb DB                remove the database, with its connections
#   cluster.sh NAME url ROLE DB              connection string; ROLE: owner app reader
#   cluster.sh NAME dbmate-url DB            the owner's, as dbmate takes it
#   cluster.sh NAME psql [ARG...]            psql as the superuser
#   cluster.sh NAME directory                where its files lie; destroyed with it
#
# It listens on a Unix socket only, in a directory that nobody else can enter: so no passwords.
# PG_SHARED_BUFFERS, PG_MAX_WAL_SIZE: other sizes than the defaults, taken at the next start.
# shellcheck source=server/deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() { sed -n '4,13s/^# *//p' "$0" >&2; exit 2; }

(($# >= 2)) || usage
NAME=$1 COMMAND=$2
shift 2
[[ $NAME =~ ^[a-z][a-z0-9_]*$ ]] || die "not a cluster name: $NAME"
PGBIN=${PGBIN:-/usr/lib/postgresql/15/bin}

# PostgreSQL refuses to run as root, and its user cannot enter a root-only tree. A socket's path
# has at most 107 bytes, and one with odd characters would need quoting in connection strings.
BASE=$ROOT/build/pg
if ((EUID == 0)); then
    OWNER=postgres
else
    OWNER=$(id -un)
fi
if ((EUID == 0 || ${#BASE} + ${#NAME} > 80)) || [[ $BASE =~ [^A-Za-z0-9/._-] ]]; then
    BASE=/var/tmp/complaintd-$EUID-$(printf %s "$ROOT" | sha256sum | cut -c1-10)
fi
DIR=$BASE/$NAME
DATA=$DIR/data
SOCKET=$DIR/socket

# The cluster's own programs run as its owner, outside directories that it may not enter.
as_owner() {
    if ((EUID == 0)); then
        (cd / && exec setpriv --reuid="$OWNER" --regid="$OWNER" --clear-groups \
            env HOME=/ USER="$OWNER" LOGNAME="$OWNER" "$@")
    else
        "$@"
    fi
}

is_running() { [[ -f $DATA/postmaster.pid ]] && as_owner "$PGBIN/pg_ctl" -D "$DATA" status >/dev/null; }

superuser() { # DB ARG...
    local db=$1
    shift
    PGOPTIONS='-c client_min_messages=warning' \
        psql -X -q -v ON_ERROR_STOP=1 -h "$SOCKET" -U postgres -d "$db" "$@"
}

database_exists() { [[ $(superuser postgres -At -c "SELECT 1 FROM pg_database WHERE datname = '$1'") == 1 ]]; }

check_database_name() { [[ ${1-} =~ ^[a-z][a-z0-9_]*$ ]] || die "not a database name: '${1-}'"; }

# /var/tmp belongs to all: a directory there that somebody else made must not be used.
make_directories() {
    mkdir -p "$(dirname "$BASE")"
    if [[ ! -e $BASE && ! -L $BASE ]]; then
        mkdir -m 0700 "$BASE"
        ((EUID != 0)) || chown "$OWNER:" "$BASE"
    fi
    [[ ! -L $BASE && -d $BASE && $(stat -c %U "$BASE") == "$OWNER" ]] ||
        die "$BASE is not a directory of $OWNER"
    as_owner mkdir -p -m 0700 "$DIR" "$SOCKET"
}

configure() {
    as_owner tee "$DATA/complaintd.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$SOCKET'
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = ${PG_SHARED_BUFFERS:-512MB}
max_wal_size = ${PG_MAX_WAL_SIZE:-4GB}
checkpoint_timeout = 15min
fsync = on
synchronous_commit = on
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
CONF
}

start() {
    [[ -x $PGBIN/initdb ]] || die "no PostgreSQL in $PGBIN (server/deploy/setup.sh run installs it)"
    if is_running; then return; fi
    make_directories
    if [[ ! -f $DATA/complaintd.conf ]]; then # none, or an initdb that was interrupted
        as_owner rm -rf "$DATA"
        as_owner "$PGBIN/initdb" -D "$DATA" -U postgres --auth=trust --encoding=UTF8 \
            --locale=C.UTF-8 --data-checksums --no-instructions >/dev/null
        as_owner tee -a "$DATA/postgresql.conf" >/dev/null <<<"include 'complaintd.conf'"
    fi
    configure
    as_owner "$PGBIN/pg_ctl" -D "$DATA" -l "$DIR/log" -w -t 120 start >/dev/null </dev/null || {
        as_owner tail -n 20 "$DIR/log" >&2
        die "cluster $NAME did not start"
    }
    superuser postgres -f "$DEPLOY/roles.sql"
}

stop() { # MODE
    if is_running; then
        as_owner "$PGBIN/pg_ctl" -D "$DATA" -m "$1" -w -t 120 stop >/dev/null
    fi
}

case $COMMAND in
start) start ;;
stop) stop fast ;;
crash) stop immediate ;;
directory)
    say "$DIR"
    ;;
destroy)
    stop fast
    if [[ -d $DIR ]]; then as_owner rm -rf "$DIR"; fi
    rmdir "$BASE" 2>/dev/null || true
    ;;
createdb)
    check_database_name "${1-}"
    if ! database_exists "$1"; then
        superuser postgres -c "CREATE DATABASE $1 OWNER complaintd_owner
            TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
    fi
    ;;
dropdb)
    check_database_name "${1-}"
    superuser postgres -c "DROP DATABASE IF EXISTS $1 WITH (FORCE)"
    ;;
url)
    [[ ${1-} =~ ^(owner|app|reader)$ ]] || usage
    check_database_name "${2-}"
    say "host=$SOCKET user=complaintd_$1 dbname=$2"
    ;;
dbmate-url)
    check_database_name "${1-}"
    say "postgres://complaintd_owner@/$1?host=$SOCKET&sslmode=disable"
    ;;
psql)
    exec psql -h "$SOCKET" -U postgres "$@"
    ;;
*) usage ;;
esac
