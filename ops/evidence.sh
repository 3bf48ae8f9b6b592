#!/usr/bin/env bash
# The long tests and the benchmarks but the one beside Splink (make benchmark-linking); what they measured goes to
# docs/evidence.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=()
for name in linking reference real_input incremental landing locking pages export latency warning workers_page; do
	echo "== benchmarks.$name"
	.venv/bin/python -m "benchmarks.$name" --json "docs/evidence/$name.json" || failed+=("benchmarks.$name")
done
echo "== benchmarks.growth"
.venv/bin/python -m benchmarks.growth --json docs/evidence/growth.json --chart docs/evidence/growth.svg || failed+=("benchmarks.growth")
echo "== benchmarks.offline"
.venv/bin/python -m benchmarks.offline --json docs/evidence/offline.json >/dev/null || failed+=("benchmarks.offline")
echo "== benchmarks.scale"
.venv/bin/python -m benchmarks.scale --json docs/evidence/scale.json >/dev/null || failed+=("benchmarks.scale")
echo "== promises"
SCALE=1 PROOFS=docs/evidence bash ops/test.sh tests/promises --ignore=tests/promises/test_r38.py \
	--ignore=tests/promises/test_r34_parsers.py || failed+=("promises")
echo "== whether any bytes make a parser fall"
make -s fuzz || failed+=("R34, the parsers")
echo "== whether the tests bite"
make -s bite || failed+=("R38")
echo "== the tests on PostgreSQL"
STORE=postgresql bash ops/test.sh --ignore=tests/promises || failed+=("tests on PostgreSQL")
echo "== long tests"
bash ops/test.sh -m slow || failed+=("long tests")
if [ ${#failed[@]} -gt 0 ]; then printf 'Failed: %s\n' "${failed[@]}"; exit 1; fi
