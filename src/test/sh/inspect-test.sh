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

jar=$(find "${JARS:-target/launcher/lib}" -name 'onnxruntime-*.jar' | head -n 1)
[ -n "$jar" ] || fail "there is no jar of ONNX Runtime"
inside=ai/onnxruntime/native/linux-x64
if [ "$(uname -m)" = aarch64 ]; then inside=ai/onnxruntime/native/linux-aarch64; fi
(jar=$(realpath "$jar") && cd "$work" && cmake -E tar xf "$jar" -- "$inside/libonnxruntime.so")
export FLOWLINE_ONNXRUNTIME=$work/$inside/libonnxruntime.so

# A line of an inspection: image, verdict, log10 NFA, score, p-value, up to 8 boxes.
lines_of_json() {
  awk -F' : ' -v OFS=' : ' '
    { gsub(/[",\[\]{}]/, "", $2); gsub(/^ +| +$/, "", $2) }
    /^ *"image" :/ { image = $2; boxes = ""; regions = 0; p = "nan" }
    /^ *"verdict" :/ { verdict = $2 }
    /^ *"value" :/ { value = $2 }
    /^ *"pValue" :/ { p = $2 }
    /^ *"anomalyScore" :/ { score = $2 }
    /"regions" :/ { inside = 1 }
    inside && /"x" :/ { box = $2 }
    inside && /"(y|width)" :/ { box = box " " $2 }
    inside && /"height" :/ { if (regions++ < 8) boxes = boxes " [" box " " $2 "]"; }
    /"(outOfRange|timingsMillis)" :/ && inside { inside = 0; print image " " verdict " " value " " score " " p boxes }'
}

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
  join <(sort "$work/c") <(sort "$work/java") >/dev/null || fail "$part: other images"
  paste -d'|' <(sort "$work/c") <(sort "$work/java") | awk -F'|' -v part="$part" '
    function far(a, b) { return a != b && !((a - b) ^ 2 <= (1e-6 * (b < 0 ? -b : b) + 1e-9) ^ 2) }
    {
      n = split($1, c, " "); m = split($2, java, " ")
      wrong = n != m || c[1] != java[1] || c[2] != java[2]
      for (i = 3; i <= 5; i++) wrong = wrong || far(c[i], java[i])
      for (i = 6; i <= n; i++) wrong = wrong || c[i] != java[i]
      if (wrong) { print "C:    " $1 "\nJava: " $2; bad++ }
      defects += c[2] == "DEFECT"
    }
    END {
      printf "inspect: %s: %d frames, %d defects, %d answers differ\n", part, NR, defects, bad
      exit !(NR > 0 && defects > 0 && defects < NR && bad == 0)
    }' || fail "$part: C and Java do not agree"
done
