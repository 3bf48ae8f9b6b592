"""An economy told day by day to the rules of early warning, and what they say of it on each day looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from casework.calendar import Calendar
from casework.settings_of_warnings import LIMITS
from casework.warnings import known as knew
from casework.warnings.evaluate import evaluate
from casework.warnings.known import Known
from sandbox import wages
from sandbox.economy import Economy, Grievance, OutsideArrears, Report

_MORNING = time(0, 0, tzinfo=UTC)  # eight o'clock in Shanghai
_CASE_RUNS = timedelta(days=60)


class Memory:
    """Everything told so far, as the rules read it."""

    def __init__(self, economy: Economy, calendar: Calendar) -> None:
        self.calendar = calendar
        self.parties = {
            _key(firm.number): knew.Party(
                key=_key(firm.number), employer_id=_key(firm.number), district=firm.district_code
            )
            for firm in economy.firms
        }
        self.sites: dict[str, knew.Site] = {}
        self.payrolls: dict[str, knew.Payroll] = {}
        self.balances: list[knew.Balance] = []
        self.attendance: list[knew.Attendance] = []
        self.heard: dict[str, dict[str, date]] = defaultdict(dict)
        self.first: dict[str, date] = {}
        self.outside: dict[tuple[str, int], knew.Outside] = {}
        self.told: list[Grievance] = []

    def hear(self, report: Report) -> None:
        """Take in one record on its day."""
        said, on, firm = report.said, report.told_on, _key(report.firm)
        match said:
            case OutsideArrears():
                self.outside[said.kind, report.firm] = knew.Outside(
                    id=f"{said.kind}-{report.firm}-{said.as_of}",
                    kind=said.kind,
                    employer=firm,
                    months=said.months,
                    owed_fen=_fen(said.owed),
                    as_of=said.as_of,
                )
                return
            case wages.Project():
                project, table = said.code, "project"
                self.sites[said.code] = knew.Site(
                    code=said.code,
                    contractor=firm,
                    district=said.district_code,
                    pay_day=said.pay_day,
                    started_on=said.started_on,
                    deposit_paid=said.deposit_paid,
                )
            case wages.Balance():
                project, table = said.project_code, "account_balance"
                self.balances.append(_balance(said))
            case wages.Attendance():
                project, table = said.project_code, "attendance_month"
                self.attendance.append(_attendance(said))
            case wages.Payroll():
                project, table = said.project_code, "pay_period"
                self._payroll(said, firm, on)
        self.heard[project][table] = on
        self.first.setdefault(project, on)

    def _payroll(self, said: wages.Payroll, firm: str, on: date) -> None:
        key = f"{said.project_code}-{said.month}"
        before = self.payrolls[key].versions if key in self.payrolls else ()
        lines = tuple(
            knew.Line(who=line.id_no, days=float(line.days), due_fen=_fen(line.due), paid_fen=_fen(line.paid))
            for line in said.lines
        )
        version = knew.PayrollVersion(
            id=f"{key}-{len(before)}", changed_on=on, arrived_on=on, paid_on=said.paid_on, lines=lines
        )
        self.payrolls[key] = knew.Payroll(
            id=key,
            project=said.project_code,
            employer=firm,
            month=said.month,
            due_on=said.due_on,
            versions=(*before, version),
        )

    def known(self, day: date) -> Known:
        """What is known on the morning of a day."""
        return Known(
            at=datetime.combine(day, _MORNING),
            calendar=self.calendar,
            parties=self.parties,
            sites=self.sites,
            payrolls=tuple(self.payrolls.values()),
            balances=tuple(self.balances),
            attendance=tuple(self.attendance),
            heard=self.heard,
            first=self.first,
            complaints=tuple(_told(number, one, day) for number, one in enumerate(self.told)),
            outside=tuple(self.outside.values()),
        )


def seen(economy: Economy, days: list[date], calendar: Calendar) -> Iterator[tuple[date, str, str, str]]:
    """Day, rule, level and employer of each sign, on each of the days in order. What is told on a day is known the next
    morning."""
    memory = Memory(economy, calendar)
    reports, grievances = list(reversed(economy.reports)), list(reversed(economy.grievances))
    for day in days:
        while reports and reports[-1].told_on < day:
            memory.hear(reports.pop())
        while grievances and grievances[-1].told_on < day:
            memory.told.append(grievances.pop())
        for one in evaluate(memory.known(day), LIMITS):
            if one.employer:
                yield day, one.rule, one.level.value, one.employer


def complained(economy: Economy) -> dict[str, list[date]]:
    """The days on which somebody complained, by employer."""
    found: dict[str, list[date]] = defaultdict(list)
    for one in economy.grievances:
        found[_key(one.firm)].append(one.told_on)
    return dict(found)


def _key(firm: int) -> str:
    return f"emp_{firm}"


def _fen(yuan: Decimal) -> int:
    return int(yuan * 100)


def _balance(said: wages.Balance) -> knew.Balance:
    return knew.Balance(
        id=f"{said.project_code}-{said.as_of}",
        project=said.project_code,
        as_of=said.as_of,
        balance_fen=_fen(said.balance),
        paid_in_fen=_fen(said.paid_in),
        agreed_fen=_fen(said.agreed),
    )


def _attendance(said: wages.Attendance) -> knew.Attendance:
    return knew.Attendance(
        id=f"{said.project_code}-{said.month}",
        project=said.project_code,
        month=said.month,
        heads=said.heads,
        days=said.days,
    )


def _told(number: int, one: Grievance, today: date) -> knew.Told:
    return knew.Told(
        id=f"cmp_{number}",
        employer=_key(one.firm),
        channel=one.channel,
        at=datetime.combine(one.told_on, time(2, 0, tzinfo=UTC)),
        people=frozenset({f"{one.firm}-{one.worker}"}),
        runs=one.told_on + _CASE_RUNS > today,
    )
