#!/usr/bin/env bash
# The desk in Debian's chromium: two colleagues share it, with keys, live, without a script, for everybody.
# needs: browser
. "$(dirname "${BASH_SOURCE[0]}")/../serving.sh"

# The account that answers is on a made-up Mastodon of this machine.
export SWITCHBOARD__CAPTURE__ALLOW=127.0.0.1
serve serve --data "$folder/data"
link=$(said 'set it up within a day: (http[^ ]+)') || exit 1

node tests/browser/desk.mjs "$link" "${SWITCHBOARD_TEST_BROWSER:?}"
close $?
