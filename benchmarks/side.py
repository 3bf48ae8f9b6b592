"""Two sides, each a process of its own: how one is started, and what it reports about itself to the other end."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.evidence import ROOT
from benchmarks.partition import Groups

OURS = Path(sys.executable)
SPLINKS = ROOT / ".venv-benchmark" / "bin" / "python"
"""Splink has an environment of its own: the project's stays as it is."""
ABSENT = "Splink is not installed: make benchmark-linking fills .venv-benchmark from requirements-benchmark.lock"
MARK = "figures: "
"""Begins the one line of a side's output that the other end reads."""


@dataclass(slots=True)
class Clock:
    """Wall and processor seconds of each named part, and the peak memory of the process at its end in MiB.

    Processor seconds are user and system of all threads. The peak never falls: a later part's holds the earlier ones'.
    """

    parts: dict[str, dict[str, float]] = field(default_factory=dict)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.parts[name] = {
            "seconds": time.perf_counter() - wall,
            "cpu_seconds": time.process_time() - cpu,
            "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }


def say(clock: Clock, facts: Mapping[str, Any]) -> None:
    """Print the figures for the other end."""
    sys.stdout.write(f"{MARK}{json.dumps({'parts': clock.parts, **facts})}\n")


def heard(output: str) -> dict[str, Any]:
    """The figures in a side's output. Raises `ValueError` when there are none."""
    for line in reversed(output.splitlines()):
        if line.startswith(MARK):
            figures: dict[str, Any] = json.loads(line.removeprefix(MARK))
            return figures
    raise ValueError("the side reported no figures")


def save_groups(path: Path, groups: Mapping[str, Groups]) -> None:
    """The group of every row, by level or threshold."""
    with path.open("wb") as opened:
        np.savez(opened, allow_pickle=False, **groups)


def load_groups(path: Path) -> dict[str, Groups]:
    """What `save_groups` wrote."""
    with np.load(path) as held:
        return {name: held[name] for name in held.files}


def start(python: Path, module: str, *arguments: str) -> str:
    """Run a module, give what it prints, show what it complains of. Raises `CalledProcessError` when it fails."""
    command = [str(python), "-m", module, *arguments]
    ran = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
    return ran.stdout


def call(python: Path, module: str, *arguments: str) -> dict[str, Any]:
    """Run a side and hear its figures."""
    return heard(start(python, module, *arguments))


def summed(figures: Mapping[str, Any], parts: Sequence[str]) -> dict[str, float]:
    """Seconds of several parts together, and the peak after the last of them."""
    held = [figures["parts"][name] for name in parts]
    return {
        "seconds": sum(one["seconds"] for one in held),
        "cpu_seconds": sum(one["cpu_seconds"] for one in held),
        "peak_mib": max(one["peak_mib"] for one in held),
    }


def middle(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The median of every figure over several runs."""
    return {name: statistics.median(one[name] for one in runs) for name in runs[0]}


def ratios(ours: Mapping[str, float], theirs: Mapping[str, float]) -> dict[str, float]:
    """Ours over theirs, for every figure that both have and theirs is not nought."""
    return {name: ours[name] / theirs[name] for name in ours if theirs.get(name)}
