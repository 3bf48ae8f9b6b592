"""Rows written at once: what comes back is what was given, on both engines, or nothing was written."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import func, insert, or_, select
from sqlalchemy.exc import DBAPIError, StatementError

from warehouse import bulk, crypto
from warehouse.engine import Warehouse
from warehouse.many import each_of, one_of, write_rows
from warehouse.models import (
    ChannelRow,
    ClockEventRow,
    ClockRow,
    ComplaintRow,
    ComplaintVersionRow,
    EmployerRow,
    LandedRow,
    WorkerRow,
)
from warehouse.models.base import Canonical

AT = datetime(2026, 11, 20, 8, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
ODD = 'O\'Brien "王" \\n {1,2} \\x41 NULL\t\n😀 %s %(a)s :b ?'
"""Every sign that one of the ways into a database might take for its own."""


def complaint(number: int) -> dict[str, Any]:
    return {
        "id": f"cp_{number}",
        "complaint_no": f"XS2026-{number:05d}",
        "channel": "petition",
        "source_key": f"{ODD}{number}",
        "received_at": AT + timedelta(minutes=number),
        "filed_at": AT,
    }


def version(number: int, **said: Any) -> dict[str, Any]:
    names = [one.key for one in ComplaintVersionRow.__mapper__.column_attrs]
    needed = {
        "id": f"cv_{number}", "complaint_id": f"cp_{number}", "version": 1, "newest": True, "read_at": AT,
        "kind": "worker_complaint", "nature": "arrears", "sector": "other", "narrative": ODD, "confidential": False,
        "wants_reply": True, "urgent": False, "extracted": [], "remarks": [],
    }  # fmt: skip
    return {**dict.fromkeys(names), **needed, **said}


def given(store: Warehouse, complaints: int) -> None:
    """The channel, and complaints for what points at one."""
    with store.write() as session:
        session.add(ChannelRow(name="petition"))
        write_rows(session, ComplaintRow, [complaint(number) for number in range(complaints)])


def test_every_value_comes_back_as_it_was_given(store: Warehouse) -> None:
    given(store, 2)
    told = [
        version(
            0, title=ODD, narrative="", employer_name=ODD, boss_name="李", worker_count=3, amount_claimed_fen=2**40,
            confidential=True, reply_due_on=date(2026, 12, 1), probably_arrears=False, remarks=["a", ODD],
            extracted=[{"field": "x", "value": ODD, "start": 0, "end": 2}],
        ),
        version(1),
    ]  # fmt: skip
    with store.write() as session:
        write_rows(session, ComplaintVersionRow, told)
    with store.read() as session:
        stored = session.scalars(select(ComplaintVersionRow).order_by(ComplaintVersionRow.id)).all()
        assert [{name: getattr(row, name) for name in told[0]} for row in stored] == told
        assert session.scalar(select(ComplaintRow.received_at).where(ComplaintRow.id == "cp_1")) == AT + timedelta(
            minutes=1
        )


def test_rows_written_at_once_equal_those_written_one_by_one(store: Warehouse) -> None:
    """To the letter, but for what is sealed, which is never the same twice."""
    given(store, 2)
    rows = [version(0, employer_name=ODD, worker_count=2), version(1, arrears_from="2026-01", remarks=["b"])]
    table = ComplaintVersionRow.metadata.tables[ComplaintVersionRow.__tablename__]
    with store.write() as session:
        write_rows(session, ComplaintVersionRow, rows)
    plain = [one for one in table.columns if not hasattr(one.type, "where")]

    def stored() -> list[tuple[Any, ...]]:
        with store.read() as session:
            return [tuple(row) for row in session.execute(select(*plain).order_by(table.c.id))]

    at_once = stored()
    with store.write() as session:
        session.execute(table.delete())
        session.execute(insert(table), rows)
    assert stored() == at_once


def test_more_rows_than_are_taken_at_once_keep_their_number(store: Warehouse) -> None:
    count = bulk.AT_ONCE * 2 + 1
    given(store, count)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(ComplaintRow)) == count


def test_a_payload_that_is_text_already_is_not_written_twice(store: Warehouse) -> None:
    payload = {"b": ODD, "a": [1, None, True, 2.5]}
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    row = {
        "id": "land_1", "channel": "petition", "kind": "complaint", "source_key": "1", "version": 1, "digest": "d",
        "payload": Canonical(text), "position": "1", "landed_at": AT, "pull_id": None, "state": "landed",
    }  # fmt: skip
    given(store, 0)
    with store.write() as session:
        write_rows(session, LandedRow, [row, {**row, "id": "land_2", "source_key": "2", "payload": payload}])
    with store.read() as session:
        assert session.scalars(select(LandedRow.payload)).all() == [payload, payload]


@pytest.mark.parametrize("wrong", [{"complaint_no": "X" * 5000, "received_at": datetime(2026, 1, 1)}, {"channel": "?"}])  # noqa: DTZ001 - a naive moment is what is refused
def test_a_row_that_cannot_be_keeps_the_others_out_too(store: Warehouse, wrong: dict[str, Any]) -> None:
    given(store, 1)
    with pytest.raises((DBAPIError, StatementError, ValueError)), store.write() as session:
        write_rows(session, ComplaintRow, [complaint(7), {**complaint(8), **wrong}, complaint(9)])
    with store.read() as session:
        assert session.scalars(select(ComplaintRow.id)).all() == ["cp_0"]


@pytest.mark.parametrize("odd", [{"complaint_no": "X" * 41}, {"source_key": "a\x00b"}])
def test_nothing_is_cut_short_and_no_letter_is_taken_for_another(store: Warehouse, odd: dict[str, Any]) -> None:
    """SQLite keeps it as it is; PostgreSQL, which cannot, refuses it."""
    given(store, 0)
    row = {**complaint(1), **odd}
    if store.engine.dialect.name == "postgresql":
        with pytest.raises(DBAPIError), store.write() as session:
            write_rows(session, ComplaintRow, [row])
        return
    with store.write() as session:
        write_rows(session, ComplaintRow, [row])
    with store.read() as session:
        kept = session.scalars(select(ComplaintRow)).one()
        assert {name: getattr(kept, name) for name in row} == row


def test_rows_with_other_columns_than_the_first_are_refused(store: Warehouse) -> None:
    given(store, 0)
    less = complaint(2)
    del less["filed_at"]
    with pytest.raises(ValueError, match="other columns"), store.write() as session:
        write_rows(session, ComplaintRow, [complaint(1), less])


def test_what_a_table_fills_in_itself_is_filled_in(store: Warehouse) -> None:
    """A column that was left out and has a value of its own takes the long way, and so does a JSON that is null."""
    given(store, 1)
    with store.write() as session:
        write_rows(session, EmployerRow, [{"id": "emp_1", "name": "甲", "name_key": "甲", "created_at": AT}])
        write_rows(session, ComplaintVersionRow, [version(0, remarks=None)])
    with store.read() as session:
        assert session.get_one(EmployerRow, "emp_1").version == 1
        assert session.get_one(ComplaintVersionRow, "cv_0").remarks is None


def test_a_column_called_otherwise_than_its_attribute_is_found(store: Warehouse) -> None:
    given(store, 1)
    clock = {
        "id": "clk_1", "case_id": None, "complaint_id": "cp_0", "kind": "accept", "started_on": date(2026, 11, 20),
        "length": 5, "unit": "working", "due_on": date(2026, 11, 27), "provisional": False, "calendar_version": "c",
        "rule_version": "r", "source": "s", "state": "running",
    }  # fmt: skip
    event = {"id": "cev_1", "clock_id": "clk_1", "kind": "started", "at": AT, "by": ODD, "due_after": None}
    with store.write() as session:
        write_rows(session, ClockRow, [clock])
        write_rows(session, ClockEventRow, [event])
    with store.read() as session:
        row = session.get_one(ClockEventRow, "cev_1")
        assert (row.at, row.by, row.due_after) == (AT.astimezone(UTC), ODD, None)


def test_equal_texts_of_a_batch_are_sealed_differently(store: Warehouse) -> None:
    given(store, 1)
    worker = {
        "id": "", "complaint_id": "cp_0", "version": 1, "part": "roster", "name": "王芳", "name_blind": None,
        "phone": None, "phone_blind": None, "id_no": None, "id_no_blind": None, "amount_claimed_fen": None,
    }  # fmt: skip
    with store.write() as session:
        write_rows(session, WorkerRow, [{**worker, "id": f"wk_{number}"} for number in range(20)])
    with store.engine.connect() as connection:
        sealed = [bytes(one) for (one,) in connection.exec_driver_sql("SELECT name FROM worker")]
    assert len(set(sealed)) == 20
    assert {crypto.keyring().decrypt(one, "worker.name") for one in sealed} == {"王芳"}


@pytest.mark.parametrize("suite", crypto.SUITES)
def test_what_is_closed_together_opens_by_itself(suite: str) -> None:
    ring = crypto.make_keyring(suite)
    closed = ring.encrypt_all(["a", "", ODD, "a"], "t.c")
    assert [ring.decrypt(one, "t.c") for one in closed] == ["a", "", ODD, "a"]
    assert len(set(closed)) == 4
    with pytest.raises(crypto.Tampered):
        ring.decrypt(closed[0], "t.d")


def test_many_texts_are_asked_for_as_one_value(store: Warehouse) -> None:
    """Each is what it is, however odd; of none of them nothing is one, and what is not said is neither in nor out."""
    given(store, 3)
    row = ComplaintRow
    keys = [f"{ODD}0", f"{ODD}2", "not there"]
    asked = [
        (one_of(row.source_key, keys), {"cp_0", "cp_2"}),
        (~one_of(row.source_key, set(keys)), {"cp_1"}),
        (or_(one_of(row.id, ["cp_1"]), one_of(row.source_key, keys[:1])), {"cp_0", "cp_1"}),
        (one_of(row.id, []), set()),
    ]
    with store.write() as session:
        for number, said in enumerate([None, "a"]):
            write_rows(session, ComplaintVersionRow, [version(number, employer_name=said)])
    with store.read() as session:
        for which, expected in asked:
            assert set(session.scalars(select(row.id).where(which))) == expected
        firm = ComplaintVersionRow.employer_name
        for which in (one_of(firm, ["b"]), ~one_of(firm, ["a"])):
            assert session.scalar(select(func.count()).where(which)) == 0
        named = select(row.id).where(or_(row.source_key.bool_op("IN")(each_of("keys")), row.id == "cp_1"))
        for given_keys, expected in (
            (keys, {"cp_0", "cp_1", "cp_2"}),
            ([], {"cp_1"}),
            (tuple(keys[:1]), {"cp_0", "cp_1"}),
        ):
            assert set(session.scalars(named, {"keys": given_keys})) == expected
