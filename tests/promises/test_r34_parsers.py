"""R34, the parsers: no bytes make one fall, whatever a platform, a mail, a file or a photograph says.

Each parser runs under atheris for ten minutes, which looks for inputs that run what none before them ran (`make fuzz`);
in the test command for a moment, with inputs bent by chance. A fall is any exception but ours, a record that a run
would put aside as a mistake of the program, more than 20 seconds for one input, or more than 2 GiB.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.connectors.test_poison import damaged
from tests.fuzz.bending import bent
from tests.fuzz.parsers import PARSERS, understood
from tests.fuzz.seeds import SEEDS
from tests.promises.proofs import SCALE, proof, times

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ROOT / "build" / "fuzz"
SECONDS = 600
FEWEST = 10_000
"""Inputs of each parser, below which it was not tried; mails are the slowest, at some seventy a second."""
PLANTED = {
    ("petition", "count"): "a number of people is taken for a whole number without a look",
    ("mailbox", "charset"): "a mail's own charset is believed",
}
_NEW = re.compile(rb"stat::new_units_added: +(\d+)")
_FELL = re.compile(rb"^(?:[\w.]+(?:Error|Exception|Overflow)\b|.*ERROR: libFuzzer).*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """One parser's run: what was counted, and what fell, if anything did."""

    seconds: float
    counted: dict[str, int]
    fell: str | None


def fuzzed(parser: str, folder: Path, *, seconds: int, plant: str | None = None) -> Fuzzed:
    """Run one parser under atheris in a process of its own."""
    command = [sys.executable, "-m", "tests.fuzz.drive", parser, "--seconds", str(seconds), "--seed", "34"]
    command += ["--folder", str(folder), *(["--plant", plant] if plant else [])]
    path = os.pathsep.join((str(ROOT), str(INSTALLED)))
    begun = time.monotonic()
    run = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, capture_output=True, timeout=seconds + 300
    )
    took = time.monotonic() - begun
    said = folder / "counted.json"
    counted = json.loads(said.read_text() or "{}") if said.exists() else {}
    new = _NEW.search(run.stderr)
    counted["inputs that ran something new"] = int(new[1]) if new else 0
    words = [line.decode("utf-8", "replace") for line in _FELL.findall(run.stdout + run.stderr)]
    left = [one.name for one in folder.glob("*-*") if one.is_file()]
    return Fuzzed(took, counted, f"{parser}: {run.returncode} {words[:2]} {left}" if run.returncode else None)


@pytest.mark.parametrize("parser", PARSERS)
def test_no_parser_falls_over_what_is_bent_by_chance(parser: str) -> None:
    chance, seeds = random.Random(f"34/{parser}"), SEEDS[parser]()
    assert all(understood(parser, seed) for seed in seeds)
    told = [
        understood(parser, bent(chance.choice(seeds), 200_000, chance, lambda content, most: damaged(chance, content)))
        for _ in range(times(1_500))
    ]
    assert any(told)
    assert parser == "narrative" or not all(told)


@pytest.mark.slow
@pytest.mark.timeout(2 * len(PARSERS) * SECONDS)
@pytest.mark.skipif(SCALE < 1, reason="ten minutes a parser: make fuzz")
def test_r34_parsers(tmp_path: Path) -> None:
    if not (INSTALLED / "atheris").exists():
        pytest.skip("atheris is not installed: make fuzz fills build/fuzz from requirements-fuzz.lock")
    enough = {"parsers": len(PARSERS), "seconds": len(PARSERS) * SECONDS, "inputs": 1_000_000 * len(PARSERS)}
    enough |= {"understood": 100_000 * len(PARSERS), "refused": 100_000 * len(PARSERS)}
    enough |= {"inputs that ran something new": 100 * len(PARSERS)}
    with proof("R34-parsers", seed=34, enough=enough) as made:
        with ThreadPoolExecutor(2) as pool:
            runs = list(pool.map(lambda name: fuzzed(name, tmp_path / name, seconds=SECONDS), PARSERS))
        for run in runs:
            made.count("parsers")
            made.count("seconds", round(run.seconds))
            for name, number in run.counted.items():
                made.count(name, number)
        assert [run.fell for run in runs if run.fell] == []
        assert min(run.counted.get("inputs", 0) for run in runs) >= FEWEST
        for (parser, bug), words in PLANTED.items():
            caught = fuzzed(parser, tmp_path / f"planted_{bug}", seconds=120, plant=bug).fell
            made.planted(words, caught=caught is not None and "Error" in caught)
