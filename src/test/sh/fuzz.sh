#!/usr/bin/env bash
# Runs the fuzzers of libflowline's C ABI (clang's libFuzzer, address and undefined-behaviour
# sanitizers) on their corpora, each for so many seconds.
#
#     fuzz.sh [SECONDS [FUZZER...]]    by default 2 seconds of context, coupling, formulas, frame,
#                                      gradients, layers, model, regions, segment, transformer, tree
#     fuzz.sh --update [FUZZER...]     afterwards: takes what was found in target/native-fuzz/corpus
#                                      into the corpus of the repository, one input for every new edge
set -eu

cd "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
seconds=${1-2}
if [ $# -gt 0 ]; then shift; fi
if [ $# -eq 0 ]; then set -- context coupling formulas frame gradients layers model regions segment transformer tree; fi
corpora=src/test/native/fuzz/corpus
folder=target/native-fuzz

# A corpus is one file, an input a line in hexadecimal; "-" is the empty input.
unpack() { # CORPUS.hex FOLDER
  local line at=0
  mkdir -p "$2"
  while read -r line; do
    at=$((at + 1))
    if [ "$line" = - ]; then line=''; fi
    # shellcheck disable=SC2059
    printf "$(printf '%s' "$line" | sed 's/../\\x&/g')" >"$2/seed-$at"
  done <"$1"
}

pack() { # FOLDER CORPUS.hex
  local file
  {
    echo -
    for file in "$1"/*; do
      od -An -v -tx1 "$file" | tr -d ' \n'
      echo
    done | grep . | awk '{ print length($0), $0 }' | sort -n -k1,1 -k2 | cut -d' ' -f2
  } >"$2"
}

if [ "$seconds" != --update ]; then
  mkdir -p "$folder"
  log=$folder/build.log
  targets=()
  for name in "$@"; do targets+=(--target "${name}_fuzzer"); done
  if ! { cmake "-DFLOWLINE_BUILD=$folder" -P cmake/forget-moved.cmake &&
    cmake -S src/main/native -B "$folder" -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ \
    -DCMAKE_BUILD_TYPE=RelWithDebInfo -DFLOWLINE_TESTS=ON -DFLOWLINE_FUZZ=ON -DFLOWLINE_CUDA=OFF \
    -DFLOWLINE_SANITIZE=address,undefined && cmake --build "$folder" --parallel 2 "${targets[@]}"; } \
    >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    exit 1
  fi
fi

for name in "$@"; do
  fuzzer=$folder/test/fuzz/${name}_fuzzer
  found=$folder/corpus/$name
  if [ "$seconds" = --update ]; then
    rm -rf "$found.least"
    mkdir -p "$found.least"
    "$fuzzer" -set_cover_merge=1 -use_counters=0 -max_len=256 "$found.least" "$found" \
      >"$folder/$name.log" 2>&1
    pack "$found.least" "$corpora/$name.hex"
    echo "fuzz: $name: $(wc -l <"$corpora/$name.hex") inputs"
    continue
  fi
  unpack "$corpora/$name.hex" "$found"
  if ! "$fuzzer" -max_total_time="$seconds" -max_len=600 -timeout=20 -print_final_stats=1 \
    -artifact_prefix="$folder/$name-" "$found" >"$folder/$name.log" 2>&1; then
    tail -n 40 "$folder/$name.log" >&2
    exit 1
  fi
  echo "fuzz: $name: $(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$folder/$name.log") runs," \
    "$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$folder/$name.log" | tail -n 1) edges"
done
