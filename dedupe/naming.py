"""How two names of an employer, a site or an address stand to each other, part against part."""

from __future__ import annotations

from enum import IntEnum

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein, Hamming

from dedupe.employers import Employer
from dedupe.regions import Place
from dedupe.sites import Site
from dedupe.text import sound
from dedupe.trades import same_trade


class Alike(IntEnum):
    """How two employers' names stand to each other, strongest first."""

    ONE = 0
    SHORT = 1
    SWAPPED = 2
    WITHIN = 3
    SOUND = 4
    CHARACTER = 5
    RELATED = 6
    TRADE = 7
    ELSEWHERE = 8
    VAGUE = 9
    NONE = 10


class Sites(IntEnum):
    """How two sites stand to each other, strongest first."""

    ONE = 0
    CLOSE = 1
    CHARACTER = 2
    VAGUE = 3
    PHASE = 4
    SECTION = 5
    NONE = 6


def alike(left: Employer, right: Employer) -> Alike:
    """Compare the parts. Whoever names no firm (公司, 老板, a site only) is vague and neither like nor unlike."""
    if not left.core or not right.core:
        return Alike.VAGUE
    apart = not _same_city(left.place, right.place)
    if left.core == right.core or left.key == right.key:
        return _same_core(left, right, apart=apart)
    if left.core in right.aliases or right.core in left.aliases or set(left.aliases) & set(right.aliases):
        return Alike.SHORT
    trades = same_trade(left.trade, right.trade)
    if apart or not trades:
        return Alike.NONE
    short, long = sorted((left.key, right.key), key=lambda key: (len(key), key))
    if len(short) >= 2 and (short in long or abbreviates(short, long)):
        return Alike.WITHIN
    if len(short) >= 4 and sorted(short) == sorted(long):
        return Alike.SWAPPED
    if left.heard == right.heard or sound(left.key) == sound(right.key):
        return Alike.SOUND
    if int(DamerauLevenshtein.distance(left.core, right.core, score_cutoff=1)) == 1:
        return Alike.CHARACTER
    return Alike.VAGUE if left.perhaps_person or right.perhaps_person else Alike.NONE


def _same_core(left: Employer, right: Employer, *, apart: bool) -> Alike:
    if left.key != right.key and not same_trade(left.trade, right.trade):
        return Alike.TRADE
    if apart:
        return Alike.ELSEWHERE
    if left.trade == right.trade or left.key == right.key:
        return Alike.ONE
    if not left.trade or not right.trade:
        return Alike.SHORT
    return Alike.SHORT if left.trade in right.trade or right.trade in left.trade else Alike.RELATED


def _same_city(left: Place, right: Place) -> bool:
    """One lies in the other, or both in one city; a district against its sister district is left to other fields."""
    return left.agrees(right) or (left.code[:4] == right.code[:4] and len(left.code) >= 4 and len(right.code) >= 4)


def abbreviates(short: str, long: str) -> bool:
    """Every character of the short name stands in the long one, in order, beginning with its first (中建八局)."""
    if len(short) < 3 or short[0] != long[0]:
        return False
    rest = iter(long)
    return all(character in rest for character in short)


def sites(left: Site, right: Site) -> Sites:
    """Compare two sites. Different phase or section numbers of one project are two sites, however alike the names."""
    if not left.core or not right.core:
        if left.phase and right.phase and left.phase != right.phase:
            return Sites.PHASE
        return Sites.VAGUE
    close = _close_cores(left.core, right.core)
    slip = not close and len(left.core) == len(right.core) and int(Hamming.distance(left.core, right.core)) == 1
    if not (close or slip) or (left.kind and right.kind and left.kind != right.kind):
        return Sites.NONE
    if left.phase and right.phase and left.phase != right.phase:
        return Sites.PHASE
    if left.section and right.section and left.section != right.section:
        return Sites.SECTION
    if left.house and right.house and left.house != right.house:
        return Sites.NONE
    if slip:
        return Sites.CHARACTER if left.kind == right.kind else Sites.NONE
    exact = left.core == right.core and (left.phase, left.section) == (right.phase, right.section)
    return Sites.ONE if exact else Sites.CLOSE


def _close_cores(left: str, right: str) -> bool:
    if left == right:
        return True
    short, long = sorted((left, right), key=lambda key: (len(key), key))
    if len(short) >= 2 and short in long:
        return True
    if len(short) >= 2 and sound(left) == sound(right):
        return True
    return len(short) >= 4 and fuzz.ratio(left, right) >= 80


def addresses(left: Site, right: Site) -> Sites:
    """Compare two addresses: street and house number must both be known before they can be one."""
    if left.town and right.town and left.town != right.town:
        return Sites.NONE
    if not left.core or not right.core:
        return Sites.VAGUE
    if left.house and right.house and left.house != right.house:
        return Sites.NONE
    if left.core == right.core:
        return Sites.ONE if left.house and left.house == right.house else Sites.CLOSE
    return Sites.CLOSE if _close_cores(left.core, right.core) else Sites.NONE


def address_step(left: Site, right: Site) -> int:
    """The level of two addresses: one, close, too vague, different."""
    return {Sites.ONE: 0, Sites.CLOSE: 1, Sites.VAGUE: 2}.get(addresses(left, right), 3)
