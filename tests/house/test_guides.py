"""The guides name buttons, menus and states as they stand on the screen: every word they quote is in the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent.parent
GUIDES = [
    ("docs/guide-inspector.md", "en", re.compile(r"\*\*(.+?)\*\*")),
    ("docs/guide-inspector.zh-CN.md", "zh_CN", re.compile(r"「([^」]+)」")),
]
_VALUE = re.compile(r"%\(\w+\)s|\{\d\}")
"""A place for a value; the guides write N there."""


def on_screen(language: str) -> set[str]:
    """Every string of a catalogue as it is shown; in English a string without another is shown as it is."""
    with (ROOT / "console/locale" / language / "LC_MESSAGES/arrears.po").open("rb") as file:
        catalogue = read_po(file)
    found: set[str] = set()
    for message in catalogue:
        string = message.string or ()
        given = string if isinstance(string, str) else [one for one in string if one]
        source = message.id if isinstance(message.id, str) else list(message.id)
        shown = given or source
        found.update([shown] if isinstance(shown, str) else shown)
    return {_VALUE.sub("N", one) for one in found if one}


def quoted(page: str, words: re.Pattern[str]) -> list[str]:
    """The words a guide quotes, a break of line within them taken as a space."""
    return [re.sub(r"\s+", " ", one) for one in words.findall(page)]


@pytest.mark.parametrize(("page", "language", "words"), GUIDES)
def test_every_word_that_a_guide_quotes_stands_on_the_screen(page: str, language: str, words: re.Pattern[str]) -> None:
    found = quoted((ROOT / page).read_text("utf-8"), words)
    known = on_screen(language)
    assert len(set(found)) > 100
    assert [one for one in found if one not in known] == []


def test_both_guides_quote_the_same_words_in_the_same_chapters() -> None:
    chapters = [
        [len(words.findall(one)) for one in re.split(r"^## ", (ROOT / page).read_text("utf-8"), flags=re.MULTILINE)]
        for page, _, words in GUIDES
    ]
    assert chapters[0] == chapters[1]


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_both_readmes_lead_to_the_guide(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    assert "](docs/guide-inspector.zh-CN.md)" in text
    assert "](docs/guide-inspector.md)" in text


def test_what_the_guides_link_to_is_there() -> None:
    for page, _, _ in GUIDES:
        for link in re.findall(r"\]\(([^)#]+)\)", (ROOT / page).read_text("utf-8")):
            assert (ROOT / "docs" / link).is_file(), link
