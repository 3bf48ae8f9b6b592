"""The officers' part of the day: cases are sent, handled, written about and answered, as services and by real HTTP.

Officers type what they were told into every field that takes words: what is typed is masked like what came in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import httpx
from sqlalchemy import func, select

from casework.calendar import local_day
from casework.documents import KINDS, faces_employer
from casework.errors import ArrearsError
from casework.people import Role
from casework.sanctions import STEP_PAPERS
from services.cases.declining import decline_case
from services.dispatch.dispatching import reassign
from services.paperwork.filling_papers import download_paper
from services.paperwork.papers import add_paper
from services.people.rota import record_absence, record_recusal
from services.replying.calling_back import record_callback
from tests.promises.canaries import Canary, in_writing
from tests.promises.canary_places import Ground
from tests.promises.canary_town import PEOPLE, CanaryTown
from tests.promises.proofs import Proof
from tests.scenarios.by_services import ByServices
from tests.scenarios.town import PASSWORD
from warehouse.models import (
    AuditRow,
    CaseMembershipRow,
    CaseRow,
    ComplaintVersionRow,
)

ROLE_OF = {login: role for login, _, role in PEOPLE}
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
WRITTEN = sorted(set(KINDS) - {*STEP_PAPERS, "exemption_decision", "rectification_order", "service_proof"})
"""Kinds that a case can be given at once; the others come by acts that the day plays."""


class Desk:
    """Somebody at the real console; every answer is looked at."""

    def __init__(self, address: str, login: str, ground: Ground) -> None:
        self.login, self.role, self.ground = login, ROLE_OF[login].value, ground
        self.client = httpx.Client(base_url=address, trust_env=False, timeout=60)
        page = self.client.get("/login").text
        data = {"csrf": _token(page), "login": login, "password": PASSWORD}
        entered = self.client.post("/login", data=data, headers={"Origin": address})
        assert entered.status_code == 303, login
        self.address, self.csrf = address, _token(self.client.get("/account").text)

    def get(self, place: str, path: str) -> httpx.Response:
        """A page, under the name of its route."""
        answer = self.client.get(path)
        self.ground.answer(place, self.role, answer)
        return answer

    def post(self, place: str, path: str, **fields: Any) -> httpx.Response:
        """A form, as a page of ours would send it."""
        answer = self.client.post(path, data={"csrf": self.csrf, **fields}, headers={"Origin": self.address})
        self.ground.answer(f"POST {place}", self.role, answer)
        return answer


def _token(page: str) -> str:
    found = _TOKEN.search(page)
    assert found is not None
    return found[1]


@contextmanager
def desks(address: str, ground: Ground) -> Iterator[dict[str, Desk]]:
    """Everybody logs in."""
    made = {login: Desk(address, login, ground) for login in ROLE_OF}
    try:
        yield made
    finally:
        for one in made.values():
            one.client.close()


@dataclass
class OfficeDay:
    """What the officers do with what came. `told` is who complained in each case."""

    town: CanaryTown
    proof: Proof
    ground: Ground
    people: Sequence[Canary]
    rng: Random = field(default_factory=lambda: Random(25))
    told: dict[str, list[Canary]] = field(default_factory=dict)

    def send(self, hands: ByServices) -> None:
        """The one click; a batch is recalled and sent again; some are given to others, for a reason."""
        sent = hands.click("desk")
        self.proof.count("dispatched", sent)
        self.told = self._told()
        with self.town.store.read() as session:
            out = list(session.scalars(select(CaseRow.id).where(CaseRow.status == "dispatched")))
        for case_id in out[:: max(1, len(out) // 4)][:4]:
            hands.case_id = case_id
            login, other = self.town.pair(case_id)
            third = next(one for one in ("song", "yu", "li") if one not in (login, other))
            ids: dict[str, Any] = {"lead_id": self.town.accounts[third], "assisting_id": self.town.accounts[login]}
            self._try(lambda: reassign(self.town.store, **hands._common("desk"), **ids, reason=self._typed(case_id)))  # noqa: B023

    def work(self, hands: ByServices, *, most: int, first: Collection[str] = ()) -> list[str]:
        """Cases are signed for, filed, visited, verified, paid: these first. Those in hand, by their ids."""
        day = local_day(self.town.now)
        with self.town.store.read() as session:
            out = list(session.scalars(select(CaseRow.id).where(CaseRow.status == "dispatched").order_by(CaseRow.id)))
        out.sort(key=lambda one: one not in first)
        for number, case_id in enumerate(out[:most]):
            hands.case_id = case_id
            lead, _ = self.town.pair(case_id)
            said = self._typed(case_id)
            self._try(lambda: hands.do(lead, "sign-for"))  # noqa: B023
            if number % 9 == 8:
                fields: dict[str, Any] = {"ground": "in_arbitration_or_court", "reason": said}
                self._try(lambda: _decline(hands, lead, **fields))  # noqa: B023
                self._try(lambda: _decline(hands, lead, **{**fields, "reason": "已经申请仲裁。"}))  # noqa: B023
                continue
            self._try(lambda: hands.do(lead, "accept"))  # noqa: B023
            visit = {"visited_at": self.town.now, "place": f"厂区，{said}", "people_met": said, "findings": said}
            self._try(lambda: hands.do(lead, "visit", **visit))  # noqa: B023
            self._try(lambda: hands.do(lead, "take-complaints"))  # noqa: B023
            self._try(lambda: hands.verify_as_claimed(lead))  # noqa: B023
            order = {"demand": "支付拖欠的工资", "law": "《劳动保障监察条例》第二十六条", "issued_on": day}
            self._try(lambda: hands.do(lead, "order", **order))  # noqa: B023
            self._try(lambda: hands.do(lead, "order", **{**order, "demand": f"支付{said}的工资"}))  # noqa: B023
            self._try(lambda: hands.pay_all(lead, paid_on=day, proof_ref=said[:60]))  # noqa: B023
            if number % 3 == 0:
                self._talk(hands, lead, said)
            self.proof.count("cases in hand")
        self._around(out)
        return out[:most]

    def _talk(self, hands: ByServices, lead: str, said: str) -> None:
        """A worker is interviewed; what they say stays in the inner file."""
        at = self.town.now
        sheet = {"started_at": at - timedelta(hours=1), "ended_at": at, "place": "监察大队", "person": said[:30]}
        self._try(lambda: hands.do(lead, "interview", **sheet, text=said, signature="signed", ids_shown=True))

    def _around(self, cases: list[str]) -> None:
        """What happens beside the cases: calls, absences, recusals, each with a reason in somebody's words."""
        desk, head, at = self.town.enter("desk"), self.town.enter("head"), self.town.now
        with self.town.store.read() as session:
            newest = select(ComplaintVersionRow.complaint_id, ComplaintVersionRow.narrative)
            lines = session.execute(newest.where(ComplaintVersionRow.newest).limit(6)).tuples().all()
        for one, narrative in lines:
            teller = self.people[min(found.number for found in self.ground.scanner.look(narrative))]
            said: dict[str, Any] = {"answered": True, "solved": False, "satisfied": False}
            said["opinion"] = self._words(teller)
            self._try(lambda: record_callback(self.town.store, complaint_id=one, actor=desk, at=at, **said))  # noqa: B023
        away: dict[str, Any] = {
            "from_on": local_day(at),
            "to_on": local_day(at),
            "reason": f"家人电话{self.people[0].phone}",
        }
        self._try(
            lambda: record_absence(self.town.store, account_id=self.town.accounts["li"], actor=desk, at=at, **away)
        )
        for case_id in cases[-1:]:
            fields: dict[str, Any] = {"reason": self._typed(case_id), "from_on": local_day(at), "case_id": case_id}
            self._try(
                lambda: record_recusal(
                    self.town.store,
                    account_id=self.town.accounts["li"],
                    actor=head,
                    at=at,
                    **fields,  # noqa: B023
                )
            )

    def letters(self, cases: list[str], *, wanted: int, quotations: int) -> None:
        """Papers that the employer reads, of every kind, on every case in hand; and attempts to quote in them."""
        kinds = [kind for kind in WRITTEN if faces_employer(kind, {})]
        made: list[tuple[str, str, str]] = []
        per_case = -(-wanted // max(1, len(cases)))
        for number, case_id in enumerate(cases):
            self._quote(case_id, kinds, quotations)
            chosen = [kinds[(number + step) % len(kinds)] for step in range(per_case)]
            made += self._written(case_id, chosen)
        for case_id, kind, document_id in made:
            self._printed(case_id, kind, document_id)

    def _written(self, case_id: str, kinds: list[str]) -> list[tuple[str, str, str]]:
        lead = self.town.enter(self.town.pair(case_id)[0])
        day, at, found = local_day(self.town.now), self.town.now, []
        body = {"text": "请依法支付工资。", "facts": "拖欠工资", "law": "《劳动法》第五十条", "demand": "支付工资"}
        with self.town.store.write() as session:
            case = session.get_one(CaseRow, case_id)
            for kind in kinds:
                try:
                    row = add_paper(session, case, kind, day, dict(body), actor=lead, at=at)
                except ArrearsError as refused:
                    self._refused(refused)
                    continue
                found.append((case_id, kind, row.id))
        return found

    def _printed(self, case_id: str, kind: str, document_id: str) -> None:
        with self.town.store.read() as session:
            matter_no = session.get_one(CaseRow, case_id).matter_no
        lead = self.town.enter(self.town.pair(case_id)[0])
        pdf = self.proof.counted.get("letters", 0) % 500 == 7
        try:
            file = download_paper(
                self.town.store,
                matter_no=matter_no,
                document_id=document_id,
                form="pdf" if pdf else "docx",
                actor=lead,
                at=self.town.now,
            )
        except ArrearsError as refused:
            self._refused(refused)
            return
        place = "letter to the employer" if faces_employer(kind, {}) else f"paper {kind}"
        self.ground.look(f"{place}#name", file.name)
        self.ground.look(place, file.body)
        self.proof.count("letters" if faces_employer(kind, {}) else "papers of the file")
        self.proof.count("letters as PDF", pdf)

    def letter(self, case_id: str, kind: str, words: str) -> None:
        """One letter with these words."""
        lead = self.town.enter(self.town.pair(case_id)[0])
        with self.town.store.write() as session:
            case = session.get_one(CaseRow, case_id)
            day = local_day(self.town.now)
            row = add_paper(session, case, kind, day, {"text": words}, actor=lead, at=self.town.now)
        self._printed(case_id, kind, row.id)

    def _quote(self, case_id: str, kinds: list[str], times: int) -> None:
        """Attempts to write down who complained, in every spelling; each must be refused."""
        lead, day = self.town.enter(self.town.pair(case_id)[0]), local_day(self.town.now)
        for number in range(times):
            one = self.rng.choice(self.told[case_id])
            phone, id_no, card = in_writing(one, self.rng)
            spelled = (one.name, phone, id_no, card, " ".join(one.name), "·".join(one.phone), self._typed(case_id))
            kind = kinds[number % len(kinds)]
            try:
                with self.town.store.write() as session:
                    case = session.get_one(CaseRow, case_id)
                    body = {"text": f"经查，{spelled[(number + one.number) % len(spelled)]}反映属实。"}
                    add_paper(session, case, kind, day, body, actor=lead, at=self.town.now)
                self.ground.look("letter to the employer", body["text"])
                self.proof.count("quotations taken")
            except ArrearsError as refused:
                self._refused(refused)
                self.proof.count("quotations refused")

    def reveals(self, seats: dict[str, Desk], *, wanted: int) -> list[str]:
        """Fields shown in plain by the real form: each is one row of the audit log with its reason. What is not so."""
        wrong: list[str] = []
        fields = ("complainant_phone", "complainant_name", "complainant_id_no", "narrative")
        with self.town.store.read() as session:
            question = (
                select(ComplaintVersionRow.complaint_id, CaseRow.matter_no)
                .join(CaseMembershipRow, CaseMembershipRow.complaint_id == ComplaintVersionRow.complaint_id)
                .join(CaseRow, CaseRow.id == CaseMembershipRow.case_id)
                .where(ComplaintVersionRow.newest, CaseMembershipRow.valid_to.is_(None))
                .order_by(ComplaintVersionRow.complaint_id)
            )
            lines = session.execute(question).tuples().all()
        for number in range(wanted):
            complaint, matter_no = lines[number % len(lines)]
            who = seats[("desk", "head", "reader", "desk")[number % 4]]
            reason = "" if number % 5 == 4 else "call_complainant"
            before = self._reveals()
            form = {"complaint": complaint, "name": fields[number // 3 % len(fields)], "reason": reason}
            answer = who.post("reveal_field", f"/cases/{matter_no}/reveal", **form)
            noted = self._reveals() - before
            shown = answer.status_code == 200
            self.proof.count("reveals", shown)
            self.proof.count("reveals refused", not shown)
            if noted != shown or (shown and (not reason or who.role == Role.READ_ONLY.value)):
                wrong.append(f"{who.role} {form['name']} {answer.status_code}: {noted} rows")
        return wrong + self._without_reason()

    def _reveals(self) -> int:
        with self.town.store.read() as session:
            return session.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.act == "reveal")) or 0

    def _without_reason(self) -> list[str]:
        with self.town.store.read() as session:
            rows = session.scalars(select(AuditRow).where(AuditRow.act == "reveal"))
            return [f"row {row.seq}" for row in rows if not (row.details or {}).get("reason")]

    def _told(self) -> dict[str, list[Canary]]:
        """Who complained in each case: whoever its complaints tell of."""
        found: dict[str, list[Canary]] = {}
        with self.town.store.read() as session:
            question = select(CaseMembershipRow.case_id, ComplaintVersionRow.narrative).join(
                ComplaintVersionRow, ComplaintVersionRow.complaint_id == CaseMembershipRow.complaint_id
            )
            for case_id, narrative in session.execute(question).tuples():
                numbers = {one.number for one in self.ground.scanner.look(narrative)}
                found.setdefault(case_id, []).extend(self.people[number] for number in sorted(numbers))
        return found

    def _typed(self, case_id: str) -> str:
        """What an officer writes down of who complained in a case."""
        return self._words(self.rng.choice(self.told[case_id]))

    def _words(self, one: Canary) -> str:
        phone, id_no, _ = in_writing(one, self.rng)
        return f"{one.name}来电，电话{phone}，证号{id_no}，{one.words}"

    def _try(self, act: Callable[[], object]) -> None:
        """An act; what is refused is refused in words that quote nobody."""
        try:
            act()
            self.proof.count("acts")
        except ArrearsError as refused:
            self._refused(refused)

    def _refused(self, refused: ArrearsError) -> None:
        self.ground.look("words of a refusal", f"{refused!r} {refused.__cause__!r} {refused.__context__!r}")
        self.proof.count("acts refused")


def _decline(hands: ByServices, login: str, **fields: Any) -> None:
    decline_case(hands.town.store, **hands._common(login), **fields)
