#!/usr/bin/env bash
# libflowline as somebody else has it: installed, packed, linked from projects outside the
# repository's build (examples/ and src/test/packaging/), and their programs run.
#
# usage: packaging-test.sh [BUILD-FOLDER], by default the Maven build's, target/native; without one it
# builds its own. Needs cmake, make, c++ and pkg-config; for one part OpenCV's headers, for others
# dpkg and nvcc. As root on Debian it installs what is missing; what it cannot check it says.
set -eu

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
start=$SECONDS

fail() {
  printf 'packaging: FAILED: %s\n' "$*" >&2
  exit 1
}

say() { printf 'packaging: %s, %s s\n' "$*" "$((SECONDS - start))"; }

quietly() { # COMMAND...: its output only where it fails
  "$@" >"$scratch/log" 2>&1 || {
    tail -n 40 "$scratch/log" >&2
    fail "$*"
  }
}

expect() { # NAME PATTERN FILE
  grep -Eq -- "$2" "$3" || {
    cat "$3" >&2
    fail "$1: no \"$2\" in the output"
  }
}

missing=()
command -v pkg-config >/dev/null || missing+=(pkg-config)
command -v make >/dev/null || missing+=(make)
[ -e /usr/include/nlohmann/json.hpp ] || missing+=(nlohmann-json3-dev)
[ -e /usr/include/opencv4/opencv2/core.hpp ] || missing+=(libopencv-dev)
command -v dpkg-shlibdeps >/dev/null || missing+=(dpkg-dev)
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  say "installing ${missing[*]}"
  apt-get -q update >"$scratch/log" 2>&1 || true
  quietly env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    "${missing[@]}" </dev/null
fi
command -v pkg-config >/dev/null || fail "pkg-config is missing"

hardened() { # LIBRARY: has what FLOWLINE_HARDENING promises
  readelf -dW "$1" >"$scratch/output"
  expect "hardening of $1" "BIND_NOW|FLAGS .*NOW" "$scratch/output"
  readelf -lW "$1" >"$scratch/output"
  expect "hardening of $1" "GNU_RELRO" "$scratch/output"
  expect "hardening of $1" "GNU_STACK .* RW " "$scratch/output"
  nm -Du "$1" >"$scratch/output"
  expect "hardening of $1" "__stack_chk_fail" "$scratch/output"
  expect "hardening of $1, _FORTIFY_SOURCE" "__[a-z]+_chk(@|$)" "$scratch/output"
  if [ "$(uname -m)" = x86_64 ]; then
    objdump -d --no-show-raw-insn "$1" >"$scratch/output"
    expect "hardening of $1, control flow" "endbr64" "$scratch/output"
    # A frame of more than a page is touched page by page.
    expect "hardening of $1, stack probes" "or[lq]? +\\\$0x0,(0x[0-9a-f]+)?\(%[er]sp\)" "$scratch/output"
  fi
}

stripped() { # FILE: has no debug information, and a shared library no symbols but its dynamic ones
  readelf -SW "$1" >"$scratch/output"
  if grep -E '\.debug_' "$scratch/output" || { [ "${1%.a}" = "$1" ] && grep -E ' \.symtab' "$scratch/output"; }; then
    fail "$1 is not stripped"
  fi
}

generator=()
command -v ninja >/dev/null && generator=(-G Ninja)

build_with_cmake() { # SOURCE BUILD ARGUMENT...
  local source=$1 build=$2
  shift 2
  quietly cmake "${generator[@]}" -S "$source" -B "$build" "$@"
  quietly cmake --build "$build" --parallel 2
}

# ---- Installed, moved -------------------------------------------------------------------------

build=${1:-$root/target/native}
if [ -e "$build/CMakeCache.txt" ]; then
  quietly cmake --build "$build" --parallel 2
else
  build=$scratch/build
  build_with_cmake "$root/src/main/native" "$build" -DCMAKE_BUILD_TYPE=Release
  say "built, as there was no build"
fi
quietly cmake --install "$build" --prefix "$scratch/first place"
# A compiler that defines _FORTIFY_SOURCE by itself where it optimises, as of some systems, keeps its own.
cat >"$scratch/fortifying-c++" <<'END'
#!/bin/sh
case " $* " in *" -O"[1-3s]" "*) set -- -D_FORTIFY_SOURCE=3 "$@" ;; esac
exec c++ "$@"
END
chmod +x "$scratch/fortifying-c++"
quietly cmake "${generator[@]}" -S "$root/src/main/native" -B "$scratch/fortifying" \
  -DCMAKE_CXX_COMPILER="$scratch/fortifying-c++"
expect "_FORTIFY_SOURCE of the compiler" "^FLOWLINE_MAY_FORTIFY:INTERNAL=$" "$scratch/fortifying/CMakeCache.txt"
prefix="$scratch/a place with spaces"
mv "$scratch/first place" "$prefix"
libraries=$(dirname "$(find "$prefix" -name libflowline.a)")
version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$build/CMakeCache.txt")
(cd "$prefix" && find . -type f -o -type l) | sed "s|${libraries#"$prefix/"}|lib|" | sort >"$scratch/tree"
sort >"$scratch/expected" <<END
./include/flowline/calibration.hpp
./include/flowline/context.hpp
./include/flowline/coupling.hpp
./include/flowline/cross_validation.hpp
./include/flowline/error.hpp
./include/flowline/field_of_view.hpp
./include/flowline/flowline.h
./include/flowline/flowline.hpp
./include/flowline/frame.hpp
./include/flowline/inspect.h
./include/flowline/inspect.hpp
./include/flowline/inspection.hpp
./include/flowline/layers.hpp
./include/flowline/parts.hpp
./include/flowline/segmentation.hpp
./include/flowline/span.hpp
./include/flowline/tensor.hpp
./lib/cmake/flowline/flowline-config-version.cmake
./lib/cmake/flowline/flowline-config.cmake
./lib/cmake/flowline/flowline-targets-release.cmake
./lib/cmake/flowline/flowline-targets.cmake
./lib/libflowline.a
./lib/libflowline.so
./lib/libflowline.so.${version%%.*}
./lib/libflowline.so.$version
./lib/libflowline_inspect.so
./lib/libflowline_inspect.so.${version%%.*}
./lib/libflowline_inspect.so.$version
./lib/pkgconfig/flowline-inspect.pc
./lib/pkgconfig/flowline.pc
./lib/python3/dist-packages/flowline/__init__.py
./lib/python3/dist-packages/flowline/_abi.py
./lib/python3/dist-packages/flowline/_contexts.py
./lib/python3/dist-packages/flowline/_gate.py
./lib/python3/dist-packages/flowline/_library.py
./lib/python3/dist-packages/flowline/_onnxruntime.py
./lib/python3/dist-packages/flowline/_version.py
./lib/python3/dist-packages/flowline/calibration.py
./lib/python3/dist-packages/flowline/errors.py
./lib/python3/dist-packages/flowline/frames.py
./lib/python3/dist-packages/flowline/inspection.py
./lib/python3/dist-packages/flowline/latents.py
./lib/python3/dist-packages/flowline/law.py
./lib/python3/dist-packages/flowline/model.py
./lib/python3/dist-packages/flowline/preprocessing.py
./lib/python3/dist-packages/flowline/py.typed
./lib/python3/dist-packages/flowline/segmentation.py
./share/doc/flowline/LICENSE
./share/doc/flowline/README.md
./share/doc/flowline/examples/README.md
./share/doc/flowline/examples/c/Makefile
./share/doc/flowline/examples/c/calibrate.c
./share/doc/flowline/examples/c/defects.c
./share/doc/flowline/examples/c/inspect.c
./share/doc/flowline/examples/c/preprocess.c
./share/doc/flowline/examples/c/undecided.c
./share/doc/flowline/examples/cpp/CMakeLists.txt
./share/doc/flowline/examples/cpp/inspect.cpp
./share/doc/flowline/examples/gstreamer/CMakeLists.txt
./share/doc/flowline/examples/gstreamer/inspect_gst.c
./share/doc/flowline/examples/opencv/CMakeLists.txt
./share/doc/flowline/examples/opencv/find_defects.cpp
./share/doc/flowline/examples/opencv/frames.hpp
./share/doc/flowline/examples/opencv/inspect_dnn.cpp
./share/doc/flowline/examples/opencv/inspect_opencv.cpp
./share/doc/flowline/examples/python/inspect_frames.py
END
grep -v libflowline_cuda "$scratch/tree" | diff "$scratch/expected" - || fail "another install tree than expected"
if grep -rIl -e "$root" -e "$scratch" "$prefix"; then
  fail "the files above say where they were built"
fi
export LD_LIBRARY_PATH=$libraries PKG_CONFIG_PATH=$libraries/pkgconfig
# shellcheck disable=SC2016  # readelf's own text
readelf -d "$libraries/libflowline.so" >"$scratch/output"
expect "SONAME" "SONAME.*\[libflowline.so.${version%%.*}\]" "$scratch/output"
[ "$(pkg-config --modversion flowline)" = "$version" ] || fail "pkg-config has another version"
hardened "$libraries/libflowline.so"
readelf -d "$libraries/libflowline_inspect.so" >"$scratch/output"
expect "SONAME" "SONAME.*\[libflowline_inspect.so.${version%%.*}\]" "$scratch/output"
[ "$(pkg-config --modversion flowline-inspect)" = "$version" ] || fail "pkg-config has another version"
hardened "$libraries/libflowline_inspect.so"
# A relative link of the installed manual would lead nowhere.
if grep -En '\]\((\.|[a-z]+/)' "$prefix/share/doc/flowline/README.md"; then
  fail "the links above of the installed manual are relative"
fi
say "installed and moved"

# ---- C: pkg-config and make, shared and static -----------------------------------------------

regions_of_c='^  box 1[0-9]{2} [0-9]+ [0-9]+ [0-9]+, [0-9]+ pixels, log10 NFA -[0-9.]+$'
cp -r "$root/examples/c" "$scratch/c"
quietly make -C "$scratch/c"
"$scratch/c/defects" >"$scratch/c.txt"
expect "C" "^libflowline $version on CPU, 2 threads" "$scratch/c.txt"
expect "C" "^image 0: good" "$scratch/c.txt"
expect "C" "^image 1: defect" "$scratch/c.txt"
expect "C" "$regions_of_c" "$scratch/c.txt"
"$scratch/c/calibrate" >"$scratch/calibrate.txt"
expect "C, calibrated" "^log10 epsilon -[0-9.]+, at most 5.0 % of good images promised to alarm$" "$scratch/calibrate.txt"
expect "C, calibrated" "^calibrated: [1-7]?[0-9] of 1000 good images alarm, 9[0-9]{2} of 1000 defects found$" "$scratch/calibrate.txt"
expect "C, calibrated" "^p-value of a good image (0\.[0-9]{3}|1\.000), of a defect 0\.0[0-9]{2}, at least 0\.0[0-9]{2}$" "$scratch/calibrate.txt"
"$scratch/c/preprocess" >"$scratch/preprocess.txt"
expect "C, preprocessed" "^red: 0.0741 on the ground, 0.2967 beside the edge, 1.8208 on the part$" "$scratch/preprocess.txt"
expect "C, preprocessed" "^green: 0.2052 on the ground, -0.0399 beside the edge, -1.6856 on the part$" "$scratch/preprocess.txt"
expect "C, preprocessed" "^blue: 0.4265 on the ground, 0.1825 beside the edge, -1.4559 on the part$" "$scratch/preprocess.txt"
if "$scratch/c/inspect" none.onnx none.pgm >"$scratch/output" 2>&1; then
  fail "C, inspect: a file that there is not is no error"
fi
expect "C, inspect" "^inspect: model: none.onnx cannot be opened: No such file or directory$" "$scratch/output"
"$scratch/c/undecided" >"$scratch/undecided.txt"
expect "C, undecided" "^log10 epsilon -[0-9.]+, nominal 9.8 % of good images$" "$scratch/undecided.txt"
expect "C, undecided" "^guard band 0\.[0-9]{2}: standard deviation 0\.[0-9]{2}, 2[0-9]\.[0-9] degrees of freedom, 1[0-2] parts$" "$scratch/undecided.txt"
expect "C, undecided" "^of 500 parts taken twice [1-9][0-9]? are good and a defect, with the band [0-2]; undecided: [1-9][0-9]{1,2} of 1000$" "$scratch/undecided.txt"
expect "C, undecided" "^defect of strength 0\.0: p-value .*, by five flows good .*, by one flow and the band good$" "$scratch/undecided.txt"
expect "C, undecided" "^defect of strength 1\.5: p-value 0\.[01][0-9]{2}, by five flows (good|defect) .*, by one flow and the band undecided$" "$scratch/undecided.txt"
expect "C, undecided" "^defect of strength 2\.0: p-value 0\.0[0-9]{2}, by five flows defect .*, by one flow and the band defect$" "$scratch/undecided.txt"

flags=$(pkg-config --static --cflags --libs flowline | sed 's/-lflowline/-l:libflowline.a/')
quietly eval "cc -std=c99 -Wall -Wextra -Wpedantic -Werror '$root/examples/c/defects.c' -o '$scratch/c/static' $flags"
env -u LD_LIBRARY_PATH "$scratch/c/static" | diff "$scratch/c.txt" - || fail "C, static: another output"
say "C with pkg-config, shared and static"

# ---- CUDA: found beside libflowline, where there is an nvcc to build it -------------------------

cat >"$scratch/devices.c" <<'END'
#include <flowline/flowline.h>
#include <stdio.h>

int main(void) {
  int32_t devices;
  if (flowline_cuda_devices(&devices)) return puts(flowline_last_error()) < 0;
  return printf("%d CUDA devices\n", devices) < 0;
}
END
quietly eval "cc -std=c99 '$scratch/devices.c' -o '$scratch/devices' $(pkg-config --cflags --libs flowline)"
plug_in=libflowline_cuda.so.${version%%.*}
cuda=$build
if [ ! -e "$libraries/$plug_in" ]; then
  "$scratch/devices" >"$scratch/output"
  expect "without CUDA" "^no CUDA: .*$plug_in: cannot open" "$scratch/output"
  # The one library for one architecture, and nothing else.
  cuda=$scratch/cuda
  quietly cmake "${generator[@]}" -S "$root/src/main/native" -B "$cuda" -DCMAKE_BUILD_TYPE=Release \
    -DFLOWLINE_CUDA=AUTO -DFLOWLINE_CUDA_ARCHITECTURES=90 -DCMAKE_INSTALL_PREFIX=/usr -DCMAKE_SKIP_INSTALL_ALL_DEPENDENCY=ON
  if grep -q '^FLOWLINE_NVCC:.*NOTFOUND' "$cuda/CMakeCache.txt"; then
    cuda=''
  else
    quietly cmake --build "$cuda" --target flowline_cuda --parallel 2
    quietly cmake --install "$cuda" --component cuda --prefix "$scratch/plug-in"
    find "$scratch/plug-in" -name "$plug_in*" -exec cp -P {} "$libraries" \;
  fi
fi
if [ -n "$cuda" ]; then
  [ -e "$libraries/$plug_in" ] || fail "$plug_in is not installed"
  hardened "$libraries/$plug_in"
  "$scratch/devices" >"$scratch/output"
  expect "with CUDA" '^([1-9][0-9]* CUDA devices|no CUDA: .*(driver|device).*)$' "$scratch/output"
  say "CUDA, $(cat "$scratch/output")"
else
  say "CUDA is NOT checked: nvcc is missing"
fi

# ---- C++ and C: find_package ------------------------------------------------------------------

build_with_cmake "$root/examples/cpp" "$scratch/cpp" "-DCMAKE_PREFIX_PATH=$prefix" \
  -DCMAKE_CXX_FLAGS="-Wall -Wextra -Wpedantic -Werror"
"$scratch/cpp/inspect" >"$scratch/cpp.txt"
for part in 0 1 3; do expect "C++" "^part $part: good" "$scratch/cpp.txt"; done
expect "C++" "^part 2: defect" "$scratch/cpp.txt"
expect "C++" "^  [0-9]+ pixels around (8|9|10|11|12)[0-9], (20|21|22|23)[0-9], log10 NFA -" "$scratch/cpp.txt"
find_package_of() { # LANGUAGES FOLDER
  build_with_cmake "$root/src/test/packaging/find_package" "$scratch/$2" \
    "-DCONSUMER_LANGUAGES=$1" "-DEXAMPLES=$root/examples" "-DCMAKE_PREFIX_PATH=$prefix"
}
find_package_of C "shared"
"$scratch/shared/defects" | diff "$scratch/c.txt" - || fail "C, find_package: another output"
env -u LD_LIBRARY_PATH "$scratch/shared/static_defects" | diff "$scratch/c.txt" - ||
  fail "C, static, find_package: another output"
find_package_of "C;CXX" "static"
for program in "defects c" "inspect cpp"; do
  env -u LD_LIBRARY_PATH "$scratch/static/${program% *}" | diff "$scratch/${program#* }.txt" - ||
    fail "static, find_package: another output"
done
say "C++ and C with find_package, shared and static"

# ---- Part of another build; its other flags change no bit, and its strict ones fail nothing ----

build_with_cmake "$root/src/test/packaging/subdirectory" "$scratch/subdirectory" \
  "-DFLOWLINE=$root" -DCMAKE_BUILD_TYPE=Debug "-DCMAKE_CXX_FLAGS=-ffast-math -ffp-contract=fast"
"$scratch/subdirectory/defects" | diff "$scratch/c.txt" - || fail "C, add_subdirectory: another output"
"$scratch/subdirectory/inspect" | diff "$scratch/cpp.txt" - || fail "C++, add_subdirectory: another output"
quietly cmake --install "$scratch/subdirectory" --prefix "$scratch/around"
[ "$(find "$scratch/around" -type f)" = "$scratch/around/bin/defects" ] ||
  fail "libflowline installs itself with a build that it is part of"
say "add_subdirectory"

# ---- Python: beside the libraries, wherever the whole was moved to ------------------------------

python=$(bash "$root/src/test/sh/python-test.sh" --interpreter)
cat >"$scratch/defects.py" <<'END'
import numpy as np
import flowline

latent = np.zeros((1, 16, 28, 28), np.float32)
latent[0, 0, 10, 12] = 16
print("libflowline", flowline.library_version(), "log10 NFA %.4g" % flowline.segment(latent, (256, 256)).min_log10_nfa[0])
try:
    flowline.open(__file__)
except flowline.FlowlineError as error:
    print(error)
END
with_python() { # PREFIX: its package finds the libraries there
  [ -n "$python" ] || return 0
  env -u LD_LIBRARY_PATH -u FLOWLINE_LIBRARY PYTHONPATH="$1/lib/python3/dist-packages" PYTHONDONTWRITEBYTECODE=1 \
    "$python" "$scratch/defects.py" >"$scratch/python.txt"
  expect "Python" "^libflowline $version log10 NFA -[1-9][0-9.]+$" "$scratch/python.txt"
  expect "Python" "defects.py .*is no ONNX file" "$scratch/python.txt"
}
with_python "$prefix"
# In the prefix of a plain `cmake --install` Python finds it by itself.
first_place() { "$1" -c 'import site; print(next((p for p in site.getsitepackages() if p.startswith("/usr/local/lib")), ""))'; }
for system in python3 /usr/bin/python3; do
  place=$(first_place "$system" 2>/dev/null) || place=''
  [ -z "$place" ] || break
done
if [ -n "$place" ]; then
  quietly env DESTDIR="$scratch/staged" cmake --install "$build" --prefix /usr/local --component python
  [ -e "$scratch/staged$place/flowline/__init__.py" ] ||
    fail "Python looks in $place, and the package is in $(find "$scratch/staged" -name __init__.py)"
else
  say "where Python looks is NOT checked: none looks in /usr/local"
fi
say "Python"

# ---- OpenCV ------------------------------------------------------------------------------------

# Gray textures of 256 x 256, with or without a scratch of 3 x 60 pixels at (150, 90).
textures() { # FOLDER COUNT SEED SCRATCH
  mkdir -p "$1"
  awk -v folder="$1" -v count="$2" -v seed="$3" -v scratch="$4" 'BEGIN {
    srand(seed)
    for (i = 0; i < count; i++) {
      file = folder "/" 100 + i ".pgm"
      print "P2 256 256 255" >file
      for (y = 0; y < 256; y++) for (x = 0; x < 256; x++) {
        value = 120 + 10 * sin(x / 3) + 30 * (rand() + rand() + rand() - 1.5)
        if (scratch && x >= 150 && x < 153 && y >= 90 && y < 150) value += 70
        print int(value) >file
      }
      close(file)
    }
  }'
}
if [ -e /usr/include/opencv4/opencv2/core.hpp ]; then
  build_with_cmake "$root/examples/opencv" "$scratch/opencv" "-DCMAKE_PREFIX_PATH=$prefix"
  textures "$scratch/good" 66 5 0
  textures "$scratch/others" 6 6 0
  textures "$scratch/scratched" 1 7 1
  mkdir "$scratch/boxes"
  find_defects=("$scratch/opencv/find_defects" --good "$scratch/good" --boxes "$scratch/boxes")
  "${find_defects[@]}" "$scratch/others"/* "$scratch/scratched/100.pgm" >"$scratch/output"
  expect "OpenCV" "^66 good images: log10 epsilon -[0-9.]+, at most 4.3" "$scratch/output"
  [ "$(grep -c "others/.*: good" "$scratch/output")" -ge 5 ] || fail "OpenCV: $(cat "$scratch/output")"
  expect "OpenCV" "scratched/100.pgm: defect, log10 NFA -" "$scratch/output"
  # The first box is the one that decided.
  read -r x y width height < <(sed -n '/scratched/,$ s/^  box \([0-9 ]*\),.*/\1/p' "$scratch/output")
  if ! { [ "$x" -le 150 ] && [ $((x + width)) -ge 153 ] && [ "$width" -le 40 ] &&
    [ "$y" -le 100 ] && [ $((y + height)) -ge 140 ] && [ "$height" -le 100 ]; }; then
    fail "OpenCV: the box $x $y $width $height is not the scratch at 150 90 3 60"
  fi
  [ -s "$scratch/boxes/100.pgm.png" ] || fail "OpenCV: no picture with boxes"
  # Of another size than the good ones, and not square.
  mkdir "$scratch/odd"
  { echo P2 201 130 255 && sed 1d "$scratch/scratched/100.pgm" | head -n $((201 * 130)); } >"$scratch/odd/odd.pgm"
  quietly "${find_defects[@]}" "$scratch/odd/odd.pgm"
  if "$scratch/opencv/find_defects" --good "$scratch/odd" "$scratch/odd/odd.pgm" 2>"$scratch/output"; then
    fail "OpenCV: one good image is enough"
  fi
  expect "OpenCV" "has 1 images, at least 57 are needed" "$scratch/output"
  if "${find_defects[@]}" "$scratch/none.png" >/dev/null 2>&1; then
    fail "OpenCV: an image that there is not passes"
  fi
  say "OpenCV"
else
  say "the OpenCV example is NOT checked: libopencv-dev is missing, and apt-get as root too"
fi

# ---- Packages ----------------------------------------------------------------------------------

quietly cpack --config "$build/CPackConfig.cmake" -B "$scratch/packages" -G TGZ
mkdir "$scratch/unpacked"
tar -xzf "$scratch/packages"/*.tar.gz -C "$scratch/unpacked" --strip-components=1
(cd "$scratch/unpacked" && find . -type f -o -type l) | sed "s|${libraries#"$prefix/"}|lib|" | sort |
  diff "$scratch/tree" - || fail "the .tar.gz has another tree"
for library in "libflowline.so.$version" "libflowline_inspect.so.$version" libflowline.a; do
  stripped "$(find "$scratch/unpacked" -name "$library")"
done
say ".tar.gz"

if command -v dpkg-shlibdeps >/dev/null; then
  quietly cpack --config "$build/CPackConfig.cmake" -B "$scratch/packages" -G DEB
  runtime=$(echo "$scratch"/packages/libflowline"${version%%.*}"_*.deb)
  development=$(echo "$scratch"/packages/libflowline-dev_*.deb)
  dpkg-deb -f "$runtime" Depends >"$scratch/output"
  expect "runtime .deb" 'libc6 .*libstdc\+\+6 ' "$scratch/output"
  dpkg-deb -f "$runtime" Suggests >"$scratch/output"
  expect "runtime .deb" "^libonnxruntime" "$scratch/output"
  dpkg-deb -f "$development" Depends >"$scratch/output"
  expect "development .deb" "^libflowline${version%%.*} \(= $version\)" "$scratch/output"
  if [ -n "$cuda" ]; then
    quietly cpack --config "$cuda/CPackConfig.cmake" -B "$scratch/packages" -G DEB -D CPACK_COMPONENTS_ALL=cuda
    package=$(echo "$scratch"/packages/libflowline-cuda"${version%%.*}"_*.deb)
    dpkg-deb -c "$package" >"$scratch/output"
    expect "CUDA .deb" "/$plug_in" "$scratch/output"
    dpkg-deb -f "$package" Depends >"$scratch/output"
    expect "CUDA .deb" "libflowline${version%%.*} \(= $version\)" "$scratch/output"
  fi
  package=$(echo "$scratch"/packages/python3-flowline_*_all.deb)
  dpkg-deb -f "$package" Depends >"$scratch/output"
  expect "Python .deb" "^libflowline${version%%.*} \(= $version\), python3 \(>= 3.9\), python3-numpy$" "$scratch/output"
  dpkg-deb -c "$package" >"$scratch/output"
  expect "Python .deb" "\./usr/lib/python3/dist-packages/flowline/__init__.py$" "$scratch/output"
  dpkg-deb -x "$package" "$scratch/system"
  dpkg-deb -f "$runtime" Description >"$scratch/output"
  expect "runtime .deb" "decides whether an image shows a defect" "$scratch/output"
  for package in "$runtime" "$development"; do dpkg-deb -x "$package" "$scratch/system"; done
  for package in "libflowline${version%%.*}" libflowline-dev python3-flowline; do
    expect "copyright" "^License: Apache-2.0" "$scratch/system/usr/share/doc/$package/copyright"
  done
  for library in "libflowline.so.$version" "libflowline_inspect.so.$version" libflowline.a; do
    stripped "$(find "$scratch/system" -name "$library")"
  done
  # A package says no path that the compiler has already.
  flags=$(PKG_CONFIG_PATH=$(dirname "$(find "$scratch/system/usr" -name flowline.pc)") pkg-config --cflags flowline)
  [ -z "${flags// /}" ] || fail ".deb: pkg-config says $flags"
  libraries=$(dirname "$(find "$scratch/system/usr" -name libflowline.a)")
  export LD_LIBRARY_PATH=$libraries PKG_CONFIG_PATH=$libraries/pkgconfig
  PKG_CONFIG_SYSROOT_DIR=$scratch/system PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 \
    quietly make -C "$scratch/c" clean defects
  "$scratch/c/defects" | diff "$scratch/c.txt" - || fail ".deb: another output"
  with_python "$scratch/system/usr"
  build_with_cmake "$root/examples/cpp" "$scratch/cpp from deb" "-DCMAKE_PREFIX_PATH=$scratch/system/usr"
  "$scratch/cpp from deb/inspect" | diff "$scratch/cpp.txt" - || fail ".deb, C++: another output"
  say ".deb"

  # ---- Debug symbols: packages of their own, for the same libraries -----------------------------

  quietly cmake "${generator[@]}" -S "$root/src/main/native" -B "$scratch/symbols" \
    -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O2 -g1 -DNDEBUG" \
    -DCMAKE_INSTALL_PREFIX=/usr
  quietly cmake --build "$scratch/symbols" --parallel 2
  for packer in DEB TGZ; do
    quietly cpack --config "$scratch/symbols/CPackConfig.cmake" -B "$scratch/with-symbols" -G $packer
  done
  mkdir "$scratch/debug"
  for package in "$scratch"/with-symbols/*.*deb; do
    case $package in
      *-dbgsym_*.ddeb) dpkg-deb -x "$package" "$scratch/debug/symbols" ;;
      *) dpkg-deb -x "$package" "$scratch/debug/deb" ;;
    esac
  done
  mkdir "$scratch/debug/tgz"
  tar -xzf "$scratch"/with-symbols/*.tar.gz -C "$scratch/debug/tgz"
  for library in "libflowline.so.$version" "libflowline_inspect.so.$version" libflowline.a; do
    for folder in deb tgz; do stripped "$(find "$scratch/debug/$folder" -name "$library")"; done
  done
  readelf -nW "$(find "$scratch/debug/deb" -name "libflowline.so.$version")" >"$scratch/output"
  id=$(sed -n 's/.*Build ID: //p' "$scratch/output")
  symbols=$scratch/debug/symbols/usr/lib/debug/.build-id/${id:0:2}/${id:2}.debug
  if [ -z "$id" ] || [ ! -e "$symbols" ]; then fail "no debug symbols of the library's build $id"; fi
  readelf -SW "$symbols" >"$scratch/output"
  expect "debug symbols" '\.debug_info' "$scratch/output"
  say "debug symbols"
else
  say "the .deb is NOT checked: dpkg-dev is missing, and apt-get as root too"
fi
say "passed"
