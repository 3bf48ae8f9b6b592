"""What was known on a day: the wage feed as it stood then, the complaints heard by then, and what became of them.

Nothing here says more than the sources said by that day: a payroll that came later is not known, and one that was
corrected later is known uncorrected. Sums are fen. A worker is an opaque key, a firm the key of a `Party`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

from casework.calendar import Calendar, local_day

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A firm: one we keep (`employer_id`), or one that only the wage feed has named so far."""

    key: str
    employer_id: str | None = None
    name: str | None = None
    uscc: str | None = None
    district: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A project as registered; `contractor` is the key of its general contractor."""

    code: str
    contractor: str | None
    district: str | None
    pay_day: int | None
    started_on: date | None
    deposit_paid: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One worker's pay in one payroll; `who` None: the identity number is missing or masked."""

    who: str | None
    days: float | None
    due_fen: int | None
    paid_fen: int | None


@dataclass(frozen=True, kw_only=True)
class PayrollVersion:
    """What a payroll said from a day on."""

    id: str
    changed_on: date
    arrived_on: date
    paid_on: date | None
    lines: tuple[Line, ...]

    @cached_property
    def due_fen(self) -> int:
        """What is due to all."""
        return sum(line.due_fen or 0 for line in self.lines)

    @cached_property
    def paid_fen(self) -> int:
        """What all got."""
        return sum(line.paid_fen or 0 for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Payroll:
    """One payroll with every version known by the day, the newest last. `due_on` None: the platform named no day."""

    id: str
    project: str
    employer: str
    month: str
    due_on: date | None
    versions: tuple[PayrollVersion, ...]

    @cached_property
    def now(self) -> PayrollVersion:
        """The newest version."""
        return self.versions[-1]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the newest version."""
        return self.now.lines

    @cached_property
    def told_sums(self) -> bool:
        """Whether any line says what was paid; without, the day of payment has to do."""
        return any(line.paid_fen is not None for line in self.lines)

    def owed_to(self, line: Line) -> int:
        """What a worker of it has not got, in fen."""
        if not self.told_sums and self.now.paid_on is not None:
            return 0
        return max((line.due_fen or 0) - (line.paid_fen or 0), 0)

    @cached_property
    def owed_fen(self) -> int:
        """What all have not got."""
        return sum(self.owed_to(line) for line in self.lines)

    @cached_property
    def unpaid(self) -> int:
        """How many have not got all."""
        return sum(self.owed_to(line) > 0 for line in self.lines)

    @cached_property
    def workers(self) -> frozenset[str]:
        """Those on it who can be told apart."""
        return frozenset(line.who for line in self.lines if line.who)

    @cached_property
    def owed_by_worker(self) -> Mapping[str, int]:
        """What each of those has not got who have not got all, in fen."""
        found: dict[str, int] = {}
        for line in self.lines if self.owed_fen else ():
            if line.who and (owed := self.owed_to(line)):
                found[line.who] = found.get(line.who, 0) + owed
        return found

    @cached_property
    def highest_fen(self) -> int:
        """The most that a line of it names, due or paid."""
        return max((max(line.due_fen or 0, line.paid_fen or 0) for line in self.lines), default=0)

    @cached_property
    def heads_paid(self) -> int:
        """How many got something."""
        if not self.told_sums:
            return len(self.lines) if self.now.paid_on is not None else 0
        return sum((line.paid_fen or 0) > 0 for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A special account at the end of a day."""

    id: str
    project: str
    as_of: date
    balance_fen: int
    paid_in_fen: int | None
    agreed_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """What the gates of a project saw in a month."""

    id: str
    project: str
    month: str
    heads: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One complaint: of whom, when, over which channel. `people` are the keys of complainant and roster; with none,
    one person whom nobody can tell from others. `runs`: its case is not ended."""

    id: str
    employer: str
    channel: str
    at: datetime
    people: frozenset[str] = frozenset()
    site: str | None = None
    boss: str | None = None
    runs: bool = True

    @property
    def who(self) -> frozenset[str]:
        """The people, or a key of its own."""
        return self.people or frozenset({f"?{self.id}"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A case that had ended by the day."""

    id: str
    employer: str
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """One instalment of a plan in force that has fallen due: broken, or kept."""

    id: str
    employer: str
    due_on: date
    fen: int
    broken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What another body last said that an employer owes it. `kind`: insurance | utility."""

    id: str
    kind: str
    employer: str
    months: int
    owed_fen: int
    as_of: date


@dataclass(frozen=True, kw_only=True)
class Known:
    """Everything known at a moment.

    `heard` says, by project and table, on which day its data last changed at the platform; `first` on which day data of
    a project first arrived: what came with the first pull is late for nobody.
    """

    at: datetime
    calendar: Calendar
    parties: Mapping[str, Party] = field(default_factory=dict)
    sites: Mapping[str, Site] = field(default_factory=dict)
    payrolls: tuple[Payroll, ...] = ()
    balances: tuple[Balance, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    heard: Mapping[str, Mapping[str, date]] = field(default_factory=dict)
    first: Mapping[str, date] = field(default_factory=dict)
    complaints: tuple[Told, ...] = ()
    ended: tuple[Ended, ...] = ()
    promised: tuple[Promised, ...] = ()
    outside: tuple[Outside, ...] = ()

    @cached_property
    def today(self) -> date:
        """The day it is in Shanghai."""
        return local_day(self.at)

    @cached_property
    def payrolls_of(self) -> Mapping[str, list[Payroll]]:
        """Payrolls by project, by month."""
        return _by(sorted(self.payrolls, key=lambda one: (one.month, one.id)), "project")

    @cached_property
    def balances_of(self) -> Mapping[str, list[Balance]]:
        """Balances by project, the oldest first."""
        return _by(sorted(self.balances, key=lambda one: (one.as_of, one.id)), "project")

    @cached_property
    def attendance_of(self) -> Mapping[str, list[Attendance]]:
        """Attendance by project, by month."""
        return _by(sorted(self.attendance, key=lambda one: (one.month, one.id)), "project")

    @cached_property
    def complaints_of(self) -> Mapping[str, list[Told]]:
        """Complaints by employer, the oldest first."""
        return _by(sorted(self.complaints, key=lambda one: (one.at, one.id)), "employer")

    @cached_property
    def at_work_on(self) -> Mapping[str, set[str]]:
        """By project, who has a payroll on it."""
        found: dict[str, set[str]] = {}
        for payroll in self.payrolls:
            found.setdefault(payroll.project, set()).add(payroll.employer)
        return found

    def answers_for(self, project: str) -> str | None:
        """Who is asked about a project as a whole: the only one with payrolls on it, else the general contractor, who
        keeps its account and watches over the pay of all (724 §26, §30)."""
        at_work = self.at_work_on.get(project, set())
        site = self.sites.get(project)
        if len(at_work) == 1:
            return next(iter(at_work))
        return site.contractor if site else None


def _by(rows: Iterable[T], name: str) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found
