#!/usr/bin/env bash
# Checks that openapi.yaml is sound and that the program keeps it: COMPLAINTD_BIN is asked for its
# routes, and the exchanges that the suite http recorded (COMPLAINTD_EXCHANGES) are validated.
# shellcheck source=server/deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../server/deploy/common.sh"

HERE=$ROOT/tests/contract
[[ -x ${COMPLAINTD_BIN-} ]] || die "COMPLAINTD_BIN is not a program"
install_npm_packages "$HERE"
exec node "$HERE/run.mjs" "$COMPLAINTD_BIN" \
    "${COMPLAINTD_EXCHANGES:-$ROOT/build/${FLAVOUR:-default}/exchanges.jsonl}"
