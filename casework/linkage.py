"""What the linker is asked and what it answers: records, judgements on pairs, and who belongs together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Verdict(StrEnum):
    """判断. `linked`: two disputes that know of each other and stay apart. `unsure` waits for a second person."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"
    LINKED = "linked"


class Band(StrEnum):
    """The three bands of a score: merged by itself, asked of a person, left apart."""

    SAME = "same"
    ASK = "ask"
    DIFFERENT = "different"


class Finding(StrEnum):
    """What one field says about a pair: 一致 / 相近 / 不同 / 无法比较."""

    AGREES = "agrees"
    CLOSE = "close"
    AGAINST = "against"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRecord:
    """One complaint in the form the linker takes: the columns of `arrears resolve`. Text is as said, unnormalised.

    `submitted_at` is aware UTC; months are YYYY-MM; `amount_owed` is yuan; `crew` are further persons named in a
    roster, as (name, phone, id number). `boss_phone` is the phone that the narrative gives for the other side.
    """

    complaint_id: str
    channel: str
    submitted_at: datetime
    employer_name: str | None = None
    employer_uscc: str | None = None
    site_name: str | None = None
    site_address: str | None = None
    district_code: str | None = None
    complainant_name: str | None = None
    complainant_phone: str | None = None
    complainant_id_no: str | None = None
    workers_count: int | None = None
    amount_owed: Decimal | None = None
    arrears_from: str | None = None
    arrears_to: str | None = None
    narrative: str | None = None
    boss_name: str | None = None
    crew: tuple[tuple[str | None, str | None, str | None], ...] = ()
    boss_phone: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One field's say about a pair. `weight` is in bits (log2), positive for "same"; values are as they were written.

    `weight` asks "one dispute, or strangers?". The other two ask "one worker's claim?", once against two strangers and
    once against two workmates, who have the firm, the site and the months in common anyway.
    `sentence` is the docstring of the feature's level in English; the console translates it by `feature` and `level`.
    """

    feature: str
    level: str
    finding: Finding
    left: str | None
    right: str | None
    weight: float
    sentence: str
    against_stranger: float = 0.0
    against_workmate: float = 0.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """The linker's word on a pair of complaints, left id < right id. Scores are in bits.

    `claim_score` asks "the same worker's same grievance?", `case_score` "the same dispute?". `conflicts` names hard
    contradictions (two valid different credit codes), which bar an automatic merge whatever the score.
    """

    left: str
    right: str
    band: Band
    case_score: float
    claim_score: float
    same_claim: bool
    conflicts: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    model: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word on a pair. It outranks every score, for ever: `same` must link, `different` and `linked` cannot.

    `unsure` decides nothing: a second person is asked.
    """

    left: str
    right: str
    verdict: Verdict


SECOND_LOOK_DAYS = 1
"""Working days until a second person should have looked at a pair that somebody was unsure of; a house rule."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A merge the grouping refused, and why: the pair whose edge would have joined the two sides."""

    left: str
    right: str
    reason: str


@dataclass(frozen=True, slots=True)
class Linkage:
    """Who belongs together. Keys are complaint ids; a case or claim is named by its oldest member's complaint id.

    `judgements` holds the pairs that carry the result: within a case those of its strongest spanning tree and those of
    one claim, between two cases the strongest that asks (or that the grouping refused) and the strongest that a
    conflict barred. `breaker` is set when the run looked implausible: then nothing was merged automatically and it says
    why.
    """

    case_of: Mapping[str, str]
    claim_of: Mapping[str, str]
    confidence_of: Mapping[str, float]
    judgements: tuple[Judgement, ...]
    refusals: tuple[Refusal, ...] = ()
    breaker: str | None = None
    model: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
