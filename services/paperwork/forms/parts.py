"""Parts of a form: a paragraph, a table, a row for each of many; and those that several forms share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph. `{{ key }}` is a blank; `when` names the blank without which the paragraph is left out."""

    text: str
    look: str = "body"
    when: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of two columns: what is asked, and the blank."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """A table with a row for each entry of a blank; left out when there is none."""

    key: str
    heads: tuple[str, ...]
    cells: tuple[str, ...]


Part: TypeAlias = Line | Grid | Loop


def to(who: str) -> Line:
    """Whom a paper is addressed to."""
    return Line(f"{who}：", "flush")


USCC = Line("统一社会信用代码：{{ uscc }}", "flush", "uscc")
TEXT = Line("{{ text }}", when="text")
CONTACT = Line("联系人和电话：{{ contact }}", "flush")
OFFICERS = Line("监察员：{{ officers }}", "flush")
