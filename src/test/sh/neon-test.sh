#!/usr/bin/env bash
# The NEON kernels: libflowline and the tests of its inner loops, compiled for AArch64 and run by qemu. A
# processor that is emulated is slow, so that what is random has few rounds.
set -eu

cd "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
folder=target/native-neon
tests=(chernoff_test energy_kernel_test coupling_test upsampling_test math_test implementations_test
  preprocess_test winograd_test flow_step_test layers_test flow_gradients_test
  transformer_test)
mkdir -p "$folder"
log=$folder/build.log
if ! { cmake "-DFLOWLINE_BUILD=$folder" -P cmake/forget-moved.cmake &&
  cmake -S src/main/native -B "$folder" -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 \
  -DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc -DCMAKE_CXX_COMPILER=aarch64-linux-gnu-g++ \
  -DFLOWLINE_TESTS=ON -DFLOWLINE_CUDA=OFF &&
  cmake --build "$folder" --parallel 2 --target "${tests[@]}"; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  exit 1
fi
for test in "${tests[@]}"; do
  options=()
  case $test in
    math_test) options=(1 17) ;;
    implementations_test) options=(--maps=1000) ;;
    preprocess_test) options=(6) ;;
    winograd_test | flow_step_test | layers_test | flow_gradients_test | transformer_test) options=(1 6) ;; # seed, rounds
  esac
  echo "neon: $test ${options[*]}"
  qemu-aarch64 -L /usr/aarch64-linux-gnu "$folder/test/$test" "${options[@]}" >"$folder/$test.log" || {
    tail -n 20 "$folder/$test.log" >&2
    exit 1
  }
done
grep -q 'sets.* NEON' "$folder/energy_kernel_test.log"
