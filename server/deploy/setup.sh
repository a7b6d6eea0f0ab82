#!/usr/bin/env bash
# Installs what is missing on a Debian 12 machine, and only that; says nothing when nothing is.
#
#   setup.sh build       compiler, libraries, the npm toolchain: what `make build` needs
#   setup.sh run         also PostgreSQL: what `make run` needs
#   setup.sh check       also test and lint tools: what `make check` needs
#   setup.sh bench       check, with load generators
#   setup.sh coverage    check, with the coverage reporter
#   setup.sh fuzz        build, with the compiler that has a fuzzer
#   setup.sh runtime     only the shared libraries that the installed programs need
# shellcheck source=server/deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

BUILD=(gcc libc6-dev make binutils pkg-config git ca-certificates util-linux
    libmicrohttpd-dev libjansson-dev libpq-dev libsodium-dev libinih-dev libutf8proc-dev
    zlib1g-dev uuid-dev libcurl4-openssl-dev libgnutls28-dev libzxcvbn-dev libcsv-dev
    libcjose-dev libmagic-dev)
RUN=(postgresql-15 postgresql-client-15 curl jq tzdata)
CHECK=(check clang-format clang-tidy cppcheck shellcheck chromium fonts-noto-cjk)
BENCH=(wrk nghttp2-client postgresql-contrib)
COVERAGE=(gcovr)
FUZZ=(clang-14 libclang-rt-14-dev)
RUNTIME=(libmicrohttpd12 libjansson4 libpq5 libsodium23 libinih1 libutf8proc2 zlib1g libuuid1
    libcurl4 libgnutls30 libzxcvbn0 libcsv3 libcjose0 libmagic1 tzdata ca-certificates)

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "run as root, there being no sudo: $*"
    fi
}

missing_packages() { # PACKAGE... -> MISSING
    local package
    declare -A installed=()
    while read -r package; do
        installed[$package]=1
    done < <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
        sed -n 's/^installed //p')
    MISSING=()
    for package; do
        [[ -n ${installed[$package]-} ]] || MISSING+=("$package")
    done
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Use-Pty=0 \
        --no-install-recommends "$@" >/dev/null
}

# Debian's package would make and start a cluster on a TCP port; ours is private.
install_postgresql() {
    local directory=/etc/postgresql-common/createcluster.d status=0
    apt_install postgresql-common
    as_root mkdir -p "$directory"
    echo 'create_main_cluster = false' | as_root tee "$directory/complaintd.conf" >/dev/null
    apt_install postgresql-15 || status=$?
    as_root rm -f "$directory/complaintd.conf"
    return "$status"
}

install_packages() { # PACKAGE...
    missing_packages "$@"
    ((${#MISSING[@]})) || return 0
    say "installing ${MISSING[*]}"
    as_root apt-get update -qq
    [[ " ${MISSING[*]} " != *" postgresql-15 "* ]] || install_postgresql
    apt_install "${MISSING[@]}"
}

node_is_usable() {
    local version
    command -v npm >/dev/null || return 1
    version=$(node --version 2>/dev/null) || return 1
    version=${version#v}
    ((${version%%.*} >= 18))
}

# Two at once would fight over apt's lock and node_modules.
if [[ -z ${COMPLAINTD_SETUP_LOCKED-} && $# == 1 && $1 != runtime ]] && command -v flock >/dev/null; then
    mkdir -p "$ROOT/build"
    COMPLAINTD_SETUP_LOCKED=1 exec flock -o "$ROOT/build/.setup.lock" "${BASH_SOURCE[0]}" "$@"
fi

case ${1-} in
build) PACKAGES=("${BUILD[@]}") ;;
run) PACKAGES=("${BUILD[@]}" "${RUN[@]}") ;;
check) PACKAGES=("${BUILD[@]}" "${RUN[@]}" "${CHECK[@]}") ;;
bench) PACKAGES=("${BUILD[@]}" "${RUN[@]}" "${CHECK[@]}" "${BENCH[@]}") ;;
coverage) PACKAGES=("${BUILD[@]}" "${RUN[@]}" "${CHECK[@]}" "${COVERAGE[@]}") ;;
fuzz) PACKAGES=("${BUILD[@]}" "${FUZZ[@]}") ;;
runtime)
    install_packages "${RUNTIME[@]}"
    exit
    ;;
*) sed -n '4,10s/^# *//p' "$0" >&2; exit 2 ;;
esac

node_is_usable || PACKAGES+=(nodejs npm)
install_packages "${PACKAGES[@]}"
node_is_usable || die "node 18 or newer and npm are needed"
install_npm_packages "$DEPLOY"
install_npm_packages "$ROOT/server/web"
