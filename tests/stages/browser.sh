#!/usr/bin/env bash
# The pages in Debian's chromium: live, without a script, for everybody.
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
  url=$(sed -nE 's/^switchboard answers at (http[^ ]+).*/\1/p' "$folder/out")
  [ -z "$url" ] || break
  sleep 0.1
done
[ -n "$url" ] || { echo 'switchboard did not start:'; tail -n 20 "$folder/log"; exit 1; }

for _ in $(seq 50); do
  link=$(sed -nE 's/^set it up within a day: (http[^ ]+).*/\1/p' "$folder/out")
  [ -z "$link" ] || break
  sleep 0.1
done
[ -n "$link" ] || { echo 'serve printed no link for the set-up'; exit 1; }
key=$(sed -nE 's/.*"key":"([^"]+)".*/\1/p' "$folder/data/switchboard.lock")

node tests/browser/page.mjs "$url" "$browser" "$link" "$key"
status=$?
[ $status = 0 ] || { echo 'the end of the log:'; tail -n 20 "$folder/log"; }
exit $status
