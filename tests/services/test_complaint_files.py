"""Files that complaints bring: fetched from their channel, harmless, sealed, seen only by who may know of the case."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select, update

from casework.errors import NotFound
from casework.people import Actor, Role
from connectors.registry import connect
from counter.__main__ import open_inbox, set_up
from counter.inbox import Brought, Inbox
from counter.settings import CounterSettings
from sandbox.platforms.hotline_12345 import Hotline
from sandbox.platforms.mailbox import MailServer
from sandbox.platforms.message_board import MessageBoard
from sandbox.told import Told
from services.arriving.attaching import attach_files
from services.arriving.intake import collect_channel
from services.cases.complaint_files import see_file
from services.linkage.linking import link_complaints
from tests.photographs import SECRET, huge_in_points, located
from warehouse.crypto import Tampered, keyring
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, CaseRow, ComplaintFilePartRow, ComplaintFileRow
from warehouse.queries.complaint_files import BroughtFile, files_brought
from warehouse.store.attachments import PART
from warehouse.store.complaint_files import file_content

SYSTEM = Actor.system("collect")
VOICE = b"#!AMR\n" + bytes(range(256)) * 40
FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 12_000
POLYGLOT = b"\x00\x00\x00\x18ftypmp42<script>alert(1)</script>" + b"<!doctype html><title>x</title>" * 40
HEAD = Actor("acc_head", frozenset({Role.HEAD}), ("370215",))
STRANGER = Actor("acc_far", frozenset({Role.INSPECTOR}), ("370215",))
TOLD = {
    "who": "self",
    "work": "site",
    "story": "工资没有发。",
    "employer": "青岛某某建筑有限公司",
    "phone": "13900000001",
}


class Line:
    """The page's inbox, the office's connector to it, and a store."""

    def __init__(self, folder: Path, store: Warehouse, now: datetime) -> None:
        settings = CounterSettings(folder=folder / "counter")
        set_up(settings, folder / "inbox.key.json")
        self.inbox: Inbox = open_inbox(settings)
        url = settings.inbox
        asked = {"url": url, "answer_url": url, "key_file": str(folder / "inbox.key.json")}
        self.connector = connect("self_report", asked)
        self.store, self.now = store, now

    def post(self, *files: bytes, token: str = "t" * 24) -> None:
        """A worker sends a form with files."""
        brought = [Brought("x/y", io.BytesIO(content)) for content in files]
        self.inbox.take(token, dict(TOLD), brought, at=self.now)

    def collect(self) -> dict[str, int]:
        """One pull with its files."""
        collect_channel(self.store, self.connector, run_id="r", clock=lambda: self.now, actor=SYSTEM)
        done = attach_files(self.store, self.connector, actor=SYSTEM, clock=lambda: self.now)
        return {"wanted": done.wanted, "kept": done.kept, "refused": done.refused, "waiting": done.waiting}


@pytest.fixture
def line(store: Warehouse, tmp_path: Path, now: datetime) -> Iterator[Line]:
    """An empty inbox and an empty store."""
    made = Line(tmp_path, store, now)
    yield made
    made.inbox.close()


def kept(store: Warehouse) -> list[BroughtFile]:
    """All files there are."""
    with store.read() as session:
        return files_brought(session, list(session.scalars(select(ComplaintFileRow.complaint_id))))


def whole(store: Warehouse, file_id: str) -> bytes:
    """What a file holds."""
    with store.read() as session:
        return b"".join(file_content(session, file_id))


def matter(store: Warehouse, now: datetime) -> str:
    """The number of the one case."""
    link_complaints(store, actor=Actor.system("link"), at=now)
    with store.read() as session:
        return session.scalars(select(CaseRow.matter_no)).one()


def test_a_picture_a_voice_note_and_a_film_arrive_and_twice_changes_nothing(line: Line) -> None:
    line.post(located(), VOICE, FILM)
    assert line.collect() == {"wanted": 3, "kept": 3, "refused": 0, "waiting": 0}
    picture, voice, film = kept(line.store)
    assert (picture.look, voice.look, film.look) == ("picture", "sound", "film")
    assert (whole(line.store, voice.id), whole(line.store, film.id)) == (VOICE, FILM)
    drawn = whole(line.store, picture.id)
    assert Image.open(io.BytesIO(drawn)).size == (480, 640), "it stands upright"
    assert SECRET not in drawn
    assert not Image.open(io.BytesIO(drawn)).getexif()
    assert picture.sent_sha256 != picture.sha256
    assert line.collect() == {"wanted": 0, "kept": 0, "refused": 0, "waiting": 0}


def test_what_is_kept_is_closed_and_a_changed_part_does_not_open(line: Line) -> None:
    line.post(VOICE, FILM)
    line.collect()
    voice, film = kept(line.store)
    with line.store.read() as session:
        sealed = b"".join(bytes(one) for one in session.scalars(select(ComplaintFilePartRow.sealed)))
    assert VOICE[:40] not in sealed
    part = ComplaintFilePartRow
    with line.store.write() as session:
        foreign = session.scalars(select(part.sealed).where(part.file_id == voice.id)).one()
        session.execute(update(part).where(part.file_id == film.id, part.number == 0).values(sealed=foreign))
    with pytest.raises(Tampered):
        whole(line.store, film.id)
    assert keyring()


def test_bad_files_are_noted_with_their_reason_and_the_others_are_kept(line: Line) -> None:
    line.post(b"\xff\xd8\xff broken", huge_in_points(), b"MZ\x90\x00 a program", VOICE, POLYGLOT)
    assert line.collect() == {"wanted": 5, "kept": 2, "refused": 3, "waiting": 0}
    codes = [(one.state, one.reason_code) for one in kept(line.store)]
    assert codes[:3] == [("refused", "picture_refused")] * 2 + [("refused", "file_unknown")]
    polyglot = kept(line.store)[4]
    assert (polyglot.media, polyglot.ending) == ("video/mp4", "mp4"), "it is nothing but a film that does not play"


def test_size_and_count_are_capped(line: Line) -> None:
    from warehouse.models import SettingRow

    with line.store.write() as session:
        for name, value in (("file.megabytes", 1), ("file.most", 2)):
            session.merge(SettingRow(name=name, value=value, source="test", by="acc_1", at=line.now))
    line.post(FILM, VOICE, VOICE, VOICE)
    line.collect()
    assert [(one.state, one.reason_code) for one in kept(line.store)] == [
        ("refused", "file_large"),
        ("kept", None),
        ("refused", "too_many"),
    ]


def test_who_may_know_of_the_case_sees_its_files_and_each_opening_is_noted(line: Line, now: datetime) -> None:
    line.post(located(), FILM)
    line.collect()
    number = matter(line.store, now)
    picture, film = kept(line.store)

    def see(file_id: str, actor: Actor = HEAD, **asked: Any) -> bytes:
        given: dict[str, Any] = {
            "matter_no": number,
            "file_id": file_id,
            "small": False,
            "actor": actor,
            "at": now,
        } | asked
        return b"".join(see_file(line.store, **given).body)

    assert see(film.id) == FILM
    assert see(film.id, first=PART - 5, last=PART + 9) == FILM[PART - 5 : PART + 10]
    assert see(film.id, first=len(FILM) - 3) == FILM[-3:]
    assert Image.open(io.BytesIO(see(picture.id, small=True))).width <= 320
    for asked in (
        {"file_id": film.id, "actor": STRANGER},
        {"file_id": "cf_none"},
        {"file_id": film.id, "first": 10**9},
    ):
        with pytest.raises(NotFound):
            see(**asked)
    with line.store.read() as session:
        noted = session.scalar(select(func.count()).where(AuditRow.act == "read_file"))
    assert noted == 1, "a player that asks for pieces has opened the file once"


def _board(folder: Path) -> tuple[MessageBoard, Callable[[str | None], None]]:
    platform = MessageBoard(folder)

    def tell(url: str | None, at: datetime | None = None) -> None:
        record = next(iter(platform.shelf.records.values()))
        platform.shelf.put(record.key, record.at, {**record.fields, "media_url": url})

    return platform, tell


def test_an_address_in_a_record_is_only_asked_for_at_the_channel_itself(
    store: Warehouse, tmp_path: Path, now: datetime
) -> None:
    platform, tell = _board(tmp_path / "board")
    try:
        at = now - timedelta(minutes=30)
        platform.add(Told(key="1", channel="message_board", told_at=at, case="", claim="", narrative="工资没有发。"))
        base = platform.settings["url"]
        tell(
            " ".join(
                ["http://169.254.169.254/latest/", "http://127.0.0.1:1/x", f"{base}/gone.jpg", "file:///etc/passwd"]
            )
        )
        board = connect("message_board", platform.settings)
        collect_channel(store, board, run_id="r", clock=lambda: now, actor=SYSTEM)
        attach_files(store, board, actor=SYSTEM, clock=lambda: now)
        codes = [one.reason_code for one in kept(store)]
        assert codes == ["out_of_reach", "out_of_reach", "gone", "out_of_reach"]
    finally:
        platform.stop()


def test_what_was_attached_to_a_mail_is_kept(store: Warehouse, tmp_path: Path, now: datetime) -> None:
    from email.message import EmailMessage

    platform = MailServer(tmp_path / "mail")
    try:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "a@example.test", "b@example.test", "欠薪"
        mail["Message-ID"], mail["Date"] = "<one@example.test>", "Fri, 20 Nov 2026 08:00:00 +0800"
        mail["Received"] = "from a by b; Fri, 20 Nov 2026 08:00:05 +0800"
        mail.set_content("工资三个月没有发。")
        mail.add_attachment(located(), maintype="application", subtype="octet-stream", filename="virus.exe")
        mail.add_attachment(b"MZ\x90\x00", maintype="image", subtype="jpeg", filename="photo.jpg")
        platform.show([mail.as_bytes()])
        box = connect("mailbox", platform.settings)
        collect_channel(store, box, run_id="r", clock=lambda: now, actor=SYSTEM)
        attach_files(store, box, actor=SYSTEM, clock=lambda: now)
        assert [(one.state, one.media or one.reason_code) for one in kept(store)] == [
            ("kept", "image/jpeg"),
            ("refused", "file_unknown"),
        ]
    finally:
        platform.stop()


def test_a_source_that_is_down_is_asked_again(line: Line, tmp_path: Path) -> None:
    line.post(VOICE)
    collect_channel(line.store, line.connector, run_id="r", clock=lambda: line.now, actor=SYSTEM)
    place = tmp_path / "counter" / "inbox.db"
    line.inbox.close()
    aside = place.with_suffix(".aside")
    place.replace(aside)
    place.mkdir()
    done = attach_files(line.store, line.connector, actor=SYSTEM, clock=lambda: line.now)
    assert (done.kept, done.waiting) == (0, 1)
    place.rmdir()
    aside.replace(place)
    assert attach_files(line.store, line.connector, actor=SYSTEM, clock=lambda: line.now).kept == 1


def test_ids_and_counts_alone_stand_in_the_log(line: Line) -> None:
    line.post(VOICE)
    line.collect()
    with line.store.read() as session:
        (row,) = session.scalars(select(AuditRow).where(AuditRow.act == "attach_files"))
        assert set(row.details) == {"wanted", "kept", "refused", "waiting"}
        assert json.dumps(row.details)


def test_files_and_the_recording_of_a_call_come_from_the_hotline(
    store: Warehouse, tmp_path: Path, now: datetime
) -> None:
    platform = Hotline(tmp_path / "hotline")
    try:
        at = now - timedelta(minutes=30)
        key = platform.add(Told(key="1", channel="hotline_12345", told_at=at, case="", claim="", narrative="没发。"))
        platform.files |= {"rec-1": VOICE, "pic_1": located()}
        listed = [{"fileId": "pic_1"}, {"fileId": "../../etc/passwd"}, {"fileId": "none"}, 7]
        platform.shelf.change(key, at, attachmentList=listed, callRecordFileId="rec-1")
        hotline = connect("hotline_12345", platform.settings)
        collect_channel(store, hotline, run_id="r", clock=lambda: now, actor=SYSTEM)
        attach_files(store, hotline, actor=SYSTEM, clock=lambda: now)
        found = [(one.state, one.media or one.reason_code) for one in kept(store)]
        assert found == [("kept", "image/jpeg"), ("gone", "gone"), ("kept", "audio/amr")]
    finally:
        platform.stop()
