"""From candidate pairs to levels: for every field of every pair one small number, -1 where somebody did not say.

Only distinct pairs of *values* are compared, however many complaints carry them: a crew of eighty that writes its
employer in three ways is three comparisons and not three thousand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from casework.linkage import Finding
from dedupe import firm_findings as firms
from dedupe import naming
from dedupe import person_findings as people
from dedupe.features import Bars, Feature, Level, Test
from dedupe.fingerprint import Column, Fingerprints
from dedupe.wording import alikeness

Rows: TypeAlias = NDArray[np.int64]
Levels: TypeAlias = NDArray[np.int8]
AGREES, CLOSE, AGAINST, SILENT = Finding.AGREES, Finding.CLOSE, Finding.AGAINST, Finding.SILENT

FEATURES: tuple[Feature, ...] = (
    Feature("code", (Level(firms.codes_are_one, AGREES), Level(firms.codes_differ, AGAINST, Bars.CASE))),
    Feature(
        "employer",
        (
            Level(firms.employers_are_one, AGREES),
            Level(firms.employer_in_short, AGREES),
            Level(firms.employers_swapped, CLOSE),
            Level(firms.employer_within, CLOSE),
            Level(firms.employers_sound_alike, CLOSE),
            Level(firms.employers_one_character, CLOSE),
            Level(firms.employer_trades_related, CLOSE),
            Level(firms.employer_trades_differ, AGAINST),
            Level(firms.employers_elsewhere, AGAINST),
            Level(firms.employer_vague, SILENT),
            Level(firms.employers_differ, AGAINST),
        ),
        step=naming.alike,
    ),
    Feature(
        "boss",
        (Level(firms.bosses_are_one, AGREES), Level(firms.bosses_fit, CLOSE), Level(firms.bosses_differ, AGAINST)),
        rare=True,
    ),
    Feature(
        "site",
        (
            Level(firms.sites_are_one, AGREES),
            Level(firms.sites_close, CLOSE),
            Level(firms.sites_one_character, CLOSE),
            Level(firms.site_vague, SILENT),
            Level(firms.phases_differ, AGAINST, Bars.CASE),
            Level(firms.sections_differ, AGAINST, Bars.CASE),
            Level(firms.sites_differ, AGAINST),
        ),
        step=naming.sites,
    ),
    Feature(
        "address",
        (
            Level(firms.addresses_are_one, AGREES),
            Level(firms.addresses_close, CLOSE),
            Level(firms.address_vague, SILENT),
            Level(firms.addresses_differ, AGAINST),
        ),
        step=naming.address_step,
    ),
    Feature("district", (Level(firms.districts_are_one, AGREES), Level(firms.districts_differ, AGAINST))),
    Feature(
        "name",
        (
            Level(people.names_are_one, AGREES),
            Level(people.names_sound_alike, CLOSE),
            Level(people.names_fit, CLOSE),
            Level(people.names_one_character, CLOSE),
            Level(people.names_differ, AGAINST),
        ),
        rare=True,
        personal=True,
    ),
    Feature(
        "phone",
        (
            Level(people.phones_are_one, AGREES),
            Level(people.phone_of_many, CLOSE),
            Level(people.phones_fit, CLOSE),
            Level(people.phones_one_slip, CLOSE),
            Level(people.phones_differ, AGAINST),
        ),
        personal=True,
    ),
    Feature(
        "id_no",
        (
            Level(people.ids_are_one, AGREES),
            Level(people.ids_fit, CLOSE),
            Level(people.ids_one_slip, CLOSE),
            Level(people.ids_differ, AGAINST, Bars.CLAIM),
        ),
        personal=True,
    ),
    Feature("crew", (Level(people.rosters_share, AGREES), Level(people.rosters_differ, AGAINST))),
    Feature(
        "heads",
        (Level(people.heads_are_one, AGREES), Level(people.heads_close, CLOSE), Level(people.heads_differ, AGAINST)),
        numeric=True,
    ),
    Feature(
        "amount",
        (
            Level(people.amounts_are_one, AGREES),
            Level(people.amounts_close, CLOSE),
            Level(people.amounts_near, CLOSE),
            Level(people.amounts_differ, AGAINST),
        ),
        personal=True,
        numeric=True,
    ),
    Feature(
        "period",
        (
            Level(people.periods_are_one, AGREES),
            Level(people.periods_overlap, CLOSE),
            Level(people.periods_touch, CLOSE),
            Level(people.periods_disjoint, AGAINST, Bars.CASE),
        ),
    ),
    Feature(
        "told",
        (
            Level(people.told_within_weeks, AGREES),
            Level(people.told_within_half_a_year, SILENT),
            Level(people.told_long_apart, AGAINST),
        ),
        numeric=True,
    ),
    Feature(
        "text",
        (Level(people.texts_are_one, AGREES), Level(people.texts_alike, CLOSE), Level(people.texts_differ, AGAINST)),
    ),
)
POSITION = {feature.name: position for position, feature in enumerate(FEATURES)}
_BITS = 4


@dataclass(frozen=True, slots=True)
class Compared:
    """Candidate pairs (rows, left < right) and what every field says about them, one column a field of `FEATURES`."""

    left: Rows
    right: Rows
    levels: Levels

    def __len__(self) -> int:
        return len(self.left)

    def level(self, feature: str) -> Levels:
        """What one field says about every pair."""
        column: Levels = self.levels[:, POSITION[feature]]
        return column

    def says(self, feature: str, *tests: Test) -> NDArray[np.bool_]:
        """Where a field says one of these."""
        names = {getattr(test, "__name__", "") for test in tests}
        wanted = [index for index, level in enumerate(FEATURES[POSITION[feature]].levels) if level.name in names]
        found: NDArray[np.bool_] = np.isin(self.level(feature), wanted)
        return found


def compare(prints: Fingerprints, left: Rows, right: Rows) -> Compared:
    """Compare every candidate pair in every field."""
    levels = np.full((len(left), len(FEATURES)), -1, dtype=np.int8)
    for position, feature in enumerate(FEATURES):
        if feature.name == "text":
            levels[:, position] = _texts(prints, left, right, feature)
        else:
            levels[:, position] = _values(prints.columns[feature.name], left, right, feature)
    return Compared(left, right, levels)


def _values(column: Column, left: Rows, right: Rows, feature: Feature) -> Levels:
    found = np.full(len(left), -1, dtype=np.int8)
    one, other = column.codes[left].astype(np.int64), column.codes[right].astype(np.int64)
    said = np.flatnonzero((one >= 0) & (other >= 0))
    if not len(said):
        return found
    if feature.numeric:
        numbers = np.asarray(column.values, dtype=np.int64)
        found[said] = _numeric(feature, numbers[one[said]], numbers[other[said]])
        return found
    low, high = np.minimum(one[said], other[said]), np.maximum(one[said], other[said])
    packed = low * len(column.values) + high
    order = np.argsort(packed, kind="stable")
    ranked = packed[order]
    starts = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1])))
    distinct = ranked[starts]
    values = column.values
    answers = np.fromiter(
        (feature.level(values[a], values[b]) for a, b in zip(*_apart(distinct, len(values)), strict=True)),
        dtype=np.int8,
        count=len(distinct),
    )
    spread = np.repeat(answers, np.diff(np.append(starts, len(ranked))))
    found[said[order]] = spread
    return found


def _numeric(feature: Feature, left: Rows, right: Rows) -> Levels:
    """All pairs at once: the last level first, each stronger one over it."""
    found = np.full(len(left), len(feature.levels) - 1, dtype=np.int8)
    for index in range(len(feature.levels) - 2, -1, -1):
        found[feature.levels[index].test(left, right)] = index
    return found


def _apart(packed: Rows, base: int) -> tuple[list[int], list[int]]:
    """Take packed value pairs apart again."""
    high, low = np.divmod(packed, base)
    return high.tolist(), low.tolist()


def _texts(prints: Fingerprints, left: Rows, right: Rows, feature: Feature) -> Levels:
    found = np.full(len(left), -1, dtype=np.int8)
    share = alikeness(prints.sketches, left, right)
    for index in range(len(feature.levels) - 1, -1, -1):
        # The thresholds live in the tests themselves, so that sentence and number cannot part.
        bounds = [
            value
            for value in np.linspace(0, 1, prints.sketches.shape[1] + 1)
            if feature.levels[index].test(value, None)
        ]
        found[share >= min(bounds) - 1e-6] = index
    return found


def pack(levels: Levels) -> NDArray[np.int64]:
    """The levels of each pair as one integer: pairs with the same pattern have the same score."""
    packed = np.zeros(len(levels), dtype=np.int64)
    for position in range(levels.shape[1]):
        packed = (packed << _BITS) | (levels[:, position].astype(np.int64) + 1)
    return packed


def unpack(packed: NDArray[np.int64], width: int) -> Levels:
    """The levels of packed patterns."""
    shifts = np.arange(width - 1, -1, -1, dtype=np.int64) * _BITS
    levels: Levels = (((packed[:, None] >> shifts) & (2**_BITS - 1)) - 1).astype(np.int8)
    return levels
