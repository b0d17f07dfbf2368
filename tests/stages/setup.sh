#!/usr/bin/env bash
# From the one-time link to the first mention in Debian's chromium: five steps, a feed of this machine and a real Bluesky.
# needs: browser bluesky
. "$(dirname "${BASH_SOURCE[0]}")/../serving.sh"

# The company's site lies on this machine. What cannot be reached is at a port where nobody answers.
bluesky=${SWITCHBOARD_TEST_BLUESKY:?}
SWITCHBOARD__NETWORKS__BLUESKY_JETSTREAM=$(sed -E 's/.*"jetstream":"([^"]+)".*/\1/' <<<"$bluesky")
export SWITCHBOARD__NETWORKS__BLUESKY_JETSTREAM SWITCHBOARD__CAPTURE__ALLOW=127.0.0.1,localhost
export SWITCHBOARD__NETWORKS__HACKERNEWS_API=http://127.0.0.1:1/api/v1 SWITCHBOARD__NETWORKS__MASTODON_INSTANCE=http://127.0.0.1:1
serve serve --data "$folder/data"
link=$(said 'set it up within a day: (http[^ ]+)') || exit 1

node tests/browser/setup.mjs "$link" "${SWITCHBOARD_TEST_BROWSER:?}" "$bluesky"
close $?
