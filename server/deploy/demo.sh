#!/usr/bin/env bash
# Makes the demo installation's units, staff, calendar and classes: demo.sh URL, a connection
# string of the owner role. Called again it changes nothing. The password is in the README, so the
# server refuses to run in that form on any address but loopback.
# COMPLAINTD_CTL: the complaintctl to use, default build/complaintctl.
# shellcheck source=server/deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

(($# == 1)) || die "usage: demo.sh URL"
export COMPLAINTD_DATABASE_URL=$1
CTL=${COMPLAINTD_CTL:-$ROOT/build/complaintctl}
PASSWORD=demo-2026

# Runs a command of complaintctl; 3 says that what it adds exists already.
ctl() {
    local status=0
    output=$("$CTL" "$@" 2>&1) || status=$?
    case $status in
    0) say "$output" ;;
    3) ;;
    *) die "$output" ;;
    esac
}

unit() { ctl add-unit "$@"; }
staff() { ctl add-staff "$@" --any-password --password-file - <<<"$PASSWORD"; }

unit HN 湖南分行
unit HN-CS-001 客户服务一部 --parent HN
unit HN-CS-002 客户服务二部 --parent HN

ctl create-admin admin --name 管理员 --unit HN --any-password --password-file - <<<"$PASSWORD"
staff agent1 坐席一 --unit HN-CS-001 --role intake --role handler
staff handler1 经办一 --unit HN-CS-001 --role handler
staff agent2 坐席二 --unit HN-CS-002 --role intake --role handler
staff supervisor1 督办一 --unit HN --role supervisor
staff auditor1 审计一 --unit HN --role auditor

ctl import-calendar "$DEPLOY/calendar-cn-2024-2026.json" >/dev/null
ctl import-classes "$DEPLOY/classes.json" >/dev/null
