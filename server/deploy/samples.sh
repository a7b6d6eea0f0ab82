#!/usr/bin/env bash
# Enters the demo installation's sample complaints: samples.sh URL of the running server. Called
# again it changes nothing.
# shellcheck source=server/deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

(($# == 1)) || die "usage: samples.sh URL"
exec node "$DEPLOY/samples.mjs" "$1"
