"""R37: known-vulnerable or unlocked parts never ship, our own code keeps its rules of security, no secret lies about.

What is installed is compared with the lock, file by file with what each package recorded of itself; the installer is
shown to refuse a part that is not the one locked. `pip-audit` asks a database on the internet, which a test does not:
`make audit` runs it where that can be reached, before a release.
"""

from __future__ import annotations

import ast
import base64
import csv
import hashlib
import json
import re
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker

from ops import sbom
from tests.promises.proofs import SCALE, Proof, proof
from tests.promises.static_rules import ROOT, RULES, Breach, breaches, excused

LOCK, SHIPPED = ROOT / "requirements-dev.lock", ROOT / "requirements.lock"
SECRETS = Path(__file__).parent / "known_secrets.csv"
_SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bxox[abpr]-[A-Za-z0-9-]{10,}|\bsk-[A-Za-z0-9]{32,}"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}"
    r"|(?i:password|passwd|secret|api_?key|access_?key|auth_?string)\w*[\"']?\s*[:=]\s*[\"'](?P<value>[^\"'\s{}]{6,})[\"']"
    r"|://[^/\s:@\"'{}<>]+:(?P<inside>[^/\s:@\"'{}<>]{4,})@"
)
_OURS = {"arrears", "pip", "setuptools", "wheel", "uv"}
"""What stands in an environment without a line in the lock: ourselves, and what fills it."""
_SHORT = 20
"""Passwords that tests make up are shorter; whatever is longer has to be explained one by one there too."""
_NOQA = re.compile(r"# noqa: ?[A-Z0-9, ]*\bS\d+[A-Z0-9, ]*(?P<reason> - \S.*)?$", re.MULTILINE)


def tracked() -> list[Path]:
    """Every file of the repository."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for line in listed.stdout.splitlines() if (path := ROOT / line).is_file()]


def installed(made: Proof) -> list[str]:
    """What is installed and not locked, and files that are not those that their package recorded."""
    locked: dict[str, list[dict[str, Any]]] = {}
    for part in sbom.parts(LOCK.read_text("utf-8")):
        locked.setdefault(part["name"], []).append(part)
    wrong = []
    every = sorted(metadata.distributions(), key=lambda one: one.metadata["Name"].lower())
    for number, one in enumerate(every):
        name = re.sub(r"[-_.]+", "-", one.metadata["Name"]).lower()
        if name in _OURS:
            continue
        made.count("packages installed")
        if one.version not in [part["version"] for part in locked.get(name, ())]:
            wrong.append(f"{name} {one.version} is not locked")
        if SCALE >= 1 or number % 25 == 0:
            wrong += [f"{name}: {path}" for path in _changed(one, made)]
    for name, parts in locked.items():
        if any(_wanted(part) for part in parts) and not _there(name):
            wrong.append(f"{name} is locked and not installed")
    return wrong


def _wanted(part: dict[str, Any]) -> bool:
    """Whether a part is for this machine."""
    marker = next((said["value"] for said in part.get("properties", ())), None)
    return marker is None or Marker(marker).evaluate()


def _there(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _changed(one: metadata.Distribution, made: Proof) -> list[str]:
    """Files of a package that are not what its own record says."""
    wrong = []
    for path in one.files or ():
        if path.hash is None or path.hash.mode != "sha256":
            continue
        made.count("files compared")
        there = Path(str(path.locate()))
        digest = hashlib.sha256(there.read_bytes()).digest() if there.is_file() else b""
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != path.hash.value:
            wrong.append(str(path))
    return wrong


def _wheel(folder: Path, body: str) -> str:
    """A small package, and its digest."""
    path = folder / "smallpart-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr(zipfile.ZipInfo("smallpart.py"), body)
        about = "Metadata-Version: 2.1\nName: smallpart\nVersion: 1.0\n"
        out.writestr(zipfile.ZipInfo("smallpart-1.0.dist-info/METADATA"), about)
        kind = "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        out.writestr(zipfile.ZipInfo("smallpart-1.0.dist-info/WHEEL"), kind)
        out.writestr(zipfile.ZipInfo("smallpart-1.0.dist-info/RECORD"), "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def refuses(folder: Path) -> tuple[bool, bool, bool]:
    """Whether the installer takes the part that is locked, refuses another in its place, and one without a hash."""
    uv = Path(sys.executable).with_name("uv")
    folder.mkdir()
    locked = _wheel(folder, "x = 1\n")

    def takes(line: str, into: str) -> bool:
        (folder / "lock").write_text(line)
        command: list[str | Path] = [
            uv,
            "pip",
            "install",
            "--require-hashes",
            "--no-index",
            "--no-deps",
            "--no-cache",
            "--offline",
            "-q",
        ]
        command += ["--find-links", folder, "--target", folder / into, "-r", folder / "lock"]
        return subprocess.run(command, capture_output=True).returncode == 0

    line = f"smallpart==1.0 --hash=sha256:{locked}\n"
    first = takes(line, "first")
    _wheel(folder, "x = 'another'\n")
    return first, not takes(line, "second"), not takes("smallpart==1.0\n", "third")


def rules_kept(made: Proof) -> list[str]:
    """Breaches of our own rules without a reason, reasons without a breach, and what ruff's rules of security find."""
    found, looked = breaches()
    known = excused()
    made.count("modules", looked)
    made.count("excused, with a reason", len(known))
    wrong = [f"add to static_rules.csv: {one.rule},{one.path},why" for one in found - set(known)]
    wrong += [f"excuses nothing any more: {one.rule},{one.path}" for one in set(known) - found]
    wrong += [f"no reason: {one.path}" for one, reason in known.items() if len(reason) < 10]
    ruff = Path(sys.executable).with_name("ruff")
    command: list[str | Path] = [
        ruff,
        "check",
        "--select",
        "S",
        "--ignore",
        "S101",
        "--output-format",
        "json",
        "--no-cache",
        ".",
    ]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    wrong += [f"{one['code']} {one['filename']}:{one['location']['row']}" for one in json.loads(ran.stdout)]
    for path in tracked():
        if path.suffix == ".py" and "tests" not in path.relative_to(ROOT).parts:
            for said in _NOQA.finditer(path.read_text("utf-8")):
                made.count("marks at a line, with a reason", 1 if said["reason"] else 0)
                if not said["reason"]:
                    wrong.append(f"a rule of security is switched off without a reason: {path.name}: {said[0]}")
    for path in (ROOT / "console" / "templates").rglob("*.html"):
        made.count("templates")
        if re.search(r"\|\s*safe\b|autoescape", path.read_text("utf-8")):
            wrong.append(f"a template trusts a text: {path.name}")
    return wrong


def secrets_in(text: str) -> list[str]:
    """What looks like a secret."""
    return [found["value"] or found["inside"] or found[0] for found in _SECRET.finditer(text)]


def secrets_found(made: Proof) -> list[str]:
    """Secrets that nobody explained, and explanations of what is no longer there."""
    with SECRETS.open(encoding="utf-8", newline="") as file:
        known = {(row["path"], row["value"]): row["reason"] for row in csv.DictReader(file)}
    found = set()
    for path in tracked():
        here = str(path.relative_to(ROOT))
        if path.suffix in {".lock", ".png", ".jpg", ".docx", ".xlsx", ".mo", ".npz"} or path == SECRETS:
            continue
        made.count("files looked through for secrets")
        for one in secrets_in(path.read_text("utf-8", "replace")):
            found.add(
                (here if not here.startswith("tests/") else "tests", one if not here.startswith("tests/") else "*")
            )
    made.count("known and harmless, with a reason", len(known))
    return [f"{here}: {value[:4]}…" for here, value in sorted(found - set(known))] + [
        f"no longer there: {here} {value[:4]}…" for here, value in sorted(set(known) - found)
    ]


def listed(made: Proof) -> list[str]:
    """Whether the parts list says what the lock says."""
    said = json.loads((ROOT / "docs" / "sbom.cdx.json").read_text("utf-8"))["components"]
    locked = sbom.parts(SHIPPED.read_text("utf-8"))
    made.count("parts listed", len(said))
    bare = [[{**one, "licenses": None} for one in part] for part in (said, locked)]
    return [] if bare[0] == bare[1] else ["docs/sbom.cdx.json is not of this lock: make sbom"]


@pytest.mark.timeout(300)
def test_r37(tmp_path: Path) -> None:
    whole = SCALE >= 1
    enough = {"packages installed": 150, "files compared": 10_000 if whole else 200, "modules": 600, "templates": 80}
    enough |= {"files looked through for secrets": 1_000, "parts listed": 120}
    with proof("R37", seed=37, enough=enough) as made:
        assert installed(made) + rules_kept(made) + secrets_found(made) + listed(made) == []
        takes, refuses_another, refuses_bare = refuses(tmp_path / "wheels")
        assert takes
        made.planted("another part in the place of the locked one", caught=refuses_another)
        made.planted("a part without a hash", caught=refuses_bare)
        for name, (rule, line) in RULES.items():
            made.planted(f"in our code: {name}", caught=any(True for _ in rule(ast.parse(line))))
        made.planted("a secret in a file", caught=bool(secrets_in('api_key = "Zk93jd82hd72"')))
        made.planted("an excuse for nothing", caught=Breach("thaws", "nowhere.py") not in breaches()[0])
