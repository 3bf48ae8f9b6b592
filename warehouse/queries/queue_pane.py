"""What the pane beside the queue shows of one case: who may take it and why, and which employer may be meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from casework.homes import without_homes
from casework.people import Actor
from warehouse.models import (
    AbsenceRow,
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    ComplaintVersionRow,
    EmployerRow,
)
from warehouse.queries.officers import Officer
from warehouse.queries.sight import in_territory, seen_by, teller_known_to
from warehouse.queries.tellers import Tellers
from warehouse.store.recusals import recused_from

_LIVE = CaseMembershipRow.valid_to.is_(None)


@dataclass(frozen=True, slots=True)
class Suggested:
    """One of the two inspectors suggested: what they hold, what they would hold, and what could keep them from it."""

    officer: Officer
    lead: bool
    after: int
    recused: bool


def suggested(
    session: Session, case: CaseRow, people: Sequence[Officer], share: Mapping[str, int], *, today: date
) -> list[Suggested]:
    """The two inspectors of a case that waits, the lead first. `share`: how many cases the list gives each."""
    pair = [one for one in (case.suggested_lead_id, case.suggested_assisting_id) if one]
    if not pair:
        return []
    barred = recused_from(session, case, pair, on=today)
    known = {one.id: one for one in people}
    return [
        Suggested(known[one], one == case.suggested_lead_id, known[one].open_cases + share.get(one, 0), one in barred)
        for one in pair
        if one in known
    ]


def share_of(session: Session, actor: Actor) -> Counter[str]:
    """How many cases of the whole queue, of those that are ready, are suggested to each lead inspector."""
    question = (
        select(CaseRow.suggested_lead_id, func.count())
        .where(seen_by(actor), CaseRow.status == "to_dispatch", CaseRow.suggested_lead_id.is_not(None))
        .where(CaseRow.needs_check.is_(False), CaseRow.needs_supplement.is_(False))
        .group_by(CaseRow.suggested_lead_id)
    )
    return Counter({one: count for one, count in session.execute(question) if one})


def away_until(session: Session, *, today: date) -> dict[str, date]:
    """Who is away today, and until which day."""
    row = AbsenceRow
    question = select(row.account_id, func.max(row.to_on)).where(
        row.from_on <= today, row.to_on >= today, row.ended_at.is_(None)
    )
    return {one: until for one, until in session.execute(question.group_by(row.account_id))}  # noqa: C416 - as above


@dataclass(frozen=True, slots=True)
class Told:
    """One complaint of the case in a line: where it came from, when, and what was told, masked."""

    channel: str
    received_at: datetime
    told: str

    @property
    def brief(self) -> str:
        """As a line of a list has it: whoever decides on it reads where somebody lives on the case's page."""
        return without_homes(self.told)


_TOLD = (
    select(
        ComplaintRow.id,
        ComplaintRow.channel,
        ComplaintRow.received_at,
        ComplaintVersionRow.title,
        ComplaintVersionRow.narrative,
    )
    .join(CaseMembershipRow, CaseMembershipRow.complaint_id == ComplaintRow.id)
    .join(
        ComplaintVersionRow,
        (ComplaintVersionRow.complaint_id == ComplaintRow.id) & ComplaintVersionRow.newest.is_(True),
    )
    .where(CaseMembershipRow.case_id == bindparam("case_id"), _LIVE)
    .order_by(ComplaintRow.id != bindparam("main"), ComplaintRow.received_at, ComplaintRow.id)
)


def told_in(session: Session, case: CaseRow, *, limit: int | None = None) -> list[Told]:
    """What the complaints of a case tell, the main one first; all of them, or the first so many."""
    rows = session.execute(_TOLD.limit(limit), {"case_id": case.id, "main": case.main_complaint_id}).all()
    told_by = Tellers(session, [row.id for row in rows], complaints=True)
    return [
        Told(
            row.channel,
            row.received_at,
            told_by.hide(f"{row.title}\n{row.narrative}" if row.title else row.narrative, row.id, story=True) or "",
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Meant:
    """An employer that may be the one of a case. `why`: phone | site | text."""

    name: str
    why: str


def may_be_meant(session: Session, actor: Actor, case: CaseRow, told: Sequence[str], *, limit: int = 3) -> list[Meant]:
    """Employers that a case without one may be about, the surest first.

    Told by the same phone, at the same site, or named in the words of the complaint. A phone told in confidence
    points at nothing for those who may not know whose it is.
    """
    said, others = ComplaintVersionRow, CaseMembershipRow
    own = select(CaseMembershipRow.complaint_id).where(CaseMembershipRow.case_id == case.id, _LIVE)
    phones = select(said.phone_blind).where(
        said.complaint_id.in_(own), said.newest, said.phone_blind.is_not(None), teller_known_to(actor)
    )
    named = CaseRow.employer_name.is_not(None) & CaseRow.needs_supplement.is_(False) & (CaseRow.id != case.id)
    by_phone = (
        select(CaseRow.employer_name)
        .join(others, others.case_id == CaseRow.id)
        .join(said, said.complaint_id == others.complaint_id)
        .where(_LIVE, said.newest, said.phone_blind.in_(phones), teller_known_to(actor), named, seen_by(actor))
        .distinct()
        .limit(limit)
    )
    by_site = (
        select(CaseRow.employer_name)
        .where(CaseRow.site_name == case.site_name, named, seen_by(actor))
        .distinct()
        .limit(limit)
    )
    found = [Meant(name, "phone") for name in session.scalars(by_phone) if name]
    if case.site_name:
        found += [Meant(name, "site") for name in session.scalars(by_site) if name]
    newest = select(EmployerRow.name).where(in_territory(actor, EmployerRow.district_code))
    words = "\n".join(told)
    for name in session.scalars(newest.order_by(EmployerRow.created_at.desc()).limit(400)):
        if _named_in(name, words):
            found.append(Meant(name, "text"))
    return list({one.name: one for one in reversed(found)}.values())[::-1][:limit]


_SHORTEST = 3
_FORMS = ("有限责任公司", "股份有限公司", "有限公司", "公司")


def _named_in(name: str, words: str) -> bool:
    """Whether people speak of a firm: by its name without its legal form, or without the place in front of it too."""
    for form in _FORMS:
        name = name.removesuffix(form)
    return any(len(one) >= _SHORTEST and one in words for one in (name, name[2:]))
