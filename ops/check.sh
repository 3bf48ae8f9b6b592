#!/usr/bin/env bash
# Every check runs, whatever the one before it said; the tests come last, so that their summary does.
set -uo pipefail
cd "$(dirname "$0")/.."
.venv/bin/python -m dedupe.warming >/dev/null 2>&1 & # the linker's inner loops, beside the checks: about a minute, or nothing
loops=$!
failed=()
run() {
	local name=$1; shift
	echo "== $name"
	"$@" || failed+=("$name")
}
run "ruff format" .venv/bin/ruff format --check -q .
run "ruff" .venv/bin/ruff check -q .
run "mypy --strict" .venv/bin/mypy
run "lint-imports" .venv/bin/lint-imports
if [ ${#failed[@]} -gt 0 ]; then printf 'Failed so far: %s\n' "${failed[@]}"; else echo "All checks before the tests passed."; fi
wait $loops || echo "The linker's inner loops were not compiled; they will be when they are first needed." >&2
echo "== pytest"   # last, so that its summary is
bash ops/test.sh "$@" && [ ${#failed[@]} -eq 0 ]
