"""Measures what the queue page costs as the store grows, beside a page that shows no case, and draws it.

    python -m benchmarks.growth --json docs/evidence/growth.json --chart docs/evidence/growth.svg

Stores of a thousand to a million complaints of five years, each with all that its way through the house leaves behind
(`benchmarks.stored_years`), and the same fifty cases on the queue; each served as in an office and asked over HTTP, the
two pages in turns. What counts is how the queue's time over the empty page's grows from the smallest store to the
largest. Each store is made anew and thrown away.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import evidence
from benchmarks.chart import BLUE, ORANGE, Line, Panel, draw
from benchmarks.pages import EMPTY, PAGES, over
from benchmarks.stored_cases import WAITING
from benchmarks.stored_years import make_years
from tests.postgres import binaries, running
from warehouse import crypto

BUDGET = 1.5
"""How many times the queue may cost more in the largest store than in the smallest, each over its empty page."""
SIZES = (1_000, 10_000, 100_000, 1_000_000)
ASKED = {name: PAGES[name] for name in (EMPTY, "queue", "dashboard", "case")}
PANELS = (
    Panel(
        "Page, milliseconds",
        (
            Line("queue", BLUE, "", False, lambda told: float(told["pages"]["queue"]["median_ms"])),
            Line("dashboard", ORANGE, "6 3", True, lambda told: float(told["pages"]["dashboard"]["median_ms"])),
            Line("no case", "#595959", "2 3", True, lambda told: float(told["pages"][EMPTY]["median_ms"])),
        ),
        logarithmic=True,
        round="{:.0f} ms".format,
    ),
    Panel(
        "Page over the page without a case",
        (
            Line("queue", BLUE, "", False, lambda told: float(told["pages"]["queue"]["ratio"])),
            Line("dashboard", ORANGE, "6 3", True, lambda told: float(told["pages"]["dashboard"]["ratio"])),
        ),
        logarithmic=True,
        round="{:.2f}".format,
    ),
)


def at_size(url: str, complaints: int, rounds: int) -> dict[str, Any]:
    """Fill an empty database with so many complaints, a case each, and ask for the pages."""
    engine, filled, pages = over(url, complaints, rounds, ASKED, make_years)
    ratios = ", ".join(f"{name} {one['median_ms']:.1f} ms ({one['ratio']:.2f})" for name, one in pages.items())
    sys.stdout.write(f"{engine}, {complaints:,} complaints stored in {filled:.0f} s: {ratios}\n")
    return {"family": engine, "complaints": complaints, "filled_s": filled, "pages": pages}


def growth(rows: list[dict[str, Any]], page: str) -> float:
    """How the page's ratio to the empty page grows from the smallest store to the largest."""
    ranked = sorted(rows, key=lambda row: int(row["complaints"]))
    return float(ranked[-1]["pages"][page]["ratio"] / ranked[0]["pages"][page]["ratio"])


def main(arguments: list[str] | None = None) -> int:
    """Measure each size on each engine, print, write, draw. Fails where the queue grows beyond the budget."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--chart", type=Path)
    asked = parser.parse_args(arguments)
    crypto.use(crypto.make_keyring())
    rows = []
    for size in asked.sizes:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(at_size(f"sqlite:///{folder}/arrears.db", size, asked.rounds))
    place = binaries()
    if place is None:
        sys.stdout.write("There is no PostgreSQL here; it was not measured.\n")
    else:
        for size in asked.sizes:
            with running(place) as server:
                server.run("CREATE DATABASE growth")
                rows.append(at_size(server.url("growth"), size, asked.rounds))
    grown = {
        engine: growth([row for row in rows if row["family"] == engine], "queue")
        for engine in dict.fromkeys(row["family"] for row in rows)
    }
    for engine, times in grown.items():
        sys.stdout.write(f"{engine}: the queue grows {times:.2f} times, budget {BUDGET}.\n")
    if asked.json:
        figures = {"on_the_queue": WAITING, "rounds": asked.rounds, "budget": BUDGET, "growth": grown, "sizes": rows}
        evidence.write(asked.json, "python -m benchmarks.growth", figures)
    if asked.json and asked.chart:
        told = json.loads(asked.json.read_text(encoding="utf-8"))
        said = "Milliseconds of the queue, the dashboard and a page without a case against the complaints stored"
        asked.chart.write_text(draw(told["figures"]["sizes"], told["about"], PANELS, said), encoding="utf-8")
    return 0 if max(grown.values()) <= BUDGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
