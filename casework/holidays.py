"""The yearly holiday notice (国务院办公厅关于部分节假日安排的通知) as a file: what it must say to be believed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.calendar import SpecialDay
from casework.errors import BadInput

LONGEST_NAME = 40
_ALWAYS_OFF = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
"""New Year, Labour Day and three days of National Day rest in every year since 2008 (HOL §2; before, by the rules of
that time). A file without them is only a part of a notice, and its year would be counted wrongly."""
_SINCE = 2008


@dataclass(frozen=True, slots=True)
class HolidayNotice:
    """One notice: its year, where it stands, and the days that are not what their weekday says.

    Days of December before belong to the notice where its New Year reaches back into them.
    """

    year: int
    papers: tuple[str, ...]
    days: Mapping[date, SpecialDay]


def read_holiday_notice(text: str) -> HolidayNotice:
    """Read a notice in the shape of `holiday-cn`: {year, papers, days: [{name, date, isOffDay}]}. Raises `BadInput`."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise BadInput("The file is not JSON.") from wrong
    if not isinstance(said, dict) or not isinstance(said.get("days"), list):
        raise BadInput("The file has not the shape of holiday-cn: year, papers, and days with name, date and isOffDay.")
    year = said.get("year")
    if isinstance(year, bool) or not isinstance(year, int) or not 1949 < year < 2100:
        raise BadInput("The notice names no year.")
    papers = said.get("papers") or []
    if not isinstance(papers, list) or not all(isinstance(paper, str) for paper in papers):
        raise BadInput("The papers of the notice are a list of addresses.")
    days: dict[date, SpecialDay] = {}
    for number, entry in enumerate(said["days"], start=1):
        day, special = _day(entry, number)
        if days.setdefault(day, special) != special:
            raise BadInput(f"The notice says two things of {day}.")
    check_notice(year, days)
    _check_whole(year, days)
    return HolidayNotice(year, tuple(paper.strip() for paper in papers if paper.strip()), days)


def _day(entry: Any, number: int) -> tuple[date, SpecialDay]:
    if not isinstance(entry, dict):
        raise BadInput(f"Day {number} of the notice is no entry of name, date and isOffDay.")
    name, off = entry.get("name"), entry.get("isOffDay")
    try:
        day = date.fromisoformat(str(entry.get("date")))
    except ValueError as wrong:
        raise BadInput(f"Day {number} of the notice has no date such as 2027-01-01.") from wrong
    if not isinstance(name, str) or not name.strip() or len(name.strip()) > LONGEST_NAME:
        raise BadInput(f"Day {number} of the notice does not name its holiday.")
    if not isinstance(off, bool):
        raise BadInput(f"Day {number} of the notice does not say whether it is a day off.")
    return day, SpecialDay(works=not off, name=name.strip())


def check_notice(year: int, days: Mapping[date, SpecialDay]) -> None:
    """Whether these are days of the notice of a year. Raises `BadInput`."""
    if not days or any(day.year != year and (day.year, day.month) != (year - 1, 12) for day in days):
        raise BadInput(f"The notice must name days of {year}, and only of {year} and the December before.")


def _check_whole(year: int, days: Mapping[date, SpecialDay]) -> None:
    for month, number in _ALWAYS_OFF if year >= _SINCE else ():
        day = date(year, month, number)
        special = days.get(day)
        if special is None or special.works:
            raise BadInput(f"The notice does not give {day} off, which is always a holiday; it is not whole.")
