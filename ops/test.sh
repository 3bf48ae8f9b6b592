#!/usr/bin/env bash
# All tests. With PostgreSQL installed its tests may not be skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
bash ops/packages.sh
unset PYTHONDONTWRITEBYTECODE # hundreds of processes begin in these tests: none need compile all modules anew
if compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then export REQUIRE_PG=1; fi
# Thousands of small databases that are synced at every commit: in memory where a gibibyte is free, on the disk elsewhere.
if [ -w /dev/shm ] && [ "$(df --output=avail -k /dev/shm | tail -1)" -gt 1048576 ]; then
	TMPDIR=$(mktemp -d /dev/shm/arrears-tests-XXXXXX)
	chmod 711 "$TMPDIR" # PostgreSQL refuses to run as root: another user passes through
	export TMPDIR
	trap 'rm -rf "$TMPDIR"' EXIT
fi
.venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -q "$@"
