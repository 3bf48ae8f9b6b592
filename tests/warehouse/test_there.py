"""What a look takes to be absent from a case is absent: no table that a page leaves alone has a row of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tests.services.any_row import made_up, make
from warehouse.engine import Warehouse
from warehouse.models import Base, DocumentRow, LinkageEventRow
from warehouse.store.there import ASKED, EVERY, OF_COMPLAINTS, there

TABLES = Base.metadata.tables


def new_case(session: Session) -> str:
    return str(make(session, TABLES["cases"])["id"])


def test_what_is_there_is_known_table_by_table(store: Warehouse) -> None:
    whose: dict[type, str] = {}
    with store.write() as session:
        bare = new_case(session)
        for row in ASKED:
            table = TABLES[row.__tablename__]
            values = made_up(session, table)
            whose[row] = str(values.setdefault("case_id", new_case(session)))
            session.execute(table.insert().values(values))
        for row in OF_COMPLAINTS:
            whose[row] = _with_complaint(session, row)
        paper = made_up(session, TABLES["document"]) | {"case_id": new_case(session), "complaint_id": None}
        session.execute(TABLES["document"].insert().values(paper))
        whose[DocumentRow] = paper["case_id"]
        merged = make(session, TABLES["linkage_event"])
        assert there(session, [bare]) == EVERY, "who writes asks each time: it may have just written it"
    with store.read() as session:
        assert there(session, [bare]) == frozenset()
        for row, case_id in whose.items():
            assert row in there(session, [case_id]), row
        assert {*whose, LinkageEventRow} == EVERY
        for side in ("from_case_id", "into_case_id"):
            assert LinkageEventRow in there(session, [merged[side]])
        assert there(session, [bare, bare + "x"]) == EVERY, "of a family any member may have some"


def _with_complaint(session: Session, row: type[Any], *, left: bool = False) -> str:
    """A case by a complaint of which there is such a row; or one that the complaint has left."""
    table = TABLES[row.__tablename__]
    values = made_up(session, table)
    values["complaint_id"] = make(session, TABLES["complaint"])["id"]
    values.pop("case_id", None)
    session.execute(table.insert().values(values))
    inside = made_up(session, TABLES["case_membership"])
    inside |= {"complaint_id": values["complaint_id"], "valid_to": inside["valid_from"] if left else None}
    session.execute(TABLES["case_membership"].insert().values(inside))
    return str(inside["case_id"])


def test_what_is_a_complaints_is_there_while_the_complaint_is_in_the_case(store: Warehouse) -> None:
    with store.write() as session:
        told: tuple[type[Any], ...] = (*OF_COMPLAINTS, DocumentRow)
        now = {row: _with_complaint(session, row) for row in told}
        before = {row: _with_complaint(session, row, left=True) for row in told}
    with store.read() as session:
        assert all(row in there(session, [case_id]) for row, case_id in now.items())
        assert not any(row in there(session, [case_id]) for row, case_id in before.items())


def test_a_look_sees_one_moment_and_the_next_look_the_next(store: Warehouse) -> None:
    (row,) = [one for one in ASKED if one.__tablename__ == "chase"]
    with store.write() as session:
        case_id = new_case(session)
    with store.read() as session:
        assert row not in there(session, [case_id])
    with store.write() as session:
        session.execute(TABLES["chase"].insert().values(made_up(session, TABLES["chase"]) | {"case_id": case_id}))
    with store.read() as session:
        assert row in there(session, [case_id])
