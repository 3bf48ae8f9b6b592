#!/usr/bin/env bash
# All tests under coverage, with the tests of each line, and those of the linker once more with its loops as plain
# Python, since nobody sees into machine code. What they leave in build/bite is judged by `make bite`. Arguments go to
# both runs. With MORE=1 only files of tests are run, and added, that changed since or name a module of no group that
# did: for whoever writes tests because of what was missing. A test that fails here only because all takes longer is
# said, and counts for nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
export BITE=${BITE:-$PWD/build/bite}
add=()
if [ "${MORE:-}" = 1 ]; then
	files=$(.venv/bin/python -m tests.promises.covering --more)
	read -ra files <<<"$files"
	[ ${#files[@]} -gt 0 ] || { echo "No file of tests changed since."; exit 0; }
	of_the_linker=()
	for file in "${files[@]}"; do [[ $file != tests/dedupe/* ]] || of_the_linker+=("$file"); done
	add=(--append)
else
	rm -rf "$BITE"
	.venv/bin/python -m tests.promises.covering
	files=() of_the_linker=(tests/dedupe)
fi
export COVERAGE_PROCESS_START=$PWD/pyproject.toml COVERAGE_FILE=$BITE/.coverage
run() { bash ops/test.sh -p tests.promises.covering --deselect tests/promises/test_r38.py --timeout=900 "$@" || echo "Some failed; they count for nothing."; }
run ${files[@]+"${files[@]}"} "$@"
[ ${#of_the_linker[@]} -eq 0 ] || NUMBA_DISABLE_JIT=1 run -W ignore::RuntimeWarning "${of_the_linker[@]}" "$@"
unset COVERAGE_PROCESS_START
.venv/bin/python -m coverage combine -q ${add[@]+"${add[@]}"} "$BITE"
.venv/bin/python -m coverage report --ignore-errors --skip-covered --precision=2 | tail -1
