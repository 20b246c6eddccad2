#!/usr/bin/env bash
# The native tests under valgrind's memcheck: no invalid access, no decision on undefined values, no
# leak. Options go to ctest. valgrind has no AVX-512: its processor shows AVX2 at most.
set -eu

cd "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
folder=target/native-memcheck
valgrind='valgrind;-q;--error-exitcode=9;--leak-check=full;--errors-for-leak-kinds=definite,possible'
mkdir -p "$folder"
log=$folder/build.log
# CMake before 3.29 takes the emulator for every build, later ones the launcher.
if ! { cmake "-DFLOWLINE_BUILD=$folder" -P cmake/forget-moved.cmake &&
  cmake -S src/main/native -B "$folder" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DFLOWLINE_TESTS=ON -DFLOWLINE_CUDA=OFF \
  "-DCMAKE_CROSSCOMPILING_EMULATOR=$valgrind" "-DCMAKE_TEST_LAUNCHER=$valgrind" &&
  cmake --build "$folder" --parallel 2; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  exit 1
fi
cd "$folder"
if ! ctest -N -V | grep -q 'Test command:.*valgrind'; then
  echo "memcheck: ctest does not run valgrind" >&2
  exit 1
fi
# valgrind's operator new takes the place of allocation_test's and cannot throw in arguments_test; of
# threshold_truth and guard_band_test their own statistics would take the time; math_test's reference is
# long double, which valgrind computes in double.
ctest --output-on-failure -E '^(allocation_test|arguments_test|guard_band_test|math_test|threshold_truth)$' "$@"
