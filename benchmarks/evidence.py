"""What every file of evidence says beside its figures: when, at which commit, on what kind of machine."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
NAMED = ("numpy", "rapidfuzz", "SQLAlchemy", "pydantic")


def about(command: str, *, at: datetime | None = None) -> dict[str, Any]:
    """The command, the moment, the commit and the host: cores, memory, versions. No name of a machine or a person."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "command": command,
        "date": (at or datetime.now(UTC)).isoformat(timespec="seconds"),
        "commit": _commit(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(pages / 2**30, 1),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": {name: version(name) for name in NAMED},
    }


def _commit() -> str:
    """The commit measured; marked where the checkout holds changes that are in none."""
    try:
        known = _git("rev-parse", "--short=12", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs/evidence")
        return f"{known} and changes" if changed else known
    except (OSError, subprocess.CalledProcessError):
        return "not a checkout"


def _git(*words: str) -> str:
    program = shutil.which("git") or "git"
    said = subprocess.run([program, *words], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - ours
    return said.stdout.strip()


def rounded(value: Any) -> Any:
    """Figures to four places, for a file that people compare."""
    if isinstance(value, float | np.floating):
        return round(float(value), 4)
    if isinstance(value, Mapping):
        return {key: rounded(held) for key, held in value.items()}
    return [rounded(held) for held in value] if isinstance(value, list | tuple) else value


def write(path: Path, command: str, figures: Mapping[str, Any] | Sequence[Any]) -> None:
    """Write a file of evidence."""
    told = {"about": about(command), "figures": rounded(figures)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
