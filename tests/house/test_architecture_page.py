"""The page on the architecture names every table there is, under the file of its model."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_names_every_table_under_its_family() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    told = dict(re.findall(r"^\| ([a-z_]+) \| ([a-z_, ]+) \|$", page.partition("| family |")[2], re.MULTILINE))
    kept = {
        path.stem: re.findall(r'__tablename__ = "(\w+)"', path.read_text("utf-8"))
        for path in (ROOT / "warehouse" / "models").glob("*.py")
    }
    assert {family: tables.split(", ") for family, tables in told.items()} == {
        family: tables for family, tables in kept.items() if tables
    }
