"""The layouts of files that people bring, each a table of facts (`<name>.toml`); a further one is a further table."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from casework.calendar import SHANGHAI

HERE = Path(__file__).parent
NAMES = ("template", "messages", "us_claims")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One layout.

    `columns` leads a column to the fact of a complaint it holds; `synonyms` leads other headings to a column; `key` are
    the columns that make a row's own key. `currency` is set where `sums` are not yuan.
    """

    name: str
    title: str
    needed: tuple[str, ...]
    key: tuple[str, ...]
    ignores: frozenset[str]
    columns: Mapping[str, str]
    synonyms: Mapping[str, str] = field(default_factory=dict)
    date_form: str | None = None
    zone: ZoneInfo = field(default_factory=lambda: SHANGHAI)
    currency: str | None = None
    sums: tuple[str, ...] = ()
    construction: Mapping[str, str] | None = None
    probably_arrears: bool | None = None
    narrative: str | None = None

    def column(self, heading: str) -> str:
        """The column that a heading of a file stands for; an unknown heading stands for itself."""
        return self.synonyms.get(heading, self.synonyms.get(heading.split("(")[0], heading))

    def known(self) -> frozenset[str]:
        """Every column this layout has a place for."""
        return frozenset(self.columns) | self.ignores | set(self.key) | set(self.sums)


def load(name: str) -> Layout:
    """Read a layout's facts."""
    facts: dict[str, Any] = tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))
    return Layout(
        name=name,
        title=facts["title"],
        needed=tuple(facts["needed"]),
        key=tuple(facts["key"]),
        ignores=frozenset(facts["ignores"]),
        columns=facts["columns"],
        synonyms=facts.get("synonyms", {}),
        date_form=facts.get("date_form"),
        zone=ZoneInfo(facts["zone"]) if "zone" in facts else SHANGHAI,
        currency=facts.get("currency"),
        sums=tuple(facts.get("sums", ())),
        construction=facts.get("construction"),
        probably_arrears=facts.get("probably_arrears"),
        narrative=facts.get("narrative"),
    )


LAYOUTS: Mapping[str, Layout] = {name: load(name) for name in NAMES}
