"""Progress (办理进度): from the facts of a case to the steps that the worker of one complaint may read.

A worker reads of the own complaint and of nobody else: no names, no numbers of people, no sums of the case. What is
told is when each step was reached, what comes next and by when, and the answers that went to this complaint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Step(StrEnum):
    """The steps in the order in which they come."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    LOOKED_INTO = "looked_into"
    DECIDED = "decided"
    CLOSED = "closed"


class Ending(StrEnum):
    """How it ended, where it ended otherwise than by a decision."""

    DECLINED = "declined"
    HANDED_ON = "handed_on"


class MoneySaid(StrEnum):
    """What the worker answered to "did the money come?": 到账 / 未到账 / 只到一部分."""

    YES = "yes"
    NO = "no"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Asked:
    """The question whether the money came, as its worker sees it. `until`: the last day an answer is waited for.

    `said` is the last answer that the office has, with the day it was given; None: none yet. Not `counts`: the case was
    taken up again on that answer, and what is said now is told to its inspectors.
    """

    id: str
    until: date
    said: MoneySaid | None = None
    said_on: date | None = None
    counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one complaint and its case, as days in Asia/Shanghai. None: not reached.

    `accept_by` and `decide_by` are what the clocks say, and None while a day is provisional: outside nothing is told
    that may still move (decision 24). `paused` is since when the investigation stands still by law. `answers` are the
    days and words of what was sent to this complaint, oldest first. `asked` is the question whether the money
    came, from when it is asked until it is asked anew.
    """

    received_on: date
    accepted_on: date | None = None
    assigned_on: date | None = None
    looked_into_on: date | None = None
    decided_on: date | None = None
    closed_on: date | None = None
    ended: Ending | None = None
    ended_on: date | None = None
    accept_by: date | None = None
    decide_by: date | None = None
    paused_on: date | None = None
    answers: Sequence[tuple[date, str]] = ()
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """A step and the day on which it was reached; None where it is still to come."""

    step: Step
    on: date | None


@dataclass(frozen=True, slots=True)
class Progress:
    """What the worker reads. `coming` is the next step, None at the end; `by` the day it is due, where one stands."""

    steps: tuple[Reached, ...]
    coming: Step | None
    by: date | None
    ended: Ending | None
    ended_on: date | None
    paused_on: date | None
    answers: tuple[tuple[date, str], ...]
    asked: Asked | None = None


def progress(facts: Facts) -> Progress:
    """The steps of one complaint.

    A later step that is reached implies those before it: one whose day was not written down shows the first day that
    is known after it, so that no worker reads of a case that was closed and never accepted. No step is dated before
    the complaint itself: a case that others began is told from when this worker came to it.
    """
    said = (
        facts.received_on,
        facts.accepted_on,
        facts.assigned_on,
        facts.looked_into_on,
        facts.decided_on,
        facts.closed_on,
    )
    if facts.ended is not None:
        said = (facts.received_on, facts.accepted_on, None, None, None, None)
    days: list[date | None] = []
    later: date | None = None
    for day in reversed(said):
        own = max(day, facts.received_on) if day is not None else later
        later = own if later is None or (own is not None and own < later) else later
        days.append(later if own is not None else None)
    days.reverse()
    shown = len(days) if facts.ended is None else (2 if facts.accepted_on else 1)
    steps = tuple(Reached(step, day) for step, day in list(zip(Step, days, strict=True))[:shown])
    coming = None if facts.ended is not None else next((one.step for one in steps if one.on is None), None)
    due = {Step.ACCEPTED: facts.accept_by}.get(coming, facts.decide_by) if coming not in (None, Step.CLOSED) else None
    ended_on = max(facts.ended_on, facts.received_on) if facts.ended_on else None
    return Progress(
        steps,
        coming,
        due if facts.paused_on is None else None,
        facts.ended,
        ended_on,
        facts.paused_on if coming is not None else None,
        tuple(facts.answers),
        facts.asked,
    )


def as_told(told: Progress) -> dict[str, object]:
    """Progress as plain values: days as ISO text. What `from_told` reads back.

    A question stands among them only where there is one: what was told before there were questions is the same as now.
    """
    one = told.asked
    asked = {"asked": [one.id, _text(one.until), one.said, _text(one.said_on), one.counts]} if one else {}
    return asked | {
        "steps": [[str(one.step), one.on.isoformat() if one.on else None] for one in told.steps],
        "coming": str(told.coming) if told.coming else None,
        "by": _text(told.by),
        "ended": str(told.ended) if told.ended else None,
        "ended_on": _text(told.ended_on),
        "paused_on": _text(told.paused_on),
        "answers": [[day.isoformat(), words] for day, words in told.answers],
    }


def from_told(said: Mapping[str, object]) -> Progress:
    """What `as_told` wrote. Raises `ValueError`, `KeyError` or `TypeError` for anything else."""
    steps, answers = said["steps"], said["answers"]
    if not isinstance(steps, list) or not isinstance(answers, list):
        raise TypeError("steps and answers are lists")
    ended, coming, asked = said["ended"], said["coming"], said.get("asked")
    if asked is not None and not isinstance(asked, list):
        raise TypeError("the question is a list")
    return Progress(
        tuple(Reached(Step(step), _day(on)) for step, on in steps),
        Step(str(coming)) if coming else None,
        _day(said["by"]),
        Ending(str(ended)) if ended else None,
        _day(said["ended_on"]),
        _day(said["paused_on"]),
        tuple((date.fromisoformat(day), str(words)) for day, words in answers),
        _asked(*asked) if asked else None,
    )


def _asked(id_: object, until: object, said: object, said_on: object, counts: object) -> Asked:
    last = MoneySaid(str(said)) if said else None
    return Asked(str(id_), date.fromisoformat(str(until)), last, _day(said_on), counts is True)


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text is not None else None
