"""Declining (不予受理): in writing, with its ground, within the clock of acceptance; every complaint is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed
from casework.handling import DECLINE_GROUNDS
from casework.leniency import may_be_found_later
from casework.lifecycle import LegalStatus, WorkStatus, move, move_in_law
from casework.people import Actor
from casework.reply import ReplyKind
from casework.titles import GROUND_TITLES
from services.held import acted, held_case
from services.papers import Issued, add_paper
from warehouse.engine import Warehouse
from warehouse.models import CaseRow
from warehouse.store.clocks import meet_clocks
from warehouse.store.linkage import members
from warehouse.store.replies import write_reply
from warehouse.store.settings import text


def decline_case(
    store: Warehouse, *, case_id: str, version: int, ground: str, reason: str, actor: Actor, at: datetime
) -> Issued:
    """Decline a case that was not accepted, on a legal ground. Numbers the notice and answers every complaint.

    `reason` stands on the notice beside the ground, with where else to turn.
    """
    if ground not in DECLINE_GROUNDS:
        raise BadInput(f"A case is declined on one of: {', '.join(DECLINE_GROUNDS)}.")
    if not reason.strip():
        raise BadInput("A case is declined in writing, with the reason.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        case.legal_status = move_in_law(case.legal_status, LegalStatus.DECLINED).value
        _check_ground(case, ground, today=local_day(at))
        case.status = move(case.status, WorkStatus.CONCLUDED).value
        today, told = local_day(at), members(session, case_id)
        body = {"ground": ground, "law": DECLINE_GROUNDS[ground], "reason": reason.strip()}
        paper = add_paper(session, case, "declining_notice", today, body, actor=actor, at=at)
        meet_clocks(session, "accept", met_on=today, by=actor.id, at=at, complaint_ids=told)
        words = text(session, "reply.declined.body").format(
            matter_no=case.matter_no, ground=GROUND_TITLES[ground][0], law=DECLINE_GROUNDS[ground]
        )
        for one in told:
            write_reply(
                session, complaint_id=one, kind=ReplyKind.DECLINED, body=words, by=actor.id, at=at, not_before=at
            )
        acted(session, case, "decline_case", actor=actor, at=at, details={"document": paper.id, "ground": ground})
        return Issued(paper.id, paper.document_no)


def _check_ground(case: CaseRow, ground: str, *, today: date) -> None:
    """What the records contradict is no ground: a decline takes a remedy away."""
    if ground == "employer_unclear" and case.employer_id is not None:
        raise NotAllowed("The employer of this case is known; this ground does not hold.")
    if ground != "older_than_two_years" or case.arrears_to is None:
        return
    year, month = int(case.arrears_to[:4]), int(case.arrears_to[5:])
    ended_on = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    if may_be_found_later(ended_on, today):
        raise NotAllowed("The arrears reach into the last two years; this ground does not hold.")
