"""From scores to bands: merged by itself, asked of a person, left apart; and what no score outweighs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from casework.linkage import Band
from dedupe import firm_findings as firms
from dedupe import person_findings as people
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
    A name with its characters in another order (发吉, 吉发) may be a slip or another firm: it brings a question.
    """
    firm = compared.says("employer", firms.employers_are_one)
    alike = compared.says(
        "employer",
        firms.employer_in_short,
        firms.employer_within,
        firms.employers_sound_alike,
        firms.employers_one_character,
        firms.employer_trades_related,
    )
    near = ~compared.says("district", firms.districts_differ)
    spot = compared.says("site", firms.sites_are_one, firms.sites_close) | compared.says(
        "address", firms.addresses_are_one, firms.addresses_close
    )
    other_firm = compared.says(
        "employer", firms.employers_differ, firms.employer_trades_differ, firms.employers_elsewhere
    )
    boss = compared.says("boss", firms.bosses_are_one) & near & ~other_firm
    crew = compared.says("crew", people.rosters_share)
    return compared.says("code", firms.codes_are_one) | firm | (alike & near) | spot | boss | crew


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
    apart = compared.says("phone", people.phones_differ) & compared.says("name", people.names_differ)
    return apart & ~compared.says("id_no", people.ids_are_one)


def conflict_names(compared: Compared, pair: int) -> tuple[str, ...]:
    """The contradictions of one pair that bar one dispute, by the name of their level."""
    found = []
    for position, feature in enumerate(FEATURES):
        level = int(compared.levels[pair, position])
        if level >= 0 and feature.levels[level].bars is Bars.CASE:
            found.append(feature.levels[level].name)
    return tuple(found)
