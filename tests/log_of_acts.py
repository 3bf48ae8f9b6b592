"""What the product writes into the audit log in any test is what docs/audit-acts.md says: the act, and its details.

Whoever reads a log of years later has nothing but these names. An act that is called otherwise, or that tells a detail
more or less, is another act to them; and none of it may ever be personal, so a new name is looked at by somebody.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, wraps
from pathlib import Path
from typing import Any

import pytest

from warehouse import audit

PAGE = Path(__file__).parents[1] / "docs" / "audit-acts.md"
_LINE = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]*) \|$", re.M)


@cache
def told() -> Mapping[str, frozenset[frozenset[str]]]:
    """Each act of the page, with the details that one row of it may have: the names of one row, or of another."""
    found = {}
    for act, _, _, details in _LINE.findall(PAGE.read_text("utf-8")):
        found[act] = frozenset(frozenset(re.findall(r"`(\w+)`", one)) for one in details.split(" or "))
    return found


def said() -> Mapping[str, tuple[str, str]]:
    """What the page calls each act, in English and in Chinese."""
    return {act: (english, chinese) for act, english, chinese, _ in _LINE.findall(PAGE.read_text("utf-8"))}


@contextmanager
def held_to_the_page() -> Iterator[list[str]]:
    """Until the end every act that the product records is held against the page; what is not on it is in the list."""
    unlike: list[str] = []
    real = audit.record

    @wraps(real)
    def record(*given: Any, **named: Any) -> None:
        act, details = named["act"], frozenset(named.get("details") or {})
        by_a_test = str(sys._getframe(1).f_globals["__name__"]).startswith("tests.")
        if not by_a_test and details not in told().get(act, ()):
            unlike.append(f"{act}: {', '.join(sorted(details)) or 'no details'}")
        real(*given, **named)

    patch = pytest.MonkeyPatch()
    patch.setattr(audit, "record", record)
    try:
        yield unlike
    finally:
        patch.undo()
