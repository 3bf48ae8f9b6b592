"""docs/investigation.md says what the tables say: the fifteen lines and the settings."""

from __future__ import annotations

import re
from pathlib import Path

from casework.inquiry import ITEMS, SIDES, SIGNATURES
from casework.settings_of_acts import ROWS
from casework.settings_of_law import SETTINGS

PAGE = (Path(__file__).parent.parent.parent / "docs" / "investigation.md").read_text("utf-8")


def test_the_page_prints_the_fifteen_lines_as_they_are() -> None:
    found = re.findall(r"^\| (\d+) \| (.+?) \|(.*?)\| (.+?) \|$", PAGE, re.MULTILINE)
    wanted = [(str(item.no), item.name, "from, to" if item.months else "", item.source) for item in ITEMS]
    assert [tuple(part.strip() for part in row) for row in found] == wanted


def test_the_page_names_every_mark_and_every_way_a_record_ends() -> None:
    assert "、".join(SIDES.values()).replace("、", ", ") in PAGE
    for signature in SIGNATURES:
        assert f"`{signature}`" in PAGE


def test_the_page_names_every_setting_with_what_holds_without_it() -> None:
    for name, default, _source, _says in ROWS:
        assert SETTINGS[name].default == default
        shown = (
            ", ".join(map(str, default))
            if isinstance(default, list)
            else "off"
            if default is False
            else (default or "empty")
        )
        assert f"| `{name}` | {shown} |" in PAGE
