"""Did the money come (到账确认)? Every worker who can be reached is asked before the file of a case is closed.

A worker who says no is heard again (724 §10): the case is taken up with that as the reason. Who says nothing for the
days that the office sets is counted as silent, never as paid; silence holds nothing back any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from casework.calendar import Calendar
from casework.clocks import due_day
from casework.enforcement import ORDERING
from casework.leniency import Exit
from casework.lifecycle import ENDED, LegalStatus
from casework.money import yuan_of

UNASKED = frozenset({Exit.NOT_ESTABLISHED, Exit.TRANSFERRED_TO_POLICE})
"""Exits after which no money is awaited from the employer by our hand: none was owed, or the police have the case."""
UNPAID = "到账确认：投诉人（{complaint_no}）反映工资未到手。{words}"
"""Why a case is taken up again, as it is kept beside the step."""
PART = "投诉人说已到手{sum}元。"
"""What is put before the words of a worker who got a part."""
LONGEST = 400
MOST_FEN = 10**11
"""A worker's own part is less than a billion yuan: what is more is a slip."""


class Came(StrEnum):
    """What stands of one question: 待答复 / 已到账 / 未到账 / 未答复 (silent: the days are over)."""

    WAITING = "waiting"
    CAME = "came"
    NOT_CAME = "not_came"
    SILENT = "silent"


class AnsweredBy(StrEnum):
    """How the answer reached us: 网页 / 短信 / 电话 / 窗口 / 回访."""

    PAGE = "page"
    TEXT_MESSAGE = "text_message"
    TELEPHONE = "telephone"
    WINDOW = "window"
    CALL_BACK = "call_back"


BY_HAND = (AnsweredBy.TELEPHONE, AnsweredBy.WINDOW, AnsweredBy.TEXT_MESSAGE)
"""How an officer hears it; the page and the call-back write it down themselves."""


def asks(exit_: str | None, status: str, legal_status: str) -> bool:
    """Whether the workers of a case are asked now: it is decided, and the money is said to have been paid.

    Where money was ordered they are asked when the order was carried out; what the court brings in is asked of nobody.
    """
    if exit_ is None or exit_ in UNASKED or status not in ENDED:
        return False
    return legal_status == LegalStatus.PERFORMED if exit_ in ORDERING else True


def silent_from(asked_on: date, days: int, calendar: Calendar) -> date:
    """The last day on which an answer is waited for: so many working days after the question."""
    return due_day(asked_on, days, "working", calendar).due_on


def stands(came: bool | None, silent_after: date, today: date) -> Came:
    """What stands of a question. An answer counts whenever it comes, after the days too."""
    if came is not None:
        return Came.CAME if came else Came.NOT_CAME
    return Came.SILENT if today > silent_after else Came.WAITING


@dataclass(frozen=True, slots=True)
class MoneyAnswer:
    """What a worker answered on the page for workers, as it is brought to the office: everything in it is to be proven.

    `receipt` is what the worker opened the own progress with. `part_fen`: so much came, and not all.
    """

    question_id: str
    receipt: str
    came: bool
    part_fen: int | None
    words: str
    said_at: datetime


def why_reopened(complaint_no: str, part_fen: int | None, words: str) -> str:
    """Why a case is taken up again: who says so by number, how much came where a part did, and their words."""
    part = PART.format(sum=yuan_of(part_fen)) if part_fen else ""
    return UNPAID.format(complaint_no=complaint_no, words=part + words.strip())


@dataclass(frozen=True, slots=True)
class Said:
    """How many were asked and what they said: `asked` = `came` + `not_came` + `silent` + `waiting`."""

    asked: int = 0
    came: int = 0
    not_came: int = 0
    silent: int = 0
    waiting: int = 0

    @property
    def share(self) -> float | None:
        """The share of those asked who say that the money came; None where nobody was asked. Silence is no yes."""
        return self.came / self.asked if self.asked else None


def summed(found: Iterable[Came]) -> Said:
    """The questions of a case, counted."""
    all_of_them = list(found)
    return Said(
        len(all_of_them), *(all_of_them.count(one) for one in (Came.CAME, Came.NOT_CAME, Came.SILENT, Came.WAITING))
    )


def holds_closing(said: Said, unasked: int) -> str:
    """Why the file cannot be closed yet; empty when it can."""
    if unasked:
        return f"{unasked} workers were not asked yet whether the money came."
    if said.not_came:
        return f"{said.not_came} workers say that the money did not come."
    if said.waiting:
        return f"{said.waiting} workers were asked whether the money came and may still answer."
    return ""
