#!/usr/bin/env bash
# The CUDA core on a device, in at most eight minutes and without a network: builds it for the device
# that is there, tests it, checks it by compute-sanitizer, measures it beside plain eager PyTorch, and
# profiles its slowest kernels. Needs nvcc of CUDA 13, CMake, a C++ compiler and python3 with PyTorch.
#
#     benchmarks/device.sh [FOLDER]       writes FOLDER/device.json and the table of benchmarks/README.md
#     benchmarks/device.sh --table FILE   only the table, of a device.json that another machine wrote
#     benchmarks/device.sh --rehearse [FOLDER]
#                                         the same without a device: what needs one is left out, PyTorch
#                                         computes on the CPU, and no table is written
set -eu

cd "$(dirname -- "${BASH_SOURCE[0]}")/.."
root=$PWD
seconds=470 # for all steps: what is left over is for the report

die() {
  echo "device.sh: $*" >&2
  exit 1
}

command -v python3 >/dev/null || die "there is no python3"
if [ "${1-}" = --table ]; then
  [ $# = 2 ] || die "--table takes one file"
  exec python3 benchmarks/device_report.py table "$2" benchmarks/README.md
fi
rehearse=no
if [ "${1-}" = --rehearse ]; then
  rehearse=yes
  seconds=3600
  shift
fi
[ $# -le 1 ] || die "takes at most one folder"

# Name, compute capability, memory and driver, of the driver itself: nvidia-smi need not be there.
device=$(python3 benchmarks/device_report.py device) || {
  [ $rehearse = yes ] || die "no device: $device"
  device='{}'
}
nvcc=$(command -v nvcc || command -v /usr/local/cuda/bin/nvcc) || die "there is no nvcc"
for needed in cmake c++; do
  command -v $needed >/dev/null || die "there is no $needed"
done

out=${1-$(mktemp -d)}
mkdir -p "$out"
out=$(cd "$out" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
printf '%s\n' "$device" >"$scratch/device"
capability=$(python3 -c 'import json, sys; print(json.load(sys.stdin).get("capability", "90"))' \
  <"$scratch/device")

# Runs a step with a limit of time, and notes its exit code, its seconds and its output.
step() { # NAME LIMIT COMMAND...
  local name=$1 limit=$2 start=$SECONDS code=0
  shift 2
  if [ "$limit" -gt $((seconds - SECONDS)) ]; then limit=$((seconds - SECONDS)); fi
  if [ "$limit" -lt 5 ]; then
    code=left-out
  else
    timeout -k 5 "$limit" "$@" >"$scratch/$name.out" 2>"$scratch/$name.err" </dev/null || code=$?
  fi
  printf '%s %s\n' "$code" $((SECONDS - start)) >"$scratch/$name.step"
  echo "device.sh: $name: $code, $((SECONDS - start)) s" >&2
}

# A program of the toolkit, which need not be on the PATH.
tool() { # NAME
  local found
  for found in "$(command -v "$1")" "${nvcc%/*}/$1" "/usr/local/cuda/bin/$1"; do
    if [ -n "$found" ] && [ -x "$found" ]; then break; fi
  done
  echo "$found"
}

export CUDACXX="$nvcc"
export FLOWLINE_LIBRARY=$scratch/build
tests=$scratch/build/test
step configure 60 cmake -S src/main/native -B "$scratch/build" -DCMAKE_BUILD_TYPE=Release \
  -DFLOWLINE_TESTS=ON -DFLOWLINE_INSPECT=OFF -DFLOWLINE_CUDA=ON -DCMAKE_CUDA_FLAGS=-lineinfo \
  "-DFLOWLINE_CUDA_ARCHITECTURES=$capability"
step build $((seconds / 2)) cmake --build "$scratch/build" --parallel "$(nproc)" \
  --target cuda_device_test flowline_cuda_benchmark
if [ ! -x "$tests/flowline_cuda_benchmark" ]; then
  echo "device.sh: the build failed: nothing else runs" >&2
elif [ $rehearse = yes ]; then
  step test 60 "$tests/cuda_device_test"
  step benchmark 60 "$tests/flowline_cuda_benchmark"
  step pytorch 120 python3 benchmarks/device_peer.py --device cpu --batch 2
else
  step test 60 "$tests/cuda_device_test" --rounds=200 --seed=1
  # Nothing is measured meanwhile: all four at once.
  for check in memcheck racecheck synccheck initcheck; do
    step "$check" 90 "$(tool compute-sanitizer)" --tool $check --error-exitcode 9 \
      "$tests/cuda_device_test" --rounds=4 --seed=2 --largest=60 &
  done
  wait
  step benchmark 60 "$tests/flowline_cuda_benchmark"
  step pytorch 60 python3 benchmarks/device_peer.py
  # The clocks stay as they are.
  step ncu 90 "$(tool ncu)" --clock-control none --csv --page raw \
    --metrics "$(python3 benchmarks/device_report.py metrics)" "$tests/flowline_cuda_benchmark" --once
fi

code=0
python3 benchmarks/device_report.py write "$scratch" "$out/device.json" || code=$?
if [ $rehearse = no ]; then
  python3 benchmarks/device_report.py table "$out/device.json" "$root/benchmarks/README.md"
fi
echo "device.sh: $SECONDS s, $out/device.json"
exit $code
