#!/usr/bin/env bash
# Every check runs, whatever the one before it said; the last lines name those that failed.
set -uo pipefail
cd "$(dirname "$0")/.."
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
run "pytest" bash ops/test.sh "$@"
echo
if [ ${#failed[@]} -gt 0 ]; then
	printf 'Failed: %s\n' "${failed[@]}"
	exit 1
fi
echo "All checks passed."
