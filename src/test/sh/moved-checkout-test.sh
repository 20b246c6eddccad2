#!/usr/bin/env bash
# A built checkout that is copied or moved runs as it is, and builds in its new folder when a source
# changes, by Maven and by the launcher, without a network. Needs a built checkout.
set -eu

cd "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
say() { echo "moved checkout: $*"; }
fail() {
  say "FAILED: $*" >&2
  exit 1
}
quietly() { # COMMAND...
  "$@" >"$scratch/log" 2>&1 </dev/null || {
    tail -n 40 "$scratch/log" >&2
    fail "$*"
  }
}

# What git knows, and the build's results with their times.
copy=$scratch/copy
mkdir -p "$copy/target"
git ls-files -z | xargs -0 cp -a --parents -t "$copy"
for part in classes launcher maven-status native antrun classpath.txt; do
  cp -a "target/$part" "$copy/target/"
done
cp -a target/flowline-*.jar "$copy/target/"

configured_in() { sed -n 's/^CMAKE_CACHEFILE_DIR:INTERNAL=//p' "$1/target/native/CMakeCache.txt"; }
[ "$(configured_in "$copy")" != "$copy/target/native" ] || fail "the copy is no copy of a built checkout"

quietly mvn -q -B -o -DskipTests -f "$copy/pom.xml" package
[ "$(configured_in "$copy")" = "$copy/target/native" ] || fail "Maven's build is not of the copy"
say "Maven builds a copy"

moved=$scratch/moved
mv "$copy" "$moved"
launch() {
  version=$("$moved/flowline" --version 2>"$scratch/log") || {
    cat "$scratch/log" >&2
    fail "the launcher"
  }
  case $version in flowline\ *) ;; *) fail "the launcher says '$version'" ;; esac
}
find "$moved/src/main" -exec touch {} + # a copy without the files' times is a copy all the same
launch
[ ! -s "$scratch/log" ] || fail "the launcher builds what is built: $(cat "$scratch/log")"
say "the launcher runs a moved checkout"

echo '// changed' >>"$moved/src/main/java/dev/flowline/cli/Flowline.java"
launch
[ "$(configured_in "$moved")" = "$moved/target/native" ] || fail "the launcher's build is not of the copy"
grep -q 'sources have changed: building' "$scratch/log" || fail "the launcher has not built"
say "the launcher builds a moved checkout"

FLOWLINE_JAVA_OPTS=-Xlog:class+load:file=$scratch/loaded launch
grep -q 'dev.flowline.cli.Flowline source: shared objects file' "$scratch/loaded" ||
  fail "the build's classes do not come from its own archive"
say "its archive of classes is of what was built"
