#!/usr/bin/env bash
# Measures the pages in Debian's chromium and prints tables as docs/benchmarks.md has them: Lighthouse, what is transferred,
# from a key to the next paint on a desk with ten thousand cases, and how it is over a slow line. Nothing is asserted.
#
#   tests/measure.sh [PROGRAM]     PROGRAM is a built switchboard; target/release/switchboard if nothing is said
#
# Lighthouse is run if SWITCHBOARD_LIGHTHOUSE names a folder in which `npm install lighthouse@13.5.0` was run.
SWITCHBOARD_TEST_PROGRAM=$(realpath "${1:-$(dirname "${BASH_SOURCE[0]}")/../target/release/switchboard}") || exit 1
export SWITCHBOARD_TEST_PROGRAM
. "$(dirname "${BASH_SOURCE[0]}")/serving.sh"

browser=${SWITCHBOARD_TEST_BROWSER:-$(tests/tools.sh browser)} || exit 1
serve demo
demo=$url
serve serve --data "$folder/data"
link=$(said 'set it up within a day: (http[^ ]+)') || exit 1

printf -- '- load: %s before, %s cores\n' "$(cut -d' ' -f1-3 /proc/loadavg)" "$(nproc)"
node tests/browser/measure.mjs "$demo" "$browser" "$link"
status=$?
printf -- '- load: %s after\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
close $status
