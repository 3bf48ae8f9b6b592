#!/usr/bin/env bash
# Fill .venv: Python's own venv, then uv from the package index, then the hash-locked requirements. Where uv cannot be
# had, pip installs the same file more slowly. Works with an empty HOME and without a terminal.
set -euo pipefail
cd "$(dirname "$0")/.."
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore

newer() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
python=""
for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
	if command -v "$name" >/dev/null && newer "$name"; then python=$name; break; fi
done
if [ -z "$python" ]; then echo "Python 3.11 or newer is needed." >&2; exit 1; fi

make_venv() { "$python" -m venv --clear .venv >.venv.log 2>&1 && .venv/bin/python -m pip --version >/dev/null 2>&1; }
if ! .venv/bin/python -m pip --version >/dev/null 2>&1 && ! make_venv; then
	# Debian keeps venv in a package of its own.
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv
	fi
	make_venv || { cat .venv.log >&2; echo "Python's venv does not work; install it (Debian: python3-venv)." >&2; exit 1; }
fi
rm -f .venv.log

# uv does not read pip's configuration: hand over where this machine gets its packages, and its own certificates.
export UV_SYSTEM_CERTS=true
index=$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)
if [ -n "${PIP_INDEX_URL:-$index}" ]; then export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$index}}"; fi

echo "Filling .venv from requirements-dev.lock (about half a minute)."
if { [ -x .venv/bin/uv ] || .venv/bin/python -m pip install -q 'uv==0.13.8'; } &&
	.venv/bin/uv pip sync -q --python .venv/bin/python --require-hashes --compile-bytecode requirements-dev.lock; then
	.venv/bin/uv pip install -q --python .venv/bin/python --no-deps -e .
else
	echo "uv could not do it; pip does the same more slowly." >&2
	.venv/bin/python -m pip install -q --require-hashes --no-deps -r requirements-dev.lock
	.venv/bin/python -m pip install -q --no-deps -e .
fi
touch .venv/.ok

# Whoever runs the checks next may have it done beside them: ops/check.sh waits for it before the tests.
if [ "${LOOPS:-now}" = beside ]; then exit 0; fi
echo "Compiling the linker's inner loops (about a minute)."
.venv/bin/python -m dedupe.warming >/dev/null 2>&1 || echo "That did not work; they will be compiled when they are first needed." >&2
