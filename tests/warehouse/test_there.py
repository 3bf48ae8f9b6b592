"""What a look takes to be absent from a case is absent: no table that a page leaves alone has a row of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests.services.any_row import made_up, make
from warehouse.engine import Warehouse
from warehouse.models import Base
from warehouse.store.there import ASKED, there

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
        assert there(session, [bare]) == frozenset(ASKED), "who writes asks each time: it may have just written it"
    with store.read() as session:
        assert there(session, [bare]) == frozenset()
        for row, case_id in whose.items():
            assert row in there(session, [case_id]), row
        assert there(session, [bare, bare + "x"]) == frozenset(ASKED), "of a family any member may have some"


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
