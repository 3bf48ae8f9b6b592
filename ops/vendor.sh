#!/usr/bin/env bash
# Maintainers: fetch the browser library again through npm and compare it with the digest in the manifest.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v npm >/dev/null || { echo "npm is needed for this, and for nothing else." >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --prefix "$work" htmx.org@1.9.12
cp "$work/node_modules/htmx.org/dist/htmx.min.js" console/static/vendor/htmx-1.9.12.min.js
git --no-pager diff --stat -- console/static/vendor
sha256sum console/static/vendor/*.js
