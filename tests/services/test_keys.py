"""Keys are changed under the feet of who works, and nothing that was closed is lost on the way."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import LargeBinary, literal, select, update
from sqlalchemy.exc import SQLAlchemyError

from casework.errors import ArrearsError, BadInput
from casework.people import Actor
from services.office import keys
from services.office.backups import back_up, verify
from services.office.keys import forget, key_lines, next_ring, rotate
from services.office.settings import Settings
from tests.dumps import dump
from tests.services.office import Office
from warehouse import audit, crypto, resealing, sealed
from warehouse.engine import Warehouse
from warehouse.models import AttachmentPartRow, Base, ExportPurposeRow, new_id
from warehouse.store.attachments import Brought, content_of, keep_attachment

ACTOR = Actor.system("test")
PHOTO = bytes(range(256)) * 6_000


@pytest.fixture
def settings(tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """An installation with a key file of its own, and a shorter second."""
    monkeypatch.setattr(crypto, "LOOKS_AGAIN", 0.05)
    made, ours = Settings(data_dir=tmp_path / "data", database_url=store_url), crypto.keyring()
    made.data_dir.mkdir()
    crypto.make_keyring().save(made.keys)
    crypto.use_file(made.keys)
    yield made
    crypto.use(ours)


@pytest.fixture
def office(store: Warehouse, settings: Settings, now: datetime) -> Office:
    """Cases, a photograph, and a file that was refused and waits sealed."""
    office = Office(store, now)
    case_id, *_ = [office.case() for _ in range(8)]
    photo = Brought(looks={"whole": PHOTO}, media="image/jpeg", sent_media="image/jpeg", sent_sha256="0" * 64)
    with store.write() as session:
        keep_attachment(session, photo, case_id=case_id, by="acc_1", at=now)
    (settings.data_dir / "refused").mkdir()
    with (settings.data_dir / "refused" / "file-1.sealed").open("wb") as target:
        sealed.seal({"installation": crypto.keyring().installation()}, io.BytesIO(b"a file"), target)
    return office


def test_after_a_rotation_everything_opens_with_the_new_key_alone(
    office: Office, store: Warehouse, settings: Settings, now: datetime
) -> None:
    def said() -> dict[str, list[str]]:
        return dump(store, without={"audit", "lease", "attachment_part"})

    before, old = said(), crypto.keyring().current
    copy = back_up(store, settings, actor=ACTOR, at=now)
    assert [(one.state, one.files, one.backups) for one in key_lines(store, settings)] == [("current", 1, 1)]
    seen: list[tuple[int, int]] = []
    rotated = rotate(
        store, settings, actor=ACTOR, clock=lambda: now, suite="sm", progress=lambda *step: seen.append(step)
    )
    assert rotated.rows > 5
    assert (rotated.files, rotated.retired, rotated.suite) == (1, (old,), "sm")
    assert seen[-1][0] == seen[-1][1] == rotated.rows
    new, retired = key_lines(store, settings)
    assert (new.key, new.suite, new.state) == (rotated.current, "sm", "current")
    assert (retired.key, retired.fields, retired.files, retired.backups) == (old, 0, 0, 1)
    verify(settings, copy.path)
    with pytest.raises(BadInput, match="1 backups"):
        forget(store, settings, old, actor=ACTOR, at=now)
    copy.path.unlink()
    forget(store, settings, old, actor=ACTOR, at=now)
    assert list(crypto.load_keyring(settings.keys).data_keys) == [rotated.current]
    assert said() == before
    with store.read() as session:
        attachment = session.scalar(select(AttachmentPartRow.attachment_id)) or ""
        assert b"".join(content_of(session, attachment)) == PHOTO
        assert audit.verify(session).broken_at is None
    with (settings.data_dir / "plain").open("wb") as plain:
        sealed.unseal(settings.data_dir / "refused" / "file-1.sealed", plain)
    assert (settings.data_dir / "plain").read_bytes() == b"a file"
    assert office


def test_a_rotation_that_was_cut_off_goes_on_and_makes_no_second_key(
    office: Office, store: Warehouse, settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "BATCH", 2)
    calls = iter(range(3))

    def cut_off(_done: int, _of: int) -> None:
        if next(calls, None) is None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate(store, settings, actor=ACTOR, clock=lambda: now, progress=cut_off)
    between = crypto.load_keyring(settings.keys)
    assert len(between.data_keys) == 2
    assert resealing.left(store) > 0
    later = now.replace(hour=5)  # past the lease of who was cut off
    with pytest.raises(BadInput, match="not at its end"):
        rotate(store, settings, actor=ACTOR, clock=lambda: later, suite="sm")
    latest = now.replace(hour=9)
    rotated = rotate(store, settings, actor=ACTOR, clock=lambda: latest)
    assert (rotated.made, rotated.current) == (None, between.current)
    assert resealing.left(store) == 0
    assert crypto.load_keyring(settings.keys).retired == set(between.data_keys) - {between.current}
    assert office


def test_who_writes_meanwhile_loses_nothing(
    office: Office, store: Warehouse, settings: Settings, now: datetime
) -> None:
    done, failed, stop = list[str](), list[Exception](), threading.Event()

    def write() -> None:
        while not stop.is_set():
            row = ExportPurposeRow(id=new_id("pur"), purpose=f"said {len(done)}", by="acc_1", at=now)
            try:
                with store.write() as session:
                    session.add(row)
            except (ArrearsError, SQLAlchemyError) as wrong:
                failed.append(wrong)
                return
            done.append(row.id)
            stop.wait(0.002)

    hand = threading.Thread(target=write)
    hand.start()
    try:
        for turn in range(20):
            if turn >= 2 and (len(done) > 20 or failed):
                break
            rotate(store, settings, actor=ACTOR, clock=lambda: now)
    finally:
        stop.set()
        hand.join(30)
    assert not failed, failed
    assert len(done) > 20
    assert resealing.left(store) == 0
    with store.read() as session:
        kept = {row.id: row.purpose for row in session.scalars(select(ExportPurposeRow))}
    assert [kept[one] for one in done] == [f"said {number}" for number in range(len(done))]
    assert office


def test_a_changed_field_stops_the_rotation_and_no_key_is_retired(
    office: Office, store: Warehouse, settings: Settings, now: datetime
) -> None:
    with store.engine.execution_options(arrears_write=True).begin() as connection:
        ring = crypto.keyring()
        wrong = ring.encrypt("x", "another.column")
        change = update(Base.metadata.tables["complaint_version"])
        connection.execute(change.values(narrative=literal(wrong, LargeBinary)))
    with pytest.raises(crypto.Tampered, match=r"complaint_version\.narrative"):
        rotate(store, settings, actor=ACTOR, clock=lambda: now)
    ring = crypto.load_keyring(settings.keys)
    assert (len(ring.data_keys), ring.retired) == (2, frozenset())
    assert office


def test_keys_of_the_environment_are_rotated_in_two_steps(
    office: Office, store: Warehouse, settings: Settings, now: datetime, tmp_path: Path
) -> None:
    from services.office.running import unlock

    out = tmp_path / "next.json"
    current = next_ring(out)
    with pytest.raises(BadInput, match="exists already"):
        next_ring(out)
    given = settings.model_copy(update={"keyring": SecretStr(out.read_text())})
    settings.keys.unlink()
    unlock(given)
    assert resealing.left(store) > 0
    rotated = rotate(store, given, actor=ACTOR, clock=lambda: now)
    assert (rotated.made, rotated.current) == (None, current)
    assert resealing.left(store) == 0
    with pytest.raises(BadInput, match="environment"):
        forget(store, given, rotated.retired[0], actor=ACTOR, at=now)
    assert office
    assert keys.JOB


def test_every_table_that_holds_files_in_parts_is_closed_anew() -> None:
    parts = {one.name for one in Base.metadata.tables.values() if one.name.endswith("_part") and "sealed" in one.c}
    assert {one.name for one in resealing._of_parts()} == parts
