#!/usr/bin/env bash
# libflowline's kernels for NEON: compiled for aarch64 and run under emulation, held to the plain
# implementations and the scalar functions as those of every other instruction set are.
set -euo pipefail

cd "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
folder=${1:-target/native-neon}
tests=(chernoff_test implementations_test energy_kernel_test coupling_test upsampling_test)

cmake -S src/main/native -B "$folder" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DFLOWLINE_TESTS=ON \
  -DFLOWLINE_CUDA=OFF -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 \
  -DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc -DCMAKE_CXX_COMPILER=aarch64-linux-gnu-g++ >/dev/null
cmake --build "$folder" --parallel 2 --target "${tests[@]}"
for test in "${tests[@]}"; do
  arguments=()
  if [ "$test" = implementations_test ]; then arguments=(--maps=400); fi
  echo "neon: $test"
  qemu-aarch64 -L /usr/aarch64-linux-gnu "$folder/test/$test" ${arguments[@]+"${arguments[@]}"}
done
echo "neon: ${#tests[@]} passed"
