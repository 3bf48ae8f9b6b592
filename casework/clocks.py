"""Deadlines (时限): the limits the law sets, as rows with their sources, and the count of days.

The start day is not counted; a term that ends on a day of rest ends on the first working day after it (CPL §85, ADR
§88). While a clock is suspended no day counts. A due day keeps what was skipped and why, to show the count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal, TypeAlias

from casework.calendar import Calendar

Unit: TypeAlias = Literal["working", "calendar"]
SkipKind: TypeAlias = Literal["start", "weekend", "holiday", "pause", "made_up"]

RULE_VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """One limit: how long, in which days, and by which article."""

    kind: str
    length: int
    unit: Unit
    source: str
    rule_version: str = RULE_VERSION


ACCEPT = TimeLimit("accept", 5, "working", "GD25 §18; QD §26: accept or decline, in writing with the reason")
INVESTIGATE = TimeLimit("investigate", 60, "working", "423 §17; QD §31; SD §18: from the filing")
EXTENSION = TimeLimit("extension", 30, "working", "423 §17; QD §31: complicated, approved by the head of the bureau")
DECIDE = TimeLimit("decide", 15, "working", "QD §31: from the end of the investigation")
SERVE = TimeLimit("serve", 7, "calendar", "QD §31: the party absent; QD names no unit, so setting clock.serve.unit")
SERVE_PENALTY = TimeLimit("serve", 7, "working", "APL §61, §85: a penalty decision")
PENALTY_90 = TimeLimit("penalty_90", 90, "calendar", "APL §60: from the filing; shown beside the 60 working days")
RECTIFY = TimeLimit("rectify", 7, "calendar", "QD §31: the day the order itself names; days are a setting")
HEARING_REQUEST = TimeLimit("hearing_request", 5, "working", "APL §63-64, §85: from being told")
HEARING_NOTICE = TimeLimit("hearing_notice", 7, "working", "APL §64, §85: before the hearing")
NOTICE_SERVICE = TimeLimit(
    "notice_service", 30, "calendar", "CPL §95; QD §33 says 60: days are the setting clock.notice_service.days"
)
PAY_FINE = TimeLimit("pay_fine", 15, "calendar", "APL §67: from receipt of the decision")
KEEP_EVIDENCE = TimeLimit("keep_evidence", 7, "working", "APL §56, §85: decide on evidence registered and kept")
DEMAND = TimeLimit("demand", 10, "working", "AEL §54, §69: 催告 before the court is asked")
PUBLISH = TimeLimit("publish", 20, "working", "政府信息公开条例 §26")
WITHDRAW_PUBLISHED = TimeLimit("withdraw_published", 3, "working", "APL §48, §85: from the annulment")
LIST_OBJECTION = TimeLimit("list_objection", 5, "working", "R45 §6: the party's objection to being listed")
LIST_DECIDE = TimeLimit("list_decide", 20, "working", "R45 §8: from the deadline of the order")

FOLLOW_UP = TimeLimit("follow_up", 90, "calendar", "咸宁 2022; days are the setting leniency.follow_up.days")
LIST_VERIFY = TimeLimit("list_verify", 5, "working", "R45 §6: verify the objection")
LIST_ANSWER = TimeLimit("list_answer", 15, "working", "R45 §14: answer a request for early removal")
LIST_TAKE_DOWN = TimeLimit("list_take_down", 10, "working", "R45 §17: take the entry down")
PUBLICATION_ANSWER = TimeLimit("publication_answer", 15, "working", "R29 §11: examine the objection and answer")
PUBLICATION_CORRECT = TimeLimit(
    "publication_correct", 10, "working", "R29 §11: correct; days are the setting publication.correct.days"
)
PUBLICATION_TRANSFER = TimeLimit(
    "publication_correct",
    10,
    "working",
    "R29 §5, §11: the police do not have the case; days are the setting publication.correct.days",
)
TRANSFER_DECIDE = TimeLimit("transfer_decide", 3, "working", "TRF §5: the head decides on the officers' report")
TRANSFER_HAND_OVER = TimeLimit("transfer_hand_over", 1, "calendar", "TRF §5: within 24 hours of the decision")
POLICE_DECIDE = TimeLimit("police_decide", 3, "working", "TRF §8: the police decide")
RECONSIDER = TimeLimit("reconsider", 3, "working", "TRF §9: ask the police to reconsider")
HAND_MATERIALS = TimeLimit("hand_materials", 3, "working", "TRF §12: from the notice that the police have filed")

LIMITS: Mapping[str, TimeLimit] = MappingProxyType(
    {
        limit.kind: limit
        for limit in (
            ACCEPT,
            INVESTIGATE,
            EXTENSION,
            DECIDE,
            SERVE,
            PENALTY_90,
            RECTIFY,
            HEARING_REQUEST,
            HEARING_NOTICE,
            NOTICE_SERVICE,
            PAY_FINE,
            KEEP_EVIDENCE,
            DEMAND,
            PUBLISH,
            WITHDRAW_PUBLISHED,
            LIST_OBJECTION,
            LIST_DECIDE,
            FOLLOW_UP,
            LIST_VERIFY,
            LIST_ANSWER,
            LIST_TAKE_DOWN,
            PUBLICATION_ANSWER,
            PUBLICATION_CORRECT,
            TRANSFER_DECIDE,
            TRANSFER_HAND_OVER,
            POLICE_DECIDE,
            RECONSIDER,
            HAND_MATERIALS,
        )
    }
)

SHOWN_BESIDE = frozenset({PENALTY_90.kind, HEARING_REQUEST.kind, NOTICE_SERVICE.kind})
"""Shown, but no duty of ours: a limit of the general law that a special one displaces (APL §60 gives way to 423 §17),
and days that pass for the party. No mark and no figure rests on them."""

OUTLIVES = frozenset(
    limit.kind
    for limit in (
        *(FOLLOW_UP, LIST_OBJECTION, LIST_DECIDE, LIST_VERIFY, LIST_ANSWER, LIST_TAKE_DOWN),
        *(PUBLISH, WITHDRAW_PUBLISHED, PUBLICATION_ANSWER, PUBLICATION_CORRECT),
        *(TRANSFER_DECIDE, TRANSFER_HAND_OVER, POLICE_DECIDE, RECONSIDER, HAND_MATERIALS),
    )
) | {"supervise"}
"""Deadlines that go on when the file of the case is closed, and when it is reopened."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which a clock stood still, the first and the last of them, by an approved suspension (中止).

    A pause whose last day lies before its first was taken back on the day it began: it holds no day.
    """

    first: date
    last: date
    why: str

    def holds(self, day: date) -> bool:
        """Whether the clock stood still on a day."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Skip:
    """A day and why it was not counted: `start`, `weekend`, the name of the holiday, the ground of the suspension.

    Of the kind `made_up` it was counted although it lies at a weekend, and `why` names the holiday it was given for.
    """

    day: date
    why: str
    kind: SkipKind


@dataclass(frozen=True, slots=True)
class DueDay:
    """The last day of a term with the working of the count.

    `provisional` (暂定): the count ran past the last published year. Nothing served, no red mark and no reminder may
    rest on such a day. `counted_to` is the last day that was counted; where that is a day of rest, the term ends later.
    """

    due_on: date
    provisional: bool
    calendar_version: str
    working: tuple[Skip, ...]
    made_up: tuple[Skip, ...]
    counted_to: date


def due_day(started_on: date, length: int, unit: Unit, calendar: Calendar, pauses: Sequence[Pause] = ()) -> DueDay:
    """The last day of a term of `length` days in `unit` that starts on `started_on`, which is not counted.

    A day of a pause neither counts nor ends a term. Raises ValueError for a term of less than one day.
    """
    if length < 1:
        raise ValueError("a term has at least one day")
    skipped, made_up = [Skip(started_on, "start", "start")], []
    day, left, counted_to = started_on, length, started_on
    while True:
        day += timedelta(days=1)
        skip = _not_counted(day, calendar, pauses)
        if left and (skip is None or (unit == "calendar" and skip.kind != "pause")):
            left, counted_to = left - 1, day
            name = calendar.made_up(day) if skip is None else None
            if name is not None and (unit == "working" or not left):
                made_up.append(Skip(day, name, "made_up"))
            if left:
                continue
        if skip is None:
            break
        skipped.append(skip)
    known = calendar.knows(started_on) and calendar.knows(day)
    return DueDay(day, not known, calendar.version, tuple(skipped), tuple(made_up), counted_to)


def _not_counted(day: date, calendar: Calendar, pauses: Sequence[Pause]) -> Skip | None:
    """Why a day is none of work, if it is none."""
    for pause in pauses:
        if pause.holds(day):
            return Skip(day, pause.why, "pause")
    why = calendar.why_not(day)
    return None if why is None else Skip(day, why, "weekend" if why == "weekend" else "holiday")


def days_left(due_on: date, today: date, unit: Unit, calendar: Calendar) -> int:
    """How many days remain until a due day: 0 is today, negative is overdue by that many."""
    if unit == "calendar":
        return (due_on - today).days
    return calendar.working_days(today, due_on)
