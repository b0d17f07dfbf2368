#!/usr/bin/env bash
# From a post on a real Bluesky over the desk in Debian's chromium back into the author's thread.
# needs: browser bluesky
. "$(dirname "${BASH_SOURCE[0]}")/../serving.sh"

export SWITCHBOARD_DATA=$folder/data SWITCHBOARD__CAPTURE__ALLOW=127.0.0.1,localhost
email=mara@acme.example password='correct horse battery staple'
printf '%s' "$password" | "$program" setup --company Acme --name 'Mara Lindqvist' --email "$email" --password-stdin >"$folder/out" ||
  { echo 'the set-up failed:'; cat "$folder/out"; exit 1; }
serve serve

node tests/browser/exchange.mjs "$url" "${SWITCHBOARD_TEST_BROWSER:?}" "${SWITCHBOARD_TEST_BLUESKY:?}" "$email" "$password"
close $?
