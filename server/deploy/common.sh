# shellcheck shell=bash
# Sourced by the scripts beside it and under tests/: where things lie, and how to complain.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
DEPLOY=$ROOT/server/deploy
# shellcheck disable=SC2034 # read by those who source this file
RUN_DIR=$ROOT/build/run
unset MAKEFLAGS MFLAGS MAKELEVEL # a make that a script calls has no part in its caller's jobs

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() { warn "$(basename "$0"): $*"; exit 1; }

# cluster ARGS: the demo cluster; tests name their own.
cluster() { "$DEPLOY/cluster.sh" "$@"; }

# Installs the npm packages of a directory as its lock says, unless that was done.
# node_modules/.package-lock.json is npm's own record of what it installed.
install_npm_packages() { # DIRECTORY
    local record=$1/node_modules/.package-lock.json
    [[ ! $record -nt $1/package-lock.json || ! $record -nt $1/package.json ]] || return 0
    say "installing npm packages for ${1#"$ROOT"/}"
    # No install scripts: one dependency's only calls home.
    (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)
    touch "$record"
}

# Sets PID to the running process that FILE names, if its program is still EXE: a pid may have
# been given to a stranger since.
running_pid() { # FILE EXE
    local exe
    PID=$(cat "$1" 2>/dev/null) || return 1
    [[ $PID =~ ^[0-9]+$ ]] || return 1
    exe=$(readlink "/proc/$PID/exe" 2>/dev/null) || return 1
    [[ ${exe% (deleted)} == "$2" ]] # "deleted": rebuilt since it started
}

# Ends the process that FILE names, politely first, and removes FILE.
stop_pid() { # FILE EXE
    local i
    if running_pid "$1" "$2"; then
        kill -TERM "$PID" 2>/dev/null || true
        for ((i = 0; i < 150; i++)); do
            running_pid "$1" "$2" || break
            sleep 0.1
        done
        if running_pid "$1" "$2"; then
            warn "process $PID did not end in 15 s, killed"
            kill -KILL "$PID" 2>/dev/null || true
        fi
    fi
    rm -f "$1"
}
