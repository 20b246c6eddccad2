#!/usr/bin/env bash
# The Python package: its tests, and its types if mypy is there.
#
# usage: python-test.sh LIBRARY-FOLDER    the folder of libflowline and libflowline_inspect
#        python-test.sh --interpreter     prints a Python that has NumPy, or nothing
#
# As root on Debian it installs python3 and python3-numpy, if they are missing. In CI nothing may be missing.
set -eu

cd "$(dirname -- "${BASH_SOURCE[0]}")/../../.."

say() { echo "python: $*" >&2; }
fail() {
  say "FAILED: $*"
  exit 1
}

interpreter() {
  local python
  for python in "${PYTHON-}" python3 /usr/bin/python3; do
    if [ -n "$python" ] && command -v "$python" >/dev/null &&
      "$python" -c 'import sys, numpy; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
      command -v "$python"
      return
    fi
  done
  return 1
}

may_install() {
  [ "$(id -u)" = 0 ] && [ "${FLOWLINE_NO_INSTALL-}" != 1 ] && command -v apt-get >/dev/null
}

if ! python=$(interpreter) && may_install; then
  say "installing python3-numpy"
  { apt-get -q update || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends python3 python3-numpy
  } >/dev/null 2>&1 </dev/null || true
  python=$(interpreter) || python=''
fi
if [ -z "$python" ]; then
  [ -z "${CI-}" ] || fail "in CI Python 3.9 with NumPy has to be there"
  say "the Python package is NOT checked: there is no Python 3.9 or newer with NumPy"
  exit 0
fi
if [ "${1-}" = --interpreter ]; then
  echo "$python"
  exit 0
fi

FLOWLINE_LIBRARY=$(cd -- "$1" && pwd)
export FLOWLINE_LIBRARY PYTHONDONTWRITEBYTECODE=1 # a new file among the sources has the launcher build anew
"$python" -m unittest discover -s src/test/python -t src/test/python

# A mypy and a NumPy of one Python know each other.
typed=''
for other in "$python" /usr/bin/python3; do
  if "$other" -c 'import mypy, numpy' 2>/dev/null; then
    typed=$other
    break
  fi
done
if [ -n "$typed" ]; then
  cache=$(mktemp -d)
  trap 'rm -rf "$cache"' EXIT
  cd src/test/python
  # The types of older versions of NumPy are not enough for the tests.
  tests=(./*.py)
  "$typed" -c 'import sys, numpy; sys.exit(int(numpy.__version__.split(".")[0]) < 2)' || tests=()
  MYPYPATH=../../main/python "$typed" -m mypy --strict --cache-dir "$cache" ${tests[@]+"${tests[@]}"} \
    ../../main/python/flowline || fail "mypy"
else
  [ -z "${CI-}" ] || fail "in CI mypy has to be there"
  say "the types are NOT checked: mypy is missing"
fi
