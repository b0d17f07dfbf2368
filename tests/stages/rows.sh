#!/usr/bin/env bash
# A desk with ten thousand cases in Debian's chromium: it scrolls to its end, and few rows are held at once.
# needs: browser
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

program=${SWITCHBOARD_TEST_PROGRAM:?} browser=${SWITCHBOARD_TEST_BROWSER:?}
folder=$(mktemp -d) server=
finish() {
  [ -z "$server" ] || { kill -TERM "$server" 2>/dev/null; wait "$server" 2>/dev/null; }
  rm -rf "$folder"
}
trap finish EXIT

"$program" serve --data "$folder/data" --listen 127.0.0.1:0 >"$folder/out" 2>"$folder/log" &
server=$!
for _ in $(seq 100); do
  link=$(grep -oE 'http[^ ]+/setup/[A-Za-z0-9_-]+' "$folder/out")
  [ -z "$link" ] || break
  sleep 0.1
done
[ -n "$link" ] || { echo 'switchboard printed no set-up link:'; tail -n 20 "$folder/log"; exit 1; }

node tests/browser/rows.mjs "$link" "$browser"
status=$?
[ $status = 0 ] || { echo 'the end of the log:'; tail -n 20 "$folder/log"; }
exit $status
