#!/usr/bin/env bash
# From the one-time link to the first mention in Debian's chromium: five steps, a feed of this machine and a real Bluesky.
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

# The company's site lies on this machine. What cannot be reached is at a port where nobody answers.
jetstream=$(sed -E 's/.*"jetstream":"([^"]+)".*/\1/' <<<"$bluesky")
export SWITCHBOARD__CAPTURE__ALLOW=127.0.0.1,localhost
export SWITCHBOARD__NETWORKS__BLUESKY_JETSTREAM=$jetstream SWITCHBOARD__NETWORKS__HACKERNEWS_API=http://127.0.0.1:1/api/v1
export SWITCHBOARD__NETWORKS__MASTODON_INSTANCE=http://127.0.0.1:1
"$program" serve --data "$folder/data" --listen 127.0.0.1:0 >"$folder/out" 2>"$folder/log" &
server=$!
for _ in $(seq 100); do
  link=$(grep -oE 'http[^ ]+/setup/[A-Za-z0-9_-]+' "$folder/out")
  [ -z "$link" ] || break
  sleep 0.1
done
[ -n "$link" ] || { echo 'switchboard printed no set-up link:'; tail -n 20 "$folder/log"; exit 1; }

node tests/browser/setup.mjs "$link" "$browser" "$bluesky"
status=$?
[ $status = 0 ] || { echo 'the end of the log:'; tail -n 20 "$folder/log"; }
exit $status
