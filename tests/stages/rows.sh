#!/usr/bin/env bash
# A desk with ten thousand cases in Debian's chromium: it scrolls to its end, and few rows are held at once.
# needs: browser
. "$(dirname "${BASH_SOURCE[0]}")/../serving.sh"

serve serve --data "$folder/data"
link=$(said 'set it up within a day: (http[^ ]+)') || exit 1

node tests/browser/rows.mjs "$link" "${SWITCHBOARD_TEST_BROWSER:?}"
close $?
