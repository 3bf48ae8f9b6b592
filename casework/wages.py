"""The wage-payment feed (工资支付监管平台): projects, accounts, payroll, attendance. Sums are Decimal yuan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A construction project and who is liable on it (724 §24-30)."""

    project_code: str
    name: str
    district_code: str | None = None
    owner_name: str | None = None
    general_contractor: str | None = None
    general_contractor_uscc: str | None = None
    pay_day: int | None = None
    started_on: date | None = None
    deposit_paid: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBalance:
    """A dedicated wage account (专用账户) as of a day (724 §26-27)."""

    project_code: str
    as_of: date
    balance: Decimal
    paid_in: Decimal | None = None
    agreed: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLine:
    """One worker's pay in one period (724 §15). The worker is personal data."""

    worker_name: str | None
    id_no: str | None
    days: Decimal | None
    due: Decimal | None
    paid: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayPeriod:
    """One payroll of one employer on one project for one month, with its lines."""

    project_code: str
    employer_name: str
    employer_uscc: str | None
    month: str
    due_on: date | None
    paid_on: date | None
    lines: tuple[PayLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceMonth:
    """How many heads and days the gates of a project saw in a month."""

    project_code: str
    month: str
    heads: int
    days: int


WageFeed: TypeAlias = Project | AccountBalance | PayPeriod | AttendanceMonth
