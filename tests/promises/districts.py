"""Two districts at work in one store, every role in each, and the console over it in this process.

What one district has, the other has too: a case in hand, one that is over, a paper, a draft, a dispatch, an absence. So
every address, field and list can be asked with what is one's own and with what is another's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from fastapi.routing import APIRoute
from sqlalchemy import select, update

from casework.bulletins import Kind
from casework.calendar import local_day
from casework.messages import Occasion
from casework.people import Actor, Role
from casework.reaching import ReachedBy
from casework.settings_of_messages import ADDRESS_OF_PAGE
from casework.wages import Project
from console.app import make_app
from console.views import VIEWS
from services.bulletins.making import Over, last_over
from services.bulletins.making import draft as draft_bulletin
from services.cases.drafts import keep_draft
from services.cases.outcomes import submit_outcome
from services.cases.photographing import add_photos
from services.linkage.linking import merge_cases
from services.office.settings import Settings
from services.people.auditing import export_log
from services.people.rota import record_absence, record_recusal
from services.prevention.drafting import Wanted
from services.prevention.sending import send_notice
from services.warnings.settling import Asked as AskedOn
from tests.attached import bring
from tests.conftest import NOW
from tests.console.warned import warn
from tests.promises.in_process import ORIGIN, Console, console
from tests.services.office import CHANNELS, DISTRICT, Office, click, ready
from tests.services.work import C2, Work
from tests.stores import Template
from warehouse.engine import Warehouse
from warehouse.models import (
    AccountRow,
    AttachmentRow,
    CaseMembershipRow,
    CaseRow,
    ChannelRow,
    ComplaintVersionRow,
    DocumentRow,
    DraftRow,
    ExportPurposeRow,
    LandedRow,
    LinkageEventRow,
    LoginSessionRow,
    PreventionAnswerRow,
    PreventionFileRow,
    RoleGrantRow,
    RunRow,
    VisitRow,
    new_id,
)
from warehouse.queries.audit_log import Asked
from warehouse.store.addresses import give_address
from warehouse.store.attachments import Brought
from warehouse.store.complaint_files import Known, keep_file
from warehouse.store.feeds import file_feed
from warehouse.store.messages import Reader, Words, note_failed, write_message
from warehouse.store.project_firms import LEADS, Named, keep_firm
from warehouse.store.settings import set_setting

ELSEWHERE = "370203"
PASSWORD = "Morning-2026!"
_LIGHT = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SECRETS = {
    DISTRICT: ("青岛蓝天海产加工有限公司", "林守望", "13911112222"),
    ELSEWHERE: ("外埠长风船舶修造厂", "齐望舒", "13788887777"),
}
"""What each district alone knows: an employer, and the name and phone of whoever told of it."""

ENDS_THE_LOGIN = {"log_out", "log_in", "change_password"}
"""After them nobody is logged in any more: R27 and R28 look at these."""
TYPED = {
    "version": "1",
    "key": "k",
    "reason": "call_complainant",
    "field": "complainant_phone",
    "purpose": "核对",
    "own_password": PASSWORD,
    "form": "docx",
    "employer": "x",
    "worker": "1",
    "decision": "approve",
}
"""What forms of one field or two ask for, so that they come to look for the thing they are about."""


@dataclass
class District(Office):
    """One district with every role, and the ids of what it has by the names that ids have in addresses."""

    code: str = DISTRICT
    ids: dict[str, str] = field(default_factory=dict)
    roles: dict[Role, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for role in Role:
            self.roles[role] = self.officer(role, self.code)
        self.desk, self.head, self.bureau = (
            self.roles[one] for one in (Role.DESK_OFFICER, Role.HEAD, Role.BUREAU_HEAD)
        )
        others = [self.officer(Role.INSPECTOR, self.code) for _ in range(3)]
        self.inspectors = [self.roles[Role.INSPECTOR], *others]
        self.chief = self.officer(Role.HEAD, self.code)

    def case(self, **said: Any) -> str:
        """A case of this district."""
        boss, name, phone = SECRETS[self.code]
        made = super().case(**{"employer": boss, "place": f"{self.code}001", **said})
        with self.store.write() as session:
            member = select(CaseMembershipRow.complaint_id).where(CaseMembershipRow.case_id == made)
            for row in session.scalars(select(ComplaintVersionRow).where(ComplaintVersionRow.complaint_id.in_(member))):
                row.complainant_name, row.complainant_phone = name, phone
                row.narrative = f"我叫{name}，电话{phone}，工资没有发"
        return made

    def merged(self) -> str:
        """Two cases made one. Returns the event's id."""
        lost, kept = self.case(), self.case()
        return merge_cases(
            self.store,
            from_case_id=lost,
            into_case_id=kept,
            from_version=self.version(lost),
            into_version=self.version(kept),
            actor=self.desk,
            at=self.at,
        ).event_id

    def begin(self) -> None:
        """Bring everything about that an address can name."""
        work = Work(self)
        work.corrected()
        self._photographed(work)
        with self.store.read() as session:
            told = session.get_one(CaseRow, work.id).main_complaint_id
        brought = bring(self.store, told, at=self.at)
        outcome = work.do(submit_outcome, proposal=C2)
        over = Work(self)
        over.spared()
        batch, again = (click(self, ready(self), key=f"click-{self.code}-{n}") for n in (1, 2))
        merged, later = self.merged(), self.merged()
        waiting = ready(self, 2)
        days = {"from_on": date(2026, 12, 1), "to_on": date(2026, 12, 2)}
        away = record_absence(self.store, account_id=self.desk.id, **days, reason=None, actor=self.desk, at=self.at)
        recused = record_recusal(
            self.store,
            account_id=self.inspectors[3].id,
            reason="亲属",
            from_on=date(2026, 12, 1),
            actor=self.head,
            at=self.at,
            case_id=waiting[1],
        )
        for one in (self.roles[Role.INSPECTOR], self.desk, self.head, self.bureau):
            keep_draft(
                self.store,
                case_id=work.id,
                act="record_visit",
                typed={"place": ["厂区"]},
                case_version=1,
                actor=one,
                at=self.at,
            )
        export_log(self.store, Asked(), purpose=f"检查 {self.code}", actor=self.roles[Role.AUDIT_ADMIN], at=self.at)
        with self.store.read() as session:
            papers = select(DocumentRow.id).where(DocumentRow.case_id == work.id).order_by(DocumentRow.serial)
            drafts = select(DraftRow.id).where(DraftRow.account_id == self.roles[Role.INSPECTOR].id)
            grants = select(RoleGrantRow.id).where(RoleGrantRow.account_id == self.desk.id)
            purposes = select(ExportPurposeRow.id).where(ExportPurposeRow.by == self.roles[Role.AUDIT_ADMIN].id)
            case, done = session.get_one(CaseRow, work.id), session.get_one(CaseRow, over.id)
            self.ids |= {
                "matter_no": case.matter_no,
                "case_id": case.id,
                "waiting_no": session.get_one(CaseRow, waiting[0]).matter_no,
                "waiting_id": waiting[0],
                "other_no": session.get_one(CaseRow, waiting[1]).matter_no,
                "complaint_id": done.main_complaint_id,
                "employer_id": str(case.employer_id),
                "document_id": session.scalars(papers).first() or "",
                "draft_id": session.scalars(drafts).one(),
                "grant_id": session.scalars(grants).one(),
                "purpose_id": session.scalars(purposes).one(),
                "judgement_id": session.get_one(LinkageEventRow, later).judgement_ids[0],
                "file_id": brought[0],
                "photo_id": session.scalars(select(AttachmentRow.id).where(AttachmentRow.case_id == work.id)).one(),
            }
        self.ids["project_code"] = self._project()
        self.ids |= self._written_to()
        with self.store.write() as session:
            about = {"employer_id": self.ids["employer_id"], "district_code": f"{self.code}001"}
            self.ids["warning_id"] = warn(session, "complaints_30d", "red", self.at, **about)
        week = last_over(Kind.WEEKLY, self.at).name
        head, where = self.roles[Role.HEAD], Over(self.code, self.code)
        self.ids["bulletin_id"] = draft_bulletin(self.store, name=week, over=where, actor=head, at=self.at)
        self.ids |= self._noticed()
        self.ids |= {
            "batch_id": batch.batch_id,
            "again_id": again.batch_id,
            "again_no": again.results[0].matter_no,
            "outcome_id": outcome,
            "event_id": merged,
            "absence_id": away,
            "recusal_id": recused,
            "account_id": self.desk.id,
            "path": "visit",
            "occasion": "worker_accepted",
            "spoken": "zh_CN",
            "name": "account.idle.minutes",
            "channel": "hotline_12345",
        }

    def _noticed(self) -> dict[str, str]:
        """A notice to the employer of this district, answered with a picture."""
        by = local_day(self.at) + timedelta(days=5)
        wanted = Wanted(to=SECRETS[self.code][0], trade="other", signs=[], answer_by=by)
        asked = AskedOn(self.ids["warning_id"], 1, self.desk, self.at)
        with self.store.write() as session:
            set_setting(session, ADDRESS_OF_PAGE, "https://page.test", source="-", by="test", at=self.at)
        sent = send_notice(self.store, asked, wanted)
        known = Known(media="image/jpeg", size_bytes=5, sha256="0", sent_media="image/jpeg", sent_sha256="0")
        with self.store.write() as session:
            answer = PreventionAnswerRow(
                id=new_id("pva"), notice_id=sent.notice_id, round=1, posted_at=self.at, taken_in_at=self.at,
                words="已补发", name="会计", capacity="staff", lacks=[],
            )  # fmt: skip
            session.add(answer)
            session.flush()
            file = PreventionFileRow(
                id=new_id("pvf"), answer_id=answer.id, number=1, state="wanted", tries=0, wanted_at=self.at
            )
            session.add(file)
            session.flush()
            keep_file(session, file, known, [b"whole"], b"small", at=self.at)
            return {"notice_id": sent.notice_id, "sent_file": file.id}

    def _written_to(self) -> dict[str, str]:
        """A message to a worker that was refused, and an address of the desk."""
        told = Words(Occasion.WORKER_ACCEPTED, "已受理", 0, self.at)
        with self.store.write() as session:
            reader = Reader(ReachedBy.SMS, complaint_id=self.ids["complaint_id"])
            refused = write_message(session, reader, told, [f"test:{self.code}"], at=self.at)
            note_failed(session, refused, code="refused_by_gateway", words="refused", at=self.at)
            reached = give_address(session, self.desk.id, ReachedBy.MAIL, "desk@example.gov.cn", at=self.at)
        return {"message_id": refused, "address_id": reached}

    def _project(self) -> str:
        """A project of the wage-payment platform, led by the employer of this district. Returns its code."""
        led = Project(
            project_code=f"P-{self.code}",
            name=f"工地{self.code}",
            district_code=f"{self.code}001",
            general_contractor=SECRETS[self.code][0],
        )
        with self.store.write() as session:
            landed = session.scalars(select(LandedRow.id)).first()
            if landed is None:
                row = _unreadable(f"9{self.code}")
                row.state = "filed"
                session.add(row)
                session.flush()
                landed = row.id
            file_feed(session, led, landed_id=landed)
            firm = Named(led.project_code, LEADS, SECRETS[self.code][0])
            keep_firm(session, firm, row=None, employer_id=self.ids["employer_id"], at=self.at)
        return led.project_code

    def _photographed(self, work: Work) -> None:
        """The visit of a case has a picture."""
        with self.store.read() as session:
            visit = session.scalars(select(VisitRow.id).where(VisitRow.case_id == work.id)).first()
        looks = {"whole": b"as large as it is kept", "small": b"as lists show it"}
        one = Brought(looks=looks, media="image/jpeg", sent_media="image/jpeg", sent_sha256="0")
        work.do(add_photos, visit_id=visit, photos=[one])

    def address(self, route: APIRoute, role: Role | None = None) -> str:
        """A route's address with what this district has."""
        ids = dict(self.ids)
        if route.name == "recall_sent":
            ids |= {"batch_id": ids["again_id"], "matter_no": ids["again_no"]}
        if role is Role.DESK_OFFICER:
            ids["path"] = "reassign"
        return filled(route.path, ids)


@dataclass
class World:
    """Both districts over one store, and somebody of every role of each at a desk."""

    store: Warehouse
    settings: Settings
    here: District
    there: District
    client: Console
    seats: dict[tuple[str, Role], Seat] = field(default_factory=dict)

    def seat(self, role: Role, code: str = DISTRICT) -> Seat:
        """Who holds a role in a district."""
        return self.seats[code, role]

    def sit(self, actor: Actor) -> Seat:
        """One more login of somebody."""
        return Seat(self.client, actor, *entered(self.store, actor.id))


@dataclass
class Seat:
    """One login, without the form that opens one."""

    client: Console
    actor: Actor
    token: str
    csrf: str

    def ask(self, method: str, path: str, fields: Mapping[str, Any] | None = None, **headers: str) -> httpx.Response:
        """Send what a page of ours would send; redirects are not followed."""
        sent = {"Cookie": f"arrears={self.token}", "Origin": ORIGIN, **headers}
        data = {"csrf": self.csrf, **(fields or {})} if method == "POST" else None
        return self.client.request(method, path, data=data, headers=sent)


def entered(store: Warehouse, account_id: str, at: datetime = NOW) -> tuple[str, str]:
    """A login as the door would write it. Returns the token of the cookie and that of the forms."""
    token, csrf = new_id("token"), new_id("csrf")
    with store.write() as session:
        session.add(
            LoginSessionRow(
                id=new_id("ses"),
                token_hash=sha256(token.encode()).hexdigest(),
                csrf=csrf,
                account_id=account_id,
                created_at=at,
                seen_at=at,
                expires_at=at + timedelta(hours=10),
            )
        )
    return token, csrf


def routes() -> list[tuple[str, APIRoute]]:
    """Every route of the console by its method."""
    found = [
        (method, one)
        for router in VIEWS
        for one in router.routes
        if isinstance(one, APIRoute)
        for method in one.methods or ()
    ]
    return sorted(found, key=lambda pair: (pair[0], pair[1].path))


_PLACE = re.compile(r"\{([a-z_]+)(?::path)?\}")


def filled(path: str, ids: Mapping[str, str]) -> str:
    """An address with its ids."""
    return _PLACE.sub(lambda place: ids.get(place[1], "nothing"), path)


def named(path: str) -> set[str]:
    """The names of the ids in an address."""
    return set(_PLACE.findall(path))


def make_districts(store: Warehouse) -> tuple[District, District]:
    """Two districts with all they have. Every password is the same, and cheap to check."""
    with store.write() as session:
        session.add_all(ChannelRow(name=name, answers=name != "walk_in") for name in CHANNELS)
    here = District(store, NOW)
    there = District(store, NOW, serial=here.serial, code=ELSEWHERE)
    for one in (here, there):
        one.begin()
        with store.write() as session:
            session.add(_unreadable(one.code))
            session.add(
                RunRow(
                    id=f"run_{one.code}", job="import", started_by="command", by="x", started_at=NOW, state="complete"
                )
            )
            session.execute(update(AccountRow).values(password_hash=_LIGHT.hash(PASSWORD)))
        one.ids |= {"landed_id": f"lnd_{one.code}", "run_id": f"run_{one.code}"}
    return here, there


def _unreadable(code: str) -> LandedRow:
    """A record that waits for a person."""
    return LandedRow(
        id=f"lnd_{code}",
        channel="hotline_12345",
        kind="complaint",
        source_key=code,
        version=1,
        digest="0" * 64,
        payload={"callerName": "赵匿名", "callerPhone": "13800001111", "callTime": "明天"},
        position=code,
        landed_at=NOW,
        state="quarantined",
        reason_code="date_unreadable",
        reason_field="callTime",
        reason_words="The field callTime is not a date.",
    )


@contextmanager
def world(empty: Template, folder: Path) -> Iterator[World]:
    """Everything above, in a folder that goes away."""
    settings = Settings(data_dir=folder)
    with empty.store(folder / "arrears.db") as store:
        here, there = make_districts(store)
        with console(make_app(store, settings, lambda: NOW)) as client:
            made = World(store, settings, here, there, client)
            for district in (here, there):
                for role, actor in district.roles.items():
                    made.seats[district.code, role] = made.sit(actor)
            yield made
