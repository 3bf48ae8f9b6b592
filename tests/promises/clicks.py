"""Twenty acts of a morning, each as the form of a real page, in an order in which each can be done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from lxml import html
from sqlalchemy import select

from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.forms import complete
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, AssignmentRow, CaseRow

TODAY = NOW.date().isoformat()
EARLIER = (NOW - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True)
class Click:
    """One form, filled in: who sends it, where to, the act that the log then has once, and a field to change."""

    act: str
    person: Person
    path: str
    fields: Mapping[str, Any]
    changed: Mapping[str, Any]


@dataclass
class Day:
    """One office over one store, and the people at their desks."""

    store: Warehouse
    address: str
    people: dict[str, Person] = field(default_factory=dict)

    def at(self, login: str) -> Person:
        """Somebody who is logged in."""
        if login not in self.people:
            self.people[login] = Person(self.address)
            self.people[login].log_in(login)
        return self.people[login]

    def close(self) -> None:
        """Everybody goes home."""
        for person in self.people.values():
            person.client.close()

    def click(self, act: str, login: str, page: str, path: str, **typed: Any) -> Click:
        """The form of a page with some fields filled in. `other` is what a second sending says instead."""
        other = typed.pop("other", {"note_of_another_form": "x"})
        person = self.at(login)
        return Click(act, person, path, _form_of(person.get(page), path) | typed, other)

    def lead(self, number: str) -> str:
        """Who has a case."""
        with self.store.read() as session:
            question = select(AccountRow.login).join(AssignmentRow, AssignmentRow.lead_id == AccountRow.id)
            question = question.join(CaseRow, CaseRow.id == AssignmentRow.case_id).where(CaseRow.matter_no == number)
            return session.scalars(question.where(AssignmentRow.state.in_(("sent", "signed")))).one()

    def account(self, login: str) -> str:
        """The account of a login."""
        with self.store.read() as session:
            return session.scalars(select(AccountRow.id).where(AccountRow.login == login)).one()

    def waiting(self) -> list[str]:
        """The cases that can go with a click."""
        with self.store.read() as session:
            ready = select(CaseRow.matter_no).where(CaseRow.status == "to_dispatch", CaseRow.needs_check.is_(False))
            ready = ready.where(CaseRow.needs_supplement.is_(False), CaseRow.suggested_lead_id.is_not(None))
            return list(session.scalars(ready.order_by(CaseRow.matter_no)))


def _form_of(page: str, path: str) -> dict[str, Any]:
    """As `form_of`; not the one that only keeps another inspector."""
    document: Any = html.fromstring(page)
    forms = [one for one in document.xpath("//form") if one.get("action") == path]
    form = next((one for one in forms if not one.xpath(".//input[@name='choose']")), None)
    assert form is not None, f"no form leads to {path}"
    fields: dict[str, Any] = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    return fields


def clicks(day: Day) -> Iterator[Click]:
    """The acts, one after the other. Each rests on those before it."""
    sample = "/linkage/sample"
    yield day.click("sample_linkage", "desk", sample, f"{sample}/draw")
    yield day.click("judge", "desk", sample, sample, verdict="same", other={"verdict": "unsure"})
    first, second, third, fourth, *_ = day.waiting()
    for number in (first, second, third):
        yield day.click("dispatch", "desk", f"/queue?at={number}", f"/cases/{number}/dispatch", other={"key": "x"})
    yield day.click("recall", "desk", f"/cases/{third}", f"/cases/{third}/recall")
    yield _form(day, "merge", "desk", f"/cases/{fourth}/merge", into=third, other={"reason": "同一工地"})
    yield day.click("dispatch_batch", "desk", "/queue", "/queue/dispatch", other={"list_version": "x"})
    yield from _concluded(day, first)
    yield from _paid(day, second)
    yield from _at_the_desk(day, second)


def _concluded(day: Day, number: str) -> Iterator[Click]:
    case, lead = f"/cases/{number}", day.lead(number)
    yield day.click("sign_for", lead, "/mine", f"{case}/sign-for")
    yield day.click("accept_case", lead, case, f"{case}/accept")
    yield _form(day, "record_visit", lead, f"{case}/visit", place="厂区", visited_at=EARLIER, other={"place": "工地"})
    said = {"confirmed": "unproven", "note": "证据不足"}
    page = f"{case}/outcome?exit=not_established"
    yield day.click("submitted_outcome", lead, page, f"{case}/outcome", **said, other={"note": "证据充分"})
    decide = re.search(r'action="(/outcomes/[^"]+/decide)"', day.at("head").get(f"{case}?tab=handling"))
    assert decide is not None
    handling = f"{case}?tab=handling"
    yield day.click("approved_outcome", "head", handling, decide[1], approve="yes", other={"approve": "no"})
    complete(day.store, day.at(lead), case, "unproven_decision")
    yield _form(day, "serve_document", lead, f"{case}/serve", served_how="direct", other={"served_how": "left"})
    yield day.click("close_case", "head", case, f"{case}/close")


def _paid(day: Day, number: str) -> Iterator[Click]:
    case, lead = f"/cases/{number}", day.lead(number)
    yield day.click("sign_for", lead, "/mine", f"{case}/sign-for")
    yield _form(day, "verify_amount", lead, f"{case}/verify", amount="30000", other={"amount": "40000"})
    order = {"demand": "支付工资", "due_on": "2026-11-27", "amount": "30000"}
    yield _form(day, "order_correction", lead, f"{case}/order", **order, other={"amount": "1"})
    yield _form(day, "record_correction", lead, f"{case}/correction", other={"corrected_on": "2026-11-19"})
    paid = {"workers": "2", "amount": "30000", "proof": "bank_voucher", "lines": "孙守业\t20000\n刘春生 10000"}
    yield _form(day, "record_payment", lead, f"{case}/payment", **paid, other={"amount": "29999"})
    pledged = {"signed_by": "法人", "obligations": "按月足额支付", "due_on": "2026-12-01"}
    yield _form(day, "record_pledge", lead, f"{case}/pledge", **pledged, other={"due_on": "2026-12-02"})


def _at_the_desk(day: Day, case: str) -> Iterator[Click]:
    told = {"complainant_name": "孙某", "complainant_phone": "13912345678", "narrative": "工资没有发"}
    yield _form(day, "record_walk_in", "desk", "/walk-in", **told, other={"narrative": "工资发了一半"})
    away = {"from_on": "2026-12-01", "to_on": "2026-12-02"}
    who = day.account("wang")
    yield day.click(
        "record_absence", "desk", "/rota", "/rota/absences", account_id=who, **away, other={"to_on": "2026-12-03"}
    )
    recusal = {"account_id": who, "matter_no": case, "from_on": TODAY, "reason": "近亲属"}
    yield day.click("record_recusal", "head", "/rota", "/rota/recusals", **recusal, other={"reason": "同学"})


def _form(day: Day, act: str, login: str, path: str, **typed: Any) -> Click:
    return day.click(act, login, path, path, **typed)
