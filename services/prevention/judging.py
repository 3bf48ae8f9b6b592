"""What an officer makes of an employer's answer: enough, not enough (it opens again), or somebody goes there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import BadInput, NotAllowed
from casework.prevention import LANGUAGES, Ground, Lack, Told, compose
from casework.record import Json
from services.prevention.drafting import check_day
from services.prevention.sending import AskedOf, Sent, log, open_link, page_of, shut, tell, working_on
from warehouse.engine import Warehouse
from warehouse.models import PreventionAnswerRow, PreventionNoticeRow
from warehouse.store.notices import settle_notices
from warehouse.store.settings import text
from warehouse.store.warning_acts import OPEN, note_act

JUDGEMENTS = ("enough", "not_enough", "visit")


def judge(store: Warehouse, asked: AskedOf, *, verdict: str, reason: str, settles: bool = False) -> None:
    """The answer is `enough`, or a `visit` follows. The reason stays in the office.

    `settles`: what the warning says was so and has been put right, and the warning is settled with that. Raises
    `BadInput`, `NotFound`, `NotAllowed`, `Conflict`.
    """
    if verdict not in ("enough", "visit"):
        raise BadInput("Please choose one of the answers offered.")
    why = _needed(reason)
    with working_on(store, asked) as (session, row, warning):
        answer = _to_judge(session, row)
        _judged(answer, verdict, why, asked)
        settle_notices(session, prevention_id=row.id, at=asked.at)
        shut(session, row, verdict, at=asked.at)
        kind = "notice_enough" if verdict == "enough" else "notice_visit"
        note_act(session, warning, kind, reason=why, by=asked.actor.id, at=asked.at)
        if settles and verdict == "enough" and warning.state == OPEN:
            note_act(session, warning, "corrected", reason=why, by=asked.actor.id, at=asked.at)
            warning.state, warning.settled_at, warning.settled_by = "corrected", asked.at, asked.actor.id
            warning.reason, warning.snoozed_until, warning.snoozed_by = why, None, None
            log(session, asked.actor, asked.at, warning, "settle_warning", {"outcome": "corrected"})
        log(session, asked.actor, asked.at, warning, "judge_prevention", {"notice": row.id, "judged": verdict})


def open_again(store: Warehouse, asked: AskedOf, *, lacks: Collection[str], answer_by: date, reason: str) -> Sent:
    """The answer is not enough: the notice opens again under a new link, and says from a closed list what it lacks.

    Raises as `judge` does.
    """
    why, missing = _needed(reason), [one.value for one in Lack if one in set(lacks)]
    if not missing or len(missing) != len(set(lacks)):
        raise BadInput("Please say what the answer lacks.")
    with working_on(store, asked) as (session, row, warning):
        answer, address = _to_judge(session, row), page_of(session)
        check_day(session, answer_by, at=asked.at)
        _judged(answer, "not_enough", why, asked)
        settle_notices(session, prevention_id=row.id, at=asked.at)
        answer.lacks = missing
        told = Told(
            to=row.said[LANGUAGES[0]]["to"],
            office=text(session, "document.office"),
            trade=row.trade,
            grounds=[Ground(one["rule"], one["facts"], one["site"]) for one in row.grounds],
            answer_by=answer_by,
            lacks=missing,
        )
        said = {language: asdict(compose(told, language)) for language in LANGUAGES}
        code = open_link(session, row, said, answer_by=answer_by)
        note_act(session, warning, "notice_not_enough", reason=why, by=asked.actor.id, at=asked.at)
        note_act(session, warning, "notice_again", day=answer_by, by=asked.actor.id, at=asked.at)
        if warning.state == OPEN:
            warning.due_on = answer_by
        tell(session, row, code, page=address, at=asked.at)
        details: dict[str, Json] = {"notice": row.id, "judged": "not_enough", "lacks": len(missing), "round": row.round}
        log(session, asked.actor, asked.at, warning, "judge_prevention", details)
        return Sent(row.id, code)


def _to_judge(session: Session, row: PreventionNoticeRow) -> PreventionAnswerRow:
    answer = PreventionAnswerRow
    question = select(answer).where(answer.notice_id == row.id, answer.round == row.round)
    found = session.scalars(question.with_for_update()).one_or_none()
    if row.state != "answered" or found is None or found.judged is not None:
        raise NotAllowed("There is no answer to judge.")
    return found


def _judged(answer: PreventionAnswerRow, verdict: str, why: str, asked: AskedOf) -> None:
    answer.judged, answer.reason = verdict, why
    answer.judged_by, answer.judged_at = asked.actor.id, asked.at


def _needed(reason: str) -> str:
    if not reason.strip():
        raise BadInput("Please give the reason; it is kept.")
    return reason.strip()
