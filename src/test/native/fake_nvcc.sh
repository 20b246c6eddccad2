#!/bin/sh
# An nvcc of the version FAKE_NVCC_VERSION, which compiles nothing.
case $1 in
  --version) echo "Cuda compilation tools, release $FAKE_NVCC_VERSION, V$FAKE_NVCC_VERSION.99" ;;
  --list-gpu-arch)
    case $FAKE_NVCC_VERSION in
      12.*) printf 'compute_%s\n' 80 90 ;;
      *) printf 'compute_%s\n' 90 110 103 120 ;;
    esac
    ;;
  *) exit 1 ;;
esac
