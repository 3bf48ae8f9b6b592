"""Graded likeness of names, for ranking a register and for measuring; the linker itself decides by levels.

A short name is looked up by which full name holds its characters in order, weighed by how rare they are: 深物业A is
深圳市物业发展(集团)股份有限公司 although no part of the two is equal.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from rapidfuzz.distance import Indel

from dedupe.employers import Employer
from dedupe.naming import Alike, Sites, addresses, alike
from dedupe.sites import Site
from dedupe.text import clean

_CLASS = re.compile(r"^(\*?st|s\*?st|g|n|xd|dr|xr)(?=[\u4e00-\u9fff*])|[ab]股?$|-?[uwb]$|\W")
_FORM = re.compile(r"股份有限公司|股份公司|有限责任公司|有限公司|\(集团\)|集团|\W")


def name_similarity(left: Employer, right: Employer) -> float:
    """How alike two employers' names are, 0 to 1: the step first, the overlap of the parts within it."""
    step = alike(left, right)
    overlap = float(Indel.normalized_similarity(left.key, right.key))
    core = float(Indel.normalized_similarity(left.core, right.core))
    if step in (Alike.NONE, Alike.VAGUE):
        return round(0.3 * core + 0.15 * overlap, 6)
    longer = min(len(left.core), len(right.core), 5) - 2
    base = {
        Alike.ONE: 1.0,
        Alike.SHORT: 0.5 if _both_registered(left, right) else 0.95,
        Alike.SWAPPED: 0.88,
        Alike.WITHIN: 0.85,
        Alike.SOUND: 0.4 + 0.15 * longer,
        Alike.CHARACTER: 0.3 + 0.15 * longer,
        Alike.RELATED: 0.8,
        Alike.TRADE: 0.3 + 0.15 * longer,
        Alike.ELSEWHERE: 0.6,
    }[step]
    return round(0.9 * base + 0.1 * overlap, 6)


def _both_registered(left: Employer, right: Employer) -> bool:
    """Two names written out in full that differ in trade: the register lets two such firms exist side by side."""
    return bool(
        left.trade and right.trade and left.trade != right.trade and "有限" in left.form and "有限" in right.form
    )


def address_similarity(left: Site, right: Site) -> float:
    """How alike two addresses are, 0 to 1."""
    step = addresses(left, right)
    base = {Sites.ONE: 0.6, Sites.CLOSE: 0.5, Sites.VAGUE: 0.2}.get(step, 0.0)
    overlap = float(Indel.normalized_similarity(left.core + left.kind, right.core + right.kind))
    pieces, others = _pieces(left.core), _pieces(right.core)
    held = len(pieces & others) / min(len(pieces), len(others)) if pieces and others else 0.0
    house = 0.1 if left.house and left.house == right.house else -0.1 if left.house and right.house else 0.0
    return round(base * 0.4 + overlap * 0.25 + held * 0.35 + house, 6)


def _pieces(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def short_of(shorts: Sequence[str], fulls: Sequence[str]) -> list[int]:
    """For every short name the place of the full name that fits it best; ties go to the first."""
    plain = [_FORM.sub("", clean(full)) for full in fulls]
    seen = Counter(character for name in plain for character in set(name))
    weight = {character: math.log(1 + len(plain) / count) for character, count in seen.items()}
    holders: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(plain):
        for character in set(name):
            holders[character].append(place)
    return [_best(_bare(short), plain, weight, holders) for short in shorts]


def _bare(short: str) -> str:
    """A listed short name without its marks and without 股份 or 集团, if two characters stay."""
    said = _CLASS.sub("", _CLASS.sub("", clean(short)))
    bare = re.sub(r"(股份|集团|控股|公司)$", "", said)
    return bare if len(bare) >= 2 else said


def _best(short: str, plain: Sequence[str], weight: dict[str, float], holders: dict[str, list[int]]) -> int:
    points: dict[int, float] = defaultdict(float)
    for character in set(short):
        for place in holders.get(character, ()):
            points[place] += weight[character]
    if not points:
        return 0
    likely = sorted(points, key=lambda place: (-points[place], place))[:40]
    return max(likely, key=lambda place: (_fit(short, plain[place], weight), -place))


def _fit(short: str, full: str, weight: dict[str, float]) -> float:
    """Weight of the short name's characters found in order, more for neighbours, less for what the full name adds."""
    found = 0.0
    last = -2
    start = 0
    for character in short:
        at = full.find(character, start)
        if at < 0:
            found -= weight.get(character, 6.0) * 0.6
            continue
        found += weight[character] * (1.25 if at == last + 1 else 1.0)
        last, start = at, at + 1
    return found - 0.12 * (len(full) - len(short))
