#!/usr/bin/env bash
# Telling people in their browsers: registered on the page, sent through a push service of this machine, shown and clicked in
# Debian's chromium.
# needs: browser
. "$(dirname "${BASH_SOURCE[0]}")/../serving.sh"

# The push service is an address of this machine.
export SWITCHBOARD__CAPTURE__ALLOW=127.0.0.1
serve serve --data "$folder/data"
link=$(said 'set it up within a day: (http[^ ]+)') || exit 1
key=$(sed -nE 's/.*"key":"([^"]+)".*/\1/p' "$folder/data/switchboard.lock")

node tests/browser/push.mjs "$link" "${SWITCHBOARD_TEST_BROWSER:?}" "$key"
close $?
