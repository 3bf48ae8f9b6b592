"""What stands before every page: forms as our pages send them, at a pace, and headers on every answer."""

from __future__ import annotations

import asyncio
import time

import pytest
from starlette.datastructures import Headers
from starlette.types import Message

from counter import door
from counter.desk import WORDS
from counter.door import LARGEST
from counter.pages import ALWAYS
from counter.turns import Pace
from tests.counter.conftest import GOOD, Page, post, tokens
from tests.loops import run

FILES = "multipart/form-data; boundary=x"
SHORT = "application/x-www-form-urlencoded"
STRANGE = ("", "text/plain", "application/json", "multipart/mixed; boundary=x", f"{FILES}; charset=utf-7",
           f'{FILES}; charset="punycode"', f"{SHORT}; charset=idna")  # fmt: skip


def test_what_is_no_form_of_ours_is_refused_in_words(page: Page) -> None:
    phone = page.phone()
    for path in ("/report", "/progress", "/answer", "/n", "/n/none"):
        for kind in STRANGE:
            answer = phone.post(path, content=b"--x--", headers={"Content-Type": kind})
            assert (answer.status_code, "did not arrive whole" in answer.text) == (415, True), (path, kind)


@pytest.mark.parametrize("charset", ["", "; charset=UTF-8", '; charset="utf-8"'])
def test_a_form_may_say_that_it_is_utf_8(page: Page, charset: str) -> None:
    phone = page.phone()
    asked = f"csrf={tokens(phone, '/progress')['csrf']}&receipt=x&four=0001"
    answer = phone.post("/progress", content=asked, headers={"Content-Type": SHORT + charset})
    assert answer.status_code == 404


def test_words_without_files_are_short_wherever_they_go(page: Page) -> None:
    phone = page.phone()
    data = {**tokens(phone), **GOOD}
    for path in ("/report", "/n/none"):
        long = phone.post(path, data={**data, "story": "a" * LARGEST})
        assert (long.status_code, "did not arrive whole" in long.text) == (413, True)
    whole = phone.post("/report", data={**data, "story": "长" * 7_900}, files=[("files", ("", b"", "x/y"))])
    assert whole.status_code == 200, "the form of the page sends the longest story in parts"


def test_words_have_a_pace_before_their_body_is_read(page: Page) -> None:
    worker, flood = page.phone("10.0.0.1"), page.phone("10.0.0.1")
    assert post(worker).status_code == 200
    codes = [flood.post("/answer", data={"csrf": "x"}).status_code for _ in range(WORDS[0] + 1)]
    assert codes == [403] * WORDS[0] + [429]
    refused = flood.post("/n", data={"csrf": "x"})
    assert (refused.status_code, "Too many tries" in refused.text) == (429, True)
    assert worker.post("/progress", data={"csrf": "x"}).status_code == 403, "who has a mark is not held up by them"
    assert post(flood).status_code == 200, "nor is a posting"
    assert page.phone("10.0.0.2").post("/progress", data={"csrf": "x"}).status_code == 403


def test_devices_of_one_place_have_a_pace_together() -> None:
    pace = Pace(1, 1)
    assert pace.take(None, "a", 0) == 0
    taken = [pace.take(f"device {number}", "a", 0) == 0 for number in range(20)]
    assert taken == [True] * 10 + [False] * 10
    assert pace.take("device 1", "b", 0) == 0


def test_a_refused_body_that_never_comes_is_waited_for_a_short_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "DRAIN_SECONDS", 0.05)
    waited = []

    async def receive() -> Message:
        waited.append(time.monotonic())
        await asyncio.sleep(0 if len(waited) < 3 else 60)
        return {"type": "http.request", "body": b"x", "more_body": True}

    run(door._let_run_by(receive, Headers({"content-length": "1000"})))
    assert len(waited) == 3, "what comes is let run by"
    assert time.monotonic() - waited[0] < 10


def test_the_page_for_what_broke_has_the_headers_of_every_page(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = page.phone().get("/privacy").headers
    monkeypatch.setattr(page.inbox, "_engine", None)
    broken = page.phone().get("/s/abcd2345")
    assert (broken.status_code, "again in a few minutes" in broken.text) == (503, True)
    for name in (*ALWAYS, "Cache-Control"):
        assert broken.headers.get(name) == whole[name], name
    assert broken.headers["Cache-Control"] == "no-store"
