"""Where a canary may stand: `allowed_masks.csv` names each page, answer and paper, what of a person, and for whom.

What is seen anywhere else, in any form, is a leak. A line of the file that nothing needs any more is one too.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.promises.canary_scan import Scanner, Sighting

FILE = Path(__file__).with_name("allowed_masks.csv")
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Allowed:
    """One line of the file: at this place these values may stand in this form, before these roles."""

    place: str
    values: frozenset[str]
    form: str
    roles: frozenset[str]
    reason: str


def allowed() -> list[Allowed]:
    """The file, line by line. A line without a reason allows nothing."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [{name: (cell or "").strip() for name, cell in row.items()} for row in csv.DictReader(file)]
    assert all(row["reason"] and row["place"] and row["values"] for row in rows)
    return [
        Allowed(
            row["place"], frozenset(row["values"].split()), row["form"], frozenset(row["roles"].split()), row["reason"]
        )
        for row in rows
    ]


@dataclass
class Ground:
    """What was looked at, and what was seen there."""

    scanner: Scanner
    rules: list[Allowed] = field(default_factory=allowed)
    wrong: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    used: set[Allowed] = field(default_factory=set)

    def look(self, place: str, body: bytes | str, role: str = "") -> set[Sighting]:
        """Look at one thing. `role`: before whom it stands. What may not stand there is noted as wrong."""
        found = self.scanner.look(body)
        for kind, form in {(one.value, one.form) for one in found}:
            rule = self._rule(place, kind, form, role)
            if rule is None:
                self.wrong[f"{place}: {kind} {form}" + (f" before {role}" if role else "")] += 1
            else:
                self.used.add(rule)
                self.seen[f"{kind} {form}"] += 1
        return found

    def answer(self, place: str, role: str, answer: httpx.Response) -> set[Sighting]:
        """An answer of the console: its body, and its address, title and head, where nothing of anybody may stand."""
        title = _TITLE.search(answer.content)
        self.look(f"{place}#title", title[1] if title else b"", role)
        self.look(f"{place}#address", f"{answer.request.url} {answer.headers.get('location', '')}", role)
        head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        self.look(f"{place}#head", head, role)
        return self.look(place, answer.content, role)

    def folder(self, place: str, folder: Path) -> Iterator[Path]:
        """Every file in a folder, its name and its bytes; gives each that was looked at."""
        for path in sorted(folder.rglob("*")):
            self.look(f"{place}#name", str(path.relative_to(folder)))
            if path.is_file() and not path.is_symlink():
                self.look(f"{place}/{path.relative_to(folder)}", path.read_bytes())
                yield path

    def unused(self) -> list[str]:
        """Lines of the file by which nothing was allowed."""
        return [f"{one.place}: {' '.join(sorted(one.values))} {one.form}" for one in self.rules if one not in self.used]

    def _rule(self, place: str, kind: str, form: str, role: str) -> Allowed | None:
        for one in self.rules:
            if (
                one.place == place
                and kind in one.values
                and one.form == form
                and (role in one.roles or "*" in one.roles)
            ):
                return one
        return None
