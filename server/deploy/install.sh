#!/usr/bin/env bash
# Copies what was built into a tree for packaging or for use: called by `make install` with
# DESTDIR, PREFIX and SYSCONFDIR.
# shellcheck source=server/deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

PREFIX=${PREFIX:-/usr/local}
SYSCONFDIR=${SYSCONFDIR:-/etc}
BIN=${DESTDIR-}$PREFIX/bin
LIB=${DESTDIR-}$PREFIX/lib/complaintd
UNITS=${DESTDIR-}$PREFIX/lib/systemd/system
CONFIG=${DESTDIR-}$SYSCONFDIR/complaintd
cd "$ROOT"

for program in complaintd complaintctl; do
    [[ -x build/$program ]] || die "build/$program is missing: run make build first"
    install -D -m 0755 -s "build/$program" "$BIN/$program"
done

# migrate.sh looks for the other two beside itself.
install -D -m 0755 "$DEPLOY/migrate.sh" "$LIB/migrate.sh"
install -D -m 0755 "$DEPLOY"/node_modules/@dbmate/linux-*/bin/dbmate "$LIB/dbmate"
install -D -m 0644 "$DEPLOY/roles.sql" "$LIB/roles.sql"
rm -rf "$LIB/migrations" # or a migration that was renamed would stay
install -d -m 0755 "$LIB/migrations"
install -m 0644 migrations/*.sql "$LIB/migrations/"

install -d -m 0755 "$UNITS"
sed -e "s|@PREFIX@|$PREFIX|g" -e "s|@SYSCONFDIR@|$SYSCONFDIR|g" \
    "$DEPLOY/complaintd.service" >"$UNITS/complaintd.service"
chmod 0644 "$UNITS/complaintd.service"

# The configuration belongs to whoever runs the server: never overwritten.
install -D -m 0644 "$DEPLOY/complaintd.ini" "$CONFIG/complaintd.ini.example"
if [[ ! -e $CONFIG/complaintd.ini ]]; then
    install -m 0640 "$DEPLOY/complaintd.ini" "$CONFIG/complaintd.ini"
fi
