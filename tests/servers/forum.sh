#!/usr/bin/env bash
# A real web forum: NodeBB 1.4.0 (the newest that a registry has) on a Redis of its own.
# Feeds: /recent.rss /category/N.rss /topic/N.rss; JSON: /api/recent /api/category/N /api/topic/N.
# Administrator: admin / Switchboard-1; the installer writes one topic.
#
# FORUM_PORT  a fixed first port of two
NAME=forum
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

set_up() {
  local address=http://$HOST:$PORT answers
  answers=$(printf '{"url":"%s","secret":"only for tests","database":"redis","redis:host":"%s","redis:port":"%s",' "$address" "$HOST" $((PORT + 1)))
  answers+='"redis:password":"","redis:database":"0","admin:username":"admin","admin:email":"admin@example.test",'
  answers+='"admin:password":"Switchboard-1","admin:password:confirm":"Switchboard-1"}'
  rm -f config.json
  node app.js --setup="$answers" >"$RUN/setup.log" 2>&1 </dev/null 7>&- 9>&- || fail "NodeBB's set-up failed" "$RUN/setup.log"
  [ -s config.json ] || fail "NodeBB's set-up wrote no config.json" "$RUN/setup.log"
  # Plugins that load files from other hosts when they start.
  redis-cli -p $((PORT + 1)) zrem plugins:active \
    nodebb-plugin-emoji-one nodebb-plugin-emoji-extended nodebb-plugin-spam-be-gone >/dev/null
  # Without this it would listen on every interface.
  node -e 'const fs = require("fs"), file = "config.json"
    fs.writeFileSync(file, JSON.stringify({ ...JSON.parse(fs.readFileSync(file)), bind_address: process.argv[1] }))' "$HOST"
}

start() {
  if alive node; then return; fi
  need_debian redis-server redis-server
  need_debian curl curl
  # The install scripts compile optional extras against a Node of 2017.
  need_npm forum --ignore-scripts
  # The address is part of the forum's data, so a restart that kept them wants the same port or a new forum.
  local before
  before=$(cat "$RUN/port" 2>/dev/null || true)
  ports 2 "${FORUM_PORT:-}"
  if [ "$before" != "$PORT" ]; then rm -rf "$RUN/app" "$RUN/redis"; fi
  mkdir -p "$RUN/redis"
  launch redis redis-server --port $((PORT + 1)) --bind "$HOST" --save '' --appendonly yes --dir "$RUN/redis"
  await 20 redis redis-cli -p $((PORT + 1)) ping
  if [ ! -e "$RUN/app/.ready" ]; then
    # NodeBB writes into its own folder; the installed package stays as it is.
    rm -rf "$RUN/app"
    cp -r "$PACKAGES/forum/node_modules/nodebb" "$RUN/app"
    ln -s "$PACKAGES/forum/node_modules" "$RUN/app/node_modules"
    mkdir -p "$RUN/app/public/uploads/sounds" "$RUN/app/public/sounds"
  fi
  cd "$RUN/app"
  export NODE_ENV=production NODE_NO_WARNINGS=1
  if [ ! -e .ready ]; then
    redis-cli -p $((PORT + 1)) flushall >/dev/null
    set_up
    touch .ready
  fi
  launch node node app.js
  await 120 node answers "http://$HOST:$PORT/api/config"
}

stop() {
  end node
  end redis
  [ -n "${KEEP_DATA:-}" ] || rm -rf "$RUN/app" "$RUN/redis"
}

url() { echo "http://$HOST:$(known_port)"; }

main "$@"
