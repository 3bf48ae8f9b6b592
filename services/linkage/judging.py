"""A person's word on a pair of complaints, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import BadInput, NotAllowed, NotFound
from casework.lifecycle import OPEN, WorkStatus, words
from casework.linkage import Verdict
from casework.paths import Link, side_of, strongest_path, weakest
from casework.people import Actor, Role
from casework.record import Json
from services.dispatch.emptying import note_if_emptied
from services.office.settings import Settings
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import SCAN, CaseMembershipRow, CaseRow, ComplaintRow, JudgementRow
from warehouse.queries.evidence import links_of, pairs_among
from warehouse.store.cases import asked_neighbours, live_case, open_case
from warehouse.store.judgements import newest_words, say, say_across
from warehouse.store.linkage import case_of, link_cases, live_memberships, members
from warehouse.store.merging import Hand, move_members, refresh_all

DECIDERS = frozenset({Role.DESK_OFFICER, Role.INSPECTOR, Role.HEAD})


@dataclass(frozen=True, slots=True)
class JudgeResult:
    """What a verdict led to. `event_id` names the merge or split it made; `words` says why it made none."""

    judgement_id: str
    case_id: str | None
    event_id: str | None
    words: str | None


def judge_pair(
    store: Warehouse,
    *,
    left_id: str,
    right_id: str,
    verdict: Verdict,
    actor: Actor,
    at: datetime,
    reason: str | None = None,
) -> JudgeResult:
    """A person's word on two complaints.

    `same` makes their cases one now; `different` and `linked` keep them apart for ever, and `linked` lets their cases
    know of each other; `unsure` waits for a second person and blocks nobody.
    """
    if left_id == right_id:
        raise BadInput("A complaint cannot be compared with itself.")
    with store.write() as session:
        one_at_a_time(session, "linkage")
        homes = [_home(session, one, actor) for one in (left_id, right_id)]
        around = _around(session, homes)
        said = say(session, left_id, right_id, verdict, by=actor.id, at=at, reason=reason)
        hand = Hand(by=actor.id, at=at, reason=reason, judgement_ids=(said.id,))
        if verdict is Verdict.SAME:
            result = _bring_together(session, homes, hand)
        else:
            result = _keep_apart(session, homes, (left_id, right_id), verdict, hand)
        case_id, event_id, why_not = result
        around |= _around(session, homes)
        refresh_all(session, around, by=actor.id, at=at)
        details: dict[str, Json] = {"left": left_id, "right": right_id, "verdict": verdict.value, "event": event_id}
        audit.record(session, by=actor.id, act="judge", subject=said.id, at=at, details=details)
        if verdict is Verdict.SAME and event_id is not None:
            note_if_emptied(session, "judge", actor=actor, at=at)
    return JudgeResult(said.id, case_id, event_id, why_not)


def _home(session: Session, complaint_id: str, actor: Actor) -> CaseRow | None:
    """The case a complaint is in, if the actor may see it."""
    if session.get(ComplaintRow, complaint_id) is None:
        raise NotFound("There is no such complaint.")
    case_id = case_of(session, complaint_id)
    return None if case_id is None else seen(session, case_id, actor)


def seen(session: Session, case_id: str, actor: Actor, *, version: int | None = None) -> CaseRow:
    if not DECIDERS & actor.roles:
        raise NotAllowed("Only a desk officer, an inspector or a head may decide what belongs together.")
    row = live_case(session, case_id, version=version)
    if not actor.covers(row.district_code):
        raise NotFound("There is no such case.")
    if not any(actor.may(role, row.district_code) for role in DECIDERS):
        raise NotAllowed("Only a desk officer, an inspector or a head may decide what belongs together.")
    return row


def _around(session: Session, homes: Sequence[CaseRow | None]) -> set[str]:
    """The cases whose marks a verdict may change: these, and those that a waiting pair joins to them."""
    found = {row.id for row in homes if row is not None and row.status != WorkStatus.MERGED}
    return found | {other for row in homes if row is not None for other in asked_neighbours(session, row.id)}


def _bring_together(
    session: Session, homes: Sequence[CaseRow | None], hand: Hand
) -> tuple[str | None, str | None, str | None]:
    left, right = homes
    if left is None or right is None:
        return None, None, "The next run of the linker will bring them together."
    if left.id == right.id:
        return left.id, None, None
    if newest_words(session, members(session, left.id), members(session, right.id), APART):
        raise NotAllowed("Other complaints of these two cases were judged different; merge the cases as a whole.")
    from_row, into_row = _direction(left, right)
    barred = why_not_merge(from_row, into_row)
    if barred is not None:
        link_cases(session, left.id, right.id, why="same_dispute", by=hand.by, at=hand.at)
        return None, None, barred
    event = move_members(session, "merge", from_row, into_row, members(session, from_row.id), hand)
    return into_row.id, event.id, None


APART = (Verdict.DIFFERENT, Verdict.LINKED)


def _direction(left: CaseRow, right: CaseRow) -> tuple[CaseRow, CaseRow]:
    """Which case goes into which: what waits goes into what was dispatched, else the younger into the older."""
    rows = (left, right)
    into = min(rows, key=lambda row: (row.status == WorkStatus.TO_DISPATCH, row.opened_at, row.matter_no))
    return (right, left) if into is left else (left, right)


def why_not_merge(from_row: CaseRow, into_row: CaseRow) -> str | None:
    if from_row.status != WorkStatus.TO_DISPATCH:
        return f"The case {from_row.matter_no} is {words(from_row.status)}; recall it before it is merged away."
    if into_row.status not in OPEN:
        return f"The case {into_row.matter_no} is {words(into_row.status)}; nothing more can be merged into it."
    return None


def _keep_apart(
    session: Session, homes: Sequence[CaseRow | None], pair: tuple[str, str], verdict: Verdict, hand: Hand
) -> tuple[str | None, str | None, str | None]:
    left, right = homes
    if left is None or right is None or verdict is Verdict.UNSURE:
        return None, None, None
    event_id = None
    if left.id == right.id:
        rows = live_memberships(session, members(session, left.id))
        leaving = _hanging(session, left, rows, pair) or _leaving(left, rows, pair)
        staying = sorted(set(rows) - set(leaving))
        said = say_across(session, leaving, staying, Verdict.DIFFERENT, by=hand.by, at=hand.at, reason=hand.reason)
        hand = Hand(by=hand.by, at=hand.at, reason=hand.reason, judgement_ids=(*hand.judgement_ids, *said))
        right = open_case(
            session, main_complaint_id=leaving[0], prefix=Settings().matter_prefix, by=hand.by, at=hand.at
        )
        event_id = move_members(session, "split", left, right, leaving, hand).id
    if verdict is Verdict.LINKED:
        link_cases(session, left.id, right.id, why="linked", by=hand.by, at=hand.at)
    return right.id, event_id, None


def _hanging(session: Session, case: CaseRow, rows: dict[str, CaseMembershipRow], pair: tuple[str, str]) -> list[str]:
    """Where the nightly scan asked whether a case is two: all that hangs on the side that leaves.

    The case is cut at the weakest link between the two, or where their own link was; the side without the main
    complaint leaves. None when nobody asked, or when nothing else joins the two but people's words.
    """
    row = JudgementRow
    asked = select(row.id).where(row.left_id == min(pair), row.right_id == max(pair), row.by == SCAN, row.newest)
    if session.scalar(asked) is None:
        return []
    links = links_of(pairs_among(session, list(rows)))
    bridge = weakest(strongest_path(links, *pair)) or Link(*pair, 0.0)
    if bridge.by_person:
        return []
    sides = [side_of(links, one, without=bridge) for one in pair]
    return sorted(next(side for side in reversed(sides) if case.main_complaint_id not in side))


def _leaving(case: CaseRow, rows: dict[str, CaseMembershipRow], pair: tuple[str, str]) -> list[str]:
    """Of two complaints of one case, the claim leaves that is not the main complaint's; of one claim, one complaint."""
    out = pair[0] if pair[1] == case.main_complaint_id else pair[1]
    claim = rows[out].claim_id
    together = [one for one, row in sorted(rows.items()) if row.claim_id == claim]
    stays = pair[0] if out == pair[1] else pair[1]
    return [out] if {stays, case.main_complaint_id} & set(together) else together
