"""A month is counted while others write, and locked only as it stands then: nobody waits, and nothing is missed."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, and_, delete, event, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework.errors import NotAllowed
from casework.people import Actor, Role
from services.months import freezing_month
from services.months.freezing_month import freeze_month, restate_month
from services.months.settled import TRIES, settled
from services.months.stopwatch import stopwatch
from tests.services.any_row import made_up, tables
from tests.services.office import Office
from tests.services.pencil import LATER, MONTH, history
from warehouse import audit, changes
from warehouse.changes import QUIET, position, written
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, CaseRow, MonthItemRow, MonthRow, PaymentRow
from warehouse.statistics.grounds import window
from warehouse.statistics.month import cells_of, items
from warehouse.store.months import cells_digest, frozen

PLACE = "370215"
COUNTED = [table for table in tables() if table.name not in QUIET]


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    office = Office(store, now)
    history(office, random.Random(11))
    return office


def counted_now(office: Office) -> str:
    with office.store.read() as session:
        return cells_digest(cells_of(items(session, window(MONTH), territories=(PLACE,))))


def paid(office: Office, number: int) -> None:
    """Somebody else's act in a transaction of its own: a payment of that month."""
    with office.store.write() as session:
        case_id = session.scalars(select(CaseRow.id).order_by(CaseRow.id)).first()
        assert case_id is not None
        given: dict[str, Any] = {"proof": "bank_voucher", "workers": 1, "amount_fen": 100 + number, "by": "acc"}
        day = datetime(2026, 10, 20, tzinfo=UTC)
        session.add(PaymentRow(id=f"pay{number}", case_id=case_id, paid_on=day.date(), at=LATER, **given))


def acted(office: Office, at: datetime) -> None:
    """Somebody else logs in: a row of the log, and nothing else."""
    with office.store.write() as session:
        audit.record(session, by="acc", act="log_in", subject="acc", at=at)


@contextmanager
def while_it_is_counted(monkeypatch: pytest.MonkeyPatch, does: Callable[[int], None]) -> Iterator[list[int]]:
    """Somebody else does this each time after the figures were counted and before they are locked."""
    times: list[int] = []
    kept = stopwatch

    def after_the_items(*asked: Any) -> Any:
        times.append(len(times))
        does(times[-1])
        return kept(*asked)

    with monkeypatch.context() as inside:
        inside.setattr(freezing_month, "stopwatch", after_the_items)
        yield times


def test_what_comes_while_it_is_counted_is_counted_too(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer does not wait: it commits in the middle of the count, in the same thread."""
    before = counted_now(office)
    with while_it_is_counted(monkeypatch, lambda time: paid(office, time) if time < 2 else None) as times:
        digest = freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    assert times == [0, 1, 2]
    assert digest == counted_now(office) != before
    with office.store.read() as session:
        lock = frozen(session, MONTH, PLACE)
        assert lock is not None
        assert lock.digest == digest
        assert session.scalar(select(func.count()).select_from(MonthRow)) == 1
    assert restate_month(office.store, month=MONTH, reason="nothing", actor=office.head, at=LATER) == 0


def test_where_it_never_holds_still_the_last_count_holds_everybody(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting: list[threading.Thread] = []
    came_between = []

    def does(time: int) -> None:
        if time < TRIES:
            paid(office, time)
        else:
            waiting.append(threading.Thread(target=paid, args=(office, time)))
            waiting[0].start()
            waiting[0].join(0.3)
            came_between.append(not waiting[0].is_alive())

    with while_it_is_counted(monkeypatch, does) as times:
        digest = freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    waiting[0].join(30)
    assert len(times) == TRIES + 1
    assert came_between == [False], "whoever changes what is counted waits for the last count"
    assert counted_now(office) != digest, "and comes after it"
    with office.store.write() as session:
        session.execute(delete(PaymentRow).where(PaymentRow.id == f"pay{TRIES}"))
    assert counted_now(office) == digest


def test_looking_and_logging_in_make_nobody_count_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with while_it_is_counted(monkeypatch, lambda _time: acted(office, LATER)) as times:
        freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    assert times == [0]


def test_an_act_of_the_month_itself_that_is_logged_late_is_counted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stopwatch reads the log: a login in the last second of the month, committed in the first of the next."""
    last = window(MONTH).end - timedelta(seconds=1)
    with while_it_is_counted(monkeypatch, lambda time: acted(office, last) if time == 0 else None) as times:
        freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    assert times == [0, 1]


def test_a_lock_that_nobody_tells_of_changes_would_lock_old_figures(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: a transaction that changes what is counted does not count itself."""
    monkeypatch.setattr(changes, "note_changes", lambda *_asked: None)
    with while_it_is_counted(monkeypatch, lambda time: paid(office, time)) as times:
        digest = freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    assert times == [0]
    assert digest != counted_now(office)


def test_a_refusal_keeps_nothing_and_counts_nothing(office: Office) -> None:
    with office.store.read() as session:
        before = position(session)
    with suppress(ZeroDivisionError), office.store.write() as session:
        session.execute(update(CaseRow).values(version=CaseRow.version + 1))
        raise ZeroDivisionError
    freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    with pytest.raises(NotAllowed, match="frozen already"):
        freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    with office.store.read() as session:
        assert position(session).changes == before.changes + 2, "one to hold it, and one for what was kept"
        assert session.scalar(select(func.count()).select_from(MonthRow)) == 1
        assert session.scalars(select(AuditRow).where(AuditRow.act == "freeze_month")).one()
        assert session.scalar(select(func.count()).select_from(MonthItemRow))


def test_two_heads_lock_it_once(office: Office) -> None:
    other = Actor("acc_head2", frozenset({Role.HEAD}), (PLACE,))
    together, said = threading.Barrier(2), list[str]()

    def one(actor: Actor) -> None:
        together.wait(30)
        try:
            said.append(freeze_month(office.store, month=MONTH, actor=actor, at=LATER))
        except NotAllowed as refused:
            said.append(str(refused))

    threads = [threading.Thread(target=one, args=(actor,)) for actor in (office.head, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sorted(said, key=len) == ["This month is frozen already; restate it instead.", counted_now(office)]
    with office.store.read() as session:
        assert session.scalar(select(func.count()).select_from(MonthRow)) == 1


def _changing(store: Warehouse, table: Table) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], int]:
    """Count a table while a row is written, changed and taken away: what was kept, what is there, how often."""
    with store.write() as session:
        row = made_up(session, table)
    own = and_(*(column == row[column.name] for column in table.primary_key))
    keys = list(table.primary_key)
    acts = [insert(table).values(row), update(table).where(own).values(row), delete(table).where(own)]
    done = 0

    def there(session: Session) -> list[tuple[Any, ...]]:
        return sorted(tuple(one) for one in session.execute(select(*keys)))

    def count(session: Session) -> list[tuple[Any, ...]]:
        nonlocal done
        found = there(session)
        with store.write() as other:
            other.execute(acts[done])
        done += 1
        return [*found, (done,)]

    def counted(session: Session) -> list[tuple[Any, ...]]:
        return count(session) if done < len(acts) else there(session)

    kept = settled(store, counted, lambda _, found: found, lambda *_: None, name="test", until=LATER)
    with store.read() as session:
        return kept, there(session), done


def test_a_change_of_any_table_that_may_be_counted_is_noticed(store: Warehouse) -> None:
    """Each is written, changed and its row taken away, each time between the count and what keeps it."""
    assert len(COUNTED) > 60
    for table in COUNTED:
        kept, there, done = _changing(store, table)
        assert (kept, done) == (there, 3), table.name


def test_a_table_that_is_wrongly_taken_for_quiet_would_be_missed(
    store: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "QUIET", QUIET | {"payment"})
    payment = next(table for table in COUNTED if table.name == "payment")
    kept, there, done = _changing(store, payment)
    assert (kept, done) != (there, 3)


def test_every_statement_that_writes_is_understood() -> None:
    for table in tables():
        for one in (insert(table), update(table).values({table.columns[0].name: "x"}), delete(table)):
            for dialect in (sqlite.dialect(), postgresql.dialect()):  # type: ignore[no-untyped-call]
                assert written(str(one.compile(dialect=dialect))) == table.name
        assert written(str(select(table))) is None
    assert written("WITH some AS (SELECT 1) SELECT * FROM some") is None
    for unknown in (
        "REPLACE INTO cases VALUES (1)",
        "INSERT OR IGNORE INTO cases VALUES (1)",
        "WITH gone AS (DELETE FROM cases RETURNING id) SELECT * FROM gone",
        "TRUNCATE cases",
        "MERGE INTO cases USING other ON true WHEN MATCHED THEN DELETE",
    ):
        assert written(unknown) not in QUIET | {None}


def test_what_is_read_for_a_month_is_not_quiet(office: Office) -> None:
    """Of each table that a statement of the lock names: that it is quiet would hide its changes."""
    read: set[str] = set()
    names = re.compile(r'\b(?:FROM|JOIN) "?(\w+)')

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        read.update(names.findall(statement))

    event.listen(office.store.engine, "before_cursor_execute", note)
    freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    restate_month(office.store, month=MONTH, reason="更正", actor=office.head, at=LATER)
    event.remove(office.store.engine, "before_cursor_execute", note)
    assert {"cases", "complaint", "payment", "month", "pull_certificate"} <= read
    assert read & QUIET == {"audit", "change_count"}
