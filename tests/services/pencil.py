"""A random history of an office, and what an honest clerk with a pencil counts of one month in it."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import SHANGHAI
from casework.handling import DECLINE_GROUNDS
from casework.leniency import EXEMPTIONS, Exit
from casework.people import Actor
from tests.services.office import CHANNELS, Office
from warehouse.models import (
    AssignmentRow,
    CaseMembershipRow,
    CaseRow,
    ClockRow,
    ComplaintRow,
    DocumentRow,
    LifeMoveRow,
    OutcomeRow,
    PaymentRow,
    VisitRow,
    WarningRow,
    new_id,
)
from warehouse.statistics.grounds import window

MONTH = "2026-10"
TOWNS = ("370215001", "370215007", "370215010", "370215")
LATER = datetime(2026, 12, 1, tzinfo=UTC)
Pencil: TypeAlias = Counter[tuple[str, str, str]]


def moment(chance: random.Random) -> datetime:
    """Somewhere in three months, often near the turn of a month in Shanghai."""
    if chance.random() < 0.4:
        turn = datetime(2026, chance.choice((10, 11)), 1, tzinfo=SHANGHAI)
        return (turn + timedelta(seconds=chance.choice((-1, 0, 1)))).astimezone(UTC)
    return datetime(2026, 9, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(91 * 24 * 60))


@dataclass
class Told:
    """The oracle's own notes on one case."""

    case_id: str
    channel: str
    outcome: str
    town: str
    lead: str
    opened: datetime
    decided: datetime | None
    merged: bool
    employer: str = ""
    acts: list[tuple[str, datetime, str, Told, int]] = field(default_factory=list)


def history(office: Office, chance: random.Random) -> Pencil:
    """A random history, and what an honest clerk with a pencil counts of October in it."""
    pencil: Pencil = Counter()
    acts: list[tuple[str, datetime, str, Told, int]] = []
    for _ in range(25):
        _one_case(office, chance, pencil, acts)
    _employers(pencil, acts)
    _warnings(office, chance, pencil)
    return pencil


def _employers(pencil: Pencil, acts: list[tuple[str, datetime, str, Told, int]]) -> None:
    """Each employer once, with the first of its visits, of its outcomes that spare, and of those that count its jobs;
    a nameless case is its own."""
    met = set()
    for figure, at, _, told, value in sorted(acts, key=lambda act: act[1:3]):
        if in_october(at) and (figure, told.employer) not in met:
            met.add((figure, told.employer))
            count(pencil, told, figure, value)


def _warnings(office: Office, chance: random.Random, pencil: Pencil) -> None:
    """Warnings on places, employers and channels: open, or come to one of their four ends."""
    ends = {"confirmed": "confirmed", "false_alarm": "false", "corrected": "corrected", "cleared": "cleared"}
    start, end = window(MONTH).start, window(MONTH).end
    with office.store.write() as session:
        for number in range(15):
            at, state = moment(chance), chance.choice(("open", *ends))
            settled = None if state == "open" else max(at, moment(chance))
            town, owner = chance.choice((*TOWNS, None)), chance.choice((office.head.id, None))
            channel, level = chance.choice((None, None, "petition")), chance.choice(("red", "orange", "yellow"))
            own: dict[str, Any] = {"district_code": town, "owner_id": owner, "channel": channel, "settled_at": settled}
            own |= {"level": level, "state": state, "raised_at": at, "rule": "growth", "rule_version": "-"}
            session.add(WarningRow(id=new_id("wrn"), identity_key=f"growth|{number}|", facts={}, **own))
            none = "warning"
            told = Told("", channel or none, none, town or "unsaid", owner or "nobody", at, settled, merged=False)
            found = {
                "start": at < start and (settled is None or settled >= start),
                "raised": in_october(at),
                ends.get(state, ""): settled is not None and in_october(settled),
                "end": at < end and (settled is None or settled >= end),
            }
            for figure in (name for name, holds in found.items() if holds):
                count(pencil, told, f"warnings_{figure}", nature=none, sector=none)
                pencil[f"warnings_{figure}", "kind", level] += 1


def count(
    pencil: Pencil, told: Told, figure: str, value: int = 1, nature: str = "arrears", sector: str = "other"
) -> None:
    for dimension, member in (
        ("total", ""),
        ("channel", told.channel),
        ("nature", nature),
        ("sector", sector),
        ("outcome", told.outcome),
        ("town", told.town),
        ("lead", told.lead),
    ):
        pencil[figure, dimension, member] += value


def in_october(at: datetime | date) -> bool:
    day = at.astimezone(SHANGHAI).date() if isinstance(at, datetime) else at
    return date(2026, 10, 1) <= day <= date(2026, 10, 31)


def _one_case(
    office: Office, chance: random.Random, pencil: Pencil, acts: list[tuple[str, datetime, str, Told, int]]
) -> None:
    channels = tuple(chance.choice(CHANNELS) for _ in range(chance.randint(1, 3)))
    opened, heads, yuan = moment(chance), chance.randint(1, 9), chance.randint(1, 99_999)
    town, sent_at = chance.choice(TOWNS), moment(chance)
    state, officer = chance.choice(("recalled", "replaced", "ended")), chance.choice(office.inspectors[:2])
    firm = chance.choice(("青岛蓝天海产加工有限公司", "即墨服装厂", "环秀建筑劳务有限公司", None))
    case_id = office.case(channels=channels, received_at=opened, workers=heads, yuan=yuan, place=town, employer=firm)
    exit_ = chance.choice([None, *Exit])
    merged = exit_ is None and chance.random() < 0.2
    decided = max(opened, moment(chance)) if exit_ else None
    with office.store.write() as session:
        case = session.get_one(CaseRow, case_id)
        main = next(row.channel for row in _members(session, case_id) if row.complaint_id == case.main_complaint_id)
        outcome = exit_.value if exit_ else "merged" if merged else "open"
        lead = officer.id if state == "ended" else "nobody"
        told = Told(case_id, main, outcome, town, lead, opened, decided, merged, case.employer_id or case_id, acts)
        if merged:
            for row in session.scalars(select(CaseMembershipRow).where(CaseMembershipRow.case_id == case_id)):
                row.valid_to = opened
            case.status = "merged"
        _received(pencil, told, channels, opened)
        _declined(session, chance, pencil, told)
        _flow(pencil, told, case)
        if exit_ is not None and decided is not None:
            _outcome(session, chance, pencil, told, exit_, decided)
            case.amount_verified_fen = chance.randint(0, 10**7)
            if in_october(decided):
                count(pencil, told, "amount_verified", case.amount_verified_fen)
        _work(session, chance, pencil, told)
        _steps(session, chance, pencil, told)
        _sent(session, office, pencil, told, (sent_at, state, officer))


def _members(session: Session, case_id: str) -> list[Any]:
    question = (
        select(CaseMembershipRow.complaint_id, ComplaintRow.channel)
        .join(ComplaintRow, ComplaintRow.id == CaseMembershipRow.complaint_id)
        .where(CaseMembershipRow.case_id == case_id)
    )
    return list(session.execute(question))


def _received(pencil: Pencil, told: Told, channels: tuple[str, ...], opened: datetime) -> None:
    if not in_october(opened):
        return
    first = told.channel
    rest = list(channels)
    rest.remove(first)
    for place, channel in enumerate([first, *rest]):
        outcome = "unlinked" if told.merged else told.outcome
        lead = "nobody" if told.merged else told.lead
        own = Told(told.case_id, channel, outcome, told.town, lead, opened, None, merged=False)
        count(pencil, own, "received")
        if channel != "walk_in":
            count(pencil, own, "through_platform")
        if told.merged:
            count(pencil, own, "unlinked")
        elif place:
            count(pencil, own, "duplicates")


def _declined(session: Session, chance: random.Random, pencil: Pencil, told: Told) -> None:
    """Some complaints are declined, on a ground or without one on record; some of these declines are taken back."""
    every = select(CaseMembershipRow.complaint_id, ComplaintRow.channel).join(
        ComplaintRow, ComplaintRow.id == CaseMembershipRow.complaint_id
    )
    for complaint_id, channel in session.execute(every.where(CaseMembershipRow.case_id == told.case_id)).all():
        if chance.random() < 0.7:
            continue
        at, ground, back = moment(chance), chance.choice((*DECLINE_GROUNDS, None)), chance.random() < 0.3
        steps = [("judged", "declined", at), *([("declined", "judged", at + timedelta(days=1))] if back else [])]
        for number, (was, became, when) in enumerate(steps, start=90):
            step: dict[str, Any] = {"step_no": number, "was": was, "became": became, "newest": False, "by": "acc"}
            session.add(
                LifeMoveRow(
                    id=new_id("mov"),
                    life="complaint",
                    complaint_id=complaint_id,
                    rule_version="-",
                    ground=ground if became == "declined" else None,
                    at=when,
                    **step,
                )
            )
        if in_october(at) and not back:
            outcome, lead = ("unlinked", "nobody") if told.merged else (told.outcome, told.lead)
            own = Told(told.case_id, channel, outcome, told.town, lead, told.opened, None, merged=False)
            count(pencil, own, "complaints_declined")
            pencil["complaints_declined", "kind", ground or "unsaid"] += 1


def _flow(pencil: Pencil, told: Told, case: CaseRow) -> None:
    if told.merged:
        return
    start, end = window(MONTH).start, window(MONTH).end
    if in_october(told.opened):
        count(pencil, told, "cases_opened")
        count(pencil, told, "workers_concerned", case.worker_count or 0)
        migrant = case.nature == "arrears_rural"
        count(pencil, told, "workers_migrant" if migrant else "workers_unstated", case.worker_count or 0)
        count(pencil, told, "amount_claimed", case.amount_claimed_fen or 0)
    if told.opened < start and (told.decided is None or told.decided >= start):
        count(pencil, told, "pending_start")
    if told.opened < end and (told.decided is None or told.decided >= end):
        count(pencil, told, "pending_end")
    if told.decided is not None and in_october(told.decided):
        count(pencil, told, "concluded")


def _outcome(
    session: Session,
    chance: random.Random,
    pencil: Pencil,
    told: Told,
    exit_: Exit,
    decided: datetime,
) -> None:
    waived = chance.randint(0, 10**6) if exit_ in EXEMPTIONS else None
    fined = chance.randint(1, 10**6) if exit_ is Exit.PENALTY else None
    kept = chance.choice((None, 0, 195)) if exit_ in EXEMPTIONS else None
    rejected = (chance.choice(list(Exit)), "rejected", decided - timedelta(days=chance.randrange(30)))
    for asked, state, at in (rejected, (exit_, "approved", decided)):
        outcome_id = new_id("out")
        if state == "approved" and waived is not None:
            told.acts.append(("employers_exempted", at, outcome_id, told, 1))
            if kept is not None:
                told.acts.append(("jobs_kept", at, outcome_id, told, kept))
        session.add(
            OutcomeRow(
                id=outcome_id,
                case_id=told.case_id,
                exit=asked.value,
                basis="-",
                conditions=[],
                amount_exempted_fen=waived,
                amount_fined_fen=fined,
                jobs_kept=kept,
                rule_version="-",
                state=state,
                by="acc",
                at=at,
                decided_at=at,
            )
        )
    if in_october(decided):
        if waived is not None:
            count(pencil, told, "exempted")
            count(pencil, told, "amount_exempted", waived)
        if exit_ is Exit.FILING_WITHDRAWN:
            count(pencil, told, "withdrawn")
        if fined is not None:
            count(pencil, told, "fined")
            count(pencil, told, "amount_fined", fined)


def _work(session: Session, chance: random.Random, pencil: Pencil, told: Told) -> None:
    own: dict[str, Any] = {"case_id": told.case_id, "by": "acc", "at": LATER}
    for _ in range(chance.randrange(3)):
        at, heads, fen = moment(chance), chance.randint(1, 5), chance.randint(1, 10**7)
        day = at.astimezone(SHANGHAI).date()
        session.add(
            PaymentRow(id=new_id("pay"), paid_on=day, workers=heads, amount_fen=fen, proof="bank_voucher", **own)
        )
        visit = VisitRow(id=new_id("vis"), visited_at=at, place="-", officer_ids=[], problems_found=heads, **own)
        session.add(visit)
        told.acts.append(("employers_visited", at, visit.id, told, 1))
        serial = {"serial": int(new_id("x")[2:9], 16), "year": 2026, "document_no": "-", "body": {}}
        session.add(DocumentRow(id=new_id("doc"), kind="inquiry_notice", issued_on=day, **serial, **own))
        if in_october(at):
            for figure, value in (
                ("amount_paid", fen),
                ("workers_paid", heads),
                ("visits", 1),
                ("problems_found", heads),
                ("documents", 1),
                ("inquiry_notices", 1),
            ):
                count(pencil, told, figure, value)
            pencil["documents", "kind", "inquiry_notice"] += 1
    _clock(session, chance, pencil, told)


def _clock(session: Session, chance: random.Random, pencil: Pencil, told: Told) -> None:
    day = moment(chance).astimezone(SHANGHAI).date()
    due, met = day + timedelta(days=chance.randrange(30)), day + timedelta(days=chance.randrange(30))
    due = chance.choice((due, met, date(2026, 10, 31), date(2026, 11, 1)))
    state, provisional = chance.choice(("running", "met", "cancelled")), chance.random() < 0.2
    session.add(
        ClockRow(
            id=new_id("clk"),
            case_id=told.case_id,
            kind="decide",
            started_on=day,
            length=15,
            unit="working",
            due_on=due,
            provisional=provisional,
            calendar_version="-",
            rule_version="-",
            source="-",
            state=state,
            met_on=met if state == "met" else None,
        )
    )
    end = date(2026, 11, 1)
    undone = state == "running" or (state == "met" and met >= end)
    found = {
        "clocks_met": state == "met" and in_october(met),
        "clocks_on_time": state == "met" and in_october(met) and met <= due,
        "clocks_overdue": undone and due < end and not provisional,
    }
    for figure, holds in found.items():
        if holds:
            count(pencil, told, figure)
            pencil[figure, "kind", "decide"] += 1


STEPS = ("dispatched", "in_progress", "concluded", "closed")


def _steps(session: Session, chance: random.Random, pencil: Pencil, told: Told) -> None:
    """The work goes a few steps on, and back sometimes; where it stood when October was over is its progress."""
    at, stands, reached = told.opened, "to_dispatch", "to_dispatch"
    for number in range(1, chance.randint(1, 5)):
        was, at = stands, at + timedelta(days=chance.randint(0, 25), seconds=chance.randint(1, 9))
        stands = chance.choice((*STEPS, *STEPS, "to_dispatch"))
        own: dict[str, Any] = {"case_id": told.case_id, "life": "work", "step_no": 50 + number, "newest": False}
        was = "concluded" if stands == "closed" else was  # Closed straight from work it would be handed on.
        row = LifeMoveRow(id=new_id("mov"), was=was, became=stands, rule_version="-", by="acc", at=at, **own)
        session.add(row)
        if at < window(MONTH).end:
            reached = stands
    if told.merged or not in_october(told.opened) or reached == "to_dispatch":
        return
    for step in STEPS[: STEPS.index(reached) + 1]:
        count(pencil, told, f"progress_{step}")


def _sent(session: Session, office: Office, pencil: Pencil, told: Told, sent: tuple[datetime, str, Actor]) -> None:
    at, state, officer = sent
    session.add(
        AssignmentRow(
            id=new_id("asg"),
            case_id=told.case_id,
            lead_id=officer.id,
            assisting_id=office.inspectors[2].id,
            why=[],
            dispatched_at=at,
            dispatched_by="acc",
            state=state,
            ended_at=at,
        )
    )
    if in_october(at) and not told.merged:
        if state != "recalled":
            count(pencil, told, "dispatched")
        if state == "ended":
            count(pencil, told, "closed")
