#!/usr/bin/env bash
# A throw-away PostgreSQL cluster of Debian's version (15 or later), user postgres, no password.
#
# POSTGRES_PORT   a fixed port
# POSTGRES_FSYNC  on | off (default off: the tests kill Switchboard, never the database)
# POSTGRES_NAME   a second cluster beside the first
NAME=postgres${POSTGRES_NAME:+-$POSTGRES_NAME}
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# The server refuses to run as root, so root hands over to the account that the Debian package brings.
as_owner() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"; else "$@"; fi
}

programs() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }

# The cluster's folder: inside the test directory, unless the postgres account may not walk there (a checkout below /root).
place() {
  DATA=$RUN/data
  [ "$(id -u)" = 0 ] || return 0
  mkdir -p "$DATA"
  chown postgres:postgres "$DATA"
  if ! as_owner test -w "$DATA"; then
    rmdir "$DATA"
    DATA=/var/tmp/switchboard-test-postgres-$(printf '%s' "$RUN" | cksum | cut -d' ' -f1)
    mkdir -p "$DATA"
    chown postgres:postgres "$DATA"
  fi
}

ready() { "$BIN/pg_isready" -q -h "$HOST" -p "$PORT" -U postgres; }

start() {
  [ -n "$(programs)" ] || need_debian /usr/lib/postgresql/15/bin/postgres postgresql
  BIN=$(programs)
  place
  chmod 700 "$DATA"
  if [ ! -s "$DATA/PG_VERSION" ]; then
    as_owner "$BIN/initdb" -D "$DATA" -A trust -U postgres --locale=C.UTF-8 -E UTF8 --no-sync >"$RUN/initdb.log" 2>&1 9>&- ||
      fail "initdb failed" "$RUN/initdb.log"
  fi
  if alive postgres; then PORT=$(known_port); return; fi
  ports 1 "${POSTGRES_PORT:-}"
  # The id in a postmaster.pid that a crash left may be in use by another process now; we know that ours is gone.
  rm -f "$DATA/postmaster.pid"
  local owner=()
  [ "$(id -u)" != 0 ] || owner=(setpriv --reuid=postgres --regid=postgres --clear-groups --)
  cd /
  launch postgres "${owner[@]}" "$BIN/postgres" -D "$DATA" -p "$PORT" -c "listen_addresses=$HOST" \
    -c unix_socket_directories= -c max_connections=200 -c "fsync=${POSTGRES_FSYNC:-off}" -c wal_level=logical -c autovacuum_naptime=10min
  await 60 postgres ready
}

stop() {
  place
  end postgres INT
  [ -n "${KEEP_DATA:-}" ] || rm -rf "$DATA"
}

url() { echo "postgres://postgres@$HOST:$(known_port)/postgres"; }

main "$@"
