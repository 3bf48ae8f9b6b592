"""From scores to bands: merged by itself, asked of a person, left apart; and what no score outweighs.

What a pair's levels say towards that is a table: each level bears marks, and a pair bears the marks of all its levels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag
from functools import cache

import numpy as np

from casework.linkage import Band
from dedupe.comparing import Compared
from dedupe.compiled import compiled
from dedupe.edges import F32, Kind
from dedupe.levels import FEATURES, Bars
from dedupe.scoring import Scores
from dedupe.table import I8, U8, U16, Mask


class Mark(IntFlag):
    """What a level says towards judging a pair.

    `ANCHORS`: says whose dispute it is. `ANCHORS_NEAR`: says so unless the districts differ. `ANCHORS_HERE`: says so
    where the districts agree. `BOSS`: says so unless the districts or the firms differ. `HINTS`: a reason to ask.
    `HINTS_HERE`: one where the districts agree. `HINTS_NEAR`: so too unless the firms differ. `ONE_PERSON`: more than
    a phone speaks for one worker.
    """

    ANCHORS = 1
    ANCHORS_NEAR = 2
    BOSS = 4
    FAR = 8
    OTHER_FIRM = 16
    BARS_CASE = 32
    BARS_CLAIM = 64
    OTHER_PHONE = 128
    OTHER_NAME = 256
    ONE_ID = 512
    ANCHORS_HERE = 1024
    HERE = 2048
    HINTS = 4096
    HINTS_NEAR = 8192
    ONE_PERSON = 16384
    HINTS_HERE = 32768


MARKS: Mapping[str, Mapping[str, Mark]] = {
    "code": {"codes_are_one": Mark.ANCHORS},
    "employer": {
        "employers_are_one": Mark.ANCHORS,
        "employer_in_short": Mark.ANCHORS_NEAR,
        "employers_swapped": Mark.HINTS_HERE,
        "employer_within": Mark.ANCHORS_NEAR,
        "employers_sound_alike": Mark.ANCHORS_NEAR,
        "employers_one_character": Mark.ANCHORS_HERE,
        "employer_trades_related": Mark.ANCHORS_NEAR,
        "employer_trades_differ": Mark.OTHER_FIRM,
        "employers_elsewhere": Mark.OTHER_FIRM,
        "employers_differ": Mark.OTHER_FIRM,
    },
    "boss": {"bosses_are_one": Mark.BOSS, "bosses_fit": Mark.HINTS_NEAR},
    "boss_phone": {"boss_phones_are_one": Mark.HINTS, "boss_phones_fit": Mark.HINTS},
    "site": {"sites_are_one": Mark.ANCHORS, "sites_close": Mark.ANCHORS, "sites_one_character": Mark.HINTS_HERE},
    "address": {"addresses_are_one": Mark.ANCHORS, "addresses_close": Mark.ANCHORS},
    "district": {"districts_are_one": Mark.HERE, "districts_differ": Mark.FAR},
    "name": {
        "names_are_one": Mark.HINTS | Mark.ONE_PERSON,
        "names_sound_alike": Mark.HINTS | Mark.ONE_PERSON,
        "names_fit": Mark.ONE_PERSON,
        "names_differ": Mark.OTHER_NAME,
    },
    "phone": {
        "phones_are_one": Mark.HINTS,
        "phones_fit": Mark.HINTS,
        "phones_one_slip": Mark.HINTS,
        "phones_differ": Mark.OTHER_PHONE,
    },
    "id_no": {
        "ids_are_one": Mark.ONE_ID | Mark.HINTS | Mark.ONE_PERSON,
        "ids_fit": Mark.HINTS | Mark.ONE_PERSON,
        "ids_one_slip": Mark.HINTS | Mark.ONE_PERSON,
    },
    "amount": {"amounts_are_one": Mark.ONE_PERSON},
    "crew": {
        "rosters_share": Mark.ANCHORS,
        "roster_names_other": Mark.ANCHORS,
        "roster_holds_name": Mark.HINTS,
        "rosters_touch": Mark.HINTS,
    },
    "text": {"texts_are_one": Mark.HINTS, "texts_alike": Mark.HINTS},
}
"""What says *whose* dispute it is: the firm, the place, the boss or the crew.

Equal months and sums alone make strangers alike, and so does an agent's phone: it says who wrote, not who owes. A name
with its characters in another order (发吉, 吉发) may be a slip or another firm: it brings a question. One with another
character is a slip only where there is reason to look for the firm at all: among the whole country's firms, every name
of two characters has a neighbour.

Nor is anybody asked where nothing but months and sums agree, or where names are merely close and nobody says that the
district is one: of such pairs nine in ten are strangers, and no person could tell more than the score.
"""
_BARS = {None: Mark(0), Bars.CASE: Mark.BARS_CASE, Bars.CLAIM: Mark.BARS_CLAIM}


def _tables() -> U16:
    """The marks of every field's levels, a field a row; silence, which is level -1, comes first and has none."""
    found = np.zeros((len(FEATURES), 1 + max(len(feature.levels) for feature in FEATURES)), dtype=np.uint16)
    for row, feature in zip(found, FEATURES, strict=True):
        wanted = MARKS.get(feature.name, {})
        for place, level in enumerate(feature.levels):
            row[1 + place] = int(wanted.get(level.name, Mark(0)) | _BARS[level.bars])
    return found


_TABLES = _tables()
_ANCHORED, _CONFLICT, _ONE_CLAIM, _ASKED = 1, 2, 4, 8
_CLAIM, _CASE, _ASK, _BARRED = int(Kind.CLAIM), int(Kind.CASE), int(Kind.ASK), int(Kind.BARRED)


@dataclass(frozen=True, slots=True)
class Judged:
    """Every compared pair with its scores and what it is good for: bits of `edges.Kind`, free of conflicts."""

    compared: Compared
    scores: Scores
    kind: U8

    def band(self, pair: int) -> Band:
        """The band of one pair."""
        kind = int(self.kind[pair])
        if kind & Kind.CASE:
            return Band.SAME
        return Band.ASK if kind & Kind.ASK else Band.DIFFERENT


def judge(compared: Compared, scores: Scores, lines: Mapping[str, float]) -> Judged:
    """Draw a model's lines. A contradiction keeps a pair from being merged, however high the score."""
    drawn = np.asarray([lines[name] for name in ("claim_same", "case_same", "case_ask")], dtype=np.float32)
    kind = np.empty(len(compared), dtype=np.uint8)
    _kinds(marks_of(compared.levels), _by_marks(), scores.claim, scores.case, drawn, kind)
    return Judged(compared, scores, kind)


@compiled
def _kinds(marks: U16, by_marks: U8, claims: F32, cases: F32, lines: F32, kind: U8) -> None:
    for pair in range(len(marks)):
        says = by_marks[marks[pair]]
        conflict = says & _CONFLICT != 0
        high = cases[pair] >= lines[1] and says & _ANCHORED != 0
        found = _BARRED if high and conflict else 0
        claim = claims[pair] >= lines[0] and says & _ONE_CLAIM != 0
        if claim:
            found |= _CLAIM
        if claim or (high and not conflict):
            found |= _CASE
        elif cases[pair] >= lines[2] and says & _ASKED != 0:
            found |= _ASK
        kind[pair] = found


@cache
def _by_marks() -> U8:
    """What all marks of a pair together say, for any that it may bear."""
    marks = np.arange(1 << 16, dtype=np.uint16)
    conflict = _bears(marks, Mark.BARS_CASE)
    one = ~(conflict | _bears(marks, Mark.BARS_CLAIM) | two_people(marks) | phone_alone(marks))
    found = anchored(marks) * np.uint8(_ANCHORED) | conflict * np.uint8(_CONFLICT) | one * np.uint8(_ONE_CLAIM)
    return found | (worth_asking(marks) & ~conflict) * np.uint8(_ASKED)


def marks_of(levels: I8) -> U16:
    """The marks of all levels of every pair."""
    found = np.zeros(len(levels), dtype=np.uint16)
    _mark(np.ascontiguousarray(levels.T), _TABLES, found)
    return found


@compiled
def _mark(columns: I8, tables: U16, found: U16) -> None:
    for field in range(len(columns)):
        marks, column = tables[field], columns[field]
        for pair in range(len(found)):
            found[pair] |= marks[column[pair] + 1]


def anchored(marks: U16) -> Mask:
    """Where something says whose dispute it is."""
    near = ~_bears(marks, Mark.FAR)
    boss = _bears(marks, Mark.BOSS) & ~_bears(marks, Mark.OTHER_FIRM)
    here = _bears(marks, Mark.ANCHORS_HERE) & _bears(marks, Mark.HERE)
    return _bears(marks, Mark.ANCHORS) | ((_bears(marks, Mark.ANCHORS_NEAR) | boss) & near) | here


def worth_asking(marks: U16) -> Mask:
    """Where something says whose dispute it may be, or that one person speaks twice.

    Others with nothing in common but months and sums are strangers, whatever their score. A name that is close to
    another says little among the firms of a whole country.
    """
    near = _bears(marks, Mark.HINTS_NEAR) & ~_bears(marks, Mark.OTHER_FIRM)
    near |= _bears(marks, Mark.HINTS_HERE | Mark.ANCHORS_NEAR | Mark.ANCHORS_HERE | Mark.BOSS)
    return _bears(marks, Mark.HINTS | Mark.ANCHORS) | (near & _bears(marks, Mark.HERE))


def two_people(marks: U16) -> Mask:
    """Two phones and two different names: two people, whatever else agrees, unless one identity number says not."""
    return _bears(marks, Mark.OTHER_PHONE) & _bears(marks, Mark.OTHER_NAME) & ~_bears(marks, Mark.ONE_ID)


def phone_alone(marks: U16) -> Mask:
    """Two firms and nothing but a phone for one worker: it may be an agent's, whose clients gave no names."""
    return _bears(marks, Mark.OTHER_FIRM) & ~_bears(marks, Mark.ONE_PERSON) & ~anchored(marks)


def _bears(marks: U16, mark: Mark) -> Mask:
    found: Mask = (marks & np.uint16(mark)) != 0
    return found


def conflict_names(levels: I8) -> tuple[str, ...]:
    """The contradictions of one pair that bar one dispute, by the name of their level."""
    return tuple(
        feature.levels[level].name
        for feature, level in zip(FEATURES, levels.tolist(), strict=True)
        if level >= 0 and feature.levels[level].bars is Bars.CASE
    )
