# Sourced by the scripts beside it: where the repository is, messages, building.
# Leaves the caller in the root of the repository.

root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)"
cd -- "$root" || exit

# The interpreter that sees Debian's python3-* packages, whatever else is on PATH.
# shellcheck disable=SC2034  # used by the scripts that source this
python=/usr/bin/python3

# A compiler cache then serves every clone of the repository, wherever it is.
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1

say() { printf '\n== %s\n' "$*"; }

die() {
  printf '%s: %s\n' "$(basename -- "$0")" "$*" >&2
  exit 1
}

usage_error() {
  printf '%s: %s (see --help)\n' "$(basename -- "$0")" "$*" >&2
  exit 64
}

# A script's help is the comment at its top.
print_help() { sed -n '2,${/^#/!q;s/^# \{0,1\}//p}' "$0"; }

# check_preset NAME: ends the script when there is no such preset; cmake takes an empty name for none at
# all, and builds between the sources.
check_preset() {
  local names
  names="$(sed -n '/"buildPresets"/,/^  ]/s/.*{ "name": "\([^"]*\)".*/\1/p' CMakePresets.json)"
  grep -qxF -- "$1" <<<"$names" || usage_error "--preset '$1': accepted is one of ${names//$'\n'/, }"
}

# build PRESET: configures and builds into build/PRESET; shows progress on a terminal only.
build() {
  local preset="$1" quiet=()
  [[ -t 1 ]] || quiet=(-- --quiet)
  say "Building preset $preset"
  cmake --preset "$preset" --log-level=WARNING >/dev/null &&
    cmake --build --preset "$preset" "${quiet[@]}"
}

# unit_tests PRESET [ARGUMENT...]: runs ctest with these; names only the tests that fail, with their
# output.
unit_tests() {
  ctest --preset "$@" 2>&1 |
    grep --line-buffered -vE '^ *Start +[0-9]+: |^ *[0-9]+/[0-9]+ Test .* Passed +[0-9.]+ sec$'
  return "${PIPESTATUS[0]}"
}

# end_to_end_words PRESET [ARGUMENT...]: sets the array pytest_words to what pytest is to be told, so that
# it runs the end-to-end tests with that build; the arguments go to pytest as they are.
end_to_end_words() {
  local preset="$1" paths=(tests/) argument
  shift
  # The plugin's options are known once a path under tests/ is: one stands before them.
  for argument in "$@"; do
    [[ ! -e ${argument%%::*} ]] || paths=()
  done
  # They mostly wait: one worker more than there are processors.
  pytest_words=("${paths[@]}" -n $(($(nproc) + 1)) --dist loadfile "$@" -q
    "--iotcpd-binary=build/$preset/bin/iotcpd")
  # Sanitizers take time, and the yardsticks are not built with them.
  [[ $preset != asan-ubsan ]] || pytest_words+=(--timeout-scale=3 --ignore=tests/bench)
}

# Our C++ files, one per line.
cpp_files() {
  local folders=() folder
  for folder in common redirector loadgen fake-daemons tests; do
    [[ ! -d $folder ]] || folders+=("$folder")
  done
  find "${folders[@]}" -type f \( -name '*.h' -o -name '*.cpp' \) | LC_ALL=C sort
}

# The summary lines that ctest and pytest wrote into LOG, as they wrote them.
runner_summaries() {
  local log="$1"
  grep -E '^[0-9]+% tests passed|^=*( ?([0-9]+|no) [a-z ]+,?)+ in [0-9.]+s|^No tests were found' "$log" || true
}

# The files of a run that it has left in its folder FOLDER, a line each.
report_files() {
  local file
  for file in "$1"/*; do
    [[ ! -f $file ]] || printf 'report: %s\n' "$file"
  done
}

# Our shell scripts, told by their first line, one per line.
bash_files() {
  {
    find scripts .ci tests -type f -not -path '*/__pycache__/*' \
      -exec grep -lE -m1 '^#!.*\b(ba)?sh$' {} +
    printf '%s\n' scripts/*.bash
  } | LC_ALL=C sort -u
}
