"""Every event is one line of JSON with named fields only, whatever a caller or a stranger puts into it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.office.event_log import FIELDS, Lines, allowed, line, listen, logger

ROOT = Path(__file__).parents[2]
HOSTILE = st.text(st.characters(), max_size=60) | st.sampled_from(
    ["a\nb", "a\r\nb", "\x1b[31mred", "\u2028", "\u202eevil", "13987654321", "370282199001011234", "欧阳验漏", "a@b.cn"]
)
VALUES = HOSTILE | st.integers() | st.floats(allow_nan=False) | st.none() | st.lists(HOSTILE, max_size=3)
PERSONAL = ("13987654321", "370282199001011234", "欧阳验漏", "a@b.cn", "王", "6222020200112233445")


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)) | HOSTILE, VALUES, max_size=12))
def test_whatever_is_handed_over_one_line_of_named_fields_comes_out(fields: dict[str, object]) -> None:
    said = line(fields)
    assert said.isascii()
    assert all(letter.isprintable() for letter in said)
    told = json.loads(said)
    assert set(told) <= set(FIELDS)
    kept = sum(1 for name, value in fields.items() if name in told and told[name] == value)
    if "withheld" not in fields:
        assert kept + told.get("withheld", 0) == sum(value is not None for value in fields.values())


@pytest.mark.parametrize("name", sorted(FIELDS))
@pytest.mark.parametrize("secret", PERSONAL)
def test_no_field_takes_a_person(name: str, secret: str) -> None:
    number: list[object] = [int(secret)] if secret.isdecimal() else []
    for said in (secret, f"acc_{secret}", f"system:{secret}", f"/cases/{secret}", f"x.py:{secret}", *number):
        assert set(allowed({name: said})) <= {"withheld"}, said


def test_honest_fields_pass() -> None:
    honest: dict[str, object] = {
        "at": "2026-11-22T08:30:00.123456Z",
        "level": "info",
        "part": "console",
        "event": "http",
        "request": "0123456789abcdef",
        "method": "GET",
        "route": "/cases/{matter_no}/photos/{photo_id:path}",
        "status": 200,
        "ms": 12.5,
        "account": "acc_" + "0" * 30,
        "run": "run_" + "1234567890abcdef",
        "job": "collect",
        "subject": "hotline_12345",
        "command": "warn score",
        "kind": "Unreadable:bad_phone",
        "places": "app.py:12 > guard.py:7",
        "flow_run": "0f0e0d0c-0b0a-0908-0706-050403020100",
    }
    assert allowed(honest) == honest


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[Path]:
    """A log of this test's own; the process hears as before afterwards."""
    root, ours = logging.getLogger(), logging.getLogger("arrears")
    before = root.handlers, root.level, ours.level
    yield tmp_path / "logs" / "arrears.log"
    for handler in root.handlers:
        if handler not in before[0]:
            handler.close()
    root.handlers, root.level = before[0], before[1]
    ours.setLevel(before[2])


def test_the_log_is_its_owners_and_has_one_line_an_event(heard: Path) -> None:
    listen(heard)
    logger("run").info("run_ended", job="link", state="complete", ms=3, employer="某某建筑公司")
    logger("run").debug("never", job="link")
    logging.getLogger("some.library").warning("told of %s\nand more", "13987654321")
    try:
        raise ValueError("13987654321")
    except ValueError:
        logging.getLogger("some.library").exception("13987654321")
    assert heard.stat().st_mode & 0o077 == 0
    text = heard.read_text("ascii")
    assert "13987654321" not in text
    first, second, third = (json.loads(one) for one in text.splitlines())
    assert (first["event"], first["part"], first["level"], first["withheld"]) == ("run_ended", "run", "info", 1)
    assert (second["event"], second["logger"], second["level"]) == ("library", "some.library", "warning")
    assert second["places"].startswith("test_event_log.py:")
    assert third["kind"] == "ValueError"


def test_the_level_is_asked(heard: Path) -> None:
    listen(heard, level="error")
    logger("run").info("run_ended")
    logger("run").error("run_ended", state="failed")
    assert [json.loads(one)["state"] for one in heard.read_text().splitlines()] == ["failed"]


def test_a_log_that_is_put_aside_is_begun_anew(heard: Path) -> None:
    listen(heard)
    logger("run").info("first")
    heard.rename(heard.with_suffix(".1"))
    logger("run").info("second")
    assert json.loads(heard.read_text())["event"] == "second"


def test_a_log_that_cannot_be_written_stops_nobody() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    script = (
        "from pathlib import Path; from services.office.event_log import listen, logger;"
        "listen(Path('/dev/full')); logger('run').info('lost'); print('went on')"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stdout.strip()) == (0, "went on")
    assert "Logging error" not in ran.stderr
    assert "lost" not in ran.stderr


def test_the_words_of_prefect_are_blotted_out_and_stay_one_line() -> None:
    from pipelines.safe import FlowLines

    words = "asked\n13987654321 \x1b[31m 欧阳验漏"
    record = logging.LogRecord("prefect.flow_runs", logging.INFO, "x.py", 1, words, (), None)
    run = "0f0e0d0c-0b0a-0908-0706-050403020100"
    record.__dict__["flow_run_id"] = run
    told = json.loads(FlowLines().format(record))
    assert (told["event"], told["flow_run"]) == ("prefect", run)
    assert told["words"] == "asked\n[number] \x1b[31m [text]"
    assert "\n" not in FlowLines().format(record)
    other = logging.LogRecord("sqlalchemy", logging.WARNING, "x.py", 1, words, (), sys.exc_info())
    assert "words" not in json.loads(FlowLines().format(other))
    assert "words" not in json.loads(Lines().format(record))
