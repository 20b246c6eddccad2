#!/usr/bin/env bash
# Flowline as a library that others embed: installed by Maven, one dependency in another project, README's
# Java program, and the speed of the launcher without the launcher.
#
# Nothing is installed into the user's own Maven repository, which serves as a cache of everything else.
set -eu

cd "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
root=$PWD
AT_MOST=1.10 ROUNDS=3 ATTEMPTS=4

work=$root/target/embedding
rm -rf "$work"
mkdir -p "$work"
say() { echo "embedding: $*"; }
fail() {
  say "FAILED: $*" >&2
  exit 1
}
quietly() { # COMMAND...
  "$@" >"$work/log" 2>&1 </dev/null || {
    tail -n 40 "$work/log" >&2
    fail "$*"
  }
}

# ---- A Maven repository of links to the user's, but for dev/flowline ---------------------------

repository=$work/repository
users=$(mvn -q -B help:evaluate -Dexpression=settings.localRepository -DforceStdout 2>/dev/null) || users=
case $users in /*) ;; *) users=$HOME/.m2/repository ;; esac
link_all_but() { # FROM TO NAME: an entry of a folder that is not there yet is made by Maven
  local entry
  mkdir -p "$2"
  for entry in "$1"/*; do
    [ "${entry##*/}" = "$3" ] || [ ! -e "$entry" ] || ln -s "$entry" "$2/"
  done
}
mkdir -p "$users/dev"
link_all_but "$users" "$repository" dev
link_all_but "$users/dev" "$repository/dev" flowline
maven() { quietly mvn -q -B "-Dmaven.repo.local=$repository" "$@"; }

# ---- Install -----------------------------------------------------------------------------------

maven install -DskipTests
installed=$repository/dev/flowline/flowline/0.1.0-SNAPSHOT/flowline-0.1.0-SNAPSHOT
for suffix in .jar .pom -sources.jar -javadoc.jar; do
  [ -s "$installed$suffix" ] || fail "no $suffix is installed"
done
unzip -l "$installed.jar" >"$work/jar"
! grep -q 'logback\|log4j' "$work/jar" || fail "the jar configures a logging backend"
unzip -l "$installed-javadoc.jar" | grep -q 'dev/flowline/runtime/NativeRuntime.html' ||
  fail "no Javadoc of NativeRuntime"
unzip -l "$installed-sources.jar" | grep -q 'dev/flowline/line/Inspector.java' ||
  fail "no source of Inspector"
say "installed, with sources and Javadoc"

# ---- Build the consumer --------------------------------------------------------------------------

cp -R src/test/consumer "$work/consumer"
# shellcheck disable=SC2016  # backquotes of Markdown
sed -n '/^```java$/,/^```$/p' README.md | sed '1d;/^```$/,$d' >"$work/consumer/src/Gate.java"
grep -q '^class Gate' "$work/consumer/src/Gate.java" || fail "README has no Java program Gate"
maven -o -f "$work/consumer/pom.xml" compile
classpath=$work/consumer/target/classes:$(cat "$work/consumer/target/classpath.txt")
case $classpath in *"$installed.jar"*) ;; *) fail "the consumer does not use the installed jar" ;; esac
for library in logback slf4j picocli jline progressbar onnxruntime; do
  case $classpath in *"$library"*) fail "$library is on the class path of who embeds Flowline" ;; esac
done
say "a project with one dependency builds; nothing of the command line is on its class path"

# ---- README's program -----------------------------------------------------------------------------

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
quietly "$java" src/test/consumer/Parts.java "$work/parts"
quietly ./flowline train --data "$work/parts" --layout folder --extractor patch-pca --epochs 4 --batch 4 \
  -o "$work/part.flowline"
# From an empty folder, as a program elsewhere would run.
mkdir "$work/elsewhere"
cd "$work/elsewhere"
embed() { "$java" -cp "$classpath" "$@"; }
embed Gate "$work/part.flowline" "$work/parts/hole.png" >"$work/gate" 2>&1 || {
  cat "$work/gate" >&2
  fail "README's program"
}
if ! grep -Eq '^DEFECT, log10NFA -[0-9]' "$work/gate" || ! grep -q '^Region\[' "$work/gate"; then
  cat "$work/gate" >&2
  fail "README's program does not find the hole"
fi
[ "$(grep -cv '^DEFECT\|^Region' "$work/gate")" = 0 ] || fail "something else prints: $(cat "$work/gate")"
say "README's program finds the hole: $(head -n 1 "$work/gate")"

# ---- Threads set past Flowline are reported ---------------------------------------------------

reported() { # HOW PATTERN-OR-NOTHING
  embed Embedded "$1" "$work/part.flowline" "$work/parts/hole.png" 1 >"$work/reported" 2>&1 || {
    cat "$work/reported" >&2
    fail "an embedding program ($1)"
  }
  sed -i 1d "$work/reported" # the verdict
  if [ -n "$2" ]; then
    grep -q "$2" "$work/reported" || fail "$1: check() does not report '$2': $(cat "$work/reported")"
    say "threads set past Flowline ($1): $(head -n 1 "$work/reported")"
  else
    [ ! -s "$work/reported" ] || fail "$1: check() reports: $(cat "$work/reported")"
  fi
}
unset OMP_NUM_THREADS OPENBLAS_NUM_THREADS GOMP_SPINCOUNT OMP_WAIT_POLICY OPENBLAS_THREAD_TIMEOUT
reported default ''
reported one ''
reported late ''
reported past "LibTorch's number of threads is [0-9]* on this thread"
reported libtorch-first "OpenMP was loaded before Flowline"
OMP_NUM_THREADS=2 OPENBLAS_NUM_THREADS=1 reported default "OpenBLAS's number of threads is 1, and Flowline's is 2"

# ---- Speed -----------------------------------------------------------------------------------------

# Processor time of the whole process and not time on the clock, which on a busy machine measures the
# neighbours. The difference of a long and a short run leaves start and warm-up out. The launcher's side
# has all settings in its environment, so that a setting that the library fails to make shows.
seconds() { # COMMAND...: user and system time of it
  local TIMEFORMAT='%U %S' times
  times=$({ time "$@" >/dev/null 2>"$work/err"; } 2>&1) || {
    cat "$work/err" >&2
    fail "$*"
  }
  awk -v both="$times" 'BEGIN { split(both, t, " "); print t[1] + t[2] }'
}
SHORT=20 LONG=120
for count in $SHORT $LONG; do
  mkdir "$work/images-$count"
  for ((i = 0; i < count; i++)); do ln -s "$work/parts/hole.png" "$work/images-$count/$i.png"; done
done
launched() { # THREADS-OR-NOTHING COUNT
  local settings=(GOMP_SPINCOUNT=1000 OPENBLAS_THREAD_TIMEOUT=4 MALLOC_MMAP_THRESHOLD_=4294967296
    MALLOC_TRIM_THRESHOLD_=17179869184
    FLOWLINE_JAVA_OPTS=-XX:CompileThresholdScaling=1) # when the JVM compiles is not the library's to set
  if [ -n "$1" ]; then settings+=("OMP_NUM_THREADS=$1" "OPENBLAS_NUM_THREADS=$1"); fi
  seconds env "${settings[@]}" "$root/flowline" inspect "$work/part.flowline" "$work/images-$2"
}
embedded() { # HOW COUNT
  seconds embed Embedded "$1" "$work/part.flowline" "$work/parts/hole.png" "$2"
}
ratio() { # HOW THREADS-OR-NOTHING: the median over rounds, and the rounds
  local round mine its ratios=''
  for ((round = 0; round < ROUNDS; round++)); do
    # In turns, so that what the machine does meanwhile falls on both.
    mine="$(embedded "$1" $SHORT)" its="$(launched "$2" $SHORT)"
    its+=" $(launched "$2" $LONG)" mine+=" $(embedded "$1" $LONG)"
    ratios+="$(awk -v mine="$mine" -v its="$its" 'BEGIN {
      split(mine, m, " "); split(its, i, " "); printf "%.3f", (m[2] - m[1]) / (i[2] - i[1])
    }')"$'\n'
  done
  printf '%s' "$ratios" | sort -n | awk '{ r[NR] = $1; all = all " " $1 } END { print r[int((NR + 1) / 2)] " of" all }'
}
as_fast() { # HOW THREADS-OR-NOTHING NAME
  local attempt measured
  for ((attempt = 0; attempt < ATTEMPTS; attempt++)); do
    measured=$(ratio "$1" "$2")
    say "$3: $measured times the launcher's processor time an inspection (at most $AT_MOST)"
    if awk -v got="${measured%% *}" -v most=$AT_MOST 'BEGIN { exit !(got <= most) }'; then return; fi
  done
  embed Embedded "$1" "$work/part.flowline" "$work/parts/hole.png" 1 | sed 1d >&2
  fail "$3: slower than the launcher"
}
as_fast one 1 "one thread"
as_fast default '' "threads by default"
say "passed"
