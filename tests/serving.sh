# What stages that need a running Switchboard begin with; they source it. It makes a folder, runs the program, and leaves
# nothing of either behind.
#
#   serve WORDS…    runs the program with these words; $url is where it answers
#   said PATTERN    the first group of a line that it prints, as soon as it does
#   close STATUS    ends the stage; one that failed shows the end of the log
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

program=${SWITCHBOARD_TEST_PROGRAM:?}
folder=$(mktemp -d) server=
finish() {
  [ -z "$server" ] || { kill -TERM "$server" 2>/dev/null; wait "$server" 2>/dev/null; }
  rm -rf "$folder"
}
trap finish EXIT

said() {
  local found
  for _ in $(seq 600); do
    found=$(sed -nE "s#^$1.*#\1#p" "$folder/out")
    [ -z "$found" ] || { echo "$found"; return; }
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  { echo "switchboard did not say '$1':"; tail -n 20 "$folder/log"; } >&2
  return 1
}

serve() {
  "$program" "$@" --listen 127.0.0.1:0 >"$folder/out" 2>"$folder/log" &
  server=$!
  url=$(said 'switchboard[a-z ]* answers at (http://[^/ ]+)') || exit 1
}

close() {
  [ "$1" = 0 ] || { echo 'the end of the log:'; tail -n 20 "$folder/log"; }
  exit "$1"
}
