#!/usr/bin/env bash
# Fill .venv-benchmark with the peer that ours is measured against. Apart from .venv: it wants an older pandas.
set -euo pipefail
cd "$(dirname "$0")/.."
export UV_SYSTEM_CERTS=true
index=$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)
if [ -n "${PIP_INDEX_URL:-$index}" ]; then export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$index}}"; fi

echo "Filling .venv-benchmark from requirements-benchmark.lock."
.venv/bin/python -m venv --clear .venv-benchmark
if ! [ -x .venv/bin/uv ] ||
	! .venv/bin/uv pip sync -q --python .venv-benchmark/bin/python --require-hashes requirements-benchmark.lock; then
	.venv-benchmark/bin/python -m pip install -q --require-hashes --no-deps -r requirements-benchmark.lock
fi
touch .venv-benchmark/.ok
