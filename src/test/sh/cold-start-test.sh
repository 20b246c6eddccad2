#!/usr/bin/env bash
# The natives load from an empty cache although the system has a LibTorch of its own: the bootstrap
# must take Flowline's, also where LD_LIBRARY_PATH prefers the system's. That the test can fail is
# shown by loading without the bootstrap, which has to crash.
#
# Needs a built checkout and Debian or Ubuntu as root. Where it installs libtorch-dev it removes that one
# package again; what came along as dependencies stays, marked as automatically installed.
set -eu

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.." && pwd)
classpath=$root/target/classes:$(cat "$root/target/classpath.txt")
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
scratch=$(mktemp -d)
installed=no

clean_up() {
  rm -rf "$scratch"
  # dpkg removes exactly the package that it is given, or refuses: nothing else can go with it.
  if [ "$installed" = yes ] && ! dpkg --remove libtorch-dev >/dev/null; then
    echo "cold start: libtorch-dev could not be removed again" >&2
  fi
}
trap clean_up EXIT

fail() {
  printf 'cold start: FAILED: %s\n' "$*" >&2
  exit 1
}

# The plain name libtorch_cpu.so, which Flowline's libraries ask for, comes with the -dev package.
folder=/usr/lib/$(uname -m)-linux-gnu
if [ ! -e "$folder/libtorch_cpu.so" ]; then
  apt-get -q update >"$scratch/apt.log" 2>&1 || true
  DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends --no-remove libtorch-dev \
    >>"$scratch/apt.log" 2>&1 </dev/null || {
    tail -n 20 "$scratch/apt.log" >&2
    fail "libtorch-dev cannot be installed"
  }
  installed=yes
fi
[ -e "$folder/libtorch_cpu.so" ] || fail "libtorch-dev brings no libtorch_cpu.so"

# Runs a program with an empty cache of natives; its output goes to $scratch/output.
cold() {
  rm -rf "$scratch/cache"
  mkdir "$scratch/cache"
  "$java" "-Djava.library.path=$scratch/none" -XX:-CreateCoredumpOnCrash -XX:ErrorFile=/dev/null \
    "-Dorg.bytedeco.javacpp.cachedir=$scratch/cache" -cp "$classpath" "$@" >"$scratch/output" 2>&1
}

if (cold "$root/src/test/sh/NaiveLoad.java") 2>/dev/null; then
  fail "loading without the bootstrap works with this system's LibTorch, so this test shows nothing"
fi
echo "cold start: without the bootstrap the process dies, as expected"

for path in '' "$folder"; do
  LD_LIBRARY_PATH=$path cold dev.flowline.cli.doctor.NativesProbe || {
    cat "$scratch/output" >&2
    fail "the natives do not load (LD_LIBRARY_PATH='$path')"
  }
  grep -q "libtorch.*from $scratch/cache/" "$scratch/output" || {
    cat "$scratch/output" >&2
    fail "LibTorch is not Flowline's own (LD_LIBRARY_PATH='$path')"
  }
  echo "cold start: Flowline's own LibTorch is loaded (LD_LIBRARY_PATH='$path')"
done
