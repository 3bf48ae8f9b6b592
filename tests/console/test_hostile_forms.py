"""What no browser would send: refused in words, and never a broken page."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from sandbox.platforms.hotline_12345 import Hotline
from services.office.settings import Settings
from tests.console.conftest import Person, served
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, CaseRow

LogIn = Callable[[str], Person]
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "nonsense"])
@pytest.mark.parametrize("field", ["csrf", "q"])
def test_halves_of_characters_break_no_page(charset: str, field: str, log_in: LogIn) -> None:
    desk = log_in("desk")
    half = {"utf-7": b"+2AA-", "unicode_escape": b"\\ud800"}.get(charset, b"\xff\xfe")
    fields = {"csrf": desk.token().encode(), "q": b"a", field: half}
    body = b"".join(
        b'--B\r\nContent-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + value + b"\r\n"
        for name, value in fields.items()
    )
    kind = f"multipart/form-data; boundary=B; charset={charset}"
    headers = {"Origin": desk.address, "Content-Type": kind}
    answer = desk.client.post("/search", content=body + b"--B--\r\n", headers=headers)
    assert answer.status_code in (200, 403), answer.status_code


def test_a_form_that_does_not_say_its_length_is_refused(log_in: LogIn) -> None:
    desk = log_in("desk")
    opening = f"csrf={desk.token()}&q=".encode()

    def endless() -> Iterator[bytes]:
        yield opening
        for _ in range(3):
            yield b"x" * 1_000_000

    headers = {"Origin": desk.address, "Content-Type": FORM}
    assert desk.client.post("/search", content=endless(), headers=headers).status_code == 411


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "http://a]b", "//", "http://"])
def test_an_origin_that_is_no_address_is_refused(origin: str, log_in: LogIn) -> None:
    desk = log_in("desk")
    answer = desk.client.post("/search", data={"csrf": desk.token(), "q": "a"}, headers={"Origin": origin})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/cases/%00", "/queue?sent=%00", "/review?left=%00&right=x", "/queue/preview/a%00b"])
def test_a_null_character_in_an_address_is_no_page(path: str, log_in: LogIn) -> None:
    log_in("desk").get(path, status=404)


@pytest.mark.parametrize("month", ["1٣٣٣-01", "1000-01", "9999-12", "2026-13"])
def test_a_month_of_no_calendar_is_refused(month: str, log_in: LogIn) -> None:
    desk = log_in("desk")
    desk.post("/statistics/export", status=422, span=month, kind="xlsx", purpose="x")
    desk.get(f"/statistics?month={month}", status=422)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59", "1800-01-01 09:00"])
def test_a_visit_outside_the_years_of_the_work_is_refused(moment: str, morning: Warehouse, log_in: LogIn) -> None:
    head = log_in("head")
    with morning.read() as session:
        number, version = session.execute(select(CaseRow.matter_no, CaseRow.version)).first() or ("", 0)
    fields = {"visited_at": moment, "place": "x", "problems_found": "0", "problems_corrected": "0"}
    page = head.post(f"/cases/{number}/visit", status=422, version=version, **fields)
    assert "请填写日期和时间" in page or "2026-11-20 09:30" in page


def test_what_is_typed_into_an_address_does_not_stay_in_the_log(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    for typed in ("孙志强", "13812343307", "370215199001011234"):
        desk.get(f"/cases/{typed}", status=404)
    desk.get("/cases/JM2026-99999", status=404)
    with morning.read() as session:
        subjects = session.scalars(select(AuditRow.subject).where(AuditRow.act == "refused")).all()
    assert subjects == ["-", "-", "-", "JM2026-99999"]


def test_a_broken_request_leaves_no_words_of_it_in_the_servers_log(morning: Warehouse, settings: Settings) -> None:
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(logging.Formatter().format(record))

    keeper = Keep()
    platform = Hotline()  # an imitated platform in the same process keeps its own server quiet, and no other
    platform.stop()
    with served(morning, settings) as address:
        assert address
        app = logging.getLogger("uvicorn.error")
        app.addHandler(keeper)
        try:
            app.error("Exception in ASGI application\n", exc_info=ValueError("孙志强 13812343307"))
        finally:
            app.removeHandler(keeper)
    assert len(lines) == 1
    assert not re.search("孙志强|13812343307", lines[0])
