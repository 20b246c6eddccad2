#!/usr/bin/env bash
# The examples that go from frames to verdicts, built outside of the repository's build against an installed
# libflowline: with exported models of the demo they give the verdicts, numbers and regions of './flowline
# inspect', and none of them starts a JVM.
#
# usage: examples-test.sh DEMO-FOLDER    what './flowline demo -o DEMO-FOLDER' wrote
#
# OpenCV and GStreamer are Debian's. As root on Debian it installs what is missing; what it cannot check it says.
set -eu

demo=$(cd -- "$1" && pwd)
cd "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
flowline=$(realpath "${FLOWLINE:-./flowline}") native=${NATIVE:-target/native}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
start=$SECONDS

say() { printf 'examples: %s, %s s\n' "$*" "$((SECONDS - start))"; }
fail() {
  printf 'examples: FAILED: %s\n' "$*" >&2
  exit 1
}
quietly() { # COMMAND...: its output only where it fails
  "$@" >"$work/log" 2>&1 || {
    tail -n 40 "$work/log" >&2
    fail "$*"
  }
}
# shellcheck source=src/test/sh/inspections.sh
. src/test/sh/inspections.sh

has_opencv() { [ -e /usr/include/opencv4/opencv2/dnn.hpp ]; }
has_gstreamer() {
  command -v gst-launch-1.0 >/dev/null && pkg-config --exists gstreamer-app-1.0 gstreamer-video-1.0 &&
    gst-inspect-1.0 --exists videotestsrc && gst-inspect-1.0 --exists pngdec
}
missing=()
has_opencv || missing+=(libopencv-dev)
has_gstreamer || missing+=(pkg-config libgstreamer-plugins-base1.0-dev gstreamer1.0-tools
  gstreamer1.0-plugins-base gstreamer1.0-plugins-good)
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get -q update >"$work/log" 2>&1 || true
  quietly env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    "${missing[@]}" </dev/null
  say "installed ${missing[*]}"
fi

# ---- Built against an installed libflowline -----------------------------------------------------

[ -e "$native/libflowline_inspect.so" ] || fail "libflowline_inspect is not built, it needs nlohmann/json.hpp"
quietly cmake --build "$native" --parallel 2
quietly cmake --install "$native" --prefix "$work/installed"
examples=$(find "$work/installed" -type d -name examples)
build() { # EXAMPLE: configures and builds the installed sources, warnings are errors
  quietly cmake -S "$examples/$1" -B "$work/$1" "-DCMAKE_PREFIX_PATH=$work/installed" \
    "-DCMAKE_${2}_FLAGS=-Wall -Wextra -Wpedantic -Werror"
  quietly cmake --build "$work/$1" --parallel 2
  say "$1 is built"
}
PKG_CONFIG_PATH=$(dirname "$(find "$work/installed" -name flowline.pc)")
LD_LIBRARY_PATH=$(dirname "$(find "$work/installed" -name libflowline_inspect.so)")
quietly env PKG_CONFIG_PATH="$PKG_CONFIG_PATH" make -C "$examples/c" inspect
if has_opencv; then build opencv CXX; else say "OpenCV is NOT checked: libopencv-dev is missing"; fi
if has_gstreamer; then build gstreamer C; else say "GStreamer is NOT checked: it is missing"; fi
export LD_LIBRARY_PATH
use_onnxruntime_of "$(realpath "${JARS:-target/launcher/lib}")" "$work"

# ---- The same answers as Java -------------------------------------------------------------------

# Runs a program and looks which libraries it opens: NAME PROGRAM ARGUMENT...; writes its output to $work/output.
run() {
  local name=$1 status=0
  shift
  rm -f "$work"/opened.*
  LD_DEBUG=files LD_DEBUG_OUTPUT=$work/opened "$@" >"$work/output" 2>"$work/log" || status=$?
  [ "$status" -le 1 ] || { cat "$work/log" >&2; fail "$name: exit code $status"; }
  cat "$work"/opened.* >"$work/libraries"
  grep -q 'libflowline_inspect\.so' "$work/libraries" || fail "$name: which libraries it opens is not seen"
  ! grep -E 'libjvm|libjli' "$work/libraries" || fail "$name: it starts a JVM"
}
agrees() { # NAME LINES-OF-JAVA [RELATIVE LEAST PIXELS]: what is read has the lines of Java
  local name=$1
  shift
  sort >"$work/sorted"
  agree "examples: $part: $name" "$work/sorted" "$@"
}
# The lines of messages of inspect_gst, with a frame's number as its name.
lines_of_messages() {
  awk '{
    gsub(/\([a-z0-9]+\)/, "")
    split($0, half, " regions=")
    split(half[1], word, /[=,]/)
    line = word[3] " " word[7] " " word[9] " " word[11] " " word[13]
    boxes = split(half[2], box, "<")
    for (i = 3; i <= boxes; i++) {
      gsub(/[^0-9 ]/, "", box[i])
      gsub(/ +/, " ", box[i])
      gsub(/^ | $/, "", box[i])
      line = line " [" box[i] "]"
    }
    print line }'
}
# Replaces the numbers of frames by the images that they are.
named() { # IMAGE...
  awk 'BEGIN { for (i = 1; i < ARGC; i++) name[i - 1] = ARGV[i]; ARGC = 1 } { $1 = name[$1]; print }' "$@"
}
generated() { # FORMAT: frames whose rows have gaps, as 3 * 201 is no multiple of 4
  echo "videotestsrc num-buffers=1 ! video/x-raw,format=$1,width=201,height=131"
}
make_video() { # FILE IMAGE...: of pixels as they are
  local file=$1 count=0 image
  shift
  mkdir "$work/frames"
  for image in "$@"; do
    ln -s "$image" "$work/frames/$count.png"
    count=$((count + 1))
  done
  quietly gst-launch-1.0 multifilesrc location="$work/frames/%d.png" caps=image/png,framerate=25/1 ! \
    pngdec ! videoconvert ! video/x-raw,format=BGR ! avimux ! filesink location="$file"
  rm -r "$work/frames"
}
is_red() { # IMAGE X Y: of 256 x 256 pixels
  java src/test/packaging/PngToPnm.java "$work" "$1"
  local folder=${1%/*} name=${1##*/}
  local pixel
  pixel=$(tail -c 196608 "$work/${folder##*/}-${name%.png}.ppm" | od -An -tu1 -j $((3 * ($3 * 256 + $2))) -N 3)
  [ "$pixel" = " 255   0   0" ]
}

for part in steel flange; do
  mkdir "$work/$part" "$work/$part-drawn"
  quietly "$flowline" export "$demo/$part.flowline" -o "$work/$part.onnx"
  while IFS= read -r image; do
    folder=${image%/*}
    ln -s "$image" "$work/$part/${folder##*/}-${image##*/}"
  done < <(find "$demo/data/$part/test" -name '*.png')
  images=("$work/$part"/*)
  if has_gstreamer; then
    make_video "$work/$part.avi" "${images[@]}"
    for format in GRAY8 RGB; do
      # shellcheck disable=SC2046  # words of a pipeline
      quietly gst-launch-1.0 $(generated $format) ! pngenc ! filesink location="$work/$part/$format.png"
    done
  fi
  "$flowline" inspect "$demo/$part.flowline" "$work/$part" --engine onnxruntime --json 2>"$work/log" |
    lines_of_json | sort >"$work/java" || true
  [ -s "$work/java" ] || { cat "$work/log" >&2; fail "$part: no inspections"; }
  grep "/$part/[a-z]" "$work/java" >"$work/java-of-video"

  if has_opencv; then
    run OpenCV "$work/opencv/inspect_opencv" "$work/$part.onnx" "$work/$part" "$work/$part-drawn"
    agrees "OpenCV, a folder" "$work/java" <"$work/output"
    [ "$(find "$work/$part-drawn" -name '*.png' | wc -l)" = "$(wc -l <"$work/output")" ] || fail "frames are not drawn"
    read -r image _ _ _ _ x y _ < <(grep -m 1 "/$part/[a-z].* DEFECT " "$work/output" | tr -d '[')
    is_red "$work/$part-drawn/${image##*/}" "$x" "$y" || fail "$image: no red box at $x $y"
    run dnn "$work/opencv/inspect_dnn" "$work/$part.onnx" "$work/$part"
    ! grep -q onnxruntime "$work/libraries" || fail "dnn: it opens ONNX Runtime"
    agrees "OpenCV's dnn" "$work/java" 1e-3 1e-3 1 <"$work/output"
  fi
  if has_gstreamer; then
    run GStreamer "$work/gstreamer/inspect_gst" "$work/$part.onnx" "filesrc location=$work/$part.avi ! decodebin"
    lines_of_messages <"$work/output" | named "${images[@]}" >"$work/lines"
    for format in GRAY8 RGB; do
      run GStreamer "$work/gstreamer/inspect_gst" "$work/$part.onnx" "$(generated $format)"
      lines_of_messages <"$work/output" | named "$work/$part/$format.png" >>"$work/lines"
    done
    agrees "GStreamer, a video and videotestsrc" "$work/java" <"$work/lines"
    mv "$work/output" "$work/rgb"
    run GStreamer "$work/gstreamer/inspect_gst" "$work/$part.onnx" "$(generated BGR)"
    diff "$work/rgb" "$work/output" || fail "GStreamer: BGR is judged as another frame than RGB"
  fi
  if has_opencv && has_gstreamer; then
    run OpenCV "$work/opencv/inspect_opencv" "$work/$part.onnx" "$work/$part.avi"
    named "${images[@]}" <"$work/output" | agrees "OpenCV, a video" "$work/java-of-video"
  fi
done
run C "$examples/c/inspect" "$work/steel.onnx" "$work"/steel-drawn-*.ppm
python=$(bash src/test/sh/python-test.sh --interpreter)
export PYTHONDONTWRITEBYTECODE=1
PYTHONPATH=$(dirname "$(find "$work/installed" -type d -path '*-packages/flowline')")
export PYTHONPATH
if [ -n "$python" ]; then
  mv "$work/output" "$work/of-c"
  run Python "$python" "$examples/python/inspect_frames.py" "$work/steel.onnx" "$work"/steel-drawn-*.ppm
  diff "$work/of-c" "$work/output" || fail "Python: other answers than in C"
fi

# ---- Errors are exit code 2, with a reason, and never a good frame -------------------------------

refuses() { # PATTERN PROGRAM ARGUMENT...
  local pattern=$1 status=0
  shift
  timeout 60 "$@" >"$work/output" 2>"$work/log" || status=$?
  [ "$status" = 2 ] || fail "$*: exit code $status instead of 2"
  grep -q -- "$pattern" "$work/log" || { cat "$work/log" >&2; fail "$*: no \"$pattern\""; }
  ! grep -q GOOD "$work/output" || fail "$*: a frame is good"
}
mkdir "$work/empty" "$work/text"
echo text >"$work/text/part.png"
refuses "usage" "$examples/c/inspect"
refuses "usage" "$examples/c/inspect" "$work/steel.onnx"
refuses "none.onnx cannot be opened" "$examples/c/inspect" "$work/none.onnx" "$work/text/part.png"
refuses "part.png" "$examples/c/inspect" "$work/steel.onnx" "$work/text/part.png"
refuses "none.ppm" "$examples/c/inspect" "$work/steel.onnx" "$work/none.ppm"
in_python=("$python" "$examples/python/inspect_frames.py")
if [ -n "$python" ]; then
  refuses "usage" "${in_python[@]}"
  refuses "usage" "${in_python[@]}" "$work/steel.onnx"
  refuses "none.onnx" "${in_python[@]}" "$work/none.onnx" "$work/text/part.png"
  refuses "part.png" "${in_python[@]}" "$work/steel.onnx" "$work/text/part.png"
  refuses "none.ppm" "${in_python[@]}" "$work/steel.onnx" "$work/none.ppm"
fi
for program in inspect_opencv inspect_dnn; do
  has_opencv || break
  refuses "none.onnx cannot be opened" "$work/opencv/$program" "$work/none.onnx" "$work/steel"
  refuses "has no frames" "$work/opencv/$program" "$work/steel.onnx" "$work/empty"
  refuses "part.png is no image" "$work/opencv/$program" "$work/steel.onnx" "$work/text"
  refuses "no folder and no video" "$work/opencv/$program" "$work/steel.onnx" "$work/none.avi"
done
if has_gstreamer; then
  refuses "none.onnx cannot be opened" "$work/gstreamer/inspect_gst" "$work/none.onnx" videotestsrc
  refuses "no element" "$work/gstreamer/inspect_gst" "$work/steel.onnx" "videotestsrc ! nothing"
  refuses "not found" "$work/gstreamer/inspect_gst" "$work/steel.onnx" "filesrc location=$work/none ! decodebin"
  refuses "typefind" "$work/gstreamer/inspect_gst" "$work/steel.onnx" "filesrc location=$work/steel.onnx ! decodebin"
  refuses "has no frames" "$work/gstreamer/inspect_gst" "$work/steel.onnx" "videotestsrc num-buffers=0"
fi
say passed
