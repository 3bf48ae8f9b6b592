"""An installation without a network: the wheelhouse is made, installed from, and the program set up and asked.

`python -m benchmarks.offline --json docs/evidence/offline.json`. Where the machine allows it the installation runs in a
network of its own that leads nowhere; pip is told of no index either way. Then one byte of one wheel is changed, and
one package is taken out: neither may install.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import evidence

ROOT = Path(__file__).resolve().parent.parent


def cut_off() -> list[str]:
    """What to put before a command so that it reaches nothing; empty where this machine does not allow it."""
    program = shutil.which("unshare")
    tried = [program, "--net", "true"] if program else ["false"]
    allowed = subprocess.run(tried, capture_output=True, check=False).returncode == 0  # noqa: S603 - fixed words
    return [str(program), "--net"] if allowed else []


def ran(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one command without this checkout on its path."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("ARREARS_", "PREFECT_", "PYTHON"))
    }
    words = [str(word) for word in command]
    return subprocess.run(words, cwd="/", env=kept | environment, capture_output=True, text=True, check=False)  # noqa: S603 - ours


def installs(house: Path, into: Path) -> bool:
    """Whether a wheelhouse installs, from nothing."""
    shutil.rmtree(into, ignore_errors=True)
    return ran(*cut_off(), "bash", house / "ops" / "install.sh", into).returncode == 0


def measured(folder: Path) -> dict[str, Any]:
    """Make, install, use; then spoil and try again."""
    house, into, data = folder / "wheelhouse", folder / "opt", folder / "data"
    start = time.perf_counter()
    made = ran("bash", ROOT / "ops" / "wheelhouse.sh", WHEELHOUSE=str(house), PYTHON=sys.executable)
    if made.returncode != 0:
        sys.exit(made.stderr[-3_000:])
    seconds_to_make = time.perf_counter() - start
    start = time.perf_counter()
    if not installs(house, into):
        sys.exit("The wheelhouse does not install.")
    seconds_to_install = time.perf_counter() - start
    arrears = into / "current" / "venv" / "bin" / "arrears"
    set_up = ran(*cut_off(), arrears, "setup", "--json", ARREARS_DATA_DIR=str(data))
    asked = ran(*cut_off(), arrears, "doctor", "--json", ARREARS_DATA_DIR=str(data))
    well = [one["subject"] for one in json.loads(asked.stdout) if one["health"] == "well"]
    wheels = sorted((house / "wheels").glob("*.whl"))
    found = {
        "wheels": len(wheels),
        "mebibytes": sum(path.stat().st_size for path in wheels) / 2**20,
        "seconds_to_make": seconds_to_make,
        "seconds_to_install": seconds_to_install,
        "without_any_network": bool(cut_off()),
        "set_up": set_up.returncode == 0,
        "well_by_the_doctor": len({"python", "prefect", "database", "durability", "keys"} & set(well)),
        "units_and_schedule_beside_it": (into / "current" / "prefect.yaml").is_file()
        and (into / "current" / "ops" / "systemd").is_dir(),
    }
    return found | {"planted_bugs_caught": spoiled(house, into)}


def spoiled(house: Path, into: Path) -> dict[str, bool]:
    """Change the wheelhouse as an accident or a stranger would: each must be refused."""
    victim = next((house / "wheels").glob("idna-*.whl"))
    body = victim.read_bytes()
    victim.write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
    found = {"one byte of a wheel is changed": not installs(house, into)}
    sums = house / "SHA256SUMS"
    kept = sums.read_text("utf-8")
    sums.write_text("".join(line for line in kept.splitlines(True) if victim.name not in line))
    found["and its line among the sums is taken out: pip itself looks"] = not installs(house, into)
    victim.unlink()
    found["a wheel is missing"] = not installs(house, into)
    victim.write_bytes(body)
    sums.write_text(kept)
    if not installs(house, into):
        sys.exit("The mended wheelhouse does not install: nothing was proven.")
    return found


def main() -> None:
    """Measure, write, and fail where something was not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.offline", description="Install without a network.")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="arrears-offline-") as name:
        found = measured(Path(name))
    kept = found["set_up"] and found["well_by_the_doctor"] == 5 and found["units_and_schedule_beside_it"]
    kept = kept and all(found["planted_bugs_caught"].values())
    found["verdict"] = "installed" if kept else "not kept"
    if options.json:
        evidence.write(options.json, "python -m benchmarks.offline", found)
    sys.stdout.write(json.dumps(evidence.rounded(found), indent=1) + "\n")
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
