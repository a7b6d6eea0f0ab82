#!/usr/bin/env bash
# Prints the C file that lists the suites named as arguments, for tests/runner.c.
set -euo pipefail
echo '#include "tests/runner.h"'
for name; do echo "Suite *${name}_suite(void);"; done
echo 'const struct test_suite test_suites[] = {'
for name; do echo "    {\"$name\", ${name}_suite},"; done
echo '    {0},'
echo '};'
