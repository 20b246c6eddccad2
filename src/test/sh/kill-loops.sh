#!/usr/bin/env bash
# Kills train, calibrate and compare at random moments, again and again, for at least so many seconds: what
# they write in the end must be what undisturbed runs write, and nothing may be left beside it.
#
#   kill-loops.sh [SECONDS] [SEED]
#
# Most kills are kill -9, some Ctrl-C. Prints how many there were and what they hit. Needs a built checkout; makes
# its own images.
set -eu

cd "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
lasts=${1-300} seed=${2-$$}
RANDOM=$seed
work=$(mktemp -d)
export SOURCE_DATE_EPOCH=1600000000 # the date in the model files
running=
clean_up() {
  if [ -n "$running" ]; then kill -9 "$running" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap clean_up EXIT
fail() {
  echo "kill loops: FAILED (seed $seed): $*" >&2
  tail -n 5 "$work/output" >&2
  exit 1
}

kills=0 stops=0 hits=0 chains=0 finished=0

# Runs a command for some milliseconds and a random part of others. Returns 0 if it came to its end.
killed_after() {
  local least=$1 most=$2 pid wait code=0 signal=KILL
  shift 2
  wait=$((least + RANDOM * most / 32768))
  if [ $((RANDOM % 4)) = 0 ]; then signal=INT; fi
  # A shell without job control has its children ignore Ctrl-C.
  set -m
  ./flowline "$@" >"$work/output" 2>&1 &
  pid=$!
  set +m
  running=$pid
  sleep "$(printf '%d.%03d' $((wait / 1000)) $((wait % 1000)))"
  if kill -s "$signal" "$pid" 2>/dev/null; then
    if [ $signal = INT ]; then stops=$((stops + 1)); else kills=$((kills + 1)); fi
  fi
  wait "$pid" 2>/dev/null || code=$?
  running=
  case $code in
    0) return 0 ;;
    130 | 137) return 1 ;;
    *) fail "exit code $code of $*" ;;
  esac
}

killed() {
  killed_after 0 "$@"
}

undisturbed() {
  ./flowline "$@" >"$work/output" 2>&1 || fail "exit code $? of $*"
}

nothing_hidden_in() {
  local left
  left=$(find "$1" -name '.*' ! -path "$1")
  [ -z "$left" ] || fail "left over: $left"
}

millis() { date +%s%3N; }

# --- what undisturbed runs write ---

data=$work/demo/data
echo "kill loops: seed $seed, making images" >&2
undisturbed demo -o "$work/demo" --epochs 1
common=(--data "$data" --extractor patch-pca --input 64 --batch 8 --lr 1e-3 --threads 1 --patience 0)
train=(train "${common[@]}" --category steel --epochs 15 --steps 2)
models=u-flow:steps=2,fastflow:steps=2
compare=(compare "${common[@]}" --category steel --epochs 4 --models "$models")
good=$data/steel/test/good

begin=$(millis)
mkdir "$work/whole"
undisturbed "${train[@]}" -o "$work/whole/gear.flowline"
train_takes=$(($(millis) - begin))
begin=$(millis)
undisturbed "${compare[@]}" -o "$work/whole/compare"
compare_takes=$(($(millis) - begin))
begin=$(millis)
undisturbed calibrate "$work/whole/gear.flowline" --good "$good" --threads 1 -o "$work/whole/calibrated.flowline"
calibrate_takes=$(($(millis) - begin))
echo "kill loops: undisturbed, train takes $train_takes ms, compare $compare_takes, calibrate $calibrate_takes" >&2

# The figures of a comparison without its times.
figures() {
  awk '/"(millisPerImage|p99MillisPerImage|trainingSeconds)" : \{/ { skip = 1 }
       !skip && !/"(millisPerImage|p99MillisPerImage|trainingSeconds)"/ { print }
       skip && /\}/ { skip = 0 }' "$1/compare.json"
}
# What a model file holds, without the time at which its threshold was measured and the digest that covers it.
content() {
  ./flowline info "$1" --json 2>"$work/output" | grep -vE '"(until|digest)"' || fail "$1 cannot be read"
}
figures "$work/whole/compare" >"$work/figures"
content "$work/whole/gear.flowline" >"$work/before"
content "$work/whole/calibrated.flowline" >"$work/after"

# --- the loops ---

train_chain() {
  local there=$work/chain model=$work/chain/gear.flowline resume=()
  mkdir "$there"
  for _ in 1 2 3 4 5 6; do
    if killed $((train_takes * 6 / 5)) "${train[@]}" -o "$model" "${resume[@]}"; then
      finished=$((finished + 1))
      break
    fi
    if [ -e "$model.checkpoint" ]; then
      hits=$((hits + 1))
      resume=(--resume)
    elif [ -e "$model" ]; then
      break # killed between the model and its answer
    fi
  done
  if [ ! -e "$model" ] || [ -e "$model.checkpoint" ]; then undisturbed "${train[@]}" -o "$model" --resume; fi
  cmp "$work/whole/gear.flowline" "$model" || fail "a model that was killed and resumed has other bits"
  # A process that was killed after it had written the model has left its lock.
  rm -f "$there/.gear.flowline.lock"
  nothing_hidden_in "$there"
}

compare_chain() {
  local there=$work/chain
  for _ in 1 2 3 4 5; do
    if killed $((compare_takes * 6 / 5)) "${compare[@]}" -o "$there"; then
      finished=$((finished + 1))
      break
    fi
    if [ -e "$there/compare.json" ]; then hits=$((hits + 1)); fi
  done
  undisturbed "${compare[@]}" -o "$there"
  figures "$there" | cmp - "$work/figures" || fail "a comparison that was killed has other figures"
  nothing_hidden_in "$there"
}

calibrate_chain() {
  local there=$work/chain model=$work/chain/gear.flowline
  mkdir "$there"
  for _ in 1 2 3; do
    cp "$work/whole/gear.flowline" "$model"
    chmod 600 "$model"
    # Most of its time is before it writes: the kills come late.
    if killed_after $((calibrate_takes * 4 / 5)) $((calibrate_takes * 2 / 5)) \
      calibrate "$model" --good "$good" --threads 1 -o "$model" --overwrite; then
      finished=$((finished + 1))
    elif ! cmp -s "$work/whole/gear.flowline" "$model"; then
      hits=$((hits + 1))
    fi
    if ! cmp -s "$work/whole/gear.flowline" "$model"; then
      content "$model" | cmp - "$work/after" || fail "a killed calibration has left neither old nor new model"
    fi
    [ "$(stat -c %a "$model")" = 600 ] || fail "a private model has become $(stat -c %a "$model")"
  done
  cp "$work/whole/gear.flowline" "$model"
  undisturbed calibrate "$model" --good "$good" --threads 1 -o "$model" --overwrite
  content "$model" | cmp - "$work/after" || fail "a calibration after kills has other content"
  nothing_hidden_in "$there"
}

until=$(($(date +%s) + lasts))
while [ "$(date +%s)" -lt "$until" ]; do
  for chain in train_chain calibrate_chain compare_chain; do
    rm -rf "$work/chain"
    $chain
    chains=$((chains + 1))
    if [ "$(date +%s)" -ge "$until" ]; then break; fi
  done
done
echo "kill loops: seed $seed, $chains chains, $kills times kill -9 and $stops times Ctrl-C: $hits runs were killed" \
  "in the middle of their work, $finished ended before they could be killed; all ended in the bits of undisturbed ones"
