"""The same form sent many times at once: one row stands, the others are told that it is recorded already."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from casework.errors import NotAllowed
from services.people.rota import end_recusal, record_absence, record_recusal
from services.replying.calling_back import record_callback
from tests.services.lives import with_phones
from tests.services.office import Office
from tests.services.work import TODAY
from warehouse.engine import Warehouse
from warehouse.models import AbsenceRow, Base, RecusalRow, SatisfactionRow


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def sent_at_once(form: Callable[[], object], times: int = 6) -> list[str]:
    """What each sender was told: "kept", or the refusal."""
    ready = threading.Barrier(times)

    def send(_turn: int) -> str:
        ready.wait(30)
        try:
            form()
        except NotAllowed as refused:
            return str(refused)
        return "kept"

    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(send, range(times)))


def rows(office: Office, table: type[Base]) -> int:
    with office.store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_an_absence_is_kept_once(office: Office) -> None:
    away, days = office.inspectors[0].id, {"from_on": TODAY, "to_on": TODAY}

    def form() -> str:
        return record_absence(office.store, account_id=away, **days, reason="休假", actor=office.desk, at=office.at)

    assert sent_at_once(form) == ["This absence is recorded already."] * 5 + ["kept"]
    assert rows(office, AbsenceRow) == 1


def test_a_recusal_is_kept_once_until_it_is_lifted(office: Office) -> None:
    case_id, head = office.case(), office.head

    def form(to_on: date | None = None) -> str:
        asked = {"account_id": office.inspectors[0].id, "reason": "亲属", "from_on": TODAY, "to_on": to_on}
        return record_recusal(office.store, case_id=case_id, actor=head, at=office.at, **asked)  # type: ignore[arg-type]

    assert sent_at_once(form) == ["This recusal is recorded already."] * 5 + ["kept"]
    form(TODAY + timedelta(days=3))
    assert rows(office, RecusalRow) == 2
    with office.store.read() as session:
        standing = session.scalars(select(RecusalRow.id).where(RecusalRow.to_on.is_(None))).one()
    end_recusal(office.store, recusal_id=standing, actor=head, at=office.at)
    form()
    assert rows(office, RecusalRow) == 3


def test_a_call_back_is_kept_once_and_tried_again_later(office: Office) -> None:
    (one,) = with_phones(office, office.case())

    def form(at: datetime = office.at, *, answered: bool = False) -> str:
        said = {"solved": True, "satisfied": False} if answered else {"solved": None, "satisfied": None}
        asked = {"complaint_id": one, "answered": answered, "actor": office.desk, "at": at}
        return record_callback(office.store, **asked, **said)  # type: ignore[arg-type]

    assert sent_at_once(form) == ["This call-back is recorded already."] * 5 + ["kept"]
    with pytest.raises(NotAllowed, match="recorded already"):
        form(office.at + timedelta(minutes=9))
    form(office.at + timedelta(minutes=9), answered=True)
    form(office.at + timedelta(hours=2))
    assert rows(office, SatisfactionRow) == 3
