#!/usr/bin/env bash
# Does the test that someone always has a case see what is wrong? Plants one fault after the other into a copy of the
# code (tests/mutations/*.patch, named by what each breaks), plays, and expects that the test fails.
#
#   tests/mutations.sh             all of them (a minute or two each)
#   tests/mutations.sh NAME…       only these
#   tests/mutations.sh --applies   only whether each can still be planted
#
# SWITCHBOARD_TEST_PLAYS says how many sequences are played (40); SQLite alone. Ends with 1 if a fault was not seen.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

patches=(tests/mutations/*.patch)
case ${1:-} in
--applies)
  for patch in "${patches[@]}"; do
    git apply -p0 --check "$patch" || { echo "$patch does not fit the code any more; write it anew" >&2; exit 1; }
  done
  echo "${#patches[@]} faults can be planted"
  exit 0
  ;;
?*)
  patches=()
  for name; do patches+=("tests/mutations/$name.patch"); done
  ;;
esac

copy=$PWD/target/mutations
export CARGO_TARGET_DIR=$copy/target SWITCHBOARD_TEST_PLAYS=${SWITCHBOARD_TEST_PLAYS:-40} RUST_BACKTRACE=0
unset SWITCHBOARD_TEST_POSTGRES
mkdir -p "$copy/code" "$copy/clean"
# Faults are planted into the code as it is now, whatever somebody writes meanwhile.
git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
  if [ -f "$file" ] && ! cmp -s "$file" "$copy/clean/$file"; then cp --parents "$file" "$copy/clean"; fi
done
plays=(cargo test --quiet -p switchboard-app --test it)
unseen=0
play() { # play NAME [PATCH]
  local name=$1 patch=${2:-} begun=$SECONDS
  # Files that have not changed keep their times, so that only what the fault touches is compiled again.
  git ls-files -z --cached --others --exclude-standard | (cd "$copy/clean" && while IFS= read -r -d '' file; do
    if [ -f "$file" ] && ! cmp -s "$file" "$copy/code/$file"; then cp --parents "$file" "$copy/code"; fi
  done)
  if [ -n "$patch" ]; then patch -s -p0 -d "$copy/code" <"$patch"; fi
  (cd "$copy/code" && "${plays[@]}" --no-run) || { echo "$name: does not compile" >&2; exit 1; }
  if (cd "$copy/code" && "${plays[@]}" -- --exact play::someone_always_has_it) >"$copy/log" 2>&1; then
    if [ -n "$patch" ]; then unseen=$((unseen + 1)); echo "NOT SEEN  $name"; return; fi
    echo "passes    without a fault ($((SECONDS - begun)) s)"
  else
    if [ -z "$patch" ]; then tail -n 30 "$copy/log"; echo "fails without a fault" >&2; exit 1; fi
    echo "seen      $name ($((SECONDS - begun)) s): $(grep -m 1 -A 1 panicked "$copy/log" | tail -n 1 | cut -c 1-100)"
  fi
}
play nothing
for patch in "${patches[@]}"; do play "$(basename "$patch" .patch)" "$patch"; done
echo "${#patches[@]} faults, $unseen not seen"
[ "$unseen" = 0 ]
