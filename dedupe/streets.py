"""Streets and towns in addresses: nine digits where a text names one. Facts from `data/streets.tsv`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from dedupe.text import clean

_FILE = Path(__file__).parent / "data" / "streets.tsv"
_COUNTY = 6


@lru_cache(maxsize=1)
def _streets() -> tuple[tuple[str, str], ...]:
    lines = (line for line in _FILE.read_text("utf-8").splitlines() if not line.startswith("#"))
    return tuple((name, code) for code, name in (line.split("\t") for line in lines))


@lru_cache(maxsize=256)
def _streets_of(county: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, code) for name, code in _streets() if code.startswith(county))


@lru_cache(maxsize=1)
def _last_letters() -> frozenset[str]:
    """What the names end in: very few. Most texts hold none of these letters."""
    return frozenset(name[-1] for name, _ in _streets())


def street_code(text: str | None, county: str | None) -> str | None:
    """The street (nine digits) that a text names, within a county where one is given.

    None when it names none, or streets of one name in several counties: a wrong street sends a case to the wrong
    inspector, none at all leaves it to the whole district.
    """
    said = clean(text)
    if not any(letter in said for letter in _last_letters()):
        return None
    found = {code for name, code in _streets_of((county or "")[:_COUNTY]) if name in said}
    return found.pop() if len(found) == 1 else None


def street_name(code: str) -> str | None:
    """What the street or town of a code of nine digits is called; None where the code is of none."""
    return next((name for name, known in _streets() if known == code), None)
