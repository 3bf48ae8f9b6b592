"""What dispatch, recall and reassignment share: what a click came to, whose case it is, who may take it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.dispatch import barred
from casework.errors import NotAllowed, NotFound
from casework.people import Actor
from services.cases.held import desk_or_head
from warehouse.models import CaseRow
from warehouse.store.dispatch import bench

GRACE = timedelta(minutes=10)
"""How long notices and answers are held back for a recall, where the door says nothing else."""

_WORDS = {
    "no_inspector": "Left out: a suggested inspector is no inspector any more.",
    "recused": "Left out: a suggested inspector is recused from this case.",
    "absent": "Left out: a suggested inspector is away.",
    "other_territory": "Left out: the case is not in the territory of a suggested inspector.",
    "full": "Left out: a suggested inspector has as many open cases as allowed.",
}


@dataclass(frozen=True, slots=True)
class SentCase:
    """One case of a click: sent, or left out with the words why."""

    case_id: str
    matter_no: str
    sent: bool
    words: str | None


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What one click came to."""

    batch_id: str
    asked: int
    sent: int
    results: tuple[SentCase, ...]


def case_to_dispatch(session: Session, case_id: str, *, actor: Actor) -> CaseRow:
    """A case of this actor's territory. Raises `NotFound` for one that is not there or not theirs to see."""
    case = session.get(CaseRow, case_id)
    if case is None or not actor.covers(case.district_code):
        raise NotFound("There is no such case, or it is not yours to see.")
    if not desk_or_head(actor, case.district_code):
        raise NotAllowed("Only the desk or a head may dispatch.")
    return case


def check_inspectors(session: Session, case: CaseRow, pair: tuple[str, str], *, at: datetime) -> None:
    """Raise `NotAllowed` unless two different inspectors may take the case today (423 §16; QD §28-29)."""
    if pair[0] == pair[1]:
        raise NotAllowed("Left out: a case needs two different inspectors.")
    people = bench(session, today=local_day(at))
    for one in pair:
        code = barred(people.candidate(one, case)) if one in people.actors else "no_inspector"
        if code is not None:
            raise NotAllowed(_WORDS[code])
