"""What must hold of cases after acts have met: no circles, one home for each complaint, one pair, the earliest day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.models import AssignmentRow, CaseMembershipRow, CaseRow, ClockRow
from warehouse.queries.deadlines import Horizon, deadlines_of, nearest


def due_days(session: Session) -> dict[str, date]:
    """By when each complaint must be answered first, as its own clocks say."""
    found: dict[str, date] = {}
    running = select(ClockRow.complaint_id, ClockRow.due_on).where(
        ClockRow.state == "running", ClockRow.complaint_id.is_not(None)
    )
    for complaint_id, due_on in session.execute(running):
        found[complaint_id] = min(found.get(complaint_id, due_on), due_on)
    return found


def amiss(session: Session, horizon: Horizon, due: Mapping[str, date]) -> list[str]:
    """What does not hold of the cases: circles, homes of complaints, assignments, and the days as they were `due`."""
    rows = {row.id: row for row in session.scalars(select(CaseRow))}
    member = CaseMembershipRow
    live = select(member.complaint_id, member.case_id).where(member.valid_to.is_(None))
    inside = [(complaint, case) for complaint, case in session.execute(live)]
    earliest: dict[str, date] = {}
    for complaint, case in inside:
        day = due.get(complaint)
        if day is not None:
            earliest[case] = min(earliest.get(case, day), day)
    return [*_cycles(rows), *_homes(session, rows, inside), *_held(session, rows), *_late(session, earliest, horizon)]


def _cycles(rows: dict[str, CaseRow]) -> list[str]:
    found = []
    for row in rows.values():
        seen, at = set(), row
        while at.merged_into is not None and at.id not in seen:
            seen.add(at.id)
            at = rows[at.merged_into]
        if at.id in seen:
            found.append(f"{row.matter_no} leads in a circle")
        elif at.status == "merged":
            found.append(f"{row.matter_no} leads to a number that leads nowhere")
    return found


def _homes(session: Session, rows: dict[str, CaseRow], inside: Sequence[tuple[str, str]]) -> list[str]:
    homes = Counter(complaint for complaint, _ in inside)
    found = [f"a complaint is in {count} cases" for count in homes.values() if count != 1]
    merged = {case for _, case in inside if rows[case].status == "merged"}
    found += [f"{rows[case].matter_no} was merged away and holds a complaint" for case in merged]
    ever = set(session.scalars(select(CaseMembershipRow.complaint_id)))
    found += ["a complaint that had a case has none"] * len(ever - homes.keys())
    full = {case for _, case in inside}
    empty = [row.matter_no for row in rows.values() if row.status != "merged" and row.id not in full]
    return found + [f"{number} is empty" for number in empty]


def _held(session: Session, rows: dict[str, CaseRow]) -> list[str]:
    state = select(AssignmentRow.case_id).where(AssignmentRow.state.in_(("sent", "signed")))
    held = Counter(session.scalars(state))
    found = [f"{rows[case].matter_no} is with {count} pairs" for case, count in held.items() if count > 1]
    odd = [row for row in rows.values() if (row.status in ("dispatched", "in_progress")) != (row.id in held)]
    return found + [f"{row.matter_no} is {row.status} and is with {held[row.id]} pairs" for row in odd]


def _late(session: Session, earliest: Mapping[str, date], horizon: Horizon) -> list[str]:
    """The nearest day that a case shows is the earliest of the complaints in it."""
    found = []
    for case, lines in deadlines_of(session, sorted(earliest), horizon, running=True).items():
        line = nearest(lines)
        if line is None or line.due_on != earliest[case]:
            found.append(f"a case shows {line and line.due_on} and is due {earliest[case]}")
    return found
