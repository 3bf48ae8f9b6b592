"""The page on papers says what the tables say."""

from __future__ import annotations

import re
from pathlib import Path

from casework.blanks import BLANKS, COMMON, Origin
from casework.documents import KINDS
from casework.settings_of_papers import ROWS

PAGE = (Path(__file__).parent.parent.parent / "docs" / "papers.md").read_text("utf-8")


def listed(kind: str, *origins: Origin) -> str:
    """The blanks of a kind as the page lists them, those that must be filled in bold."""
    names = [
        f"**`{blank.key}`**" if blank.required else f"`{blank.key}`"
        for blank in BLANKS[kind]
        if blank.origin in origins and blank not in COMMON
    ]
    return ", ".join(names) or "—"


def test_every_kind_stands_on_the_page_with_its_blanks() -> None:
    for kind, row in KINDS.items():
        cells = (f"`{kind}`", row.title, row.word, listed(kind, Origin.CASE, Origin.ACT), listed(kind, Origin.TYPED))
        assert f"| {' | '.join(cells)} |" in PAGE, kind


def test_every_setting_of_papers_stands_on_the_page() -> None:
    names = {re.sub(r"^document\.(title|word)\..*", r"document.\1.<kind>", name) for name, *_ in ROWS}
    assert [name for name in sorted(names) if f"`{name}`" not in PAGE] == []
