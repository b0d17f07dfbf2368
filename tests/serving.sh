# What stages that need a running Switchboard begin with; they source it. It makes a folder, runs the program, and leaves
# nothing of either behind.
#
#   serve WORDS…    runs the program with these words; $url is where it answers, $log what it logs
#   said PATTERN    the first group of a line that it prints, as soon as it does
#   close STATUS    ends the stage; one that failed shows the end of the log
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

program=${SWITCHBOARD_TEST_PROGRAM:?}
folder=$(mktemp -d) servers=()
finish() {
  local server
  for server in "${servers[@]}"; do kill -TERM "$server" 2>/dev/null; wait "$server" 2>/dev/null; done
  rm -rf "$folder"
}
trap finish EXIT

said() {
  local found
  for _ in $(seq 600); do
    found=$(sed -nE "s#^$1.*#\1#p" "$out")
    [ -z "$found" ] || { echo "$found"; return; }
    kill -0 "${servers[-1]}" 2>/dev/null || break
    sleep 0.1
  done
  { echo "switchboard did not say '$1':"; tail -n 20 "$log"; } >&2
  return 1
}

serve() {
  out=$folder/out-${#servers[@]} log=$folder/log-${#servers[@]}
  "$program" "$@" --listen 127.0.0.1:0 >"$out" 2>"$log" &
  servers+=("$!")
  url=$(said 'switchboard[a-z ]* answers at (http://[^/ ]+)') || exit 1
}

close() {
  [ "$1" = 0 ] || { echo 'the end of the log:'; tail -n 20 "$log"; }
  exit "$1"
}
