"""What the world tells, as rows of the wage-payment platform's front-end database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from typing import TypeAlias

from sandbox.told import Told
from sandbox.wages import Attendance, Balance, Payroll, Project

CHINA = timezone(timedelta(hours=8))
Row: TypeAlias = Mapping[str, str | None]


def local(at: datetime) -> str:
    """A moment as the platform writes it."""
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def _stamp(day: date, at: datetime) -> str:
    """The evening of a day, but never after `at`."""
    return local(min(datetime.combine(day, time(18), CHINA), at))


def _said(value: object) -> str | None:
    return None if value is None else str(value)


def complaint_row(told: Told) -> dict[str, str | None]:
    """A worker's complaint as entered in the platform's application."""
    return {
        "complaintTime": local(told.told_at),
        "workerName": told.complainant_name,
        "cellPhone": told.complainant_phone,
        "idCardNumber": told.complainant_id_no,
        "corpName": told.employer_name,
        "corpCode": told.employer_uscc,
        "teamLeader": told.boss_name,
        "projectName": told.site_name,
        "projectAddress": told.site_address,
        "areaCode": told.district_code,
        "payMonthFrom": told.arrears_from,
        "payMonthTo": told.arrears_to,
        "workerCount": _said(told.workers_count),
        "owedAmount": _said(told.amount_owed),
        "content": told.narrative,
        "isRural": str(int(told.rural)),
        "isConstruction": str(int(told.construction)),
        "isSecret": str(int(told.confidential)),
        "isUrgent": str(int(told.urgent)),
    }


def project_row(project: Project, at: datetime) -> dict[str, str | None]:
    """A project as registered."""
    return {
        "projectCode": project.code,
        "projectName": project.name,
        "areaCode": project.district_code,
        "address": project.address,
        "ownerName": project.owner_name,
        "generalCorpName": project.general_contractor,
        "generalCorpCode": project.general_contractor_uscc,
        "payDay": str(project.pay_day),
        "startDate": project.started_on.isoformat(),
        "depositPaid": str(int(project.deposit_paid)),
        "updated_at": _stamp(project.started_on, at),
    }


def balance_row(balance: Balance, at: datetime) -> dict[str, str | None]:
    """An account at the end of a day."""
    return {
        "accountCode": f"{balance.project_code}-{balance.as_of:%Y%m%d}",
        "projectCode": balance.project_code,
        "balanceDate": balance.as_of.isoformat(),
        "balance": str(balance.balance),
        "paidIn": str(balance.paid_in),
        "agreedAmount": str(balance.agreed),
        "updated_at": _stamp(balance.as_of, at),
    }


def attendance_row(month: Attendance, at: datetime) -> dict[str, str | None]:
    """A month of a project's gates."""
    year, of_year = (int(part) for part in month.month.split("-"))
    over = (date(year, of_year, 28) + timedelta(days=5)).replace(day=1)
    return {
        "attendanceCode": f"{month.project_code}-{month.month}",
        "projectCode": month.project_code,
        "attMonth": month.month,
        "heads": str(month.heads),
        "days": str(month.days),
        "updated_at": _stamp(over, at),
    }


def payroll_row(payroll: Payroll, at: datetime) -> dict[str, str | None]:
    """The head of a payroll."""
    code = f"{payroll.project_code}-{payroll.employer_uscc[-6:]}-{payroll.month}"
    return {
        "payRollCode": code,
        "projectCode": payroll.project_code,
        "corpName": payroll.employer_name,
        "corpCode": payroll.employer_uscc,
        "teamSysNo": f"T{payroll.employer_uscc[-6:]}",
        "payMonth": payroll.month,
        "dueDate": payroll.due_on.isoformat(),
        "balanceDate": payroll.paid_on.isoformat() if payroll.paid_on else None,
        "updated_at": _stamp(payroll.paid_on or payroll.due_on, at),
    }


def line_rows(payroll: Payroll, head: Row) -> Iterator[dict[str, str | None]]:
    """The workers of a payroll."""
    for number, line in enumerate(payroll.lines, start=1):
        yield {
            "payRollCode": head["payRollCode"],
            "lineNo": f"{number:04d}",
            "idCardType": "01",
            "idCardNumber": line.id_no,
            "workerName": line.worker_name,
            "days": str(line.days),
            "totalPayAmount": str(line.due),
            "actualAmount": str(line.paid),
            "isBackPay": "0",
            "updated_at": head["updated_at"],
        }


def moved(balances: Iterable[Balance]) -> Iterator[Balance]:
    """The days on which an account moved: the bank reports those, not every evening's same sum."""
    last: dict[str, Balance] = {}
    for balance in sorted(balances, key=lambda one: (one.project_code, one.as_of)):
        before = last.get(balance.project_code)
        if before is None or (before.balance, before.paid_in) != (balance.balance, balance.paid_in):
            yield balance
        last[balance.project_code] = balance
