#!/usr/bin/env bash
# Brings a database up to date: migrate.sh URL, as dbmate takes it, of the owner role.
# In the tree it uses the npm toolchain's dbmate; installed, what lies beside it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
(($# == 1)) || { echo "usage: migrate.sh URL" >&2; exit 2; }

if [[ -x $here/dbmate ]]; then
    dbmate=$here/dbmate
    migrations=$here/migrations
else
    dbmate=$(echo "$here"/node_modules/@dbmate/linux-*/bin/dbmate)
    migrations=$here/../../migrations
fi

# In the environment, as a command line's password would be seen by everybody.
DATABASE_URL=$1 exec "$dbmate" --env-file /dev/null --no-dump-schema \
    --migrations-dir "$migrations" --wait migrate
