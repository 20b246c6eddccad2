#!/usr/bin/env bash
# Fuzzes the readers of files with Jazzer, guided by coverage, each for so many seconds. It starts from
# the seeds of dev.flowline.fuzz.Seeds and goes on from what it found in target/fuzz-java before.
#
#     fuzz-java.sh [SECONDS [READER...]]   by default 5 seconds of SAFETENSORS, WEIGHTS, NPY, MODEL and IMAGE
#
# An input that is neither read nor refused by an IOException with the file's name stays as
# target/fuzz-java/READER-crash-*, -timeout-* or -oom-*. Once that is mended, its bytes become a line in
# hexadecimal (xxd -p -c0) of src/test/resources/dev/flowline/fuzz/READER.hex, in small letters.
set -eu

cd "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
seconds=${1-5}
if [ $# -gt 0 ]; then shift; fi
if [ $# -eq 0 ]; then set -- SAFETENSORS WEIGHTS NPY MODEL IMAGE; fi
folder=$PWD/target/fuzz-java
mkdir -p "$folder"
prepare() {
  mvn -q "$@" -DskipTests test-compile dependency:build-classpath -Dmdep.includeScope=test \
    -Dmdep.outputFile="$folder/classpath" >"$folder/build.log" 2>&1
}
if ! prepare -o && ! prepare; then # the second time with the network, for Jazzer
  tail -n 20 "$folder/build.log" >&2
  exit 1
fi
classpath=target/test-classes:target/classes:$(cat "$folder/classpath")
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

for reader in "$@"; do
  corpus=$folder/$reader
  log=$folder/$reader.log
  mkdir -p "$corpus"
  "$java" -cp "$classpath" dev.flowline.fuzz.Seeds "$reader" "$corpus" >"$log" 2>&1 || {
    cat "$log" >&2
    exit 1
  }
  # Limits: 2 GB of heap, 4 GB in all, 20 seconds an input.
  if ! FLOWLINE_FUZZ_READER=$reader OMP_NUM_THREADS=1 "$java" -Xmx2g -XX:-UsePerfData -cp "$classpath" \
    com.code_intelligence.jazzer.Jazzer \
    --target_class=dev.flowline.fuzz.ReaderFuzzer --reproducer_path="$folder" \
    --instrumentation_includes='dev.flowline.io.**:dev.flowline.data.**:dev.flowline.model.**' \
    -max_total_time="$seconds" -max_len=4096 -timeout=20 -rss_limit_mb=4096 -print_final_stats=1 \
    -artifact_prefix="$folder/$reader-" "$corpus" >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    exit 1
  fi
  echo "fuzz: $reader: $(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$log") runs," \
    "$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1) edges"
done
