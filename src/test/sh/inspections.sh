# shellcheck shell=bash
# What the tests share that compare inspections by native programs with those of './flowline inspect'. A line of
# an inspection is as examples/c/inspect.c prints it: image, verdict, log10 NFA, score, p-value, boxes,
# of which 8 are compared.

# Takes libonnxruntime.so out of the jar in a folder, and exports where it is: FOLDER-OF-JARS WORK-FOLDER
use_onnxruntime_of() {
  local jar inside=ai/onnxruntime/native/linux-x64
  jar=$(find "$1" -name 'onnxruntime-*.jar' | head -n 1)
  [ -n "$jar" ] || fail "there is no jar of ONNX Runtime"
  if [ "$(uname -m)" = aarch64 ]; then inside=ai/onnxruntime/native/linux-aarch64; fi
  (jar=$(realpath "$jar") && cd "$2" && cmake -E tar xf "$jar" -- "$inside/libonnxruntime.so")
  export FLOWLINE_ONNXRUNTIME=$2/$inside/libonnxruntime.so
}

# Reads the JSON of './flowline inspect'; prints the lines of the inspections.
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

# Holds a program's lines to Java's, of the same images, both sorted: NAME LINES LINES-OF-JAVA [RELATIVE LEAST PIXELS].
# Numbers may differ by RELATIVE of them and by LEAST, the edges of boxes by PIXELS; by default 1e-6, 1e-9 and 0.
# If edges may differ, so may the order of boxes: regions of the same strength but for rounding change places.
agree() {
  [ "$(cut -d' ' -f1 "$2")" = "$(cut -d' ' -f1 "$3")" ] || fail "$1: other images"
  paste -d'|' "$2" "$3" | awk -F'|' -v name="$1" -v relative="${4-1e-6}" -v least="${5-1e-9}" -v pixels="${6-0}" '
    function far(a, b) { return a != b && !((a - b) ^ 2 <= (relative * (b < 0 ? -b : b) + least) ^ 2) }
    function number(word) { gsub(/[][]/, "", word); return word }
    function at(i, j) {
      return !moved(c[i], java[j]) && !moved(c[i + 1], java[j + 1]) && !moved(c[i + 2], java[j + 2]) &&
        !moved(c[i + 3], java[j + 3])
    }
    function moved(a, b) { a = number(a) - number(b); return !(a * a <= pixels * pixels) }
    {
      n = split($1, c, " "); m = split($2, java, " ")
      shown = n > 5 + 8 * 4 ? 5 + 8 * 4 : n
      wrong = shown != m || c[1] != java[1] || c[2] != java[2]
      for (i = 3; i <= 5; i++) wrong = wrong || far(c[i], java[i])
      for (j = 6; j <= m; j += 4) {
        found = 0
        for (i = pixels > 0 ? 6 : j; i <= (pixels > 0 ? n : j); i += 4) found = found || at(i, j)
        wrong = wrong || !found
      }
      if (wrong) { print name ": " $1 "\nJava: " $2; bad++ }
      defects += c[2] == "DEFECT"
    }
    END {
      printf "%s: %d frames, %d defects, %d answers differ\n", name, NR, defects, bad
      exit !(NR > 0 && defects > 0 && defects < NR && bad == 0)
    }' || fail "$1 and Java do not agree"
}
