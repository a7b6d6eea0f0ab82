#!/usr/bin/env bash
# Runs the tests: run.sh [SUITE...], by default all but "large", plans and costs of statements over
# COMPLAINTD_TEST_ROWS complaints, and "fault", in the order given here.
# Ends with one line, "N passed, N failed, N skipped", and fails unless something ran and all passed.
#
# FLAVOUR=asan, tsan or coverage runs programs built that way. The suites that need a database get
# one each, new and migrated, in a private cluster, and find it in COMPLAINTD_TEST_OWNER, _APP and
# _READER (connection strings), those of the stores a second one in _SECOND; COMPLAINTD_BIN and COMPLAINTD_CTL
# are the programs.
# shellcheck source=server/deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../server/deploy/common.sh"

ALL=(unit fuzz store http contract model web lint)
SUITES=("$@")
((${#SUITES[@]})) || SUITES=("${ALL[@]}")
export FLAVOUR=${FLAVOUR:-default}
OUT=$ROOT/build/$FLAVOUR
BIN=$ROOT/build
[[ $FLAVOUR == default ]] || BIN=$OUT
LOGS=$OUT/check
cd "$ROOT"

# One run at a time in a tree: runs share the cluster.
if [[ -z ${COMPLAINTD_CHECK_LOCKED-} ]]; then
    "$DEPLOY/setup.sh" check
    mkdir -p build
    COMPLAINTD_CHECK_LOCKED=1 exec flock -o build/.check.lock "$ROOT/tests/run.sh" "$@"
fi

passed=0 failed=0 skipped=0 began=$SECONDS
failures=() # what failed, to be read at the end of a long run
mkdir -p "$LOGS"

finish() {
    local status=$?
    trap - EXIT
    for suite in "${!beside[@]}"; do kill -- "-${beside[$suite]}" 2>/dev/null || true; done
    if [[ -n ${cluster_started-} ]]; then cluster test stop || status=1; fi
    ((status == 0 || failed > 0)) || failed=1
    ((passed + failed > 0)) || { warn "no test ran"; status=1; }
    ((failed == 0)) || status=1
    say ""
    ((${#failures[@]} == 0)) || printf '%s\n' "${failures[@]}"
    say "$((SECONDS - began)) s; logs in build/$FLAVOUR/check"
    say "$passed passed, $failed failed, $skipped skipped" | tee "$LOGS/summary"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Adds up the closing lines of libcheck, "97%: Checks: 42, Failures: 1, Errors: 0", and plain ones,
# "41 passed, 1 failed, 2 skipped". A suite that failed and did not say so has one failure.
count() { # LOG STATUS
    local line ok=0 bad=0 skip=0
    while read -r line; do
        if [[ $line =~ ^[0-9]+%:\ Checks:\ ([0-9]+),\ Failures:\ ([0-9]+),\ Errors:\ ([0-9]+)$ ]]; then
            ((bad += BASH_REMATCH[2] + BASH_REMATCH[3])) || true
            ((ok += BASH_REMATCH[1] - BASH_REMATCH[2] - BASH_REMATCH[3])) || true
        elif [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
            ((ok += BASH_REMATCH[1])) || true
            ((bad += BASH_REMATCH[2])) || true
            ((skip += ${BASH_REMATCH[4]:-0})) || true
        fi
    done <"$1"
    if (($2 != 0 && bad == 0)); then bad=1; fi
    if ((bad)); then
        mapfile -t -O ${#failures[@]} failures < <(grep -E ':[0-9]+:[FE]:|^FAIL' "$1" || tail -n 5 "$1")
    fi
    ((passed += ok, failed += bad, skipped += skip)) || true
}

run() { # SUITE COMMAND...
    local suite=$1 status=0
    shift
    say "== $suite"
    "$@" >"$LOGS/$suite.log" 2>&1 </dev/null || status=$?
    cat "$LOGS/$suite.log"
    count "$LOGS/$suite.log" "$status"
}

# What mostly waits, the desk's tests, and the checkers of code run beside the other suites, and are waited
# for in their turn. Each is a process group of its own, to be ended with.
declare -A beside=() # SUITE -> its process

start_beside() { # SUITE COMMAND...
    local suite=$1
    shift
    set -m
    "$@" >"$LOGS/$suite.log" 2>&1 </dev/null &
    beside[$suite]=$!
    set +m
}

end_beside() { # SUITE
    local suite=$1 status=0
    say "== $suite"
    wait "${beside[$suite]}" || status=$?
    unset "beside[$suite]"
    cat "$LOGS/$suite.log"
    count "$LOGS/$suite.log" "$status"
}

is_wanted() { [[ " ${SUITES[*]} " == *" $1 "* ]]; }

new_database() { # NAME SUITE
    cluster test dropdb "$1"
    cluster test createdb "$1"
    "$DEPLOY/migrate.sh" "$(cluster test dbmate-url "$1")" >"$LOGS/$2.migrate.log" 2>&1 || {
        cat "$LOGS/$2.migrate.log"
        return 1
    }
}

database() { # SUITE
    local name=complaintd_test_$1 role
    if [[ -z ${cluster_started-} ]]; then
        cluster_started=1
        cluster test start
    fi
    new_database "$name" "$1" || return 1
    for role in owner app reader; do
        export "COMPLAINTD_TEST_${role^^}=$(cluster test url "$role" "$name")"
    done
    # Those who call the server find the demo installation's units and staff.
    if [[ $1 == store || $1 == large ]]; then
        new_database "${name}_second" "$1" || return 1
        COMPLAINTD_TEST_SECOND=$(cluster test url owner "${name}_second")
        export COMPLAINTD_TEST_SECOND
    elif [[ -x $DEPLOY/demo.sh ]]; then
        "$DEPLOY/demo.sh" "$COMPLAINTD_TEST_OWNER" >"$LOGS/$1.demo.log" 2>&1 || {
            cat "$LOGS/$1.demo.log"
            return 1
        }
    fi
}

mkdir -p build
# Suites that only call the programs need no more than those.
target=programs
[[ ! " ${SUITES[*]} " =~ \ (unit|fuzz|store|http|large|fault)\  ]] || target=tests
flock -o build/.lock make "$target"
export COMPLAINTD_BIN=$BIN/complaintd COMPLAINTD_CTL=$BIN/complaintctl
# A key of personal values, for this run alone.
export COMPLAINTD_PRIVACY_KEY_FILE=$LOGS/data-keys
rm -f "$COMPLAINTD_PRIVACY_KEY_FILE"
"$COMPLAINTD_CTL" make-data-key "$COMPLAINTD_PRIVACY_KEY_FILE" >/dev/null
export COMPLAINTD_TEST_DATA=$ROOT/tests/data
export CK_VERBOSITY=${CK_VERBOSITY:-normal} CK_DEFAULT_TIMEOUT=${CK_DEFAULT_TIMEOUT:-30}
if [[ $FLAVOUR == asan || $FLAVOUR == tsan ]]; then export CK_TIMEOUT_MULTIPLIER=10; fi
# Fewer random histories where programs are slow.
if [[ $FLAVOUR != default ]]; then export HISTORIES=${HISTORIES:-2000}; fi
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1

! is_wanted lint || start_beside lint nice tests/lint/run.sh
if is_wanted web; then
    install_npm_packages "$ROOT/tests/contract" # what starts a server
    ! database web || start_beside web tests/web/run.sh
fi
for suite in "${SUITES[@]}"; do
    case $suite in
    unit | fuzz)
        if [[ -x $OUT/tests/$suite ]]; then run "$suite" "$OUT/tests/$suite"; fi
        ;;
    store | http)
        if [[ -x $OUT/tests/$suite ]]; then
            install_npm_packages "$ROOT/tests/contract" # the sign-on providers of http
            if database "$suite"; then run "$suite" "$OUT/tests/$suite"; else ((failed += 1)); fi
        fi
        ;;
    large)
        export COMPLAINTD_TEST_ROWS=${COMPLAINTD_TEST_ROWS:-1000000}
        if database large; then run large "$OUT/tests/store" plan list_growth; else ((failed += 1)); fi
        ;;
    contract)
        if [[ -x tests/contract/run.sh ]]; then
            if database contract; then run contract tests/contract/run.sh; else ((failed += 1)); fi
        fi
        ;;
    web)
        if [[ -n ${beside[web]-} ]]; then end_beside web; else ((failed += 1)); fi
        ;;
    model)
        if database model; then run model tests/model/run.sh; else ((failed += 1)); fi
        ;;
    lint) end_beside lint ;;
    fault) run fault tests/fault/run.sh ;;
    *) die "no such suite: $suite (${ALL[*]} large fault)" ;;
    esac
done
