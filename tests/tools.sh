#!/usr/bin/env bash
# Installs a tool that test stages need, pinned, and prints how to call it.
#
#   tests/tools.sh browser        Debian's chromium with fonts, Node, the npm packages of tests/browser; prints chromium's path
#   tests/tools.sh schemathesis   PyPI's schemathesis in a virtual environment; prints the program's path
#   tests/tools.sh django         PyPI's Django and gunicorn, for the page that ./bench compares with; prints the Python's path
NAME=tools
. "$(dirname "${BASH_SOURCE[0]}")/servers/lib.sh"

browser() {
  local folder=$CHECKOUT/tests/browser mark
  # Without fonts for other scripts a picture shows boxes, and a test of layout measures them.
  need_debian chromium chromium fonts-liberation fonts-noto-core
  use_node
  mark=$(cat "$folder"/package*.json | cksum)
  if [ "$(cat "$folder/node_modules/.installed" 2>/dev/null)" != "$mark" ]; then
    say "installing the npm packages of tests/browser"
    (cd "$folder" && npm ci --no-audit --no-fund --no-progress) >"$RUN/npm.log" 2>&1 || fail "npm ci failed" "$RUN/npm.log"
    printf '%s' "$mark" >"$folder/node_modules/.installed"
  fi
  command -v chromium
}

schemathesis() {
  # Stages that use it prepare what it finds with curl.
  need_debian curl curl
  need_pip schemathesis
  echo "$PACKAGES/schemathesis/bin/schemathesis"
}

django() {
  need_pip django
  echo "$PACKAGES/django/bin/python"
}

exec 9>"$RUN/.lock"
flock 9
case ${1:-} in
  browser | django | schemathesis) "$1" ;;
  *) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
