#!/usr/bin/env bash
# Has libflowline become slower? Two gates that a noisy machine cannot fool, with their limits in
# benchmarks/native/limits.txt: instructions a pixel, counted by valgrind, and the ratio of the time to
# a baseline's of the same rounds. A ratio that falls short is measured again: noise passes, a slow-down
# does not.
#
#     benchmark-gate.sh           is everything within its limits?
#     benchmark-gate.sh --plant   does every gate see the slow-down that limits.txt says it sees?
set -eu

cd "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
planted=no
case $#,${1-} in
  0,) ;;
  1,--plant) planted=yes ;;
  *)
    echo "usage: benchmark-gate.sh [--plant]" >&2
    exit 2
    ;;
esac
attempts=5

folder=target/native-benchmark
mkdir -p "$folder"
log=$folder/build.log
if ! { cmake "-DFLOWLINE_BUILD=$folder" -P cmake/forget-moved.cmake &&
  cmake -S benchmarks/native -B "$folder" -DCMAKE_BUILD_TYPE=Release &&
  cmake --build "$folder" --parallel 2 --target flowline_benchmark; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  exit 1
fi
benchmark=$folder/flowline_benchmark

# Instructions a pixel of a part: of what runs inside flowline_measured, and nothing else.
instructions() {
  local profile=$folder/callgrind.out pixels total
  pixels=$(valgrind -q --tool=callgrind --toggle-collect=flowline_measured \
    "--callgrind-out-file=$profile" "$benchmark" "--part=$1" "--field=$2" "--size=$3" \
    "--instruction-set=$4" --repeat="$5" "--plant=$plant" 2>"$folder/callgrind.log") || {
    cat "$folder/callgrind.log" >&2
    return 1
  }
  total=$(sed -n 's/^\(summary\|totals\): *//p' "$profile" | tail -n 1)
  awk -v total="$total" -v pixels="$pixels" 'BEGIN {
    if (pixels + 0 <= 0 || total / pixels < 0.05) exit 1
    printf "%.1f", total / pixels
  }' || {
    echo "benchmark gate: $total instructions counted of $pixels pixels" >&2
    return 1
  }
}

# How many times faster than its baseline a part is: the median of interleaved rounds.
ratio() {
  "$benchmark" "--part=$1" "--field=$2" "--size=$3" "--instruction-set=$4" --rounds=15 \
    "--plant=$plant" --json | sed -n 's/.*"ratio": \([0-9.]*\).*/\1/p'
}

at_most() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a <= b) }'; }

kept=0
broken=0
while read -r gate part field size set limit sees; do
  plant=1
  [ $planted = no ] || plant=$sees
  case $gate in
    '' | '#'*) continue ;;
    instructions)
      repeat=64
      case $field in # a pixel of these takes a thousand times as many
        convolutions) repeat=4 ;;
        flow | layers) repeat=2 ;;
      esac
      measured=$(instructions "$part" "$field" "$size" "$set" "$repeat") || exit 1
      what="at most $limit instructions a pixel"
      if at_most "$measured" "$limit"; then within=yes; else within=no; fi
      ;;
    ratio)
      what="at least $limit times the speed of its baseline"
      within=no
      measured=''
      for ((i = 0; i < attempts; i++)); do
        once=$(ratio "$part" "$field" "$size" "$set")
        [ -n "$once" ] || {
          echo "benchmark gate: $part has no ratio: $benchmark --part=$part" >&2
          exit 1
        }
        measured+="${measured:+, }$once"
        if at_most "$limit" "$once"; then
          within=yes
          break
        fi
      done
      ;;
    *)
      echo "limits.txt: what is $gate?" >&2
      exit 2
      ;;
  esac
  [ -n "$measured" ] || exit 1
  [ $planted = no ] || what+=", $plant times the cost planted"
  echo "benchmark gate: $part, $field, $size x $size, $set: $measured ($what)"
  if [ "$within" = yes ]; then
    kept=$((kept + 1))
  else
    broken=$((broken + 1))
    [ "$plant" != 1 ] || echo "benchmark gate: TOO SLOW" >&2
  fi
done <benchmarks/native/limits.txt

if [ $planted = no ]; then
  [ $broken = 0 ] && [ $kept -gt 0 ] || exit 1
  echo "benchmark gate: $kept within their limits"
else
  if [ $kept != 0 ] || [ $broken = 0 ]; then
    echo "benchmark gate: $kept did not see its slow-down" >&2
    exit 1
  fi
  echo "benchmark gate: all $broken see their slow-down"
fi
