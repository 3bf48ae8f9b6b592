"""Measures how long the workbook and the text of a month take to be taken out, beside the pages of what they hold.

    python -m benchmarks.export --json docs/evidence/export.json

The console runs as it does in an office over a store of many cases, and a desk officer asks over HTTP: for the month
that is just over and for the one that runs, and by the buttons of its page for the workbook and the text of each.
Beside the month both hold the year up to it and the same of the year before: so they are compared with the four pages
that somebody would have to open for these figures. They take turns. Both files are opened before: they must count the
same complaints and cases.
"""

from __future__ import annotations

import argparse
import csv
import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from openpyxl import load_workbook
from sqlalchemy import text

from benchmarks import evidence
from benchmarks.pages import NOW, logged_in
from benchmarks.serving import served
from benchmarks.stored_cases import make_cases
from services.months.book_tables import TOTALS
from services.office.settings import Settings
from tests.postgres import binaries, running
from warehouse import crypto
from warehouse.engine import Warehouse, open_warehouse
from warehouse.schema import upgrade
from warehouse.statistics.definitions import BY_NAME

BUDGET = 1.5
"""How many times the pages of the spans that stand in it a file may take."""
MONTHS = {"over": "2026-10", "runs": f"{NOW:%Y-%m}"}
COUNTED = ("received", "cases_opened", "concluded")
"""Figures that the page and both files must agree on."""
Measured = dict[str, dict[str, float]]


def asked(client: httpx.Client, month: str) -> dict[str, Callable[[], httpx.Response]]:
    """The ways to see a month, each by requests as its page makes them; `pages` are those of all four spans."""
    token = client.cookies.get("csrf") or _token(client, month)
    form = {"csrf": token, "span": month, "purpose": "月报"}
    headers = {"Origin": str(client.base_url).rstrip("/")}

    def out(kind: str) -> Callable[[], httpx.Response]:
        return lambda: client.post("/statistics/export", data={**form, "kind": kind}, headers=headers)

    def page(span: str) -> httpx.Response:
        return client.get("/statistics", params={"span": span}).raise_for_status()

    def pages() -> httpx.Response:
        return [page(span) for span in beside(month)][-1]

    return {"page": lambda: page(month), "pages": pages, "xlsx": out("xlsx"), "csv": out("csv")}


def beside(month: str) -> tuple[str, ...]:
    """The spans that a file of a month holds: it, the year up to it, and both of the year before."""
    year, number = month.split("-")
    return tuple(
        span for one in (year, str(int(year) - 1)) for span in (f"{one}-{number}", f"{one}-01..{one}-{number}")
    )


def _token(client: httpx.Client, month: str) -> str:
    """The token of the page's own form."""
    page = client.get("/statistics", params={"span": month}).text
    _, found, rest = page.partition('name="csrf" value="')
    if not found:
        raise RuntimeError("the page of the month has no form")
    return rest.partition('"')[0]


def told_by_text(body: bytes) -> dict[str, int]:
    """The totals of the figures that are compared, as the text has them."""
    lines = csv.reader(io.StringIO(body.decode("utf-8-sig")))
    titles = {BY_NAME[name].zh: name for name in COUNTED}
    return {titles[line[0]]: int(line[6]) for line in lines if line[0] in titles and line[3] == "total"}


def told_by_book(body: bytes) -> dict[str, int]:
    """The same as the workbook has them, on its sheet of totals."""
    book = load_workbook(io.BytesIO(body), read_only=True)
    titles = {BY_NAME[name].zh: name for name in COUNTED}
    rows = book[TOTALS].iter_rows(values_only=True, max_col=3)
    return {titles[str(title)]: int(str(value)) for title, _, value in rows if title in titles}


def measure(client: httpx.Client, month: str, rounds: int) -> Measured:
    """Seconds of the page, the four pages and both files, in turns, and how many times the four pages each takes."""
    ways = asked(client, month)
    told = {"xlsx": told_by_book(ways["xlsx"]().content), "csv": told_by_text(ways["csv"]().content)}
    if told["xlsx"] != told["csv"] or set(told["csv"]) != set(COUNTED) or not all(told["csv"].values()):
        raise RuntimeError(f"the files of {month} do not count what they should: {told}")
    taken: dict[str, list[float]] = {name: [] for name in ways}
    sizes: dict[str, int] = {}
    for place in range(rounds + 1):
        for name, ask in ways.items():
            started = time.perf_counter()
            answer = ask().raise_for_status()
            if place:
                taken[name].append(time.perf_counter() - started)
            sizes[name] = len(answer.content)
    pages = statistics.median(taken["pages"])
    return {
        name: {
            "seconds": statistics.median(times),
            "slowest_seconds": max(times),
            "bytes": float(sizes[name]),
            "times_the_pages": statistics.median(times) / pages,
        }
        for name, times in taken.items()
    }


def over(url: str, cases: int, rounds: int) -> dict[str, Any]:
    """Fill an empty database with cases, and take both months out of it."""
    store: Warehouse = open_warehouse(url)
    upgrade(store.engine)
    make_cases(store, cases, NOW)
    engine = store.engine.dialect.name
    if engine == "postgresql":
        with store.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
    with (
        tempfile.TemporaryDirectory() as folder,
        served(store, Settings(data_dir=Path(folder)), lambda: NOW) as address,
        logged_in(address) as client,
    ):
        found = {name: measure(client, month, rounds) for name, month in MONTHS.items()}
    store.close()
    for name, ways in found.items():
        said = ", ".join(f"{way} {one['seconds']:.2f} s ({one['times_the_pages']:.2f})" for way, one in ways.items())
        sys.stdout.write(f"{engine}, {cases:,} cases, the month that {name}: {said}\n")
    return {"engine": engine, "cases": cases, "months": found}


def on_both(cases: int, rounds: int) -> list[dict[str, Any]]:
    """On a new SQLite file, and on a PostgreSQL of its own where its programs are installed."""
    with tempfile.TemporaryDirectory() as folder:
        found = [over(f"sqlite:///{folder}/arrears.db", cases, rounds)]
    place = binaries()
    if place is None:
        sys.stdout.write("There is no PostgreSQL here; it was not measured.\n")
        return found
    with running(place) as server:
        server.run("CREATE DATABASE export")
        return [*found, over(server.url("export"), cases, rounds)]


def main(arguments: list[str] | None = None) -> int:
    """Fill a store of each engine, take the months out, print, write. Fails where a file is over its budget."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.export", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000, help="how many are stored")
    parser.add_argument("--rounds", type=int, default=7, help="how often each is asked for")
    parser.add_argument("--json", type=Path)
    told = parser.parse_args(arguments)
    crypto.use(crypto.make_keyring())
    engines = on_both(told.cases, told.rounds)
    files = [ways[kind] for one in engines for ways in one["months"].values() for kind in ("xlsx", "csv")]
    worst = max(one["times_the_pages"] for one in files)
    sys.stdout.write(f"The dearest file takes {worst:.2f} times the pages of what stands in it, budget {BUDGET}.\n")
    if told.json:
        figures = {"cases": told.cases, "rounds": told.rounds, "budget": BUDGET, "months": MONTHS, "engines": engines}
        evidence.write(told.json, "python -m benchmarks.export", figures)
    return 0 if worst <= BUDGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
