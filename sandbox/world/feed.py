"""The wage feed of the builders: accounts that run dry and payrolls that stop before the complaints come."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sandbox.wages import Attendance, Balance, Payroll, PayrollLine, Project
from sandbox.world import people, tables
from sandbox.world.disputes import Frame
from sandbox.world.people import Dispute, Employer, Person, Site
from sandbox.world.said import SHANGHAI
from sandbox.world.wording import month_text

_PROJECTS = 40
_MONTHS = 7
_HEADS = 60


@dataclass(frozen=True, slots=True)
class Feed:
    """The tables of the wage platform."""

    projects: list[Project] = field(default_factory=list)
    balances: list[Balance] = field(default_factory=list)
    payrolls: list[Payroll] = field(default_factory=list)
    attendance: list[Attendance] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Works:
    """One project: its builder, its crew, and the months in which pay failed."""

    employer: Employer
    site: Site
    crew: list[Person]
    wage: int
    failed: range


def make_feed(rng: Random, frame: Frame, disputes: list[Dispute]) -> Feed:
    """Feeds for the first builders with a dispute, and for some who pay."""
    feed = Feed()
    for number, works in enumerate(_all_works(rng, frame, disputes), start=1):
        project = _project(rng, frame, works, number)
        feed.projects.append(project)
        _account(rng, frame, feed, project, works)
        _months(rng, frame, feed, project, works)
    return feed


def _all_works(rng: Random, frame: Frame, disputes: list[Dispute]) -> list[_Works]:
    found: dict[str, _Works] = {}
    for dispute in disputes:
        site = dispute.site
        if site is None or len(found) >= _PROJECTS or f"{site.name}{site.address}" in found:
            continue
        crew = dispute.crew[:_HEADS] + [
            people.make_person(rng) for _ in range(min(dispute.crew_size, _HEADS) - len(dispute.crew))
        ]
        shows = rng.random() < 0.85
        failed = range(dispute.first_month, dispute.last_month + 1) if shows else range(0)
        found[f"{site.name}{site.address}"] = _Works(dispute.employer, site, crew, dispute.wage, failed)
    works = list(found.values())
    while len(works) < len(found) * 1.4:
        employer = people.make_employer(rng, frame.places[0], rng.choice(tables.BUILDING))
        site = people.make_sites(rng, employer, frame.places[0])[0]
        crew = [people.make_person(rng) for _ in range(rng.randrange(5, 40))]
        works.append(_Works(employer, site, crew, rng.randrange(45, 110) * 100, range(0)))
    return works


def _project(rng: Random, frame: Frame, works: _Works, number: int) -> Project:
    place = frame.places[0]
    contractor = works.employer if rng.random() < 0.4 else people.make_employer(rng, place, tables.BUILDING[0])
    owner = people.make_employer(rng, place)
    started = frame.since.date() - timedelta(days=rng.randrange(60, 500))
    return Project(
        code=f"{works.employer.district}{started.year}{number:05d}",
        name=works.site.name,
        district_code=works.site.street_code,
        address=works.site.address,
        owner_name=f"{owner.region}{owner.brand}{rng.choice(('置业', '投资', '开发'))}有限公司",
        general_contractor=contractor.name,
        general_contractor_uscc=contractor.uscc,
        pay_day=rng.choice((10, 15, 20, 25)),
        started_on=started,
        deposit_paid=rng.random() < (0.6 if works.failed else 0.92),
    )


def _this_month(frame: Frame) -> int:
    local = frame.until.astimezone(SHANGHAI)
    return local.year * 12 + local.month - 1


def _account(rng: Random, frame: Frame, feed: Feed, project: Project, works: _Works) -> None:
    """Each month the agreed sum is paid in and most of it out; before arrears it comes short, then not at all."""
    agreed = Decimal(len(works.crew) * works.wage)
    balance = agreed * rng.randrange(80, 200) / 100
    last = frame.until.astimezone(SHANGHAI).date()
    day = date(*_year_month(_this_month(frame) - _MONTHS + 1), 1)
    while day <= last:
        month = day.year * 12 + day.month - 1
        paid_in = Decimal(0)
        if day.day == 5:
            dry = month in works.failed or (month + 1 in works.failed and rng.random() < 0.5)
            paid_in = agreed * (rng.randrange(0, 30) if dry else 100) / 100
        out = min(agreed, balance) if day.day == project.pay_day else Decimal(0)
        balance = (balance + paid_in - out).quantize(Decimal("0.01"))
        feed.balances.append(
            Balance(project_code=project.code, as_of=day, balance=balance, paid_in=paid_in, agreed=agreed)
        )
        day += timedelta(days=1)


def _year_month(month: int) -> tuple[int, int]:
    return month // 12, month % 12 + 1


def _months(rng: Random, frame: Frame, feed: Feed, project: Project, works: _Works) -> None:
    now = _this_month(frame)
    for month in range(now - _MONTHS, now):
        due_on = date(*_year_month(month + 1), project.pay_day)
        late = not works.failed and rng.random() < 0.05
        lines = tuple(_line(rng, person, works, month) for person in works.crew)
        paid = any(line.paid for line in lines)
        feed.payrolls.append(
            Payroll(
                project_code=project.code,
                employer_name=works.employer.name,
                employer_uscc=works.employer.uscc,
                month=month_text(month),
                due_on=due_on,
                paid_on=due_on + timedelta(days=rng.randrange(3, 25) if late else 0) if paid else None,
                lines=lines,
            )
        )
        days = sum(int(line.days) for line in lines)
        heads = len(lines) + rng.randrange(0, 3)
        feed.attendance.append(Attendance(project_code=project.code, month=month_text(month), heads=heads, days=days))


def _line(rng: Random, person: Person, works: _Works, month: int) -> PayrollLine:
    longest = min(monthrange(*_year_month(month))[1], 28)
    days = Decimal(rng.randrange(16, longest + 1))
    due = (Decimal(works.wage) * days / 26).quantize(Decimal("0.01"))
    part = Decimal(rng.choice((0, 0, 0, 30))) / 100 if month in works.failed else Decimal(1)
    return PayrollLine(
        worker_name=person.name,
        id_no=person.id_no,
        phone=person.phone,
        days=days,
        due=due,
        paid=(due * part).quantize(Decimal("0.01")),
    )
