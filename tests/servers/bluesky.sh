#!/usr/bin/env bash
# A real Bluesky network: PLC directory and PDS out of the packages that Bluesky publishes, and beside them a relay of
# our own (bluesky.mjs) that serves the PDS's firehose in the form of Jetstream, for which no registry has a server.
#
# BLUESKY_PORT  a fixed first port of ten
# BLUESKY_MODE  pds (default) | full: with AppView (search, notifications, threads), on a PostgreSQL and a Redis of its own
NAME=bluesky
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
MODE=${BLUESKY_MODE:-pds}

database() { POSTGRES_NAME=bluesky "$SERVERS/postgres.sh" "$1" 7>&- 9>&-; }

start() {
  if alive node; then return; fi
  # The PDS keeps its repositories in SQLite, which is compiled here.
  need_debian g++ build-essential
  need_npm bluesky
  ports 10 "${BLUESKY_PORT:-}"
  local settings=(BLUESKY_PACKAGES="$PACKAGES/bluesky" BLUESKY_PORT="$PORT" BLUESKY_MODE="$MODE" LOG_ENABLED=false NODE_NO_WARNINGS=1)
  if [ "$MODE" = full ]; then
    need_debian redis-server redis-server
    local redis=$((PORT + 5))
    launch redis redis-server --port "$redis" --bind "$HOST" --save '' --appendonly no --dir "$RUN"
    await 20 redis redis-cli -p "$redis" ping
    settings+=(DB_POSTGRES_URL="$(database start)" DB_POSTGRES_SCHEMA=bluesky REDIS_HOST="$HOST:$redis")
  fi
  # The packages put repositories and blobs below the folder for temporary files.
  mkdir -p "$RUN/data"
  launch node env TMPDIR="$RUN/data" "${settings[@]}" node "$SERVERS/bluesky.mjs"
  await 180 node grep -q '^ready ' "$RUN/node.log"
}

stop() {
  end node
  end redis
  rm -rf "$RUN/data"
  if [ -d "$TEST_DIR/run/postgres-bluesky" ]; then database stop; fi
}

# One JSON object: plc, pds, jetstream, control, and in full mode appview.
url() { sed -n 's/^ready //p' "$RUN/node.log" 2>/dev/null | grep . || fail "it does not run"; }

main "$@"
