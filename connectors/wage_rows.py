"""What a row of the wage-payment platform means: projects, accounts, payrolls, attendance, complaints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from casework.complaint import Complaint, Nature, Sector
from casework.errors import Unreadable
from casework.record import RawRecord, RecordKind
from casework.wages import AccountBalance, AttendanceMonth, PayLine, PayPeriod, Project, WageFeed
from connectors.base import Channel
from connectors.fields import Fields, as_money, tidy


def _project(raw: RawRecord, channel: Channel) -> Project:
    fields = Fields(raw, channel)
    return Project(
        project_code=_code(fields, "projectCode"),
        name=fields.needed("projectName"),
        district_code=fields.text("areaCode"),
        owner_name=fields.text("ownerName"),
        general_contractor=fields.text("generalCorpName"),
        general_contractor_uscc=fields.text("generalCorpCode"),
        pay_day=fields.count("payDay"),
        started_on=fields.day("startDate"),
        deposit_paid=fields.flag("depositPaid"),
    )


def _account(raw: RawRecord, channel: Channel) -> AccountBalance:
    fields = Fields(raw, channel)
    balance, as_of = _signed(fields, "balance"), fields.day("balanceDate")
    if balance is None or as_of is None:
        raise Unreadable("missing", "The balance or its day is empty.", field="balance")
    return AccountBalance(
        project_code=_code(fields, "projectCode"),
        as_of=as_of,
        balance=balance,
        paid_in=fields.money("paidIn"),
        agreed=fields.money("agreedAmount"),
    )


def _payroll(raw: RawRecord, channel: Channel) -> PayPeriod:
    fields = Fields(raw, channel)
    month, said = fields.month("payMonth"), fields.raw("lines")
    if month is None:
        raise Unreadable("missing", "The field payMonth is empty.", field="payMonth")
    lines = [line for line in said if isinstance(line, dict)] if isinstance(said, list) else []
    return PayPeriod(
        project_code=_code(fields, "projectCode"),
        employer_name=fields.needed("corpName"),
        employer_uscc=fields.text("corpCode"),
        month=month,
        due_on=fields.day("dueDate"),
        paid_on=fields.day("balanceDate"),
        lines=tuple(_pay_line(Fields(RawRecord(channel.name, "", line, ""), channel)) for line in lines),
    )


def _pay_line(fields: Fields) -> PayLine:
    return PayLine(
        worker_name=fields.text("workerName"),
        id_no=fields.text("idCardNumber"),
        days=_signed(fields, "days"),
        due=fields.money("totalPayAmount"),
        paid=fields.money("actualAmount"),
    )


def _attendance(raw: RawRecord, channel: Channel) -> AttendanceMonth:
    fields = Fields(raw, channel)
    month, heads, days = fields.month("attMonth"), fields.count("heads"), fields.count("days")
    if month is None or heads is None:
        raise Unreadable("missing", "The month or the heads are empty.", field="heads")
    return AttendanceMonth(project_code=_code(fields, "projectCode"), month=month, heads=heads, days=days or 0)


def _complaint(raw: RawRecord, channel: Channel) -> Complaint:
    fields = Fields(raw, channel)
    rural = fields.flag("isRural")
    return Complaint(
        channel=raw.channel,
        source_key=raw.source_key,
        version=raw.version,
        received_at=fields.needed_moment("complaintTime"),
        narrative=fields.needed("content"),
        nature=Nature.ARREARS_RURAL if rural or rural is None else Nature.ARREARS,
        sector=Sector.OTHER if fields.flag("isConstruction") is False else Sector.CONSTRUCTION,
        employer_name=fields.text("corpName"),
        employer_uscc=fields.text("corpCode"),
        boss_name=fields.text("teamLeader"),
        site_name=fields.text("projectName"),
        site_address=fields.text("projectAddress"),
        district_code=fields.text("areaCode"),
        complainant_name=fields.text("workerName"),
        complainant_phone=_plain(fields, "cellPhone"),
        complainant_id_no=_plain(fields, "idCardNumber"),
        worker_count=fields.count("workerCount"),
        amount_claimed=fields.money("owedAmount"),
        arrears_from=fields.month("payMonthFrom"),
        arrears_to=fields.month("payMonthTo"),
        confidential=bool(fields.flag("isSecret")),
        urgent=bool(fields.flag("isUrgent")),
        remarks=_rest(fields, "complaintId"),
    )


def _rest(fields: Fields, *keys: str) -> tuple[str, ...]:
    for key in keys:
        fields.raw(key)
    return fields.done()


def _plain(fields: Fields, name: str) -> str | None:
    said = fields.text(name, longest=200)
    return tidy(said) if said else None


def _code(fields: Fields, name: str) -> str:
    """A code that may have been kept as a number; as text always."""
    value = fields.raw(name)
    if value is None or isinstance(value, bool | list | dict):
        raise Unreadable("missing", f"The field {name} is empty.", field=name)
    return str(value).strip()


def _signed(fields: Fields, name: str) -> Decimal | None:
    """A decimal that may be below zero (an overdrawn account)."""
    value = fields.raw(name)
    if isinstance(value, str) and value.strip().startswith("-"):
        return -_positive(value.strip()[1:], name)
    return None if value is None else _positive(str(value), name)


def _positive(text: str, name: str) -> Decimal:
    return as_money(text, field=name)


READERS: Mapping[RecordKind, Callable[[RawRecord, Channel], Complaint | WageFeed]] = {
    RecordKind.PROJECT: _project,
    RecordKind.SPECIAL_ACCOUNT: _account,
    RecordKind.PAYROLL: _payroll,
    RecordKind.ATTENDANCE: _attendance,
    RecordKind.COMPLAINT: _complaint,
}
