#!/usr/bin/env bash
# The demonstration in Debian's chromium: its tour and its storm, and a day's work on it with every way in that there is.
# needs: browser
. "$(dirname "${BASH_SOURCE[0]}")/../serving.sh"

serve demo

node tests/browser/demo.mjs "$url" "${SWITCHBOARD_TEST_BROWSER:?}"
close $?
