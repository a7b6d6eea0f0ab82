#!/usr/bin/env bash
# Checks that every statement of lib/store is in its store's list, so that the tests see its plan.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

broken=0
for file in lib/store/*.c; do
    listed=$(sed -n '/_statements\[\] = {/,/};/p' "$file")
    while read -r name; do
        [[ $listed =~ "&$name"([^[:alnum:]_]|$) ]] || {
            echo "$file: $name is not in a list of statements (lib/store/statements.h)"
            broken=1
        }
    done < <(sed -nE 's/^(static )?(const )?struct pg_statement (\w+)(\[\w*\])? = .*/\3/p' "$file")
done
exit "$broken"
