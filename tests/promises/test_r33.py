"""R33: no pattern of ours and no line of the log can be abused by what a stranger writes.

Every pattern of the tree is found in its source and asked with texts of 50,000 signs made from what it looks for itself
(there is no list of patterns to forget one in). Seconds are those of the processor: other work on the machine does not
count. Then every field that may be logged is given breaks of line, escapes and marks of writing direction.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import logging
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casework.homes import without_homes
from casework.secrecy import names_of, names_one_of
from casework.written_numbers import _written as written_number
from console.words import shape_of
from dedupe.employers import employer
from dedupe.extraction import boss_phone_in, probably_arrears
from dedupe.persons import credit_code, foreman, id_number, person, phone
from dedupe.sites import site
from tests.promises.patterns import LENGTH, Found, every, texts, took
from tests.promises.proofs import SCALE, Proof, proof
from warehouse.queries.masks import _written, mask_secret

MOST = 0.1
EACH = 60 if SCALE >= 1 else 6
PUT_TOGETHER: dict[str, tuple[re.Pattern[str], int]] = {
    "casework/written_numbers.py": (written_number("37028219800101001X"), LENGTH),
    "casework/secrecy.py": (re.compile(r"\d+|青岛蓝天海产加工有限公司|林守望"), LENGTH),
    "dedupe/employers.py": (re.compile(r"[(\[【〔]原蓝天公司[)\]】〕]"), 120),
    "dedupe/spotting.py": (re.compile("held in a table, found there"), LENGTH),
    "warehouse/queries/masks.py": (_written("欧阳 林守望"), LENGTH),
    "console/words.py": (shape_of("The field {0} of {1} has {2} signs."), 2_000),
}
"""Patterns that only running code knows, as they look with what is usual, and how many signs they are asked with.

Sentences of refusals are put together from ours: 2,000 signs are many times what there is.
"""
SEARCHED = frozenset({"search"})


def _names_lin(text: str) -> object:
    return names_one_of(text, ["林守望"])


def _masked(text: str) -> object:
    return mask_secret(text, "林守望")


def _without_homes(text: str) -> object:
    return without_homes(text, ["青岛市城阳区夏庄街道毽栊巷12号"])


WAYS_IN: tuple[Callable[[str], object], ...] = (
    employer, site, person, foreman, phone, id_number, credit_code, probably_arrears, boss_phone_in, names_of,
    _names_lin, _masked, _without_homes,
)  # fmt: skip
NASTY = (
    "\r", "\n", "\r\n", "\x1b[2J", "\x1b]0;x\x07", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x00", "\x1c", "\u202e",
    "\u2066", "\u200f", "\ufeff", '"}\n{"event":"forged', "\\n", "%s%n", "{event}", "\ud800", "😀" * 300, "a" * 70_000,
)  # fmt: skip


def slow(found: list[Found], made: Proof, most: int = EACH) -> list[str]:
    """Patterns that take longer than they may, each with the text that shows it."""
    wrong = []
    for one in found:
        made.count("patterns")
        for text in texts(one.pattern, most, 33, one.longest):
            made.count("texts")
            seconds = took(one, text, most=MOST)
            made.counted["worst, ms"] = max(made.counted.get("worst, ms", 0), round(seconds * 1000))
            if seconds > MOST:
                wrong.append(f"{one.place}: {one.pattern.pattern[:80]!r} over {text[:12]!r}: {seconds:.2f} s")
                break
    return wrong


def ways_in(made: Proof) -> list[str]:
    """What cuts a text before its patterns see it, asked with the whole of it: all its patterns in half a second."""
    wrong = []
    units = ("1", "一", "劳务1", "族", "(", "（", "第1", " ", "a@", "省市", "王 ", "欠")
    for unit in units:
        body = unit * (LENGTH // len(unit))
        for act in WAYS_IN:
            made.count("ways in")
            begun = time.thread_time()
            act(body)
            seconds = time.thread_time() - begun
            if seconds > 5 * MOST:
                wrong.append(f"{act.__name__} over {unit!r}: {seconds:.2f} s")
    return wrong


def lines(made: Proof, folder: Path) -> list[str]:
    """Every field of the log with each nasty text, and libraries that say it in every way: what is not one line."""
    log: Any = importlib.import_module("services.office.event_log")
    root = logging.getLogger()
    before = list(root.handlers), root.level
    path, wrong, said = folder / "events.log", [], 0
    try:
        log.listen(path)
        ours = log.logger("console")
        for nasty in NASTY:
            for name in log.FIELDS:
                if name not in ("event", "level"):
                    ours.info("http", **{name: nasty})
                    said += 1
            ours.info(nasty[:1_000])
            library = logging.getLogger("lib" + nasty[:20])
            library.warning(nasty)
            library.warning("%s", nasty)
            library.error("failed", exc_info=ValueError(nasty))
            said += 4
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers, root.level = before[0], before[1]
    written = path.read_bytes().split(b"\n")
    made.count("log lines", len(written) - 1)
    if len(written) - 1 != said:
        wrong.append(f"{said} events are {len(written) - 1} lines")
    return wrong + [repr(one[:80]) for one in written[:-1] if not _is_one(one)]


def _is_one(line: bytes) -> bool:
    """One object of JSON, of printing ASCII."""
    try:
        told = json.loads(line)
    except ValueError:
        return False
    return isinstance(told, dict) and all(0x20 <= sign < 0x7F for sign in line)


@pytest.mark.timeout(600)
def test_r33(tmp_path: Path) -> None:
    logs = importlib.util.find_spec("services.office.event_log") is not None
    enough = {"patterns": 200, "texts": 200 * EACH // 2, "ways in": 100} | ({"log lines": 500} if logs else {})
    with proof("R33", seed=33, enough=enough) as made:
        found, unknown = every()
        files = {one.place.partition(":")[0] for one in unknown}
        assert files == set(PUT_TOGETHER), "a pattern that only running code knows: add how it looks"
        found += [Found(f"{name}: put together", "", one, SEARCHED, most) for name, (one, most) in PUT_TOGETHER.items()]
        assert slow(found, made) + ways_in(made) == []
        if logs:
            assert lines(made, tmp_path) == []
        unproven = Proof("R33", 33, {})
        for bug, pattern in (("a repeat in a repeat", r"(?:\d+|x)+y"), ("a repeat that begins anywhere", r"\s+\n")):
            planted = Found("planted", "", re.compile(pattern), SEARCHED)
            made.planted(bug, caught=bool(slow([planted], unproven, 6)))
        made.planted("a line with a break in it", caught=not _is_one(b'{"a": 1}\r') and not _is_one(b'{"a": "\xe2"}'))
