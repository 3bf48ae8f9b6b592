#!/usr/bin/env bash
# All tests. With PostgreSQL installed its tests may not be skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
bash ops/packages.sh
if compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then export REQUIRE_PG=1; fi
exec .venv/bin/python -m pytest -n 2 --dist loadfile -q "$@"
