#!/usr/bin/env bash
# Runs libFuzzer on each target in turn; called by `make fuzz`. FUZZ names some targets, FUZZ_S tells
# for how many seconds each. Inputs that reach something new are kept in build/fuzz/corpus; one that
# breaks something goes to build/fuzz/found and, when that is mended, to tests/fuzz/corpus.
# shellcheck source=server/deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../server/deploy/common.sh"
cd "$ROOT"

FUZZER=build/fuzz/fuzzer
read -ra targets <<<"${FUZZ:-$(sed -n 's/^TARGET(\(.*\))$/\1/p' tests/fuzz/targets.def | tr '\n' ' ')}"
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=print_stacktrace=1
passed=0 failed=0

fuzz() { # TARGET
    local options=(-max_total_time="$FUZZ_S" -timeout=10 -rss_limit_mb=1024 -max_len=8192
        -print_final_stats=1 -artifact_prefix="build/fuzz/found/$1-")
    [[ ! -f tests/fuzz/$1.dict ]] || options+=(-dict="tests/fuzz/$1.dict")
    mkdir -p "build/fuzz/corpus/$1" build/fuzz/found
    COMPLAINTD_FUZZ=$1 "$FUZZER" "${options[@]}" "build/fuzz/corpus/$1" "tests/fuzz/corpus/$1" \
        >"build/fuzz/$1.log" 2>&1
}

for target in "${targets[@]}"; do
    if fuzz "$target"; then
        say "ok   $target: $(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$target.log") runs"
        ((passed += 1))
    else
        say "FAIL $target: see build/fuzz/$target.log"
        tail -n 30 "build/fuzz/$target.log"
        ((failed += 1))
    fi
done
say "$passed passed, $failed failed"
((failed == 0))
