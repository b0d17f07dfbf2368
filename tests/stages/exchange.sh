#!/usr/bin/env bash
# From a post on a real Bluesky over the desk in Debian's chromium back into the author's thread.
# needs: browser bluesky
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

program=${SWITCHBOARD_TEST_PROGRAM:?} browser=${SWITCHBOARD_TEST_BROWSER:?} bluesky=${SWITCHBOARD_TEST_BLUESKY:?}
folder=$(mktemp -d) server=
finish() {
  [ -z "$server" ] || { kill -TERM "$server" 2>/dev/null; wait "$server" 2>/dev/null; }
  rm -rf "$folder"
}
trap finish EXIT
export SWITCHBOARD_DATA=$folder/data SWITCHBOARD__CAPTURE__ALLOW=127.0.0.1,localhost

email=mara@acme.example password='correct horse battery staple'
printf '%s' "$password" | "$program" setup --company Acme --name 'Mara Lindqvist' --email "$email" --password-stdin >"$folder/out" ||
  { echo 'the set-up failed:'; cat "$folder/out"; exit 1; }
"$program" serve --listen 127.0.0.1:0 >"$folder/out" 2>"$folder/log" &
server=$!
for _ in $(seq 100); do
  url=$(sed -nE 's/^switchboard answers at (http[^ ]+).*/\1/p' "$folder/out")
  [ -z "$url" ] || break
  sleep 0.1
done
[ -n "$url" ] || { echo 'switchboard did not start:'; tail -n 20 "$folder/log"; exit 1; }

node tests/browser/exchange.mjs "$url" "$browser" "$bluesky" "$email" "$password"
status=$?
[ $status = 0 ] || { echo 'the end of the log:'; tail -n 20 "$folder/log"; }
exit $status
