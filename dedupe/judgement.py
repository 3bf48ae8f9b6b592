"""From scores to bands: merged by itself, asked of a person, left apart; and what no score outweighs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from casework.linkage import Band
from dedupe import features as f
from dedupe.comparison import FEATURES, Compared
from dedupe.features import Bars
from dedupe.weights import Model, Scores

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Judged:
    """Every compared pair with its scores and what they come to. `same_claim` and `same_case` are free of conflicts."""

    compared: Compared
    scores: Scores
    same_claim: Mask
    same_case: Mask
    ask: Mask
    barred: Mask

    def band(self, pair: int) -> Band:
        """The band of one pair."""
        if self.same_case[pair]:
            return Band.SAME
        return Band.ASK if self.ask[pair] else Band.DIFFERENT


def judge(compared: Compared, scores: Scores, model: Model) -> Judged:
    """Draw the lines. A contradiction keeps a pair from being merged, however high the score."""
    case_conflict = conflicts_of(compared, Bars.CASE)
    claim_conflict = case_conflict | conflicts_of(compared, Bars.CLAIM) | two_people(compared)
    high = (scores.case >= model.lines["case_same"]) & anchored(compared)
    same_case = high & ~case_conflict
    ask = (scores.case >= model.lines["case_ask"]) & ~same_case & ~case_conflict
    same_claim = (scores.claim >= model.lines["claim_same"]) & ~claim_conflict
    return Judged(compared, scores, same_claim, same_case | same_claim, ask & ~same_claim, high & case_conflict)


def anchored(compared: Compared) -> Mask:
    """Where something says *whose* dispute it is: the firm, the place, the boss or the crew.

    Equal months and sums alone make strangers alike, and so does an agent's phone: it says who wrote, not who owes.
    """
    return (
        compared.says("code", f.codes_are_one)
        | compared.says(
            "employer",
            f.employers_are_one,
            f.employer_in_short,
            f.employer_within,
            f.employers_sound_alike,
            f.employers_one_character,
        )
        | compared.says("site", f.sites_are_one, f.sites_close)
        | compared.says("address", f.addresses_are_one, f.addresses_close)
        | compared.says("boss", f.bosses_are_one)
        | compared.says("crew", f.rosters_share)
    )


def conflicts_of(compared: Compared, bars: Bars) -> Mask:
    """Where some field contradicts outright."""
    found = np.zeros(len(compared), dtype=bool)
    for position, feature in enumerate(FEATURES):
        wanted = [index for index, level in enumerate(feature.levels) if level.bars is bars]
        if wanted:
            found |= np.isin(compared.levels[:, position], wanted)
    return found


def two_people(compared: Compared) -> Mask:
    """Two phones and two different names: two people, whatever else agrees, unless one identity number says not."""
    apart = compared.says("phone", f.phones_differ) & compared.says("name", f.names_differ)
    return apart & ~compared.says("id_no", f.ids_are_one)


def conflict_names(compared: Compared, pair: int) -> tuple[str, ...]:
    """The contradictions of one pair that bar one dispute, by the name of their level."""
    found = []
    for position, feature in enumerate(FEATURES):
        level = int(compared.levels[pair, position])
        if level >= 0 and feature.levels[level].bars is Bars.CASE:
            found.append(feature.levels[level].name)
    return tuple(found)
