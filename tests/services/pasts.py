"""Random pasts of a small office: facts, each with the moment it came, to be told up to a day or to the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.lifecycle import WorkStatus
from tests.services.office import Office
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    EmployerEventRow,
    EmployerRow,
    FeedVersionRow,
    LandedRow,
    OutsideArrearsRow,
    new_id,
)
from warehouse.store.lives import step_at_work
from warehouse.store.one_employer import change_employer, note_event

FIRMS = ("青岛蓝天海产加工有限公司", "即墨东方建筑有限公司", "青岛远山建设有限公司", "山东新海劳务有限公司")
SITES = ("P-1", "P-2", "P-3")
DAYS = 150
BY = "system:past"


@dataclass
class Past:
    """Facts by the moment they came. `tell` writes those up to a moment that were not told yet.

    `joins`: firms are found to be one, and two again.
    """

    office: Office
    seed: int
    joins: bool = False
    facts: list[tuple[datetime, int, Callable[[Session], None] | None, Callable[[], None] | None]] = field(
        default_factory=list
    )
    told: int = 0

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.begins = self.office.at - timedelta(days=DAYS)
        self.versions: dict[str, int] = {}
        with self.office.store.write() as session:
            for name in FIRMS:
                session.add(
                    EmployerRow(
                        id=f"emp_{name[:4]}", name=name, name_key=name, district_code="370215", created_at=self.begins
                    )
                )
            session.add(
                LandedRow(
                    id="lnd_past",
                    channel="petition",
                    kind="wages",
                    source_key="past",
                    version=1,
                    digest="0" * 64,
                    payload={},
                    position="1",
                    landed_at=self.begins,
                    state="filed",
                )
            )
        self._imagine()
        self.facts.sort(key=lambda one: one[:2])

    def tell(self, until: datetime) -> None:
        """Write what came by then."""
        while self.told < len(self.facts) and self.facts[self.told][0] <= until:
            _, _, write, act = self.facts[self.told]
            if write is not None:
                with self.office.store.write() as session:
                    write(session)
            if act is not None:
                act()
            self.told += 1

    def _at(self, at: datetime, write: Callable[[Session], None]) -> None:
        self.facts.append((at, len(self.facts), write, None))

    def _moment(self, day: float) -> datetime:
        return self.begins + timedelta(days=day, minutes=self.chance.randrange(600))

    def _imagine(self) -> None:
        for number, code in enumerate(SITES):
            firm = FIRMS[number]
            self._version("project", code, code, self._moment(number), 1, _project(code, firm, self.begins))
            for month in range(DAYS // 30):
                self._month(code, firm, month)
        for _ in range(self.chance.randrange(6, 14)):
            self._complaint(self.chance.choice(FIRMS), self.chance.uniform(5, DAYS - 1))
        for firm in self.chance.sample(FIRMS, 2):
            self._outside(firm, self.chance.uniform(10, DAYS - 5))
        if self.joins:
            self._joined(Random(self.seed))

    def _month(self, code: str, firm: str, month: int) -> None:
        """A payroll that may come late, be paid late, or never; with what the gates and the account say."""
        due = (self.begins + timedelta(days=30 * month + 28)).date()
        name, record = f"{due:%Y-%m}", f"{code}-{month}"
        workers = self.chance.randrange(4, 9)
        changed = self._moment(30 * month + 27)
        came = changed + timedelta(days=self.chance.choice((0, 0, 1, 20)))
        self._version("pay_period", record, code, changed, 1, _payroll(code, firm, name, due, workers, None), came)
        if self.chance.random() < 0.6:
            paid = changed + timedelta(days=self.chance.randrange(1, 50))
            said = _payroll(code, firm, name, due, workers, local_day(paid))
            self._version("pay_period", record, code, paid, 2, said, paid + timedelta(days=self.chance.choice((0, 9))))
        if self.chance.random() < 0.5:
            said = {"project_code": code, "month": name, "heads": workers + self.chance.randrange(9), "days": 150}
            self._version("attendance_month", record, code, self._moment(30 * month + 29), 1, said)
        if self.chance.random() < 0.7:
            said = {
                "project_code": code,
                "as_of": due.isoformat(),
                "balance_fen": 100_000,
                "paid_in_fen": self.chance.choice((0, 500_000, 3_000_000)),
                "agreed_fen": 3_000_000,
            }
            self._version("account_balance", record, code, self._moment(30 * month + 28), 1, said)

    def _version(
        self,
        table: str,
        record: str,
        project: str,
        changed: datetime,
        version: int,
        said: dict[str, Any],
        came: datetime | None = None,
    ) -> None:
        row = FeedVersionRow(
            id=f"fdv_{table}_{record}_{version}",
            table_name=table,
            record_id=record,
            version=version,
            project_code=project,
            month=said.get("month"),
            said=said,
            arrived_at=came or changed,
            changed_at=changed,
            landed_id="lnd_past",
        )
        self._at(came or changed, lambda session: session.add(row))

    def _complaint(self, firm: str, day: float) -> None:
        """A complaint that may be filed days after it was told, whose case may end, run again, or be another's."""
        told = self._moment(day)
        filed = told + timedelta(days=self.chance.choice((0, 0, 1, 6)))
        channel = self.chance.choice(("hotline_12345", "petition", "walk_in"))
        made: list[str] = []

        def file() -> None:
            before, self.office.at = self.office.at, filed
            made.append(self.office.case(channels=(channel,), employer=firm, received_at=told))
            self.office.at = before

        self.facts.append((filed, len(self.facts), None, file))
        steps = (WorkStatus.DISPATCHED, WorkStatus.IN_PROGRESS, WorkStatus.CONCLUDED, WorkStatus.IN_PROGRESS)
        at = filed
        for step in steps[: self.chance.randrange(5)]:
            at += timedelta(days=self.chance.randrange(1, 15))
            self._at(at, _step(made, step, at))
        if self.chance.random() < 0.6:
            at = filed + timedelta(days=self.chance.randrange(1, 20))
            self._at(at, _moved(made, at))

    def _joined(self, chance: Random) -> None:
        """Two firms are found to be one, then a third with them; and perhaps these were two after all."""
        first, second, third = (f"emp_{one[:4]}" for one in chance.sample(FIRMS, 3))
        days = sorted(chance.uniform(25, DAYS - 5) for _ in range(3))
        at = [self.begins + timedelta(days=day) for day in days]
        self._at(at[0], lambda session: merge(session, first, second, at[0]))
        self._at(at[1], lambda session: merge(session, second, third, at[1]))
        if chance.random() < 0.6:
            self._at(at[2], lambda session: part(session, at[2]))

    def _outside(self, firm: str, day: float) -> None:
        at, months = self._moment(day), self.chance.randrange(1, 6)
        kind = self.chance.choice(("insurance", "utility"))

        def write(session: Session) -> None:
            employer = session.scalars(select(EmployerRow.id).where(EmployerRow.name == firm)).one()
            session.add(
                OutsideArrearsRow(
                    id=new_id("out"),
                    kind=kind,
                    employer_id=employer,
                    months=months,
                    owed_fen=100,
                    as_of=local_day(at) - timedelta(days=3),
                    arrived_at=at,
                    by=BY,
                )
            )

        self._at(at, write)


def merge(session: Session, one: str, into: str, at: datetime) -> None:
    """An employer, and all that were merged into it, lead on to another from now on."""
    leaving = session.scalars(select(EmployerRow).where(or_(EmployerRow.id == one, EmployerRow.merged_into == one)))
    moved = {row.id: row for row in leaving}
    before = {"moved": {row.id: row.merged_into for row in moved.values()}, "apart": {}}
    for row in moved.values():
        change_employer(row, {"merged_into": into}, by=BY, at=at)
    stays = session.get_one(EmployerRow, into)
    note_event(session, "merge", stays, moved[one], before=before, reason="同一家", by=BY, at=at)


def part(session: Session, at: datetime) -> None:
    """The last merge is taken back."""
    event = session.scalars(select(EmployerEventRow).order_by(EmployerEventRow.step_no.desc()).limit(1)).one()
    for one, before in event.before["moved"].items():
        change_employer(session.get_one(EmployerRow, one), {"merged_into": before}, by=BY, at=at)
    event.undone_at, event.undone_by = at, BY


def _step(made: list[str], to: WorkStatus, at: datetime) -> Callable[[Session], None]:
    def write(session: Session) -> None:
        case = session.get_one(CaseRow, made[0])
        case.status = step_at_work(session, case, to, by=BY, at=at)

    return write


def _moved(made: list[str], at: datetime) -> Callable[[Session], None]:
    """The complaint goes over into another case of the same employer, as one claim with it."""

    def write(session: Session) -> None:
        case = session.get_one(CaseRow, made[0])
        others = select(CaseRow.id).where(CaseRow.employer_id == case.employer_id, CaseRow.id != case.id)
        other = session.scalars(others.order_by(CaseRow.opened_at, CaseRow.id)).first()
        if other is None:
            return
        open_one = CaseMembershipRow.case_id == case.id, CaseMembershipRow.valid_to.is_(None)
        row = session.scalars(select(CaseMembershipRow).where(*open_one)).first()
        main = session.scalars(select(CaseMembershipRow).where(CaseMembershipRow.case_id == other)).first()
        if row is None or main is None:
            return
        row.valid_to = at
        session.flush()
        session.add(
            CaseMembershipRow(
                id=new_id("mem"),
                complaint_id=row.complaint_id,
                case_id=other,
                claim_id=main.claim_id,
                valid_from=at,
                why="test",
                by=BY,
            )
        )

    return write


def _project(code: str, firm: str, began: datetime) -> dict[str, Any]:
    return {
        "project_code": code,
        "district_code": "370215010",
        "general_contractor": firm,
        "general_contractor_uscc": None,
        "pay_day": 15,
        "started_on": local_day(began).isoformat(),
        "deposit_paid": code != "P-2",
    }


def _payroll(code: str, firm: str, month: str, due: date, workers: int, paid_on: date | None) -> dict[str, Any]:
    paid = 500_000 if paid_on else None
    return {
        "project_code": code,
        "employer_name": firm,
        "employer_uscc": None,
        "month": month,
        "due_on": due.isoformat(),
        "paid_on": paid_on.isoformat() if paid_on else None,
        "lines": [[f"w{number}", 22.0, 500_000, paid] for number in range(workers)],
    }
