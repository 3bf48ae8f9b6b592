"""What docs/linking.md shows is what the linker does: its example is linked, its printed reasons are printed."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.cli import app
from services.linkage.resolve_rows import COLUMNS
from services.linkage.resolving import resolve

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "linking.md").read_text("utf-8")
WEIGHT = re.compile(r"[+-]\d+\.\d")
NOTHING = 0.25
PAGES = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", *(f"docs/{one.name}" for one in ROOT.glob("docs/*.md")))


@pytest.fixture(scope="module")
def june(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five complaints of the page as a file."""
    rows = [line for line in PAGE.splitlines() if re.match(r"\| A\d, ", line)]
    path = tmp_path_factory.mktemp("page") / "june.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        for day, row in enumerate(rows, start=1):
            told, firm, site, who, phone, owed, months = (cell.strip() for cell in row.strip("|").split("|"))
            first, _, last = months.removeprefix("2026-").partition(" to ")
            writer.writerow(
                {
                    "complaint_id": told[:2],
                    "channel": told[4:],
                    "submitted_at": f"2026-06-{day:02d} 09:00",
                    "employer_name": firm,
                    "site_name": site,
                    "district_code": "370215",
                    "complainant_name": who,
                    "complainant_phone": phone.replace("\\", ""),
                    "amount_owed": owed.replace(",", ""),
                    "arrears_from": f"2026-{first}",
                    "arrears_to": f"2026-{last}",
                }
            )
    return path


def test_the_five_complaints_are_the_claims_and_cases_that_the_page_says(june: Path) -> None:
    out = june.with_name("out.csv")
    assert resolve(june, out).rows == 5
    with out.open(encoding="utf-8", newline="") as file:
        found = {row["complaint_id"]: (row["case_id"], row["claim_id"]) for row in csv.DictReader(file)}
    assert found["A1"] == found["A2"] == ("A1", "A1")
    assert found["A3"] == ("A1", "A3")
    assert (found["A4"], found["A5"]) == (("A4", "A4"), ("A5", "A5"))


@pytest.mark.parametrize("printed", re.findall(r"^\$ (arrears why .*\n[^`]+)", PAGE, re.MULTILINE))
def test_the_reasons_on_the_page_are_those_that_the_command_prints(june: Path, printed: str) -> None:
    """Weights may move with the model; which findings speak, and for or against, is promised."""
    command, *shown = printed.replace("june.csv", str(june)).splitlines()
    wide = {"COLUMNS": "200", "TERMINAL_WIDTH": "200"}
    said = CliRunner().invoke(app, command.split()[1:], env=wide)
    assert said.exit_code == 0, said.output
    lines = {_bare(line) for line in said.output.splitlines()}
    assert [line for line in shown if line.strip() and line != "…" and _bare(line) not in lines] == []


def _bare(line: str) -> str:
    """A printed line with no model's name, and of its weights only whether they speak for, against or not at all."""
    without = re.sub(r"rules [^)]+", "rules", WEIGHT.sub(_side, line))
    return " ".join(without.split())


def _side(weight: re.Match[str]) -> str:
    return "0" if abs(float(weight.group())) < NOTHING else weight.group()[0]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_link_of_a_page_leads_somewhere(name: str) -> None:
    page = ROOT / name
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
