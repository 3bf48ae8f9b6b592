#!/usr/bin/env bash
# Everything that an installation without a network needs, in one folder: wheels by hash, our own among them, and the files
# for running. Made on a machine with a network and of the same kind (processor, system, Python) as the one it is for.
set -euo pipefail
cd "$(dirname "$0")/.."
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
python=${PYTHON:-.venv/bin/python}
house=${WHEELHOUSE:-dist/wheelhouse}
lock=${LOCK:-requirements.lock}
rm -rf "$house" && mkdir -p "$house/wheels"

"$python" -m pip download -qq --require-hashes --no-deps --only-binary=:all: -r "$lock" -d "$house/wheels"
"$python" -m pip wheel -qq --no-deps --wheel-dir "$house/wheels" .
own=$(cd "$house/wheels" && echo arrears-*.whl)
version=$(echo "$own" | cut -d- -f2)
cp "$lock" "$house/requirements.txt"
printf 'arrears==%s \\\n    --hash=sha256:%s\n' "$version" "$(sha256sum "$house/wheels/$own" | cut -d' ' -f1)" >>"$house/requirements.txt"
cp -r ops prefect.yaml docs LICENSE NOTICE "$house/"
rm -rf "$house/docs/images" "$house/docs/evidence"
(cd "$house" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS)
echo "$house: $(find "$house/wheels" -name '*.whl' | wc -l) wheels, $(du -sh "$house" | cut -f1). Carry it over, then: bash ops/install.sh"
