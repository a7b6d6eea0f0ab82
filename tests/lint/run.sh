#!/usr/bin/env bash
# Checks the sources without running them; each tool is one test. Called by `make lint`.
# shellcheck source=server/deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../server/deploy/common.sh"
cd "$ROOT"

passed=0 failed=0

lint() { # NAME COMMAND...
    local name=$1 began=$SECONDS
    shift
    if "$@" >"build/lint/$name.log" 2>&1; then
        say "ok   $name ($((SECONDS - began)) s)"
        ((passed += 1))
    else
        say "FAIL $name ($((SECONDS - began)) s)"
        sed 's/^/     /' "build/lint/$name.log"
        ((failed += 1))
    fi
}

sources() { find lib server tests -name node_modules -prune -o "$@" -print; }

mkdir -p build/lint/cppcheck
mapfile -t c_files < <(sources -name '*.[ch]')
mapfile -t scripts < <(sources -name '*.sh')

lint format clang-format --dry-run -Werror "${c_files[@]}"
lint layering tests/lint/layering.sh
lint statements tests/lint/statements.sh
lint shellcheck shellcheck -x "${scripts[@]}" .ci/run
lint cppcheck cppcheck -q -j "$(nproc)" --std=c11 --language=c --enable=warning,portability \
    --inline-suppr --suppressions-list=tests/lint/cppcheck.txt --error-exitcode=1 \
    --cppcheck-build-dir=build/lint/cppcheck -D_GNU_SOURCE -DCOMPLAINTD_VERSION='""' \
    -I . lib server tests/runner.c
lint tidy make -k tidy

say "$passed passed, $failed failed"
((failed == 0))
