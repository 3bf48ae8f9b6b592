"""The audit log: any change of it is told with its place, and who audits finds, takes out and proves what is meant."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from casework.errors import BadInput, NotAllowed, NotFound
from casework.people import Actor, Role
from casework.record import Json
from services.office.witness import bear_witness, last_seen
from services.people import auditing
from services.people.auditing import export_log, reveal_purpose, verify_log
from tests.services.office import Office
from warehouse import audit
from warehouse.audit import Chain, Witness
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, CaseMembershipRow, CaseRow
from warehouse.queries.audit_log import KINDS, SHOWN, Asked, count_found, found

ROOT = Path(__file__).resolve().parents[2]
AUDITOR = Actor("acc_audit", frozenset({Role.AUDIT_ADMIN}))
ACTS = ("log_in", "back_up", "reveal", "log_in", "set_setting", "grant_role")


@pytest.fixture
def log(store: Warehouse, now: datetime) -> Warehouse:
    """Six rows, an hour apart; the fourth did not succeed."""
    with store.write() as session:
        for number, act in enumerate(ACTS):
            audit.record(
                session,
                by=f"acc_{number % 2}",
                act=act,
                subject=f"sub_{number}",
                at=now + timedelta(hours=number),
                details={"b": number, "a": None} if number else None,
                success=number != 3,
            )
    return store


@contextmanager
def tampering(log: Warehouse) -> Iterator[Session]:
    """The hand of somebody who has the database, and takes away first what refuses a change."""
    with log.write() as session:
        if session.get_bind().dialect.name == "sqlite":
            for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                session.execute(text(f"DROP TRIGGER {name}"))
        else:
            session.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        yield session


def walked(log: Warehouse, expected_head: str | None = None, witness: Witness | None = None) -> Chain:
    with log.read() as session:
        return audit.verify(session, expected_head=expected_head, witness=witness)


def seen(log: Warehouse) -> Witness:
    with log.read() as session:
        return audit.head(session)


def test_an_empty_log_is_whole(store: Warehouse) -> None:
    nothing = Witness(0, "0" * 64)
    assert seen(store) == nothing
    assert walked(store) == walked(store, witness=nothing) == Chain(0, nothing.head, None)


def test_rows_are_numbered_sealed_and_kept_as_they_were_told(log: Warehouse, now: datetime) -> None:
    with log.read() as session:
        lines = found(session, Asked())
    assert [(one.seq, one.by, one.act, one.subject, one.success) for one in reversed(lines)] == [
        (number + 1, f"acc_{number % 2}", act, f"sub_{number}", number != 3) for number, act in enumerate(ACTS)
    ]
    assert [one.details for one in reversed(lines)][:2] == [(), (("a", None), ("b", 1))]
    assert lines[-1].at == now
    assert walked(log) == Chain(6, seen(log).head, None)
    assert walked(log, expected_head=seen(log).head, witness=seen(log)).broken_at is None


@pytest.mark.parametrize(
    "change",
    [
        {"by": "acc_9"},
        {"act": "log_out"},
        {"subject": "sub_9"},
        {"success": False},
        {"details": {"b": 3, "a": None}},
        {"seal": "1" * 64},
    ],
)
def test_a_row_that_was_changed_is_named(log: Warehouse, change: dict[str, object]) -> None:
    with tampering(log) as session:
        session.execute(update(AuditRow).where(AuditRow.seq == 3).values(**change))
    assert walked(log).broken_at == 3
    assert walked(log).rows == 2


def test_a_moment_that_was_changed_is_named(log: Warehouse, now: datetime) -> None:
    with tampering(log) as session:
        session.execute(update(AuditRow).where(AuditRow.seq == 5).values(at=now))
    assert walked(log).broken_at == 5


@pytest.mark.parametrize(("gone", "place"), [([1], 1), ([4], 4), ([2, 3], 2)])
def test_a_row_that_was_taken_out_is_missed(log: Warehouse, gone: list[int], place: int) -> None:
    with tampering(log) as session:
        session.execute(delete(AuditRow).where(AuditRow.seq.in_(gone)))
    assert walked(log).broken_at == place


def test_rows_that_close_up_after_one_was_taken_out_are_told_too(log: Warehouse) -> None:
    with tampering(log) as session:
        session.execute(delete(AuditRow).where(AuditRow.seq == 2))
        session.execute(update(AuditRow).where(AuditRow.seq == 3).values(seq=2))
    assert walked(log).broken_at == 2


def test_a_tail_cut_off_is_noticed_by_what_was_seen_outside(log: Warehouse) -> None:
    before = seen(log)
    with tampering(log) as session:
        session.execute(delete(AuditRow).where(AuditRow.seq > 4))
    assert walked(log).broken_at is None
    assert walked(log, expected_head=before.head).broken_at == 5
    assert walked(log, witness=before).broken_at == 5
    assert walked(log, witness=seen(log)).broken_at is None
    with log.read() as session:
        assert not audit.holds(session, before)
        assert audit.holds(session, audit.head(session))


def test_a_log_that_was_written_anew_with_the_key_is_not_the_one_that_was_seen(log: Warehouse, now: datetime) -> None:
    before = seen(log)
    with tampering(log) as session:
        session.execute(delete(AuditRow).where(AuditRow.seq > 4))
    with log.write() as session:
        for number in range(3):
            audit.record(session, by="acc_0", act="log_in", subject="-", at=now + timedelta(days=number))
    assert walked(log) == Chain(7, seen(log).head, None)
    assert walked(log, witness=before).broken_at == 6
    assert walked(log, expected_head=before.head).broken_at == 8


def test_a_witness_adds_a_line_for_rows_that_came_and_none_for_none(
    log: Warehouse, now: datetime, tmp_path: Path
) -> None:
    path = tmp_path / "witness"
    assert last_seen(None) is None
    assert last_seen(path) is None
    assert bear_witness(log, None, at=now) == 6
    assert bear_witness(log, path, at=now) == bear_witness(log, path, at=now) == 6
    assert path.read_text() == f"6 {seen(log).head} 2026-11-20T00:30:00+00:00\n"
    assert path.stat().st_mode & 0o777 == 0o600
    with log.write() as session:
        audit.record(session, by="acc_0", act="log_out", subject="-", at=now)
    assert bear_witness(log, path, at=now) == 7
    assert len(path.read_text().splitlines()) == 2
    assert last_seen(path) == seen(log)


def test_an_empty_log_needs_no_witness(store: Warehouse, now: datetime, tmp_path: Path) -> None:
    assert bear_witness(store, tmp_path / "witness", at=now) == 0
    assert not (tmp_path / "witness").exists()


def test_a_line_that_was_not_ended_says_nothing_and_the_next_begins_anew(
    log: Warehouse, now: datetime, tmp_path: Path
) -> None:
    path = tmp_path / "witness"
    path.write_text("6 abc")
    assert last_seen(path) is None
    assert bear_witness(log, path, at=now) == 6
    assert path.read_text().startswith("6 abc\n6 ")
    assert last_seen(path) == seen(log)


@pytest.mark.parametrize("said", ["", "6", "x " + "0" * 64 + " t", "6 " + "g" * 64 + " t", "6 " + "0" * 63 + " t"])
def test_a_witness_that_says_something_else_is_damaged(
    log: Warehouse, now: datetime, tmp_path: Path, said: str
) -> None:
    path = tmp_path / "witness"
    path.write_text(said + "\n")
    with pytest.raises(BadInput, match="damaged"):
        last_seen(path)
    with pytest.raises(BadInput, match="damaged"):
        bear_witness(log, path, at=now)


def test_a_witness_does_not_hide_what_was_taken_out(log: Warehouse, now: datetime, tmp_path: Path) -> None:
    path = tmp_path / "witness"
    bear_witness(log, path, at=now)
    before = path.read_bytes()
    with tampering(log) as session:
        session.execute(delete(AuditRow).where(AuditRow.seq > 4))
    with pytest.raises(BadInput, match="missing or changed"):
        bear_witness(log, path, at=now)
    assert path.read_bytes() == before


def test_who_walks_the_log_is_in_it_with_what_was_found(log: Warehouse, now: datetime) -> None:
    first = verify_log(log, actor=AUDITOR, at=now)
    assert first.broken_at is None
    cut = Witness(99, "0" * 64)
    assert verify_log(log, actor=AUDITOR, at=now, witness=cut).broken_at == 8
    with log.read() as session:
        later, earlier = found(session, Asked(act="verify_audit"))
    assert (earlier.by, earlier.subject, earlier.success) == (AUDITOR.id, "audit", True)
    assert dict(earlier.details) == {"rows": 6, "broken_at": None}
    assert (later.success, dict(later.details)) == (False, {"rows": 7, "broken_at": 8})


def test_the_log_is_taken_out_for_a_purpose_that_is_kept_closed(
    log: Warehouse, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = export_log(log, Asked(act="log_in"), purpose="  年度检查 ", actor=AUDITOR, at=now)
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert body.startswith(b"\xef\xbb\xbf")
    assert rows == [
        ["no", "time", "by", "name", "act", "subject", "about", "success", "details"],
        ["4", "2026-11-20T11:30:00+08:00", "acc_1", "", "log_in", "sub_3", "", "no", '{"a": null, "b": 3}'],
        ["1", "2026-11-20T08:30:00+08:00", "acc_0", "", "log_in", "sub_0", "", "yes", "{}"],
    ]
    with log.read() as session:
        (row,) = found(session, Asked(act="export_audit"))
    assert (row.by, row.subject, row.success, dict(row.details)) == (AUDITOR.id, "audit", True, {"rows": 2})
    assert row.purpose is not None
    assert reveal_purpose(log, purpose_id=row.purpose, actor=AUDITOR, at=now) == "年度检查"
    with log.read() as session:
        (read,) = found(session, Asked(act="reveal", before=99), limit=1)
    assert (read.by, read.subject, dict(read.details)) == (AUDITOR.id, row.purpose, {"field": "purpose"})
    with pytest.raises(NotFound):
        reveal_purpose(log, purpose_id="exp_none", actor=AUDITOR, at=now)
    monkeypatch.setattr(auditing, "MOST_ROWS", count(log, Asked()) - 1)
    with pytest.raises(BadInput, match="narrow the days"):
        export_log(log, Asked(), purpose="检查", actor=AUDITOR, at=now)
    assert export_log(log, Asked(before=3), purpose="检", actor=AUDITOR, at=now).count(b"\n") == 3
    monkeypatch.setattr(auditing, "MOST_ROWS", count(log, Asked()))
    assert export_log(log, Asked(), purpose="检查", actor=AUDITOR, at=now)


def test_details_are_taken_out_as_they_were_told(store: Warehouse, now: datetime) -> None:
    details: dict[str, Json] = {"b": 1, "a": "申请, 撤回"}
    with store.write() as session:
        audit.record(session, by="acc_1", act="reveal", subject="案-1", at=now, details=details)
    taken = export_log(store, Asked(), purpose="检查", actor=AUDITOR, at=now).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(taken)))[1][-1] == '{"a": "申请, 撤回", "b": 1}'


def test_every_act_that_is_asked_for_by_its_kind_is_an_act_that_something_records() -> None:
    floors = ("services", "console", "warehouse", "pipelines")
    texts = [path.read_text("utf-8") for floor in floors for path in (ROOT / floor).rglob("*.py")]
    said = "\n".join(text for text in texts if "KINDS: Mapping[str, tuple[str, ...]]" not in text)
    assert [act for acts in KINDS.values() for act in acts if f'"{act}"' not in said] == []


@pytest.mark.parametrize("purpose", ["", " \n", "检" * 201])
def test_an_export_without_a_purpose_is_refused_and_leaves_no_row(log: Warehouse, now: datetime, purpose: str) -> None:
    with pytest.raises(BadInput, match="purpose"):
        export_log(log, Asked(), purpose=purpose, actor=AUDITOR, at=now)
    assert count(log, Asked()) == len(ACTS)
    assert export_log(log, Asked(), purpose="检" * 200, actor=AUDITOR, at=now)


@pytest.mark.parametrize(
    "act",
    [
        lambda log, actor, at: verify_log(log, actor=actor, at=at),
        lambda log, actor, at: export_log(log, Asked(), purpose="x", actor=actor, at=at),
        lambda log, actor, at: reveal_purpose(log, purpose_id="exp_1", actor=actor, at=at),
    ],
)
def test_nobody_else_reads_the_log(log: Warehouse, now: datetime, act: Callable[..., object]) -> None:
    with pytest.raises(NotAllowed):
        act(log, Actor("acc_x", frozenset(Role) - {Role.AUDIT_ADMIN}), now)
    assert count(log, Asked()) == len(ACTS)


def count(log: Warehouse, asked: Asked) -> int:
    with log.read() as session:
        return count_found(session, asked)


def test_rows_are_found_by_act_kind_days_and_page(log: Warehouse, now: datetime) -> None:
    def numbers(asked: Asked) -> list[int]:
        with log.read() as session:
            rows = [line.seq for line in found(session, asked)]
            assert count_found(session, asked) == len(rows)
        return rows

    assert numbers(Asked()) == [6, 5, 4, 3, 2, 1]
    assert numbers(Asked(act="log_in")) == [4, 1]
    assert numbers(Asked(kind="refused")) == [4]
    assert [numbers(Asked(kind=kind)) for kind in ("exports", "reveals", "rights", "logins", "settings")] == [
        [2], [3], [6], [4, 1], [5],
    ]  # fmt: skip
    assert numbers(Asked(since=now + timedelta(hours=2), until=now + timedelta(hours=4))) == [4, 3]
    assert numbers(Asked(before=3)) == [2, 1]
    with log.read() as session:
        assert [line.seq for line in found(session, Asked(), limit=2)] == [6, 5]
    assert SHOWN == 100


def test_rows_are_found_by_person_and_by_case_with_their_names(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    case_id = office.case()
    other = office.case()
    with store.write() as session:
        number = session.get_one(CaseRow, case_id).matter_no
        member = session.scalar(select(CaseMembershipRow.complaint_id).where(CaseMembershipRow.case_id == case_id))
        assert member
        for subject in (case_id, member, other, office.head.id):
            audit.record(session, by=office.desk.id, act="looked_at", subject=subject, at=now)
        audit.record(session, by="system:x", act="looked_at", subject=number, at=now)
    with store.read() as session:
        of_case = found(session, Asked(matter_no=f" {number.lower()} ", act="looked_at"))
        by_login = found(session, Asked(person=f" {office.head.id.upper()} ", act="looked_at"))
        by_name = found(session, Asked(person="officer 1", act="looked_at"))
        nobody = found(session, Asked(person="nobody", act="looked_at"))
    assert [one.subject for one in of_case] == [number, member, case_id]
    assert [one.about for one in of_case] == [None, None, number]
    assert [one.subject for one in by_login] == [office.head.id]
    assert by_login[0].about == "officer 2"
    assert [one.who for one in by_name] == ["officer 1"] * 4
    assert nobody == []
