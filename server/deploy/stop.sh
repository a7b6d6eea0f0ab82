#!/usr/bin/env bash
# Ends what run.sh started from this tree, by pid, and keeps its data.
# shellcheck source=server/deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

stop_pid "$RUN_DIR/complaintd.pid" "$ROOT/build/complaintd"
cluster demo stop
