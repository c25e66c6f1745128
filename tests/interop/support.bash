# Sourced by the scripts: a folder that goes away, the programs, and how a test fails.
set -euo pipefail
: "${HOTLINE_BINARY:?run through ctest, or name the program in HOTLINE_BINARY}"
: "${HOTLINE_ROOT:?run through ctest, or name the work tree in HOTLINE_ROOT}"
# shellcheck disable=SC2034  # for the scripts that source this
hotline=$HOTLINE_BINARY
age_bin=$HOTLINE_ROOT/build/deps/age/usr/bin
[[ -x $age_bin/age ]] || { echo "the age command is missing: run deploy/dependencies" >&2; exit 1; }
export PATH=$age_bin:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() { echo "FAILED: $*" >&2; exit 1; }

# refuses WHAT COMMAND…: it must end with 1 and say why in one line.
refuses() {
  local what=$1 code=0; shift
  "$@" >refused.out 2>refused.err || code=$?
  [[ $code == 1 ]] || fail "$what: exit code $code instead of 1"
  [[ $(wc -l <refused.err) == 1 ]] || fail "$what: not one line on standard error: $(<refused.err)"
}
