#!/usr/bin/env bash
# All tests under coverage, with the tests of each line, and those of the linker once more with its loops as plain
# Python, since nobody sees into machine code. What they leave in build/bite is judged by `make bite`. Arguments go to
# both runs. A test that fails here only because all takes longer is said, and counts for nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
export BITE=${BITE:-$PWD/build/bite}
rm -rf "$BITE"
.venv/bin/python -m tests.promises.covering
export COVERAGE_PROCESS_START=$PWD/pyproject.toml COVERAGE_FILE=$BITE/.coverage
run() { bash ops/test.sh -p tests.promises.covering --deselect tests/promises/test_r38.py "$@" || echo "Some failed; they count for nothing."; }
run --timeout=900 "$@"
NUMBA_DISABLE_JIT=1 run --timeout=900 -W ignore::RuntimeWarning tests/dedupe "$@"
unset COVERAGE_PROCESS_START
.venv/bin/python -m coverage combine -q "$BITE"
.venv/bin/python -m coverage report --skip-covered --precision=2 | tail -1
