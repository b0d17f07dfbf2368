#!/usr/bin/env bash
# The API against its own description: schemathesis sends what the OpenAPI document allows and what it forbids.
# needs: schemathesis
. "$(dirname "${BASH_SOURCE[0]}")/../serving.sh"

schemathesis=${SWITCHBOARD_TEST_SCHEMATHESIS:?}
serve serve --data "$folder/data"

# The installation's own key opens everything to the owner of the data directory.
key=$(sed -nE 's/.*"key":"([^"]+)".*/\1/p' "$folder/data/switchboard.lock")
[ -n "$key" ] || { echo 'serve wrote no key into its lock file'; exit 1; }
operator="authorization: Bearer $key"

# Something to find: a search, a door with a token, a post.
send() { curl --fail --silent --show-error -H "$operator" -H 'content-type: application/json' -d "$2" "$url$1"; }
send /api/v1/searches '{"name": "Acme", "query": "acme"}' >/dev/null || exit 1
source=$(send /api/v1/sources '{"name": "forum", "kind": "ingest"}' | sed -nE 's/.*"id":"([^"]+)".*/\1/p')
token=$(curl --fail --silent -H "$operator" -X POST "$url/api/v1/sources/$source/tokens" | sed -nE 's/.*"token":"([^"]+)".*/\1/p')
curl --fail --silent -H "authorization: Bearer $token" -H 'content-type: application/json' \
  -d '{"id": "1", "network": "forum", "text": "my acme kettle"}' "$url/api/v1/ingest" >/dev/null || exit 1

cat >"$folder/schemathesis.toml" <<TOML
hooks = "$PWD/tests/stages/schemathesis_hooks.py"
headers = { Authorization = "Bearer $key" }
# Ids of posts are percent-encoded; most random ones are thrown away before they are sent.
suppress-health-check = ["filter_too_much"]

# 409 and 422 are how a well-formed request is refused for what it means: a taken name, a query that cannot be read.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "422"]

# A body that is too large is refused for that before anybody looks what else is wrong with it.
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429", "5xx"]

[[operations]]
include-operation-id = "ingest"
headers = { Authorization = "Bearer $token" }
TOML
# The stream of events never ends by itself; it has a test of its own. Links that are looked at and trial messages would leave the machine.
# The same examples in each run, so that a change is not refused for what chance has found elsewhere; SWITCHBOARD_TEST_SEED
# looks further.
# One worker: what makes the examples (hypothesis) keeps a cache that two threads at times find in two states.
"$schemathesis" --config-file "$folder/schemathesis.toml" run "$url/api/v1/openapi.json" \
  --checks all --mode all --max-examples "${SWITCHBOARD_TEST_EXAMPLES:-50}" --seed "${SWITCHBOARD_TEST_SEED:-1}" --workers 1 --request-timeout 20 --no-color \
  --exclude-operation-id listen --exclude-operation-id try_mail --exclude-operation-id propose_sources --exclude-operation-id propose_set_up
status=$?

errors=$(curl --silent -H "$operator" "$url/metrics" | grep -c 'http_request_duration_seconds_count{.*status="5')
if [ "$errors" != 0 ]; then
  echo "server errors:"
  curl --silent -H "$operator" "$url/metrics" | grep 'http_request_duration_seconds_count{.*status="5'
  status=1
fi
panics=$(grep -c 'panicked at' "$log")
[ "$panics" = 0 ] || { grep 'panicked at' "$log"; status=1; }
close $status
