"""The complaints heard by a moment, who is behind them, and what became of cases, plans and arrears told by others."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.identifiers import is_uscc, plain
from casework.lifecycle import ENDED, OPEN
from casework.same_worker import Keys, part
from casework.warnings.known import Ended, Outside, Promised, Told
from warehouse.blinds import name_blind
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    ComplaintVersionRow,
    EmployerRow,
    InstalmentRow,
    LifeMoveRow,
    OutsideArrearsRow,
    PaymentPlanRow,
    WorkerRow,
)
from warehouse.store.employers import employers_by_code, employers_by_spelling
from warehouse.store.one_employer import root, roots_of

LOOKED_BACK = timedelta(days=400)
BOSS_LOOKED_BACK = timedelta(days=45)
"""So far back the names of labour bosses are opened, to be compared and forgotten."""
_NO_NAME = re.compile(r"^[老小阿]|[总工哥姐]$|老板|经理|工头|队长|不详|负责")
_SHORTEST_NAME = 2


def known_complaints(session: Session, *, until: datetime) -> tuple[Told, ...]:
    """Every complaint heard and filed by a moment whose employer we know, by the employer that stays."""
    question = (
        select(
            ComplaintRow.id,
            ComplaintRow.channel,
            ComplaintRow.received_at,
            ComplaintVersionRow.version,
            ComplaintVersionRow.employer_name,
            ComplaintVersionRow.employer_uscc,
            ComplaintVersionRow.site_name,
        )
        .join(ComplaintVersionRow, ComplaintVersionRow.complaint_id == ComplaintRow.id)
        .where(
            ComplaintRow.filed_at <= until,
            ComplaintRow.received_at <= until,
            ComplaintRow.received_at > until - LOOKED_BACK,
            ComplaintVersionRow.read_at <= until,
        )
        .order_by(ComplaintRow.received_at, ComplaintRow.id, ComplaintVersionRow.version)
    )
    newest = {row.id: row for row in session.execute(question)}
    cases = _cases(session, until)
    spoken = spoken_of(session, newest.values())
    of = {one: employer for one in newest if (employer := cases.get(one, (None, None, False))[0] or spoken.get(one))}
    versions = {one: newest[one].version for one in of}
    people = _people(session, versions, of, {one: claim for one, (_, claim, _) in cases.items()}, until)
    bosses = _bosses(session, versions, until)
    return tuple(
        Told(
            id=one,
            employer=employer,
            channel=newest[one].channel,
            at=newest[one].received_at,
            people=people.get(one, frozenset()),
            site=newest[one].site_name,
            boss=bosses.get(one),
            runs=cases.get(one, (None, None, True))[2],
        )
        for one, employer in of.items()
    )


def _cases(session: Session, until: datetime) -> dict[str, tuple[str | None, str, bool]]:
    """Of each complaint in a case: the employer that stays, its claim, and whether the case is open."""
    question = (
        select(CaseMembershipRow.complaint_id, root(), CaseMembershipRow.claim_id, CaseRow.status)
        .join(CaseRow, CaseRow.id == CaseMembershipRow.case_id)
        .join(ComplaintRow, ComplaintRow.id == CaseMembershipRow.complaint_id)
        .outerjoin(EmployerRow, EmployerRow.id == CaseRow.employer_id)
        .where(CaseMembershipRow.valid_to.is_(None), ComplaintRow.received_at > until - LOOKED_BACK)
    )
    return {one: (employer, claim, status in OPEN) for one, employer, claim, status in session.execute(question)}


def spoken_of(session: Session, rows: Iterable[Any]) -> dict[str, str]:
    """Whom a complaint names by itself, of those that are one the employer that stays."""
    found = named_by(session, rows)
    roots = roots_of(session, found.values())
    return {one: roots[employer] for one, employer in found.items()}


def named_by(session: Session, rows: Iterable[Any]) -> dict[str, str]:
    """Whom a complaint names by itself, whether it was merged into another or not: by credit code, else by a spelling
    that we know."""
    said = [(row.id, _code(row.employer_uscc), row.employer_name) for row in rows]
    by_code = employers_by_code(session, {code for _, code, _ in said if code})
    by_name = employers_by_spelling(session, {name for _, _, name in said if name})
    found = {one: by_code.get(code or "") or by_name.get(name or "") for one, code, name in said}
    return {one: employer for one, employer in found.items() if employer}


def _code(uscc: str | None) -> str | None:
    return plain(uscc) if uscc and is_uscc(uscc) else None


def _people(
    session: Session,
    versions: Mapping[str, int],
    employers: Mapping[str, str],
    claims: Mapping[str, str],
    until: datetime,
) -> dict[str, frozenset[str]]:
    """Who is behind each complaint, as keys that hold within one employer (`casework.same_worker`)."""
    row = WorkerRow
    question = (
        select(row.complaint_id, row.version, row.part, row.name_blind, row.phone_blind, row.id_no_blind)
        .join(ComplaintRow, ComplaintRow.id == row.complaint_id)
        .where(ComplaintRow.received_at > until - LOOKED_BACK, ComplaintRow.filed_at <= until)
        .order_by(row.complaint_id, row.id)
    )
    mentions: dict[str, list[tuple[str, Keys]]] = defaultdict(list)
    for one, version, as_what, name, phone, id_no in session.execute(question):
        if versions.get(one) == version:
            claim = claims.get(one) if as_what == "complainant" else None
            keys = Keys(name, phone, id_no, claim)
            if not keys.empty:
                mentions[employers[one]].append((one, keys))
    found: dict[str, frozenset[str]] = {}
    for employer, told in mentions.items():
        found |= behind(employer, told)
    return found


def behind(employer: str, told: Sequence[tuple[str, Keys]]) -> dict[str, frozenset[str]]:
    """The people behind each complaint of one employer, from every mention of somebody in them."""
    found: dict[str, set[str]] = defaultdict(set)
    parting = part([keys for _, keys in told])
    for number, places in enumerate(parting.workers):
        for place in places:
            found[told[place][0]].add(f"{employer}/{number}")
    for places in parting.unclear:
        for place in places:
            found[told[place][0]].add(f"{employer}/?")
    return {one: frozenset(keys) for one, keys in found.items()}


def _bosses(session: Session, versions: Mapping[str, int], until: datetime) -> dict[str, str]:
    """The labour boss whom a late complaint names by a whole name, as a keyed hash; 老王 and 李总 are no names."""
    row = ComplaintVersionRow
    question = (
        select(row.complaint_id, row.version, row.boss_name)
        .join(ComplaintRow, ComplaintRow.id == row.complaint_id)
        .where(row.boss_name.is_not(None), ComplaintRow.received_at > until - BOSS_LOOKED_BACK)
    )
    found = {}
    for one, version, name in session.execute(question):
        blind = boss_blind(name) if versions.get(one) == version else None
        if blind:
            found[one] = blind
    return found


def boss_blind(name: str | None) -> str | None:
    """A labour boss as a keyed hash of the whole name; None where no whole name is said."""
    plain_name = (name or "").strip()
    if len(plain_name) < _SHORTEST_NAME or _NO_NAME.search(plain_name):
        return None
    return name_blind(plain_name)


def known_ended(session: Session, *, until: datetime) -> tuple[Ended, ...]:
    """Cases that had ended by a moment and are still ended."""
    question = (
        select(CaseRow.id, root(), LifeMoveRow.at)
        .join(LifeMoveRow, LifeMoveRow.case_id == CaseRow.id)
        .join(EmployerRow, EmployerRow.id == CaseRow.employer_id)
        .where(
            LifeMoveRow.life == "work",
            LifeMoveRow.newest,
            LifeMoveRow.became.in_(ENDED),
            LifeMoveRow.at <= until,
            LifeMoveRow.at > until - LOOKED_BACK,
        )
        .order_by(LifeMoveRow.at, CaseRow.id)
    )
    return tuple(Ended(id=one, employer=employer, ended_at=at) for one, employer, at in session.execute(question))


def known_promised(session: Session, *, until: datetime) -> tuple[Promised, ...]:
    """Instalments of plans in force that have fallen due, of files that are not closed. The same plan counts once."""
    question = (
        select(InstalmentRow, root(), PaymentPlanRow.agreed_on)
        .join(PaymentPlanRow, PaymentPlanRow.id == InstalmentRow.plan_id)
        .join(CaseRow, CaseRow.id == PaymentPlanRow.case_id)
        .join(EmployerRow, EmployerRow.id == CaseRow.employer_id)
        .where(
            PaymentPlanRow.replaced_at.is_(None),
            PaymentPlanRow.at <= until,
            CaseRow.status != "closed",
            InstalmentRow.due_on <= local_day(until),
        )
        .order_by(InstalmentRow.due_on, InstalmentRow.id)
    )
    found: dict[object, Promised] = {}
    for step, employer, agreed_on in session.execute(question):
        told = step.alarmed_at is not None and step.alarmed_at <= until
        paid = step.settled_at is not None and step.settled_at <= until
        found.setdefault(
            (employer, agreed_on, step.due_on, step.amount_fen),
            Promised(id=step.id, employer=employer, due_on=step.due_on, fen=step.amount_fen, broken=told and not paid),
        )
    return tuple(found.values())


def known_outside(session: Session, *, until: datetime) -> tuple[Outside, ...]:
    """What each other body last said of each employer by a moment."""
    row = OutsideArrearsRow
    question = (
        select(row, root())
        .join(EmployerRow, EmployerRow.id == row.employer_id)
        .where(row.arrived_at <= until)
        .order_by(row.as_of, row.id)
    )
    last = {(one.kind, employer): one for one, employer in session.execute(question)}
    return tuple(
        Outside(id=one.id, kind=kind, employer=employer, months=one.months, owed_fen=one.owed_fen, as_of=one.as_of)
        for (kind, employer), one in last.items()
    )
