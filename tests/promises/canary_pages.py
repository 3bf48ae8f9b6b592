"""Every page of the console before every role, the forms that look something up, and everything that is taken out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any
from urllib.parse import quote

from sqlalchemy import select, text

from casework.calendar import local_day
from casework.errors import NotFound
from casework.people import Actor, Role
from console.access import ACCESS
from console.acts import ACTS
from services.money.ledger_book import export_ledger
from tests.promises.canaries import Canary, Firm, story
from tests.promises.canary_office import ROLE_OF, Desk
from tests.promises.canary_places import Ground
from tests.promises.canary_town import CanaryTown
from tests.promises.districts import filled, named, routes
from tests.promises.proofs import Proof
from tests.scenarios.town import PASSWORD
from warehouse.models import (
    AssignmentRow,
    AttachmentRow,
    BulletinRow,
    CaseMembershipRow,
    CaseRow,
    ComplaintFileRow,
    ComplaintVersionRow,
    DispatchBatchRow,
    DocumentRow,
    EmployerRow,
    LandedRow,
    PreventionFileRow,
    PreventionNoticeRow,
    ProjectRow,
    RunRow,
    WarningRow,
)
from warehouse.queries.callbacks import to_call
from warehouse.queries.money_asked import asked_about
from warehouse.statistics.definitions import FIGURES

LISTS = (
    ("queue_page", "/queue?all=yes"),
    ("queue_page", "/queue?tab=in_progress"),
    ("queue_page", "/queue?tab=overdue"),
    ("queue_page", "/queue?tab=concluded"),
    ("queue_page", "/queue?pane=loads"),
    ("dashboard_page", "/dashboard?period=all"),
    ("cases_page", "/cases?status=in_progress"),
    ("audit_page", "/audit?page=2"),
)
TABS = ("", "?tab=handling", "?tab=log")
FILES_OF_OURS = {"asset"}


class Pages:
    """Looks at every GET route as everybody sees it, with ids of what there is."""

    def __init__(self, town: CanaryTown, made: Proof, ground: Ground, rng: Random) -> None:
        self.town, self.proof, self.ground, self.rng = town, made, ground, rng

    def look(self, seats: dict[str, Desk], *, each: int, acts: int | None) -> None:
        """Each page with so many ids of each kind before whom it admits; with one before everybody else.

        `acts`: of so many acts the form; None: of all.
        """
        for method, route in routes():
            if method != "GET" or route.name in FILES_OF_OURS:
                continue
            ids = list(self._ids(route.path, each, acts))
            for seat in seats.values():
                admitted = ACCESS[route.name].admits(Actor("x", frozenset({ROLE_OF[seat.login]}), ("",)))
                for one in ids if admitted else ids[:1]:
                    if seat.role == Role.INSPECTOR.value and one.get("lead", seat.login) != seat.login:
                        continue
                    for tab in TABS if route.name == "case_page" else ("",):
                        self._opened(seat, route.name, filled(route.path, one) + tab)
        for seat in seats.values():
            for name, path in LISTS:
                self._opened(seat, name, path)
        for figure in FIGURES if acts is None else FIGURES[:acts]:
            self._opened(seats["desk"], "figure_list", f"/statistics/list?figure={figure.name}&span={self._month()}")

    def confide(self, seats: dict[str, Desk], most: int = 6) -> None:
        """Cases in which somebody told in confidence, beside the queue: the shortest masks let the most words in."""
        with self.town.store.read() as session:
            secret = (
                select(CaseRow.matter_no)
                .join(CaseMembershipRow, CaseMembershipRow.case_id == CaseRow.id)
                .join(ComplaintVersionRow, ComplaintVersionRow.complaint_id == CaseMembershipRow.complaint_id)
                .where(
                    ComplaintVersionRow.confidential, ComplaintVersionRow.newest, CaseMembershipRow.valid_to.is_(None)
                )
            )
            numbers = session.scalars(secret.distinct().order_by(CaseRow.matter_no).limit(most)).all()
        for number in numbers:
            for login in ("desk", "head", "bureau", "reader"):
                self._opened(seats[login], "queue_preview", f"/queue/preview/{number}")
                self._opened(seats[login], "queue_page", f"/queue?all=yes&at={number}")
            self.proof.count("told in confidence, beside the queue")

    def _opened(self, seat: Desk, name: str, path: str) -> None:
        answer = seat.get(name, path)
        self.proof.count("pages looked at")
        self.proof.count("pages that answered", answer.status_code == 200)
        self.proof.count("pages that broke", answer.status_code >= 500)

    def inner_file(self, seats: dict[str, Desk]) -> None:
        """The record of a worker's interview, opened by an inspector of its case."""
        with self.town.store.read() as session:
            interviews = (
                select(CaseRow.id, CaseRow.matter_no, DocumentRow.id)
                .join(DocumentRow, DocumentRow.case_id == CaseRow.id)
                .where(DocumentRow.kind == "interview_record")
                .order_by(DocumentRow.serial)
            )
            found = session.execute(interviews.limit(3)).tuples().all()
        for case_id, matter_no, paper in found:
            self._opened(seats[self.town.pair(case_id)[0]], "paper_page", f"/cases/{matter_no}/papers/{paper}")
            self.proof.count("inner papers opened")

    def _month(self) -> str:
        return f"{self.town.now:%Y-%m}"

    def _ids(self, path: str, each: int, most: int | None) -> Iterator[dict[str, str]]:
        """Ids for an address: of things that belong together. An address without any is asked once."""
        wanted = named(path)
        if not wanted:
            yield {}
            return
        if wanted == {"occasion", "spoken"}:
            yield {"occasion": "worker_money", "spoken": "zh_CN"}
            return
        if wanted == {"matter_no", "path"}:
            acts = [act.path for act in ACTS]
            acts = self.rng.sample(acts, most) if most else acts
            cases = self._cases()[: max(1, each // 4)]
            yield from ({**case, "path": act} for act in acts for case in cases)
            return
        pool = self._cases() if "matter_no" in wanted else self._things(wanted)
        if "document_id" in wanted:
            pool = self._papers()
        if wanted & {"file_id", "photo_id"}:
            pool = self._files() if "file_id" in wanted else self._photos()
        if wanted == {"complaint_id"}:
            yield from self._to_ask()
        yield from self.rng.sample(pool, min(each, len(pool)))

    def _to_ask(self) -> list[dict[str, str]]:
        """Some who are to be called, and some who were asked about the money: they are few among all."""
        head = self.town.enter("head")
        with self.town.store.read() as session:
            called = [one.complaint_id for one in to_call(session, head)[:5]]
            asked = [one.complaint_id for one in asked_about(session, head, today=local_day(self.town.now))[:5]]
        self.proof.count("to be called", len(called))
        self.proof.count("silent about the money", len(asked))
        return [{"complaint_id": one} for one in (*called, *asked)]

    def _cases(self) -> list[dict[str, str]]:
        logins = {account: login for login, account in self.town.accounts.items()}
        with self.town.store.read() as session:
            out = session.execute(select(AssignmentRow.case_id, AssignmentRow.lead_id)).tuples().all()
            leads = {case_id: logins[lead] for case_id, lead in out}
            rows = session.execute(select(CaseRow.id, CaseRow.matter_no).order_by(CaseRow.matter_no)).tuples().all()
        found = [{"matter_no": number, **({"lead": leads[one]} if one in leads else {})} for one, number in rows]
        return sorted(found, key=len, reverse=True)

    def _papers(self) -> list[dict[str, str]]:
        by_number = {one["matter_no"]: one for one in self._cases()}
        with self.town.store.read() as session:
            rows = session.execute(
                select(CaseRow.matter_no, DocumentRow.id).join(CaseRow, CaseRow.id == DocumentRow.case_id)
            ).tuples()
            return [{**by_number[number], "document_id": paper} for number, paper in rows]

    def _files(self) -> list[dict[str, str]]:
        """The files that complaints brought, papers first: nothing is taken off those."""
        by_number, row = {one["matter_no"]: one for one in self._cases()}, ComplaintFileRow
        member = CaseMembershipRow
        question = select(CaseRow.matter_no, row.id).join(member, member.case_id == CaseRow.id)
        question = question.join(row, row.complaint_id == member.complaint_id)
        question = question.where(row.state == "kept", member.valid_to.is_(None)).order_by(row.media, row.id)
        with self.town.store.read() as session:
            rows = session.execute(question).tuples().all()
        return [{**by_number[number], "file_id": file} for number, file in rows]

    def _photos(self) -> list[dict[str, str]]:
        by_number, row = {one["matter_no"]: one for one in self._cases()}, AttachmentRow
        question = select(CaseRow.matter_no, row.id).join(row, row.case_id == CaseRow.id)
        with self.town.store.read() as session:
            rows = session.execute(question).tuples().all()
        return [{**by_number[number], "photo_id": photo} for number, photo in rows]

    def _things(self, wanted: set[str]) -> list[dict[str, str]]:
        kinds: dict[str, Any] = {
            "account_id": list(self.town.accounts.values()),
            "complaint_id": select(CaseMembershipRow.complaint_id),
            "employer_id": select(EmployerRow.id),
            "landed_id": select(LandedRow.id).where(LandedRow.state == "quarantined"),
            "run_id": select(RunRow.id),
            "project_code": select(ProjectRow.project_code),
            "warning_id": select(WarningRow.id),
            "bulletin_id": select(BulletinRow.id),
            "notice_id": select(PreventionNoticeRow.id),
            "sent_file": select(PreventionFileRow.id),
            "batch_id": select(DispatchBatchRow.id),
            "name": ["account.idle.minutes", "document.quote.letters"],
        }
        (kind,) = wanted
        with self.town.store.read() as session:
            source = kinds[kind]
            found = source if isinstance(source, list) else list(session.scalars(source))
        return [{kind: one} for one in found]

    def ask(self, seats: dict[str, Desk], people: Sequence[Canary], *, each: int) -> None:
        """What is looked for is posted. A number typed into an address leaves no trace."""
        for one in people[:each]:
            for login in ("desk", "head", "reader", "system"):
                seats[login].post("search", "/search", q=one.phone)
                seats[login].post("search", "/search", q=one.phone[-4:])
            typed = {"complainant_phone": one.phone, "employer_name": ""}
            seats["desk"].post("walk_in_similar", "/walk-in/similar", **typed)
            seats["desk"].post("search_employers", "/employers", q=one.name)
            seats["audit"].post("search_audit", "/audit", subject=one.phone)
            for path in (f"/cases/{one.phone}", f"/cases/{quote(one.name)}", f"/employers/{one.id_no}", f"/{one.name}"):
                seats["desk"].client.get(path)
            self.proof.count("searches", 11)

    def walk_in(self, seats: dict[str, Desk], people: Sequence[tuple[Canary, Firm]]) -> None:
        """People come to the window: a form with a mistake first, then a whole one; one meets a broken database."""
        for number, (one, firm) in enumerate(people):
            form = {
                "key": f"walk{one.number:06d}",
                "narrative": story(one, firm.name, self.rng),
                "employer_name": firm.name,
                "complainant_name": one.name,
                "complainant_phone": one.phone,
                "complainant_id_no": one.id_no,
                "amount": f"{8_000 + number}",
                "worker_count": "1",
            }
            seats["desk"].post("record_walk_in", "/walk-in", **form | {"amount": f"问{one.name}"})
            if number == 0:
                with self.town.store.engine.begin() as connection:
                    connection.execute(text("ALTER TABLE worker RENAME TO worker_away"))
                try:
                    answer = seats["desk"].post("record_walk_in", "/walk-in", **form | {"key": "broken"})
                    self.proof.count("errors of the server", answer.status_code >= 500)
                finally:
                    with self.town.store.engine.begin() as connection:
                        connection.execute(text("ALTER TABLE worker_away RENAME TO worker"))
            answer = seats["desk"].post("record_walk_in", "/walk-in", **form)
            self.proof.count("walk-ins filed", answer.status_code == 303)

    def quarantine(self, seats: dict[str, Desk]) -> None:
        """Records that could not be read are shown once, by a form, and set aside."""
        with self.town.store.read() as session:
            stuck = list(session.scalars(select(LandedRow.id).where(LandedRow.state == "quarantined")))
        for number, one in enumerate(stuck):
            if number % 2 == 0:
                answer = seats["system"].post("reveal_landed", f"/quarantine/{one}/reveal")
                self.proof.count("records shown", answer.status_code == 200)
            seats["system"].post("discard_landed", f"/quarantine/{one}/discard", reason="")

    def take_out(self, seats: dict[str, Desk], cases: Sequence[str]) -> None:
        """Ledgers with names masked and with names in full, the audit log, the month, some employers."""
        for case_id in cases:
            lead = self.town.enter(self.town.pair(case_id)[0])
            for plain in (False, True):
                try:
                    book = export_ledger(
                        self.town.store,
                        case_id=case_id,
                        reason="check_payment",
                        plain=plain,
                        actor=lead,
                        at=self.town.now,
                    )
                except NotFound as refused:  # the lead was recused meanwhile
                    self.ground.look("words of a refusal", f"{refused!r} {refused.__cause__!r}")
                    self.proof.count("exports refused")
                    continue
                self.ground.look("ledger in full" if plain else "ledger", book, Role.INSPECTOR.value)
                self.proof.count("exports")
        seats["audit"].post("download_audit", "/audit/export", purpose="核对", own_password=PASSWORD)
        seats["desk"].post("export_month", "/statistics/export", span=self._month(), purpose="核对")
        with self.town.store.read() as session:
            employers = list(session.scalars(select(EmployerRow.id).order_by(EmployerRow.id).limit(5)))
        for one in employers:
            seats["desk"].post("export_employer", f"/employers/{one}.json", purpose="核对")
        self.proof.count("exports", 2 + len(employers))
