"""Three ways to ask which cases a person may know of, by what they are asked for: all give the same cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from casework.people import Actor
from services.dispatch.assignments import recall_case
from services.dispatch.dispatching import dispatch_case
from tests.services.office import Office
from warehouse.engine import Warehouse
from warehouse.models import AssignmentRow, CaseRow, EmployerRow
from warehouse.queries.employer_sight import known_of_all, known_to
from warehouse.queries.sight import any_seen, seen_at_once, seen_by, seen_of_all


def test_each_way_shows_each_person_the_same_cases(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    first, second, third = (one.id for one in office.inspectors)
    given = [(first, second), (second, third), (third, first), (first, third)]
    cases = [office.case() for _ in range(6)]
    for number, (case, pair) in enumerate(zip(cases, given, strict=False)):
        dispatch_case(
            store, case_id=case, version=office.version(case), key=str(number), actor=office.desk, at=now,
            lead_id=pair[0], assisting_id=pair[1],
        )  # fmt: skip
    recall_case(store, case_id=cases[3], version=office.version(cases[3]), actor=office.desk, at=now)
    with store.write() as session:  # the first one's case ended, and was given to others when it was opened again
        old = session.scalars(select(AssignmentRow).where(AssignmentRow.case_id == cases[0])).one()
        old.state, old.dispatched_at = "ended", now - timedelta(days=9)
        session.add(
            AssignmentRow(
                id="asg_again", case_id=cases[0], lead_id=second, assisting_id=third, why=[], dispatched_at=now,
                dispatched_by=office.desk.id, state="sent",
            )
        )  # fmt: skip
    wanted = {office.desk: 6, office.head: 6, office.inspectors[0]: 1, office.inspectors[1]: 2, office.inspectors[2]: 3}
    for actor, how_many in wanted.items():
        with store.read() as session:
            ways: list[tuple[ColumnElement[bool], Mapping[str, Any]]] = [(seen_by(actor), {}), (seen_of_all(actor), {})]
            for days in (-1, 0, 1, 400):
                seen = seen_at_once(session, actor, since=now - timedelta(days=days))
                ways.append((seen.ever, seen.given))
                lately = set(session.scalars(select(CaseRow.id).where(seen.lately), seen.given))
                assert lately == set(session.scalars(select(CaseRow.id).where(seen_by(actor)))), "none has an end"
            assert any_seen(session, actor)
            assert not any_seen(session, actor, before=now - timedelta(days=400))
            found = [set(session.scalars(select(CaseRow.id).where(way), given)) for way, given in ways]
            firms = [set(session.scalars(select(EmployerRow.id).where(one(actor)))) for one in (known_to, known_of_all)]
            own = select(CaseRow.employer_id).where(seen_by(actor), CaseRow.employer_id.is_not(None))
            assert firms[0] == firms[1] >= set(session.scalars(own))
        assert all(one == found[0] for one in found)
        assert len(found[0]) == how_many, actor.id
    nobody = Actor("acc_nobody", frozenset(), (), frozenset())
    with store.read() as session:
        seen = seen_at_once(session, nobody, since=now)
        assert not session.scalars(select(CaseRow.id).where(seen.ever), seen.given).all()
        assert not any_seen(session, nobody)
