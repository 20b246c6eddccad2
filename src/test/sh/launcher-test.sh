#!/usr/bin/env bash
# The launcher: what it says where tools are missing, where it may be called from, what it passes on.
set -eu

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0
failed=0

check() { # NAME EXPECTED-EXIT-CODE PATTERN COMMAND...
  local name=$1 expected=$2 pattern=$3 code=0
  shift 3
  "$@" >"$scratch/output" 2>&1 </dev/null || code=$?
  if [ "$code" = "$expected" ] && grep -q -- "$pattern" "$scratch/output"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'launcher: FAILED: %s: exit code %s instead of %s, or no "%s" in:\n' \
      "$name" "$code" "$expected" "$pattern"
    cat "$scratch/output"
  fi
}

# A folder of programs with nothing that builds, and one with package managers of no effect.
mkdir "$scratch/bare" "$scratch/jvm" "$scratch/apt"
for tool in bash readlink tr find id dirname tail mkdir cat; do
  ln -s "$(command -v "$tool")" "$scratch/bare/$tool"
done
printf '#!/bin/sh\necho "called: $*" >>"%s/apt.log"\nexit 1\n' "$scratch" >"$scratch/apt/apt-get"
chmod +x "$scratch/apt/apt-get"
cp "$root/flowline" "$scratch/flowline"

bare() { # PATH-PREFIX VARIABLE... -- ARGUMENT...
  local path=$1$scratch/bare variables=()
  shift
  while [ "$1" != -- ]; do
    variables+=("$1")
    shift
  done
  shift
  env -i "PATH=$path" "FLOWLINE_JVM_DIR=$scratch/jvm" "${variables[@]}" \
    "$scratch/bare/bash" "$scratch/flowline" "$@"
}

check "nothing there, no package manager" 1 "missing: jdk maven cmake make c++\\. Install" \
  bare '' FLOWLINE_NO_INSTALL=1 -- --version
check "nothing there, not to be installed" 1 "To get it: .*apt-get install .*openjdk-17-jdk-headless maven cmake make g++" \
  bare "$scratch/apt:" FLOWLINE_NO_INSTALL=1 -- --version
check "nothing was installed" 1 "No such file" cat "$scratch/apt.log"
check "a package manager that fails" 1 "could not install" bare "$scratch/apt:" PLAIN=1 -- build
check "build takes no other option" 1 "build takes --cuda or --cpu, not '--gpu'" \
  "$root/flowline" build --gpu
check "help of a verb needs no tools" 0 "Usage: flowline sanitized-test" bare '' PLAIN=1 -- sanitized-test --help

# An older Java first on the PATH and in JAVA_HOME.
mkdir -p "$scratch/old/bin"
printf '#!/bin/sh\necho "javac 11.0.2"\n' >"$scratch/old/bin/javac"
cp "$scratch/old/bin/javac" "$scratch/old/bin/java"
chmod +x "$scratch/old/bin/javac" "$scratch/old/bin/java"
check "an older Java is passed over" 0 "^flowline .*(Java [1-9]" \
  env "JAVA_HOME=$scratch/old" "PATH=$scratch/old/bin:$PATH" "$root/flowline" --version

mkdir "$scratch/a folder"
ln -s "$root/flowline" "$scratch/a folder/flowline"
cd "$scratch/a folder"
check "through a link, in another folder, with a space" 0 "^flowline " ./flowline --version
check "exit code of wrong usage" 2 "Unknown option" ./flowline --no-such-option
check "help lists commands and verbs" 0 "native-test" ./flowline --help
check "threads reach LibTorch and OpenBLAS" 0 "agree on 1 thread" ./flowline doctor --threads 1

limited() { (ulimit -n 30 && "$root/flowline" --version); }
check "too few open files" 1 "at most 30 files may be open at once here, and Flowline needs 256" limited
check "a locale that is not installed" 1 "größe Ü 日本.flowline" \
  env LC_ALL=en_XX.UTF-8 "$root/flowline" info "größe Ü 日本.flowline"
check "the locale of bare containers" 1 "größe Ü 日本.flowline" \
  env LC_ALL=C "$root/flowline" info "größe Ü 日本.flowline"

# The launcher and what it stages are an installation.
install_to() { # FOLDER
  mkdir -p "$1/target"
  cp "$root/flowline" "$1/flowline"
  cp -rp --link "$root/target/launcher" "$1/target/launcher" 2>/dev/null ||
    cp -rp "$root/target/launcher" "$1/target/launcher"
}
install_to "$scratch/installed"
check "an installation without sources" 0 "^flowline " "$scratch/installed/flowline" --version

# The archive of classes. The JVM says where it has a class from.
logged() { # COMMAND...
  env "FLOWLINE_JAVA_OPTS=-Xlog:class+load:file=$scratch/loaded" "$@" --version &&
    sed -n 's/.* \(dev.flowline.cli.Flowline source: .*\)/\1/p' "$scratch/loaded"
}
from_archive="dev.flowline.cli.Flowline source: shared objects file"
from_jar="dev.flowline.cli.Flowline source: file:"
jdk=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
ln -s "$jdk" "$scratch/jdk"
check "classes come from the archive" 0 "$from_archive" logged "$root/flowline"
check "the archive of another JDK is not used" 0 "$from_jar" logged env "JAVA_HOME=$scratch/jdk" "$root/flowline"
check "the archive of another place is not used" 0 "$from_jar" logged "$scratch/installed/flowline"
check "build makes the archive of this place" 0 "^flowline: up to date" "$scratch/installed/flowline" build
check "it is used" 0 "$from_archive" logged "$scratch/installed/flowline"
archive=$scratch/installed/target/launcher/classes.jsa
head -c 100000 "$root/target/launcher/classes.jsa" >"$scratch/half"
mv -f "$scratch/half" "$archive"
check "half an archive does no harm" 0 "$from_jar" logged "$scratch/installed/flowline"
rm "$archive"
check "without an archive" 0 "$from_jar" logged "$scratch/installed/flowline"
check "an archive that cannot be made is no failure" 0 "there is no archive of classes" \
  env JAVA_TOOL_OPTIONS=-Dorg.bytedeco.javacpp.cachedir=/dev/null "$scratch/installed/flowline" build

# A disk without room: for the archive, which takes more than 20 MB, and for the note of what it belongs to.
little_room() {
  (ulimit -f 20000 && "$@") >"$scratch/said" 2>&1 || return
  cat "$scratch/said"
}
no_file() { [ ! -e "$1" ] && echo "no ${1##*/}"; }
: >"$archive" # an old one
check "a disk without room for the archive" 0 "no archive of classes.*/rehearsal.log (is the disk full?).*tries again" \
  little_room "$scratch/installed/flowline" build
check "it is one line, beside 'up to date'" 0 "^2 " wc -l "$scratch/said"
check "neither half an archive is left nor the old one" 0 "no classes.jsa" no_file "$archive"
check "commands run without it" 0 "$from_jar" logged "$scratch/installed/flowline"
mkdir "$scratch/installed/target/launcher/classes.of.part"
check "a note that cannot be written" 0 "there is no archive of classes" "$scratch/installed/flowline" build
check "an archive without its note is not left" 0 "no classes.jsa" no_file "$archive"

# A JDK that notes its calls. Two builds at once: the second waits, and finds the archive of the first.
mkdir -p "$scratch/noting/bin"
for tool in "$jdk"/* "$jdk"/bin/*; do
  [ "$tool" = "$jdk/bin" ] || [ "$tool" = "$jdk/bin/java" ] || ln -s "$tool" "$scratch/noting${tool#"$jdk"}"
done
printf '#!/bin/sh\necho "$*" >>"%s/calls"\nexec "%s/bin/java" "$@"\n' "$scratch" "$jdk" >"$scratch/noting/bin/java"
chmod +x "$scratch/noting/bin/java"
two_at_once() {
  local first
  JAVA_HOME=$scratch/noting "$scratch/installed/flowline" build &
  first=$!
  JAVA_HOME=$scratch/noting "$scratch/installed/flowline" build
  wait "$first"
}
check "of two builds at once" 0 "waiting for another build in this folder" two_at_once
check "one makes the archive" 0 "^1\$" grep -c -- -Xshare:dump "$scratch/calls"

install_to "$scratch/broken"
find "$scratch/broken/target/launcher/lib" -name 'picocli-*' -delete
check "an installation that lacks a jar" 1 "copy the whole folder again" "$scratch/broken/flowline" --version

# Other accounts: they have no home, own nothing and can write nothing here.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
  chmod 755 "$scratch"
  mkdir -m 1777 "$scratch/tmp"
  mkdir -m 777 "$scratch/cwd"
  stranger() { # ID COMMAND...
    local id=$1
    shift
    (cd "$scratch/cwd" && exec setpriv --reuid="$id" --regid="$id" --clear-groups \
      env -i "PATH=$PATH" LC_ALL=C.UTF-8 "TMPDIR=$scratch/tmp" "$@")
  }
  check "an installation of another account" 0 "^flowline " stranger 4242 "$scratch/installed/flowline" --version
  check "an account without a home" 0 "$scratch/tmp/flowline-natives-4242" \
    stranger 4242 "$scratch/installed/flowline" doctor --threads 1
  check "it leaves nothing where it is started" 0 "^0\$" sh -c "ls -A '$scratch/cwd' | wc -l"
  install -d -o 4242 -m 777 "$scratch/tmp/flowline-natives-4243"
  check "a native cache of another account" 1 "belongs to user 4242, who could run code" \
    stranger 4243 "$scratch/installed/flowline" doctor --threads 1
  mkdir -p "$scratch/installed/src/main"
  touch "$scratch/installed/pom.xml"
  check "an outdated build of another account" 1 "its owner has to run ./flowline build" \
    stranger 4242 "$scratch/installed/flowline" --version
else
  echo "launcher: other accounts are NOT checked: that needs root and setpriv"
fi

# As a user of Windows has it, who works in WSL.
if [ -e "$root/.git" ]; then
  git -c core.autocrlf=true clone -q --depth 1 "file://$root" "$scratch/clone"
  check "no file of a clone with core.autocrlf has CRLF" 1 "^0\$" \
    sh -c "git -C '$scratch/clone' ls-files --eol | grep -c w/crlf"
  check "the launcher of a clone with core.autocrlf" 0 "Usage: flowline test" "$scratch/clone/flowline" test --help
fi

ended_by_sigterm() {
  local process code=0 waited=0
  : >"$scratch/demo.log"
  ./flowline demo -o "$scratch/demo" >"$scratch/demo.log" 2>&1 &
  process=$!
  until grep -q '^epoch 1/' "$scratch/demo.log"; do
    if ! kill -0 "$process" || [ $((waited += 1)) -gt 1800 ]; then break; fi
    sleep 0.1
  done
  kill -TERM "$process"
  wait "$process" 2>/dev/null || code=$?
  if ! grep -i "fatal error" "$scratch/demo.log"; then echo "without a crash"; fi
  return "$code"
}
check "SIGTERM in the middle of a training ends it by the signal" 143 "without a crash" ended_by_sigterm

printf 'launcher: %s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
