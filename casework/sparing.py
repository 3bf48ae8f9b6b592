"""Flexible enforcement (柔性执法): the twelve lines that a sparing must pass, over the conditions of the exits.

Each line has an evidence slot and a named checker: `system` where the records answer, else the person who ticked it.
A line that an exit does not ask for is said to be so, and never counted as met. Nothing here touches the wage order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casework.leniency import Condition


class Group(StrEnum):
    """The four parts of the list."""

    FACTS = "facts"
    CORRECTION = "correction"
    BARS = "bars"
    PROCEDURE = "procedure"


class State(StrEnum):
    """How a line stands: met, not met, waiting for its time, or not asked of this exit."""

    MET = "met"
    NOT_MET = "not_met"
    WAITS = "waits"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `keys` are conditions of `casework.leniency`; `slot` says what its evidence is."""

    no: int
    group: Group
    says: str
    source: str
    slot: str
    keys: tuple[str, ...] = ()


LINES: tuple[Line, ...] = (
    Line(
        1,
        Group.FACTS,
        "The offence is on the no-penalty list, with its version and day.",
        "APL §33; 辽宁, 浙江, 山东 lists",
        "the item and the version of the list",
        ("offence_item",),
    ),
    Line(
        2,
        Group.FACTS,
        "There is no earlier offence in the window; the search is saved.",
        "APL §33 para 1 second sentence",
        "the saved search by credit code, names, aliases and linked cases",
        ("first_offence",),
    ),
    Line(
        3,
        Group.FACTS,
        "No more workers are concerned than the item allows.",
        "setting: leniency.max_workers, or the item's own number",
        "the number of workers verified",
        ("few_workers",),
    ),
    Line(
        4,
        Group.FACTS,
        "There is no harm, or it is slight.",
        "APL §33 para 1",
        "what the officer who ticks it rests on",
        ("no_harm", "slight_harm"),
    ),
    Line(
        5,
        Group.CORRECTION,
        "It was corrected by the deadline, and each worker's payment is proven.",
        "APL §33; 724 §15; 山东省司法厅 2020",
        "the order, and the bank voucher or signed payroll of each worker",
        ("corrected", "paid_in_full"),
    ),
    Line(
        6,
        Group.CORRECTION,
        "The pledge letter is signed.",
        "practice of 即墨; 辽宁 一案三书",
        "who signed, the day, and where the scan lies",
        ("pledge",),
    ),
    Line(
        7,
        Group.BARS,
        "No red flag: incident, extreme act, refusal, concealment, retaliation, listing, criminal figure.",
        "423 §14, §30; R45 §5; TRF §11",
        "the records of red flags, and the tick of a person that there is none",
        ("not_group", "not_listed", "not_criminal", "not_with_police", "no_red_flag"),
    ),
    Line(
        8,
        Group.PROCEDURE,
        "The party was educated.",
        "APL §33 para 3",
        "the education record",
        ("educated",),
    ),
    Line(
        9,
        Group.PROCEDURE,
        "Another person made the legal review.",
        "APL §58; 辽宁 一案三书",
        "the review and its opinion",
        ("legal_review",),
    ),
    Line(
        10,
        Group.PROCEDURE,
        "A second person approved.",
        "APL §57; QD §31",
        "the head's decision",
    ),
    Line(
        11,
        Group.PROCEDURE,
        "The follow-up visit is scheduled, and made.",
        "setting: leniency.follow_up.days; 咸宁 2022",
        "its day and its result",
    ),
    Line(
        12,
        Group.PROCEDURE,
        "No relapse within the window.",
        "setting: leniency.relapse.months; 辽宁 list",
        "the case of the relapse",
        ("no_relapse",),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """What happened after the submission. None: not yet."""

    reviewed_by: str | None = None
    reviewed_on: date | None = None
    review_passed: bool | None = None
    approved_by: str | None = None
    approved_on: date | None = None
    follow_up_due_on: date | None = None
    followed_on: date | None = None
    followed_by: str | None = None
    relapsed_in: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One line as it stands: its state, the facts in sentences, what it rests on and who answers for it."""

    line: Line
    state: State
    facts: tuple[str, ...]
    evidence: tuple[str, ...]
    checkers: tuple[str, ...]
    only_a_person: bool


def answers(conditions: Mapping[str, Condition], procedure: Procedure) -> tuple[Answer, ...]:
    """The twelve lines over the conditions of one exit and what happened since."""
    after = {9: _review, 10: _approval, 11: _follow_up, 12: _relapse}
    return tuple(after.get(line.no, _from_conditions)(line, conditions, procedure) for line in LINES)


def _from_conditions(line: Line, conditions: Mapping[str, Condition], _procedure: Procedure) -> Answer:
    own = [conditions[key] for key in line.keys if key in conditions]
    if not own:
        return _said(line, State.NOT_ASKED, "This exit does not ask for it.")
    state = State.MET if all(one.met for one in own) else State.NOT_MET
    return Answer(
        line,
        state,
        tuple(one.fact for one in own),
        tuple(one.evidence for one in own if one.evidence),
        tuple(dict.fromkeys(one.checked_by for one in own if one.checked_by)),
        any(one.by_person for one in own),
    )


def _said(line: Line, state: State, fact: str, *by: str) -> Answer:
    return Answer(line, state, (fact,), (), by, line.no in (9, 10, 11))


def _review(line: Line, _conditions: Mapping[str, Condition], procedure: Procedure) -> Answer:
    if procedure.reviewed_on is None or procedure.reviewed_by is None:
        return _said(line, State.WAITS, "The legal review of this outcome is still to be made.")
    if not procedure.review_passed:
        words = f"The legal review of {procedure.reviewed_on} did not pass."
        return _said(line, State.NOT_MET, words, procedure.reviewed_by)
    return _said(line, State.MET, f"Passed on {procedure.reviewed_on}.", procedure.reviewed_by)


def _approval(line: Line, _conditions: Mapping[str, Condition], procedure: Procedure) -> Answer:
    if procedure.approved_on is None or procedure.approved_by is None:
        return _said(line, State.WAITS, "A head still has to decide.")
    return _said(line, State.MET, f"Approved on {procedure.approved_on}.", procedure.approved_by)


def _follow_up(line: Line, _conditions: Mapping[str, Condition], procedure: Procedure) -> Answer:
    if procedure.followed_on is not None:
        return _said(line, State.MET, f"Followed up on {procedure.followed_on}.", procedure.followed_by or "")
    if procedure.follow_up_due_on is not None:
        return _said(line, State.WAITS, f"Scheduled for {procedure.follow_up_due_on}.")
    return _said(line, State.WAITS, "It is scheduled with the approval.")


def _relapse(line: Line, conditions: Mapping[str, Condition], procedure: Procedure) -> Answer:
    if procedure.relapsed_in is not None:
        return _said(line, State.NOT_MET, f"Offended again: {procedure.relapsed_in}.", "system")
    return _from_conditions(line, conditions, procedure)


class RedFlag(StrEnum):
    """What bars sparing once it is on record (423 §14 para 4, §30; R45 §5)."""

    GROUP_INCIDENT = "group_incident"
    EXTREME_ACT = "extreme_act"
    REFUSAL = "refusal"
    CONCEALMENT = "concealment"
    RETALIATION = "retaliation"


EDUCATION_WAYS = ("on_site", "summons", "letter", "training")
"""How a party is educated (APL §33 para 3; 咸宁 2022: 说服教育, 约谈, 告诫, 行政指导)."""

FOLLOW_UP_RESULTS = ("lawful", "new_arrears", "other_offence", "gone")
"""What a follow-up visit finds. `new_arrears` and `other_offence` are a relapse."""

RELAPSES = frozenset({"new_arrears", "other_offence"})

LEVELS = ("yellow", "orange", "red")
"""Warning levels, rising: a broken pledge raises the employer by one."""


def raised(level: str | None) -> str:
    """The level above; from none to the first, and red stays red."""
    if level not in LEVELS:
        return LEVELS[0]
    return LEVELS[min(LEVELS.index(level) + 1, len(LEVELS) - 1)]
