"""What the wage-payment platform knows of construction projects: accounts, payrolls and the gates' count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Project:
    """One construction project as registered."""

    code: str
    name: str
    district_code: str
    address: str
    owner_name: str
    general_contractor: str
    general_contractor_uscc: str
    pay_day: int
    started_on: date
    deposit_paid: bool


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What a project's dedicated wage account held at the end of a day. Yuan; `agreed` is owed to it each month."""

    project_code: str
    as_of: date
    balance: Decimal
    paid_in: Decimal
    agreed: Decimal


@dataclass(frozen=True, kw_only=True)
class PayrollLine:
    """One worker's month: days worked, yuan due, yuan paid."""

    worker_name: str
    id_no: str
    phone: str
    days: Decimal
    due: Decimal
    paid: Decimal


@dataclass(frozen=True, kw_only=True)
class Payroll:
    """One employer's payroll on one project for one month; `paid_on` is None while nothing was paid."""

    project_code: str
    employer_name: str
    employer_uscc: str
    month: str
    due_on: date
    paid_on: date | None
    lines: tuple[PayrollLine, ...]


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """Heads and days that the gates of a project saw in a month."""

    project_code: str
    month: str
    heads: int
    days: int
