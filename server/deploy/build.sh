#!/usr/bin/env bash
# The steps of the Dockerfile, which run without Docker just as well on Debian 12:
#
#   build.sh deps               install what building takes
#   build.sh build              compile
#   build.sh package DIRECTORY  put the installation's tree into DIRECTORY
#   build.sh runtime            install what the installed programs need
# shellcheck source=server/deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

case ${1-} in
deps) "$DEPLOY/setup.sh" build ;;
build) make -C "$ROOT" build ;;
package)
    [[ -n ${2-} ]] || die "package needs a directory"
    make -C "$ROOT" install DESTDIR="$(realpath -m "$2")" PREFIX=/usr
    ;;
runtime) "$DEPLOY/setup.sh" runtime ;;
*) sed -n '4,7s/^# *//p' "$0" >&2; exit 2 ;;
esac
