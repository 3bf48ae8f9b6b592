"""Measures how long the console takes for a page over a store of many cases, beside a page that shows no case.

    python -m benchmarks.pages --json docs/evidence/pages.json

The console runs as it does in an office and is asked over HTTP; the pages take turns, so that whatever else the machine
does falls on all of them. The page without a case is the officer's own account: the same login, menu and counts.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import httpx
from sqlalchemy import text

from benchmarks import evidence
from benchmarks.serving import served
from benchmarks.stored_cases import PASSWORD, WAITING, make_cases, matter_no
from services.office.settings import Settings
from tests.postgres import binaries, running
from warehouse import crypto
from warehouse.engine import Warehouse, open_warehouse
from warehouse.schema import upgrade

BUDGET = 3.0
"""How many times the empty page the queue may take."""
NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
EMPTY = "account, no case"
PAGES = {
    EMPTY: "/account",
    "queue": "/queue",
    "queue, overdue": "/queue?tab=overdue",
    "queue, concluded": "/queue?tab=concluded",
    "dashboard": "/dashboard",
    "case": f"/cases/{matter_no(0)}",
    "cases": "/cases",
    "review": "/review",
    "channels": "/channels",
    "employers": "/employers",
    "warnings": "/warnings",
    "statistics": f"/statistics?span={NOW:%Y-%m}",
    "employer": "/employers/emp_3",
}
Measured: TypeAlias = dict[str, dict[str, float]]
"""By page: milliseconds, and how many times the empty page."""
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@contextmanager
def logged_in(address: str, login: str = "desk") -> Iterator[httpx.Client]:
    """An officer who has logged in."""
    with httpx.Client(base_url=address, follow_redirects=True, timeout=120, trust_env=False) as client:
        token = _TOKEN.search(client.get("/login").text)
        if token is None:
            raise RuntimeError("the login page has no form")
        fields = {"login": login, "password": PASSWORD, "csrf": token[1]}
        client.post("/login", data=fields, headers={"Origin": address}).raise_for_status()
        yield client


def measure(client: httpx.Client, rounds: int, pages: Mapping[str, str] = PAGES) -> Measured:
    """The median and the slowest tenth of each page in milliseconds, and its median over that of the empty page."""
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for place in range(rounds + 1):
        for name, path in pages.items():
            started = time.perf_counter()
            client.get(path).raise_for_status()
            if place:
                taken[name].append((time.perf_counter() - started) * 1000)
    nothing = statistics.median(taken[EMPTY])
    return {
        name: {
            "median_ms": statistics.median(times),
            "p90_ms": statistics.quantiles(times, n=10)[-1],
            "ratio": statistics.median(times) / nothing,
        }
        for name, times in taken.items()
    }


def over(
    url: str,
    cases: int,
    rounds: int,
    pages: Mapping[str, str] = PAGES,
    fill: Callable[[Warehouse, int, datetime], object] = make_cases,
) -> tuple[str, float, Measured]:
    """Fill an empty database with cases and ask for these pages of it. Its engine, the seconds of filling, the pages.

    PostgreSQL counts its rows first, as it does by itself in time.
    """
    store = open_warehouse(url)
    upgrade(store.engine)
    started = time.perf_counter()
    fill(store, cases, NOW)
    filled = time.perf_counter() - started
    engine = store.engine.dialect.name
    if engine == "postgresql":
        with store.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
    with (
        tempfile.TemporaryDirectory() as folder,
        served(store, Settings(data_dir=Path(folder)), lambda: NOW) as address,
        logged_in(address) as client,
    ):
        found = measure(client, rounds, pages)
    store.close()
    return engine, filled, found


def _over(url: str, cases: int, rounds: int) -> dict[str, Any]:
    """Every page over a database that is filled first, printed."""
    engine, filled, pages = over(url, cases, rounds)
    sys.stdout.write(f"{cases} cases stored on {engine} in {filled:.0f} s, {WAITING} on the queue\n")
    for name, one in pages.items():
        sys.stdout.write(
            f"{name:>18}: median {one['median_ms']:.1f} ms, p90 {one['p90_ms']:.1f} ms, {one['ratio']:.2f} times\n"
        )
    return {"engine": engine, "pages": pages}


def _on_both(cases: int, rounds: int) -> list[dict[str, Any]]:
    """On a new SQLite file, and on a PostgreSQL of its own where its programs are installed."""
    with tempfile.TemporaryDirectory() as folder:
        found = [_over(f"sqlite:///{folder}/arrears.db", cases, rounds)]
    place = binaries()
    if place is None:
        sys.stdout.write("There is no PostgreSQL here; it was not measured.\n")
        return found
    with running(place) as server:
        server.run("CREATE DATABASE pages")
        return [*found, _over(server.url("pages"), cases, rounds)]


def main(arguments: list[str] | None = None) -> int:
    """Fill a store of each engine, ask for the pages, print, write. Fails where the queue is over its budget."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000, help="how many are stored")
    parser.add_argument("--rounds", type=int, default=30, help="how often each page is asked for")
    parser.add_argument("--database", help="URL of an empty database; without it, SQLite and PostgreSQL, both new")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    crypto.use(crypto.make_keyring())
    if asked.database:
        measured = [_over(asked.database, asked.cases, asked.rounds)]
    else:
        measured = _on_both(asked.cases, asked.rounds)
    worst = max(one["pages"]["queue"]["ratio"] for one in measured)
    sys.stdout.write(f"Queue over the empty page: {worst:.2f}, budget {BUDGET:.0f}.\n")
    if asked.json:
        figures: dict[str, Any] = {
            "cases": asked.cases,
            "on_the_queue": WAITING,
            "rounds": asked.rounds,
            "budget": BUDGET,
            "engines": measured,
        }
        evidence.write(asked.json, "python -m benchmarks.pages", figures)
    return 0 if worst <= BUDGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
