"""The trade in an employer's name (海产加工, 建筑劳务), told apart from the core name before it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_LINES = (Path(__file__).parent / "data" / "trades.txt").read_text("utf-8").splitlines()
_FAMILIES = tuple(frozenset(line.split()) for line in _LINES if line and not line.startswith("#"))
WORDS = frozenset(word for family in _FAMILIES for word in family)
"""The words of trades. The longest match at the end of a name is taken off, again and again."""
_LONGEST = max(map(len, WORDS))


@lru_cache(maxsize=200_000)
def split_trade(said: str) -> tuple[str, str]:
    """Core name and trade. At least two characters stay as core; a name that is all trade keeps its first word."""
    core, trade = said, ""
    while True:
        for length in range(min(_LONGEST, len(core) - 2), 1, -1):
            if core[-length:] in WORDS:
                core, trade = core[:-length], core[-length:] + trade
                break
        else:
            return core, trade


@lru_cache(maxsize=100_000)
def same_trade(left: str, right: str) -> bool:
    """One trade says the other, more shortly or in another word for it; a trade that is not said agrees with any."""
    if not left or not right or left == right:
        return True
    if left in right or right in left or sorted(left) == sorted(right):
        return True
    short, long = sorted((left, right), key=lambda words: (len(words), words))
    rest = iter(long)
    if len(short) >= 4 and all(character in rest for character in short):
        return True
    return any(len(family) > 1 and left in family and right in family for family in _FAMILIES)
