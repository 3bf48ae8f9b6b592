"""One parser under atheris, which looks for inputs that run what no input before them ran.

    python -m tests.fuzz.drive mailbox --seconds 600 --seed 34 --folder mailbox

Ends with 0 where nothing fell. An exception that is none of ours, more than 20 seconds for one input, or more than
2 GiB end it with another code and leave the input in the folder, where `counted.json` says what was done. `make fuzz`
installs atheris, beside the environment, in `build/fuzz`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["casework", "connectors", "dedupe.extraction", "services", "email", "csv"]):
    import connectors.fields
    import connectors.mime
    from tests.fuzz.bending import bent
    from tests.fuzz.parsers import PARSERS, understood
    from tests.fuzz.seeds import SEEDS, WORDS

_LARGEST = 200_000
_ONE_INPUT, _MEMORY = 20, 2_048
_NOTED = 50
"""What was counted is written down after so many inputs: the fuzzer ends without coming back."""


def plant(bug: str) -> None:
    """Put a mistake into the program, for the proof that it would be found."""
    if bug == "count":
        connectors.fields.as_count = lambda text, **_: int(text)
    elif bug == "charset":
        connectors.mime.decoded = lambda content, charset: content.decode(charset or "utf-8")


class Counted:
    """What was done, on the disk."""

    def __init__(self, place: Path) -> None:
        self._place = os.open(place, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        self._said = {"inputs": 0, "understood": 0, "refused": 0}

    def count(self, *, read: bool) -> None:
        """One input more."""
        self._said["inputs"] += 1
        self._said["understood" if read else "refused"] += 1
        if self._said["inputs"] % _NOTED == 0:
            os.pwrite(self._place, json.dumps(self._said).encode(), 0)


def main() -> None:
    """Fuzz until the time is over or something fell."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.drive", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parser", choices=PARSERS)
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--plant", choices=("count", "charset"))
    asked = parser.parse_args()
    corpus = asked.folder / "corpus"
    corpus.mkdir(parents=True)
    for number, seed in enumerate(SEEDS[asked.parser]()):
        (corpus / f"seed{number}").write_bytes(seed)
        assert understood(asked.parser, seed), f"{asked.parser} does not understand what it is sent on good days"
    words = asked.folder / "words"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in WORDS), encoding="ascii")
    if asked.plant:
        plant(asked.plant)
    counted = Counted(asked.folder / "counted.json")

    def one(content: bytes) -> None:
        counted.count(read=understood(asked.parser, content))

    def other(content: bytes, most: int, seed: int) -> bytes:
        return bent(content, most, random.Random(seed), atheris.Mutate)

    options = {
        "max_total_time": asked.seconds,
        "seed": asked.seed,
        "max_len": _LARGEST,
        "timeout": _ONE_INPUT,
        "rss_limit_mb": _MEMORY,
        "dict": words,
        "artifact_prefix": f"{asked.folder}/",
        "print_final_stats": 1,
    }
    given = [sys.argv[0], *(f"-{name}={value}" for name, value in options.items()), str(corpus)]
    atheris.Setup(given, one, custom_mutator=other)
    atheris.Fuzz()


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02X}" for byte in word)


if __name__ == "__main__":
    main()
