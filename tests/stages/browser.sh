#!/usr/bin/env bash
# The pages in Debian's chromium: live, without a script, for everybody.
# needs: browser
. "$(dirname "${BASH_SOURCE[0]}")/../serving.sh"

serve serve --data "$folder/data"
link=$(said 'set it up within a day: (http[^ ]+)') || exit 1
key=$(sed -nE 's/.*"key":"([^"]+)".*/\1/p' "$folder/data/switchboard.lock")

node tests/browser/page.mjs "$url" "${SWITCHBOARD_TEST_BROWSER:?}" "$link" "$key"
close $?
