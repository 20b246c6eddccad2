#!/usr/bin/env bash
# From a frame to the verdict in C and Python as in Java: examples/c/inspect.c with exported models of the demo
# gives the verdicts, numbers and regions of './flowline inspect', and examples/python/inspect_frames.py prints
# what it prints.
#
# usage: inspect-test.sh DEMO-FOLDER    what './flowline demo -o DEMO-FOLDER' wrote
set -eu

demo=$(cd -- "$1" && pwd)
cd "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
flowline=${FLOWLINE:-./flowline} native=${NATIVE:-target/native}
python=$(bash src/test/sh/python-test.sh --interpreter)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
  echo "inspect: FAILED: $*" >&2
  exit 1
}

[ -e "$native/libflowline_inspect.so" ] || fail "libflowline_inspect is not built, it needs nlohmann/json.hpp"
cc -std=c99 -O2 -Wall -Wextra -Wpedantic -Werror -Isrc/main/native/include examples/c/inspect.c \
  -L"$native" -lflowline_inspect -lflowline -Wl,-rpath,"$(cd -- "$native" && pwd)" -o "$work/inspect"

# shellcheck source=src/test/sh/inspections.sh
. src/test/sh/inspections.sh
use_onnxruntime_of "${JARS:-target/launcher/lib}" "$work"

for part in steel flange; do
  mkdir "$work/$part"
  "$flowline" export "$demo/$part.flowline" -o "$work/$part.onnx" >/dev/null 2>"$work/log" ||
    { cat "$work/log" >&2; fail "$part is not exported"; }
  find "$demo/data/$part/test" -name '*.png' -print0 | sort -z |
    xargs -0 java src/test/packaging/PngToPnm.java "$work/$part"
  status=0
  "$work/inspect" "$work/$part.onnx" "$work/$part"/* >"$work/c" || status=$?
  [ "$status" -le 1 ] || fail "$part: exit code $status"
  if [ -n "$python" ]; then
    status=0
    FLOWLINE_LIBRARY=$native PYTHONPATH=src/main/python PYTHONDONTWRITEBYTECODE=1 \
      "$python" examples/python/inspect_frames.py "$work/$part.onnx" "$work/$part"/* >"$work/python" || status=$?
    [ "$status" -le 1 ] || fail "$part: exit code $status in Python"
    diff "$work/c" "$work/python" || fail "$part: C and Python do not agree"
  fi
  "$flowline" inspect "$demo/$part.flowline" "$work/$part" --engine onnxruntime --json 2>"$work/log" |
    lines_of_json >"$work/java" || true
  [ -s "$work/java" ] || { cat "$work/log" >&2; fail "$part: no inspections"; }
  sort "$work/c" >"$work/c.sorted"
  sort "$work/java" >"$work/java.sorted"
  agree "inspect: $part: C" "$work/c.sorted" "$work/java.sorted"
done
