"""What the wage-payment platform and other bodies said of each firm, and when: late, wrongly, corrected, not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sandbox.economy.firms import Firm
from sandbox.economy.money import FirmMonth, after
from sandbox.economy.tempers import Temper
from sandbox.wages import Attendance, Balance, Payroll, PayrollLine, Project


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideArrears:
    """What another body says that a firm owes it. `kind` is insurance or utility; months of 0: nothing any more."""

    kind: str
    employer_name: str
    as_of: date
    months: int
    owed: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One record as it was told on a day. A later one with the same key corrects it."""

    told_on: date
    firm: int
    said: Project | Balance | Payroll | Attendance | OutsideArrears


def tell(firm: Firm, lived: tuple[FirmMonth, ...], chance: Random, temper: Temper) -> Iterator[Report]:
    """Everything that was said of one firm."""
    if firm.site is not None and lived:
        yield _say(firm, lived[0].due_on - timedelta(days=45), _project(firm, firm.site))
        for one in lived:
            yield from _site_month(firm, firm.site, one, chance, temper)
    yield from _elsewhere(firm, lived, chance, temper)


def _say(firm: Firm, on: date, said: Project | Balance | Payroll | Attendance | OutsideArrears) -> Report:
    return Report(told_on=on, firm=firm.number, said=said)


def _project(firm: Firm, site: str) -> Project:
    return Project(
        code=site,
        name=f"试验工地{firm.number:05d}",
        district_code=firm.district_code,
        address="",
        owner_name="",
        general_contractor=firm.name,
        general_contractor_uscc="",
        pay_day=firm.pay_day,
        started_on=firm.started_on,
        deposit_paid=firm.deposit_paid,
    )


def _site_month(firm: Firm, site: str, one: FirmMonth, chance: Random, temper: Temper) -> Iterator[Report]:
    year, month = map(int, one.month.split("-"))
    ended = after(date(year, month, 1), 1)
    yield _say(
        firm,
        ended + timedelta(days=chance.randrange(1, 4)),
        Attendance(project_code=site, month=one.month, heads=one.heads, days=one.heads * 24),
    )
    agreed = Decimal(firm.heads * firm.wage)
    put_in = (agreed * Decimal(f"{one.put_in:.3f}")).quantize(Decimal(1))
    as_of = ended - timedelta(days=1)
    balance = Balance(project_code=site, as_of=as_of, balance=put_in // 10 + 1_000, paid_in=put_in, agreed=agreed)
    yield _say(firm, ended + timedelta(days=chance.randrange(1, 5)), balance)
    if chance.random() < (temper.silent_in_trouble if one.troubled else temper.silent):
        return
    yield from _payrolls(firm, site, one, chance)


def _payrolls(firm: Firm, site: str, one: FirmMonth, chance: Random) -> Iterator[Report]:
    """The payroll at its due day, and again when the rest is. Half of the times who pretends says `paid` at once."""
    lag = timedelta(days=chance.randrange(0, 5))
    if not one.unpaid or (not firm.candid and chance.random() < 0.5):
        yield _say(firm, one.due_on + lag, _payroll(firm, site, one, unpaid=0, paid_on=one.due_on))
        return
    yield _say(firm, one.due_on + lag, _payroll(firm, site, one, unpaid=one.unpaid, paid_on=None))
    if one.paid_on is not None:
        late = timedelta(days=chance.randrange(0, 5))
        yield _say(firm, max(one.paid_on, one.due_on + lag) + late, _payroll(firm, site, one, 0, one.paid_on))


def _payroll(firm: Firm, site: str, one: FirmMonth, unpaid: int, paid_on: date | None) -> Payroll:
    wage = Decimal(firm.wage)
    return Payroll(
        project_code=site,
        employer_name=firm.name,
        employer_uscc="",
        month=one.month,
        due_on=one.due_on,
        paid_on=paid_on,
        lines=tuple(
            PayrollLine(
                worker_name=f"工{number}",
                id_no=f"{firm.number:05d}-{number}",
                phone="",
                days=Decimal(24),
                due=wage,
                paid=Decimal(0) if number < unpaid else wage,
            )
            for number in range(one.heads)
        ),
    )


def _elsewhere(firm: Firm, lived: tuple[FirmMonth, ...], chance: Random, temper: Temper) -> Iterator[Report]:
    """Social insurance and utilities, each told once a month while something is owed, and once when it no longer is."""
    for kind, share in (("insurance", 1.0), ("utility", 2 / 3)):
        owed, owes = 0, False
        for one in lived:
            if one.troubled and not owes:
                owes = chance.random() < temper.other_dues * share / 1.5
            elif not one.troubled:
                owes = chance.random() < temper.other_dues_sound * share
            before, owed = owed, owed + 1 if owes else 0
            if owed or before:
                on = one.due_on + timedelta(days=chance.randrange(0, 8))
                yield _say(
                    firm,
                    on,
                    OutsideArrears(
                        kind=kind,
                        employer_name=firm.name,
                        as_of=on,
                        months=owed,
                        owed=Decimal(owed * firm.heads * firm.wage // 5),
                    ),
                )
