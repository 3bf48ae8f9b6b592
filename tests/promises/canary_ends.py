"""Both ends of the line: officers are told of cases, employers warned and heard, hot spots printed, roads planned.

Employers read notices, officers read digests, and anybody may read a bulletin: in none of them stands who complained.
What an employer answers names the workers of theirs, in words, in a picture's notes and in a paper.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from email import message_from_bytes
from io import BytesIO
from random import Random
from typing import Any, cast

import httpx
import pytest
from sqlalchemy import select, update

from casework.bulletins import Kind, held
from casework.calendar import local_day
from casework.errors import ArrearsError
from casework.people import Role
from casework.settings_of_messages import ADDRESS_OF_PAGE
from casework.tiers import EXAMPLE
from sandbox.platforms.mailbox import MailServer
from services.bulletins import gathering
from services.bulletins.giving import download
from services.bulletins.making import Over, draft, issue
from services.cases.photographing import add_photos, read_photos
from services.prevention import drafting
from tests.console.forms import form_of
from tests.promises.canaries import Canary, in_writing
from tests.promises.canary_files import paper_of, picture_of
from tests.promises.canary_office import ROLE_OF, Desk, OfficeDay
from tests.promises.canary_page import HIDDEN
from tests.promises.canary_places import Ground
from tests.promises.canary_scan import Scanner
from tests.promises.canary_town import CanaryTown
from tests.promises.proofs import SCALE, Proof
from tests.scenarios.by_services import ByServices
from tests.scenarios.town import DISTRICT
from warehouse.models import (
    BulletinRow,
    CalendarDayRow,
    CaseMembershipRow,
    CaseRow,
    ComplaintFileRow,
    PreventionFileRow,
    PreventionNoticeRow,
    SiteRow,
    VisitRow,
    WarningRow,
    new_id,
)
from warehouse.store.one_employer import kin_of
from warehouse.store.settings import set_setting

OVER = Over(DISTRICT, "即墨区劳动保障监察大队")
MOST = 20 if SCALE >= 1 else 2
"""So many notices go out."""
_LINK, _VERSION = re.compile(r'id="link">[^<]*(/n/[0-9A-Z]{28})<'), re.compile(r'name="version" value="(\d+)"')


class BothEnds:
    """What goes out to workers, officers and employers beside the letters of a case, and what comes back."""

    def __init__(self, town: CanaryTown, made: Proof, ground: Ground, office: OfficeDay) -> None:
        self.town, self.proof, self.ground, self.office = town, made, ground, office
        self.rng = Random(made.seed)
        self.links: list[tuple[str, str, Canary]] = []

    def begin(self, seats: dict[str, Desk]) -> None:
        """The office sets its tiers and says where the page is; inspectors and the head say where they are reached.

        Officers are written to on working days alone: today is one.
        """
        self.town.the_office_answers("the neighbour's example", response__tiers=cast(Any, dict(EXAMPLE)))
        today, at = local_day(self.town.now), self.town.now
        with self.town.store.write() as session:
            set_setting(session, ADDRESS_OF_PAGE, self.town.page.address, source="the page runs", by="test", at=at)
            for number in (0, 1):
                day = today + timedelta(days=number)
                about = {"version": f"{day.year}.01", "day": day, "works": True, "name": "上班"}
                session.add(CalendarDayRow(id=new_id("cal"), **about))
        hooks = self.town.running.hooks
        for login in (one for one, role in ROLE_OF.items() if role in (Role.INSPECTOR, Role.HEAD)):
            seats[login].post("add_address", "/account/addresses", way="webhook", address=hooks.address(login))
            seats[login].post("add_address", "/account/addresses", way="mail", address=f"{login}@office.jimo.example")

    def photograph(self, hands: ByServices, cases: Sequence[str], most: int = 2) -> None:
        """Photographs of a visit whose notes say who told of it."""
        for case_id in cases[:most]:
            with self.town.store.read() as session:
                visits = select(VisitRow.id).where(VisitRow.case_id == case_id).order_by(VisitRow.visited_at.desc())
                visit_id = session.scalars(visits).first()
            if visit_id is None:
                continue
            hands.case_id = case_id
            common = hands._common(self.town.pair(case_id)[0])
            sources = [BytesIO(picture_of(self.rng.choice(self.office.told[case_id])))]
            photos = read_photos(self.town.store, self.town.settings, **common, sources=sources)
            self.proof.count("photographs", add_photos(self.town.store, **common, visit_id=visit_id, photos=photos))

    def warn_employers(self, desk: Desk) -> None:
        """Notices to employers of whom somebody complained. One that names who did is refused."""
        for warning_id, told in self._warned():
            if len(self.links) == MOST:
                break
            path = f"/warnings/{warning_id}/notice"
            form = desk.get("prevention_form", path)
            if form.status_code != httpx.codes.OK:
                continue
            fields = form_of(form.text, path) | {"way": "print"}
            firm = fields["to"][0] or "青岛某某建筑有限公司"
            one = self.rng.choice(told)
            for naming in (one.name, " ".join(one.name), one.phone, f"{one.name[0]} {one.name[1:]}"):
                refused = desk.client.post(
                    path, data={**fields, "to": f"{firm}（{naming}）"}, headers={"Origin": desk.address}
                )
                self.proof.count("notices that name somebody", refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY)
                self.proof.count("notices that name somebody and went", refused.is_success)
            desk.post("preview_prevention", f"{path}/preview", **fields | {"to": firm})
            if len(self.links) % 2:
                fields |= {"way": "sms", "contact": "13800005555"}
            sheet = desk.post("send_prevention", path, **fields | {"to": firm})
            link = _LINK.search(sheet.text)
            if link:
                self.links.append((warning_id, link[1], one))
                self.proof.count("notices sent")

    def _warned(self) -> Iterator[tuple[str, list[Canary]]]:
        """Warnings on employers with a case, one for each employer, with those who complained of it."""
        row, seen = WarningRow, set[str]()
        with self.town.store.read() as session:
            open_ones = select(row.id, row.employer_id).where(row.state == "open", row.employer_id.is_not(None))
            for warning_id, employer_id in session.execute(open_ones.order_by(row.rule, row.id)).tuples().all():
                cases = session.scalars(select(CaseRow.id).where(CaseRow.employer_id.in_(kin_of(str(employer_id)))))
                told = [one for case_id in cases for one in self.office.told.get(case_id, [])]
                if told and employer_id not in seen:
                    seen.add(str(employer_id))
                    yield warning_id, told

    def employers_answer(self) -> None:
        """Employers read their notice in both languages, slip once, and answer in words and files that name people."""
        for number, (_, link, one) in enumerate(self.links):
            with self.town.page.phone(90_000 + number) as boss:
                for language in ("zh", "en"):
                    shown = boss.get(link, params={"lang": language})
                    self.ground.answer("notice_page of an employer", "", shown)
                    self.proof.count("notices read", shown.status_code == httpx.codes.OK)
                phone, id_no, _ = in_writing(one, self.rng)
                words = f"已经补发{one.name}（电话{phone}，身份证{id_no}）等人的工资，回单见附件。"
                typed = {"words": words, "name": "赵会计", "capacity": "staff", "phone": "0532-88880000"}
                files = [("files", (f"{one.name}.jpg", picture_of(one), "image/jpeg")),
                         ("files", (f"{one.name}.pdf", paper_of(one), "application/pdf"))]  # fmt: skip
                hidden = dict(HIDDEN.findall(boss.get(link).text))
                slip = boss.post(link, data={**hidden, **typed, "words": ""}, files=files)
                self.ground.answer("notice_page of an employer", "", slip)
                done = boss.post(link, data={**hidden, **typed}, files=files)
                self.proof.count("employers answered", done.status_code == httpx.codes.SEE_OTHER)
                self.ground.answer("notice_page of an employer", "", boss.get(link))
                stranger = boss.get(f"{link[:-4]}2222")
                self.ground.answer("notice_page of an employer", "", stranger)

    def judge(self, desk: Desk, reader: Desk) -> None:
        """What was answered is read with its files and judged, for reasons that name somebody; one is opened again."""
        with self.town.store.read() as session:
            row = PreventionNoticeRow
            answered = select(row.id, row.warning_id).where(row.state == "answered").order_by(row.id)
            notices = session.execute(answered).tuples().all()
            files = session.scalars(select(PreventionFileRow.id).where(PreventionFileRow.state == "kept")).all()
        self.proof.count("files of employers", len(files))
        for one in files:
            desk.get("prevention_file", f"/preventions/files/{one}/whole")
            desk.get("prevention_file_small", f"/preventions/files/{one}/small")
        told = {warning_id: teller for warning_id, _, teller in self.links}
        for number, (one, warning_id) in enumerate(notices):
            path = f"/preventions/{one}"
            version = _VERSION.search(desk.get("prevention_page", path).text)
            assert version, "the notice has no form"
            given: dict[str, Any] = {"version": version[1], "reason": self.office._words(told[warning_id])}
            if number % 2:
                by = (local_day(self.town.now) + timedelta(days=5)).isoformat()
                again = {"lack": ["not_all_workers"], "answer_by": by}
                desk.post("open_prevention_again", f"{path}/again", **given, **again)
            else:
                desk.post("judge_prevention", f"{path}/judge", **given, verdict="enough")
            desk.get("prevention_page", path)
            self.proof.count("answers judged")
        for warning_id, _, _ in self.links:
            for seat in (desk, reader):
                seat.get("warning_page", f"/warnings/{warning_id}")

    def papers_of_complaints(self, desk: Desk) -> None:
        """What came with complaints and is kept as it came: the desk opens some of it."""
        row, member = ComplaintFileRow, CaseMembershipRow
        question = select(CaseRow.matter_no, row.id).join(member, member.case_id == CaseRow.id)
        question = question.join(row, row.complaint_id == member.complaint_id)
        question = question.where(row.state == "kept", row.media == "application/pdf", member.valid_to.is_(None))
        with self.town.store.read() as session:
            found = session.execute(question.order_by(row.id).limit(3)).tuples().all()
        for number, file in found:
            desk.get("file_page", f"/cases/{number}/files/{file}")
            desk.get("file_whole", f"/cases/{number}/files/{file}/whole")
            self.proof.count("papers of complaints opened")

    def told_officers(self) -> None:
        """What officers were sent: posts to their groups, and mails to them."""
        for _, said in self.town.running.hooks.came:
            self.ground.look("message to an officer", json.dumps(said, ensure_ascii=False))
            self.proof.count("messages to officers")
            self.proof.count("tiers told to officers", "响应分级" in json.dumps(said, ensure_ascii=False))
        server = cast(MailServer, self.town.platform("mailbox"))
        for path in sorted((server.folder / "sent").glob("*.eml")):
            mail = path.read_bytes()
            if "@office.jimo.example" in str(message_from_bytes(mail)["To"]):
                self.ground.look("mail to an officer", mail)
                self.proof.count("mails to officers")

    def on_the_road(self, seats: dict[str, Desk]) -> None:
        """Every inspector's cases of the day and their sheet, which is printed and lies on the seat of a car."""
        for login in (one for one, role in ROLE_OF.items() if role is Role.INSPECTOR):
            seats[login].get("mine_page", "/mine")
            sheet = seats[login].get("route_sheet", "/mine/sheet")
            self.proof.count("stops on route sheets", sheet.text.count("/cases/"))

    def hot_spots(self, desk: Desk, reader: Desk) -> None:
        """The bulletin of these days, as if they were over, in both languages as a page, in Word and as PDF."""
        at, day = self.town.now + timedelta(days=40), local_day(self.town.now - timedelta(hours=12))
        entered: dict[str, Any] = {"actor": self.town.enter("desk"), "at": at}
        made = [draft(self.town.store, name=held(kind, day).name, over=OVER, **entered) for kind in Kind]
        with self.town.store.read() as session:
            rows = {one: session.get_one(BulletinRow, one) for one in made}
            chosen = max(rows, key=lambda one: len(rows[one].content["items"]))
            self.proof.count("places in a bulletin", len(rows[chosen].content["items"]))
            version = rows[chosen].version
        head = self.town.enter("head")
        issue(self.town.store, bulletin_id=chosen, version=version, actor=head, at=at)
        for one in made:
            desk.get("bulletin_page", f"/bulletins/{one}")
        for language in ("zh_CN", "en"):
            for form in ("docx", "pdf"):
                path = f"/bulletins/{chosen}/file"
                file = reader.post("download_bulletin", path, form=form, spoken=language)
                self.proof.count(f"bulletins as {form}", file.status_code == httpx.codes.OK)

    def plant(self, people: Sequence[Canary], patched: pytest.MonkeyPatch) -> None:
        """A notice that names who complained and a bulletin that prints a place called after somebody are seen."""
        warning_id, told = next(self._warned())
        with self.town.store.read() as session, patched.context() as inside:
            inside.setattr(drafting, "_check_name", lambda *_asked: None)
            warning, desk = session.get_one(WarningRow, warning_id), self.town.enter("desk")
            found = drafting.draft(session, desk, warning, at=self.town.now)
            wanted = drafting.Wanted(to=f"某公司（{told[0].name}）", trade="other", signs=[], answer_by=found.answer_by)
            _, said = drafting.texts(session, desk, warning, wanted, at=self.town.now)
        named = Scanner(people).look(json.dumps(said, ensure_ascii=False))
        self.proof.planted("a notice to an employer names who complained", caught=bool(named))
        honest, spoilt = self._called_after(told[0], patched)
        self.proof.planted("a bulletin names a place that is called after somebody", caught=spoilt and not honest)

    def _called_after(self, one: Canary, patched: pytest.MonkeyPatch) -> tuple[bool, bool]:
        """Whether a bulletin names a site that has somebody's name: as it is made, and as it must not be made."""
        with self.town.store.write() as session:
            site = SiteRow(id=new_id("sit"), name=one.name, name_key=one.name, district_code=DISTRICT)
            session.add(site)
            session.flush()
            session.execute(update(CaseRow).values(site_id=site.id))
        day, scanner = local_day(self.town.now - timedelta(hours=12)), Scanner([one])
        seen = []
        for honest in (True, False):
            with patched.context() as inside:
                if not honest:
                    inside.setattr(gathering, "speaks_of_nobody", lambda _name: True)
                about: dict[str, Any] = {"actor": self.town.enter("head"), "at": self.town.now + timedelta(days=40)}
                found = False
                for kind in Kind:
                    name = held(kind, day).name
                    found = found or bool(scanner.look(self._made(name, about)))
                seen.append(found)
        return seen[0], seen[1]

    def _made(self, name: str, about: dict[str, Any]) -> bytes:
        """A draft of a period as a Word file; nothing where the period has one that is issued."""
        try:
            made = draft(self.town.store, name=name, over=OVER, **about)
        except ArrearsError:
            return b""
        return download(self.town.store, bulletin_id=made, language="zh_CN", form="docx", **about).body
