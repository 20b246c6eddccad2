#!/usr/bin/env bash
# The demo as a newcomer runs it: how soon it starts, how long it takes, how good it is.
set -eu

cd "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
STARTS_WITHIN=5 LASTS_AT_MOST=180 PIXEL_AUROC=0.95

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
  echo "demo: $*" >&2
  exit 1
}

./flowline --version >/dev/null # whatever has to be built is built before the clock runs
begin=$(date +%s.%N)
./flowline demo --json -o "$work/demo" 2> >(while IFS= read -r line; do
  [ -e "$work/started" ] || date +%s.%N >"$work/started"
  printf '%s\n' "$line" >>"$work/err"
done) >"$work/out" || { cat "$work/err" >&2; fail "exit code $?"; }
end=$(date +%s.%N)
started=$(cat "$work/started")

figure() { sed -nE "s/^  \"$1\" : ([0-9.]+),?$/\1/p" "$work/out" | head -n 1; }
awk -v begin="$begin" -v started="$started" -v end="$end" -v auroc="$(figure pixelAuroc)" \
  'BEGIN { printf "demo: first sign of life after %.1f s, done after %.0f s, pixelAuroc %s\n",
           started - begin, end - begin, auroc }'
# A machine that runs other things too is given three times as long.
awk -v t="$(awk -v a="$begin" -v b="$started" 'BEGIN { print b - a }')" -v max=$((3 * STARTS_WITHIN)) \
  'BEGIN { exit !(t <= max) }' || fail "starts too late: $STARTS_WITHIN s are promised"
awk -v t="$(awk -v a="$begin" -v b="$end" 'BEGIN { print b - a }')" -v max=$((3 * LASTS_AT_MOST)) \
  'BEGIN { exit !(t <= max) }' || fail "takes too long: $LASTS_AT_MOST s are promised"
awk -v got="$(figure pixelAuroc)" -v least=$PIXEL_AUROC 'BEGIN { exit !(got >= least) }' ||
  fail "pixelAuroc $(figure pixelAuroc) is below $PIXEL_AUROC"
for page in report steel/report steel/goodness-of-fit flange/report flange/goodness-of-fit; do
  [ -s "$work/demo/$page.html" ] || fail "there is no $page.html"
done

# What the demo trained decides the same in C, by the exported file.
bash src/test/sh/inspect-test.sh "$work/demo"
bash src/test/sh/examples-test.sh "$work/demo"
