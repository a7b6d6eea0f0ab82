#!/usr/bin/env bash
# Ends what run.sh started from this tree, by pid, and keeps its data.
#   stop.sh everything    also every other program that was built in this tree: servers of tests and
#                         benchmarks that were killed themselves
# shellcheck source=server/deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

stop_pid "$RUN_DIR/complaintd.pid" "$ROOT/build/complaintd"
cluster demo stop

[[ ${1-} == everything ]] || exit 0
# The processes whose program lies under build/, by the kernel's own record.
built_here() {
    local link exe
    for link in /proc/[0-9]*/exe; do
        exe=$(readlink "$link" 2>/dev/null) || continue
        if [[ $exe == "$ROOT/build/"* ]]; then say "${link//[!0-9]/}"; fi
    done
}
for signal in TERM KILL; do
    for ((i = 0; i < 150; i++)); do
        mapfile -t pids < <(built_here)
        ((${#pids[@]})) || exit 0
        ((i % 150)) || kill "-$signal" "${pids[@]}" 2>/dev/null || true
        sleep 0.1
    done
done
