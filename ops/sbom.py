"""The parts list (SBOM): every package of the lock with version, hashes and licence, CycloneDX 1.6.

    python ops/sbom.py requirements.lock docs/sbom.cdx.json

The same lock gives the same bytes: there is no time and no random number in it. Licences are what the installed
packages say of themselves; where one is not installed, or says nothing, none is stated.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any

_LINE = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\\n]+)(?: ; ([^\\\n]+?))?(?: \\)?$", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_LONGEST_LICENCE = 100


def parts(lock: str) -> list[dict[str, Any]]:
    """A component for each package of a lock, by name."""
    found = list(_LINE.finditer(lock))
    ends = [one.start() for one in found[1:]] + [len(lock)]
    return [_part(one, _HASH.findall(lock[one.end() : end])) for one, end in zip(found, ends, strict=True)]


def _part(line: re.Match[str], hashes: list[str]) -> dict[str, Any]:
    name, version, marker = line.groups()
    purl = f"pkg:pypi/{name}@{version}"
    made: dict[str, Any] = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
    if licence := _licence(name):
        made["licenses"] = [{"license": {"name": licence}}]
    archives = [{"alg": "SHA-256", "content": one} for one in sorted(hashes)]
    made["externalReferences"] = [{"type": "distribution", "url": purl, "hashes": archives}]
    if marker:
        made["properties"] = [{"name": "arrears:only-where", "value": marker.strip()}]
    return made


def _licence(name: str) -> str | None:
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    said = next((about[name] for name in ("License-Expression", "License") if about[name]), "")
    if not said or len(said) > _LONGEST_LICENCE or "\n" in said:
        trove = [one.rpartition(" :: ")[2] for one in about.get_all("Classifier", []) if one.startswith("License ::")]
        said = " / ".join(trove)
    return said.strip() or None


def bom(lock: str) -> str:
    """The whole list as JSON text."""
    components = parts(lock)
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([one["purl"] for one in components]))
    head = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "arrears", "bom-ref": "arrears"}},
        "dependencies": [{"ref": "arrears", "dependsOn": [one["bom-ref"] for one in components]}],
        "components": [],
    }
    lines = ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in components)
    return json.dumps(head, ensure_ascii=False).removesuffix("]}") + f"\n{lines}\n]}}\n"


if __name__ == "__main__":
    lock, out = map(Path, sys.argv[1:])
    out.write_text(bom(lock.read_text("utf-8")), "utf-8")
