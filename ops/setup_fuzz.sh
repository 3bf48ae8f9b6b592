#!/usr/bin/env bash
# Fill build/fuzz with the fuzzer, beside the environment: what is fuzzed is what is installed there.
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf build/fuzz
.venv/bin/python -m pip install -q --require-hashes --no-deps --only-binary :all: --target build/fuzz -r requirements-fuzz.lock
[ -d build/fuzz/atheris ] || { echo "There is no atheris for this machine: it is built for Linux on x86-64 and Python 3.11 to 3.13."; exit 1; }
touch build/fuzz/.ok
