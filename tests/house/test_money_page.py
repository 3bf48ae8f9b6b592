"""What docs/money.md says about who pays is what the program proposes."""

from __future__ import annotations

import re
from pathlib import Path

from casework.liability import GROUNDS
from casework.rosters import MOST_LINES
from services.money.ledger import CAPS

PAGE = (Path(__file__).parent.parent.parent / "docs" / "money.md").read_text("utf-8")


def test_the_page_lists_every_ground_with_its_article_in_order() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|", PAGE, re.MULTILINE)
    assert [(key, article) for key, article, _ in rows] == [(ground.key, ground.article) for ground in GROUNDS]
    for (_, _, who), ground in zip(rows, GROUNDS, strict=True):
        if ground.irregular or ground.on_site:
            assert [name.strip().replace(" ", "_") for name in who.split(",")] == list(ground.by)


def test_the_page_says_how_large_a_roster_may_be() -> None:
    assert f"at most {CAPS.file_bytes // 1_000_000} MB and {MOST_LINES:,} lines" in PAGE
