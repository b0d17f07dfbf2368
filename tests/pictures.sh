#!/usr/bin/env bash
# Takes the pictures of README.md and the guides anew from the demonstration: docs/images/NAME-light.webp and NAME-dark.webp.
#
#   tests/pictures.sh [PROGRAM]     PROGRAM is a built switchboard; target/debug/switchboard if nothing is said
SWITCHBOARD_TEST_PROGRAM=$(realpath "${1:-$(dirname "${BASH_SOURCE[0]}")/../target/debug/switchboard}") || exit 1
export SWITCHBOARD_TEST_PROGRAM
. "$(dirname "${BASH_SOURCE[0]}")/serving.sh"

browser=${SWITCHBOARD_TEST_BROWSER:-$(tests/tools.sh browser)} || exit 1
serve demo
node tests/browser/pictures.mjs "$url" "$browser" docs/images
close $?
