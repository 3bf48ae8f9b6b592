"""A small office for the tests: a desk, a head, inspectors, and cases with complaints, made with the real parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import count

from sqlalchemy import func, select

from casework.complaint import Complaint, Sector
from casework.dispatch import list_version
from casework.people import Actor, Role
from services.dispatch.dispatching import BatchResult, dispatch_list, suggest_inspectors
from services.office.working_days import published
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, AssignmentRow, CaseRow, ChannelRow, DispatchBatchRow, NoticeRow, ReplyRow
from warehouse.store.accounts import add_grants
from warehouse.store.cases import open_case, refresh_case
from warehouse.store.complaints import Filing, file_complaint
from warehouse.store.employers import find_or_make_employer
from warehouse.store.linkage import join_case

DISTRICT = "370215"
SYSTEM = Actor.system("dispatch")
CHANNELS = ("hotline_12345", "petition", "walk_in")


@dataclass
class Office:
    """Accounts and cases over one store. `walk_in` takes no answers; the others do."""

    store: Warehouse
    at: datetime
    serial: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        with self.store.write() as session:
            session.add_all(ChannelRow(name=name, answers=name != "walk_in") for name in CHANNELS)
        self.desk = self.officer(Role.DESK_OFFICER)
        self.head = self.officer(Role.HEAD)
        self.chief = self.officer(Role.HEAD)
        self.inspectors = [self.officer(Role.INSPECTOR) for _ in range(3)]
        self.bureau = self.officer(Role.BUREAU_HEAD)

    def officer(self, role: Role, territory: str = DISTRICT) -> Actor:
        """An account with one role, without the second that hashing a password takes."""
        number = next(self.serial)
        account_id = f"acc_{role.value}_{number:03d}"
        with self.store.write() as session:
            session.add(
                AccountRow(
                    id=account_id,
                    login=account_id,
                    name=f"officer {number}",
                    password_hash="none",
                    password_set_at=self.at,
                    created_at=self.at,
                )
            )
            session.flush()
            add_grants(session, account_id, [(role, territory)], by="system:setup", at=self.at)
        return Actor(account_id, frozenset({role}), (territory,), frozenset({(role, territory)}))

    def case(
        self,
        *,
        channels: tuple[str, ...] = ("hotline_12345",),
        employer: str | None = "青岛蓝天海产加工有限公司",
        workers: int = 3,
        yuan: int = 30_000,
        place: str = "370215010",
        received_at: datetime | None = None,
        confidential: bool = False,
    ) -> str:
        """A case of its own with one complaint for each channel named. Returns its id."""
        with self.store.write() as session:
            filing = Filing(calendar=published(), reply_limit=None, by="system:test", at=self.at)
            ids = []
            if employer is not None:
                find_or_make_employer(
                    session,
                    name=employer,
                    name_key=employer,
                    uscc=None,
                    district_code=place[:6],
                    learned_from="complaint",
                    at=self.at,
                )
            for channel in channels:
                complaint = Complaint(
                    channel=channel,
                    source_key=f"{next(self.serial):06d}",
                    version=1,
                    received_at=received_at or self.at,
                    narrative="工资没有发",
                    sector=Sector.OTHER,
                    employer_name=employer,
                    district_code=place,
                    worker_count=workers,
                    amount_claimed=Decimal(yuan),
                    arrears_from="2026-08",
                    arrears_to="2026-09",
                    confidential=confidential,
                )
                ids.append(file_complaint(session, complaint, filing).complaint_id)
            case = open_case(session, main_complaint_id=ids[0], prefix="JM", by="system:test", at=self.at)
            for one in ids:
                join_case(session, one, case.id, claim_id=ids[0], why="new", by="system:test", at=self.at)
            refresh_case(session, case.id, by="system:test", at=self.at)
            return case.id

    def look(self, case_id: str) -> CaseRow:
        """A case as it stands now, detached."""
        with self.store.read() as session:
            row = session.get_one(CaseRow, case_id)
            session.expunge(row)
            return row

    def version(self, case_id: str) -> int:
        """The version a form would carry now."""
        return self.look(case_id).version


def click(office: Office, cases: list[str], key: str = "click-1", at: datetime | None = None) -> BatchResult:
    """The desk sends these cases with one click, as they stand now."""
    versions = [(one, office.version(one)) for one in cases]
    return dispatch_list(
        office.store,
        case_versions=versions,
        list_version=list_version(versions),
        key=key,
        actor=office.desk,
        at=at or office.at,
    )


def ready(office: Office, count: int = 3) -> list[str]:
    """Cases of three complaints each, with inspectors suggested."""
    cases = [office.case(channels=("hotline_12345", "petition", "walk_in")) for _ in range(count)]
    suggest_inspectors(office.store, actor=SYSTEM, at=office.at)
    return cases


def counted(
    office: Office, what: type[AssignmentRow] | type[ReplyRow] | type[NoticeRow] | type[DispatchBatchRow]
) -> int:
    """How many rows a table has."""
    with office.store.read() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0
