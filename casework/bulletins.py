"""The bulletin of hot spots (未诉先办): its periods, what each is held against, and whom a name may not point at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from casework.errors import BadInput

YEARS = 3
"""Earlier years that a period is held against at most."""
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})\Z", re.ASCII)
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})\Z", re.ASCII)
_SEVEN = timedelta(days=7)
_FIRST, _LAST = 2000, 2100


class Kind(StrEnum):
    """周报, 月报."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


BEFORE = {Kind.WEEKLY: 8, Kind.MONTHLY: 3}
"""How many periods before it one is held against."""
CHARTED = {Kind.WEEKLY: 8, Kind.MONTHLY: 5}
"""How many periods before it stand beside it in the chart."""


class Subject(StrEnum):
    """What a list of the bulletin is of: 镇街, 行业, 工地, 总包链条."""

    TOWN = "town"
    TRADE = "trade"
    SITE = "site"
    CHAIN = "chain"


NAMED = frozenset({Subject.SITE, Subject.CHAIN})
"""Those called by a name: they are named only where several people told of them."""


@dataclass(frozen=True, slots=True)
class Period:
    """One week from Monday, or one month, in Shanghai; `after` is the first day that is no longer of it."""

    kind: Kind
    name: str
    first: date
    after: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.after - self.first).days

    @property
    def year(self) -> int:
        """The year it is called by: of a week the one that most of its days lie in."""
        return int(self.name[:4])

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after - timedelta(days=1)


def period(name: str) -> Period:
    """A period by its name: `2026-W47`, a week of ISO 8601, or `2026-11`. Raises `BadInput` for anything else."""
    week, month = _WEEK.match(name), _MONTH.match(name)
    found = week or month
    if found and _FIRST <= int(found[1]) < _LAST:
        try:
            return _week(int(found[1]), int(found[2])) if week else _month(date(int(found[1]), int(found[2]), 1))
        except ValueError:
            pass
    raise BadInput("A bulletin is of a week, as 2026-W47, or of a month, as 2026-11.")


def _week(year: int, number: int) -> Period:
    first = date.fromisocalendar(year, number, 1)
    return Period(Kind.WEEKLY, f"{year}-W{number:02d}", first, first + _SEVEN)


def _month(first: date) -> Period:
    after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return Period(Kind.MONTHLY, f"{first:%Y-%m}", first, after)


def held(kind: Kind, day: date) -> Period:
    """The period that a day lies in."""
    if kind is Kind.MONTHLY:
        return _month(day.replace(day=1))
    year, number, _ = day.isocalendar()
    return _week(year, number)


def back(one: Period, count: int = 1) -> Period:
    """The period so many before this one."""
    for _ in range(count):
        one = held(one.kind, one.first - timedelta(days=1))
    return one


def ahead(one: Period) -> Period:
    """The period after this one."""
    return held(one.kind, one.after)


def same_of(one: Period, years: int) -> Period:
    """The same month, or the week of the same number, so many years earlier; of a year without a week 53 its last."""
    if one.kind is Kind.MONTHLY:
        return _month(one.first.replace(year=one.first.year - years))
    year, number, _ = one.first.isocalendar()
    last = date(year - years, 12, 28).isocalendar().week
    return _week(year - years, min(number, last))


def around(one: Period) -> tuple[date, date]:
    """The days of an earlier year that a period is held against: a week with the one before and the one after it, for
    one week of few complaints says little, and the Spring Festival moves; a month alone. First day, and day after."""
    return (one.first - _SEVEN, one.after + _SEVEN) if one.kind is Kind.WEEKLY else (one.first, one.after)


def reference(one: Period) -> tuple[date, date]:
    """The days before a period that it is held against. First day, and day after."""
    return back(one, BEFORE[one.kind]).first, one.first


_PLACE = re.compile(
    r"(公司|集团|厂|店|馆|院|校|队|部|局|所|场|社|中心|工地|工程|项目|标段|小区|社区|广场|花园|家园|大厦|大楼|公寓|别墅"
    r"|村|镇|街|路|桥|站|港|库|城|苑|园|府|庭|里|湾|郡|轩|阁|楼|区|期|栋|座|庄|墅|基地|市场|酒店|学校|医院)\Z"
)
_HAN = re.compile(r"[一-鿿]")
_SHORT = 3
_DIGITS = re.compile(r"\d{6,}")


def speaks_of_nobody(name: str) -> bool:
    """Whether a name that somebody typed for a firm or a place can be printed: it has no long number, and is not as
    short as a person's name without saying that it is a firm or a place. `own_names` has taken out the teller's own."""
    bare = re.sub(r"[\s（）()·.]", "", name)
    if not bare or _DIGITS.search(bare):
        return False
    return len(bare) > _SHORT + ("·" in name) * 20 or bool(_PLACE.search(bare)) or not _HAN.search(bare)
