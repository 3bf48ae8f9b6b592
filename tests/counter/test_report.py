"""What a worker sends arrives whole, once, closed, and without words that are not clear."""

from __future__ import annotations

import select
import socket
import time
from contextlib import closing
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from PIL import Image

from casework.complaint import Kind, Nature
from casework.errors import NotFound, Unreadable
from casework.media import HEAD, media_of
from connectors.base import Attached
from connectors.inbox_tables import PART, POSTED
from counter.desk import Counter
from counter.door import OPEN_AT_ONCE
from counter.inbox import Brought
from counter.turns import Turns, place_of
from tests.counter.conftest import GOOD, Page, post, receipt_in, tokens

VOICE = b"#!AMR\n" + bytes(range(256)) * 40
HALF = (
    b"POST /report HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    b"Content-Length: 9000000\r\n\r\n--x\r\n"
)
"""The beginning of a posting that does not go on."""
FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(3_000_000)


def picture() -> bytes:
    """A small JPEG."""
    out = BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 30)).save(out, "JPEG")
    return out.getvalue()


def test_what_a_worker_sends_is_pulled_and_read_by_the_office(page: Page) -> None:
    answer = post(page.phone(), files=[("a.jpg", picture()), ("b", VOICE), ("c.mp4", FILM)])
    assert answer.status_code == 200, answer.text
    (raw,) = page.office.pull(None, now=page.now)
    assert raw.source_key == receipt_in(answer)
    told = page.office.read(raw)
    assert (told.narrative, told.employer_name, told.complainant_phone) == (
        GOOD["story"],
        GOOD["employer"],
        GOOD["phone"],
    )
    assert (told.nature, told.kind, told.worker_count, told.arrears_from) == (
        Nature.ARREARS_RURAL,
        Kind.WORKER_COMPLAINT,
        3,
        "2026-08",
    )
    assert told.remarks == ()
    files = page.office.attachments(raw)
    assert [b"".join(page.office.fetch(raw, one)) for one in files] == [picture(), VOICE, FILM]
    with pytest.raises(NotFound):
        list(page.office.fetch(raw, Attached("9:0")))


def test_nothing_in_the_inbox_can_be_read_without_the_key(page: Page) -> None:
    post(page.phone(), files=[("工资条.jpg", picture())])
    held = b"".join(path.read_bytes() for path in page.settings.folder.iterdir())
    for secret in (GOOD["story"], GOOD["phone"], GOOD["name"], GOOD["employer"], "工资条"):
        assert secret.encode() not in held
    assert picture()[:40] not in held
    assert not list(page.settings.folder.glob("*key*"))


def test_a_part_that_was_moved_or_changed_is_not_taken(page: Page) -> None:
    post(page.phone(), files=[("c", FILM)])
    (raw,) = page.office.pull(None, now=page.now)
    (one,) = page.office.attachments(raw)
    base = sa.create_engine(page.settings.inbox)
    with base.begin() as line:
        line.execute(sa.delete(PART).where(PART.c.part_no == 2))
    with pytest.raises(Unreadable):
        list(page.office.fetch(raw, one))
    base.dispose()


def test_the_same_form_sent_twice_is_one_complaint_with_one_receipt(page: Page) -> None:
    phone = page.phone()
    data = {**tokens(phone), **GOOD}
    first, second = (phone.post("/report", data=data) for _ in range(2))
    assert receipt_in(first) == receipt_in(second)
    assert len(list(page.office.pull(None, now=page.now))) == 1


def test_a_form_that_is_corrected_after_its_answer_was_lost_lands_as_a_further_version(page: Page) -> None:
    phone = page.phone()
    data = {**tokens(phone), **GOOD}
    first = phone.post("/report", data=data, files=[("files", ("a", VOICE, "x/y"))])
    (before,) = page.office.pull(None, now=page.now)
    page.later(minutes=5)
    again = phone.post("/report", data={**data, "story": "补充：又欠一个月。"}, files=[("files", ("a", FILM, "x/y"))])
    assert receipt_in(first) == receipt_in(again)
    (after,) = page.office.pull(None, now=page.now)
    assert (before.source_key, after.payload["story"]) == (after.source_key, "补充：又欠一个月。")
    assert page.office.attachments(before) != page.office.attachments(after)
    (film,) = page.office.attachments(after)
    assert b"".join(page.office.fetch(after, film)) == FILM


@pytest.mark.parametrize("story", ["补充：又欠一个月。", GOOD["story"]])
def test_a_form_that_is_corrected_while_the_first_is_written_is_not_thrown_away(page: Page, story: str) -> None:
    """Both have looked and found none; the first is written, and then the second."""
    token, engine, pending = "t" * 24, page.inbox._engine, [GOOD]
    voice = BytesIO(VOICE)

    @sa.event.listens_for(engine, "after_cursor_execute")
    def meanwhile(_line: object, _cursor: object, words: str, *_: object) -> None:
        if words.startswith("SELECT posted.digest") and pending:
            page.inbox.take(token, pending.pop(), [Brought("audio/amr", BytesIO(VOICE))], at=page.now)

    page.inbox.take(token, {**GOOD, "story": story}, [Brought("audio/amr", voice)], at=page.now)
    assert not pending
    (raw,) = page.office.pull(None, now=page.now)
    assert raw.payload["story"] == story
    assert [b"".join(page.office.fetch(raw, one)) for one in page.office.attachments(raw)] == [VOICE]


def test_who_cannot_write_may_speak(page: Page) -> None:
    assert post(page.phone(), files=[("v.amr", VOICE)], story="").status_code == 200
    (raw,) = page.office.pull(None, now=page.now)
    assert "语音" in page.office.read(raw).narrative
    empty = post(page.phone(), story="")
    assert empty.status_code == 422
    assert "write a few words" in empty.text


def test_a_tip_needs_no_telephone_and_a_complaint_does(page: Page) -> None:
    assert post(page.phone(), phone="", who="others").status_code == 200
    (raw,) = page.office.pull(None, now=page.now)
    assert page.office.read(raw).kind is Kind.INFORMANT_REPORT
    asked = post(page.phone(), phone="")
    assert asked.status_code == 422
    assert "leave a telephone number" in asked.text
    assert GOOD["story"] in asked.text, "what was typed is given back"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.jpg", b"<!doctype html><script>alert(1)</script>"),
        ("photo.png", b"MZ\x90\x00" + bytes(500)),
        ("video.mp4", b"#!/bin/sh\nrm -rf /\n"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("note.mp3", b""),
    ],
)
def test_a_file_is_what_its_first_bytes_say_and_not_its_name(page: Page, name: str, content: bytes) -> None:
    answer = post(page.phone(), files=[("good.jpg", picture()), (name, content)])
    assert answer.status_code == 422
    assert "File 2" in answer.text
    assert list(page.office.pull(None, now=page.now)) == []


def test_too_many_files_and_too_large_ones_are_refused_in_words(page: Page) -> None:
    for over in (1, 2, 20):
        many = post(page.phone(), files=[("a", VOICE)] * (page.settings.most_files + over))
        assert (many.status_code, "at most 9" in many.text) == (422, True)
    large = post(page.phone(), files=[("a", b"#!AMR\n" + bytes(51_000_000))])
    assert (large.status_code, "at most 50 MB" in large.text) == (422, True)


def test_a_form_of_another_site_and_an_old_form_are_refused(page: Page) -> None:
    phone = page.phone()
    data = {**tokens(phone), **GOOD}
    foreign = phone.post("/report", data=data, headers={"Origin": "http://evil.test"})
    assert foreign.status_code == 403
    stranger = page.phone()
    assert stranger.post("/report", data=data).status_code == 403
    assert list(page.office.pull(None, now=page.now)) == []


def test_ten_thousand_posts_from_one_address_cost_little_and_everybody_else_is_served(page: Page) -> None:
    flood = page.phone("203.0.113.7")
    data = {**tokens(flood), **GOOD}
    own = page.phone("203.0.113.7")
    began = time.monotonic()
    codes: dict[int, int] = {}
    for number in range(200):  # what is refused is refused before its body is read: the rest cost the same
        token = f"{number:024d}"
        code = flood.post("/report", data={**data, "token": token}).status_code
        codes[code] = codes.get(code, 0) + 1
    assert set(codes) == {200, 429}
    assert codes[200] <= page.settings.posts_at_once + 4
    assert time.monotonic() - began < 60
    refused = own.post("/report", data=data)
    assert refused.status_code == 429
    assert "nothing" not in refused.text
    assert "kept on your telephone" in refused.text
    assert int(refused.headers["Retry-After"]) > 0
    assert post(page.phone("203.0.113.8")).status_code == 200
    page.later(hours=1)
    assert post(page.phone("203.0.113.7")).status_code == 200


def test_a_telephone_that_sent_before_is_not_held_up_by_its_neighbours(page: Page) -> None:
    worker = page.phone("203.0.113.7")
    assert post(worker).status_code == 200
    flood = page.phone("203.0.113.7")
    flood_form = {**tokens(flood), **GOOD}
    while flood.post("/report", data={**flood_form, "story": ""}).status_code != 429:
        pass
    assert post(worker).status_code == 200


def test_an_inbox_that_is_away_is_said_and_nothing_is_half_there(page: Page) -> None:
    phone = page.phone()
    data = {**tokens(phone), **GOOD}
    base = sa.create_engine(page.settings.inbox)
    with base.begin() as line:
        line.exec_driver_sql("ALTER TABLE posted RENAME TO away")
    refused = phone.post("/report", data=data, files=[("files", ("a", VOICE, "x/y"))])
    assert refused.status_code == 503
    assert "again in a few minutes" in refused.text
    with base.begin() as line:
        line.exec_driver_sql("ALTER TABLE away RENAME TO posted")
        assert line.scalar(sa.select(sa.func.count()).select_from(PART)) == 0
    assert phone.post("/report", data=data).status_code == 200
    base.dispose()


def test_what_is_old_leaves_the_inbox(page: Page) -> None:
    post(page.phone(), files=[("a", VOICE)])
    page.later(days=page.settings.kept_days - 1)
    page.phone().get("/")
    base = sa.create_engine(page.settings.inbox)
    with base.connect() as line:
        assert line.scalar(sa.select(sa.func.count()).select_from(POSTED)) == 1
    page.later(days=2)
    page.phone().get("/")
    with base.connect() as line:
        assert [line.scalar(sa.select(sa.func.count()).select_from(table)) for table in (POSTED, PART)] == [0, 0]
    base.dispose()


def test_a_page_that_is_started_anew_each_day_tidies_too(page: Page) -> None:
    post(page.phone(), files=[("a", VOICE)])
    page.later(days=page.settings.kept_days + 1)
    Counter(page.settings, page.inbox, lambda: page.now).tidy()
    assert page.inbox.let_go(page.now) == 0, "nothing is left"


def test_the_code_of_a_notice_board_names_its_site(page: Page) -> None:
    assert page.office.name_places({"abcd2345": "滨海花园二期"}) == 1
    assert page.office.name_places({"abcd2345": "滨海花园二期"}) == 0
    phone = page.phone()
    scanned = phone.get("/s/abcd2345").text
    assert "滨海花园二期" in scanned
    assert 'value="site" checked' in scanned, "whoever stands before the board of a site worked on one"
    assert phone.get("/s/zzzz9999").status_code == 200
    post(phone, site="滨海花园二期", site_code="abcd2345")
    (raw,) = page.office.pull(None, now=page.now)
    assert page.office.read(raw).site_name == "滨海花园二期"


def test_two_gigabytes_are_refused_before_they_are_sent(page: Page) -> None:
    with closing(socket.create_connection(("127.0.0.1", page.port), timeout=10)) as line:
        head = f"POST /report HTTP/1.1\r\nHost: x\r\nAccept-Language: en\r\nContent-Length: {2 * 1024**3}\r\n\r\n"
        line.sendall(head.encode())
        answer = b""
        while part := line.recv(65536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"too large" in answer
    assert b"kept on your telephone" in answer
    tricks = (b"Content-Length: -1", b"Content-Length: 9999999999999999", b"Transfer-Encoding: chunked")
    for trick in tricks:
        with closing(socket.create_connection(("127.0.0.1", page.port), timeout=10)) as line:
            line.sendall(b"POST /report HTTP/1.1\r\nHost: x\r\n" + trick + b"\r\n\r\n")
            assert line.recv(65536).split()[1] in (b"400", b"411", b"413")


def test_one_address_keeps_only_so_many_lines_busy(page: Page) -> None:
    lines = [socket.create_connection(("127.0.0.1", page.port), timeout=10) for _ in range(OPEN_AT_ONCE + 1)]
    for line in lines:
        line.sendall(HALF)
    answered, _, _ = select.select(lines, [], [], 20)  # in whichever order they came in: the one too many
    assert [line.recv(65536).split()[1] for line in answered] == [b"429"]
    for line in lines:
        line.close()


def test_turns_do_not_grow_and_come_back(page: Page) -> None:
    turns = Turns(2, 60)
    assert [turns.take("a", 0) for _ in range(3)] == [0, 0, 60]
    assert turns.take("b", 0) == 0
    assert turns.take("a", 61) == 0
    for number in range(60_000):
        turns.take(f"x{number}", 100)
    assert len(turns) <= 50_000
    assert place_of("2001:db8:1:2:3::4") == place_of("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert place_of("::ffff:10.0.0.1") == "10.0.0.1"


def test_a_file_is_known_by_its_first_bytes() -> None:
    known = {
        "image/jpeg": picture(),
        "audio/amr": VOICE,
        "video/mp4": FILM,
        "audio/mp4": b"\x00\x00\x00\x20ftypM4A " + bytes(50),
        "video/3gpp": b"\x00\x00\x00\x20ftyp3gp5" + bytes(50),
        "video/quicktime": b"\x00\x00\x00\x14ftypqt  " + bytes(50),
        "video/webm": b"\x1aE\xdf\xa3" + bytes(50),
        "audio/wav": b"RIFF\x00\x00\x00\x00WAVEfmt ",
        "audio/mpeg": b"\xff\xfb\x90\x64" + bytes(50),
        "audio/aac": b"\xff\xf1\x50\x80" + bytes(50),
        "application/pdf": b"%PDF-1.7\n",
    }
    found = {kind: media_of(content[:HEAD]) for kind, content in known.items()}
    assert {kind: media.type if media else None for kind, media in found.items()} == {kind: kind for kind in known}
    for nothing in (
        b"",
        b"\x00",
        b"\xff\xff\xff\xff",
        b"<html>",
        "中文".encode(),
        b"\xff\xfe" + "文".encode("utf-16-le"),
    ):
        assert media_of(nothing) is None


def test_the_page_is_pulled_again_after_its_overlap(page: Page) -> None:
    post(page.phone())
    page.later(minutes=5)
    since = page.now - timedelta(days=1)
    assert len(list(page.office.again(since, now=page.now))) == 1
