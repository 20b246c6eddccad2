#!/usr/bin/env bash
# benchmarks/device.sh as far as it goes without a GPU: it says in one line that there is none, and its
# report reads what the tools of a GPU print.
set -eu

cd "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fail() {
  echo "device: FAILED: $*" >&2
  exit 1
}

if python3 benchmarks/device_report.py device >/dev/null; then
  echo "device: there is a GPU: that there is none is not checked"
else
  code=0
  bash benchmarks/device.sh "$scratch/none" >"$scratch/said" 2>&1 </dev/null || code=$?
  [ $code = 1 ] || fail "without a GPU device.sh exits with $code"
  if [ "$(wc -l <"$scratch/said")" != 1 ] || ! grep -q '^device.sh: no device: ' "$scratch/said"; then
    fail "without a GPU device.sh says: $(cat "$scratch/said")"
  fi
  [ ! -e "$scratch/none" ] || fail "without a GPU device.sh makes a folder"
fi

# What a device's steps leave behind: a benchmark's table, PyTorch's rows, ncu's launches.
steps=$scratch/steps
mkdir "$steps"
echo '{"name": "GPU", "capability": "90", "multiprocessors": 132, "memory_gib": 139.7, "driver_cuda": "13.0"}' \
  >"$steps/device"
for step in build test benchmark pytorch ncu; do echo "0 7" >"$steps/$step.step"; done
cat >"$steps/benchmark.out" <<'END'
GPU, driver for CUDA 13.0, libflowline 0.3.0

| what | microseconds | target | |
| --- | ---: | ---: | --- |
| energy | 31.2 |  | 4.1 TB/s |
| maps | 61.0 | 65 |  |
END
echo '{"torch": "2.11.0", "device": "cuda", "rows": [{"what": "maps", "flowline_microseconds": 61.5,
 "eager_microseconds": 123.0, "times_as_fast": 2.0, "largest_difference": 2e-7}]}' | tr -d '\n' >"$steps/pytorch.out"
cat >"$steps/ncu.out" <<'END'
==PROF== Connected to process 7
"ID","Kernel Name","Block Size","Grid Size","gpu__time_duration.sum","launch__registers_per_thread"
"","","","","ns","register/thread"
"0","tree(int)","(256, 1, 1)","(64, 1, 1)","1,200","40"
"1","energy(int)","(128, 1, 1)","(9, 1, 1)","900","32"
"2","tree(int)","(256, 1, 1)","(64, 1, 1)","7,500","40"
"3","map(int)","(64, 1, 1)","(2, 1, 1)","100","16"
"4","law(int)","(64, 1, 1)","(2, 1, 1)","300","20"
END
python3 benchmarks/device_report.py write "$steps" "$scratch/device.json"
cp benchmarks/README.md "$scratch/page.md"
python3 benchmarks/device_report.py table "$scratch/device.json" "$scratch/page.md"
# shellcheck disable=SC2016 # the backticks are Markdown's
for expected in '| energy |  | 31.2 | 4.1 TB/s |' '| maps | 65 | 61.0 |  |' \
  '| maps | 123.0 | 61.5 | 2.00 | 2.0e-07 |' \
  '| `tree` | (64, 1, 1) | (256, 1, 1) | gpu__time_duration 7,500 ns; launch__registers_per_thread 40 register/thread |'; do
  grep -qF -- "$expected" "$scratch/page.md" || fail "the table has no row '$expected'"
done
[ "$(grep -c gpu__time_duration "$scratch/page.md")" = 3 ] || fail "the table has not three kernels"
if grep -q "| .map. | " "$scratch/page.md"; then fail "the table has the fastest kernel"; fi

# A step that failed fails the whole, but its figures are written.
echo "9 3" >"$steps/test.step"
if python3 benchmarks/device_report.py write "$steps" "$scratch/failed.json" 2>"$scratch/said"; then
  fail "a failed test passes"
fi
grep -qF 'test (failed)' "$scratch/said" || fail "a failed test is not named"
grep -qF '"result": "failed"' "$scratch/failed.json" || fail "a failed test is not written"
echo "device: passed"
