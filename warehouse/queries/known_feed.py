"""The wage feed as it was known at a moment: of each record the newest version that had come by then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.identifiers import is_uscc, plain
from casework.warnings.known import Attendance, Balance, Line, Party, Payroll, PayrollVersion, Site
from warehouse.models import EmployerRow, FeedVersionRow
from warehouse.store.employers import employers_by_code, employers_by_spelling
from warehouse.store.one_employer import roots_of

Basis: TypeAlias = Literal["arrived", "changed"]
"""By which moment a version was known: when it landed here, or, to look back before the first pull, when the platform
says that it changed there."""

Named: TypeAlias = tuple[str | None, str | None, str | None]
"""Credit code, name and place of a firm, as a record says them."""
LOOKED_BACK = timedelta(days=550)
"""So far back is the feed read: a calendar year and the longest window of a rule."""


@dataclass(frozen=True)
class KnownFeed:
    """The parts of `casework.warnings.known.Known` that come from the feed."""

    parties: Mapping[str, Party]
    sites: Mapping[str, Site]
    payrolls: tuple[Payroll, ...]
    balances: tuple[Balance, ...]
    attendance: tuple[Attendance, ...]
    heard: Mapping[str, Mapping[str, date]]
    first: Mapping[str, date]


@dataclass
class Read:
    """The versions of one record, the oldest first: id, what it said, when it changed there, when it came here."""

    table: str
    record_id: str
    project: str
    versions: list[tuple[str, dict[str, Any], date, date]] = field(default_factory=list)

    @property
    def said(self) -> dict[str, Any]:
        return self.versions[-1][1]


def known_feed(
    session: Session,
    *,
    until: datetime,
    basis: Basis = "arrived",
    only: ColumnElement[bool] | None = None,
    back: timedelta = LOOKED_BACK,
) -> KnownFeed:
    """What the platform had said by a moment; `only`: of the rows of `FeedVersionRow` that fit."""
    reads = _reads(session, until, basis, back, [] if only is None else [only])
    named = [named_in(one.table, one.said) for one in reads]
    firms = Firms(session, named)
    return KnownFeed(
        parties=firms.parties(named),
        sites={one.project: site_of(one, firms) for one in reads if one.table == "project"},
        payrolls=tuple(payroll_of(one, firms) for one in reads if one.table == "pay_period"),
        balances=tuple(balance_of(one) for one in reads if one.table == "account_balance"),
        attendance=tuple(attendance_of(one) for one in reads if one.table == "attendance_month"),
        heard=heard_on(reads),
        first=first_on(reads),
    )


def _reads(
    session: Session, until: datetime, basis: Basis, back: timedelta, only: Iterable[ColumnElement[bool]]
) -> list[Read]:
    row = FeedVersionRow
    known_at = row.arrived_at if basis == "arrived" else row.changed_at
    recent = (row.table_name == "project") | (row.changed_at > until - back)
    question = select(
        row.table_name, row.record_id, row.project_code, row.id, row.said, row.changed_at, row.arrived_at
    ).where(known_at <= until, recent, *only)
    found: dict[tuple[str, str], Read] = {}
    for table, record_id, project, version, said, changed, arrived in session.execute(
        question.order_by(row.table_name, row.record_id, row.version)
    ):
        read = found.setdefault((table, record_id), Read(table, record_id, project))
        came = local_day(arrived if basis == "arrived" else changed)
        read.versions.append((version, said, local_day(changed), came))
    return list(found.values())


class Firms:
    """The firms that the feed names: as we keep them where code or spelling is known, else by what the feed says.

    Of those that are one it is the employer that stays: as they are joined now, or by `root`, which may change.
    """

    def __init__(self, session: Session, named: Sequence[Named], root: Callable[[str], str] | None = None) -> None:
        codes = {code for code, _, _ in named if code}
        names = {name for _, name, _ in named if name}
        by_code, by_name = employers_by_code(session, codes), employers_by_spelling(session, names)
        self._codes = by_code
        self.root = root or roots_of(session, {*by_code.values(), *by_name.values()}).__getitem__
        kept = select(EmployerRow.id, EmployerRow.uscc).where(EmployerRow.id.in_(by_name.values()))
        own = dict(session.execute(kept).tuples().all())
        self._names = {name: (one, own.get(one)) for name, one in by_name.items()}

    def key(self, uscc: str | None, name: str | None) -> str | None:
        """The key of a firm; None when neither is said. A name with another code is another firm."""
        code = _code(uscc)
        if code in self._codes:
            return self.root(self._codes[code])
        kept, kept_code = self._names.get(name or "", (None, None))
        if kept and (code is None or kept_code is None):
            return self.root(kept)
        return f"code:{code}" if code else f"name:{name}" if name else None

    def parties(self, named: Iterable[Named]) -> dict[str, Party]:
        """The firms of these names, by key. The last name counts, and the first place."""
        found: dict[str, Party] = {}
        for code, name, place in named:
            key = self.key(code, name)
            if key is None:
                continue
            kept = None if key.startswith(("code:", "name:")) else key
            before = found.get(key)
            place = (before.district if before else None) or place
            found[key] = Party(key=key, employer_id=kept, name=name, uscc=code, district=place)
        return found


def _code(uscc: str | None) -> str | None:
    """The credit code, where it is one: a mistyped code must not make a second employer."""
    return plain(uscc) if uscc and is_uscc(uscc) else None


def named_in(table: str, said: Mapping[str, Any]) -> Named:
    """The firm that a record names."""
    if table == "project":
        return _code(said["general_contractor_uscc"]), said["general_contractor"], said["district_code"]
    if table == "pay_period":
        return _code(said["employer_uscc"]), said["employer_name"], None
    return None, None, None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def site_of(one: Read, firms: Firms) -> Site:
    """A project as its newest version says it."""
    said = one.said
    return Site(
        code=one.project,
        contractor=firms.key(said["general_contractor_uscc"], said["general_contractor"]),
        district=said["district_code"],
        pay_day=said["pay_day"],
        started_on=_day(said["started_on"]),
        deposit_paid=said["deposit_paid"],
    )


def payroll_of(one: Read, firms: Firms) -> Payroll:
    """A payroll with the versions read."""
    said = one.said
    return Payroll(
        id=one.record_id,
        project=one.project,
        employer=firms.key(said["employer_uscc"], said["employer_name"]) or "",
        month=said["month"],
        due_on=_day(said["due_on"]),
        versions=tuple(
            PayrollVersion(
                id=version,
                changed_on=changed,
                arrived_on=arrived,
                paid_on=_day(told["paid_on"]),
                lines=tuple(
                    Line(who=who, days=days, due_fen=due, paid_fen=paid) for who, days, due, paid in told["lines"]
                ),
            )
            for version, told, changed, arrived in one.versions
        ),
    )


def balance_of(one: Read) -> Balance:
    """A special account, as its newest version says it."""
    said = one.said
    return Balance(
        id=one.record_id,
        project=one.project,
        as_of=date.fromisoformat(said["as_of"]),
        balance_fen=said["balance_fen"],
        paid_in_fen=said["paid_in_fen"],
        agreed_fen=said["agreed_fen"],
    )


def attendance_of(one: Read) -> Attendance:
    """What the gates saw, as the newest version says it."""
    said = one.said
    return Attendance(
        id=one.record_id, project=one.project, month=said["month"], heads=said["heads"], days=said["days"]
    )


def heard_on(reads: Iterable[Read]) -> dict[str, dict[str, date]]:
    """By project and table, the last day on which its data changed at the platform."""
    found: dict[str, dict[str, date]] = {}
    for one in reads:
        of = found.setdefault(one.project, {})
        day = max(changed for _, _, changed, _ in one.versions)
        of[one.table] = max(day, of.get(one.table, day))
    return found


def first_on(reads: Iterable[Read]) -> dict[str, date]:
    """By project, the first day on which data of it came."""
    found: dict[str, date] = {}
    for one in reads:
        day = min(arrived for _, _, _, arrived in one.versions)
        found[one.project] = min(day, found.get(one.project, day))
    return found
