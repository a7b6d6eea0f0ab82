#!/usr/bin/env bash
# Checks that every part includes only what lies below it: one line a rule, as in the
# architecture. Prints what breaks a rule and fails then.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# FILE<tab>HEADER for each #include of ours.
includes=$(grep -rnoP --include='*.[ch]' --include='*.def' '^\s*#\s*include\s*[<"]\K[^>"]+' lib server |
    sed -E 's/^([^:]*):[0-9]+:/\1\t/')

awk -F'\t' '
    # Library parts: which other parts each may include.
    BEGIN {
        may["base"] = "base"
        may["complaint"] = "base complaint"
        may["json"] = "base complaint json"
        may["pg"] = "base pg"
        may["store"] = "base complaint pg store"
        may["auth"] = "base complaint auth"
        may["notify"] = "base notify"
    }
    function bad(why) { print $1 ": includes " $2 ": " why; broken = 1 }
    function part(path,   names) { split(path, names, "/"); return names[2] }

    { below[$1] = below[$1] "\t" $2 }
    $1 ~ /^lib\// && $2 ~ /^server\// { bad("the library does not know the server") }
    $1 ~ /^lib\// && !(part($1) in may) { bad("a part that tests/lint/layering.sh does not know") }
    $1 ~ /^lib\// && $2 ~ /^lib\// && index(" " may[part($1)] " ", " " part($2) " ") == 0 {
        bad(part($1) " is below " part($2) " or beside it")
    }
    $2 == "libpq-fe.h" && $1 !~ /^lib\/pg\// { bad("only lib/pg talks to libpq") }
    $2 == "microhttpd.h" && $1 !~ /^server\/(http|respond)[a-z0-9_]*\.[ch]$/ {
        bad("only server/http and server/respond talk to libmicrohttpd")
    }
    $2 == "curl/curl.h" && $1 !~ /^lib\/notify\// { bad("only lib/notify talks to libcurl") }

    # Operations do not see libpq or libmicrohttpd through another header either.
    function follow(file, path,   i, count, headers) {
        if (file == "libpq-fe.h" || file == "microhttpd.h") {
            print path ": an operation sees " file
            broken = 1
        }
        if (file in seen)
            return
        seen[file] = 1
        count = split(below[file], headers, "\t")
        for (i = 2; i <= count; i++)
            follow(headers[i], path " > " headers[i])
    }
    END {
        for (file in below)
            if (file ~ /^server\/operation\//) {
                delete seen
                follow(file, file)
            }
        exit broken
    }
' <<<"$includes"
