"""The pane beside the queue: the case that is looked at, or what each inspector holds before and after the click."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from casework.errors import NotFound
from console import labels_dispatch
from console.guard import Visit
from console.views.shared import horizon
from warehouse.queries.clicks import SentBatch
from warehouse.queries.evidence import strongest
from warehouse.queries.officers import Officer, inspectors
from warehouse.queries.queue import QueueCase, queue_rows
from warehouse.queries.queue_pane import away_until, may_be_meant, share_of, suggested, told_in
from warehouse.queries.review import doubt, doubts_of, pair_seen
from warehouse.queries.sight import case_seen
from warehouse.store import linkage
from warehouse.store.settings import whole

PARTS = ("case", "loads")
IN_PANE = 6
"""So many complaints of a case are told in the pane."""


def pane_of(
    session: Session,
    visit: Visit,
    matter_no: str | None,
    part: str,
    sent: SentBatch | None = None,
    people: Sequence[Officer] = (),
    row: QueueCase | None = None,
    listed: Counter[str] | None = None,
) -> dict[str, Any]:
    """One of the pane's two parts: the case, or what each inspector holds before and after the list is sent.

    `people`, the case's own `row` and how many of the list each lead gets are asked for where the caller does not know.
    """
    if part not in PARTS:
        raise NotFound("There is no such part.")
    people = people or inspectors(session, today=visit.today)
    share = Counter(sent.share) if sent else share_of(session, visit.actor) if listed is None else listed
    pane: dict[str, Any] = {"part": part, "matter_no": matter_no, "case": None, "just_sent": sent is not None}
    if part == "loads":
        held = [(one, one.open_cases - (share[one.id] if sent else 0), share[one.id]) for one in people]
        held.sort(key=lambda line: (-line[1] - line[2], line[0].name))
        limit = whole(session, "dispatch.max_open_cases")
        away = away_until(session, today=visit.today)
        return pane | {
            "rules": labels_dispatch,
            "loads": held,
            "most": max((now + more for _, now, more in held), default=1),
            "limit": limit,
            "away": [(one.name, away[one.id]) for one in people if one.id in away],
        }
    if matter_no is None:
        return pane
    case = case_seen(session, visit.actor, matter_no=matter_no)
    ahead = horizon(session, visit)
    row = row or queue_rows(session, [case], ahead)[0]
    inside = told_in(session, case, limit=None if case.needs_supplement else IN_PANE)
    meant = may_be_meant(session, visit.actor, case, [one.told for one in inside]) if case.needs_supplement else []
    waits = doubts_of(session, [case.id]).get(case.id) if case.needs_check else None
    pair = doubt(session, *waits, ahead) if waits and pair_seen(session, visit.actor, *waits) else None
    return pane | {
        "case": row,
        "told": inside[:IN_PANE],
        "evidence": strongest(session, linkage.members(session, case.id)) if row.complaints > 1 else (),
        "confidence": case.confidence,
        "pair": suggested(session, case, people, share, today=visit.today),
        "meant": meant,
        "doubt": waits,
        "weighed": pair.pair if pair else None,
        "other": next((side for side in (pair.left, pair.right) if side.case_id != case.id), None) if pair else None,
    }
