#!/usr/bin/env bash
# Install from a wheelhouse, without any network: bash ops/install.sh [FOLDER], /opt/arrears without one. Every file is held
# against its hash first. The version before stays; `current` leads to the new one at the very end, and not at all with SWITCH=no.
set -euo pipefail
house=$(cd "$(dirname "$0")/.." && pwd)
into=${1:-/opt/arrears}
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore PIP_CONFIG_FILE=/dev/null
(cd "$house" && sha256sum --quiet --check SHA256SUMS)
python=""
for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
	if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then python=$name; break; fi
done
if [ -z "$python" ]; then echo "Python 3.11 or newer is needed." >&2; exit 1; fi
own=$(cd "$house/wheels" && echo arrears-*.whl)
release=$into/$(echo "$own" | cut -d- -f2)-$(sha256sum "$house/SHA256SUMS" | cut -c1-8)
if [ ! -e "$release/.whole" ]; then
	rm -rf "$release" && mkdir -p "$release"
	"$python" -m venv "$release/venv"
	"$release/venv/bin/python" -m pip install -q --no-index --find-links "$house/wheels" --require-hashes --no-deps \
		-r "$house/requirements.txt"
	cp -r "$house/ops" "$house/docs" "$house/prefect.yaml" "$house/LICENSE" "$house/NOTICE" "$release/"
	"$release/venv/bin/arrears" --help >/dev/null
	touch "$release/.whole"
fi
if [ "${SWITCH:-yes}" = no ]; then echo "$release is there; $into/current stays as it was."; exit 0; fi
ln -sfn "$release" "$into/current.new" && mv -T "$into/current.new" "$into/current"
echo "$into/current is $release."
