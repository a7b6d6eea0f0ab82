#!/usr/bin/env bash
# Checks the desk's types, then uses it in a browser against COMPLAINTD_BIN over the database of
# COMPLAINTD_TEST_APP. ONLY=text runs the tests whose names hold it. With SCREENSHOTS=1 also writes
# pictures of every page and state into build/screenshots.
# shellcheck source=server/deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../server/deploy/common.sh"

HERE=$ROOT/tests/web
[[ -x ${COMPLAINTD_BIN-} ]] || die "COMPLAINTD_BIN is not a program"
install_npm_packages "$HERE"
install_npm_packages "$ROOT/server/web"
if ! (cd "$ROOT/server/web" && npm run --silent check) >"$ROOT/build/web-types.log" 2>&1; then
    sed 's/^/     /' "$ROOT/build/web-types.log"
    say "FAIL the desk's types"
    say "0 passed, 1 failed"
    exit 1
fi
CHROMIUM=$(command -v chromium || command -v chromium-browser) || die "there is no chromium"
export CHROMIUM
exec node "$HERE/run.mjs" "$COMPLAINTD_BIN"
